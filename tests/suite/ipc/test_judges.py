"""Judges of IPC: their histories, and what lies at the edges of their rules."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from records import Act, Event, Instance, Record
from suite.ipc import judges
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

Message = tuple[int, str]

THREE: tuple[Message, ...] = ((1, "a"), (1, "b"), (2, "c"))
NO_QUEUE = did(30.0, "no-queue", key=7, errno="ENOENT", looks=1500)


def exchange(received: Sequence[Message], sent: Sequence[Message] = THREE, size: int = 64) -> Record:
    """Return a producer and a consumer of these messages, each a type and a digest."""
    return record(
        pod(
            ran("producer", 0.0, *_messages(1.0, "sent", sent, size), exited(2.0)),
            ran("consumer", 0.1, *_messages(1.5, "received", received, size), exited(2.0)),
        )
    )


def _messages(at: float, event: str, messages: Sequence[Message], size: int) -> list[Event]:
    each = [did(at, event, asked=kind, type=kind, bytes=size, sha256=digest) for kind, digest in messages]
    return [did(at, "queue-opened", key=7, id=0), *each]


EXCHANGED = exchange([(2, "c"), (1, "a"), (1, "b")])

EXCHANGE = Trial(
    judges.messages_lost,
    ("producer", "consumer"),
    options={"count": 3, "size": 64},
    good=EXCHANGED,
    broken=(
        ("no-queue", "the producer opened none", without(EXCHANGED, "producer", "queue-opened")),
        ("no-queue", "the consumer opened none", without(EXCHANGED, "consumer", "queue-opened")),
        ("unsent", "one too few", exchange(THREE[:2], sent=THREE[:2])),
        ("unsent", "one too many", exchange((*THREE, (2, "d")), sent=(*THREE, (2, "d")))),
        ("unsent", "each a byte too short", exchange(THREE, size=63)),
        ("wrong-type", "the first that came", altered(EXCHANGED, "consumer", "received", asked=1)),
        ("lost", "the last of a type", exchange([(1, "a"), (2, "c")])),
        ("lost", "all of a type", exchange([(1, "a"), (1, "b")])),
        ("altered", "another order within a type", exchange([(1, "b"), (1, "a"), (2, "c")])),
        ("altered", "another content", exchange([(1, "a"), (1, "x"), (2, "c")])),
        ("altered", "one came twice", exchange([*THREE, (2, "c")])),
        ("altered", "of a type that nobody sent", exchange([*THREE, (3, "d")])),
    ),
)

PRIORITY = [did(1.0, "queue-opened", key="mail"), *(did(1.0, "sent", priority=n, bytes=8, sha256="a") for n in (1, 3))]
HIGHEST_FIRST = [did(1.5, "received", asked=n, priority=n, bytes=8, sha256="a") for n in (3, 1)]
LISTED = did(1.6, "listed", folder="/dev/mqueue", names=["mail"], filesystem="mqueue")
BY_PRIORITY = record(
    pod(
        ran("producer", 0.0, *PRIORITY, exited(2.0)),
        ran("consumer", 0.1, PRIORITY[0], *HIGHEST_FIRST, LISTED, exited(2.0)),
    )
)

LISTING = Trial(
    judges.not_listed,
    ("consumer", "mail"),
    good=BY_PRIORITY,
    broken=(
        ("unwitnessed", "it opened no queue", without(BY_PRIORITY, "consumer", "queue-opened")),
        ("unlisted", "it did not list the folder", without(BY_PRIORITY, "consumer", "listed")),
        ("not-listed", "the folder was empty", altered(BY_PRIORITY, "consumer", "listed", names=[])),
        ("not-listed", "another queue was in it", altered(BY_PRIORITY, "consumer", "listed", names=["other"])),
    ),
)


def door(seconds: float, event: str, **fields: str) -> Event:
    """Return an event of the contended semaphore."""
    return did(seconds, f"semaphore-{event}", kind="sysv-semaphore", key="door", **fields)


def bell(seconds: float, event: str, **fields: str) -> Event:
    """Return an event of the semaphore that tells the other to go on."""
    return did(seconds, f"semaphore-{event}", kind="sysv-semaphore", key="bell", **fields)


HOLDER = ran(
    "holder",
    0.0,
    door(0.1, "made"),
    door(0.2, "taken"),
    bell(0.3, "made"),
    bell(1.2, "taken"),
    door(1.3, "released"),
    exited(1.4),
)
CONTENDER = ran(
    "contender",
    0.0,
    bell(0.9, "there"),
    door(1.0, "refused", errno="EAGAIN"),
    bell(1.1, "released"),
    door(1.4, "taken"),
    exited(1.5),
)
BLOCKED = record(pod(HOLDER, CONTENDER))


def contended(*events: Event, holder: Instance = HOLDER) -> Record:
    """Return a history in which the contender found the semaphores and then printed these events."""
    return record(pod(holder, ran("contender", 0.0, bell(0.9, "there"), *events, exited(1.5))))


def held(*events: Event) -> Record:
    return record(pod(ran("holder", 0.0, *events, exited(1.5)), CONTENDER))


BLOCKING = Trial(
    judges.not_blocked,
    ("holder", "contender", "door"),
    good=BLOCKED,
    broken=(
        ("no-semaphore", "the contender found none", without(BLOCKED, "contender", "semaphore-there")),
        ("no-semaphore", "the contender never ran", without(BLOCKED, "contender")),
        ("unwitnessed", "the holder took none", held(door(1.3, "released"))),
        ("unwitnessed", "the holder released none", held(door(0.2, "taken"))),
        ("unwitnessed", "the holder took it only later", held(door(1.1, "taken"), door(1.3, "released"))),
        ("unwitnessed", "another held it before", held(door(1.0, "taken"), door(1.3, "released"))),
        ("unwitnessed", "it was tried after the release", held(door(0.2, "taken"), door(1.0, "released"))),
        (
            "not-blocked",
            "the kernel refused it for another reason",
            contended(door(1.0, "refused", errno="EACCES"), door(1.4, "taken")),
        ),
        ("not-blocked", "the contender had it at once", contended(door(1.0, "taken"))),
        ("not-blocked", "the contender did not try", contended(door(1.4, "taken"))),
        (
            "not-blocked",
            "it had it before it was released",
            contended(door(1.0, "refused", errno="EAGAIN"), door(1.2, "taken")),
        ),
        (
            "not-blocked",
            "it had it at the very time of the release",
            contended(door(1.0, "refused", errno="EAGAIN"), door(1.3, "taken")),
        ),
        (
            "not-freed",
            "it never had it",
            contended(door(1.0, "refused", errno="EAGAIN"), door(1.4, "not-taken", errno="ETIMEDOUT")),
        ),
    ),
)

BEFORE = ran("before", 0.0, did(0.1, "wrote", file="/b", content="of-b"), exited(0.2), kind="init")
ONE = ran(
    "one",
    1.0,
    did(1.1, "wrote", file="/1", content="of-1"),
    did(1.2, "read", file="/b", content="of-b"),
    did(1.3, "read", file="/2", content="of-2"),
)
TWO = ran(
    "two",
    1.0,
    did(1.1, "wrote", file="/2", content="of-2"),
    did(1.2, "read", file="/b", content="of-b"),
    did(1.3, "read", file="/1", content="of-1"),
)
ALL_SEE = record(pod(BEFORE, ONE, TWO))

VISIBLE = Trial(
    judges.not_seen_by_all,
    ("one", "two"),
    options={"before": ["before"]},
    good=ALL_SEE,
    broken=(
        ("not-written", "the init container wrote nothing", without(ALL_SEE, "before", "wrote")),
        ("not-written", "an app wrote nothing", without(ALL_SEE, "two", "wrote")),
        ("not-read", "an app read nothing", without(ALL_SEE, "one", "read")),
        ("not-read", "it read the other files only", record(pod(BEFORE, ONE, ran("two", 1.0, *TWO.events[1:3])))),
        ("altered", "an app read something else", altered(ALL_SEE, "two", "read", content="other")),
    ),
)


def of_kind(seconds: float, event: str, kind: str = "posix-shm", **fields: object) -> Event:
    return did(seconds, f"object-{event}", kind=kind, key="own", **fields)


MADE, HELD = of_kind(0.2, "made", content="a"), of_kind(6.2, "holds", content="a")
OTHER = [of_kind(0.2, "made", "dev-shm", content="b"), of_kind(6.1, "lost", "dev-shm", errno="ENOENT")]
ABSENT = of_kind(4.0, "absent", errno="ENOENT", looks=100, awaited=2.0)
SEEN = of_kind(4.0, "seen", looks=3)
OTHER_SEEN = of_kind(3.0, "seen", "dev-shm", looks=1)
OWNER = ran("owner", 0.0, OTHER[0], MADE, did(0.3, "waiting"), did(6.0, "terminated"), OTHER[1], HELD, exited(6.3))
OBSERVER = ran("observer", 2.0, OTHER_SEEN, ABSENT, exited(4.1))
KEPT_APART = record(
    pod(OWNER, role="owner"),
    pod(OBSERVER, role="observer"),
    acts=[Act(0.0, "created", "owner"), Act(1.0, "created", "observer"), Act(5.0, "deleted", "owner")],
)


def owned(*events: Event, observer: Instance = OBSERVER) -> Record:
    """Return a history in which the owner printed these events and the observer looked."""
    owner = ran("owner", 0.0, *events, exited(6.3))
    return replace(KEPT_APART, pods=(pod(owner, role="owner"), pod(observer, role="observer")))


def observed(*events: Event) -> Record:
    """Return a history in which the owner kept its objects and the observer printed these events."""
    return owned(MADE, HELD, observer=ran("observer", 2.0, *events, exited(7.0)))


PRIVACY = Trial(
    judges.leaked,
    ("owner", "observer", "posix-shm"),
    good=KEPT_APART,
    broken=(
        ("unwitnessed", "the owner made none", owned(OTHER[0], HELD)),
        ("unwitnessed", "the owner did not find it again", owned(MADE, OTHER[1])),
        ("unwitnessed", "it held something else", owned(MADE, of_kind(6.2, "holds", content="b"))),
        ("unwitnessed", "the observer did not look for it", observed(OTHER_SEEN)),
        ("unwitnessed", "the observer never ran", without(KEPT_APART, "observer")),
        ("leaked", "the observer saw it", observed(SEEN)),
    ),
)

FOUND = of_kind(4.0, "holds", content="a")
SHARED_BY_NODE = observed(of_kind(3.0, "lost", "dev-shm", errno="ENOENT"), FOUND)

HOST = Trial(
    judges.not_shared_with_node,
    ("owner", "observer", "posix-shm"),
    good=SHARED_BY_NODE,
    broken=(
        ("unwitnessed", "the owner made none", owned(*OTHER, observer=SHARED_BY_NODE.pods[1].instances[0])),
        (
            "unwitnessed",
            "the two were on different nodes",
            record(SHARED_BY_NODE.pods[0], pod(*SHARED_BY_NODE.pods[1].instances, role="observer", node="node-2")),
        ),
        ("not-found", "there was none for the observer", observed(of_kind(4.0, "lost", errno="ENOENT"))),
        ("not-found", "the observer did not look for it", observed()),
        ("altered", "it was another one", observed(of_kind(4.0, "holds", content="x"))),
    ),
)

FIRST_RUN = ran("creator", 0.0, OTHER[0], MADE, crashed(0.4))
SECOND_RUN = ran("creator", 1.0, of_kind(1.1, "holds", content="a"), did(1.2, "waiting"))
SURVIVED = record(pod(FIRST_RUN, SECOND_RUN))


def run_again(*events: Event) -> Record:
    """Return a history in which the creator crashed, ran again and printed these events."""
    return record(pod(FIRST_RUN, ran("creator", 1.0, *events, did(1.2, "waiting"))))


OUTLIVING = Trial(
    judges.lost_with_container,
    ("creator", "posix-shm"),
    good=SURVIVED,
    broken=(
        ("unwitnessed", "it never ran", without(SURVIVED, "creator")),
        (
            "unwitnessed",
            "its first run made none",
            record(pod(ran("creator", 0.0, OTHER[0], crashed(0.4)), SECOND_RUN)),
        ),
        (
            "unwitnessed",
            "its first run exited by itself",
            instead(SURVIVED, "creator", "crashing", exited(0.4, code=1)),
        ),
        ("unwitnessed", "it was not run again", record(pod(FIRST_RUN))),
        ("lost", "it was gone", run_again(of_kind(1.1, "lost", errno="ENOENT"))),
        ("lost", "it was gone, and made anew", run_again(of_kind(1.1, "made", content="b"))),
        ("lost", "it did not look", run_again()),
        ("altered", "it held something else", run_again(of_kind(1.1, "holds", content="b"))),
    ),
)

NOT_YET = of_kind(0.1, "absent", errno="ENOENT", looks=1, awaited=0.0)
FIRST_POD = ran("owner", 0.0, NOT_YET, MADE, did(0.3, "waiting"), did(6.0, "terminated"), HELD, exited(6.3))
NEXT_MADE = of_kind(9.2, "made", content="c")
SECOND_POD = ran("owner", 9.0, of_kind(9.1, "absent", errno="ENOENT", looks=1, awaited=0.0), NEXT_MADE)
RECREATED = [
    Act(0.0, "created", "pod"),
    Act(5.0, "deleted", "pod"),
    Act(7.0, "gone", "pod"),
    Act(8.0, "created", "pod@2"),
]


def followed(*runs: Instance, first: Instance = FIRST_POD, **changed: str) -> Record:
    """Return a history in which a Pod with these runs followed the first one under its name."""
    return record(pod(first), pod(*runs, role="pod@2", **changed), acts=RECREATED)


GONE = followed(SECOND_POD)

WITH_THE_POD = Trial(
    judges.survived_pod,
    ("owner", "posix-shm"),
    good=GONE,
    broken=(
        ("unwitnessed", "one Pod ran", record(GONE.pods[0], acts=RECREATED)),
        (
            "unwitnessed",
            "the first made none",
            followed(SECOND_POD, first=ran("owner", 0.0, NOT_YET, HELD, exited(6.3))),
        ),
        ("unwitnessed", "it was gone before", followed(SECOND_POD, first=ran("owner", 0.0, MADE, exited(6.3)))),
        ("unwitnessed", "the second did not look", followed(ran("owner", 9.0, NEXT_MADE))),
        ("unwitnessed", "the second could not look", altered(GONE, "owner", "object-absent", errno="EACCES")),
        ("unwitnessed", "on another node", followed(SECOND_POD, node="node-2")),
        ("unwitnessed", "the first was not gone before", replace(GONE, acts=tuple(RECREATED[:2]))),
        ("unwitnessed", "it was the first one", followed(SECOND_POD, uid="uid-of-pod")),
        ("unwitnessed", "it had another name", followed(SECOND_POD, name="other")),
        ("survived", "the second saw it", followed(ran("owner", 9.0, of_kind(9.1, "seen", looks=1), NEXT_MADE))),
    ),
)


def under(name: str, seconds: float, event: str, **fields: object) -> Event:
    """Return an event about the object of that name."""
    return did(seconds, f"object-{event}", kind="posix-shm", key=name, **fields)


SIDECAR = ran(
    "beside",
    0.0,
    under("beside", 0.1, "made", content="b"),
    under("left", 1.0, "holds", content="l"),
    under("again", 4.0, "holds", content="a"),
    kind="sidecar",
)
ITS_FIRST = (under("left", 0.5, "made", content="l"), under("beside", 0.6, "holds", content="b"))
ITS_SECOND = (under("beside", 3.1, "holds", content="b"), under("again", 3.2, "made", content="a"))


def restarting(*second: Event, first: Sequence[Event] = ITS_FIRST, beside: Instance = SIDECAR) -> Record:
    """Return a history of a sidecar, and an app that crashed and printed these events in its second run."""
    return record(pod(beside, ran("left", 0.4, *first, crashed(2.0)), ran("left", 3.0, *second)))


LOST = under("again", 4.0, "lost", errno="ENOENT")
SHARED = restarting(*ITS_SECOND)
SHARING = Trial(
    judges.not_exchanged,
    ("posix-shm", "left", "beside"),
    options={"again": "again"},
    good=SHARED,
    broken=(
        ("unwitnessed", "it was not run again", record(pod(SIDECAR, ran("left", 0.4, *ITS_FIRST, crashed(2.0))))),
        ("not-made", "it made none in its second run", restarting(ITS_SECOND[0])),
        ("not-made", "the sidecar made none", without(SHARED, "beside", "object-made")),
        ("not-found", "the first run alone found the sidecar's", restarting(ITS_SECOND[1])),
        ("not-found", "the sidecar did not look", without(SHARED, "beside", "object-holds")),
        ("not-found", "the sidecar lost it", instead(SHARED, "beside", "object-holds", LOST)),
        ("altered", "the sidecar found another", altered(SHARED, "beside", "object-holds", content="x")),
        ("altered", "it found another", restarting(under("beside", 3.1, "holds", content="x"), ITS_SECOND[1])),
    ),
)

TRIALS = (EXCHANGE, LISTING, BLOCKING, VISIBLE, PRIVACY, HOST, OUTLIVING, WITH_THE_POD, SHARING)


def test_types_may_be_received_in_another_order_than_they_were_sent() -> None:
    assert EXCHANGE(exchange([(1, "a"), (2, "c"), (1, "b")])) == []


def test_a_consumer_without_a_queue_has_lost_every_message_and_says_why() -> None:
    history = instead(exchange([]), "consumer", "queue-opened", NO_QUEUE)
    why = "its last word was no-queue key=7 errno=ENOENT looks=1500"
    assert said(EXCHANGE(history)).splitlines() == [
        f"consumer has no event queue-opened; {why} [no-queue]",
        f"consumer received 0 of 2 messages of type 1; {why} [lost]",
        f"consumer received 0 of 1 messages of type 2; {why} [lost]",
    ]


def test_a_consumer_that_never_ran_is_told_as_such() -> None:
    violations = EXCHANGE(without(EXCHANGED, "consumer"))
    assert rules(violations) == {"no-queue", "lost"}
    assert "consumer never ran, so it has no event queue-opened" in said(violations)


def test_a_producer_that_could_not_send_says_what_the_kernel_answered() -> None:
    history = without(exchange([]), "producer", "sent")
    [producer, consumer] = history.instances
    refused = did(1.0, "not-sent", type=1, errno="EAGAIN", msgmax=8192)
    violations = EXCHANGE(record(pod(ran("producer", 0.0, *producer.events[1:-1], refused, exited(2.0, 1)), consumer)))
    assert said(violations) == (
        "producer sent 0 messages of [] bytes, not 3 of 64; "
        "its last word was not-sent type=1 errno=EAGAIN msgmax=8192 [unsent]"
    )


def test_an_altered_message_is_told_by_its_type_and_its_place() -> None:
    violations = EXCHANGE(exchange([(1, "a"), (1, "x"), (2, "c")]))
    assert said(violations) == "type 1: message 2 differs at consumer from what producer sent [altered]"


def test_a_message_that_came_twice_is_told() -> None:
    violations = EXCHANGE(exchange([*THREE, (2, "c")]))
    assert said(violations) == "type 2: more came than were sent at consumer from what producer sent [altered]"


def test_messages_of_every_run_of_a_container_count() -> None:
    first = ran("consumer", 0.1, *_messages(1.5, "received", THREE[:1], 64), exited(1.6, code=1))
    second = ran("consumer", 2.0, *_messages(2.5, "received", THREE[1:], 64), exited(2.6))
    assert EXCHANGE(record(pod(EXCHANGED.instances[0], first, second))) == []


def test_messages_may_be_asked_for_by_priority() -> None:
    trial = replace(EXCHANGE, options={"count": 2, "size": 8, "by": "priority"})
    assert trial(BY_PRIORITY) == []
    assert said(trial(altered(BY_PRIORITY, "consumer", "received", asked=3))) == (
        "consumer asked for priority 3 and got priority 1 [wrong-type]"
    )


def test_a_queue_that_is_not_listed_is_told_with_what_is() -> None:
    assert said(LISTING(altered(BY_PRIORITY, "consumer", "listed", names=[], filesystem="ext4"))) == (
        "consumer found nothing in /dev/mqueue (ext4), not mail [not-listed]"
    )


def test_a_semaphore_that_the_contender_never_gets_is_told_with_its_errno() -> None:
    late = door(31.0, "not-taken", errno="ETIMEDOUT")
    assert said(BLOCKING(contended(door(1.0, "refused", errno="EAGAIN"), late))) == (
        "contender did not take door after holder released it; "
        "its last word was semaphore-not-taken kind=sysv-semaphore key=door errno=ETIMEDOUT [not-freed]"
    )


def test_a_contender_without_a_semaphore_says_why_and_no_more() -> None:
    none = bell(31.0, "refused", errno="ENOENT")
    assert said(BLOCKING(instead(BLOCKED, "contender", "semaphore-there", none))).startswith(
        "contender has no event semaphore-there; its last word was "
    )


def test_a_file_that_is_not_seen_is_told_with_its_writer() -> None:
    [violation] = VISIBLE(record(pod(BEFORE, ONE, ran("two", 1.0, *TWO.events[1:3]))))
    assert str(violation) == (
        "two did not read /1, which one wrote; its last word was read file=/b content=of-b [not-read]"
    )


def test_a_leak_tells_who_saw_what_and_when() -> None:
    assert said(PRIVACY(observed(SEEN))) == "observer saw the posix-shm of owner (at look 3) [leaked]"


def test_a_leak_is_a_leak_although_nothing_else_is_witnessed() -> None:
    looked = ran("observer", 2.0, SEEN, exited(7.0))
    assert rules(PRIVACY(owned(MADE, observer=looked))) == {"leaked", "unwitnessed"}


def test_each_kind_is_judged_by_what_was_said_of_it() -> None:
    assert rules(judges.leaked(KEPT_APART, "owner", "observer", "dev-shm")) == {"leaked", "unwitnessed"}
    assert rules(judges.leaked(KEPT_APART, "owner", "observer", "sysv-shm")) == {"unwitnessed"}


@pytest.mark.parametrize(
    ("container", "event", "seconds"),
    [("owner", "object-made", 1.0), ("observer", "object-absent", 1.0), ("observer", "object-absent", 6.2)],
)
def test_a_look_at_the_very_time_of_a_proof_is_not_between_two(container: str, event: str, seconds: float) -> None:
    assert said(PRIVACY(moved(KEPT_APART, container, event, seconds))) == (
        "observer did not look between two proofs by owner that its posix-shm was there [unwitnessed]"
    )


def test_an_object_that_holds_something_else_is_told_with_both() -> None:
    assert said(PRIVACY(owned(MADE, of_kind(6.2, "holds", content="b")))) == (
        "the posix-shm of owner held 'b' at the end, not a, which it was made with [unwitnessed]"
    )


def test_a_missing_proof_is_told_with_the_last_word_of_its_kind() -> None:
    lost = of_kind(6.2, "lost", errno="ENOENT")
    assert said(PRIVACY(owned(MADE, lost, OTHER[1]))) == (
        "owner has no event object-holds of a posix-shm; "
        "its last word was object-lost kind=posix-shm key=own errno=ENOENT [unwitnessed]"
    )


def test_an_observer_that_said_nothing_of_a_kind_is_told_with_its_last_word() -> None:
    refused = did(4.0, "failed", verb="look-objects all own", errno="EPERM")
    assert said(PRIVACY(observed(refused))) == (
        "observer has no event object-absent of a posix-shm; "
        "its last word was failed verb=look-objects all own errno=EPERM [unwitnessed]"
    )


def test_an_observer_that_nobody_created_proves_nothing() -> None:
    assert rules(PRIVACY(replace(KEPT_APART, acts=()))) == {"unwitnessed"}


@pytest.mark.parametrize("errno", ["EACCES", "ENOSYS", "EPERM"])
def test_a_look_that_the_kernel_refused_is_no_absence(errno: str) -> None:
    refused = altered(KEPT_APART, "observer", "object-absent", errno=errno)
    assert said(PRIVACY(refused)) == f"observer could not look for the posix-shm: {errno} [unwitnessed]"


def test_a_look_from_another_node_proves_nothing() -> None:
    elsewhere = pod(OBSERVER, role="observer", node="node-2")
    history = replace(KEPT_APART, pods=(KEPT_APART.pods[0], elsewhere))
    assert rules(PRIVACY(history)) == {"unwitnessed"}


def test_an_object_that_is_not_on_the_node_is_told_by_errno() -> None:
    assert said(HOST(observed(of_kind(4.0, "lost", errno="ENOENT")))) == (
        "observer has no event object-holds of a posix-shm; "
        "its last word was object-lost kind=posix-shm key=own errno=ENOENT [not-found]"
    )


def test_a_queue_that_was_made_anew_is_lost_and_told_by_that() -> None:
    assert said(OUTLIVING(run_again(of_kind(1.1, "made", content="b")))) == (
        "creator, run again, did not find the posix-shm that it had made: "
        "object-made kind=posix-shm key=own content=b [lost]"
    )


def test_what_survives_its_pod_is_told_with_both_pods() -> None:
    seen = ran("owner", 9.0, of_kind(9.1, "seen", looks=1))
    assert said(WITH_THE_POD(followed(seen))) == (
        "Pod pod@2: owner saw a posix-shm, though Pod pod was gone, and it had made none itself [survived]"
    )


def test_what_a_container_made_before_it_ended_is_judged_one_way() -> None:
    early = ran("before", -1.0, under("before", -0.9, "made", content="e"), exited(-0.5), kind="init")
    finder = ran("right", 0.0, under("before", 0.1, "holds", content="e"))
    history = record(pod(early, finder))
    assert judges.not_exchanged(history, "posix-shm", "before", "right", one_way=True) == []
    assert rules(judges.not_exchanged(history, "posix-shm", "before", "right")) == {"not-made"}


def test_who_gave_up_looking_before_the_object_was_made_proves_nothing() -> None:
    finder = ran("right", 0.0, under("late", 30.0, "lost", errno="ENOENT"))
    maker = ran("late", 34.0, under("late", 34.1, "made", content="e"), exited(35.0), kind="ephemeral")
    found = judges.not_exchanged(record(pod(finder, maker)), "posix-shm", "late", "right", one_way=True)
    assert said(found) == "right gave up looking for the posix-shm late before late made it [unwitnessed]"
    still = ran("right", 0.0, under("late", 30.0, "lost", errno="ENOENT"), under("late", 34.2, "lost", errno="ENOENT"))
    found = judges.not_exchanged(record(pod(still, maker)), "posix-shm", "late", "right", one_way=True)
    assert rules(found) == {"not-found"}


def test_an_object_that_is_not_found_is_told_with_the_errno() -> None:
    assert (
        said(SHARING(instead(SHARED, "beside", "object-holds", LOST)))
        == "beside did not find the posix-shm again that left made: ENOENT [not-found]"
    )
