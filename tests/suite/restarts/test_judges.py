"""Judges of restarts: their histories, and what lies at the edges of their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from records import Act, Event, Instance, Observation, Record
from suite.restarts import judges
from suite.restarts.test_restarts import growing, limits
from tests.helpers.histories import clock, crashed, did, exited, pod, ran, record, rules, without
from tests.helpers.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEFT = ran("left", 0.0, exited(0.1))
LEFT_AGAIN = ran("left", 1.0, exited(1.1))
FAILED = ran("right", 0.0, exited(0.2, code=1))
CRASHED = ran("right", 0.0, crashed(0.2))
RIGHT_AGAIN = ran("right", 1.0, exited(1.2))
LIVES = ran("right", 1.0, did(1.1, "waiting"))

ON_FAILURE = record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Succeeded"))
ALWAYS = record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Running"))


def ended_before(history: Record) -> Record:
    """Return a copy in which the Pod was Succeeded for a while."""
    [only] = history.pods
    first, *others = only.observations
    over = replace(first, status=first.status | {"phase": "Succeeded"})
    return record(replace(only, observations=(first, over, *others)))


POLICY = Trial(
    judges.not_by_policy,
    ({"left": (0,), "right": (1, 0)}, "Succeeded"),
    good=ON_FAILURE,
    broken=(
        ("unwitnessed", "what was to fail succeeded", record(pod(LEFT, ran("right", 0.0, exited(0.2)), RIGHT_AGAIN))),
        ("unwitnessed", "it was ended by a signal", record(pod(LEFT, CRASHED, RIGHT_AGAIN, phase="Succeeded"))),
        ("not-restarted", "what failed was not run again", record(pod(LEFT, FAILED, phase="Succeeded"))),
        ("not-restarted", "an app never ran", without(ON_FAILURE, "left")),
        (
            "restarted",
            "what succeeded was run again",
            record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Succeeded")),
        ),
        ("wrong-phase", "the Pod failed", record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Failed"))),
        ("wrong-phase", "the Pod goes on", record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Running"))),
    ),
)

FIRST = ran("again", 0.0, exited(1.0, code=1))
SECOND = ran("again", 1.5, exited(2.0, code=1))
THIRD = ran("again", 12.0, exited(12.5, code=1))
FOURTH = ran("again", 32.5, did(33.0, "waiting"))
GROWN = record(pod(FIRST, SECOND, THIRD, FOURTH))


def by_the_wall(*ahead: float, third: float = 12.0) -> Record:
    """Return the history with the wall clock as far ahead, s, in each run; the third may begin at another time."""
    fourth = ran("again", third + 20.5, did(third + 20.6, "waiting"))
    runs = (FIRST, SECOND, ran("again", third, exited(third + 0.1, code=1)), fourth)
    told = [
        replace(run, events=tuple(replace(e, fields=e.fields | {"wall_ahead": clock(each)}) for e in run.events))
        for run, each in zip(runs, ahead, strict=True)
    ]
    return record(pod(*told))


BACK_OFF = Trial(
    judges.too_soon,
    ("again", (0.0, 10.0, 20.0)),
    good=GROWN,
    broken=(
        ("unwitnessed", "a run succeeded", record(pod(FIRST, ran("again", 1.5, exited(2.0)), THIRD, FOURTH))),
        ("unwitnessed", "a run crashed", record(pod(FIRST, ran("again", 1.5, crashed(2.0)), THIRD, FOURTH))),
        ("unwitnessed", "the wall clock was set forward", by_the_wall(0.0, 0.0, 6.0, 6.0, third=6.5)),
        ("unwitnessed", "the wall clock was set back", by_the_wall(0.0, 0.0, -6.0, -6.0, third=20.0)),
        ("not-restarted", "it never ran", without(GROWN, "again")),
        ("not-restarted", "it was not run a fourth time", record(pod(FIRST, SECOND, THIRD))),
        ("too-soon", "10 s later", record(pod(FIRST, SECOND, THIRD, ran("again", 22.5, did(23.0, "waiting"))))),
        (
            "too-soon",
            "5 s later",
            record(pod(FIRST, SECOND, ran("again", 7.0, exited(7.5, code=1)), FOURTH)),
        ),
    ),
)

ADDRESS = "10.0.0.7"


def listed(seconds: float, address: str = ADDRESS) -> tuple[Event, ...]:
    """Return what a container prints that lists its addresses."""
    interface = {"interface": "eth0", "index": 2, "mac": None}
    return did(seconds, "address", address=address, **interface), did(seconds, "looked", interfaces=[], addresses=[])


def asked(seconds: float, nonce: str, peer: str = "127.0.0.1 4001") -> Event:
    """Return the server's word of a question."""
    return did(seconds, "asked", peer=peer, nonce=nonce, answer=f"to {nonce}")


