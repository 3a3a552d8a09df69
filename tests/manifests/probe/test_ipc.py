"""The probe's semaphores, shared memory, POSIX queues and IPC objects of every kind, on this machine's own kernel."""

import ctypes
import errno
import os
import re
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.probes import (
    Json,
    between,
    names,
    rest,
    run,
    start,
    until,
)

KINDS = ["sysv-queue", "sysv-semaphore", "sysv-shm", "posix-shm", "posix-semaphore", "posix-queue", "dev-shm"]
SEGMENTS = ["sysv-shm", "posix-shm"]
SEMAPHORES = ["sysv-semaphore", "posix-semaphore"]


@pytest.fixture(scope="module")
def probe() -> Json:
    """Return the probe's modules by their names."""
    own: Json = names()["MODULES"]
    return own


@pytest.fixture
def name(probe: Json) -> Iterator[str]:
    """Yield a name that no other object has; remove its objects after the test."""
    own = uuid.uuid4().hex
    yield own
    for kind in probe["objects"].KINDS.values():
        try:
            kind.remove(own)
        except FileNotFoundError:
            continue


def test_a_function_that_fails_raises_the_errno_and_one_that_is_not_there_enosys(probe: Json) -> None:
    clib = probe["sysv"].clib
    with pytest.raises(OSError, match="No such file") as refused:
        clib.function("msgget", ctypes.c_int, ctypes.c_int)(0x7E57, 0)
    assert refused.value.errno == errno.ENOENT
    with pytest.raises(OSError, match="not implemented") as missing:
        clib.function("no_such_function", ctypes.c_int)(1)
    assert missing.value.errno == errno.ENOSYS


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, (0, 0)), (1.5, (1, 500_000_000)), (0.1, (0, 100_000_000))])
def test_a_moment_is_seconds_and_nanoseconds(probe: Json, seconds: float, expected: tuple[int, int]) -> None:
    moment = probe["sysv"].clib.moment(seconds)
    assert (moment.seconds, moment.nanoseconds) == expected


def test_a_key_is_four_letters_or_a_digest_that_is_a_key_too(probe: Json) -> None:
    key_of = probe["sysv"].key_of
    assert key_of("prod") == int.from_bytes(b"prod", "big")
    keys = {key_of(f"podproof-{number}") for number in range(1000)}
    assert len(keys) == 1000
    assert all(-(2**31) <= key < 2**31 for key in keys)
    assert 0 not in keys


# Objects of every kind


