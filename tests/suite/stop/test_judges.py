"""Judges of stop: their histories, and what lies at the edges of their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from records import Act, Observation, endpoints
from records.completeness import AWAITED, DEADLINE_EXCEEDED
from records.record import PART_RESTARTED
from suite.stop import judges, observations
from tests.helpers.histories import clock, did, exited, moved, pod, ran, record, rules, said, without
from tests.helpers.trial import Trial

if TYPE_CHECKING:
    from records import Event, Instance, PodRecord, Record

KILL = {"exitCode": 137, "reason": "Error"}
DELETED = Act(2.0, "deleted", "stopped")
GONE = Act(9.0, "gone", "stopped")


def killed(run: Instance) -> Instance:
    """Return a run that KILL ended, without a last word."""
    return replace(run, output="whole", terminated=KILL)


def witness(*events: Event) -> PodRecord:
    """Return the witness's Pod, which printed this."""
    return pod(ran("witness", 0.0, did(0.1, "serving", port=7001), *events), role="witness")


def let_go(seconds: float, who: str, *, silent: float = 0.1) -> Event:
    """Return the end of a container that had spoken so many seconds before."""
    return did(seconds, "let-go", who=who, told=True, how="closed", last=clock(seconds - silent))


def still(who: str) -> Event:
    return did(70.0, "still-hears", who=who, told=True)


def told(name: str, seconds: float = 2.1, *then: Event, began: float = 1.0, kind: Any = "app") -> Instance:
    """Return a run that was told to end."""
    waiting = did(began + 0.1, "waiting")
    return ran(name, began, waiting, did(seconds, "terminated"), *then, kind=kind)


OBEYS, DEAF, LIVES = told("obeys", 2.1, exited(2.2)), killed(told("deaf")), told("deaf")
UNTOLD = killed(ran("deaf", 1.0, did(1.1, "waiting")))
HEARD = (let_go(2.2, "obeys"), let_go(8.0, "deaf"))


def stopped(
    *heard: Event, deaf: Instance = DEAF, obeys: Instance = OBEYS, acts: tuple[Act, ...] = (DELETED,)
) -> Record:
    """Return a history of a Pod that was deleted at 2 s, and of what the witness heard."""
    return record(witness(*heard), pod(obeys, deaf, role="stopped"), acts=acts)


KILLED = stopped(*HEARD)

STOPPED = Trial(
    judges.not_stopped,
    ("deaf",),
    options={"obeys": ("obeys",), "witness": "witness", "seconds": 6},
    good=KILLED,
    broken=(
        ("unwitnessed", "the witness did not hear one of them", stopped(HEARD[1])),
        ("unwitnessed", "the Pod was not deleted", replace(KILLED, acts=())),
        ("unwitnessed", "it ended by itself", stopped(*HEARD, deaf=told("deaf", 2.1, exited(8.0)))),
        ("unwitnessed", "who obeys ended by itself", without(KILLED, "obeys", "terminated")),
        ("not-told", "who obeys was not told", stopped(*HEARD, obeys=killed(ran("obeys", 1.0, did(1.1, "waiting"))))),
        (
            "unwitnessed",
            "it was stopped when it was killed",
            stopped(HEARD[0], let_go(8.0, "deaf", silent=1.1), deaf=UNTOLD),
        ),
        ("unwitnessed", "its clock is another", stopped(HEARD[0], let_go(8.0, "deaf", silent=-0.1), deaf=UNTOLD)),
        ("not-told", "the other one was not told", stopped(*HEARD, deaf=UNTOLD)),
        ("early", "it was gone just before its time was over", stopped(HEARD[0], let_go(7.99, "deaf"))),
        ("not-killed", "it lived on", stopped(HEARD[0], still("deaf"), deaf=LIVES)),
    ),
)


