"""What containers saw of IPC that nothing promises, in words. Pure, as judges are, but nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.timeline import words
from suite.evidence import events_of
from suite.order import restarted, runs_of

if TYPE_CHECKING:
    from records import Record


def measured(record: Record, container: str) -> list[str]:
    """Return the sizes of the folders that a container measured."""
    return [
        f"{event.fields['folder']} has {event.fields['bytes']} bytes"
        for event in events_of(record, container, "measured")
    ] or [f"{container} measured nothing"]


def outlived(record: Record, creator: str, *kinds: str) -> list[str]:
    """Return, kind by kind, what later runs of a container found of the IPC objects of its first run."""
    if restarted(record, creator):
        return [f"{creator} was not run again"]
    first, *others = runs_of(record, creator)
    made = {event.fields["kind"]: event.fields["content"] for event in first.all("object-made")}
    lines = []
    for kind in kinds:
        found = [event for run in others for event in run.events if event.fields.get("kind") == kind]
        same = found and all(event.fields.get("content") == made.get(kind) for event in found)
        state = (
            "still held what it had"
            if same
            else f"was not there as it had been: {', '.join(map(words, found)) or 'nobody looked'}"
        )
        lines.append(f"{kind}: {state}" if kind in made else f"{kind}: was not made")
    return lines


def namespaces(record: Record, *containers: str) -> list[str]:
    """Return which kernel namespaces the containers of a Pod share, with the name of each one's own."""
    by_container = {name: event.fields for name in containers for event in events_of(record, name, "namespaces")}
    silent = [f"{name} told none" for name in containers if name not in by_container]
    lines = []
    for kind in dict.fromkeys(kind for fields in by_container.values() for kind in fields):
        names = {name: str(fields[kind]) for name, fields in by_container.items()}
        shared = "one for all" if len(set(names.values())) == 1 else f"{len(set(names.values()))}"
        lines.append(f"{kind}: {shared} ({', '.join(f'{name} {value}' for name, value in names.items())})")
    return lines + silent