def answered(seconds: float, nonce: str, own: str = "127.0.0.1 4001") -> Event:
    """Return the client's word of an answer."""
    return did(seconds, "answered", own=own, sent=nonce, back=nonce, answer=f"to {nonce}")


WROTE, READ = (did(at, event, file="/data/file", content="nonce") for at, event in ((0.1, "wrote"), (2.1, "read")))
CRASHING = ran("crashing", 0.0, WROTE, *listed(0.2), crashed(1.0))
CRASHING_AGAIN = ran("crashing", 2.0, READ, *listed(2.2), did(2.5, "answered", sent="third"), did(2.6, "waiting"))
SERVER = ran("server", 0.0, asked(0.5, "first"), asked(2.4, "third", "127.0.0.1 4002"), asked(3.0, "second"))
CLIENT = ran("client", 0.0, answered(0.6, "first"), answered(3.1, "second"))
THREE = (CRASHING, SERVER, CLIENT)


def together(*runs: Instance, addresses: tuple[str, ...] = (ADDRESS,)) -> Record:
    """Return a history of one Pod with these runs."""
    return record(pod(*runs, addresses=addresses))


APART = together(*THREE, CRASHING_AGAIN)
IN_VAIN = did(25.6, "not-read", file="/data/again", errno="ENOENT", awaited=25.0)
TIRED = together(
    CRASHING,
    SERVER,
    ran("client", 0.0, answered(0.6, "first"), IN_VAIN, exited(25.7, 1)),
    CRASHING_AGAIN,
    ran("client", 26.0, answered(26.2, "fourth", "127.0.0.1 4003")),
)
"""The client gave up before it was its turn, and was run again for that: a node that is slow does so."""


def with_status(status: dict[str, object]) -> Record:
    """Return the history with one more status, of the server or of the Pod."""
    [only] = APART.pods
    return record(replace(only, observations=(*only.observations, Observation(9.0, "MODIFIED", {}, status))))


def of_server(**fields: object) -> dict[str, object]:
    """Return a Pod's status that has other values in that of the server."""
    [only] = APART.pods
    last = next(each for each in reversed(only.container_statuses) if each["name"] == "server")
    return {"phase": "Running", "containerStatuses": [last | fields]}


def found(event: str) -> Record:
    """Return the history with another content of the file in the second run, which it wrote or read."""
    first = did(2.1, event, file="/data/file", content="other")
    return together(*THREE, ran("crashing", 2.0, first, *listed(2.2), did(2.5, "answered", sent="third")))


ALONE = Trial(
    judges.not_alone,
    ("crashing", "server", "client"),
    good=APART,
    broken=(
        (
            "unwitnessed",
            "it exited by itself",
            together(ran("crashing", 0.0, WROTE, *listed(0.2), exited(1.0)), *THREE[1:], CRASHING_AGAIN),
        ),
        ("not-restarted", "it was not run again", together(*THREE)),
        ("unwitnessed", "the client gave up waiting", TIRED),
        ("another-too", "the server ran twice", together(*THREE, CRASHING_AGAIN, ran("server", 3.0, asked(3.2, "x")))),
        ("another-too", "it has another start", with_status(of_server(state={"running": {"startedAt": "now"}}))),
        ("gone", "the client said nothing after that", together(CRASHING, SERVER, ran("client", 0.0), CRASHING_AGAIN)),
        ("moved", "the Pod has another address", with_status({"phase": "Running", "podIPs": [{"ip": "10.0.0.8"}]})),
        ("moved", "its second run has another", together(*THREE, ran("crashing", 2.0, READ, *listed(2.2, "10.0.0.8")))),
        ("lost", "its second run did not look", together(*THREE, ran("crashing", 2.0, *listed(2.2)))),
        ("lost", "its second run wrote anew", found("wrote")),
        ("lost", "it read something else", found("read")),
    ),
)


