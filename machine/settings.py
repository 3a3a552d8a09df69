"""What the environment and a file say of options: a flag comes first, then the environment, the file, the default.

PODPROOF_IN_FLIGHT and the key ``in-flight`` of podproof.toml stand for ``--in-flight``. Names, types and choices are
those of argparse: an option that is added there can be set here. The standard library is all that is needed.
"""

from __future__ import annotations

import argparse
import difflib
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

FILE = "podproof.toml"
OPTION = "--settings"
HELP = f"the file with settings for options (default: {FILE} in the working directory, if it is there)"
PREFIX = "PODPROOF_"
SWITCH = {"true": True, "false": False}
TYPES: dict[Any, tuple[tuple[type, ...], str]] = {int: ((int,), "a number"), float: ((int, float), "a number")}
"""For the type of an option, what TOML has for it, and that in words."""
BOOLEAN: tuple[tuple[type, ...], str] = ((bool,), "true or false")  # of a switch
TEXT: tuple[tuple[type, ...], str] = ((str,), "text in quotes")  # of all others


class SettingError(Exception):
    """A setting that cannot be: one line says which, where, and what can be."""


@dataclass(frozen=True)
class Setting:
    """The value of one option.

    Attributes:
        arguments: as they would be given on the command line.
        source: the variable, or the file.
        of_environment: whether it is a variable.
    """

    arguments: tuple[str, ...]
    source: str
    of_environment: bool


def find(
    actions: Sequence[argparse.Action],
    given: Container[str],
    named: str | None,
    environment: Mapping[str, str],
    folder: Path,
    *,
    all_known: bool = False,
) -> dict[str, Setting]:
    """Return the settings of options that the command line does not give, by their flags.

    Args:
        actions: argparse's for the options.
        given: the attributes (``dest``) that the command line gives.
        named: the file that the command line names; None where it names none.
        environment: of the process.
        folder: where podproof.toml may lie.
        all_known: whether these are all the options that there are: a name of no option is then refused.

    Raises:
        SettingError: one cannot be, or the file cannot be read.
    """
    options = {_key(action): action for action in actions if action.option_strings}
    named = named or environment.get(_variable(OPTION.removeprefix("--")))
    path = Path(named) if named else folder / FILE
    in_file = _read(path) if named or path.exists() else {}
    variables = {_variable(key): key for key in options}
    if all_known:
        _refuse_unknown(in_file, [key for key in options if key != OPTION.removeprefix("--")], f"{path}: ")
        ours = [name for name in environment if name.startswith(PREFIX)]
        _refuse_unknown(ours, list(variables), "the environment: ")
    settings = {}
    for key, action in options.items():
        if action.dest in given or key == OPTION.removeprefix("--"):
            continue
        if text := environment.get(_variable(key)):
            source = _variable(key)
            settings[_flag(action)] = Setting(
                _arguments(action, _of_text(action, text, source), source), source, of_environment=True
            )
        elif key in in_file:
            source = f"{key} in {path}"
            values = _of_toml(action, in_file[key], source)
            settings[_flag(action)] = Setting(_arguments(action, values, source), str(path), of_environment=False)
    return settings


def before(
    parser: argparse.ArgumentParser, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> list[str]:
    """Return what goes before a command's arguments: the settings of those of its options that they do not give.

    Raises:
        SettingError: one cannot be, or the file cannot be read.
    """
    actions = parser._actions  # noqa: SLF001 # there is no other list of them
    unset = argparse.Namespace(**{action.dest: None for action in actions})
    given = vars(parser.parse_known_args(arguments, unset)[0])
    set_there = {name for name, value in given.items() if value is not None}
    found = find(actions, set_there, given.get(OPTION.removeprefix("--")), environment, folder)
    return [argument for setting in found.values() for argument in setting.arguments]


def _flag(action: argparse.Action) -> str:
    return next(name for name in action.option_strings if name.startswith("--"))


def _key(action: argparse.Action) -> str:
    return _flag(action).removeprefix("--")


def _variable(key: str) -> str:
    return PREFIX + key.replace("-", "_").upper()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"{path}: it cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # of TOML, or of UTF-8
        raise SettingError(f"{path}: it is no TOML file: {error}") from error


def _refuse_unknown(names: Sequence[str] | Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            instead = f"did you mean {near[0]}?" if near else "--help lists the options"
            raise SettingError(f"{where}{name} stands for no option; {instead}")


def _is_list(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)  # noqa: SLF001 # nothing else tells it


def _of_text(action: argparse.Action, text: str, source: str) -> list[Any]:
    """Return the values in an environment variable: of a list, the words as a shell has them."""
    if action.nargs == 0:
        if text not in SWITCH:
            raise SettingError(f"{source}={text}: it is true or false")
        return [SWITCH[text]]
    if not _is_list(action):
        return [text]
    try:
        return [*shlex.split(text)]
    except ValueError as error:
        raise SettingError(f"{source}={text}: words as in a shell: {error}") from error


def _of_toml(action: argparse.Action, value: Any, source: str) -> list[Any]:
    """Return the values of a key of the file."""
    types, words = BOOLEAN if action.nargs == 0 else TYPES.get(action.type, TEXT)
    if _is_list(action):
        if not isinstance(value, list):
            raise SettingError(f"{source}: it is a list, each {words}")
        values = value
    else:
        values = [value]
    for each in values:
        if not isinstance(each, types) or (isinstance(each, bool) and bool not in types):
            raise SettingError(f"{source}: {each!r} is not {words}")
    return values


def _arguments(action: argparse.Action, values: Sequence[Any], source: str) -> tuple[str, ...]:
    """Return the values as arguments, once the option's own type and choices have taken them."""
    if action.nargs == 0:
        return (_flag(action),) if values[0] else ()
    return tuple(f"{_flag(action)}={_checked(action, str(value), source)}" for value in values)


def _checked(action: argparse.Action, text: str, source: str) -> str:
    convert: Any = action.type or str
    try:
        value = convert(text)
    except argparse.ArgumentTypeError as error:
        raise SettingError(f"{source}: {text}: {error}") from error
    except (TypeError, ValueError) as error:
        raise SettingError(f"{source}: {text} is not {TYPES.get(convert, (None, 'what it can be'))[1]}") from error
    if action.choices is not None and value not in action.choices:
        raise SettingError(f"{source}: {text} is not one of {', '.join(map(str, action.choices))}")
    return text
