"""Judges of what is a container's own: their histories, and what lies at the edges of their rules."""

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import records
from records import Act, Answer, Instance, Observation, Record
from suite.resources import judges
from suite.stored import MEBIBYTE
from tests.helpers.histories import altered, did, exited, pod, ran, record, rules, said, without
from tests.helpers.paths import RECORDS
from tests.helpers.trial import Trial

GIVEN: dict[str, dict[str, Any]] = {"left": {"WHO": "left", "LEFT": "yes"}, "right": {"WHO": "right", "LEFT": None}}


def environments(left: dict[str, Any], right: dict[str, Any]) -> Record:
    """Return a history of two containers that printed these variables."""
    both = {"left": left, "right": right}
    return record(pod(*(ran(who, 0.0, did(0.1, "environment", values=own), exited(0.2)) for who, own in both.items())))


OWN = environments(GIVEN["left"], GIVEN["right"])

VARIABLES = Trial(
    judges.variables_leaked,
    (GIVEN,),
    good=OWN,
    broken=(
        ("unwitnessed", "one printed none", without(OWN, "right", "environment")),
        ("differs", "another value", environments(GIVEN["left"], GIVEN["right"] | {"WHO": "left"})),
        ("differs", "its own is not set", environments(GIVEN["left"] | {"LEFT": None}, GIVEN["right"])),
        ("leaked", "a neighbour's is set", environments(GIVEN["left"], GIVEN["right"] | {"LEFT": "yes"})),
    ),
)

WANTED = {
    "left": {"memory": Fraction(96 * MEBIBYTE), "cpu": Fraction(2, 5)},
    "right": {"memory": None, "cpu": None},
}
SEEN = record(
    pod(
        ran("left", 0.0, did(0.1, "limits", version=2, memory=96 * MEBIBYTE, cpu=0.4), exited(0.2)),
        ran("right", 0.0, did(0.1, "limits", version=2, memory=None, cpu=None), exited(0.2)),
    )
)

LIMITS = Trial(
    judges.limits_differ,
    (WANTED,),
    good=SEEN,
    broken=(
        ("unwitnessed", "one did not see its own", without(SEEN, "left", "limits")),
        ("memory", "a neighbour's memory", altered(SEEN, "left", "limits", memory=128 * MEBIBYTE)),
        ("memory", "memory without a limit", altered(SEEN, "left", "limits", memory=None)),
        ("memory", "a limit of memory that nobody set", altered(SEEN, "right", "limits", memory=96 * MEBIBYTE)),
        ("cpu", "a neighbour's CPU", altered(SEEN, "left", "limits", cpu=0.6)),
        ("cpu", "a limit of CPU that nobody set", altered(SEEN, "right", "limits", cpu=0.4)),
    ),
)

CONFINED = {
    "left": {"user": 10011, "root": False, "capability": True},
    "right": {"user": 10001, "root": True, "capability": False},
}


def who(user: int, bounding: str | None, *, root: bool) -> Any:
    """Return the event of a container of this user, capabilities and root."""
    return did(0.1, "identity", uid=[user] * 4, bounding=bounding, read_only_root=root)


ITSELF = record(
    pod(
        ran("left", 0.0, who(10011, "0000000000000400", root=False), exited(0.2)),
        ran("right", 0.0, who(10001, "0000000000000000", root=True), exited(0.2)),
    )
)

CONTEXTS = Trial(
    judges.context_leaked,
    (CONFINED,),
    good=ITSELF,
    broken=(
        ("unwitnessed", "one did not tell who it is", without(ITSELF, "left", "identity")),
        ("user", "a neighbour's user", altered(ITSELF, "right", "identity", uid=[10011] * 4)),
        ("root", "a neighbour's root", altered(ITSELF, "left", "identity", read_only_root=True)),
        ("capability", "a neighbour's capability", altered(ITSELF, "right", "identity", bounding="400")),
        ("capability", "without its own", altered(ITSELF, "left", "identity", bounding="0")),
    ),
)

TAKES, HAS = did(0.1, "allocating", mebibytes=96), did(0.2, "allocated", mebibytes=96)
FIRST = ran("hungry", 0.0, TAKES)
SECOND = ran("hungry", 2.0, did(2.1, "allocated-before"), did(2.2, "waiting"), did(5.0, "terminated"), exited(5.1))
LIVING = (
    ran("neighbour", 0.0, did(0.2, "waiting"), did(5.0, "terminated"), exited(5.1)),
    ran("beside", 0.0, did(0.2, "waiting"), did(5.0, "terminated"), exited(5.1), kind="sidecar"),
)


