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


def not_open_to_all(record: Record, *containers: str, mask: int) -> list[Violation]:
    """The volume's folder has the mode 0777, and containers of several users, none of them root, all wrote there.

    Args:
        record: of them.
        containers: each writes a file, and reads those of the others.
        mask: which bits of the mode are judged.

    Rules:
        unlisted: a container did not look at the folder.
        unwitnessed: two of them were the same user, or one was root.
        wrong-mode: a container saw another mode.
        not-written: a container could not write.
        not-read: what one wrote another did not read.
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
    """Who of the readers did not read just what was written, wherever they have it mounted."""
    content, violations = wrote.fields["content"], []
    for reader in readers:
        reads = events_of(record, reader, "read")
        if not any(event.fields["content"] == content for event in reads):
            said = last_said(record.instances_of(reader))
            text = f"{reader} did not read {content}, which was written to {wrote.fields['file']}{said}"
            violations.append(Violation(rule, text, f"{reader}  read content={content}", (wrote,)))
    return violations


def group_not_inherited(record: Record, maker: str, witness: str, *, folder: str, group: int) -> list[Violation]:
    """The volume belongs to the Pod's fsGroup, and so does what a container made there that is in another group.

    Args:
        record: of both.
        maker: the container that makes a folder and files in the volume.
        witness: the container that prints their ``stat``, and that of the volume.
        folder: where the witness has the volume mounted.
        group: the Pod's fsGroup.

    Rules:
        unwitnessed: nothing was made, or the maker's own group is the Pod's fsGroup.
        unseen: the witness did not see the volume, or something that was made in it.
        other-group: the volume belongs to another group.
        no-setgid: the volume's folder has no setgid bit.
        not-inherited: something that was made there belongs to another group.
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


def sub_path_not_honoured(record: Record, prepare: str, part: str, whole: str, *, names: list[str]) -> list[Violation]:
    """Who has a part of the volume mounted reads there what was written through its root, and the other way round.

    Args:
        record: of the three.
        prepare: the init container that writes into the part through the root, and beside it.
        part: the container that has the part alone.
        whole: the container that has the root, and reads what the one with the part wrote.
        names: what lies in the part at the start: all that the container with the part finds there.

    Rules:
        not-written: a container did not write.
        not-read: what was written through the one mount was not read through the other.
        not-confined: who has the part alone found something else there than the part holds.
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
    """Each container has the folder of its own that the expression names with its environment, and writes there.

    What one wrote to its own folder, the others read in the folder of its name.

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
    """Who mounts the volume read-only reads what the other writes, before and after it tried in vain to write there.

    Any errno will do: the promise names none; it is in the record.

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
    before, after = [e for e in wrote if e.clock < first], [e for e in wrote if e.clock > last]
    for word, events in (("before", before), ("after", after)):
        if tries and not events:
            text = f"{writer}, which has the volume read-write, wrote nothing {word} {reader} tried to"
            violations.append(Violation("not-written", text, f"{writer}  wrote"))
    return violations + [v for event in wrote for v in _not_read(record, event, [reader])]
