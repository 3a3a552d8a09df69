"""A run in several processes over a cluster that is made up: what its controller makes of how its workers end."""

import json
from collections.abc import Callable

import pytest

from fixtures.errors import NO_CLUSTER
from tests.conftest import BEGINNING, SLOW
from tests.helpers.paths import ROOT

CONFTEST = """
import os
import signal
from pathlib import Path

import pytest

from fixtures import plugin
from fixtures.errors import TroubleError
from tests.helpers.made_up import MadeUp

OUT = Path(__file__).parent / "out"
plugin.ROOT = Path(__file__).parent
made_up = MadeUp()
made_up.in_place(pytest.MonkeyPatch())

def kill(worker):
    number = int((OUT / "workers" / f"{worker}.pid").read_text())
    os.kill(number, signal.SIGKILL)
    while os.path.exists(f"/proc/{number}") and " Z " not in open(f"/proc/{number}/stat").read():
        pass
"""
TESTS = "@judged\ndef test_x(acted): assert acted.pods\n"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests as if they were the suite, in two workers; answers the exit code and the lines of the terminal."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run_tests(tests: str, conftest: str, *arguments: str) -> tuple[int, str]:
        (pytester.path / "suite").mkdir()
        (pytester.path / "suite" / "test_some.py").write_text(BEGINNING + tests)
        pytester.makeconftest(CONFTEST + conftest)
        options = ["-p", "fixtures.plugin", "-n", "2", "--output", str(pytester.path / "out")]
        result = pytester.runpytest_subprocess(*options, *arguments, "suite", timeout=60)
        return int(result.ret), result.stdout.str() + result.stderr.str()

    return run_tests


def _cases(pytester: pytest.Pytester) -> dict[str, str]:
    report = json.loads((pytester.path / "out" / "conformance.json").read_text(encoding="utf-8"))
    return {case["case"]: case["outcome"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]}


def test_every_worker_judges_its_share(run: Run, pytester: pytest.Pytester) -> None:
    code, shown = run(TESTS, "")
    assert (code, _cases(pytester)) == (0, {"one": "holds", "many": "holds"}), shown


def test_a_violation_is_one_although_workers_were_told_to_stop_at_it(run: Run, pytester: pytest.Pytester) -> None:
    code, shown = run("@judged\ndef test_x(acted): assert LOST == []\n", "", "-x")
    assert code == pytest.ExitCode.TESTS_FAILED, shown
    assert "violated" in _cases(pytester).values()


IN_GW1 = "if os.environ.get('PYTEST_XDIST_WORKER') == 'gw1': "
DIES = {
    "collecting": f"def pytest_collection_finish(session):\n    {IN_GW1}os._exit(9)",
    "waiting": """
from fixtures import conformance_run

def open_late(*chosen):
    kill('gw1')
    return made_up.open(*chosen)

conformance_run.Opened = open_late
""",
    "judging": f"def pytest_runtest_setup():\n    {IN_GW1}os._exit(9)",
    "ending": f"{IN_GW1}made_up.at_the_end = lambda: os._exit(9)",
}


@pytest.mark.parametrize("when", DIES)
def test_a_worker_that_is_lost_is_told_and_is_no_success(run: Run, pytester: pytest.Pytester, when: str) -> None:
    code, shown = run(TESTS, DIES[when])
    assert code == pytest.ExitCode.TESTS_FAILED, shown
    assert "podproof: killed, or out of memory: worker gw1; what it had to run was not run" in shown
    assert "Traceback" not in shown
    assert "conformant: every MUST" not in shown
    assert json.loads((pytester.path / "out" / "conformance.json").read_text())["lost"] == ["worker gw1"]


def test_a_worker_that_cannot_take_off_ends_the_run_with_one_line(run: Run, pytester: pytest.Pytester) -> None:
    fails = "def fly(*_):\n    raise TroubleError('GET pods: too busy')\n"
    code, shown = run(TESTS, f"{fails}from fixtures import verdicts\nverdicts.Run = fly")
    assert code == NO_CLUSTER, shown
    assert "\npodproof: GET pods: too busy" in shown
    assert "INTERNALERROR" not in shown
    assert set(_cases(pytester).values()) <= {"trouble", "not run"}


def test_no_more_scenarios_are_in_flight_than_were_asked_for(run: Run, pytester: pytest.Pytester) -> None:
    told = "def pytest_runtest_setup():\n    (OUT / f\"{os.environ['PYTEST_XDIST_WORKER']}.runs\").touch()"
    code, shown = run(TESTS, told, "--in-flight", "1")
    assert (code, _cases(pytester)) == (0, {"one": "holds", "many": "holds"}), shown
    assert len(list((pytester.path / "out").glob("*.runs"))) == 1


def test_workers_leave_slow_scenarios_out_alike(run: Run, pytester: pytest.Pytester) -> None:
    code, shown = run(TESTS + SLOW, "")
    assert (code, _cases(pytester)) == (0, {"one": "holds", "many": "holds", "largest": "not run"}), shown
    assert "1 slow case was left out: --slow runs it" in shown
