"""Volumes that are no emptyDir: one that outlives the Pod, and an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.judges.evidence import did_not, events_of, last_said, not_recreated
from suite.judges.volumes import PODS

if TYPE_CHECKING:
    from records import Event, PodRecord, Record


def not_persistent(record: Record, first: str, reader: str, *, kept: str, scratch: str) -> list[Violation]:
    """A file on a PersistentVolume is there for the next Pod; one beside it, on an emptyDir of the same Pod, is not.

    Args:
        record: of a Pod that is deleted, and the one of the same name that follows it.
        first: an init container, keeps both files: it reads them, and writes those that are not there.
        reader: an app, reads both.
        kept: the file on the PersistentVolume, as ``first`` names it.
        scratch: the file on the emptyDir, as ``first`` names it.

    Rules:
        unwitnessed: nothing proves that both files were written in the first Pod and lay where its app reads them, or
            that the second was created after the first was gone, on the same node.
        same-pod: the second Pod has the first one's uid, or another name.
        lost: the second Pod did not find the file on the PersistentVolume, or its app did not.
        altered: one of them found another content there.
        survived: the second Pod found the file on the emptyDir.
    """
    if len(record.pods) != PODS:
        return [Violation("unwitnessed", f"{len(record.pods)} Pods ran, not one and then another")]
    before, after = record.pods
    violations = not_recreated(record, before, after)
    wrote = {file: _of_file(before, first, "wrote", file) for file in (kept, scratch)}
    for file, event in wrote.items():
        if event is None:
            violations.append(Violation("unwitnessed", f"Pod {before.role}: {first} did not write {file}, a new file"))
        elif event.fields["content"] not in _contents(before, reader):
            text = f"Pod {before.role}: {reader} did not read what {first} wrote to {file}"
            violations.append(Violation("unwitnessed", text, f"{reader}  read content={event.fields['content']}"))
    if old := _of_file(after, first, "read", scratch):
        text = f"Pod {after.role}: {first} found {scratch}, on a new emptyDir"
        violations.append(Violation("survived", text, f"{first}  wrote file={scratch}", (old,)))
    if written := wrote[kept]:
        violations += _not_kept(after, first, reader, written)
    return violations


def _not_kept(after: PodRecord, first: str, reader: str, written: Event) -> list[Violation]:
    content, file = written.fields["content"], written.fields["file"]
    expected = f"{first}  read content={content}"
    found = _of_file(after, first, "read", file)
    if found is None:
        said = last_said(after.instances_of(first))
        return [Violation("lost", f"Pod {after.role}: {first} did not find {file}{said}", expected)]
    if found.fields["content"] != content:
        text = f"Pod {after.role}: {first} found {found.fields['content']!r} in {file}, not {content}"
        return [Violation("altered", text, expected, (found,))]
    read = _contents(after, reader)
    if not read:
        said = last_said(after.instances_of(reader))
        return [Violation("lost", f"Pod {after.role}: {reader} did not read the file{said}", f"{reader}  read")]
    if read[0] != content:
        text = f"Pod {after.role}: {reader} read {read[0]!r} on the PersistentVolume, not {content}"
        return [Violation("altered", text, f"{reader}  read content={content}")]
    return []


def _of_file(pod: PodRecord, container: str, name: str, file: str) -> Event | None:
    return next((event for event in events_of(pod, container, name) if event.fields["file"] == file), None)


def _contents(pod: PodRecord, container: str) -> list[str]:
    """What a container read, in order."""
    return [str(event.fields["content"]) for event in events_of(pod, container, "read")]


def not_of_the_image(record: Record, *containers: str, own: str) -> list[Violation]:
    """An image that is a volume holds the files of that image, in every container; none of them can write to it.

    Args:
        record: of containers that run the same image as is their volume.
        containers: each reads a file of its own, then that of the volume, and tries to write to the volume.
        own: the file as it lies in the container's own root.

    Rules:
        unwitnessed: a container did not read its own file, or did not try to write.
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
        if not done:
            violations += did_not(record, name, "write-refused", "unwitnessed")
    return violations


def not_a_read_only_file_system(record: Record, *containers: str) -> list[Violation]:
    """Who tries to write to an image is told that the file system is read-only.

    Rules:
        untried: a container did not try.
        other-answer: it was told something else, or nothing, as it could write.
    """
    violations = []
    for name in containers:
        tries = events_of(record, name, "write-refused", "write-done")
        if not tries:
            said = last_said(record.instances_of(name))
            violations.append(Violation("untried", f"{name} did not try to write to the volume{said}"))
        violations += [_other_answer(name, event) for event in tries if event.fields.get("errno") != "EROFS"]
    return violations


def _other_answer(name: str, event: Event) -> Violation:
    told = event.fields.get("errno", "that it had")
    text = f"{name} tried to write to {event.fields['file']} and was told {told}"
    return Violation("other-answer", text, f"{name}  write-refused errno=EROFS", (event,))
