"""The probe's verbs about processes, on this machine's own kernel."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.probes import (
    ENDS_WITHIN,
    PROBE,
    between,
    rest,
    run,
    start,
    until,
)

# A process that adopts the orphans of what it starts (PR_SET_CHILD_SUBREAPER), and reaps them, or only its own child.
ADOPTS = """
import ctypes, os, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
child = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[2:]], os.environ)
if sys.argv[1] == "reaps":
    while os.wait()[0] != child: pass
else:
    os.waitpid(child, 0)
"""


def orphaned(how: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of an orphan whose new parent reaps, or does not."""
    command = [sys.executable, "-c", ADOPTS, how, "-I", "-S", str(PROBE), "orphan", "--within", "1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=ENDS_WITHIN)
    return between([json.loads(line) for line in done.stdout.splitlines()])


def test_a_mark_is_new_and_is_told_in_a_file_and_by_the_kernel(tmp_path: Path) -> None:
    marked = [start("mark", tmp_path / name, "then", "expect-term") for name in ("one", "other")]
    marks = []
    for process, name in zip(marked, ("one", "other"), strict=True):
        said = until(process, "marked")
        until(process, "waiting")
        assert said["pid"] == process.pid
        assert Path(f"/proc/{process.pid}/comm").read_text().strip() == said["mark"]
        assert (tmp_path / name).read_text() == said["mark"]
        marks.append(said["mark"])
        process.send_signal(signal.SIGTERM)
        rest(process)
    assert marks[0] != marks[1]


def test_the_marked_processes_are_listed_by_their_marks(tmp_path: Path) -> None:
    neighbour = start("mark", "then", "expect-term")
    mark = until(neighbour, "marked")["mark"]
    events = run("mark", tmp_path / "own", "then", "list-processes")
    own, (name, listed) = between(events)
    assert name == "listed-processes"
    assert listed["own"] == events[0]["pid"]
    assert listed["marks"][mark] == neighbour.pid
    assert listed["marks"][own[1]["mark"]] == events[0]["pid"]
    assert listed["count"] >= len(listed["marks"])
    assert listed["first"] == Path("/proc/1/comm").read_text().strip()
    neighbour.send_signal(signal.SIGTERM)
    rest(neighbour)


def test_a_signal_reaches_the_marked_process_which_is_told_its_sender(tmp_path: Path) -> None:
    target = start("mark", tmp_path / "target", "then", "expect-signal", "--within", "20")
    until(target, "marked")
    events = run("signal", tmp_path / "target", "--within", "10")
    [(name, said)] = between(events)
    assert (name, said["pid"], said["by"]) == ("signalled", target.pid, events[0]["pid"])
    got = rest(target)[0]
    assert (got["event"], got["sender"], got["uid"]) == ("got-signal", events[0]["pid"], os.getuid())


def test_a_signal_that_does_not_come_is_told_once_its_time_is_over() -> None:
    events = run("mark", "then", "expect-signal", "--within", "0.2")
    assert between(events)[1] == ("no-signal", {"signal": "SIGUSR1", "awaited": 0.2})
    assert events[-2]["clock"] - events[-3]["clock"] >= 0.2e9
    assert events[-1]["code"] == 0


@pytest.mark.parametrize(("content", "mark"), [("podproof000000", "podproof000000"), (None, None)])
def test_a_process_that_is_not_there_is_looked_for_until_the_time_is_over(
    tmp_path: Path, content: str | None, mark: str | None
) -> None:
    if content:
        (tmp_path / "mark").write_text(content)
    events = run("signal", tmp_path / "mark", "--within", "0.1", "then", "read-root", tmp_path / "mark", "/", "then")
    assert between(events)[:2] == [
        ("no-process", {"mark": mark, "awaited": 0.1}),
        ("no-process", {"mark": mark, "awaited": 0.0}),
    ]


def test_a_file_in_the_root_of_a_process_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    events = run("mark", tmp_path / "mark", "then", "read-root", tmp_path / "mark", tmp_path / "file")
    name, said = between(events)[1]
    assert (name, said["content"], said["here"], said["here_errno"]) == ("root-read", "content", "content", None)


def test_a_file_that_is_in_no_root_is_told_by_errno(tmp_path: Path) -> None:
    events = run("mark", tmp_path / "mark", "then", "read-root", tmp_path / "mark", tmp_path / "missing")
    name, said = between(events)[1]
    assert (name, said["errno"], said["here"], said["here_errno"]) == ("root-not-read", "ENOENT", None, "ENOENT")
    assert events[-1]["code"] == 0


def test_an_orphan_is_gone_once_who_adopted_it_reaps_it() -> None:
    [(orphan, said), (reaped, outcome)] = orphaned("reaps")
    assert (orphan, reaped) == ("orphaned", "reaped")
    assert said["pid"] == outcome["pid"]
    assert said["parent"] not in {said["own"], said["pid"]}


def test_an_orphan_that_nobody_reaps_is_a_zombie() -> None:
    [(orphan, said), (left, outcome)] = orphaned("does not")
    assert (orphan, left) == ("orphaned", "not-reaped")
    assert (outcome["pid"], outcome["state"], outcome["awaited"]) == (said["pid"], "Z", 1.0)
