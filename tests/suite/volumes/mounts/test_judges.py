"""Judges of how a volume is mounted: their histories, and what lies at the edges of their rules."""

import dataclasses
from typing import Any

from records import Event, Instance, Record
from suite.volumes.mounts import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial


def as_user(run: Instance, user: int, group: int) -> Instance:
    """Return the run as that of another user and group."""
    started = run.events[0]
    own = dataclasses.replace(started, fields=started.fields | {"uid": user, "gid": group})
    return dataclasses.replace(run, events=(own, *run.events[1:]))


def opened(name: str, other: str, user: int, mode: str = "0o777") -> Instance:
    """Return a user's run that lists the folder, writes, and reads the other's file."""
    look = did(1.0, "listed", folder="/data", names=[], mode=mode, filesystem="ext4")
    wrote = did(1.1, "wrote", file=f"/data/{name}", content=f"of-{name}")
    read = did(1.2, "read", file=f"/data/{other}", content=f"of-{other}")
    return as_user(ran(name, 0.0, look, wrote, read, exited(1.3)), user, user)


FIRST, SECOND = opened("first", "second", 10001), opened("second", "first", 10002)
OPEN = record(pod(FIRST, SECOND))
FAILED = did(1.1, "failed", verb="write /data/first", errno="EACCES", path="/data/first.partial")


def with_mode(mode: str) -> Record:
    """Return two containers that saw that mode."""
    return record(pod(opened("first", "second", 10001, mode), opened("second", "first", 10002, mode)))


def each_edited(run: Instance, event: str, other: Event | None) -> Instance:
    """Return the run with another event, or none, in the place of that one."""
    events = [other if each.name == event else each for each in run.events]
    kept = [each for each in events if each is not None]
    numbered = tuple(dataclasses.replace(each, seq=number) for number, each in enumerate(kept))
    return dataclasses.replace(run, events=numbered)


MODE = Trial(
    judges.not_open_to_all,
    ("first", "second"),
    options={"mask": 0o7777},
    good=OPEN,
    broken=(
        ("unlisted", "one did not look", record(pod(each_edited(FIRST, "listed", None), SECOND))),
        ("unwitnessed", "one user", record(pod(FIRST, opened("second", "first", 10001)))),
        ("unwitnessed", "one is root", record(pod(FIRST, opened("second", "first", 0)))),
        ("wrong-mode", "closed to some", with_mode("0o755")),
        ("wrong-mode", "with a sticky bit", with_mode("0o1777")),
        ("not-written", "one could not write", record(pod(each_edited(FIRST, "wrote", FAILED), SECOND))),
        ("not-read", "one did not read", record(pod(FIRST, each_edited(SECOND, "read", None)))),
        (
            "not-read",
            "one read another content",
            record(pod(FIRST, each_edited(SECOND, "read", did(1.2, "read", file="/data/first", content="x")))),
        ),
    ),
)


def stat(name: str, gid: int = 10099, mode: str = "0o644") -> Event:
    return did(2.0, "stat", file=name, mode=mode, uid=10001, gid=gid, inode=1, device=1, links=1)


VOLUME, FOLDER = stat("/data", mode="0o2777"), stat("/data/folder", mode="0o2755")
INSIDE, FILE = stat("/data/folder/file"), stat("/data/file")
MADE = (
    did(1.0, "folder-made", folder="/data/folder", mode="0o2755"),
    did(1.1, "wrote", file="/data/folder/file", content="a"),
    did(1.2, "wrote", file="/data/file", content="b"),
)


def grouped(*stats: Event, made: tuple[Event, ...] = MADE, group: int = 10001) -> Record:
    """Return a maker of that group, and a witness with these events."""
    maker = as_user(ran("first", 0.0, *made, exited(1.3)), 10001, group)
    return record(pod(maker, ran("second", 0.0, *stats, exited(2.1))))


