"""The probe on this machine's own kernel: its events, its life, its files."""

import ast
import json
import os
import runpy
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.helpers.probes import (
    PROBE,
    between,
    rest,
    run,
    start,
    until,
)

TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def test_every_line_is_an_event_numbered_from_0_between_started_and_exit(tmp_path: Path) -> None:
    events = run("write", tmp_path / "file", "then", "read", tmp_path / "file")
    assert [event["event"] for event in events] == ["started", "wrote", "read", "exit"]
    assert [event["seq"] for event in events] == [0, 1, 2, 3]
    clocks = [event["clock"] for event in events]
    assert clocks == sorted(clocks)
    assert events[-1]["code"] == 0


def test_the_first_event_tells_who_the_process_is() -> None:
    process = start("exit", "0")
    started = rest(process)[0]
    assert (started["pid"], started["uid"], started["gid"]) == (process.pid, os.getuid(), os.getgid())


def test_the_start_is_the_kernels_never_later_than_it_was() -> None:
    before = time.monotonic_ns()
    started = run("exit", "0")[0]
    assert before - TICK <= started["process_start"] <= started["clock"]


@pytest.mark.parametrize("pauses", [[5, 5, 5, 5, 5], [9, 3, 9, 4, 6]])
def test_a_start_is_never_late_where_the_cpu_is_lost_between_two_clock_readings(pauses: list[int]) -> None:
    now, left, ahead = [10**18], iter(pauses), 7 * 10**9

    def read(clock_ahead: int) -> int:
        now[0] += next(left, 0) * 10**6  # ms before each reading
        return now[0] + clock_ahead

    event = runpy.run_path(str(PROBE / "event.py"))
    clocks = {"monotonic_ns": lambda: read(0), "clock_gettime_ns": lambda _: read(ahead), "CLOCK_BOOTTIME": 7}
    event["process_start"].__globals__["time"] = SimpleNamespace(**clocks)
    ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
    assert event["process_start"]() <= ticks * TICK - ahead


def test_the_first_event_and_the_last_tell_how_far_the_wall_clock_is_ahead() -> None:
    ahead = time.time_ns() - time.monotonic_ns()
    started, exited = run("exit", "0")
    for event in (started, exited):
        assert abs(event["wall_ahead"] - ahead) < TICK


def test_the_wall_clock_is_as_far_ahead_where_the_cpu_is_lost_between_two_readings() -> None:
    now, left, ahead = [10**18], iter([9, 9, 0, 0, 0, 0, 9]), 7 * 10**17

    def read(clock_ahead: int) -> int:
        now[0] += next(left, 5) * 10**9  # s before each reading
        return now[0] + clock_ahead

    event = runpy.run_path(str(PROBE / "event.py"))
    clocks = {"monotonic_ns": lambda: read(0), "time_ns": lambda: read(ahead)}
    event["wall_ahead"].__globals__["time"] = SimpleNamespace(**clocks)
    assert event["wall_ahead"]() == ahead


def test_verbs_run_one_after_another_until_one_fails(tmp_path: Path) -> None:
    events = run("work", "0.01", "then", "read", tmp_path / "missing", "then", "write", tmp_path / "late")
    assert [name for name, _ in between(events)] == ["working", "worked", "not-read"]
    assert events[-1]["code"] == 1
    assert not (tmp_path / "late").exists()


def test_an_exit_code_is_the_one_asked_for_and_nothing_runs_after_it() -> None:
    events = run("exit", "7", "then", "work", "0.01")
    assert between(events) == []
    assert events[-1]["code"] == 7


@pytest.mark.parametrize("arguments", [["dance"], [], ["work", "0", "then"]])
def test_an_unknown_verb_ends_with_2_and_tells_those_it_knows(arguments: list[str]) -> None:
    events = run(*arguments)
    name, said = between(events)[-1]
    assert name == "unknown-verb"
    assert {"lock", "send", "exit"} <= set(said["known"])
    assert events[-1]["code"] == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["work", "soon"], "soon"), (["exit"], "code"), (["read", "/f", "--inside", "1"], "--inside")],
)
def test_wrong_arguments_end_with_2_and_say_why(arguments: list[str], why: str) -> None:
    events = run(*arguments)
    [(name, said)] = between(events)
    assert name == "bad-arguments"
    assert why in said["message"]
    assert events[-1]["code"] == 2


