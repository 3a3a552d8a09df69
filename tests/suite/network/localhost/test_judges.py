"""Judges of the network: their histories, and what lies at the edges of their rules."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from records import Act, Event, Instance, Record
from suite.network.localhost import judges
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


def asked(at: float, nonce: str, port: int = 7000) -> Event:
    """Return the event of a question; its answer is the question in capitals."""
    return did(at, "asked", protocol="tcp", port=port, peer="10.0.0.8", nonce=nonce, answer=nonce.upper())


def answered(at: float, nonce: str, port: int = 7000, **fields: str) -> Event:
    """Return the event of the answer that ``asked`` gives."""
    exchange = {"sent": nonce, "back": nonce, "answer": nonce.upper()} | fields
    return did(at, "answered", protocol="tcp", port=port, **exchange)


def unanswered(at: float, port: int = 7000) -> Event:
    return did(at, "unanswered", protocol="tcp", port=port, sent="x", errno="ECONNREFUSED", awaited=2.0)


def serving(at: float, port: int = 7000) -> Event:
    return did(at, "serving", protocol="tcp", port=port)


TWO = record(
    pod(
        ran("first", 0.0, serving(0.1, 7001), asked(1.1, "a", 7001), exited(3.0)),
        ran("second", 0.0, serving(0.1, 7002), asked(2.1, "b", 7002), exited(3.0)),
        role="server",
    ),
    pod(ran("client", 1.0, answered(1.2, "a", 7001), answered(2.2, "b", 7002), exited(2.3)), role="client"),
)


def two(*events: Event) -> Record:
    """Return the history in which the client printed these events."""
    return replace(TWO, pods=(TWO.pods[0], pod(ran("client", 1.0, *events, exited(2.3)), role="client")))


NOT_READ = did(2.2, "not-read", file="/turn/second", errno="ENOENT", awaited=1.0)

REACHED = Trial(
    judges.not_reached,
    ("client", {"first": 7001, "second": 7002}),
    good=TWO,
    broken=(
        ("not-bound", "an owner did not say that it listens", without(TWO, "second", "serving")),
        ("not-reached", "no answer at one port", two(answered(1.2, "a", 7001), unanswered(2.2, 7002))),
        ("not-reached", "it did not come to ask the second", two(answered(1.2, "a", 7001))),
        ("not-reached", "it never ran", without(TWO, "client")),
        ("unwitnessed", "it waited in vain for its turn", two(answered(1.2, "a", 7001), NOT_READ)),
        ("wrong-owner", "the first answered at both", two(answered(1.2, "a", 7001), answered(2.2, "a", 7002))),
        ("altered", "another nonce came back", two(answered(1.2, "a", 7001), answered(2.2, "b", 7002, back="c"))),
        ("altered", "an answer that nobody gave", two(answered(1.2, "a", 7001), answered(2.2, "b", 7002, answer="C"))),
        ("altered", "an answer to a question that nobody got", without(TWO, "second", "asked")),
    ),
)


FIRST_RUN = ran("again", 1.0, answered(1.2, "a", 7001), crashed(1.3))
TWICE = record(
    pod(
        ran("first", 0.0, serving(0.1, 7001), asked(1.1, "a", 7001), asked(2.1, "b", 7001), exited(3.0)),
        FIRST_RUN,
        ran("again", 2.0, answered(2.2, "b", 7001), exited(2.3)),
    )
)


def second_run(*events: Event) -> Record:
    """Return the history in which the second run of the client printed these events."""
    first, *_ = TWICE.instances
    return record(pod(first, FIRST_RUN, ran("again", 2.0, *events, exited(2.3))))


RUN_AGAIN = Trial(
    judges.not_run_again,
    ("again",),
    good=TWICE,
    broken=(
        ("not-restarted", "it ran once", record(pod(TWICE.instances[0], FIRST_RUN))),
        ("not-restarted", "it never ran", without(TWICE, "again")),
    ),
)
ELSEWHERE = did(2.2, "unanswered", protocol="tcp", port=7001, address="192.0.2.1", host="localhost", errno="ETIMEDOUT")


def test_a_localhost_that_is_elsewhere_is_told_with_its_address() -> None:
    violations = judges.not_reached(second_run(ELSEWHERE), "again", {"first": 7001})
    assert "address=192.0.2.1 host=localhost errno=ETIMEDOUT [not-reached]" in said(violations)


def test_every_run_has_to_be_answered() -> None:
    assert judges.not_reached(TWICE, "again", {"first": 7001}) == []
    for silent in (second_run(unanswered(2.2, 7001)), second_run()):
        assert rules(judges.not_reached(silent, "again", {"first": 7001})) == {"not-reached"}


def test_who_asks_an_owner_that_was_told_to_end_proves_nothing() -> None:
    ended = did(1.5, "terminated", signal="SIGTERM")
    owner = ran("first", 0.0, serving(0.1, 7001), asked(1.1, "a", 7001), ended, exited(1.6))
    late, early = (ran("again", 2.0, unanswered(at, 7001), exited(3.0)) for at in (2.2, 1.4))
    for again, rule in ((late, "unwitnessed"), (early, "not-reached")):
        found = judges.not_reached(record(pod(owner, FIRST_RUN, again)), "again", {"first": 7001})
        assert rules(found) == {rule}


@pytest.mark.parametrize(
    ("connected", "dropped", "rule"), [(1, 1, "unwitnessed"), (1, 0, "not-reached"), (0, 1, "not-reached")]
)
def test_who_connected_and_was_starved_before_it_asked_proves_nothing(connected: int, dropped: int, rule: str) -> None:
    there = [did(1.2, "connected", protocol="tcp", port=7001)] * connected
    silent = [did(2.1, "not-answered", protocol="tcp", port=7001, peer="127.0.0.1", errno="ETIMEDOUT")] * dropped
    first = ran("first", 0.0, serving(0.1, 7001), *silent, exited(3.0))
    history = record(pod(first, ran("again", 1.0, *there, unanswered(2.2, 7001), exited(2.3))))
    assert rules(judges.not_reached(history, "again", {"first": 7001})) == {rule}


def test_an_owner_that_takes_a_question_up_too_late_proves_nothing() -> None:
    for at, rule in ((2.4, "unwitnessed"), (2.1, "not-reached")):
        owner = ran("first", 0.0, serving(0.1, 7001), asked(1.1, "a", 7001), asked(at, "x", 7001))
        again = ran("again", 2.0, unanswered(2.2, 7001), exited(3.0))
        found = judges.not_reached(record(pod(owner, FIRST_RUN, again)), "again", {"first": 7001})
        assert rules(found) == {rule}


def test_an_owner_is_not_told_to_end_by_the_clock_of_another_pod() -> None:
    ended = did(1.5, "terminated", signal="SIGTERM")
    server = pod(ran("first", 0.0, serving(0.1, 7001), ended, exited(1.6)), role="server")
    client = pod(ran("client", 2.0, unanswered(4.2, 7001), exited(4.3)), role="client")
    assert rules(judges.not_reached(record(server, client), "client", {"first": 7001})) == {"not-reached"}


def test_a_run_that_its_pods_end_cut_short_proves_nothing() -> None:
    first, *_ = TWICE.instances
    killed = record(pod(first, FIRST_RUN, ran("again", 2.0)))
    assert rules(judges.not_reached(killed, "again", {"first": 7001})) == {"unwitnessed"}


def listing(container: str, *addresses: tuple[str, int, str, str | None], began: float = 0.0) -> Instance:
    """Return a run that lists addresses, each with the interface's index, its name and its hardware address."""
    return ran(
        container,
        began,
        *(did(began + 0.1, "address", address=a, index=i, interface=n, mac=m) for a, i, n, m in addresses),
        exited(began + 0.2),
    )