def killed(run: Instance, reason: str = "OOMKilled", code: int = 137) -> Instance:
    """Return a run that ended by that code and for that reason, without a last word."""
    return replace(run, terminated={"exitCode": code, "reason": reason}, output="whole")


def run_again(
    first: Instance | None = None, second: Instance | None = SECOND, *neighbours: Instance, limited: str = "hungry"
) -> Record:
    """Return a history of a container with a limit of memory, ended and run again, and its neighbours."""
    runs = [run for run in (first or killed(FIRST), second) if run is not None]
    only = pod(*runs, *(neighbours or LIVING))
    sent = copy.deepcopy(only.sent)
    for container in sent["spec"]["containers"]:
        if container["name"] == limited:
            container["resources"] = {"limits": {"memory": "64Mi"}}
    return record(replace(only, sent=sent))


HUNGRY = Trial(
    judges.not_ended_for_memory,
    ("hungry",),
    good=run_again(),
    broken=(
        ("unwitnessed", "it took no memory", run_again(ran("hungry", 0.0, exited(0.2, code=1)))),
        ("unwitnessed", "it ended by itself", run_again(ran("hungry", 0.0, TAKES, exited(0.2, code=1)))),
        ("not-ended", "it has the memory", run_again(ran("hungry", 0.0, TAKES, HAS), None)),
    ),
)

ENDED_EARLY = ran("neighbour", 0.0, did(0.2, "waiting"), did(1.0, "terminated"), exited(1.1))
AGAIN = ran("beside", 1.5, did(1.6, "waiting"), did(5.0, "terminated"), exited(5.1), kind="sidecar")
FAILED = ran("beside", 0.0, exited(1.0, code=1), kind="sidecar")

ALONE = Trial(
    judges.neighbour_ended,
    ("hungry", "neighbour", "beside"),
    good=run_again(),
    broken=(
        ("unwitnessed", "nothing was ended", run_again(ran("hungry", 0.0, TAKES, HAS), None)),
        ("neighbour-ended", "one ended before", run_again(None, SECOND, ENDED_EARLY, LIVING[1])),
        ("neighbour-ended", "one was run again", run_again(None, SECOND, LIVING[0], FAILED, AGAIN)),
    ),
)

END = Trial(
    judges.other_end,
    ("hungry",),
    good=run_again(),
    broken=(
        ("unwitnessed", "it took no memory", run_again(killed(ran("hungry", 0.0, did(0.1, "waiting"))))),
        ("reason", "another reason", run_again(killed(FIRST, "Error"))),
        ("code", "another code", run_again(killed(FIRST, "OOMKilled", 143))),
    ),
)

# By hand, as cgroup-v2.rst words it: "When set to 1, all tasks belonging to the cgroup … are killed together".
SEES = did(0.05, "limits", version=2, memory=64 * MEBIBYTE, cpu=None, oom_group=True)


def below(*told: Any, ended: bool = True) -> Record:
    """Return a history of a container with a process below its first one; it is ended by KILL, or lives on."""
    first = ran("parent", 0.0, SEES, TAKES, *told, *([] if ended else [did(4.0, "waiting")]))
    second = ran("parent", 2.0, SEES, did(2.2, "allocated-before"), did(2.3, "waiting"))
    return run_again(killed(first) if ended else first, second if ended else None, limited="parent")


GROUP = Trial(
    judges.ended_alone,
    ("parent",),
    good=below(),
    broken=(
        ("unwitnessed", "none began", run_again(killed(ran("parent", 0.0, SEES)), None, limited="parent")),
        ("unwitnessed", "it ended otherwise", run_again(ran("parent", 0.0, TAKES, exited(1.0, code=1)))),
        ("unwitnessed", "it failed by itself", below(did(0.2, "ended-below", signal=None, code=1), ended=False)),
        ("not-ended", "it has the memory", below(did(0.2, "ended-below", signal=None, code=0), ended=False)),
        ("outlived", "it was ended alone", below(did(0.2, "ended-below", signal=9, code=None), ended=False)),
    ),
)


def sees(at: float, name: str, cpu: float, memory: int) -> Any:
    """Return the event of a container that sees its limits; memory is in MiB."""
    return did(at, name, version=1, cpu=cpu, memory=memory * MEBIBYTE)


