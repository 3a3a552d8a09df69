"""Judges of Services: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

from records import Event, Record
from suite.network.services import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

ADDRESS = "198.19.0.7"


def asked(at: float, nonce: str, port: int) -> Event:
    """Return the event of a question; its answer is the question in capitals."""
    return did(at, "asked", port=port, nonce=nonce, answer=nonce.upper())


def answered(at: float, nonce: str, port: int) -> Event:
    return did(at, "answered", address=ADDRESS, port=port, sent=nonce, back=nonce, answer=nonce.upper())


def unanswered(at: float, port: int) -> Event:
    return did(at, "unanswered", address=ADDRESS, port=port, sent="x", errno="ECONNREFUSED", awaited=2.0)


def asking(*events: Event) -> Record:
    """Return an app that listens at an init container's port and another one, and a client with these events."""
    questions = [asked(5.0, "a", 7001), asked(5.1, "b", 7002), asked(8.0, "c", 7002)]
    listens = [did(1.1, "serving", port=7001), did(1.2, "serving", port=7002)]
    return record(
        pod(
            ran("before", 0.0, did(0.1, "bound", port=7001), exited(0.2), kind="init"),
            ran("main", 1.0, *listens, *questions, exited(9.0)),
            role="server",
        ),
        pod(ran("client", 4.0, *events, exited(8.2)), role="client"),
    )


BEFORE = (answered(5.0, "a", 7001), answered(5.1, "b", 8002))
VAIN, AFTER = unanswered(7.5, 8001), answered(8.0, "c", 8002)
SHUT = asking(*BEFORE, VAIN, AFTER)

AGGREGATED = Trial(
    judges.init_port_served,
    ("client", "main"),
    options={"init": "before", "port": 8001, "others": (7001, 8002)},
    good=SHUT,
    broken=(
        ("unwitnessed", "the init container did not bind", without(SHUT, "before", "bound")),
        ("unwitnessed", "the init container never ran", without(SHUT, "before")),
        ("unwitnessed", "the app did not listen", without(SHUT, "main", "serving")),
        ("unwitnessed", "the app was not asked", without(SHUT, "main", "asked")),
        ("unwitnessed", "another gave the answers", altered(SHUT, "client", "answered", answer="X")),
        ("unwitnessed", "the client never ran", without(SHUT, "client")),
        ("unwitnessed", "it did not ask the Pod itself", asking(BEFORE[1], VAIN, AFTER)),
        ("unwitnessed", "the way was not open before", asking(BEFORE[0], unanswered(5.1, 8002), VAIN, AFTER)),
        ("unwitnessed", "the way was not open after", asking(*BEFORE, VAIN)),
        ("unwitnessed", "it did not try the port", asking(*BEFORE, AFTER)),
        ("aggregated", "it was answered", asking(*BEFORE, answered(7.5, "a", 8001), AFTER)),
    ),
)


def standing_for(*addresses: str, address: str = ADDRESS) -> Record:
    """Return a name that resolves to these addresses, and a container with the Service's address."""
    found = did(1.1, "resolved", host="web", addresses=list(addresses))
    by_address = replace(answered(1.2, "a", 8001), fields={"address": address, "port": 8001})
    return record(
        pod(ran("by-address", 1.0, by_address, exited(1.9)), ran("by-name", 1.0, found, exited(1.9)), role="client")
    )


RIGHT = standing_for(ADDRESS)
LOST = did(1.1, "unresolved", host="web", errno="EAI_NONAME", awaited=0.0)

NAMED = Trial(
    judges.name_elsewhere,
    ("by-name", "by-address"),
    good=RIGHT,
    broken=(
        ("unwitnessed", "nobody told the Service's address", without(RIGHT, "by-address", "answered")),
        ("unresolved", "it was not resolved", instead(RIGHT, "by-name", "resolved", LOST)),
        ("unresolved", "nobody resolved it", without(RIGHT, "by-name")),
        ("elsewhere", "it stands for another", standing_for("198.19.0.8")),
        ("elsewhere", "it stands for one more", standing_for(ADDRESS, "198.19.0.8")),
        ("elsewhere", "it stands for none of that family", standing_for("fd00::7")),
    ),
)


def found(*addresses: str, own: tuple[str, ...] = ("10.0.0.7", "fd00::7")) -> Record:
    """Return a Pod with addresses of its own, and a client for whom its name resolves to these."""
    resolved = did(1.1, "resolved", host="foo.bar", addresses=list(addresses))
    return record(
        pod(ran("first", 0.0, exited(3.0)), role="server", addresses=own),
        pod(ran("client", 1.0, resolved, exited(1.9)), role="client", addresses=["10.0.0.8"]),
    )


POD = Trial(
    judges.pod_name_elsewhere,
    ("client", "ipv4"),
    good=found("10.0.0.7", "fd00::7"),
    broken=(
        ("unresolved", "it was not resolved", instead(found(), "client", "resolved", LOST)),
        ("unresolved", "nobody resolved it", without(found(), "client")),
        ("elsewhere", "it stands for another Pod", found("10.0.0.8")),
        ("elsewhere", "it stands for one more", found("10.0.0.7", "10.0.0.8")),
        ("elsewhere", "it stands for none of that family", found("fd00::7")),
        ("elsewhere", "the Pod has none of that family", found("10.0.0.7", own=("fd00::7",))),
    ),
)

TRIALS = (AGGREGATED, NAMED, POD)


def test_a_port_that_was_reached_is_told_although_nothing_else_is_witnessed() -> None:
    history = without(asking(answered(7.5, "a", 8001)), "before")
    assert said(AGGREGATED(history)) == (
        "client was answered at the Service's port 8001, whose name is that of a port of before alone [aggregated]"
    )


def test_an_address_of_the_other_family_is_no_other_address() -> None:
    assert NAMED(standing_for(ADDRESS, "fd00::7")) == []
    assert NAMED(standing_for(ADDRESS, "fd00:0::7", address="fd00::7")) == []


def test_another_address_is_told_beside_the_services() -> None:
    assert said(NAMED(standing_for("198.19.0.8"))) == (
        "web stands for 198.19.0.8; the Service's is 198.19.0.7 [elsewhere]"
    )


def test_a_service_that_never_answered_has_its_address_all_the_same() -> None:
    assert NAMED(instead(RIGHT, "by-address", "answered", unanswered(1.2, 8001))) == []


def test_the_address_of_a_sandbox_that_was_made_anew_is_the_pods() -> None:
    server, client = found("10.0.0.9").pods
    last = server.observations[-1]
    anew = replace(last, status=last.status | {"podIPs": [{"ip": "10.0.0.9"}]})
    assert rules(POD(record(server, client))) == {"elsewhere"}
    assert POD(record(replace(server, observations=(*server.observations, anew)), client)) == []
