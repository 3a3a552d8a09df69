"""What runs of a container found of configuration where nothing promises it, in words. Pure, but nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.timeline import words
from suite.order import runs_of

if TYPE_CHECKING:
    from records import Record


def found_by_runs(record: Record, container: str, file: str) -> list[str]:
    """Return what each run of a container found in a file."""
    lines = []
    for number, run in enumerate(runs_of(record, container), 1):
        looks = [event for event in run.events if event.fields.get("file") == file]
        lines.append(f"run {number} of {container}: {', '.join(map(words, looks)) or f'did not look at {file}'}")
    return lines or [f"{container} never ran"]
