"""Settings: a flag, then the environment, then the file; and the one line for each that cannot be."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from machine.settings import OPTION, SettingError, before, find


def level(text: str) -> str:
    """Return the level that a text names."""
    if text != "low":
        raise argparse.ArgumentTypeError("there is low alone")
    return text


def parser() -> argparse.ArgumentParser:
    """Return a parser with an option of each kind."""
    made = argparse.ArgumentParser(prog="made-up", exit_on_error=False)
    made.add_argument("--in-flight", type=int)
    made.add_argument("--scale", type=float)
    made.add_argument("--name")
    made.add_argument("--keep", choices=["never", "always"], default="never")
    made.add_argument("--level", type=level)
    made.add_argument("--teeth", action="store_true")
    made.add_argument("--toleration", action="append")
    made.add_argument(OPTION)
    return made


@pytest.fixture
def parsed(tmp_path: Path) -> Any:
    def parse(*arguments: str, file: str = "", **environment: str) -> Any:
        if file:
            (tmp_path / "podproof.toml").write_text(file)
        made = parser()
        variables = {f"PODPROOF_{name}": value for name, value in environment.items()}
        return made.parse_args([*before(made, arguments, variables, tmp_path), *arguments])

    return parse


def test_a_flag_comes_first_then_the_environment_then_the_file_then_the_default(parsed: Any) -> None:
    file = 'in-flight = 3\nkeep = "always"'
    assert parsed("--in-flight", "1", file=file, IN_FLIGHT="2").in_flight == 1
    assert parsed(file=file, IN_FLIGHT="2").in_flight == 2
    assert (parsed(file=file).in_flight, parsed().keep) == (3, "always")
    assert parsed("--keep", "never").keep == "never"


def test_without_settings_the_defaults_hold(parsed: Any) -> None:
    assert vars(parsed()) == vars(parser().parse_args([]))
    assert parsed(IN_FLIGHT="").in_flight is None


def test_every_kind_of_option_can_be_set_in_the_file(parsed: Any) -> None:
    file = 'in-flight = 3\nscale = 2\nname = "a b"\nlevel = "low"\nteeth = true\ntoleration = ["gpu", ":NoExecute"]'
    found = parsed(file=file)
    assert (found.in_flight, found.scale, found.name, found.level, found.teeth) == (3, 2.0, "a b", "low", True)
    assert found.toleration == ["gpu", ":NoExecute"]


def test_every_kind_of_option_can_be_set_in_the_environment(parsed: Any) -> None:
    found = parsed(IN_FLIGHT="3", SCALE="2.5", NAME="a b", TEETH="true", TOLERATION="gpu 'a b'")
    assert (found.in_flight, found.scale, found.name, found.teeth) == (3, 2.5, "a b", True)
    assert found.toleration == ["gpu", "a b"]


def test_a_list_is_replaced_and_not_added_to(parsed: Any) -> None:
    file = 'toleration = ["file"]'
    assert parsed("--toleration", "flag", file=file, TOLERATION="environment").toleration == ["flag"]
    assert parsed(file=file, TOLERATION="environment").toleration == ["environment"]


def test_a_switch_of_the_file_can_be_put_off_by_the_environment(parsed: Any) -> None:
    assert parsed(file="teeth = true", TEETH="false").teeth is False


def test_another_file_is_named_by_the_flag_or_the_environment(parsed: Any, tmp_path: Path) -> None:
    other = tmp_path / "team.toml"
    other.write_text("in-flight = 7")
    assert parsed(OPTION, str(other), file="in-flight = 3").in_flight == 7
    assert parsed(SETTINGS=str(other), file="in-flight = 3").in_flight == 7


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("in-flght = 3", "in-flght stands for no option; did you mean in-flight?"),
        ("zzz = 3", "zzz stands for no option; --help lists the options"),
        ('settings = "x"', "settings stands for no option; --help lists the options"),
        ("[podproof]", "podproof stands for no option; --help lists the options"),
    ],
)
def test_a_key_of_no_option_is_refused_where_all_are_known(tmp_path: Path, file: str, why: str) -> None:
    path = tmp_path / "podproof.toml"
    path.write_text(file)
    actions = parser()._actions  # noqa: SLF001
    with pytest.raises(SettingError) as refused:
        find(actions, (), None, {}, tmp_path, all_known=True)
    assert str(refused.value) == f"{path}: {why}"
    assert find(actions, (), None, {}, tmp_path) == {}


def test_a_variable_of_no_option_is_refused_where_all_are_known(tmp_path: Path) -> None:
    actions, environment = parser()._actions, {"PODPROOF_INFLIGHT": "3", "OTHER": "x"}  # noqa: SLF001
    with pytest.raises(SettingError) as refused:
        find(actions, (), None, environment, tmp_path, all_known=True)
    line = "the environment: PODPROOF_INFLIGHT stands for no option; did you mean PODPROOF_IN_FLIGHT?"
    assert str(refused.value) == line
    assert find(actions, (), None, environment, tmp_path) == {}


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ('in-flight = "3"', "in-flight in FILE: '3' is not a number"),
        ("in-flight = true", "in-flight in FILE: True is not a number"),
        ("in-flight = 2.5", "in-flight in FILE: 2.5 is not a number"),
        ("name = 1.40", "name in FILE: 1.4 is not text in quotes"),
        ('teeth = "true"', "teeth in FILE: 'true' is not true or false"),
        ('toleration = "gpu"', "toleration in FILE: it is a list, each text in quotes"),
        ("toleration = [1]", "toleration in FILE: 1 is not text in quotes"),
        ('keep = "sometimes"', "keep in FILE: sometimes is not one of never, always"),
        ('level = "high"', "level in FILE: high: there is low alone"),
        ("in-flight", "FILE: it is no TOML file: "),
    ],
)
def test_a_value_of_the_file_that_cannot_be_is_refused_in_one_line(
    parsed: Any, tmp_path: Path, file: str, why: str
) -> None:
    with pytest.raises(SettingError) as refused:
        parsed(file=file)
    said = str(refused.value)
    assert said.startswith(why.replace("FILE", str(tmp_path / "podproof.toml")))
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("IN_FLIGHT", "many", "PODPROOF_IN_FLIGHT: many is not a number"),
        ("TEETH", "yes", "PODPROOF_TEETH=yes: it is true or false"),
        ("TOLERATION", "'gpu", "PODPROOF_TOLERATION='gpu: words as in a shell: No closing quotation"),
        ("KEEP", "sometimes", "PODPROOF_KEEP: sometimes is not one of never, always"),
    ],
)
def test_a_variable_that_cannot_be_is_refused_in_one_line(parsed: Any, name: str, text: str, why: str) -> None:
    with pytest.raises(SettingError) as refused:
        parsed(**{name: text})
    assert str(refused.value) == why


def test_a_file_that_cannot_be_read_is_refused(parsed: Any, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.toml"):
        with pytest.raises(SettingError, match=f"{path}: it cannot be read: "):
            parsed(OPTION, str(path))
