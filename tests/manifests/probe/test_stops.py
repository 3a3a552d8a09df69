"""The probe where it is stopped (SIGSTOP) for longer than it wanted to wait, as on a starved node."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import string
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.probes import names, rest, run, start, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

STOP = 0.4  # seconds, many times the probe's interval
IPC_RMID = 0


@contextmanager
def stopped(process: subprocess.Popen[str]) -> Iterator[None]:
    """Stop the process, once it is in the kernel; let it go on after the block."""
    time.sleep(STOP / 2)  # into its wait
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@pytest.fixture
def key() -> Iterator[str]:
    """Yield a name that no other object has; remove the semaphores of that name after the test."""
    name = "".join(random.choices(string.ascii_letters, k=4))  # noqa: S311 # a name, no secret
    yield name
    libc = ctypes.CDLL(None)
    semaphore = libc.semget(int.from_bytes(name.encode(), "big"), 0, 0)
    if semaphore >= 0:
        libc.semctl(semaphore, 0, IPC_RMID)
    Path(f"/dev/shm/sem.{name}.semaphore").unlink(missing_ok=True)  # noqa: S108 # where the C library has it


@pytest.mark.parametrize(
    "verb",
    [
        ["follow", "FILE"],
        ["publish", "FOLDER", "--every", "0.1"],
        ["follow-log", "FILE", "PIDFILE"],
        ["reload", "PIDFILE", "FILE", "127.0.0.1", "1", "--every", "5"],
    ],
    ids=lambda verb: str(verb[0]),
)
def test_a_stop_is_taken_for_no_term(verb: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("first\n", encoding="ascii")
    places = {"FILE": tmp_path / "file", "FOLDER": tmp_path, "PIDFILE": tmp_path / "pid"}
    process = start(*[places.get(word, word) for word in verb])
    until(process, "started")
    for _ in range(5):
        with stopped(process):
            time.sleep(STOP)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert len([event for event in rest(process) if event["event"] == "terminated"]) == 1


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "not-sent"])
def test_a_signal_that_comes_during_a_stop_counts_and_no_other(sent: bool) -> None:  # a parameter
    process = start("mark", "then", "expect-signal", "--within", STOP)
    until(process, "marked")
    with stopped(process):
        time.sleep(STOP)
        if sent:
            process.send_signal(signal.SIGUSR1)
    [(name, said)] = named_of(rest(process), "got-signal", "no-signal")
    assert (name, said.get("sender")) == (("got-signal", os.getpid()) if sent else ("no-signal", None))


def named_of(events: list[dict[str, Any]], *names: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of these names, with their fields."""
    return [(event["event"], event) for event in events if event["event"] in names]


@pytest.mark.parametrize("kind", ["sysv-semaphore", "posix-semaphore"])
def test_a_wait_for_a_semaphore_is_taken_up_again_after_a_stop(kind: str, key: str) -> None:
    run("make-semaphore", kind, key, 0)
    process = start("take-semaphore", kind, key, "--within", 20)
    until(process, "started")
    with stopped(process):
        pass
    time.sleep(STOP / 2)
    run("release-semaphore", kind, key)
    assert [event["event"] for event in rest(process)] == ["semaphore-taken", "exit"]


@pytest.mark.parametrize("kind", ["sysv-semaphore", "posix-semaphore"])
def test_a_wait_for_a_semaphore_is_no_longer_for_a_stop(kind: str, key: str) -> None:
    """By the probe's own clock: a wait that began anew after the stop would last for both."""
    within, stop = 2.0, 1.5
    run("make-semaphore", kind, key, 0)
    process = start("take-semaphore", kind, key, "--within", within)
    began = until(process, "started")["clock"]
    with stopped(process):
        time.sleep(stop)
    [over, last] = rest(process)
    assert [over["event"], last["event"]] == ["semaphore-not-taken", "exit"]
    assert over["clock"] - began < (within + stop - 0.5) * 1e9


@pytest.mark.parametrize(
    ("verb", "there"),
    [
        (["read", "FILE"], "read"),
        (["await-semaphore", "sysv-semaphore", "KEY"], "semaphore-there"),
        (["look-objects", "sysv-semaphore", "KEY"], "object-seen"),
        (["signal", "FILE"], "no-process"),
        (["follow-log", "FILE", "FILE"], "line"),
        (["ask", "tcp", "127.0.0.1", "PORT"], "answered"),
        (["ask-abstract", "KEY"], "answered"),
        (["ask-unix", "SOCKET"], "answered"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_came_during_a_stop_is_seen_although_the_time_is_over(
    verb: list[str], there: str, key: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places: dict[str, object] = {"FILE": tmp_path / "file", "SOCKET": tmp_path / "socket"}
    places |= {"KEY": key, "PORT": port}
    process = start(*[places.get(word, word) for word in verb], "--within", STOP)
    until(process, "started")
    others: list[subprocess.Popen[str]] = []
    with stopped(process):
        time.sleep(STOP)
        run("make-semaphore", "sysv-semaphore", key, 1)
        (tmp_path / "file").write_text("podproofnobody\n", encoding="ascii")
        others.append(start("serve", "tcp", "127.0.0.1", port, "then", "until-asked", "--within", 2))
        others.append(start("serve-abstract", key, "then", "work", 2))
        others.append(start("answer-unix", tmp_path / "socket", "--within", 2))
        for other, name in zip(others, ("serving", "serving", "serving"), strict=True):
            until(other, name)
    if verb[0] == "follow-log":
        until(process, there)
        process.send_signal(signal.SIGTERM)
        rest(process)
    else:
        [(name, said)] = [each for each in between_all(rest(process)) if each[0] == there]
        assert name == "no-process" or "errno" not in said
        assert name != "no-process" or said["mark"] == "podproofnobody"
    for other in others:
        rest(other)


def between_all(events: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return name and fields of each event but the last."""
    return [(event["event"], event) for event in events[:-1]]


def test_the_last_look_begins_after_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = vars(names()["MODULES"]["waits"])
    now = [0.0]
    monkeypatch.setitem(waits, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=lambda _: None))
    looks = waits["looks"](1.0)
    assert not next(looks)
    now[0] = 5.0  # stopped after it has looked, before it knows what came of it
    assert next(looks)
    assert list(looks) == []


def test_an_interface_that_vanishes_while_it_is_listed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    own = vars(names()["MODULES"]["net"])
    said: list[dict[str, object]] = []

    def index_of(interface: str) -> int:
        if interface == "veth1":
            raise OSError("no interface with this name")
        return 1

    monkeypatch.setitem(
        own, "interface_addresses", lambda: [(each, socket.AF_INET, "127.0.0.1") for each in ("lo", "veth1")]
    )
    monkeypatch.setattr(own["socket"], "if_nametoindex", index_of)
    monkeypatch.setattr(own["event"], "emit", lambda name, **fields: said.append(fields) if name == "address" else None)
    own["list_addresses"](None)
    assert [fields["interface"] for fields in said] == ["lo"]
