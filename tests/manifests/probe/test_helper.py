"""The probe's verbs of a web server's helpers, on this machine."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.probes import (
    between,
    named,
    rest,
    run,
    start,
    until,
)
from tests.helpers.web import HERE, Answer, Server

Json = dict[str, Any]

REOPENS = """
import os, signal, sys
def reopen(*_):
    global log
    if sys.argv[2] == "late":
        log.write("late\\n"); log.flush()
    log = open(sys.argv[1], "a")
    log.write("new\\n"); log.flush()
log = open(sys.argv[1], "a")
signal.signal(signal.SIGUSR1, reopen if sys.argv[2] != "deaf" else signal.SIG_IGN)
log.write("first\\n"); log.flush()
print("ready", flush=True)
while True: signal.pause()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Callable[[str], tuple[Path, Path]]]:
    """Yield a function that starts a server with a log, a new one at the signal; it returns log and pid file."""
    started: list[subprocess.Popen[str]] = []

    def begin(kind: str) -> tuple[Path, Path]:
        log, pid = tmp_path / "log", tmp_path / "pid"
        process = subprocess.Popen([sys.executable, "-c", REOPENS, str(log), kind], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        pid.write_text(f"{process.pid}\n")
        return log, pid

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_lines_are_printed_once_they_are_whole_and_to_the_end_after_term(tmp_path: Path) -> None:
    log = tmp_path / "log"
    reader = start("follow-log", log, tmp_path / "pid", "--within", 20)
    append(log, "one\ntw")
    assert until(reader, "line")["text"] == "one"
    append(log, "o\n")
    assert until(reader, "line")["text"] == "two"
    append(log, "three\nfo")
    reader.send_signal(signal.SIGTERM)
    events = rest(reader)
    assert [e["text"] for e in events if e["event"] in {"line", "broken-line"}] == ["three", "fo"]
    assert [e["event"] for e in events][-3:] == ["broken-line", "followed", "exit"]
    assert events[-2]["lines"] == 3


def test_a_log_that_does_not_come_is_told(tmp_path: Path) -> None:
    events = run("follow-log", tmp_path / "log", tmp_path / "pid", "--within", 0.1)
    assert between(events) == [("no-log", {"file": str(tmp_path / "log"), "errno": "ENOENT", "awaited": 0.1})]
    assert events[-1]["code"] == 1


@pytest.mark.parametrize(("kind", "lines"), [("prompt", ["first", "new"]), ("late", ["first", "late", "new"])])
def test_a_log_is_read_through_its_rotation(
    kind: str, lines: list[str], writer: Callable[[str], tuple[Path, Path]]
) -> None:
    log, pid = writer(kind)
    reader = start("follow-log", log, pid, "--rotations", 1, "--every", 1, "--within", 20)
    seen: list[Json] = []
    while not seen or seen[-1]["event"] != "all-rotated":
        seen.append(until(reader, "line") if len(seen) < len(lines) else until(reader, "all-rotated"))
    assert [e["text"] for e in seen[:-1]] == lines
    assert [Path(e["file"]).name for e in seen[1:-1]] == ["log.1"] * (len(lines) - 2) + ["log"]
    reader.send_signal(signal.SIGTERM)
    assert rest(reader)[-2]["rotations"] == 1
    assert Path(f"{log}.1").read_text() == "".join(f"{line}\n" for line in lines[:-1])


def test_a_server_that_does_not_open_its_log_anew_is_told_and_the_old_one_read_on(
    writer: Callable[[str], tuple[Path, Path]],
) -> None:
    log, pid = writer("deaf")
    reader = start("follow-log", log, pid, "--rotations", 2, "--every", 1, "--within", 0.2)
    failure = until(reader, "not-reopened")
    assert (failure["errno"], failure["awaited"]) == ("ENOENT", 0.2)
    append(Path(f"{log}.1"), "more\n")
    assert until(reader, "line")["text"] == "more"
    reader.send_signal(signal.SIGTERM)
    rest(reader)


def test_a_server_that_cannot_be_signalled_is_told_with_the_errno(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / "pid").write_text(str(ended.pid))
    (tmp_path / "log").write_text("first\n")
    reader = start("follow-log", tmp_path / "log", tmp_path / "pid", "--rotations", 1, "--within", 20)
    assert until(reader, "not-signalled")["errno"] == "ESRCH"
    failure = until(reader, "not-reopened")
    assert failure["errno"] == "ESRCH"
    assert "awaited" not in failure
    reader.send_signal(signal.SIGTERM)
    rest(reader)


def test_a_version_is_shown_all_at_once_and_the_ones_long_before_are_removed(tmp_path: Path) -> None:
    events = run("publish", tmp_path, "--last", 5, "--lines", 3, "--every", 0.01)
    published = named(between(events), "published")
    assert [e["version"] for e in published] == ["1", "2", "3", "4", "5"]
    assert len({e["sha256"] for e in published}) == 5
    assert len({e["bytes"] for e in published}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "version-3", "version-4", "version-5"]
    assert (tmp_path / "current").readlink() == Path("version-5")
    lines = (tmp_path / "current" / "content").read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["5"] * 3


def test_versions_go_on_until_term_as_long_as_each_other(tmp_path: Path) -> None:
    loader = start("publish", tmp_path, "--first", 9, "--every", 0.01)
    sizes = [until(loader, "published")["bytes"] for _ in range(3)]
    loader.send_signal(signal.SIGTERM)
    events = rest(loader)
    assert [e["event"] for e in events][-2:] == ["terminated", "exit"]
    assert len(set(sizes)) == 1


def test_a_version_written_in_place_is_half_done_for_a_moment(tmp_path: Path) -> None:
    run("publish", tmp_path, "--last", 1)
    content = tmp_path / "current" / "content"
    inode, begins = content.stat().st_ino, {content.read_text()[0]}
    loader = start("publish", tmp_path, "--first", 2, "--last", 2, "--in-place")
    torn = False
    while loader.poll() is None:
        text = content.read_text()
        begins.add(text[0])
        torn |= text[0] != text.splitlines()[-1][0]
    assert torn
    assert begins == {"1", "2"}
    assert content.stat().st_ino == inode
    rest(loader)


@pytest.fixture
def server_of() -> Iterator[Callable[[Callable[[], str]], Server]]:
    """Yield a function that starts a server which answers by a generation."""
    made: list[Server] = []

    def one(generation: Callable[[], str]) -> Server:
        def answer(_path: str) -> Answer:
            return 200, generation(), ""

        made.append(Server(answer))
        return made[-1]

    yield one
    for server in made:
        server.stop()


def test_a_server_is_reloaded_again_and_again_until_term(
    tmp_path: Path, server_of: Callable[[Callable[[], str]], Server]
) -> None:
    heard: list[str] = []
    before = signal.signal(signal.SIGHUP, lambda *_: heard.append((tmp_path / "conf").read_text()))
    try:
        (tmp_path / "pid").write_text(str(os.getpid()))
        server = server_of(lambda: heard[-1].split()[-1].strip(";") if heard else "1")
        reloader = start(
            "reload", tmp_path / "pid", tmp_path / "conf", HERE, server.port, "--every", 0.01, "--within", 20
        )
        assert [until(reloader, "reloaded")["generation"] for _ in range(3)] == ["2", "3", "4"]
        reloader.send_signal(signal.SIGTERM)
        assert rest(reloader)[-1]["code"] == 0
        assert heard[:2] == ["set $generation 2;\n", "set $generation 3;\n"]
        assert not (tmp_path / "conf.partial").exists()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_server_that_does_not_reload_is_told_with_what_it_answers_by(
    tmp_path: Path, server_of: Callable[[Callable[[], str]], Server]
) -> None:
    deaf = subprocess.Popen([sys.executable, "-c", "import signal; signal.sigwait([signal.SIGTERM])"])
    (tmp_path / "pid").write_text(str(deaf.pid))
    arguments = ["reload", tmp_path / "pid", tmp_path / "conf", HERE]
    events = run(*arguments, server_of(lambda: "1").port, "--every", 0.01, "--within", 0.1, "--signal", "TERM")
    deaf.wait()
    assert named(between(events), "not-reloaded") == [{"generation": "2", "answers_by": "1", "awaited": 0.1}]
    assert events[-1]["code"] == 1
    [refused] = named(between(run(*arguments, 1, "--every", 0.01)), "not-signalled")
    assert refused["errno"] == "ESRCH"


def test_a_pod_that_ends_in_the_midst_of_a_reload_is_not_waited_for(
    tmp_path: Path, server_of: Callable[[Callable[[], str]], Server]
) -> None:
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        (tmp_path / "pid").write_text(str(os.getpid()))
        arguments = [tmp_path / "pid", tmp_path / "conf", HERE, server_of(lambda: "1").port]
        reloader = start("reload", *arguments, "--every", 0.01, "--within", 60)
        until(reloader, "signalled")
        reloader.send_signal(signal.SIGTERM)
        assert [event["event"] for event in rest(reloader)] == ["terminated", "exit"]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_server_that_is_gone_is_told_with_the_errno(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(str(os.getpid()))
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        with socket.socket() as bound:
            bound.bind((HERE, 0))
            port = bound.getsockname()[1]
            events = between(run("reload", tmp_path / "pid", tmp_path / "conf", HERE, port, "--every", 0.01))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert named(events, "not-reloaded") == [{"generation": "2", "errno": "ECONNREFUSED", "awaited": 0.0}]
