"""How a volume is mounted: its mode and its group, a part of it, read-only, and what is mounted inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import did_not, events_of, last_said, only

if TYPE_CHECKING:
    from collections.abc import Iterable

    from records import Event, Record

MODE = 0o777  # of an emptyDir for which neither a mode nor an fsGroup was sent
SETGID = 0o2000
OWNER_AND_GROUP = 0o660  # rw-rw----


def not_open_to_all(record: Record, *containers: str, mask: int) -> list[Violation]:
    """Check that the volume's folder has mode 0777, and several users, none of them root, all wrote there.

    Args:
        record: of them.
        containers: each writes a file, and reads those of the others.
        mask: the judged bits of the mode.

    Rules:
        unlisted: a container did not look at the folder.
        unwitnessed: two of them were the same user, or one was root.
        wrong-mode: a container saw another mode.
        not-written: a container could not write.
        not-read: a container did not read another's file.
    """
    violations = [v for name in containers for v in did_not(record, name, "listed", "unlisted")]
    users = {name: only(record, name, "started").fields["uid"] for name in containers if record.instances_of(name)}
    if len(set(users.values())) < len(containers) or 0 in users.values():
        text = f"the users are {', '.join(f'{user} ({name})' for name, user in users.items())}: they must differ"
        violations.append(Violation("unwitnessed", text))
    for name in containers:
        for event in events_of(record, name, "listed"):
            if int(event.fields["mode"], 8) & mask != MODE:
                text = f"{name} saw {event.fields['folder']} with mode {event.fields['mode']}, not {oct(MODE)}"
                violations.append(Violation("wrong-mode", text, f"{name}  listed mode={oct(MODE)}", (event,)))
        unwritten = did_not(record, name, "wrote", "not-written")
        violations += unwritten
        if not unwritten:
            wrote = only(record, name, "wrote")
            violations += _not_read(record, wrote, (other for other in containers if other != name))
    return violations


def _not_read(record: Record, wrote: Event, readers: Iterable[str], rule: str = "not-read") -> list[Violation]:
    """Return a violation for every reader that did not read the written content, wherever it has the volume."""
    content, violations = wrote.fields["content"], []
    for reader in readers:
        reads = events_of(record, reader, "read")
        if not any(event.fields["content"] == content for event in reads):
            said = last_said(record.instances_of(reader))
            text = f"{reader} did not read {content}, which was written to {wrote.fields['file']}{said}"
            violations.append(Violation(rule, text, f"{reader}  read content={content}", (wrote,)))
    return violations


def group_not_inherited(record: Record, maker: str, witness: str, *, folder: str, group: int | None) -> list[Violation]:
    """Check that the volume, and what a container of another group made there, belongs to the fsGroup.

    Args:
        record: of both.
        maker: the container that makes a folder and files in the volume.
        witness: the container that prints their ``stat``, and that of the volume.
        folder: the volume's mount path in the witness.
        group: the Pod's fsGroup; None where it has none.

    Rules:
        unwitnessed: nothing was made, or the maker's own group is the Pod's fsGroup.
        unseen: the witness did not see the volume, or a file or folder of the maker.
        other-group: the volume belongs to another group.
        no-setgid: the volume's folder has no setgid bit.
        not-inherited: a file or folder of the maker belongs to another group.
    """
    violations = [
        v
        for event in ("folder-made", "wrote")
        for v in did_not(record, maker, event, "unwitnessed", need="it must make")
    ]
    started = next((instance.first("started") for instance in record.instances_of(maker)), None)
    if started and started.fields["gid"] == group:
        text = f"{maker} runs with group {group} itself: what it makes would belong to it anyway"
        violations.append(Violation("unwitnessed", text, events=(started,)))
    stats = {event.fields["file"]: event for event in events_of(record, witness, "stat")}
    made = [
        event.fields.get("folder") or event.fields["file"] for event in events_of(record, maker, "folder-made", "wrote")
    ]
    violations += [
        Violation("unseen", f"{witness} did not see {name}", f"{witness}  stat file={name}")
        for name in (folder, *made)
        if name not in stats
    ]
    for name, event in stats.items():
        seen, expected = event.fields["gid"], f"{witness}  stat file={name} gid={group}"
        if seen != group and name == folder:
            text = f"the volume belongs to group {seen}, not to {group}, the Pod's fsGroup"
            violations.append(Violation("other-group", text, expected, (event,)))
        elif seen != group:
            text = f"{name}, made by {maker}, belongs to group {seen}, not to {group}, the Pod's fsGroup"
            violations.append(Violation("not-inherited", text, expected, (event,)))
        if name == folder and not int(event.fields["mode"], 8) & SETGID:
            text = f"the volume's folder has mode {event.fields['mode']}, without the setgid bit"
            violations.append(Violation("no-setgid", text, f"{witness}  stat file={name} mode=0o2777", (event,)))
    return violations


def shut_to_the_group(record: Record, witness: str, *, folder: str) -> list[Violation]:
    """Check that the owner and the group of a volume with an fsGroup may read and write it.

    Rules:
        unseen: the witness did not see the volume.
        shut: one of these four permissions is not in its folder's mode.
    """
    stats = [event for event in events_of(record, witness, "stat") if event.fields["file"] == folder]
    expected = f"{witness}  stat file={folder} mode=…{OWNER_AND_GROUP:o}"
    if not stats:
        return [Violation("unseen", f"{witness} did not see {folder}", expected)]
    return [
        Violation("shut", f"the volume's folder has mode {event.fields['mode']}, without rw-rw----", expected, (event,))
        for event in stats
        if int(event.fields["mode"], 8) & OWNER_AND_GROUP != OWNER_AND_GROUP
    ]


def sub_path_not_honoured(record: Record, prepare: str, part: str, whole: str, *, names: list[str]) -> list[Violation]:
    """Check that a subPath and the volume's root show each other's files.

    Args:
        record: of the three.
        prepare: the init container; it has the root, and writes into the part and beside it.
        part: the container with the part alone.
        whole: the container with the root; it reads what ``part`` wrote.
        names: all files in the part at the start.

    Rules:
        not-written: a container did not write.
        not-read: a file written through one mount was not read through the other.
        not-confined: ``part`` found other files than those of the part.
    """
    violations = [v for name in (prepare, part) for v in did_not(record, name, "wrote", "not-written")]
    if not violations:
        violations += _not_read(record, only(record, prepare, "wrote"), [part])
        violations += _not_read(record, only(record, part, "wrote"), [whole])
    listed = did_not(record, part, "listed", "not-confined")
    violations += listed
    if not listed and sorted((event := only(record, part, "listed")).fields["names"]) != sorted(names):
        text = f"{part} found {', '.join(event.fields['names']) or 'nothing'} in its part, not {', '.join(names)}"
        violations.append(Violation("not-confined", text, f"{part}  listed names={names}", (event,)))
    return violations


def expanded_alike(record: Record, *containers: str) -> list[Violation]:
    """Check that each container has the folder that the expression names with its environment, and writes there.

    The others read its file in the folder of its name.

    Rules:
        not-written: a container did not write to its folder.
        not-read: another container did not find that in the folder of its name.
    """
    violations = []
    for name in containers:
        unwritten = did_not(record, name, "wrote", "not-written")
        violations += unwritten
        if not unwritten:
            violations += _not_read(
                record, only(record, name, "wrote"), (other for other in containers if other != name)
            )
    return violations


def written_though_read_only(record: Record, writer: str, reader: str) -> list[Violation]:
    """Check that a read-only mount shows the other's writes, and refuses its own container's.

    The other wrote before and after those were tried, whenever it says so: what the reader had read was written. Any
    errno will do: the promise names none; it is in the record.

    Rules:
        untried: the reader did not try to write to a file that was there, and to one that was not.
        written: it wrote.
        not-written: the other could not write, before or after that.
        not-read: the reader did not read what the other wrote.
    """
    wrote, tries = events_of(record, writer, "wrote"), events_of(record, reader, "write-refused", "write-done")
    violations = [
        Violation("written", f"{reader} wrote to {event.fields['file']}, and has it read-only", events=(event,))
        for event in tries
        if event.name == "write-done"
    ]
    there = {event.fields["file"] for event in wrote}
    tried = {event.fields["file"] in there for event in tries}
    if tried != {True, False}:
        text = f"{reader} tried to write to {len(tries)} files, not to one that was there and one that was not"
        violations.append(Violation("untried", text, f"{reader}  write-refused"))
    first, last = (min(e.clock for e in tries), max(e.clock for e in tries)) if tries else (0, 0)
    read = {e.fields["content"] for e in events_of(record, reader, "read") if e.clock < first}
    before = [e for e in wrote if e.clock < first or e.fields["content"] in read]
    after = [e for e in wrote if e.clock > last]
    for word, events in (("before", before), ("after", after)):
        if tries and not events:
            text = f"{writer}, which has the volume read-write, wrote nothing {word} {reader} tried to"
            violations.append(Violation("not-written", text, f"{writer}  wrote"))
    return violations + [v for event in wrote for v in _not_read(record, event, [reader])]