GROUP = Trial(
    judges.group_not_inherited,
    ("first", "second"),
    options={"folder": "/data", "group": 10099},
    good=grouped(VOLUME, FOLDER, INSIDE, FILE),
    broken=(
        ("unwitnessed", "no folder was made", grouped(VOLUME, INSIDE, FILE, made=MADE[1:])),
        ("unwitnessed", "nothing was written", grouped(VOLUME, FOLDER, made=MADE[:1])),
        ("unwitnessed", "the maker is of that group", grouped(VOLUME, FOLDER, INSIDE, FILE, group=10099)),
        ("unseen", "the volume", grouped(FOLDER, INSIDE, FILE)),
        ("unseen", "a file", grouped(VOLUME, FOLDER, INSIDE)),
        ("other-group", "root's", grouped(stat("/data", 0, "0o2777"), FOLDER, INSIDE, FILE)),
        ("no-setgid", "open to all", grouped(stat("/data", mode="0o777"), FOLDER, INSIDE, FILE)),
        ("not-inherited", "a file", grouped(VOLUME, FOLDER, INSIDE, stat("/data/file", 10001))),
        ("not-inherited", "a folder", grouped(VOLUME, stat("/data/folder", 10001), INSIDE, FILE)),
        ("not-inherited", "a file in that folder", grouped(VOLUME, FOLDER, stat("/data/folder/file", 10001), FILE)),
    ),
)

SHUT = Trial(
    judges.shut_to_the_group,
    ("second",),
    options={"folder": "/data"},
    good=grouped(VOLUME, FOLDER),
    broken=(
        ("unseen", "it did not look", grouped(FOLDER)),
        ("shut", "the group may not write", grouped(stat("/data", mode="0o2757"))),
        ("shut", "the group may not read", grouped(stat("/data", mode="0o2737"))),
        ("shut", "the owner may not write", grouped(stat("/data", mode="0o2577"))),
    ),
)

PREPARE = ran(
    "prepare",
    0.0,
    did(0.5, "wrote", file="/data/part/from-root", content="root's"),
    did(0.6, "wrote", file="/data/beside", content="other"),
    exited(0.7),
    kind="init",
)
PART = ran(
    "part",
    1.0,
    did(1.1, "listed", folder="/part", names=["from-root"], mode="0o755", filesystem="ext4"),
    did(1.2, "wrote", file="/part/from-part", content="part's"),
    did(1.3, "read", file="/part/from-root", content="root's"),
    exited(1.4),
)
WHOLE = ran("whole", 1.0, did(1.5, "read", file="/data/part/from-part", content="part's"), exited(1.6))
PARTED = record(pod(PREPARE, PART, WHOLE))
UNREAD = did(1.3, "not-read", file="/part/from-root", errno="ENOENT", awaited=0.0)

SUB_PATH = Trial(
    judges.sub_path_not_honoured,
    ("prepare", "part", "whole"),
    options={"names": ["from-root"]},
    good=PARTED,
    broken=(
        ("not-written", "nothing was prepared", without(PARTED, "prepare", "wrote")),
        ("not-written", "nothing was written into the part", without(PARTED, "part", "wrote")),
        ("not-read", "not through the part", instead(PARTED, "part", "read", UNREAD)),
        ("not-read", "not through the root", without(PARTED, "whole", "read")),
        ("not-read", "another content", altered(PARTED, "whole", "read", content="x")),
        ("not-confined", "what lies beside it", altered(PARTED, "part", "listed", names=["beside", "part"])),
        ("not-confined", "nothing at all", altered(PARTED, "part", "listed", names=[])),
        ("not-confined", "it did not look", without(PARTED, "part", "listed")),
    ),
)


def own(name: str, other: str) -> Instance:
    """Return a run that wrote to its own folder and read in the other's."""
    wrote = did(1.0, "wrote", file="/own/file", content=f"of-{name}")
    return ran(name, 0.0, wrote, did(1.1, "read", file=f"/data/of-{other}/file", content=f"of-{other}"), exited(1.2))


EXPANDED = record(pod(own("left", "right"), own("right", "left")))

EXPRESSION = Trial(
    judges.expanded_alike,
    ("left", "right"),
    good=EXPANDED,
    broken=(
        ("not-written", "one wrote nothing", without(EXPANDED, "left", "wrote")),
        ("not-read", "one did not find the other's", without(EXPANDED, "left", "read")),
        ("not-read", "one found its own there", altered(EXPANDED, "right", "read", content="of-right")),
    ),
)


