"""A PersistentVolume: what lies on it outlives the Pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import events_of, last_said, not_recreated
from suite.volumes.empty_dir.judges import PODS

if TYPE_CHECKING:
    from records import Event, PodRecord, Record


def read_only(record: Record, first: str, *, kept: str) -> list[Violation]:
    """Check that a PersistentVolume that was claimed to be written to is not read-only.

    Rules:
        unwitnessed: the container of the first Pod did not write the file, and was not told why.
        read-only: it was told that the file system is read-only.
    """
    before, expected = record.pods[0], f"{first}  wrote file={kept}"
    refused = [event for event in events_of(before, first, "failed") if _read_only(event, kept)]
    if refused:
        text = f"{first} was told that {refused[0].fields['path']} is on a read-only file system, and had claimed it"
        return [Violation("read-only", text, expected, tuple(refused))]
    if _of_file(before, first, "wrote", kept):
        return []
    said = last_said(before.instances_of(first))
    return [Violation("unwitnessed", f"{first} did not write {kept}{said}", expected)]


def _read_only(event: Event, file: str) -> bool:
    return event.fields["errno"] == "EROFS" and str(event.fields["path"]).startswith(file)


def not_persistent(record: Record, first: str, reader: str, *, kept: str, scratch: str) -> list[Violation]:
    """Check that a file on a PersistentVolume is there for the next Pod, and one on an emptyDir is not.

    Args:
        record: of a Pod that is deleted, and the one of the same name that follows it.
        first: an init container; it reads both files, and writes a missing one.
        reader: an app; it reads both.
        kept: the file on the PersistentVolume, as ``first`` names it.
        scratch: the file on the emptyDir, as ``first`` names it.

    Rules:
        unwitnessed: nothing proves that both files were written in the first Pod and lay where its app reads them, or
            that the second is another Pod of that name, created after the first was gone, on the same node.
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
    """Return what a container read, in order."""
    return [str(event.fields["content"]) for event in events_of(pod, container, "read")]