MAC, OTHER_MAC = "02:00:00:00:00:07", "02:00:00:00:00:08"
LOOPBACK = ("127.0.0.1", 1, "lo", "00:00:00:00:00:00")
IPV4, IPV6 = ("10.0.0.7", 2, "eth0", MAC), ("fd00::7", 2, "eth0", MAC)
EVERYONE = ("before", "left", "right")
ADDRESSES = ("10.0.0.7", "fd00::7")


def seen_by_right(*addresses: tuple[str, int, str, str | None], reported: Sequence[str] = ADDRESSES) -> Record:
    """Return three containers that list addresses; the last one lists these."""
    before, left = listing("before", LOOPBACK, IPV4, IPV6), listing("left", LOOPBACK, IPV4, IPV6, began=1.0)
    return record(pod(before, left, listing("right", LOOPBACK, *addresses, began=1.0), addresses=reported))


ALIKE = seen_by_right(IPV4, IPV6)

ETH0, ETH1 = [2, "eth0"], [3, "net1"]


def look(at: float, interfaces: Sequence[Sequence[object]], addresses: Sequence[Sequence[str]] = ()) -> Event:
    return did(at, "looked", interfaces=list(interfaces), addresses=list(addresses))


def looked(
    *,
    left: Sequence[Sequence[object]] = (ETH0,),
    right: Sequence[Sequence[object]] = (ETH0,),
    addresses: Sequence[Sequence[str]] = (),
    again: float = 4.0,
) -> Record:
    """Return two apps that look in turn: left at 2 and 4 s, right at 3 and 5 s; right has these addresses, too."""
    before, *others = ALIKE.instances
    looks = {
        "left": (look(2.0, left), look(again, left)),
        "right": (look(3.0, right, addresses), look(5.0, right, addresses)),
    }
    runs = [ran(run.container, 1.0, *run.all("address"), *looks[run.container], exited(5.9)) for run in others]
    return record(pod(before, *runs, addresses=ADDRESSES))