def tried(*outcomes: Event, told: float = 0.5, read: float = 0.6) -> Record:
    """Return a writer that wrote before and after a reader's tries; when it told of the first, and was read."""
    before, after = (
        did(at, "wrote", file=f"/data/{name}", content=name) for at, name in ((told, "file"), (2.0, "again"))
    )
    reads = [did(at, "read", file=f"/data/{name}", content=name) for at, name in ((read, "file"), (2.1, "again"))]
    return record(
        pod(
            ran("writer", 0.0, before, after, exited(2.2)),
            ran("reader", 0.0, reads[0], *outcomes, reads[1], exited(2.2)),
        )
    )


def refused(name: str, **fields: Any) -> Event:
    return did(1.0, "write-refused", file=f"/data/{name}", errno=fields.get("errno", "EROFS"))


REFUSED = tried(refused("file"), refused("new"))


READ_ONLY = Trial(
    judges.written_though_read_only,
    ("writer", "reader"),
    good=REFUSED,
    broken=(
        ("untried", "no file that was there", tried(refused("new"))),
        ("untried", "no new file", tried(refused("file"))),
        ("untried", "nothing at all", tried()),
        ("written", "the file that was there", tried(did(1.0, "write-done", file="/data/file"), refused("new"))),
        ("written", "a new one", tried(refused("file"), did(1.0, "write-done", file="/data/new"))),
        ("not-written", "not before it tried", tried(refused("file"), refused("new"), told=1.5, read=1.6)),
        ("not-written", "not after it tried", moved(REFUSED, "writer", "wrote", 0.9)),
        ("not-read", "it read nothing", without(REFUSED, "reader", "read")),
        ("not-read", "it read something else", altered(REFUSED, "reader", "read", content="x")),
    ),
)

TRIALS = (MODE, GROUP, SHUT, SUB_PATH, EXPRESSION, READ_ONLY)


def test_who_was_read_before_it_said_so_had_written_by_then() -> None:
    told_late = tried(refused("file"), refused("new"), told=1.5)
    assert judges.written_though_read_only(told_late, "writer", "reader") == []


def test_a_mode_is_judged_by_the_bits_that_are_asked_for() -> None:
    assert judges.not_open_to_all(with_mode("0o1777"), "first", "second", mask=0o777) == []
    assert rules(judges.not_open_to_all(with_mode("0o1755"), "first", "second", mask=0o777)) == {"wrong-mode"}


def test_who_could_not_write_says_what_the_kernel_answered() -> None:
    ended = as_user(ran("first", 0.0, FIRST.events[1], FAILED, exited(1.2, code=1)), 10001, 10001)
    why = "its last word was failed verb=write /data/first errno=EACCES path=/data/first.partial"
    assert said(MODE(record(pod(ended, SECOND)))).splitlines() == [
        f"first has no event wrote; {why} [not-written]",
        f"first did not read of-second, which was written to /data/second; {why} [not-read]",
    ]


def test_a_file_of_another_group_is_told_with_both_groups() -> None:
    assert said(GROUP(grouped(VOLUME, FOLDER, INSIDE, stat("/data/file", 10001)))) == (
        "/data/file, made by first, belongs to group 10001, not to 10099, the Pod's fsGroup [not-inherited]"
    )


def test_a_whole_volume_in_the_place_of_a_part_is_told_by_what_lies_there() -> None:
    history = altered(instead(PARTED, "part", "read", UNREAD), "part", "listed", names=["beside", "part"])
    why = "its last word was not-read file=/part/from-root errno=ENOENT awaited=0.0"
    assert said(SUB_PATH(history)).splitlines() == [
        f"part did not read root's, which was written to /data/part/from-root; {why} [not-read]",
        "part found beside, part in its part, not from-root [not-confined]",
    ]


def test_any_errno_keeps_a_read_only_mount_read_only() -> None:
    assert READ_ONLY(tried(refused("file", errno="EACCES"), refused("new", errno="EPERM"))) == []


def test_a_write_through_a_read_only_mount_is_told_with_its_file() -> None:
    assert said(READ_ONLY(tried(refused("file"), did(1.0, "write-done", file="/data/new")))) == (
        "reader wrote to /data/new, and has it read-only [written]"
    )