def test_objects_of_every_kind_are_made_seen_found_and_removed(name: str) -> None:
    verbs = ["make-objects", "look-objects", "find-objects", "find-objects", "remove-objects", "look-objects"]
    chain = [word for verb in verbs for word in ("then", verb, "all", name)][1:]
    events = run(*chain)
    by_kind = {kind: [(event, said) for event, said in between(events) if said["kind"] == kind] for kind in KINDS}
    for kind, said in by_kind.items():
        assert [event for event, _ in said] == [
            "object-made",
            "object-seen",
            "object-holds",
            "object-holds",
            "object-removed",
            "object-absent",
        ]
        content = said[0][1]["content"]
        assert re.fullmatch(r"[0-9]+" if kind in SEMAPHORES else r"[0-9a-f]{32}", content)
        assert [held["content"] for event, held in said if event == "object-holds"] == [content, content]
        assert said[-1][1]["errno"] == "ENOENT"
    assert len(between(events)) == 6 * len(KINDS)
    assert events[-1]["code"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_there_for_another_process_as_long_as_its_maker_lives_and_after(kind: str, name: str) -> None:
    owner = start("make-objects", kind, name, "then", "expect-term", "then", "find-objects", kind, name)
    made = until(owner, "object-made")
    until(owner, "waiting")
    [(found, held)] = between(run("find-objects", kind, name))
    assert (found, held["content"]) == ("object-holds", made["content"])
    owner.send_signal(signal.SIGTERM)
    assert [event.get("content") for event in rest(owner) if event["event"] == "object-holds"] == [made["content"]]
    [(kept, again)] = between(run("keep-objects", kind, name))
    assert (kept, again["content"]) == ("object-holds", made["content"])


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_made_once_and_removed_by_its_maker_alone(kind: str, name: str) -> None:
    run("make-objects", kind, name)
    [(refused, said)] = between(run("make-objects", kind, name, "then", "remove-objects", kind, name))
    assert (refused, said["errno"]) == ("object-not-made", "EEXIST")
    assert between(run("look-objects", kind, name))[0][0] == "object-seen"


def test_an_object_that_cannot_be_removed_keeps_none_of_the_others(probe: Json, name: str) -> None:
    owner = start("make-objects", "all", name, "then", "expect-term", "then", "remove-objects", "all", name)
    until(owner, "waiting")
    probe["objects"].KINDS["sysv-queue"].remove(name)
    owner.send_signal(signal.SIGTERM)
    removals = [(event["event"], event["kind"]) for event in rest(owner) if "kind" in event]
    assert removals == [("object-not-removed", "sysv-queue"), *(("object-removed", kind) for kind in KINDS[1:])]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_is_told_by_errno_and_may_be_made(kind: str, name: str) -> None:
    lost, absent, kept = between(
        run("find-objects", kind, name, "then", "look-objects", kind, name, "then", "keep-objects", kind, name)
    )
    assert (lost[0], lost[1]["errno"]) == ("object-lost", "ENOENT")
    assert (absent[0], absent[1]["errno"], absent[1]["looks"]) == ("object-absent", "ENOENT", 1)
    assert kept[0] == "object-made"


def test_absent_objects_are_looked_for_all_the_while_and_one_that_comes_late_is_seen(name: str) -> None:
    looking = start("look-objects", "posix-shm,sysv-queue", name, "--within", "1")
    until(looking, "started")
    run("make-objects", "sysv-queue", name)
    seen, absent, _ = rest(looking)
    assert (seen["event"], seen["kind"]) == ("object-seen", "sysv-queue")
    assert (absent["event"], absent["kind"], absent["awaited"]) == ("object-absent", "posix-shm", 1.0)
    assert absent["looks"] > seen["looks"]


def test_one_kind_that_cannot_be_made_keeps_the_others_from_nothing(name: str) -> None:
    run("make-objects", "posix-queue", name)
    first, second = between(run("make-objects", "posix-queue,dev-shm", name))
    assert (first[0], second[0]) == ("object-not-made", "object-made")


def test_an_unknown_kind_is_refused(name: str) -> None:
    events = run("make-objects", "sysv-queue,sockets", name)
    assert [event["event"] for event in events] == ["started", "bad-arguments", "exit"]
    assert events[-1]["code"] == 2


def test_a_queue_that_lost_its_message_is_found_empty(name: str) -> None:
    run("make-objects", "sysv-queue,posix-queue", name)
    run("receive", name)
    run("receive-posix", name)
    assert [said["errno"] for _, said in between(run("find-objects", "sysv-queue,posix-queue", name))] == [
        "ENOMSG",
        "EAGAIN",
    ]


# Shared memory


@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_one_writes_into_a_segment_the_other_reads_and_writes_back(kind: str, name: str) -> None:
    right = start("read-segment", kind, name, "left", "--within", "20", "then", "write-segment", kind, name, "right")
    until(right, "started")
    read_right = ["read-segment", kind, name, "right", "--within", "20"]
    wrote, answered = between(run("write-segment", kind, name, "left", "--create", "then", *read_right))
    read, wrote_back, _ = rest(right)
    assert (read["event"], read["content"]) == ("read", wrote[1]["content"])
    assert (answered[0], answered[1]["content"]) == ("read", wrote_back["content"])
    assert wrote[1]["content"] != wrote_back["content"]


@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_is_not_written_is_not_read_and_the_errno_tells_why(kind: str, name: str) -> None:
    [(absent, said)] = between(run("read-segment", kind, name, "left", "--within", "0.1"))
    assert (absent, said["errno"], said["awaited"]) == ("not-read", "ENOENT", 0.1)
    events = run("write-segment", kind, name, "right", "--create", "then", "read-segment", kind, name, "left")
    name_of, said = between(events)[-1]
    assert (name_of, said["errno"], events[-1]["code"]) == ("not-read", "ENODATA", 1)


def test_a_segment_without_a_length_is_not_read_yet(name: str, probe: Json) -> None:
    descriptor = os.open("/dev/shm" + probe["segments"].path_of(name).decode(), os.O_CREAT | os.O_RDWR)  # noqa: S108 # its place
    os.close(descriptor)
    [(_, said)] = between(run("read-segment", "posix-shm", name, "left"))
    assert said["errno"] == "ENODATA"


@pytest.mark.parametrize("kind", SEGMENTS)
def test_a_segment_is_made_once(kind: str, name: str) -> None:
    run("write-segment", kind, name, "left", "--create")
    [(failed, said)] = between(run("write-segment", kind, name, "left", "--create"))
    assert (failed, said["errno"]) == ("failed", "EEXIST")


# Semaphores


@pytest.mark.parametrize("kind", SEMAPHORES)
def test_a_semaphore_that_is_held_is_refused_and_taken_once_it_is_released(kind: str, name: str) -> None:
    bell = name + "-bell"
    take = ["take-semaphore", kind, name, "--within", "20"]
    contend = ["try-semaphore", kind, name, "then", "release-semaphore", kind, bell, "then", *take]
    contender = start("await-semaphore", kind, bell, "--within", "20", "then", *contend)
    until(contender, "started")
    hold = ["make-semaphore", kind, name, "1", "then", "take-semaphore", kind, name]
    ring = ["make-semaphore", kind, bell, "0", "then", "take-semaphore", kind, bell, "--within", "20"]
    try:
        held = run(*hold, "then", *ring, "then", "release-semaphore", kind, name)
        there, refused, rang, taken, _ = rest(contender)
        assert [event for event, _ in between(held)] == [
            "semaphore-made",
            "semaphore-taken",
            "semaphore-made",
            "semaphore-taken",
            "semaphore-released",
        ]
        assert (there["event"], rang["event"]) == ("semaphore-there", "semaphore-released")
        assert (refused["event"], refused["errno"]) == ("semaphore-refused", "EAGAIN")
        assert taken["event"] == "semaphore-taken"
        assert held[2]["clock"] < refused["clock"] < held[5]["clock"] < taken["clock"]
    finally:
        names()["MODULES"]["objects"].KINDS[kind].remove(bell)


@pytest.mark.parametrize(("kind", "late"), [("sysv-semaphore", "EAGAIN"), ("posix-semaphore", "ETIMEDOUT")])
def test_a_semaphore_that_nobody_releases_is_not_taken(kind: str, late: str, name: str) -> None:
    take = ["take-semaphore", kind, name]
    once = between(run("make-semaphore", kind, name, "0", "then", *take))[-1]
    events = run(*take, "--within", "0.2")
    assert (once[0], once[1]["errno"]) == ("semaphore-not-taken", "EAGAIN")
    [(not_taken, said)] = between(events)
    assert (not_taken, said["errno"], said["awaited"]) == ("semaphore-not-taken", late, 0.2)
    assert events[-2]["clock"] - events[0]["clock"] >= 0.2e9
    assert events[-1]["code"] == 1


@pytest.mark.parametrize("kind", SEMAPHORES)
def test_a_semaphore_that_is_free_is_taken_at_the_first_try(kind: str, name: str) -> None:
    assert between(run("make-semaphore", kind, name, "1", "then", "try-semaphore", kind, name))[-1][0] == (
        "semaphore-taken"
    )


@pytest.mark.parametrize("kind", SEMAPHORES)
def test_a_semaphore_that_is_not_there_is_awaited_in_vain(kind: str, name: str) -> None:
    events = run("await-semaphore", kind, name, "--within", "0.1")
    [(none, said)] = between(events)
    assert (none, said["errno"], said["awaited"], events[-1]["code"]) == ("no-semaphore", "ENOENT", 0.1, 1)


# POSIX queues


def test_messages_are_received_by_priority_the_highest_first_once_all_are_there(name: str) -> None:
    receiver = start("receive-posix", name, "--priorities", "3,2,1*2", "--within", "20")
    until(receiver, "started")
    sent = [said for event, said in between(run("send-posix", name, "--priorities", "1,3,1,2")) if event == "sent"]
    opened, *received, _ = rest(receiver)
    assert (opened["event"], opened["create"]) == ("queue-opened", False)
    assert [(each["asked"], each["priority"], each["sha256"]) for each in received] == [
        (sent[place]["priority"], sent[place]["priority"], sent[place]["sha256"]) for place in (1, 3, 0, 2)
    ]


def test_a_full_posix_queue_and_an_empty_one_answer_at_once(name: str) -> None:
    full = run("send-posix", name, "--priorities", "1*11", "--bytes", "8")
    assert [event for event, _ in between(full)] == ["queue-opened", *["sent"] * 10, "not-sent"]
    assert (full[-2]["errno"], full[-1]["code"]) == ("EAGAIN", 1)
    empty = run("receive-posix", name, "--priorities", "1*11", "--within", "0.1")
    assert (empty[-2]["event"], empty[-2]["errno"], empty[-1]["code"]) == ("not-received", "EAGAIN", 1)


def test_a_posix_queue_is_made_once_and_one_that_is_not_there_is_told(name: str) -> None:
    [(none, said)] = between(run("receive-posix", name, "--within", "0.1"))
    assert (none, said["errno"], said["awaited"]) == ("no-queue", "ENOENT", 0.1)
    assert said["looks"] > 1
    run("send-posix", name)
    [(refused, said)] = between(run("send-posix", name))
    assert (refused, said["errno"]) == ("no-queue", "EEXIST")


# Surroundings


def test_namespaces_are_told_by_the_kernels_names_or_an_errno(probe: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    [(event, namespaces)] = between(run("list-namespaces"))
    assert event == "namespaces"
    assert namespaces == {kind: str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in namespaces}
    assert set(namespaces) == {"ipc", "net", "uts", "pid", "mnt", "user", "cgroup"}

    def hidden(*_: Any) -> str:
        raise PermissionError(errno.EACCES, "hidden")

    monkeypatch.setattr(os, "readlink", hidden)
    assert probe["namespaces"].namespace_of("ipc") == "EACCES"


def test_a_folder_is_measured_as_its_file_system_is(tmp_path: Path) -> None:
    [(event, said)] = between(run("measure-folder", tmp_path))
    found = os.statvfs(tmp_path)
    assert (event, said["bytes"]) == ("measured", found.f_blocks * found.f_frsize)