def with_setting(*values: str | None, given: str = "as-given") -> Record:
    """Return a history of an app with a variable, with its value in each run; None where it was not printed."""
    runs = [
        ran("crashing", at, *(() if value is None else (did(at + 0.1, "environment", values={"SETTING": value}),)))
        for at, value in enumerate(values)
    ]
    only = pod(*runs)
    app = {"name": "crashing", "env": [{"name": "SETTING", "value": given}]}
    return record(replace(only, got=only.got | {"spec": {"containers": [app]}}))


ENVIRONMENT = Trial(
    judges.another_environment,
    ("crashing",),
    good=with_setting("as-given", "as-given"),
    broken=(
        ("unwitnessed", "its second run did not print it", with_setting("as-given", None)),
        ("unwitnessed", "it never printed it", with_setting(None, None)),
        ("not-restarted", "it was not run again", with_setting("as-given")),
        ("another-environment", "its second run had another", with_setting("as-given", "other")),
        ("another-environment", "both had another", with_setting("other", "other")),
    ),
)

UNANSWERED = did(2.5, "unanswered", sent="third", errno="ECONNREFUSED")
ELSEWHERE = "127.0.0.1 4003"

CONNECTION = Trial(
    judges.connection_lost,
    ("client", "server", "crashing"),
    good=APART,
    broken=(
        ("unwitnessed", "it was not run again", together(*THREE)),
        ("unwitnessed", "nothing was answered before", together(CRASHING, SERVER, ran("client", 0.0), CRASHING_AGAIN)),
        ("unwitnessed", "the client gave up waiting", TIRED),
        (
            "closed",
            "nothing was answered after that",
            together(CRASHING, SERVER, ran("client", 0.0, answered(0.6, "first")), CRASHING_AGAIN),
        ),
        ("closed", "nobody listened any more", together(*THREE, ran("crashing", 2.0, READ, UNANSWERED))),
        (
            "another-connection",
            "the client connected anew",
            together(
                CRASHING,
                ran("server", 0.0, asked(0.5, "first"), asked(3.0, "second", ELSEWHERE)),
                ran("client", 0.0, answered(0.6, "first"), answered(3.1, "second", ELSEWHERE)),
                CRASHING_AGAIN,
            ),
        ),
        (
            "another-connection",
            "another server answered",
            together(CRASHING, ran("server", 0.0, asked(0.5, "first"), asked(3.0, "x")), CLIENT, CRASHING_AGAIN),
        ),
    ),
)


def refused(seconds: float, file: str) -> Event:
    """Return the word of a container that was refused a lock."""
    return did(seconds, "lock-refused", file=file, errno="EAGAIN")


def a_round(at: float, event: str, *, trigger: Event, names: Sequence[str] = ()) -> dict[str, Instance]:
    """Return one run of each container of a Pod whose containers are all restarted, by name."""
    held = did(at + 0.1, "locked", file="/data/lock")
    listing = did(at + 0.2, "listed", names=list(names))
    kept = did(at + 4.2, event, file="/data/file", content="nonce")
    alive = did(at + 1.1, "locked", file="/data/beside")
    lasting = did(at + 4.1, "locked", file="/data/lock"), kept, *listed(at + 4.3), refused(at + 4.4, "/data/beside")
    return {
        "first": ran("first", at, held, listing, exited(at + 0.5), kind="init"),
        "beside": ran("beside", at + 1, alive, did(at + 1.2, "waiting"), kind="sidecar"),
        "second": ran("second", at + 2, did(at + 2.1, "locked", file="/data/lock"), exited(at + 2.5), kind="init"),
        "completed": ran("completed", at + 4, exited(at + 4.3)),
        "lasting": ran("lasting", at + 4, *lasting),
        "trigger": ran("trigger", at + 4, trigger),
    }


FIRST_ROUND = a_round(0.0, "wrote", trigger=exited(5.0, code=42))
SECOND_ROUND = a_round(6.0, "read", trigger=did(11.0, "waiting"))


