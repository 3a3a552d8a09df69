"""An image as a volume: read in every container, written in none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import did_not, events_of, last_said

if TYPE_CHECKING:
    from records import Event, Record

READ_ONLY = "EROFS"  # open(2): the file system, or its mount, is read-only; the kernel looks at that before any right


def not_of_the_image(record: Record, *containers: str, own: str) -> list[Violation]:
    """Check that an image volume holds the files of its image in every container, and none can write there.

    Args:
        record: of containers that run the same image as is their volume.
        containers: each reads a file of its own, then that of the volume, and tries to write to the volume.
        own: the file as it lies in the container's own root.

    Rules:
        unwitnessed: a container did not read its own file, or did not try to write, or was refused with nothing but
            errnos that a writable volume answers, too (no such folder, no right to write there).
        not-read: it did not find the file in the volume.
        altered: it read another content there.
        written: it wrote to the volume.
    """
    violations = []
    for name in containers:
        reads = {event.fields["file"]: event for event in events_of(record, name, "read")}
        mine = reads.pop(own, None)
        theirs = next(iter(reads.values()), None)
        done = events_of(record, name, "write-done")
        if mine is None:
            text = f"{name} did not read {own} of its own image"
            violations.append(Violation("unwitnessed", text, f"{name}  read file={own}"))
        elif theirs is None:
            said = last_said(record.instances_of(name))
            text = f"{name} did not find the file of its image in the volume{said}"
            violations.append(Violation("not-read", text, f"{name}  read content={mine.fields['content'][:20]!r}…"))
        elif theirs.fields["content"] != mine.fields["content"]:
            text = f"{name} read another {theirs.fields['file']} than its own {own}, which is of the same image"
            violations.append(Violation("altered", text, events=(mine, theirs)))
        violations += [
            Violation("written", f"{name} wrote to {event.fields['file']}", f"{name}  write-refused", (event,))
            for event in done
        ]
        refused = events_of(record, name, "write-refused")
        if not done:
            violations += did_not(record, name, "write-refused", "unwitnessed")
        if refused and not done and READ_ONLY not in {event.fields["errno"] for event in refused}:
            errnos = ", ".join(dict.fromkeys(event.fields["errno"] for event in refused))
            text = f"{name} was refused with {errnos}, which does not prove that the volume is read-only"
            violations.append(Violation("unwitnessed", text, f"{name}  write-refused errno={READ_ONLY}", refused))
    return violations


def not_a_read_only_file_system(record: Record, *containers: str) -> list[Violation]:
    """Check that a write to an image fails because the file system is read-only.

    Rules:
        untried: a container did not try in a folder that is there.
        other-answer: it got another errno, or none, as it could write.
    """
    violations = []
    for name in containers:
        events = events_of(record, name, "write-refused", "write-done")
        tries = [event for event in events if event.fields.get("errno") != "ENOENT"]  # an image may lack the folder
        if not tries:
            said = last_said(record.instances_of(name))
            violations.append(Violation("untried", f"{name} did not try to write to the volume{said}"))
        violations += [_other_answer(name, event) for event in tries if event.fields.get("errno") != READ_ONLY]
    return violations


def _other_answer(name: str, event: Event) -> Violation:
    outcome = event.fields.get("errno", "that it had")
    text = f"{name} tried to write to {event.fields['file']} and was told {outcome}"
    return Violation("other-answer", text, f"{name}  write-refused errno={READ_ONLY}", (event,))