ADDRESSED = Trial(
    judges.not_one_address,
    EVERYONE,
    good=ALIKE,
    broken=(
        ("differs", "one never ran", without(ALIKE, "before")),
        ("differs", "one listed none", without(ALIKE, "right", "address")),
        ("absent", "the status tells one that nobody has", seen_by_right(IPV4, IPV6, reported=("10.0.0.9",))),
        ("absent", "the status tells none", seen_by_right(IPV4, IPV6, reported=())),
        ("differs", "one lacks an address", seen_by_right(IPV4)),
        ("differs", "one has it on another interface", seen_by_right(("10.0.0.7", 2, "net1", MAC), IPV6)),
        ("differs", "of the same name, and another", seen_by_right(("10.0.0.7", 9, "eth0", MAC), IPV6)),
        ("differs", "one has it twice", seen_by_right(IPV4, ("10.0.0.7", 3, "net1", MAC), IPV6)),
        ("differs", "one has one interface more", looked(left=[ETH0], right=[ETH0, ETH1])),
        ("differs", "one has one interface less", looked(left=[ETH0, ETH1], right=[ETH0])),
        ("differs", "another than the others'", looked(left=[ETH0], right=[[3, "eth0"]])),
        ("differs", "one has one address more", looked(addresses=[["eth0", "10.0.0.99"]])),
    ),
)

HARDWARE = Trial(
    judges.not_one_hardware_address,
    EVERYONE,
    good=ALIKE,
    broken=(
        ("unseen", "one never ran", without(ALIKE, "before")),
        ("unseen", "one listed no address of its Pod", seen_by_right(("10.0.0.9", 2, "eth0", MAC))),
        ("differs", "one saw another", seen_by_right(("10.0.0.7", 2, "eth0", OTHER_MAC))),
        ("differs", "one saw none", seen_by_right(("10.0.0.7", 2, "eth0", None), ("fd00::7", 2, "eth0", None))),
    ),
)


def port(at: float, event: str, **fields: str) -> Event:
    return did(at, event, protocol="tcp", address="0.0.0.0", port=7000, **fields)  # noqa: S104 # a history


def turns(*tries: Event) -> Record:
    """Return a holder that binds at 1 s and frees between 3 and 4 s, and a challenger with these events."""
    holds = [port(0.9, "binding"), port(1.0, "bound"), port(3.0, "freeing"), port(4.0, "freed")]
    return record(pod(ran("holder", 0.0, *holds, exited(4.1)), ran("challenger", 0.0, *tries, exited(6.0))))


REFUSED = port(2.1, "not-bound", errno="EADDRINUSE")
FIRST, AGAIN = port(2.0, "binding"), port(5.0, "binding")
IN_TURN = turns(FIRST, REFUSED, AGAIN, port(5.1, "bound"))

SPACE = Trial(
    judges.port_not_shared,
    ("holder", "challenger"),
    good=IN_TURN,
    broken=(
        ("unwitnessed", "the holder did not bind it", without(IN_TURN, "holder", "bound")),
        ("unwitnessed", "it did not free it", without(IN_TURN, "holder", "freed")),
        ("unwitnessed", "the challenger never ran", without(IN_TURN, "challenger")),
        ("unwitnessed", "it tried once", turns(FIRST, REFUSED)),
        ("unwitnessed", "it tried thrice", turns(FIRST, REFUSED, FIRST, REFUSED, AGAIN, port(5.1, "bound"))),
        ("unwitnessed", "it tried before the port was held", moved(IN_TURN, "holder", "bound", 2.05)),
        ("unwitnessed", "it was freed while it tried", moved(IN_TURN, "holder", "freeing", 2.05)),
        ("unwitnessed", "it tried again before it was freed", moved(IN_TURN, "holder", "freed", 5.05)),
        ("bound-twice", "both held it", turns(FIRST, port(2.1, "bound"), AGAIN, port(5.1, "bound"))),
        ("refused-otherwise", "it may not bind", altered(IN_TURN, "challenger", "not-bound", errno="EACCES")),
        ("not-freed", "refused again", turns(FIRST, REFUSED, AGAIN, port(5.1, "not-bound", errno="EADDRINUSE"))),
    ),
)


