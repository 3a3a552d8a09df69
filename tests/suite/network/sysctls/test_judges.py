"""Judges of sysctls: their histories."""

from dataclasses import replace

from records import Act, Event, Record
from suite.network.sysctls import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    said,
    without,
)
from tests.helpers.trial import Trial

NAME, VALUE, NODES = "net.ipv4.ip_local_port_range", "41000 41999", "32768 60999"


def read(at: float, value: str = VALUE) -> Event:
    return did(at, "sysctl", sysctl=NAME, value=value)


def seen_by_right(*events: Event) -> Record:
    """Return three containers that read the sysctl, the last one with these events, and a stranger."""
    return record(
        pod(
            ran("before", 0.0, read(0.1), exited(0.2), kind="init"),
            ran("left", 1.0, read(1.1), exited(1.2)),
            ran("right", 1.0, *events, exited(9.0)),
            role="holder",
        ),
        pod(ran("stranger", 4.0, read(4.1, NODES), exited(4.2)), role="stranger"),
        acts=[Act(0.0, "created", "holder"), Act(3.0, "created", "stranger"), Act(6.0, "deleted", "holder")],
    )


GOOD = seen_by_right(read(1.1), did(1.2, "waiting"), read(7.0))
NONE = did(1.1, "no-sysctl", sysctl=NAME, errno="ENOENT")

HOLDS = Trial(
    judges.not_in_force,
    ("before", "left", "right"),
    options={"value": VALUE},
    good=GOOD,
    broken=(
        ("differs", "one never ran", without(GOOD, "before")),
        ("differs", "one could not read it", instead(GOOD, "left", "sysctl", NONE)),
        ("differs", "an app has another", altered(GOOD, "left", "sysctl", value=NODES)),
        ("differs", "the init container had another", altered(GOOD, "before", "sysctl", value=NODES)),
        ("differs", "it did not last", seen_by_right(read(1.1), read(7.0, NODES))),
    ),
)

ELSEWHERE = Trial(
    judges.in_force_elsewhere,
    ("right", "stranger"),
    options={"value": VALUE},
    good=GOOD,
    broken=(
        ("unwitnessed", "the stranger never ran", without(GOOD, "stranger")),
        ("unwitnessed", "it could not read it", instead(GOOD, "stranger", "sysctl", NONE)),
        ("unwitnessed", "the holder did not have it", altered(GOOD, "right", "sysctl", value=NODES)),
        ("unwitnessed", "the holder read it before only", seen_by_right(read(1.1))),
        ("unwitnessed", "the holder read it after only", seen_by_right(read(7.0))),
        ("unwitnessed", "the stranger read it last", moved(GOOD, "stranger", "sysctl", 7.0)),
        ("unwitnessed", "nobody created it", replace(GOOD, acts=())),
        ("leaked", "the stranger has it", altered(GOOD, "stranger", "sysctl", value=VALUE)),
    ),
)

TRIALS = (HOLDS, ELSEWHERE)


def test_another_value_is_told_with_the_one_that_was_given() -> None:
    assert said(HOLDS(altered(GOOD, "left", "sysctl", value=NODES))) == (
        "left has net.ipv4.ip_local_port_range = 32768 60999, and its Pod was given 41000 41999 [differs]"
    )


def test_who_could_not_read_it_is_told_with_the_errno() -> None:
    assert said(HOLDS(instead(GOOD, "left", "sysctl", NONE))) == (
        f"left has no event sysctl; its last word was no-sysctl sysctl={NAME} errno=ENOENT [differs]"
    )
