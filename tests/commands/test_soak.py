"""``./podproof soak``: what a round runs, what is kept of it, where it goes on, what it refuses, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from commands import soak as command
from commands.matrix import INTERRUPTED
from commands.relay import Relay
from fixtures.errors import NO_CLUSTER, NOT_PROVEN, USAGE
from records.deviations import Deviation
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.reports.matrix.test_compare import FINE, but, report

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

VIOLATED = but(said("A-MUST", "violated", "one", rule="lost"))
TROUBLE = but(said("A-MUST", "trouble", "two", reason="no node"))


class Rounds:
    """Stands in for pytest: each round ends as the next of ``ends`` says, a report or an exit code, or is fine."""

    def __init__(self, *ends: Json | int, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.ends = list(ends)
        self.ran: list[list[str]] = []
        self.meanwhile = meanwhile

    def run(self, command: list[str], **_: object) -> int:
        """Stand in for ``Relay.run``."""
        self.ran.append(command[3:])
        self.meanwhile()
        end = self.ends.pop(0) if self.ends else report(*FINE)
        if isinstance(end, int):
            return end
        folder = Path(command[command.index("--output") + 1])
        folder.mkdir()
        (folder / "conformance.json").write_text(json.dumps(end))
        return 1

    def expressions(self) -> list[str]:
        """Return pytest's -k of each round; empty where it has none."""
        return [each[each.index("-k") + 1] if "-k" in each else "" for each in self.ran]


@pytest.fixture
def soak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, Rounds]]:
    """Return a function that soaks in ``out``, with the ends of rounds and with arguments."""
    monkeypatch.setattr(command, "version", lambda: "0.1.0")

    def run(
        *ends: Json | int, also: tuple[str, ...] = (), meanwhile: Callable[[], object] = lambda: None, **options: int
    ) -> tuple[int, Rounds]:
        rounds = Rounds(*ends, meanwhile=meanwhile)
        monkeypatch.setattr(Relay, "run", lambda _, *given, **named: rounds.run(*given, **named))
        numbers = [f"--{name}={value}" for name, value in options.items()]
        return command.main(["--output", str(tmp_path / "out"), *numbers, *also]), rounds

    return run


def kept(tmp_path: Path) -> Json:
    """Return what the soak in ``out`` came to."""
    found: Json = json.loads((tmp_path / "out" / "soak.json").read_text())
    return found


def test_the_first_rounds_are_of_all_cases_the_others_of_those_in_turn(soak: Any) -> None:
    code, rounds = soak(rounds=3, whole=1)
    assert code == 0
    assert rounds.expressions() == ["", "(in-turn)", "(in-turn)"]
    assert all(each[:3] == ["suite", "--cluster", "local"] for each in rounds.ran)
    _, chosen = soak(rounds=2, whole=1, also=("--anew", "-k", "IPC or init", "--", "--jitter", "1"))
    assert chosen.expressions() == ["(IPC or init)", "(IPC or init) and (in-turn)"]
    assert all(each[5:7] == ["--jitter", "1"] for each in chosen.ran)


