"""What containers saw of IPC that nothing promises, in words. Pure, as judges are, but nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.timeline import words
from suite.evidence import events_of
from suite.order import restarted, runs_of

if TYPE_CHECKING:
    from records import Record


def measured(record: Record, container: str) -> list[str]:
    """How large the folders are that a container measured."""
    return [
        f"{event.fields['folder']} has {event.fields['bytes']} bytes"
        for event in events_of(record, container, "measured")
    ] or [f"{container} measured nothing"]


def outlived(record: Record, creator: str, *kinds: str) -> list[str]:
    """What every run of a container after its first found of the IPC objects that it had made, kind by kind."""
    if restarted(record, creator):
        return [f"{creator} was not run again"]
    first, *others = runs_of(record, creator)
    made = {event.fields["kind"]: event.fields["content"] for event in first.all("object-made")}
    lines = []
    for kind in kinds:
        found = [event for run in others for event in run.events if event.fields.get("kind") == kind]
        same = found and all(event.fields.get("content") == made.get(kind) for event in found)
        told = (
            "still held what it had"
            if same
            else f"was not there as it had been: {', '.join(map(words, found)) or 'nobody looked'}"
        )
        lines.append(f"{kind}: {told}" if kind in made else f"{kind}: was not made")
    return lines


def namespaces(record: Record, *containers: str) -> list[str]:
    """Which of the kernel's namespaces the containers of a Pod share, and what each calls its own."""
    told = {name: event.fields for name in containers for event in events_of(record, name, "namespaces")}
    silent = [f"{name} told none" for name in containers if name not in told]
    lines = []
    for kind in dict.fromkeys(kind for fields in told.values() for kind in fields):
        names = {name: str(fields[kind]) for name, fields in told.items()}
        shared = "one for all" if len(set(names.values())) == 1 else f"{len(set(names.values()))}"
        lines.append(f"{kind}: {shared} ({', '.join(f'{name} {value}' for name, value in names.items())})")
    return lines + silent