RESIZED_AT, RESIZED_AGAIN_AT = Act(1.0, "resized", "pod"), Act(2.0, "resized", "pod")
GONE = Act(4.0, "deleted", "pod")
TERM = (did(4.5, "terminated"), exited(4.6))
OLD = sees(0.1, "limits", 0.5, 64)
CHANGED = sees(1.5, "limits-changed", 0.7, 64)
LEFT = ran("left", 0.0, OLD, CHANGED, did(2.5, "terminated"), exited(2.6))
LEFT_AGAIN = ran("left", 3.0, sees(3.1, "limits", 0.7, 112), *TERM)
RIGHT = ran("right", 0.0, sees(0.1, "limits", 0.6, 96), *TERM)
BESIDE = ran("beside", 0.0, sees(0.1, "limits", 0.8, 128), *TERM, kind="sidecar")
FIRST_LIMITS, SECOND_LIMITS = {"cpu": "700m", "memory": "64Mi"}, {"cpu": "700m", "memory": "112Mi"}


def resize(limits: dict[str, str], code: int = 200) -> Answer:
    """Return the answer to other limits of the left container."""
    spec = {"spec": {"containers": [{"name": "left", "resources": {"limits": limits}}, {"name": "right"}]}}
    return Answer("pod", spec, code, spec if code == 200 else {"message": "why"})


CLASS = Answer("pod", {}, 422, {"details": {"causes": [{"field": "spec"}]}})
BOTH = (CLASS, resize(FIRST_LIMITS), resize(SECOND_LIMITS))


def resizes(
    *runs: Instance,
    told: tuple[dict[str, str], ...] = (FIRST_LIMITS, SECOND_LIMITS),
    answers: tuple[Answer, ...] = BOTH,
    acts: tuple[Act, ...] = (RESIZED_AT, RESIZED_AGAIN_AT, GONE),
) -> Record:
    """Return a history of a Pod whose left container was given other limits twice, and what its status told of them."""
    only = pod(*(runs or (LEFT, LEFT_AGAIN, RIGHT, BESIDE)))
    moments = [
        Observation(
            1.6 + 1.6 * number,
            "MODIFIED",
            only.observations[-1].metadata,
            {"phase": "Running", "containerStatuses": [{"name": "left", "resources": {"limits": limits}}]},
        )
        for number, limits in enumerate(told)
    ]
    seen = (*moments, replace(only.observations[-1], seen=5.0))
    return record(replace(only, observations=seen), answers=answers, acts=acts)


def moved_to(at: float) -> Instance:
    """Return the left container's first run, which saw its first other limits at that time."""
    return ran("left", 0.0, OLD, sees(at, "limits-changed", 0.7, 64), did(2.5, "terminated"), exited(2.6))


UNSEEN = ran("left", 0.0, OLD, did(2.5, "terminated"), exited(2.6))

ENACTED = Trial(
    judges.not_enacted,
    ("left",),
    good=resizes(),
    broken=(
        ("unasked", "nothing was asked", resizes(answers=(CLASS,))),
        ("unasked", "it was refused", resizes(answers=(CLASS, resize(FIRST_LIMITS, 422), resize(SECOND_LIMITS)))),
        ("not-told", "its status has the old ones", resizes(told=(SECOND_LIMITS, FIRST_LIMITS))),
        ("not-enacted", "it did not see the first ones", resizes(UNSEEN, LEFT_AGAIN, RIGHT, BESIDE)),
        ("not-enacted", "it saw the first ones later", resizes(moved_to(2.1), LEFT_AGAIN, RIGHT, BESIDE)),
        ("not-enacted", "it did not see the second ones", resizes(LEFT, RIGHT, BESIDE)),
    ),
)

AGAIN_FOR_CPU = ran("left", 1.2, sees(1.5, "limits", 0.7, 64), did(2.5, "terminated"), exited(2.6))
ENDED_FOR_CPU = ran("left", 0.0, OLD, did(1.1, "terminated"), exited(1.15))

NOT_REQUIRED = Trial(
    judges.restarted_for_cpu,
    ("left",),
    good=resizes(),
    broken=(
        ("unasked", "nothing was asked", resizes(answers=(CLASS,))),
        ("unwitnessed", "it did not see its limits", resizes(UNSEEN, LEFT_AGAIN, RIGHT, BESIDE)),
        ("restarted", "its second run saw them", resizes(ENDED_FOR_CPU, AGAIN_FOR_CPU, LEFT_AGAIN, RIGHT, BESIDE)),
    ),
)

SEES_BOTH = ran("left", 0.0, OLD, CHANGED, sees(3.0, "limits-changed", 0.7, 112), *TERM)