def test_a_soak_goes_on_where_it_was_and_ends_with_a_table(
    tmp_path: Path, soak: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soak(report(*FINE), VIOLATED, rounds=2, whole=1)[0] == 1
    code, rounds = soak(TROUBLE, report(*FINE[:1]), rounds=4, whole=2)
    assert code == 1
    assert rounds.expressions() == ["", "(in-turn)"]
    assert [Path(each[each.index("--output") + 1]).name for each in rounds.ran] == ["round-3", "round-4"]
    of_cases = {"A-MUST [one]": (4, 0, 1, 0), "A-MUST [two]": (3, 0, 0, 1), "B-EXPECTED [case]": (3, 0, 0, 0)}
    keys = ("runs", "known", "violated", "trouble")
    assert kept(tmp_path)["cases"] == {
        name: dict(zip(keys, counted, strict=True)) for name, counted in of_cases.items()
    }
    table = capsys.readouterr().out.splitlines()[-5:]
    assert [each.split() for each in table] == [
        ["case", *keys],
        ["B-EXPECTED", "[case]", "3", "0", "0", "0"],
        ["A-MUST", "[two]", "3", "0", "0", "1"],
        ["A-MUST", "[one]", "4", "0", "1", "0"],
        ["4", "rounds", "10", "0", "1", "1"],
    ]
    assert soak(rounds=4)[1].ran == []


def test_of_a_round_in_which_something_was_wrong_everything_stays(
    tmp_path: Path, soak: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    soak(report(*FINE), VIOLATED, TROUBLE, report(*FINE) | {"lost": ["worker gw1"]}, rounds=4)
    out = tmp_path / "out"
    folders = ["round-2", "round-3", "round-4"]
    assert sorted(path.name for path in out.glob("round-*")) == sorted([*folders, *(f"{each}.log" for each in folders)])
    wrong = [(each["round"], each["case"], each["outcome"], each["rules"]) for each in kept(tmp_path)["found"]]
    assert wrong == [
        (2, "A-MUST [one]", "violated", ["lost"]),
        (3, "A-MUST [two]", "trouble", []),
        (4, "worker gw1", "trouble", []),
    ]
    shown = capsys.readouterr().out
    assert f"A-MUST [one] violated (lost): lost broke; {out}/round-2\n" in shown
    assert f"A-MUST [two] trouble: no node; {out}/round-3\n" in shown


@pytest.mark.parametrize(("kubernetes", "code"), [("v1.37.2", 0), ("v1.34.1", 1)])
def test_a_known_issue_of_kubernetes_is_counted_and_not_wrong(
    tmp_path: Path, soak: Any, monkeypatch: pytest.MonkeyPatch, kubernetes: str, code: int
) -> None:
    issue = Deviation(requirement="A-MUST", cases="one", violations="lost: *", kubernetes=["1.37"], why="known there")
    monkeypatch.setattr(command, "known_issues", lambda: [issue])
    assert soak(but(said("A-MUST", "violated", "one", rule="lost"), kubernetes=kubernetes), rounds=1)[0] == code
    counted = {"runs": 1, "known": 1 - code, "violated": code, "trouble": 0}
    assert kept(tmp_path)["cases"]["A-MUST [one]"] == counted
    assert len(kept(tmp_path)["found"]) == code
    assert (tmp_path / "out" / "round-1").exists() == bool(code)


def test_with_jitter_the_number_of_a_round_is_its_seed(soak: Any) -> None:
    soak(rounds=1, also=("--jitter",))
    _, rounds = soak(rounds=3, also=("--jitter",))
    assert [each[each.index("--jitter") + 1] for each in rounds.ran] == ["2", "3"]
    assert soak(rounds=4)[0] == USAGE


def test_what_does_not_apply_or_was_not_run_is_no_run_of_its_case(tmp_path: Path, soak: Any) -> None:
    soak(but(said("A-MUST", "not applicable", "one"), said("A-MUST", "not run", "two", cause="deselected")), rounds=1)
    assert list(kept(tmp_path)["cases"]) == ["B-EXPECTED [case]"]


@pytest.mark.parametrize(("ends", "code"), [([], 0), ([TROUBLE], NOT_PROVEN), ([TROUBLE, VIOLATED], 1)])
def test_a_violation_in_any_round_counts_more_than_trouble(soak: Any, ends: list[Json], code: int) -> None:
    assert soak(*ends, rounds=3)[0] == code


@pytest.mark.parametrize(("end", "code"), [(NO_CLUSTER, NO_CLUSTER), (0, USAGE), (3, 3), (-9, 137)])
def test_a_round_without_a_report_ends_the_soak_and_is_run_again(
    tmp_path: Path, soak: Any, capsys: pytest.CaptureFixture[str], end: int, code: int
) -> None:
    assert soak(report(*FINE), end, rounds=3)[0] == code
    assert (
        f"round 2 ended with exit code {end} and does not count: {tmp_path}/out/round-2.log" in capsys.readouterr().err
    )
    assert kept(tmp_path)["rounds"] == 1
    assert len(soak(rounds=3)[1].ran) == 2


def test_what_a_stopped_round_left_is_not_its_report(tmp_path: Path, soak: Any) -> None:
    soak(report(*FINE), rounds=1)
    (tmp_path / "out" / "round-2").mkdir()
    (tmp_path / "out" / "round-2" / "conformance.json").write_text(json.dumps(report(*FINE)))
    assert soak(1, rounds=2)[0] == 1
    assert kept(tmp_path)["rounds"] == 1


def test_a_report_that_cannot_be_read_is_one_line(
    tmp_path: Path, soak: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soak({}, rounds=1)[0] == USAGE
    err = capsys.readouterr().err
    assert "is no conformance report" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out" / "soak.json").exists()


def test_after_a_signal_the_round_does_not_count_and_nobody_is_busy(
    tmp_path: Path, soak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    soak(report(*FINE), rounds=1)
    began: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def noted(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        began.append(popen(*arguments, **named))
        return began[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    code, rounds = soak(rounds=3, meanwhile=lambda: os.kill(os.getpid(), signal.SIGINT))
    assert code == INTERRUPTED
    assert len(rounds.ran) == 1
    assert kept(tmp_path)["rounds"] == 1
    assert len(began) == os.cpu_count()
    assert [process.poll() for process in began] == [-signal.SIGKILL] * len(began)


def ticks(process: int) -> int:
    """Return the processor time of a process in user mode, in ticks of 10 ms."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11])


def test_every_cpu_is_busy_until_the_process_that_keeps_them_so_is_gone(tmp_path: Path) -> None:
    code = (
        "import os, time\nfrom commands.soak import busy\n"
        f"with busy():\n    open({str(tmp_path / 'begun')!r}, 'w').close()\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as keeper:
        try:
            while not (tmp_path / "begun").exists():
                time.sleep(0.01)
            children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children").read_text().split()
            assert len(children) == os.cpu_count()
            end = time.monotonic() + 20
            while min(map(ticks, map(int, children))) < 10 and time.monotonic() < end:
                time.sleep(0.01)
            assert all(ticks(int(child)) >= 10 for child in children)
        finally:
            keeper.kill()
    while any(Path(f"/proc/{child}/cmdline").exists() for child in children) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{child}/cmdline").exists() for child in children)


@pytest.mark.parametrize(
    ("also", "suite", "why"),
    [
        (("1.36",), "0.1.0", "its pytest is"),
        (("-k", "IPC"), "0.1.0", "its expression is"),
        (("--", "--jitter", "1"), "0.1.0", "its pytest is"),
        ((), "0.2.0", "its suite is 0.1.0, not 0.2.0"),
    ],
)
def test_another_soak_in_the_folder_is_refused_or_begins_anew(
    tmp_path: Path,
    soak: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    also: tuple[str, ...],
    suite: str,
    why: str,
) -> None:
    soak(VIOLATED, rounds=1)
    monkeypatch.setattr(command, "version", lambda: suite)
    assert soak(also=also)[0] == USAGE
    err = capsys.readouterr().err
    assert why in err
    assert err.count("\n") == 1
    code, rounds = soak(rounds=2, also=("--anew", *also))
    assert (code, len(rounds.ran)) == (0, 2)
    assert not (tmp_path / "out" / "round-1").exists()


def test_what_cannot_be_soaked_is_one_line(tmp_path: Path, soak: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    for content, also, line in [
        ("{", (), "soak.json is no soak's"),
        ("[]", (), "soak.json is no soak's"),
        ('{"a": 1}', (), "soak.json is no soak's"),
        ("", ("--anew",), "there are files in it that are not podproof's"),
        ("", ("1.9",), "no cell 1.9"),
        ("", ("--", "-k", "IPC"), "-k stands before --"),
        ("", ("--", "-kIPC"), "-k stands before --"),
        ("", ("local-*",), "and a soak is of one"),
    ]:
        (tmp_path / "out" / "soak.json").write_text(content)
        try:
            code = soak(also=also)[0]
        except SystemExit as error:  # argparse's way
            code = int(str(error.code))
        assert code == USAGE
        err = capsys.readouterr().err
        assert line in err
        assert err.count("\n") == 1