def tried(at: float, port: int, event: str = "not-bound", **fields: str) -> tuple[Event, Event]:
    """Return a try to bind a port, and its outcome; refused because the port is in use, unless told otherwise."""
    errno = {"errno": "EADDRINUSE"} if event == "not-bound" else {}
    return did(at, "binding", protocol="tcp", port=port), did(
        at + 0.1, event, protocol="tcp", port=port, **(errno | fields)
    )


KEPT = (*tried(0.1, 7001, "bound"), did(9.0, "freeing", protocol="tcp", port=7001), exited(9.1))


def kept_from(*runs: tuple[Event, ...], keeps: tuple[Event, ...] = KEPT) -> Record:
    """Return a sidecar that holds port 7001 from 0.2 s to 9 s, and runs of which all but the last crash."""
    *before, last = runs
    crashes = [ran("again", 1.0 + 2 * n, *run, crashed(2.9 + 2 * n)) for n, run in enumerate(before)]
    final = ran("again", 1.0 + 2 * len(before), *last, exited(8.9))
    return record(pod(ran("beside", 0.0, *keeps, kind="sidecar"), *crashes, final))


TWO_RUNS = ((*tried(1.1, 7002, "bound"), *tried(1.5, 7001)), (*tried(3.1, 7002, "bound"), *tried(3.5, 7001)))
REFUSED_TWICE = kept_from(*TWO_RUNS)

KEEPING = Trial(
    judges.port_not_kept,
    ("beside", 7001, "again"),
    good=REFUSED_TWICE,
    broken=(
        ("unwitnessed", "nobody held it", without(REFUSED_TWICE, "beside", "bound")),
        ("unwitnessed", "its end is not known", without(REFUSED_TWICE, "beside", "freeing")),
        ("unwitnessed", "it was bound later", moved(REFUSED_TWICE, "beside", "bound", 1.55)),
        ("unwitnessed", "it was freed while it tried", moved(REFUSED_TWICE, "beside", "freeing", 3.55)),
        ("unwitnessed", "the second run did not try", kept_from(TWO_RUNS[0], tried(3.1, 7002, "bound"))),
        ("unwitnessed", "it never ran", without(REFUSED_TWICE, "again")),
        ("bound-twice", "the first run bound it", kept_from(tried(1.5, 7001, "bound"), tried(3.5, 7001))),
        ("bound-twice", "the second run bound it", kept_from(tried(1.5, 7001), tried(3.5, 7001, "bound"))),
        ("refused-otherwise", "it may not bind", kept_from(tried(1.5, 7001), tried(3.5, 7001, errno="EACCES"))),
    ),
)

FREEING = Trial(
    judges.not_freed_by_crash,
    ("again", 7002),
    good=REFUSED_TWICE,
    broken=(
        ("not-restarted", "it ran once", kept_from(TWO_RUNS[0])),
        ("not-freed", "its next run was refused", kept_from(TWO_RUNS[0], tried(3.1, 7002))),
        ("not-freed", "its next run did not try", kept_from(TWO_RUNS[0], ())),
    ),
)

PRIVATE, PUBLIC, PRIVATE_SERVICE, PUBLIC_SERVICE = 7001, 7002, 8001, 8002
BY_SERVICE = (answered(6.2, "s", PUBLIC_SERVICE), unanswered(6.4, PRIVATE_SERVICE))
INTRUDER = (answered(5.0, "b", PUBLIC), unanswered(6.0, PRIVATE), *BY_SERVICE, answered(7.0, "c", PUBLIC))


