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


def file_name(scenario: str, case: str, control: str | None = None) -> str:
    """Where a record lies in its folder, such as ``init_order.sequential[Never].json``."""
    return f"{scenario}[{case}]{'+' + control if control else ''}.json"


def save(record: Record, folder: Path) -> Path:
    """Write a record into a folder, whole or not at all."""
    path = folder / file_name(record.scenario, record.case, record.control)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"format": FORMAT, **dataclasses.asdict(record)}, indent=1) + "\n", encoding="utf-8")
    return partial.replace(path)


def load(path: Path) -> Record:
    """Read a record.

    Raises:
        ValueError: the file is no record of this format; the message names the file.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError(f"not of format {FORMAT}")  # noqa: TRY301 # one message for every way not to be a record
        return typing.cast("Record", _build(Record, data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: not a podproof record: {error}") from error


def _build(kind: Any, value: Any) -> Any:
    """Make ``value`` (as JSON gives it) what the annotation ``kind`` says: dataclasses and tuples of them."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast("Any", kind)(**{name: _build(hints[name], item) for name, item in value.items()})
    if typing.get_origin(kind) is tuple:
        return tuple(_build(typing.get_args(kind)[0], item) for item in value)
    return value
