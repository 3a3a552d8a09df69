"""Judges of what is mounted inside a volume: their histories, and what lies at the edges of their rules."""

import dataclasses

import pytest

from records import Event, Instance, Record
from suite.volumes.propagation import judges
from tests.helpers.histories import (
    altered,
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


def gave(name: str, at: float, *more: Event) -> Instance:
    """Return a run that mounts, writes there, prints these events, and unmounts at 9 s."""
    folder = f"/data/of-{name}"
    mounted, wrote = did(at, "mounted", folder=folder), did(at + 0.1, "wrote", file=f"{folder}/file", content=name)
    return ran(name, 0.0, mounted, wrote, *more, did(9.0, "unmounted", folder=folder), exited(9.1))


def read(name: str, at: float) -> Event:
    """Return the event of a read of what another mounted."""
    return did(at, "read", file=f"/data/of-{name}/file", content=name)


def look(name: str, at: float, *names: str) -> Event:
    """Return the event of a look where another mounted."""
    return did(at, "listed", folder=f"/data/of-{name}", names=list(names), mode="0o777", filesystem="tmpfs")


ONE, TWO = gave("one", 1.0, read("two", 2.5)), gave("two", 2.0, read("one", 1.5))
RECEIVER = ran("receiver", 0.0, read("one", 3.0), read("two", 3.1), look("isolated", 6.0), exited(9.1))
ISOLATED = gave("isolated", 5.0, look("one", 4.0), look("two", 4.1), look("isolated", 7.0, "file"))
ISOLATED_IN_ORDER = dataclasses.replace(
    ISOLATED,
    events=tuple(
        dataclasses.replace(event, seq=number)
        for number, event in enumerate(sorted(ISOLATED.events, key=lambda event: event.clock))
    ),
)
SHARED = record(pod(ONE, TWO, RECEIVER, ISOLATED_IN_ORDER))
UNREAD = did(8.0, "not-read", file="/data/of-one/file", errno="ENOENT", awaited=8.0)


def received(*events: Event, began: float = 0.0) -> Record:
    """Return a history in which the receiver printed these events."""
    return record(pod(ONE, TWO, ran("receiver", began, *events, exited(9.1))))


RECEIVED = Trial(
    judges.mounts_not_received,
    (["one", "two"], "receiver"),
    good=received(read("one", 3.0), read("two", 3.1)),
    broken=(
        ("unwitnessed", "one did not mount", without(SHARED, "one", "mounted")),
        ("unwitnessed", "one wrote nothing there", without(SHARED, "one", "wrote")),
        ("unwitnessed", "the receiver was not there yet", received(read("one", 3.0), read("two", 3.1), began=0.97)),
        ("not-received", "there was no file", received(UNREAD, read("two", 8.1))),
        ("not-received", "it did not look", received(read("one", 3.0))),
        ("not-received", "another content", altered(SHARED, "receiver", "read", content="x")),
    ),
)


def isolated_saw(*looks: Event) -> Record:
    """Return a history in which the isolated container looked so before it mounted."""
    others = [event for event in ISOLATED_IN_ORDER.events[1:] if event.name != "listed"]
    events = sorted([*others, *looks, look("isolated", 7.0, "file")], key=lambda event: event.clock)
    return record(pod(ONE, TWO, RECEIVER, ran("isolated", 0.0, *events)))


def witness_saw(*events: Event) -> Record:
    """Return a history in which the witness printed these events."""
    return record(pod(ONE, TWO, ran("receiver", 0.0, *events, exited(9.1)), ISOLATED_IN_ORDER))


ISOLATION = Trial(
    judges.not_isolated,
    ("isolated", ["one", "two"], "receiver"),
    good=SHARED,
    broken=(
        ("unwitnessed", "one did not mount", without(SHARED, "one", "mounted")),
        ("unwitnessed", "one did not unmount", without(SHARED, "one", "unmounted")),
        ("unwitnessed", "one unmounted too early", moved(SHARED, "one", "unmounted", 4.0)),
        ("unwitnessed", "nobody received it", witness_saw(read("two", 3.1), look("isolated", 6.0))),
        (
            "unwitnessed",
            "it was received too late",
            witness_saw(read("two", 3.1), read("one", 4.0), look("isolated", 6.0)),
        ),
        ("unwitnessed", "it did not look", isolated_saw(look("one", 4.0))),
        ("unwitnessed", "it did not mount", without(SHARED, "isolated", "mounted")),
        ("unwitnessed", "it did not unmount", without(SHARED, "isolated", "unmounted")),
        ("unwitnessed", "nobody looked for its own", witness_saw(read("one", 3.0), read("two", 3.1))),
        (
            "unwitnessed",
            "nobody looked for its own in time",
            witness_saw(read("one", 3.0), read("two", 3.1), look("isolated", 7.0)),
        ),
        ("received", "one of the mounts", isolated_saw(look("one", 4.0, "file"), look("two", 4.1))),
        ("passed-on", "its own", witness_saw(read("one", 3.0), read("two", 3.1), look("isolated", 6.0, "file"))),
    ),
)

RECEIVER_MOUNTS = gave("receiver", 5.0, look("receiver", 7.0, "file"))


def kept(*looks: Event, receiver: Instance = RECEIVER_MOUNTS) -> Record:
    """Return a history in which the receiver mounts at 5 s and unmounts at 9 s, and a giver looks so."""
    return record(pod(gave("one", 1.0, *looks), receiver))


KEPT_INSIDE = Trial(
    judges.not_kept_inside,
    ("receiver", "one"),
    good=kept(look("receiver", 6.0)),
    broken=(
        ("unwitnessed", "it did not mount", without(kept(look("receiver", 6.0)), "receiver", "mounted")),
        ("unwitnessed", "it did not unmount", without(kept(look("receiver", 6.0)), "receiver", "unmounted")),
        ("unwitnessed", "nobody looked", kept()),
        ("unwitnessed", "nobody looked in time", kept(look("receiver", 7.5))),
        ("unwitnessed", "it was looked for too early", kept(look("receiver", 5.05))),
        (
            "unwitnessed",
            "it did not find its own",
            kept(look("receiver", 6.0), receiver=gave("receiver", 5.0, look("receiver", 7.0))),
        ),
        ("passed-on", "what it mounted", kept(look("receiver", 6.0, "file"))),
    ),
)


def unmounted(*events: Event) -> Record:
    """Return a history in which one giver unmounts at 9 s, and a taker printed these events."""
    return record(pod(ONE, ran("receiver", 0.0, *events, exited(9.9))))


GONE = unmounted(read("one", 3.0), look("one", 9.5))
OUTLIVED = Trial(
    judges.outlived_its_end,
    ("one", "receiver"),
    good=GONE,
    broken=(
        ("unwitnessed", "it did not mount", without(GONE, "one", "mounted")),
        ("unwitnessed", "it did not unmount", without(GONE, "one", "unmounted")),
        ("unwitnessed", "it was not received", unmounted(look("one", 9.5))),
        ("unwitnessed", "it was received too late", unmounted(read("one", 9.2), look("one", 9.5))),
        ("unwitnessed", "nobody looked again", unmounted(read("one", 3.0))),
        ("unwitnessed", "nobody looked after it", unmounted(read("one", 3.0), look("one", 8.0))),
        ("still-there", "for who had received it", unmounted(read("one", 3.0), look("one", 9.5, "file"))),
    ),
)

INSIDE = ran(
    "mounter",
    0.0,
    did(0.5, "mounted", folder="/data/inside"),
    did(0.6, "wrote", file="/data/inside/file", content="inside"),
    did(5.0, "write-done", file="/data/inside/new", content="x"),
    exited(9.0),
    kind="sidecar",
)


def tries(name: str, *events: Event) -> Instance:
    """Return a run that saw the mount and then printed these events."""
    seen = did(2.0, "read", file="/data/inside/file", content="inside")
    return ran(name, 1.0, seen, *events, exited(4.0))


def refused(name: str, at: float = 3.0) -> Event:
    return did(at, "write-refused", file=f"/data/{name}", errno="EROFS")


def done(name: str) -> Event:
    return did(3.0, "write-done", file=f"/data/{name}", content="x")


def reporting(history: Record, **modes: str | None) -> Record:
    """Return the history with these states of the containers' mounts in the statuses."""
    [each] = history.pods
    observations = []
    for observation in each.observations:
        statuses = [
            status | {"volumeMounts": [{"name": "data", "mountPath": "/data", "recursiveReadOnly": mode}]}
            if (mode := modes.get(status["name"].replace("-", "_")))
            else status
            for status in observation.status.get("containerStatuses", [])
        ]
        status = observation.status | {"containerStatuses": statuses}
        observations.append(dataclasses.replace(observation, status=status))
    return dataclasses.replace(history, pods=(dataclasses.replace(each, observations=tuple(observations)),))


ALL = (refused("new"), refused("inside/file"), refused("inside/new"))
BOTH = record(pod(INSIDE, tries("enabled", *ALL), tries("if-possible", *ALL)))
ENABLED = {"enabled": "Enabled", "if_possible": "Enabled"}


def nested(*events: Event) -> Record:
    """Return a history in which the container that asked for Enabled printed these events."""
    return reporting(record(pod(INSIDE, tries("enabled", *events), tries("if-possible", *ALL))), **ENABLED)


RECURSIVE = Trial(
    judges.not_recursively_read_only,
    ("mounter", {"enabled": "Enabled", "if-possible": "IfPossible"}),
    options={"path": "/data"},
    good=nested(*ALL),
    broken=(
        ("unwitnessed", "nothing was mounted", reporting(without(BOTH, "mounter", "mounted"), **ENABLED)),
        ("unwitnessed", "nothing was written there", reporting(without(BOTH, "mounter", "wrote"), **ENABLED)),
        ("unwitnessed", "nobody could write", reporting(without(BOTH, "mounter", "write-done"), **ENABLED)),
        ("unwitnessed", "nobody could any more", reporting(moved(BOTH, "mounter", "write-done", 3.0), **ENABLED)),
        ("unwitnessed", "it was not seen", reporting(without(BOTH, "enabled", "read"), **ENABLED)),
        ("unwitnessed", "it did not try inside", nested(refused("new"))),
        ("unwitnessed", "it did not try beside", nested(refused("inside/new"))),
        ("written", "inside", nested(refused("new"), refused("inside/file"), done("inside/new"))),
        ("written", "beside", nested(done("new"), refused("inside/file"))),
        (
            "written",
            "by who asked for it if possible, and was told that it was",
            reporting(
                record(pod(INSIDE, tries("enabled", *ALL), tries("if-possible", refused("new"), done("inside/new")))),
                **ENABLED,
            ),
        ),
        ("untold", "of one that was to be", reporting(BOTH, if_possible="Enabled")),
        ("untold", "of one that was to be if possible", reporting(BOTH, enabled="Enabled")),
        ("untold", "another word", reporting(BOTH, enabled="Enabled", if_possible="IfPossible")),
        ("not-enabled", "it is disabled", reporting(BOTH, enabled="Disabled", if_possible="Disabled")),
        ("not-enabled", "it was possible", reporting(BOTH, enabled="Enabled", if_possible="Disabled")),
    ),
)

READER = record(pod(ran("reader", 0.0, refused("new"), exited(3.1))))

STATUS = Trial(
    judges.translation_untold,
    ("reader",),
    options={"path": "/data"},
    good=reporting(READER, reader="Enabled"),
    broken=(
        ("untold", "nothing", READER),
        ("untold", "what was asked for", reporting(READER, reader="IfPossible")),
        ("untried", "it did not try", reporting(without(READER, "reader", "write-refused"), reader="Enabled")),
        ("written", "it wrote", reporting(instead(READER, "reader", "write-refused", done("new")), reader="Enabled")),
    ),
)

TRIALS = (RECEIVED, ISOLATION, KEPT_INSIDE, OUTLIVED, RECURSIVE, STATUS)


def test_what_was_possible_beside_is_told_and_what_was_written_there() -> None:
    writes = tries("if-possible", refused("new"), done("inside/new"))
    history = reporting(record(pod(INSIDE, tries("enabled", *ALL), writes)), enabled="Enabled", if_possible="Disabled")
    assert said(RECURSIVE(history)).splitlines() == [
        (
            "if-possible asked for a mount that is IfPossible, and the status tells Disabled, "
            "beside one that is Enabled (enabled) [not-enabled]"
        ),
        "if-possible wrote to /data/inside/new, and may only read [written]",
    ]


def test_what_another_wrote_behind_it_is_no_want_of_a_witness() -> None:
    wrote = altered(nested(refused("new"), done("inside/file")), "enabled", "read", content="inside and more")
    assert rules(RECURSIVE(reporting(wrote, **ENABLED))) == {"written"}


IF_POSSIBLE = {"if-possible": "IfPossible"}


def test_who_asked_for_it_if_possible_may_write_inside_where_nothing_proves_it_was() -> None:
    writes = tries("if-possible", refused("new"), done("inside/new"))
    history = reporting(record(pod(INSIDE, writes)), if_possible="Disabled")
    assert judges.not_recursively_read_only(history, "mounter", IF_POSSIBLE, path="/data") == []


def test_who_asked_for_it_if_possible_may_not_write_beside_wherever_it_is() -> None:
    writes = tries("if-possible", done("new"), refused("inside/new"))
    history = reporting(record(pod(INSIDE, writes)), if_possible="Disabled")
    assert said(judges.not_recursively_read_only(history, "mounter", IF_POSSIBLE, path="/data")) == (
        "if-possible wrote to /data/new, and may only read [written]"
    )


def test_a_mount_that_did_not_arrive_is_told_with_what_the_kernel_answered() -> None:
    assert said(RECEIVED(received(UNREAD, read("two", 8.1)))) == (
        "receiver did not receive what one mounted and wrote to /data/of-one/file: "
        "not-read file=/data/of-one/file errno=ENOENT awaited=8.0 [not-received]"
    )


def test_what_an_isolated_container_found_is_told() -> None:
    assert said(ISOLATION(isolated_saw(look("one", 4.0, "file"), look("two", 4.1)))) == (
        "isolated found file in /data/of-one, which one mounted [received]"
    )


@pytest.mark.parametrize("mode", ["Enabled", "Disabled"])
def test_either_word_tells_what_became_of_a_mount(mode: str) -> None:
    assert STATUS(reporting(READER, reader=mode)) == []


def test_a_container_that_never_ran_tells_nothing() -> None:
    assert rules(STATUS(without(READER, "reader"))) == {"untold", "untried"}