def intruded(*events: Event, came: Event | None = None) -> Record:
    """Return a history in which a neighbour reaches a listener before and after another Pod prints these events."""
    questions = [asked(1.0, "a", PRIVATE), asked(5.0, "b", PUBLIC), asked(7.0, "c", PUBLIC), asked(9.0, "d", PRIVATE)]
    listens = [serving(0.1, PRIVATE), serving(0.1, PUBLIC)]
    proofs = [answered(1.1, "a", PRIVATE), did(1.2, "waiting"), answered(9.1, "d", PRIVATE)]
    return record(
        pod(
            ran("listener", 0.0, *listens, *questions, *([came] if came else []), exited(9.3)),
            ran("neighbour", 0.0, *proofs, exited(9.2)),
            role="server",
        ),
        pod(ran("intruder", 4.0, *events, exited(7.1)), role="intruder"),
        acts=[Act(0.0, "created", "server"), Act(3.0, "created", "intruder"), Act(8.0, "deleted", "server")],
    )


SHUT_OUT = intruded(*INTRUDER)
NO_PROOF_LATER = replace(SHUT_OUT, pods=(pod(*SHUT_OUT.pods[0].instances[:1], role="server"), *SHUT_OUT.pods[1:]))

EXPOSURE = Trial(
    judges.loopback_exposed,
    ("neighbour", "intruder"),
    options={"listener": "listener", "asked": (PUBLIC, PRIVATE, PUBLIC_SERVICE, PRIVATE_SERVICE, PUBLIC)},
    good=SHUT_OUT,
    broken=(
        ("unwitnessed", "the neighbour did not reach it", without(SHUT_OUT, "neighbour", "answered")),
        ("unwitnessed", "the neighbour never ran", NO_PROOF_LATER),
        ("unwitnessed", "the listener was not asked", without(SHUT_OUT, "listener", "asked")),
        ("unwitnessed", "another answered the neighbour", altered(SHUT_OUT, "neighbour", "answered", answer="X")),
        ("unwitnessed", "the intruder never ran", without(SHUT_OUT, "intruder")),
        ("unwitnessed", "it did not try the private port", intruded(INTRUDER[0], *INTRUDER[2:])),
        ("unwitnessed", "the way was not open before", intruded(unanswered(5.0, PUBLIC), *INTRUDER[1:])),
        ("unwitnessed", "the way was not open after", intruded(*INTRUDER[:4], unanswered(7.0, PUBLIC))),
        ("unwitnessed", "nobody created it", replace(SHUT_OUT, acts=())),
        ("unwitnessed", "it came before the first proof", replace(SHUT_OUT, acts=(Act(1.1, "created", "intruder"),))),
        ("unwitnessed", "it looked after the last proof", intruded(*INTRUDER[:4], answered(9.1, "c", PUBLIC))),
        (
            "unwitnessed",
            "no Service led to it",
            intruded(*INTRUDER[:2], unanswered(6.2, PUBLIC_SERVICE), *INTRUDER[3:]),
        ),
        ("unwitnessed", "it did not try the Service", intruded(*INTRUDER[:3], INTRUDER[4])),
        ("reached", "it was answered", intruded(INTRUDER[0], answered(6.0, "e", PRIVATE), *INTRUDER[2:])),
        ("reached", "through a Service", intruded(*INTRUDER[:3], answered(6.4, "e", PRIVATE_SERVICE), INTRUDER[4])),
        ("reached", "its question came", intruded(*INTRUDER, came=asked(6.0, "x", PRIVATE))),
    ),
)

TRIALS = (REACHED, RUN_AGAIN, ADDRESSED, HARDWARE, SPACE, KEEPING, FREEING, EXPOSURE)


def test_a_port_that_gave_no_answer_is_told_with_its_errno() -> None:
    history = two(answered(1.2, "a", 7001), unanswered(2.2, 7002))
    assert said(REACHED(history)) == (
        "client did not reach second at port 7002: "
        "unanswered protocol=tcp port=7002 sent=x errno=ECONNREFUSED awaited=2.0 [not-reached]"
    )


def test_an_owner_that_could_not_bind_is_told_with_its_errno() -> None:
    refused = did(0.1, "not-bound", protocol="tcp", port=7002, errno="EADDRNOTAVAIL")
    violations = REACHED(instead(TWO, "second", "serving", refused))
    assert said(violations).startswith("second has no event serving; its last word was asked")
    assert rules(violations) == {"not-bound"}


def test_an_answer_of_another_container_is_told_with_whose_port_it_is() -> None:
    history = two(answered(1.2, "a", 7001), answered(2.2, "a", 7002))
    assert said(REACHED(history)) == "first answered client at port 7002, which is second's [wrong-owner]"


