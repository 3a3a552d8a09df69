"""Judges of what is a container's own: their histories, and what lies at the edges of their rules."""

from fractions import Fraction
from typing import Any

import pytest

from records import Record
from suite.resources import judges
from suite.stored import MEBIBYTE
from tests.helpers.histories import altered, did, exited, pod, ran, record, said, without
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

TRIALS = (VARIABLES, LIMITS, CONTEXTS)


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