def rounds(*, before: Iterable[Instance] = (), after: Iterable[Instance] = (), without: str = "") -> Record:
    """Return a history of two rounds with other runs in either of them; without the second run of one container."""
    first = FIRST_ROUND | {run.container: run for run in before}
    second = SECOND_ROUND | {run.container: run for run in after}
    return together(*first.values(), *(run for name, run in second.items() if name != without))


REFUSED = refused(6.1, "/data/lock")
HOOKED = did(6.2, "listed", names=["file", "stopped"])
LOST = did(10.2, "wrote", file="/data/file", content="other")
KEPT = did(10.2, "read", file="/data/file", content="nonce")
HELD, HELD_EARLY = (did(at, "locked", file="/data/lock") for at in (10.1, 6.3))
ALIVE_EARLY, ALIVE_LATE = (did(at, "locked", file="/data/beside") for at in (6.2, 8.2))
TRIED = refused(10.4, "/data/beside")
TAKEN = did(10.4, "locked", file="/data/beside")


def lasting(*tried: Event, kept: Event = KEPT, address: str = ADDRESS) -> Instance:
    """Return the second run of the app that lives on, which tried the sidecar's lock so."""
    return ran("lasting", 10.0, HELD, kept, *listed(10.3, address), *tried)


ALL_AGAIN = Trial(
    judges.not_all_again,
    ("trigger", "completed", "lasting", ("first", "second"), "beside"),
    options={"code": 42, "hook": "stopped"},
    good=rounds(),
    broken=(
        ("unwitnessed", "it ended with 1", rounds(before=[ran("trigger", 4.0, exited(5.0, code=1))])),
        ("unwitnessed", "another was not over", rounds(before=[ran("completed", 4.0, exited(5.5))])),
        ("not-restarted", "what had completed was not run again", rounds(without="completed")),
        ("not-restarted", "the sidecar was not run again", rounds(without="beside")),
        ("order", "an app began before the second was over", rounds(after=[ran("completed", 8.2, exited(8.3))])),
        ("order", "the second began at once", rounds(after=[ran("second", 6.2, HELD_EARLY, exited(6.6), kind="init")])),
        (
            "overlap",
            "an init was refused the lock",
            rounds(after=[ran("first", 6.0, REFUSED, exited(6.5), kind="init")]),
        ),
        ("order", "the sidecar began at once", rounds(after=[ran("beside", 6.1, ALIVE_EARLY, kind="sidecar")])),
        ("order", "the sidecar began last", rounds(after=[ran("beside", 8.1, ALIVE_LATE, kind="sidecar")])),
        (
            "overlap",
            "the sidecar was refused its lock",
            rounds(after=[ran("beside", 7.0, refused(7.1, "/data/beside"), kind="sidecar")]),
        ),
        ("gone", "the sidecar's lock was free", rounds(after=[lasting(TAKEN)])),
        ("unwitnessed", "nobody tried the sidecar's lock", rounds(after=[lasting()])),
        ("moved", "another address", rounds(after=[lasting(TRIED, address="10.0.0.8")])),
        ("lost", "another file", rounds(after=[lasting(TRIED, kept=LOST)])),
        ("hook-run", "the hook ran", rounds(after=[ran("first", 6.0, HOOKED, exited(6.5), kind="init")])),
    ),
)

LEFT_STOPPED = ran("left", 0.0, did(0.1, "waiting"), did(2.1, "terminated"), exited(2.2))
LEFT_STARTED = ran("left", 3.0, did(3.1, "waiting"))
STAYED = [ran(name, 0.0, did(0.1, "waiting"), did(5.0, "terminated"), exited(5.1)) for name in ("beside", "right")]


def given_an_image(*runs: Instance, at: float = 2.0, what: str = "changed") -> Record:
    """Return a history of one Pod with these runs, one of whose containers was given another image."""
    return record(pod(*runs), acts=[Act(at, what, "pod")])