def signalled(*names: str, waits: float = 1.1) -> Record:
    """Return a history of a container that waited from then on, and was sent these signals after 2 s."""
    came = [did(2.1, "terminated", signal=name) for name in names]
    return record(pod(ran("own", 1.0, did(waits, "waiting"), *came, exited(3.2)), role="stopped"), acts=[DELETED])


BY_ITS_OWN = signalled("SIGUSR1")
SIGNALLED = Trial(
    judges.other_signal,
    ("stopped", "own", "SIGUSR1"),
    good=BY_ITS_OWN,
    broken=(
        ("unwitnessed", "the Pod was not deleted", replace(BY_ITS_OWN, acts=())),
        ("unwitnessed", "it waited too late", signalled("SIGUSR1", waits=2.05)),
        ("unwitnessed", "it did not wait", without(BY_ITS_OWN, "own", "waiting")),
        ("not-told", "no signal came", signalled()),
        ("other-signal", "TERM came", signalled("SIGTERM")),
        ("other-signal", "TERM came, too", signalled("SIGUSR1", "SIGTERM")),
    ),
)


RESTART = Act(2.5, PART_RESTARTED, "stopped", {"part": "kubelet", "before": 7, "after": 9})
NOT_ANEW = replace(RESTART, sent={"part": "kubelet", "before": 7, "after": 7})


def disturbed(*heard: Event, deaf: Instance = DEAF, acts: tuple[Act, ...] = (DELETED, RESTART)) -> Record:
    """Return a history of a Pod that was deleted at 2 s, and whose kubelet was restarted at 2.5 s."""
    return record(witness(*heard), pod(deaf, role="stopped"), acts=acts)


RENEWED = disturbed(let_go(8.6, "deaf"))
PERIOD = Trial(
    judges.period_not_kept,
    ("stopped", "deaf"),
    options={"witness": "witness", "seconds": 6},
    good=RENEWED,
    broken=(
        ("unwitnessed", "nobody restarted the kubelet", replace(RENEWED, acts=(DELETED,))),
        ("unwitnessed", "its process is the one of before", replace(RENEWED, acts=(DELETED, NOT_ANEW))),
        (
            "unwitnessed",
            "it was told to end after that",
            disturbed(let_go(8.6, "deaf"), deaf=killed(told("deaf", 2.6))),
        ),
        ("unwitnessed", "the witness did not hear it", disturbed()),
        ("unwitnessed", "it ended by itself", disturbed(let_go(8.6, "deaf"), deaf=told("deaf", 2.1, exited(8.6)))),
        ("early", "it was gone when the kubelet was", disturbed(let_go(2.6, "deaf"))),
        ("not-renewed", "it had the rest of its period", disturbed(let_go(8.4, "deaf"))),
        ("not-killed", "it lived on", disturbed(still("deaf"), deaf=LIVES)),
    ),
)


def look(seconds: float, kept: str = "x", *, lost: str = "") -> list[Event]:
    """Return a look at two files and a token, up to the one that is lost."""
    looks = [
        did(seconds, "read", file="/kept", content=kept),
        did(seconds, "read", file="/setting", content="y"),
        did(seconds, "token", file="/token", subject="z"),
    ]
    files = [event.fields["file"] for event in looks]
    if not lost:
        return looks
    name = "no-token" if lost == "/token" else "not-read"
    return [*looks[: files.index(lost)], did(seconds, name, file=lost, errno="ENOENT")]


def looked_again(
    *again: Event, before: list[Event] | None = None, late: bool = True, gone: float | None = 5.2
) -> Record:
    """Return a history of a container that looked at 1.2 s, of what it did after it was told to end, and of its end."""
    first = look(1.2) if before is None else before
    reader = ran("reader", 1.0, *first, did(1.3, "waiting"), did(2.1, "terminated"), *again)
    pods = [pod(reader, role="stopped"), *([pod(ran("late", 3.0, exited(5.1)), role="late")] if late else [])]
    return record(witness(*([let_go(gone, "reader")] if gone else [])), *pods, acts=(DELETED, RESTART))


