"""The probe's verbs about its own control group, on files as the kernel's documentation has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from tests.helpers.probes import between, names, rest, run, start, until

if TYPE_CHECKING:
    from pathlib import Path

# The values that cgroup-v1/memory.rst, scheduler/sched-bwc.rst and cgroup-v2.rst give as examples or defaults.
LEGACY = {
    "memory/memory.limit_in_bytes": "4194304\n",
    "cpu/cpu.cfs_quota_us": "20000\n",
    "cpu/cpu.cfs_period_us": "50000\n",
}
UNIFIED = {
    "cgroup.controllers": "cpu io memory\n",
    "memory.max": "4194304\n",
    "memory.oom.group": "1\n",
    "cpu.max": "20000 50000\n",
}


@pytest.fixture
def seen(tmp_path: Path) -> Any:
    """Return what a container sees whose control group has these files."""
    module = names()["MODULES"]["cgroup"]

    def look(files: dict[str, str]) -> Any:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="ascii")
        with mock.patch.object(module, "ROOT", str(tmp_path)):
            return module._limits()  # noqa: SLF001 # what the verb prints

    return look


@pytest.mark.parametrize(("files", "version"), [(LEGACY, 1), (UNIFIED, 2)])
def test_a_control_group_of_either_version_tells_its_limits(files: dict[str, str], version: int, seen: Any) -> None:
    more = {"oom_group": True} if version == 2 else {}
    assert seen(files) == ("limits", {"version": version, "memory": 4194304, "cpu": 0.4, **more})


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (LEGACY | {"memory/memory.limit_in_bytes": "9223372036854771712\n", "cpu/cpu.cfs_quota_us": "-1\n"}, 1),
        (UNIFIED | {"memory.max": "max\n", "cpu.max": "max 100000\n", "memory.oom.group": "0\n"}, 2),
    ],
)
def test_what_has_no_limit_is_told_as_none(files: dict[str, str], version: int, seen: Any) -> None:
    more = {"oom_group": False} if version == 2 else {}
    assert seen(files) == ("limits", {"version": version, "memory": None, "cpu": None, **more})


def test_a_control_group_that_is_not_shown_is_told_by_what_is_missing(seen: Any, tmp_path: Path) -> None:
    missing = {"path": str(tmp_path / "memory/memory.limit_in_bytes"), "errno": "ENOENT"}
    assert seen({}) == ("no-limits", missing)


def test_the_verb_prints_what_it_saw() -> None:
    [(name, _)] = between(run("limits"))
    assert name in {"limits", "no-limits"}  # the first control group of a machine has no limits to read


def test_limits_are_followed_until_term() -> None:
    process = start("follow-limits")
    until(process, "no-limits" if between(run("limits"))[0][0] == "no-limits" else "limits")
    process.terminate()
    assert [each["event"] for each in rest(process)] == ["terminated", "exit"]


def test_other_limits_are_told_as_they_come(capfd: pytest.CaptureFixture[str]) -> None:
    module = names()["MODULES"]["cgroup"]
    parser, follow = module.VERBS["follow-limits"]
    seen = [("limits", {"cpu": cpu}) for cpu in (0.5, 0.5, 0.7)]
    terms = [None, None, "TERM"]
    with (
        mock.patch.object(module, "_limits", mock.Mock(side_effect=seen)),
        mock.patch.object(module.waits, "caught", mock.Mock(side_effect=terms)),
    ):
        follow(parser.parse_args([]))
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(each["event"], each.get("cpu")) for each in events] == [
        ("limits", 0.5),
        ("limits-changed", 0.7),
        ("terminated", None),
    ]


def test_memory_is_taken_in_the_first_run_alone(tmp_path: Path) -> None:
    file = tmp_path / "once"
    told = [between(run("allocate", "2", "--once", file)) for _ in range(2)]
    assert [[name for name, _ in each] for each in told] == [["allocating", "allocated"], ["allocated-before"]]


def test_a_process_below_that_has_its_memory_ends_by_itself() -> None:
    assert between(run("allocate", "2", "--below")) == [
        ("allocating", {"mebibytes": 2}),
        ("ended-below", {"signal": None, "code": 0}),
    ]


def test_a_process_below_that_was_killed_is_told_by_its_signal(capfd: pytest.CaptureFixture[str]) -> None:
    module = names()["MODULES"]["cgroup"]
    parser, allocate = module.VERBS["allocate"]
    with mock.patch.multiple(module.os, fork=mock.Mock(return_value=7), waitpid=mock.Mock(return_value=(7, 9))):
        allocate(parser.parse_args(["2", "--below"]))
    *_, last = capfd.readouterr().out.splitlines()
    assert '"event": "ended-below"' in last
    assert '"signal": 9, "code": null' in last