def test_a_question_may_have_come_more_than_once_where_one_answer_arrived() -> None:
    again = did(1.15, "asked", protocol="udp", port=7001, nonce="a", answer="Z")
    first, second = TWO.pods[0].instances
    server = pod(ran("first", 0.0, serving(0.1, 7001), again, *first.all("asked"), exited(3.0)), second, role="server")
    assert REACHED(replace(TWO, pods=(server, TWO.pods[1]))) == []


def test_an_address_that_differs_is_told_for_every_container() -> None:
    violations = ADDRESSED(seen_by_right(IPV4, ("fd00::7", 9, "eth0", MAC)))
    assert said(violations) == (
        "fd00::7 is on eth0 (index 2) in before; eth0 (index 2) in left; eth0 (index 9) in right [differs]"
    )
    assert said(ADDRESSED(seen_by_right(IPV4))).endswith("no interface in right [differs]")


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert ADDRESSED(seen_by_right(IPV4, IPV6, reported=("10.0.0.7", "FD00:0::7"))) == []


def test_a_container_in_a_pod_of_its_own_has_neither_the_addresses_nor_the_hardware() -> None:
    stranger = listing("right", LOOPBACK, ("10.0.0.9", 2, "eth0", OTHER_MAC))
    apart = pod(stranger, role="right", addresses=["10.0.0.9"])
    together = pod(*ALIKE.instances[:2], addresses=ADDRESSES)
    assert rules(ADDRESSED(record(together, apart))) == {"differs"}
    assert said(HARDWARE(record(together, apart))) == (
        f"the interface with the Pod's addresses has {MAC} in before; {MAC} in left; {OTHER_MAC} in right [differs]"
    )


def test_each_address_may_be_on_an_interface_of_its_own() -> None:
    second = ("fd00::7", 3, "net1", OTHER_MAC)
    everyone = [listing(name, LOOPBACK, IPV4, second) for name in EVERYONE]
    history = record(pod(*everyone, addresses=ADDRESSES))
    assert ADDRESSED(history) == HARDWARE(history) == []


@pytest.mark.parametrize(
    ("container", "event", "at", "text"),
    [
        ("holder", "bound", 2.0, "challenger printed binding at 2.000 s, not after holder printed bound at 2.000 s"),
        (
            "holder",
            "freeing",
            2.1,
            "holder printed freeing at 2.100 s, not after challenger printed not-bound at 2.100 s",
        ),
        ("holder", "freed", 5.0, "challenger printed binding at 5.000 s, not after holder printed freed at 5.000 s"),
    ],
)
def test_turns_at_equal_times_prove_nothing(container: str, event: str, at: float, text: str) -> None:
    assert said(SPACE(moved(IN_TURN, container, event, at))) == f"{text} [unwitnessed]"


def test_a_port_that_two_hold_is_told_with_both() -> None:
    twice = turns(FIRST, port(2.1, "bound"), AGAIN, port(5.1, "bound"))
    assert said(SPACE(twice)) == "challenger bound port 7000 (tcp) while holder held it [bound-twice]"


def test_a_reach_is_a_reach_although_nothing_else_is_witnessed() -> None:
    history = without(intruded(answered(5.9, "e", PRIVATE)), "neighbour", "answered")
    assert said(EXPOSURE(history)) == (
        "intruder reached listener's port 7001, which is on loopback: "
        "answered protocol=tcp port=7001 sent=e back=e answer=E [reached]"
    )


def test_a_connection_that_a_proxy_took_is_no_reach() -> None:
    assert EXPOSURE(intruded(INTRUDER[0], did(5.9, "connected", port=PRIVATE), *INTRUDER[1:])) == []


def test_what_came_while_they_looked_is_no_difference() -> None:
    assert ADDRESSED(looked()) == []
    came = record(
        pod(
            ALIKE.instances[0],
            *(
                ran(run.container, 1.0, *run.all("address"), *looks, exited(5.9))
                for run, looks in zip(
                    ALIKE.instances[1:],
                    ((look(2.0, [ETH0]), look(4.0, [ETH0, ETH1])), (look(3.0, [ETH0]), look(5.0, [ETH0, ETH1]))),
                    strict=True,
                )
            ),
            addresses=ADDRESSES,
        )
    )
    assert ADDRESSED(came) == []


def test_an_interface_that_one_lacks_is_told_with_both() -> None:
    assert said(ADDRESSED(looked(left=[ETH0, ETH1]))) == (
        "left had net1 (index 3) before and after right looked, which had not [differs]"
    )