ASKED = did(5.0, "asked", path="/")
SAME = looked_again(ASKED, *look(5.1), exited(5.2))
READABLE = Trial(
    judges.not_readable,
    ("stopped", "reader", "/kept", "/setting", "/token"),
    options={"asker": "late", "witness": "witness", "seconds": 6},
    good=SAME,
    broken=(
        ("unwitnessed", "nobody restarted the kubelet", replace(SAME, acts=(DELETED,))),
        ("unwitnessed", "it was told to end after that", moved(SAME, "reader", "terminated", 2.6)),
        ("unwitnessed", "it was not told to end", without(SAME, "reader", "terminated")),
        (
            "unwitnessed",
            "it did not read one before",
            looked_again(ASKED, *look(5.1), exited(5.2), before=look(1.2)[:2]),
        ),
        ("unwitnessed", "the other Pod never ran", looked_again(ASKED, *look(5.1), exited(5.2), late=False)),
        (
            "unwitnessed",
            "it was not asked while it waited",
            looked_again(did(50.0, "not-requested", awaited=45), exited(50.1, code=1)),
        ),
        ("unwitnessed", "the witness did not hear it", looked_again(ASKED, *look(5.1), exited(5.2), gone=None)),
        ("unwitnessed", "its time was over", looked_again(gone=8.5)),
        ("cut-short", "it was gone just before its time was over", looked_again(gone=8.4)),
        ("cut-short", "it was gone before it was asked", looked_again(exited(2.2))),
        ("cut-short", "it was gone before it had looked", looked_again(ASKED, *look(5.1)[:1])),
        ("cut-short", "it did not end by itself", looked_again(ASKED, *look(5.1))),
        ("unreadable", "a file was gone", looked_again(ASKED, *look(5.1, lost="/kept"), exited(5.2, code=1))),
        ("unreadable", "the token was gone", looked_again(ASKED, *look(5.1, lost="/token"), exited(5.2))),
        ("changed", "a file held something else", looked_again(ASKED, *look(5.1, "other"), exited(5.2))),
    ),
)


def hooked(*heard: Event, run: Instance | None = None) -> Record:
    """Return a history of a container whose hook began at 2.05 s."""
    began = did(2.05, "asked", path="/?work=120")
    own = run or killed(ran("hooked", 1.0, did(1.1, "waiting"), began, did(7.1, "terminated")))
    return record(witness(*heard), pod(own, role="stopped"), acts=[DELETED])


EXTENDED = hooked(let_go(9.1, "hooked"))
HOOKED = Trial(
    judges.hook_not_extended,
    ("hooked",),
    options={"witness": "witness", "seconds": 7},
    good=EXTENDED,
    broken=(
        ("unwitnessed", "its hook did not begin", hooked(let_go(9.1, "hooked"), run=killed(told("hooked", 7.1)))),
        ("unwitnessed", "the witness did not hear it", hooked()),
        ("unwitnessed", "the Pod was not deleted", replace(EXTENDED, acts=())),
        ("not-told", "it was killed at once", without(EXTENDED, "hooked", "terminated")),
        ("early", "it had no more than the period", hooked(let_go(7.9, "hooked"))),
        (
            "not-killed",
            "it lived on",
            hooked(still("hooked"), run=ran("hooked", 1.0, did(2.05, "asked"), did(7.1, "terminated"))),
        ),
    ),
)


def beside(neighbour: Instance) -> Record:
    """Return a history of a container whose hook took the grace period, and of its neighbour."""
    asked = did(2.05, "asked", path="/?work=120")
    own = killed(ran("hooked", 1.0, did(1.1, "waiting"), asked, did(7.1, "terminated")))
    return record(pod(own, neighbour, role="stopped"), acts=[DELETED])


