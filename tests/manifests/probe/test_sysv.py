"""The probe's System V message queues, on this machine's own kernel."""

import ctypes
import hashlib
import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.probes import between, rest, run, start, until

IPC_RMID = 0
LIMIT_OF_A_QUEUE = int(Path("/proc/sys/kernel/msgmnb").read_text())  # bytes
LARGEST = 8192


@pytest.fixture
def key() -> Iterator[str]:
    """Yield a key that no other queue has; remove the queue after the test."""
    name = "".join(random.choices(string.ascii_letters, k=4))  # noqa: S311 # a name, no secret
    yield name
    libc = ctypes.CDLL(None)
    queue = libc.msgget(int.from_bytes(name.encode(), "big"), 0)
    if queue >= 0:
        libc.msgctl(queue, IPC_RMID, None)


def test_messages_go_from_one_process_to_another_by_type_in_order_and_whole(key: str) -> None:
    sent = [said for name, said in between(run("send", key, "--create", "--types", "1*2,2")) if name == "sent"]
    received = [said for name, said in between(run("receive", key, "--types", "2,1*2")) if name == "received"]
    assert [message["type"] for message in sent] == [1, 1, 2]
    assert received == [{"asked": sent[place]["type"], **sent[place]} for place in (2, 0, 1)]
    assert len({message["sha256"] for message in sent}) == 3


def test_the_largest_message_arrives_whole(key: str) -> None:
    sent = between(run("send", key, "--create", "--bytes", LARGEST))[-1]
    received = between(run("receive", key))[-1]
    assert received == ("received", {"asked": 1, **sent[1]})
    assert received[1]["bytes"] == LARGEST


def test_what_is_told_of_a_content_is_its_length_and_sha_256(key: str) -> None:
    [_, (_, sent)] = between(run("send", key, "--create", "--bytes", "0"))
    assert sent == {"type": 1, "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}


def test_a_queue_that_is_not_there_is_told_by_errno(key: str) -> None:
    for verb in ("send", "receive"):
        events = run(verb, key)
        [(name, said)] = between(events)
        assert (name, said["errno"], said["looks"], said["key"]) == ("no-queue", "ENOENT", 1, key)
        assert events[-1]["code"] == 1


def test_a_full_queue_refuses_at_once_with_its_errno(key: str) -> None:
    fit = LIMIT_OF_A_QUEUE // LARGEST
    events = run("send", key, "--create", "--bytes", LARGEST, "--types", f"1*{fit + 1}")
    names = [name for name, _ in between(events)]
    assert names == ["queue-opened", *["sent"] * fit, "not-sent"]
    said = between(events)[-1][1]
    assert (said["errno"], said["bytes"]) == ("EAGAIN", LARGEST)
    assert said["msgmax"] == int(Path("/proc/sys/kernel/msgmax").read_text())
    assert events[-1]["code"] == 1


def test_a_message_that_does_not_come_is_not_received_once_its_time_is_over(key: str) -> None:
    run("make-queue", key)
    events = run("receive", key, "--types", "2", "--within", "0.2")
    assert between(events)[-1] == ("not-received", {"type": 2, "errno": "ENOMSG", "awaited": 0.2})
    assert events[-2]["clock"] - events[0]["clock"] >= 0.2e9
    assert events[-1]["code"] == 1


def test_a_message_and_its_queue_are_awaited_where_that_is_asked_for(key: str) -> None:
    receiver = start("receive", key, "--await-queue", "--within", "20")
    until(receiver, "started")
    sent = between(run("send", key, "--create"))[-1][1]
    opened, received, _ = rest(receiver)
    assert opened["event"] == "queue-opened"
    assert not opened["create"]
    assert received["sha256"] == sent["sha256"]


def test_a_queue_is_made_once(key: str) -> None:
    assert between(run("make-queue", key))[0][1]["create"]
    events = run("make-queue", key)
    [(name, said)] = between(events)
    assert (name, said["errno"]) == ("no-queue", "EEXIST")
    assert events[-1]["code"] == 1
