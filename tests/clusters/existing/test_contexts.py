"""A kubeconfig is read as kubectl reads it, and no context is used that was not named."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusters import ContextError, existing

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home without a kubeconfig."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return tmp_path


def _write(path: Path, *names: str, server: str = "https://there", user: Json | None = None) -> str:
    content = {
        "current-context": names[0],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in names],
        "clusters": [{"name": name, "cluster": {"server": server}} for name in names],
        "users": [{"name": name, "user": user or {}} for name in names],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content))
    return str(path)


def test_the_context_that_was_named_is_the_cluster(home: Path) -> None:
    path = _write(home / "mine", "one", "two")
    cluster = existing.find(path, "two")
    assert (cluster.provider, cluster.name, cluster.context, cluster.kubeconfig) == ("existing", "two", "two", path)
    assert (cluster.image, cluster.save_logs) == (None, None)


def test_the_option_goes_before_the_variable_and_that_before_the_file_at_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home = _write(home / ".kube" / "config", "home")
    assert existing.find(None, "home").kubeconfig == at_home
    variable = _write(home / "variable", "variable")
    monkeypatch.setenv("KUBECONFIG", variable)
    assert existing.find(None, "variable").kubeconfig == variable
    option = _write(home / "option", "option")
    assert existing.find(option, "option").kubeconfig == option


def test_the_variable_may_list_files_of_which_some_are_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [_write(home / name, name, "both") for name in ("a", "b")]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join([paths[0], str(home / "missing"), "", paths[1]]))
    assert existing.find(None, "b").kubeconfig == os.pathsep.join(paths)
    with pytest.raises(ContextError, match=r"no such context; .*/a:.*/b has the contexts a, b, both$"):
        existing.find(None, "c")


def test_a_context_must_be_named_even_where_there_is_but_one(home: Path) -> None:
    path = _write(home / "mine", "only")
    with pytest.raises(ContextError) as refused:
        existing.find(path, None)
    assert str(refused.value) == (
        f"--kube-context NAME must say which one; no context is used that was not named; {path} has the context only"
    )


def test_many_contexts_are_not_all_listed(home: Path) -> None:
    path = _write(home / "mine", *(f"c{number:02}" for number in range(25)))
    with pytest.raises(ContextError, match=r"has the contexts c00, .*, c19 and 5 more$"):
        existing.find(path, "nope")


def test_a_kubeconfig_that_is_not_there_is_named_with_where_its_name_came_from(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        ContextError, match=r"^no kubeconfig at ~/.kube/config \(neither --kubeconfig nor \$KUBECONFIG\)"
    ):
        existing.find(None, "x")
    monkeypatch.setenv("KUBECONFIG", str(home / "a"))
    with pytest.raises(ContextError, match=r"/a \(\$KUBECONFIG\): name the file with --kubeconfig FILE$"):
        existing.find(None, "x")
    with pytest.raises(ContextError, match=r"^no kubeconfig at b \(--kubeconfig\)"):
        existing.find("b", "x")


@pytest.mark.parametrize("content", ["contexts: {", "- a\n", "contexts: [{context: {}}]", "contexts: 3", "\0"])
def test_a_file_that_is_no_kubeconfig_is_named_in_one_line(home: Path, content: str) -> None:
    (home / "mine").write_text(content)
    with pytest.raises(ContextError, match=r"/mine is no kubeconfig: ") as refused:
        existing.find(str(home / "mine"), "x")
    assert "\n" not in str(refused.value)


def test_an_empty_kubeconfig_has_no_contexts(home: Path) -> None:
    (home / "mine").touch()
    with pytest.raises(ContextError, match=r"/mine has no contexts$"):
        existing.find(str(home / "mine"), "x")


def test_a_context_must_lead_to_a_server_and_a_user(home: Path) -> None:
    path = _write(home / "mine", "x", server="")
    with pytest.raises(ContextError, match=r"context x names no cluster with a server: 'x'$"):
        existing.find(path, "x")
    content = yaml.safe_load(Path(_write(home / "mine", "x")).read_text())
    (home / "mine").write_text(yaml.safe_dump(content | {"users": []}))
    with pytest.raises(ContextError, match=r"context x names a user that is not there: 'x'$"):
        existing.find(path, "x")


@pytest.mark.parametrize("user", [{}, {"user": ""}, {"user": None}], ids=["none", "empty", "null"])
def test_a_context_may_have_no_user(home: Path, user: Json) -> None:
    content = yaml.safe_load(Path(_write(home / "mine", "x", server="http://127.0.0.1:8001")).read_text())
    context = {"name": "x", "context": {"cluster": "x"} | user}
    (home / "mine").write_text(yaml.safe_dump(content | {"contexts": [context], "users": None}))
    assert existing.find(str(home / "mine"), "x").context == "x"


def test_a_command_for_credentials_must_be_there(home: Path) -> None:
    path = _write(home / "mine", "x", user={"exec": {"command": "no-such-plugin"}})
    with pytest.raises(ContextError, match=r"from 'no-such-plugin', which is not on PATH$"):
        existing.find(path, "x")
    assert existing.find(_write(home / "mine", "x", user={"exec": {"command": "sh"}}), "x")
    assert existing.find(_write(home / "mine", "x", user={"exec": {"command": "./beside-it"}}), "x")