UNHURT = beside(killed(told("neighbour")))
NEIGHBOUR = Trial(
    judges.neighbour_held_up,
    ("hooked", "neighbour"),
    good=UNHURT,
    broken=(
        ("unwitnessed", "no hook began", without(UNHURT, "hooked", "asked")),
        ("unwitnessed", "the hooked one was not told", without(UNHURT, "hooked", "terminated")),
        ("unwitnessed", "the neighbour was not told", without(UNHURT, "neighbour", "terminated")),
        ("delayed", "it was told as late", beside(killed(told("neighbour", 7.1)))),
    ),
)


def starting(*runs: Instance, acts: tuple[Act, ...] = (DELETED,)) -> Record:
    """Return a history of a Pod that was deleted at 2 s, while its sidecar alone ran."""
    return record(pod(*runs, role="stopped"), acts=acts)


FIRST = told("beside", 2.1, exited(2.2), kind="sidecar")
GIVEN_UP = Trial(
    judges.not_given_up,
    ("stopped", "beside"),
    options={"later": ("main",)},
    good=starting(FIRST),
    broken=(
        ("unwitnessed", "the Pod was not deleted", starting(FIRST, acts=())),
        ("unwitnessed", "the app had been started", starting(FIRST, ran("main", 1.5))),
        ("not-told", "the sidecar was not told", starting(ran("beside", 1.0, did(1.1, "waiting"), kind="sidecar"))),
        ("not-told", "it never ran", starting()),
        ("started", "the app was started", starting(FIRST, ran("main", 2.3))),
    ),
)


def tried(name: str, seconds: float, *files: str, refused: str = "") -> Instance:
    """Return a sidecar that was told to end, and tried these locks; it was refused one."""
    events = [
        did(seconds + 0.1, "lock-refused" if file == refused else "locked", file=f"/turn/{file}-lock") for file in files
    ]
    return told(name, seconds, *events, exited(seconds + 0.5), kind="sidecar")


LEFT, RIGHT = told("left", 2.1, exited(2.2)), told("right", 2.1, exited(4.2))
BESIDE, SIDECAR = tried("beside", 6.0, "left", "right", "sidecar"), tried("sidecar", 4.5, "left", "right")


def four(first: Instance = BESIDE, second: Instance = SIDECAR, right: Instance = RIGHT) -> Record:
    """Return a history of two sidecars and two apps, of which the right one exits at 4.2 s."""
    return record(pod(first, second, LEFT, right, role="stopped"), acts=[DELETED])


IN_ORDER = four()
AFTER_APPS = Trial(
    judges.told_too_soon,
    (("left", "right"), ("beside", "sidecar")),
    good=IN_ORDER,
    broken=(
        ("unwitnessed", "an app was killed", four(right=killed(told("right")))),
        ("unwitnessed", "a sidecar did not try a lock", four(second=tried("sidecar", 4.5, "left"))),
        ("not-told", "a sidecar was not told", without(IN_ORDER, "sidecar", "terminated")),
        ("early", "it was told at the exit of the last app", four(second=tried("sidecar", 4.2, "left", "right"))),
        (
            "early",
            "an app still held its lock",
            four(second=tried("sidecar", 4.5, "left", "right", refused="right")),
        ),
    ),
)
REVERSED = Trial(
    judges.not_reversed,
    ("sidecar", "beside"),
    good=IN_ORDER,
    broken=(
        ("unwitnessed", "one of them was not told", without(IN_ORDER, "beside", "terminated")),
        ("order", "both were told at one time", moved(IN_ORDER, "beside", "terminated", 4.5)),
        ("order", "they were told in the other order", moved(IN_ORDER, "beside", "terminated", 4.4)),
    ),
)
ONE_BY_ONE = Trial(
    judges.told_beside,
    ("sidecar", "beside"),
    good=IN_ORDER,
    broken=(
        ("unwitnessed", "it did not try the lock", four(first=tried("beside", 6.0, "left", "right"))),
        (
            "overlap",
            "the other one still held it",
            four(first=tried("beside", 6.0, "left", "right", "sidecar", refused="sidecar")),
        ),
    ),
)


