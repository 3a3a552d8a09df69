"""The probe's verbs about configuration, on this machine: a file that is replaced, variables, an environment file."""

import hashlib
import json
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

import pytest

from tests.helpers.probes import between, names, rest, run, start, until


def replaced(folder: Path, content: str) -> Path:
    """Return a file behind a link that is replaced at once, as the kubelet does."""
    file, data = folder / "setting", folder / f"..{len(list(folder.iterdir()))}"
    data.mkdir()
    (data / "setting").write_text(content)
    (folder / "..data_tmp").symlink_to(data.name)
    (folder / "..data_tmp").rename(folder / "..data")
    if not file.is_symlink():
        file.symlink_to("..data/setting")
    return file


def test_a_file_is_followed_from_content_to_content_until_term(tmp_path: Path) -> None:
    file = replaced(tmp_path, "before")
    following = start("follow", file)
    assert until(following, "read")["content"] == "before"
    for content in ("between", "after"):
        replaced(tmp_path, content)
        assert until(following, "changed")["content"] == content
    following.send_signal(signal.SIGTERM)
    assert [(e["event"], e.get("content")) for e in rest(following)] == [
        ("terminated", None),
        ("read", "after"),
        ("exit", None),
    ]


def test_a_file_that_is_replaced_by_the_same_content_did_not_change(tmp_path: Path) -> None:
    file = replaced(tmp_path, "before")
    following = start("follow", file)
    until(following, "read")
    replaced(tmp_path, "before")
    following.send_signal(signal.SIGTERM)
    assert [e["event"] for e in rest(following)] == ["terminated", "read", "exit"]


def test_a_content_that_is_nobodys_business_is_told_by_its_digest(tmp_path: Path) -> None:
    following = start("follow", replaced(tmp_path, "secret"), "--digest")
    said = until(following, "read")
    assert (said["bytes"], said["sha256"]) == (6, hashlib.sha256(b"secret").hexdigest())
    replaced(tmp_path, "other")
    assert until(following, "changed")["sha256"] == hashlib.sha256(b"other").hexdigest()
    following.send_signal(signal.SIGTERM)
    assert all("content" not in event for event in rest(following))


def test_what_awaits_a_content_goes_on_once_it_is_there(tmp_path: Path) -> None:
    file = replaced(tmp_path, "before")
    following = start("follow", file, "--until", "after", "then", "exit", 3)
    until(following, "read")
    replaced(tmp_path, "between")
    until(following, "changed")
    replaced(tmp_path, "after")
    assert [(e["event"], e.get("content")) for e in rest(following)] == [("changed", "after"), ("exit", None)]
    assert following.returncode == 3
    assert [name for name, _ in between(run("follow", file, "--until", "after"))] == ["read"]


def test_what_awaits_a_content_in_vain_ends_at_term(tmp_path: Path) -> None:
    following = start("follow", replaced(tmp_path, "before"), "--until", "after", "then", "exit", 3)
    until(following, "read")
    following.send_signal(signal.SIGTERM)
    assert [e["event"] for e in rest(following)] == ["terminated", "read", "exit"]
    assert following.returncode == 1


@pytest.mark.parametrize("misses", [1, 2])
def test_a_file_whose_folder_is_replaced_during_a_look_is_looked_for_again(
    misses: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = names()
    file, found = replaced(tmp_path, "before"), iter([FileNotFoundError] * misses)

    def open_late(path: Path, mode: str) -> IO[Any]:
        for error in found:
            replaced(tmp_path, "after")
            raise error
        return path.open(mode)

    monkeypatch.setattr(own["MODULES"]["files"], "open", open_late, raising=False)
    gone = pytest.raises(FileNotFoundError) if misses > 1 else nullcontext()
    with gone, own["MODULES"]["files"].opened(file) as opened:
        assert opened.read() == b"after"


def test_a_file_that_is_not_there_is_told_by_errno(tmp_path: Path) -> None:
    [(name, said)] = between(run("follow", tmp_path / "missing"))
    assert (name, said["errno"]) == ("failed", "ENOENT")


def both(folder: Path, first: str, other: str) -> None:
    """Replace two files at once, as the kubelet does."""
    data = folder / f"..{len(list(folder.iterdir()))}"
    data.mkdir()
    (data / "setting").write_text(first)
    (data / "twin").write_text(other)
    (folder / "..data_tmp").symlink_to(data.name)
    (folder / "..data_tmp").rename(folder / "..data")
    for name in ("setting", "twin"):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")


def test_two_files_are_followed_as_a_pair_and_the_kernel_tells_of_their_folder(tmp_path: Path) -> None:
    both(tmp_path, "before", "before")
    following = start("follow-pair", tmp_path / "setting", tmp_path / "twin", "--watch", tmp_path)
    assert (said := until(following, "pair"))["first"] == said["other"] == "before"
    both(tmp_path, "after", "after")
    assert (said := until(following, "pair-changed"))["first"] == said["other"] == "after"
    following.send_signal(signal.SIGTERM)
    terminated, last, notices, _ = rest(following)
    assert (terminated["event"], last["first"], last["other"]) == ("terminated", "after", "after")
    assert {"name": "..data", "told": ["moved-to"]} in notices["notices"]


def test_of_two_files_that_are_written_one_after_the_other_a_torn_pair_is_seen(tmp_path: Path) -> None:
    for name in ("setting", "twin"):
        (tmp_path / name).write_text("before")
    following = start("follow-pair", tmp_path / "setting", tmp_path / "twin", "--watch", tmp_path / "missing")
    assert until(following, "not-watched")["errno"] == "ENOENT"
    until(following, "pair")
    (tmp_path / "setting").write_text("after")
    changed = until(following, "pair-changed")
    while changed["first"] != "after":  # it was truncated before it was written
        changed = until(following, "pair-changed")
    assert changed["other"] == "before"
    (tmp_path / "twin").unlink()
    assert until(following, "pair-changed")["other"] is None
    following.send_signal(signal.SIGTERM)
    rest(following)


def test_variables_are_told_with_their_values_and_missing_ones_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODPROOF_SET", "one\ntwo")
    monkeypatch.setenv("PODPROOF_EMPTY", "")
    [(name, said)] = between(run("environment", "PODPROOF_SET", "PODPROOF_EMPTY", "PODPROOF_MISSING"))
    assert name == "environment"
    assert said["values"] == {"PODPROOF_SET": "one\ntwo", "PODPROOF_EMPTY": "", "PODPROOF_MISSING": None}


def test_an_environment_file_gives_a_shell_the_values_that_were_told(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    [(name, said)] = between(run("write-environment", file, "--also", "MORE"))
    assert (name, said["file"]) == ("wrote-environment", str(file))
    assert set(said["values"]) == {"NONCE", "LITERAL", "LINES", "MORE"}
    script = 'set -a; . "$0"; exec "$1" -c "import json, os; print(json.dumps(dict(os.environ)))"'
    shown = subprocess.run(["sh", "-c", script, file, sys.executable], capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout).items() >= said["values"].items()


def test_every_environment_file_has_a_nonce_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    nonces = {between(run("write-environment", file))[0][1]["values"]["NONCE"] for _ in range(2)}
    assert len(nonces) == 2
    assert list(tmp_path.iterdir()) == [file]
