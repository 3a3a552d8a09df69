"""Records as JSON files, one per scenario, case and control."""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import TYPE_CHECKING, Any

from records.record import Record

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1

FORMER = {
    "abstract_socket": "network.abstract_sockets",
    "coherence": "volumes.coherence",
    "config": "volumes.config",
    "host_network": "network.host_network",
    "init_order": "init",
    "limits": "volumes.limits",
    "mounts": "volumes.mounts",
    "names": "hostname",
    "network": "network.localhost",
    "other_volumes.image": "volumes.image",
    "other_volumes.persistent": "volumes.persistent",
    "propagation": "volumes.propagation",
    "services": "network.services",
    "start_order": "start",
    "sysctls": "network.sysctls",
    "volumes": "volumes.empty_dir",
}
"""The behaviours of records that podproof wrote before its suite had a folder for each → today's."""
NOT_RUN = "not run: "
"""What a record of theirs ``lacks`` began with where the user's ``--pod-security`` left it out."""
FORMER_PARTS = 2  # of a scenario's name: a module and its act


def file_name(scenario: str, case: str, control: str | None = None) -> str:
    """Return the name of a record's file, such as ``init.sequential[Never].json``."""
    return f"{scenario}[{case}]{'+' + control if control else ''}.json"


def current(scenario: str) -> str:
    """Return today's name of a scenario, which an older record may have under another."""
    module, _, act = scenario.partition(".")
    if scenario.count(".") != FORMER_PARTS - 1:
        return scenario
    behaviour = FORMER.get(scenario) or FORMER.get(module)
    return f"{behaviour}.{act}" if behaviour else scenario


def find(folder: Path) -> dict[str, Path]:
    """Return the records of a folder by the names that ``file_name`` gives them today."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        scenario, bracket, case = path.name.partition("[")
        found[current(scenario) + bracket + case] = path
    return found


def save(record: Record, folder: Path) -> Path:
    """Write a record into a folder, whole or not at all."""
    path = folder / file_name(record.scenario, record.case, record.control)
    partial = path.with_suffix(".partial")
    text = json.dumps({"format": FORMAT, **_fields(record)}, indent=1, default=_fields)
    partial.write_text(f"{text}\n", encoding="utf-8")
    return partial.replace(path)


def _fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as they are; ``dataclasses.asdict`` copies all that is in them, too."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def load(path: Path) -> Record:
    """Read a record.

    Raises:
        ValueError: the file is no record of this format; the message names the file.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError(f"not of format {FORMAT}")  # noqa: TRY301 # one message for every way not to be a record
        record = typing.cast("Record", _build(Record, data))
        if record.lacks.startswith(NOT_RUN):
            record = dataclasses.replace(record, lacks=record.lacks.removeprefix(NOT_RUN), cause="pod-security")
        return dataclasses.replace(record, scenario=current(record.scenario))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not a podproof record: {error}") from error


def _build(kind: Any, value: Any) -> Any:
    """Return ``value`` (as JSON gives it) as the annotation ``kind`` says: dataclasses and tuples of them."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast("Any", kind)(**{name: _build(hints[name], item) for name, item in value.items()})
    if typing.get_origin(kind) is tuple:
        return tuple(_build(typing.get_args(kind)[0], item) for item in value)
    return value