def went(*runs: Instance, phase: str, kind: Any = "DELETED") -> Record:
    """Return a history of a Pod that was gone with this phase."""
    made = pod(*runs, role="stopped", phase=phase)
    last = Observation(9.0, kind, {"uid": made.uid}, {"phase": phase})
    return record(replace(made, observations=(*made.observations, last)), acts=[DELETED])


FAILS = told("right", 2.1, exited(2.2, code=3))
PHASE = Trial(
    judges.wrong_phase,
    ("stopped", "left", "right"),
    good=went(LEFT, RIGHT, phase="Succeeded"),
    broken=(
        ("unwitnessed", "it was not gone", went(LEFT, RIGHT, phase="Succeeded", kind="MODIFIED")),
        ("unwitnessed", "it never was", record(witness(), acts=[DELETED])),
        ("not-terminal", "it still ran when it was gone", went(LEFT, RIGHT, phase="Running")),
        ("wrong-phase", "all exited with 0", went(LEFT, RIGHT, phase="Failed")),
        ("wrong-phase", "one failed", went(LEFT, FAILS, phase="Succeeded")),
        ("wrong-phase", "one was killed", went(LEFT, killed(told("right")), phase="Succeeded")),
    ),
)

CREATED = Act(0.5, "created", "stopped")


def active(*heard: Event, runs: tuple[Instance, ...] = (), phase: str = "Failed", reason: str = "") -> Record:
    """Return a history of a Pod that was created at 0.5 s, and what the witness heard of its init container."""
    made = pod(*(runs or (killed(told("deaf", 8.6, kind="init")),)), role="stopped", phase=phase)
    last = Observation(9.0, "MODIFIED", {"uid": made.uid}, {"phase": phase} | ({"reason": reason} if reason else {}))
    awaited = Act(0.6, AWAITED, "stopped", {"reasons": [DEADLINE_EXCEEDED]})
    return record(witness(*heard), replace(made, observations=(*made.observations, last)), acts=[CREATED, awaited])


EXPIRED = active(let_go(8.6, "deaf"))
OVER = (told("deaf", 8.6, exited(8.7), kind="init"), ran("main", 8.8))
DEADLINE = Trial(
    judges.outlived_deadline,
    ("stopped", "deaf"),
    options={"never": ("main",), "witness": "witness", "seconds": 8},
    good=EXPIRED,
    broken=(
        ("unwitnessed", "the witness did not hear it", active()),
        ("unwitnessed", "there was no Pod", record(witness(let_go(8.6, "deaf")))),
        ("not-failed", "it went on", active(let_go(8.6, "deaf"), phase="Running")),
        ("early", "it was gone more than a second before the time was over", active(let_go(7.49, "deaf"))),
        ("not-killed", "it lived on", active(still("deaf"), runs=(told("deaf", 8.6, kind="init"),))),
        (
            "restarted",
            "it was run again",
            active(let_go(8.6, "deaf"), runs=(told("deaf", 8.6, exited(8.7)), ran("deaf", 8.8))),
        ),
        ("started", "the app was started", active(let_go(8.6, "deaf"), runs=OVER)),
    ),
)
REASON = Trial(
    judges.other_reason,
    ("stopped",),
    good=active(reason=DEADLINE_EXCEEDED),
    broken=(
        ("unwitnessed", "it did not fail", active(phase="Succeeded")),
        ("other-reason", "it has none", active()),
    ),
)


def looked(seconds: float, **conditions: bool) -> Act:
    """Return a look that found the Pod as an endpoint with these conditions."""
    found = [{"addresses": ["198.18.64.9"], "conditions": conditions}]
    return Act(seconds, endpoints.LOOKED, "stopped", {"service": "web", "endpoints": found})


