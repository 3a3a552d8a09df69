"""The probe's verbs about a container's end, on this machine's own kernel."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.helpers.probes import rest, start, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

Json = dict[str, Any]

HERE = "127.0.0.1"


@pytest.fixture
def witness(port: int) -> Iterator[subprocess.Popen[str]]:
    """Return a witness of two that speak."""
    hearing = start("hear", port, "obeys", "deaf")
    until(hearing, "serving")
    yield hearing
    hearing.kill()


def speaker(port: int, name: str, then: str) -> subprocess.Popen[str]:
    """Return a process that speaks to the witness."""
    speaking = start("speak", HERE, port, name, "--within", 20, "then", then)
    until(speaking, "waiting")
    return speaking


def next_events(process: subprocess.Popen[str], number: int) -> list[Json]:
    """Return the next events, so many: threads tell of two containers, in any order."""
    assert process.stdout is not None
    return [json.loads(process.stdout.readline()) for _ in range(number)]


def told(events: list[Json]) -> list[tuple[str, str, object]]:
    """Return of whom a witness told what, and whether TERM had come."""
    return [(e["event"], e["who"], e.get("told")) for e in events if "who" in e]


def test_who_obeys_and_who_is_killed_are_both_heard_to_end(port: int, witness: subprocess.Popen[str]) -> None:
    obeys = speaker(port, "obeys", "expect-term")
    assert until(witness, "hears")["who"] == "obeys"
    deaf = speaker(port, "deaf", "outlast-term")
    assert until(witness, "hears")["who"] == "deaf"
    obeys.terminate()
    rest(obeys)
    deaf.terminate()
    until(deaf, "terminated")
    heard = sorted(next_events(witness, 2), key=lambda event: event["event"], reverse=True)
    assert told(heard) == [("let-go", "obeys", False), ("hears-told", "deaf", None)]
    deaf.kill()
    deaf.communicate()
    events = rest(witness)
    assert told(events) == [("let-go", "deaf", True)]
    assert events[0]["how"] in {"closed", "ECONNRESET"}
    assert heard[0]["clock"] - 1e9 < events[0]["last"] <= events[0]["clock"]


def test_a_witness_that_is_told_to_end_tells_who_still_speaks(port: int, witness: subprocess.Popen[str]) -> None:
    deaf = speaker(port, "deaf", "outlast-term")
    until(witness, "hears")
    witness.send_signal(signal.SIGTERM)
    events = rest(witness)
    deaf.kill()
    deaf.communicate()
    assert told(events) == [("still-hears", "deaf", False)]


def test_who_hears_nobody_tells_of_nobody(witness: subprocess.Popen[str]) -> None:
    witness.send_signal(signal.SIGTERM)
    assert [event["event"] for event in rest(witness)] == ["terminated", "exit"]


def test_who_reaches_no_witness_says_so_and_goes_on(port: int) -> None:
    speaking = start("speak", HERE, port, "deaf", "then", "expect-term")
    assert until(speaking, "not-connected")["errno"] == "ECONNREFUSED"
    speaking.terminate()
    assert rest(speaking)[-1]["code"] == 0


def test_who_is_heard_no_more_says_so_and_lives_on(port: int) -> None:
    hearing = start("hear", port, "deaf")
    until(hearing, "serving")
    deaf = speaker(port, "deaf", "outlast-term")
    until(hearing, "hears")
    hearing.kill()
    hearing.communicate()
    assert until(deaf, "unheard")["errno"] in {"EPIPE", "ECONNRESET"}
    deaf.terminate()
    assert until(deaf, "terminated")["signal"] == "SIGTERM"
    deaf.kill()
    deaf.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGQUIT])
def test_who_expects_a_stop_tells_by_which_signal_it_came(number: signal.Signals) -> None:
    stopped = start("expect-stop", "--beyond", 0.1)
    assert number.name in until(stopped, "waiting")["signals"]
    stopped.send_signal(number)
    told = [event for event in rest(stopped) if event["event"] != "exit"]
    assert [(event["event"], event["signal"]) for event in told] == [("terminated", number.name)]


def test_who_expects_a_stop_tells_of_another_signal_that_comes_after_it() -> None:
    stopped = start("expect-stop", "--beyond", 2)
    until(stopped, "waiting")
    stopped.send_signal(signal.SIGUSR1)
    until(stopped, "terminated")
    stopped.send_signal(signal.SIGTERM)
    events = rest(stopped)
    assert [event.get("signal") for event in events if event["event"] == "terminated"] == ["SIGTERM"]
    assert events[-1]["code"] == 0