IMAGE = Trial(
    judges.not_restarted_by_image,
    ("left", "beside", "right"),
    good=given_an_image(LEFT_STOPPED, *STAYED, LEFT_STARTED),
    broken=(
        ("unwitnessed", "no image was changed", given_an_image(LEFT_STOPPED, *STAYED, LEFT_STARTED, what="deleted")),
        ("unwitnessed", "it was changed before", given_an_image(LEFT_STOPPED, *STAYED, LEFT_STARTED, at=0.01)),
        ("unwitnessed", "the container never ran", given_an_image(*STAYED)),
        ("not-restarted", "it runs on", given_an_image(ran("left", 0.0, did(0.1, "waiting")), *STAYED)),
        ("not-restarted", "it was stopped for good", given_an_image(LEFT_STOPPED, *STAYED)),
        ("not-restarted", "it had ended", given_an_image(ran("left", 0.0, exited(0.1)), *STAYED)),
        (
            "not-restarted",
            "it was stopped before the change",
            given_an_image(LEFT_STOPPED, *STAYED, LEFT_STARTED, at=2.15),
        ),
        (
            "not-restarted",
            "it was run again twice",
            given_an_image(LEFT_STOPPED, *STAYED, ran("left", 3.0, exited(3.5)), ran("left", 4.0, did(4.1, "waiting"))),
        ),
        (
            "another-too",
            "the sidecar was run again",
            given_an_image(LEFT_STOPPED, *STAYED, LEFT_STARTED, ran("beside", 5.5, did(5.6, "waiting"))),
        ),
        (
            "gone",
            "an app had ended",
            given_an_image(LEFT_STOPPED, STAYED[0], ran("right", 0.0, exited(0.1)), LEFT_STARTED),
        ),
    ),
)

TRIALS = (POLICY, BACK_OFF, ALONE, IMAGE, ENVIRONMENT, CONNECTION, ALL_AGAIN)


@pytest.mark.parametrize(
    ("configured", "delays"),
    [
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "5m0s"}, "featureGates": None}, (0, 10, 20)),
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "12s"}, "featureGates": {}}, (0, 10, 12)),
        ({"crashLoopBackOff": {"maxContainerRestartPeriod": "2s"}, "featureGates": {}}, (0, 2, 2)),
        ({"crashLoopBackOff": {}, "featureGates": {"AllAlpha": False}}, (0, 10, 20)),
        ({"crashLoopBackOff": {}, "featureGates": {"ReduceDefaultCrashLoopBackOffDecay": True}}, (0, 1, 2)),
        ({"crashLoopBackOff": {}, "featureGates": {"AllAlpha": True}}, (0, 1, 2)),
    ],
)
def test_the_delays_are_those_of_the_kubelets_configuration(
    configured: dict[str, object], delays: tuple[float, ...]
) -> None:
    assert growing(*limits(configured)) == delays


@pytest.mark.parametrize(("third", "broken"), [(12.0, set()), (6.5, {"too-soon"})])
def test_a_wall_clock_that_nobody_set_changes_nothing(third: float, broken: set[str]) -> None:
    history = by_the_wall(0.0, 1e-6, -1e-6, 0.0, third=third)
    assert rules(judges.too_soon(history, "again", (0.0, 10.0, 20.0))) == broken


def test_a_delay_is_from_the_last_word_of_a_run_to_the_first_of_the_next() -> None:
    just = record(pod(FIRST, SECOND, ran("again", 11.98, exited(12.5, code=1)), FOURTH))  # by the kernel's 10 ms
    assert judges.too_soon(just, "again", (0.0, 10.0, 20.0)) == []


def test_a_signals_code_is_that_of_a_run_that_failed() -> None:
    history = record(pod(LEFT, CRASHED, RIGHT_AGAIN, phase="Succeeded"))
    assert rules(judges.not_by_policy(history, {"left": (0,), "right": (139, 0)}, "Succeeded")) == set()


@pytest.mark.parametrize(
    ("history", "broken"),
    [
        (ALWAYS, set()),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, LIVES)), set()),
        (record(pod(LEFT, FAILED, RIGHT_AGAIN, phase="Running")), {"not-restarted"}),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, RIGHT_AGAIN, phase="Succeeded")), {"wrong-phase"}),
        (record(pod(LEFT, FAILED, LEFT_AGAIN, LIVES, phase="Pending")), {"wrong-phase"}),
        (ended_before(ALWAYS), {"wrong-phase"}),
    ],
)
def test_what_is_always_run_again_keeps_its_pod_running(history: Record, broken: set[str]) -> None:
    assert rules(judges.not_by_policy(history, {"left": (0,), "right": (1,)}, "Running")) == broken