REQUIRED = Trial(
    judges.not_restarted_for_memory,
    ("left",),
    good=resizes(),
    broken=(
        ("unasked", "it was asked once", resizes(answers=BOTH[:2])),
        ("not-restarted", "it runs on", resizes(SEES_BOTH, RIGHT, BESIDE)),
        ("not-restarted", "it was run again before", resizes(ENDED_FOR_CPU, AGAIN_FOR_CPU, RIGHT, BESIDE)),
    ),
)

RIGHT_CHANGED = ran("right", 0.0, sees(0.1, "limits", 0.6, 96), sees(1.5, "limits-changed", 0.7, 96), *TERM)
RIGHT_FAILED = ran("right", -0.5, exited(-0.2, code=1))

UNCHANGED = Trial(
    judges.neighbour_resized,
    ("left", "right", "beside"),
    good=resizes(),
    broken=(
        ("unasked", "nothing was asked", resizes(answers=(CLASS,))),
        ("unwitnessed", "one did not look", resizes(LEFT, LEFT_AGAIN, ran("right", 0.0, *TERM), BESIDE)),
        ("restarted", "one was run again", resizes(LEFT, LEFT_AGAIN, RIGHT_FAILED, RIGHT, BESIDE)),
        ("changed", "one has other limits", resizes(LEFT, LEFT_AGAIN, RIGHT_CHANGED, BESIDE)),
    ),
)

OTHERWISE = Answer("pod", {}, 422, {"details": {"causes": [{"field": "spec.containers[0]"}]}, "message": "why"})

OF_A_CLASS = Trial(
    judges.class_changed,
    (),
    good=resizes(),
    broken=(
        ("unasked", "nothing was asked", resizes(answers=())),
        ("unasked", "it was refused for something else", resizes(answers=(OTHERWISE,))),
        ("accepted", "it was taken", resizes(answers=(resize(FIRST_LIMITS),))),
    ),
)

RESIZES = (ENACTED, NOT_REQUIRED, REQUIRED, UNCHANGED, OF_A_CLASS)
TRIALS = (VARIABLES, LIMITS, CONTEXTS, HUNGRY, ALONE, END, GROUP, *RESIZES)


@pytest.mark.parametrize(
    ("seen", "holds"),
    [
        ({"memory": 96 * MEBIBYTE - 4096}, True),
        ({"memory": 96 * MEBIBYTE - 65536}, False),
        ({"cpu": 0.405}, True),
        ({"cpu": 0.41}, False),
    ],
)
def test_a_limit_may_be_rounded_to_pages_and_hundredths_of_a_cpu(seen: dict[str, Any], *, holds: bool) -> None:
    assert (LIMITS(altered(SEEN, "left", "limits", **seen)) == []) is holds


def test_a_kernel_that_tells_of_no_capabilities_breaks_no_rule() -> None:
    assert CONTEXTS(altered(ITSELF, "left", "identity", bounding=None)) == []


def test_what_leaked_is_told_with_its_value() -> None:
    leaked = environments(GIVEN["left"], GIVEN["right"] | {"LEFT": "yes"})
    assert said(VARIABLES(leaked)) == "LEFT is “yes” in right, and was to be not set [leaked]"


def test_a_limit_is_told_with_the_one_that_was_to_be() -> None:
    assert said(LIMITS(altered(SEEN, "left", "limits", memory=128 * MEBIBYTE))) == (
        "the limit of memory is 134217728 in left, and was to be 100663296 [memory]"
    )


def test_a_neighbour_that_was_gone_is_told_with_its_last_word() -> None:
    gone = run_again(None, SECOND, ENDED_EARLY, LIVING[1])
    assert said(ALONE(gone)) == (
        "nothing tells that neighbour still lived when hungry was run again; its last word was terminated "
        "[neighbour-ended]"
    )


def test_a_first_process_that_outlived_another_one_is_told() -> None:
    alone = below(did(0.2, "ended-below", signal=9, code=None), ended=False)
    assert said(GROUP(alone)) == "a process of parent was ended for memory, and its first one outlived it [outlived]"


def test_limits_that_are_not_in_force_are_told_with_the_last_ones_that_are() -> None:
    assert said(ENACTED(resizes(UNSEEN, LEFT_AGAIN, RIGHT, BESIDE))) == (
        "left was to have the limits memory=67108864, cpu=0.7, and did not see them [not-enacted]"
    )


def test_on_control_groups_of_version_1_a_first_process_outlived_another_one() -> None:
    real = records.load(RECORDS / "controls" / "resources.oom[oom]+neighbour-ends.json")
    assert {event.fields["version"] for run in real.instances for event in run.all("limits")} == {1}
    assert rules(judges.ended_alone(real, "parent")) == {"outlived"}
