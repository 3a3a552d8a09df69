"""Judges of hooks: their histories, and what lies at the edges of their rules."""

from dataclasses import replace
from typing import Any

import pytest

from records import Act, Event, Instance, Observation, Record
from suite.hooks import judges
from tests.helpers.histories import (
    altered,
    crashed,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial


def stated(seen: float, *, ready: bool = False, running: bool = False, **states: Any) -> Observation:
    """Return what the watch saw: whether the neighbour was ready, whether the hooked container was running."""
    beside = {"name": "beside", "ready": ready, "state": {"running": {}}}
    main = {"name": "main", "ready": running, "state": {"running": {}} if running else {"waiting": {}}}
    status = {"phase": "Running", "initContainerStatuses": [beside], "containerStatuses": [main]}
    return Observation(seen, "MODIFIED", {}, status | states)


def file(name: str) -> str:
    return f"/turn/{name}"


BEGUN = did(2.0, "read", file=file("began"))
RELEASED = did(6.0, "asked", path="/?write=released")
BESIDE = ran("beside", 0.0, BEGUN, RELEASED, kind="sidecar")
MAIN = ran("main", 1.0, did(1.05, "wrote", file=file("began")), did(1.1, "waiting"))
RELEASE = pod(ran("release", 0.0, exited(0.5)), role="release")
CREATED = Act(4.0, "created", "release")
IN_TIME = (stated(1.0), stated(3.0, ready=True), stated(7.0, ready=True, running=True))


def hooked(*seen: Observation, beside: Instance = BESIDE, acts: tuple[Act, ...] = (CREATED,)) -> Record:
    """Return a history of a hook that was to be released, with these statuses."""
    return record(replace(pod(beside, MAIN, role="started"), observations=seen), RELEASE, acts=acts)


HELD = hooked(*IN_TIME)
OUT_OF_TURN = ran(
    "beside", 0.0, did(2.0, "asked", path="/?write=released"), did(6.0, "read", file=file("began")), kind="sidecar"
)

IN_HOOK = Trial(
    judges.running_in_hook,
    ("main",),
    options={"beside": "beside", "release": "release"},
    good=HELD,
    broken=(
        ("unwitnessed", "the neighbour saw no hook", without(HELD, "beside", "read")),
        (
            "unwitnessed",
            "the neighbour saw no release",
            hooked(*IN_TIME, beside=ran("beside", 0.0, BEGUN)),
        ),
        ("unwitnessed", "it saw the release first", hooked(*IN_TIME, beside=OUT_OF_TURN)),
        ("unwitnessed", "nobody was created to release it", hooked(*IN_TIME, acts=())),
        ("unwitnessed", "no status of the hook's time", hooked(stated(1.0), stated(5.0, ready=True, running=True))),
        ("unwitnessed", "it was never said to run", hooked(*IN_TIME[:2])),
        (
            "running-in-hook",
            "it was said to run at the status of the hook's time",
            hooked(stated(1.0), stated(3.0, ready=True, running=True)),
        ),
        (
            "running-in-hook",
            "it was said to run before that",
            hooked(stated(2.0, running=True), stated(3.0, ready=True), stated(7.0, ready=True, running=True)),
        ),
    ),
)

MADE = Act(0.0, "created", "slept")
SHOWN = stated(3.0, ready=True)


def slept(*seen: Observation, runs: tuple[Instance, ...] = (BESIDE, MAIN)) -> Record:
    """Return a history of a hook that sleeps for 5 s from 1 s on, with these statuses."""
    return record(replace(pod(*runs, role="slept"), observations=seen), acts=[MADE])


IN_SLEEP = Trial(
    judges.running_in_sleep,
    ("main",),
    options={"beside": "beside", "seconds": 5},
    good=slept(stated(1.0), SHOWN, stated(6.0, running=True)),
    broken=(
        ("unwitnessed", "it never started", slept(SHOWN, stated(6.0, running=True), runs=(BESIDE,))),
        ("unwitnessed", "it left no word", slept(SHOWN, stated(6.0, running=True), runs=(BESIDE, ran("main", 1.0)))),
        ("unwitnessed", "it was never said to run", slept(SHOWN)),
        ("unwitnessed", "no status of the sleep's time", slept(stated(1.0), stated(6.0, ready=True, running=True))),
        ("running-in-sleep", "it was said to run too soon", slept(SHOWN, stated(5.9, running=True))),
    ),
)

FAILED = ran("main", 0.0, did(0.5, "terminated"), did(0.6, "read", file=file("hook")), exited(0.7, code=1))
AGAIN = ran("main", 1.0, did(1.1, "waiting"))
UNHURT = ran("main", 0.0, did(0.5, "waiting"))
BLIND = ran("main", 0.0, did(0.5, "terminated"), did(0.6, "not-read", file=file("hook")), exited(0.7, code=1))
BY_ITSELF = ran("main", 0.0, exited(0.7, code=1))

FAILING = Trial(
    judges.not_restarted_for_hook,
    ("main",),
    good=record(pod(FAILED, AGAIN)),
    broken=(
        ("unwitnessed", "it did not find what the hook left", record(pod(BLIND, AGAIN))),
        ("not-ended", "it ended by itself", record(pod(BY_ITSELF, AGAIN))),
        ("not-restarted", "it was not run again", record(pod(FAILED))),
    ),
)
FAILING_ONCE = Trial(
    judges.restarted_for_hook,
    ("main",),
    good=record(pod(FAILED)),
    broken=(
        ("unwitnessed", "it did not find what the hook left", record(pod(BLIND))),
        ("not-ended", "it lives on", record(pod(UNHURT))),
        ("not-ended", "it never ran", record(pod())),
        ("restarted", "it was run again", record(pod(FAILED, AGAIN))),
    ),
)


def told(began: float, *events: Event) -> Instance:
    """Return a run that was told to end, and did this."""
    return ran("main", began, did(began + 1, "terminated"), *events, exited(began + 1.3))


LOCKED, READ = did(1.1, "locked"), did(1.2, "read", file=file("hook"))
DONE = record(pod(told(0.0, LOCKED, READ)))
REFUSED = did(1.1, "lock-refused", errno="EAGAIN")
MISSED = did(1.2, "not-read", file=file("hook"), errno="ENOENT")

STOPPED = Trial(
    judges.term_in_hook,
    ("main",),
    good=DONE,
    broken=(
        ("unwitnessed", "it never ran", without(DONE, "main")),
        ("unwitnessed", "it was not told to end", without(DONE, "main", "terminated")),
        ("unwitnessed", "it did not try the lock", without(DONE, "main", "locked")),
        ("not-run", "there was no hook", instead(DONE, "main", "read", MISSED)),
        ("overlap", "its hook still ran", instead(DONE, "main", "locked", REFUSED)),
        (
            "not-run",
            "there was no hook the second time",
            record(pod(told(0.0, LOCKED, READ), told(3.0, did(4.1, "locked"), did(4.2, "not-read", errno="ENOENT")))),
        ),
    ),
)

DELETED = Act(2.0, "deleted", "pod")
SLEPT = record(pod(ran("main", 0.0, did(5.0, "terminated"), exited(5.1))), acts=[DELETED])
STOPPED_ASLEEP = Trial(
    judges.term_in_sleep,
    ("main",),
    options={"seconds": 3},
    good=SLEPT,
    broken=(
        ("unwitnessed", "it was not told to end", without(SLEPT, "main", "terminated")),
        ("unwitnessed", "the Pod was not deleted", replace(SLEPT, acts=())),
        ("too-early", "it was told so too soon", moved(SLEPT, "main", "terminated", 4.9)),
    ),
)


def asked(*seconds: float) -> Instance:
    """Return the server, which was asked at these times."""
    return ran("server", -1.0, *(did(each, "asked", path="/main") for each in seconds), kind="sidecar")


ENDED, CRASHED = ran("main", 0.0, exited(0.5, code=3)), ran("main", 0.0, crashed(0.5))
WAITS = ran("main", 1.0, did(1.1, "waiting"), did(4.0, "terminated"), exited(4.1))
TOLD = ran("main", 0.0, did(0.4, "terminated"), exited(0.5, code=3))


def ended(*runs: Instance, server: Instance) -> Record:
    """Return a history of a Pod that was deleted at 2 s."""
    return record(pod(server, *runs), acts=[DELETED])


CALLED = Trial(
    judges.called_for_ended,
    ("main", "server"),
    good=ended(ENDED, WAITS, server=asked(3.0)),
    broken=(
        ("unwitnessed", "it never ran", ended(server=asked(3.0))),
        ("unwitnessed", "it was not run again", ended(ENDED, server=asked(3.0))),
        ("unwitnessed", "it was told to end", ended(TOLD, WAITS, server=asked(3.0))),
        ("unwitnessed", "it did not come to wait", ended(ENDED, ran("main", 1.0), server=asked(3.0))),
        ("unwitnessed", "the deletion called no hook", ended(ENDED, WAITS, server=asked())),
        ("called", "when it exited", ended(ENDED, WAITS, server=asked(0.6, 3.0))),
        ("called", "when it crashed", ended(CRASHED, WAITS, server=asked(0.6, 3.0))),
        ("called", "just before the deletion", ended(ENDED, WAITS, server=asked(1.9, 3.0))),
    ),
)

HANGS = record(pod(told(0.0, REFUSED, did(1.2, "read", file=file("began")))))
HANGING = Trial(
    judges.waited_for_hook,
    ("main",),
    good=HANGS,
    broken=(
        ("unwitnessed", "it was not told to end", without(HANGS, "main", "terminated")),
        ("unwitnessed", "it did not try the lock", without(HANGS, "main", "lock-refused")),
        (
            "unwitnessed",
            "the lock was free, and the hook had not begun",
            without(instead(HANGS, "main", "lock-refused", LOCKED), "main", "read"),
        ),
        ("waited", "the hook was over", instead(HANGS, "main", "lock-refused", LOCKED)),
    ),
)

TRIALS = (IN_HOOK, IN_SLEEP, FAILING, FAILING_ONCE, STOPPED, STOPPED_ASLEEP, CALLED, HANGING)


def test_a_hook_is_not_called_for_a_crash() -> None:
    assert judges.called_for_ended(ended(CRASHED, WAITS, server=asked(3.0)), "main", "server") == []


def test_what_is_said_of_a_call_tells_when_it_came() -> None:
    text = said(judges.called_for_ended(ended(ENDED, WAITS, server=asked(0.6, 3.0)), "main", "server"))
    assert "the hook of main was called before the Pod was deleted, for a run that ended by itself, at 1.600 s" in text


@pytest.mark.parametrize("errno", ["EAGAIN", "EACCES"])
def test_what_is_said_of_a_refused_lock_names_the_error(errno: str) -> None:
    history = altered(instead(DONE, "main", "locked", REFUSED), "main", "lock-refused", errno=errno)
    violations = judges.term_in_hook(history, "main")
    assert rules(violations) == {"overlap"}
    assert f"({errno})" in said(violations)