def test_an_error_that_no_verb_foresaw_is_an_event_with_the_errno(tmp_path: Path) -> None:
    events = run("write", tmp_path / "no" / "file")
    [(name, said)] = between(events)
    assert (name, said["errno"], said["path"]) == ("failed", "ENOENT", f"{tmp_path}/no/file.partial")
    assert events[-1]["code"] == 1


def test_a_term_that_comes_early_waits_for_the_verb_that_expects_it() -> None:
    process = start("work", "0.2", "then", "expect-term", "then", "work", "0.01")
    until(process, "working")
    process.send_signal(signal.SIGTERM)
    events = rest(process)
    assert [event["event"] for event in events] == ["worked", "waiting", "terminated", "working", "worked", "exit"]
    assert process.returncode == 0


def test_a_term_that_comes_while_it_is_awaited_is_taken() -> None:
    process = start("expect-term")
    until(process, "waiting")
    process.send_signal(signal.SIGTERM)
    assert [event["event"] for event in rest(process)] == ["terminated", "exit"]


def test_a_written_file_appears_whole_with_a_content_that_nothing_else_has(tmp_path: Path) -> None:
    contents = set()
    for name in ("one", "two"):
        [(_, said)] = between(run("write", tmp_path / name))
        assert (tmp_path / name).read_text() == said["content"]
        contents.add(said["content"])
    assert len(contents) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_a_given_content_is_written(tmp_path: Path) -> None:
    [(_, said)] = between(run("write", tmp_path / "file", "--content", "before"))
    assert (tmp_path / "file").read_text() == said["content"] == "before"


def test_a_file_is_awaited_until_another_process_writes_it(tmp_path: Path) -> None:
    reader = start("read", tmp_path / "file", "--within", "20")
    until(reader, "started")
    [(_, wrote)] = between(run("write", tmp_path / "file"))
    read = rest(reader)[0]
    assert (read["event"], read["content"]) == ("read", wrote["content"])


@pytest.mark.parametrize("within", [0.0, 0.2])
def test_a_file_that_does_not_come_is_not_read_once_its_time_is_over(tmp_path: Path, within: float) -> None:
    events = run("read", tmp_path / "missing", "--within", within)
    [(name, said)] = between(events)
    assert (name, said["errno"], said["awaited"]) == ("not-read", "ENOENT", within)
    assert events[1]["clock"] - events[0]["clock"] >= within * 1e9
    assert events[-1]["code"] == 1


def test_what_one_run_keeps_the_next_one_finds(tmp_path: Path) -> None:
    [(first, wrote)] = between(run("keep", tmp_path / "file"))
    [(second, read)] = between(run("keep", tmp_path / "file"))
    assert (first, second) == ("wrote", "read")
    assert read["content"] == wrote["content"]


def test_a_file_that_is_there_and_cannot_be_read_is_not_written_anew(tmp_path: Path) -> None:
    events = run("keep", tmp_path)
    [(name, said)] = between(events)
    assert (name, said["errno"], events[-1]["code"]) == ("not-read", "EISDIR", 1)


def test_a_file_is_removed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [(name, _)] = between(run("remove", tmp_path / "file"))
    assert (name, list(tmp_path.iterdir())) == ("removed", [])


def test_each_run_ends_as_the_one_of_its_number_is_to_and_later_ones_go_on(tmp_path: Path) -> None:
    attempt = ("attempt", tmp_path / "runs", "1", "7", "0", "then", "work", "0")
    ends = [run(*attempt) for _ in range(4)]
    assert [events[-1]["code"] for events in ends] == [1, 7, 0, 0]
    assert [said["number"] for events in ends for name, said in between(events) if name == "attempt"] == [1, 2, 3, 4]
    assert [len(between(events)) for events in ends] == [1, 1, 1, 3]


