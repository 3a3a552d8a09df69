"""Fixtures of the suite's own tests."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.session import cases, plugin

pytest_plugins = ["pytester"]

BEGINNING = """
import pytest
from fixtures.errors import TroubleError
from fixtures.session.marks import requirement, scenario
from fixtures.session.outcome import NotRunError
from records import Violation
from suite.ipc import controls

judged = requirement("IPC-SYSV-QUEUE", control=controls.CONSUMER_IN_ANOTHER_POD)
recorded = requirement("START-ORDER", control=None)
LOST = [Violation("lost", "it was lost")]
BOTH = [*LOST, Violation("no-queue", "there was none")]

@scenario("ipc/sysv-queue-{messages}.yaml", messages=["one", "many"])
def acted(deploy):
    deploy()

@pytest.fixture
def broken():
    raise TroubleError("awaited a node for 120 s")

@pytest.fixture
def breaks_later():
    yield
    raise TroubleError("late")
"""

SLOW = """
@scenario("ipc/sysv-queue-{messages}.yaml", messages=["largest"], seconds=301)
def slow(deploy): pass

@judged
def test_slow(slow): return []
"""


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> Iterator[None]:
    """Let SIGINT interrupt this process and its children: a shell starts background commands with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def suite_items() -> list[pytest.Item]:
    """Return every test of the suite, collected without a cluster."""
    return cases.items()


class _Ear:
    """Collect the result that each test's report carries."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if (said := getattr(report, "podproof", None)) is not None:
            self.said.append(said)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs tests as the suite: their results, the exit code, the terminal's text."""
    monkeypatch.setattr(plugin, "ROOT", pytester.path)

    def run_tests(tests: str, *arguments: str) -> tuple[list[Any], int, str]:
        (pytester.path / "suite").mkdir(exist_ok=True)
        (pytester.path / "suite" / "test_some.py").write_text(BEGINNING + tests)
        ear = _Ear()
        options = ["-p", "fixtures.session.plugin", "--output", str(pytester.path / "out"), *arguments]
        result = pytester.runpytest_inprocess(*options, "suite", plugins=[ear])
        return ear.said, int(result.ret), result.stdout.str() + result.stderr.str()

    return run_tests
