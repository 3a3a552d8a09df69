"""The probe as a real process on this machine."""

from __future__ import annotations

import importlib
import json
import runpy
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

PROBE = ROOT / "manifests" / "probe"

ENDS_WITHIN = 30  # seconds


def names() -> dict[str, Any]:
    """Return the names of the probe's program, with all its ``MODULES`` and ``VERBS``, for tests in this process."""
    own = runpy.run_path(str(PROBE), run_name="probe")
    with mock.patch.object(sys, "path", [str(PROBE), *sys.path]):
        modules = {name: importlib.import_module(name) for name in own["NAMES"]}
        return own | {"MODULES": modules, "VERBS": own["verbs"]()}


def start(*arguments: object, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start the probe; its ``stdout`` has the events."""
    command = [sys.executable, "-I", "-S", str(PROBE), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=cwd)


def rest(process: subprocess.Popen[str]) -> list[Json]:
    """Return the remaining events; the last must have the process's exit code."""
    output, _ = process.communicate(timeout=ENDS_WITHIN)
    events: list[Json] = [json.loads(line) for line in output.splitlines()]
    assert (events[-1]["event"], events[-1]["code"]) == ("exit", process.returncode)
    return events


def run(*arguments: object) -> list[Json]:
    """Run a probe to its end; return all events."""
    return rest(start(*arguments))


def until(process: subprocess.Popen[str], name: str) -> Json:
    """Read events up to one of this name; return that one."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        event: Json = json.loads(line)
        if event["event"] == name:
            return event
        said.append(line)
    raise AssertionError(f"the probe ended without {name}: {''.join(said)}")


def between(events: list[Json]) -> list[tuple[str, Json]]:
    """Return name and fields of each event between ``started`` and ``exit``, without number and clock."""
    return [(e["event"], {k: v for k, v in e.items() if k not in {"event", "seq", "clock"}}) for e in events[1:-1]]


def named(events: list[tuple[str, Json]], *names: str) -> list[Json]:
    """Return the fields of the events of these names, of those that ``between`` returns."""
    return [said for name, said in events if name in names]