def shown(*looks: Act) -> Record:
    """Return a history of looks; the Pod was deleted at 2 s, and asked at 4 s to be ready no more."""
    acts = (DELETED, Act(4.0, "created", "unready"))
    asks = ran("unready", 4.1, did(4.3, "loaded"), exited(4.4))
    return record(
        pod(told("server"), role="stopped"),
        pod(asks, role="unready"),
        acts=sorted((*looks, *acts), key=lambda act: act.seen),
    )


READY = looked(1.0, ready=True, serving=True, terminating=False)
DRAINS = looked(3.0, ready=False, serving=True, terminating=True)
DRAINED = looked(5.0, ready=False, serving=False, terminating=True)
OTHER = Act(3.0, endpoints.LOOKED, "stopped", {"service": "other", "endpoints": [{"conditions": {"ready": True}}]})
TERMINATING = Trial(
    judges.ready_while_terminating,
    ("stopped", "web"),
    good=shown(READY, DRAINS, DRAINED),
    broken=(
        ("unwitnessed", "it was no ready endpoint before", shown(OTHER, DRAINS)),
        ("unwitnessed", "it was not deleted", replace(shown(READY, DRAINS), acts=(READY, DRAINS))),
        ("hidden", "it was never shown to be terminating", shown(READY, looked(3.0, ready=False))),
        ("ready", "it was shown so and ready", shown(READY, looked(3.0, ready=True, terminating=True), DRAINED)),
        ("ready", "of its readiness nothing was told", shown(READY, looked(3.0, terminating=True))),
    ),
)
SERVING = Trial(
    judges.serving_untrue,
    ("stopped", "web"),
    options={"unready": "unready"},
    good=shown(READY, DRAINS, DRAINED),
    broken=(
        ("unwitnessed", "nobody looked while it was ready", shown(READY, DRAINED)),
        ("unwitnessed", "no Pod was created that asks it", replace(shown(), acts=(DELETED, DRAINS))),
        ("unwitnessed", "it was not asked", without(shown(READY, DRAINS, DRAINED), "unready", "loaded")),
        (
            "not-serving",
            "it did not serve while it was ready",
            shown(READY, looked(3.0, serving=False, terminating=True), DRAINED),
        ),
        ("still-serving", "it served to the end", shown(READY, DRAINS, looked(5.0, serving=True, terminating=True))),
    ),
)


def keeper(began: float, *found: Event, held: bool = True) -> Instance:
    """Return a run that looked, and then held a port and an object."""
    looks = found or (did(began + 0.1, "object-lost", kind="sysv-queue", errno="ENOENT"),)
    port = did(began + 0.2, "bound", port=7002)
    bound = () if any(event.name == "not-bound" for event in found) else (port,)
    made = (did(began + 0.3, "object-made", kind="sysv-queue", content="x"),) if held else ()
    return ran("keeper", began, *looks, *bound, *made)


FORCED = Act(2.0, "deleted", "stopped", {"grace": 0})
CREATED_AGAIN = Act(3.0, "created", "stopped@2")


def freed(*runs: Instance, gone: bool = True) -> Record:
    """Return a history of a Pod that was deleted by force at 2 s, and created again at 3 s."""
    pods = [
        pod(run, role=role, name="stopped", uid=role) for run, role in zip(runs, ("stopped", "stopped@2"), strict=False)
    ]
    acts = [FORCED, *([Act(2.5, "gone", "stopped")] if gone else []), *([CREATED_AGAIN] if len(runs) > 1 else [])]
    return record(witness(), *pods, acts=acts)