def test_a_crash_is_the_kernels_doing_and_leaves_no_core(tmp_path: Path) -> None:
    process = start("attempt", tmp_path / "runs", "crash", cwd=tmp_path)
    output, _ = process.communicate(timeout=30)
    events = [json.loads(line) for line in output.splitlines()]
    assert [event["event"] for event in events] == ["started", "attempt", "crashing"]
    assert process.returncode == -signal.SIGSEGV
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_a_lock_is_refused_while_another_process_holds_it_for_life(tmp_path: Path) -> None:
    holder = start("lock", tmp_path / "lock", "then", "expect-term")
    until(holder, "waiting")
    [(name, said)] = between(run("lock", tmp_path / "lock"))
    assert (name, said["errno"]) == ("lock-refused", "EAGAIN")
    holder.send_signal(signal.SIGTERM)
    rest(holder)
    assert [name for name, _ in between(run("lock", tmp_path / "lock"))] == ["locked"]


def test_a_folder_is_listed_with_its_mode_and_the_file_system_that_it_lies_on(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).touch()
    tmp_path.chmod(0o1770)
    [(name, said)] = between(run("list", tmp_path))
    assert (name, said["names"], said["mode"]) == ("listed", ["a", "b"], "0o1770")
    stat = subprocess.run(["stat", "-f", "-c", "%T", "/proc"], capture_output=True, text=True, check=True)
    [(_, said)] = between(run("list", "/proc"))
    assert said["filesystem"] == stat.stdout.strip() == "proc"


def test_the_probe_is_python_3_9() -> None:
    for path in PROBE.glob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 9))


def test_an_event_is_one_line_of_json_whatever_is_in_it(tmp_path: Path) -> None:
    strange = tmp_path / "file"
    strange.write_bytes(b'two\nlines, "quoted", \xff')
    process = start("read", strange)
    output, _ = process.communicate(timeout=30)
    lines = output.splitlines()
    assert len(lines) == 3
    assert json.loads(lines[1])["content"] == 'two\nlines, "quoted", \ufffd'


def test_a_lock_is_awaited_until_its_holder_is_gone_and_until_term(tmp_path: Path) -> None:
    holder = start("lock", tmp_path / "lock", "then", "expect-term")
    until(holder, "waiting")
    waits = start("await-lock", tmp_path / "lock")
    until(waits, "started")
    ended = start("await-lock", tmp_path / "lock")
    until(ended, "started")
    ended.send_signal(signal.SIGTERM)
    [terminated, last] = rest(ended)
    assert (terminated["event"], last["code"]) == ("terminated", 1)
    holder.send_signal(signal.SIGTERM)
    *_, gone = rest(holder)
    [locked, last] = rest(waits)
    assert (locked["event"], locked["file"], last["code"]) == ("locked", str(tmp_path / "lock"), 0)
    assert gone["clock"] < locked["clock"]


def test_a_file_is_awaited_however_late_it_comes_and_until_term(tmp_path: Path) -> None:
    process = start("await", tmp_path / "word")
    until(process, "started")
    run("write", tmp_path / "word", "--content", "yes")
    assert between([{}, *rest(process)]) == [("read", {"file": str(tmp_path / "word"), "content": "yes"})]
    process = start("await", tmp_path / "never")
    until(process, "started")
    process.send_signal(signal.SIGTERM)
    [terminated, last] = rest(process)
    assert (terminated["event"], last["code"]) == ("terminated", 1)


def test_last_words_are_written_in_place_and_printed(tmp_path: Path) -> None:
    file = tmp_path / "message"
    file.touch()
    inode = file.stat().st_ino
    [(name, told)] = between(run("last-words", file, "--bytes", "5000"))
    assert (name, told["bytes"], file.stat().st_ino) == ("last-words", 5000, inode)
    assert told["content"] == file.read_text() != ""
    assert len(told["content"]) == 5000