BEFORE, AFTER = keeper(0.5), keeper(3.5)
FOUND = did(3.6, "object-holds", kind="sysv-queue", content="x")
REFUSED = did(3.7, "not-bound", port=7002, errno="EADDRINUSE")
LOST = did(3.6, "object-lost", kind="sysv-queue", errno="ENOENT")
FREED = Trial(
    judges.not_freed,
    ("keeper",),
    good=freed(BEFORE, AFTER),
    broken=(
        ("unwitnessed", "the first one held nothing", freed(keeper(0.5, held=False), AFTER)),
        ("unwitnessed", "no Pod followed", freed(BEFORE)),
        ("unwitnessed", "it followed another", freed(BEFORE, AFTER, gone=False)),
        ("unwitnessed", "the second one did not look", freed(BEFORE, ran("keeper", 3.5))),
        ("waited", "the first one was still there", freed(BEFORE, gone=False)),
        ("leaked", "it found an object", freed(BEFORE, keeper(3.5, FOUND))),
        ("leaked", "the port was bound", freed(BEFORE, keeper(3.5, LOST, REFUSED))),
    ),
)

TRIALS = (
    STOPPED,
    SIGNALLED,
    PERIOD,
    READABLE,
    HOOKED,
    NEIGHBOUR,
    GIVEN_UP,
    AFTER_APPS,
    REVERSED,
    ONE_BY_ONE,
    PHASE,
    DEADLINE,
    REASON,
    TERMINATING,
    SERVING,
    FREED,
)


def test_a_second_request_counts_from_when_it_was_made() -> None:
    twice = (DELETED, Act(4.0, "deleted", "stopped", {"grace": 3}), Act(70.0, "deleted", "witness"))
    for gone, found in ((3.9, {"early"}), (4.1, set())):
        history = stopped(HEARD[0], let_go(gone, "deaf"), acts=twice)
        judged = judges.not_stopped(history, "deaf", obeys=("obeys",), witness="witness", seconds=0, request=2)
        assert rules(judged) == found
    once = stopped(*HEARD, acts=(DELETED, twice[2]))  # the witness's own deletion is none of the Pod's
    judged = judges.not_stopped(once, "deaf", obeys=("obeys",), witness="witness", seconds=0, request=2)
    assert rules(judged) == {"unwitnessed"}


def test_a_container_whose_output_cannot_be_read_was_told_if_the_witness_heard_so() -> None:
    silent = record(witness(did(2.2, "hears-told", who="deaf"), HEARD[1]), acts=[DELETED])
    assert judges.not_stopped(silent, "deaf", witness="witness", seconds=6) == []


def test_what_is_said_of_who_was_gone_too_soon_tells_when_it_was() -> None:
    early = stopped(HEARD[0], let_go(4.0, "deaf"))
    judged = judges.not_stopped(early, "deaf", obeys=("obeys",), witness="witness", seconds=6)
    assert "deaf was gone 2.000 s after the deletion of Pod stopped was asked for, and had 6 s" in said(judged)


@pytest.mark.parametrize("reason", ["DeadlineExceeded", "OutOfTime"])
def test_a_reason_is_told(reason: str) -> None:
    judged = judges.other_reason(active(reason=reason), "stopped")
    assert ("with the reason OutOfTime" in said(judged)) == (reason == "OutOfTime")


def test_what_becomes_of_a_pod_without_a_period_is_told() -> None:
    history = stopped(*HEARD, deaf=UNTOLD, acts=(DELETED, Act(2.1, "gone", "stopped")))
    assert observations.at_once(history, "stopped", "obeys", "deaf", witness="witness") == [
        "Pod stopped was gone 0.1 s after the request, its last phase Failed",
        "obeys was told to end, and gone 0.2 s after the request",
        "deaf was not seen to be told to end, and gone 6.0 s after the request",
    ]
    assert observations.at_once(stopped(acts=()), "stopped", "deaf", witness="witness") == [
        "Pod stopped was not deleted"
    ]
    [line, deaf] = observations.at_once(stopped(), "stopped", "deaf", witness="witness")
    assert line == "Pod stopped was still there, its last phase Failed"
    assert deaf == "deaf was told to end, and gone never"


def test_a_deadline_is_reckoned_from_the_second_in_which_the_pod_started() -> None:
    in_time = active(let_go(7.51, "deaf"))
    assert judges.outlived_deadline(in_time, "stopped", "deaf", never=("main",), witness="witness", seconds=8) == []
