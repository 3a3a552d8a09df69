"""Judges of what files do between containers: their histories, and what lies at the edges of their rules."""

from typing import Any

import pytest

from records import Event, Record
from suite.volumes.coherence import judges
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

SENT = did(1.1, "fifo-sent", file="/data/fifo", content="nonce")
RECEIVED = did(1.2, "fifo-received", file="/data/fifo", content="nonce")
PIPED = record(pod(ran("writer", 0.0, SENT, exited(1.2)), ran("reader", 0.1, RECEIVED, exited(1.3))))
NOT_RECEIVED = did(11.0, "fifo-not-received", file="/data/fifo", errno="ENOENT", bytes=0, awaited=10.0)
NOT_SENT = did(11.0, "fifo-not-sent", file="/data/fifo", errno="ENXIO", awaited=10.0)

FIFO = Trial(
    judges.fifo_not_shared,
    ("writer", "reader"),
    good=PIPED,
    broken=(
        ("not-sent", "nobody had it open for reading", instead(PIPED, "writer", "fifo-sent", NOT_SENT)),
        ("not-received", "there was none", instead(PIPED, "reader", "fifo-received", NOT_RECEIVED)),
        ("altered", "it received something else", altered(PIPED, "reader", "fifo-received", content="other")),
    ),
)

SERVING = did(0.5, "serving", file="/data/socket")
ASKED = did(1.1, "asked", file="/data/socket", peer="unix", nonce="q", answer="a")
ANSWERED = did(1.2, "answered", file="/data/socket", sent="q", back="q", answer="a")
SPOKEN = record(pod(ran("server", 0.0, SERVING, ASKED, exited(1.3)), ran("client", 0.1, ANSWERED, exited(1.3))))

SOCKET = Trial(
    judges.socket_not_shared,
    ("server", "client"),
    good=SPOKEN,
    broken=(
        ("not-bound", "the server could not listen", without(SPOKEN, "server", "serving")),
        ("not-answered", "the client was not answered", without(SPOKEN, "client", "answered")),
        ("altered", "another nonce came back", altered(SPOKEN, "client", "answered", back="x")),
        ("altered", "another answer came", altered(SPOKEN, "client", "answered", answer="x")),
        ("altered", "the server was asked something else", altered(SPOKEN, "server", "asked", nonce="x")),
        ("altered", "the server was not asked", without(SPOKEN, "server", "asked")),
    ),
)

FLOCK = {"kind": "flock", "file": "/data/lock"}


def contended(first: Event, second: Event | None) -> Record:
    """Return a holder that has a lock and frees it, and the outcomes of a challenger's two tries."""
    holder = ran(
        "holder",
        0.0,
        did(0.5, "taking", **FLOCK),
        did(0.6, "lock-taken", **FLOCK),
        did(2.0, "lock-freeing", **FLOCK),
        did(2.1, "lock-freed", **FLOCK),
        exited(2.2),
    )
    tries = [did(1.0, "taking", **FLOCK), first, *([did(3.0, "taking", **FLOCK), second] if second else [])]
    return record(pod(holder, ran("challenger", 0.1, *tries, exited(3.2))))


def refused(seconds: float, errno: str = "EAGAIN") -> Event:
    """Return the outcome of a try while another holds the lock."""
    return did(seconds, "lock-refused", **FLOCK, errno=errno)


def taken(seconds: float) -> Event:
    return did(seconds, "lock-taken", **FLOCK)


CONTENDED = contended(refused(1.1), taken(3.1))

LOCK = Trial(
    judges.lock_not_shared,
    ("holder", "challenger"),
    good=CONTENDED,
    broken=(
        ("unwitnessed", "the holder had no lock", without(CONTENDED, "holder", "lock-taken")),
        ("unwitnessed", "it did not begin to free it", without(CONTENDED, "holder", "lock-freeing")),
        ("unwitnessed", "it did not free it", without(CONTENDED, "holder", "lock-freed")),
        ("unwitnessed", "one try only", contended(refused(1.1), None)),
        ("unwitnessed", "a try before the lock was held", moved(CONTENDED, "holder", "lock-taken", 1.0)),
        ("unwitnessed", "a try that ended as it was freed", moved(CONTENDED, "holder", "lock-freeing", 1.1)),
        ("unwitnessed", "a second try before it was freed", moved(CONTENDED, "holder", "lock-freed", 3.0)),
        ("locked-twice", "both had it", contended(taken(1.1), taken(3.1))),
        ("unwitnessed", "no locks there", contended(refused(1.1, "ENOLCK"), taken(3.1))),
        ("not-freed", "refused for ever", contended(refused(1.1), refused(3.1))),
    ),
)

WATCHING = did(0.5, "watching", folder="/data")
PARTIAL = did(1.01, "notified", folder="/data", name="file.partial", told=["create"])
NOTIFIED = did(1.02, "notified", folder="/data", name="file", told=["moved-to"])
WROTE = did(1.0, "wrote", file="/data/file", content="nonce")
NOTICED = record(
    pod(ran("watcher", 0.0, WATCHING, PARTIAL, NOTIFIED, exited(1.1)), ran("writer", 0.1, WROTE, exited(1.1)))
)


def noticed(*events: Event) -> Record:
    return record(pod(ran("watcher", 0.0, WATCHING, *events, exited(31.1)), ran("writer", 0.1, WROTE, exited(1.1))))


NOTICE = Trial(
    judges.not_notified,
    ("writer", "watcher"),
    good=NOTICED,
    broken=(
        ("unwitnessed", "nobody watched", without(NOTICED, "watcher", "watching")),
        ("unwitnessed", "it watched too late", moved(NOTICED, "watcher", "watching", 1.0)),
        ("not-notified", "of nothing", noticed()),
        ("not-notified", "of another file", noticed(PARTIAL)),
        (
            "not-notified",
            "of another thing that happened to it",
            noticed(did(1.0, "notified", folder="/data", name="file", told=["create"])),
        ),
    ),
)


def mapper(name: str, slot: int, stored: str, loaded: str) -> Any:
    """Return a run that stored and loaded these contents, and unmapped its file at 2 s."""
    page = {"file": "/data/page"}
    return ran(
        name,
        0.0,
        did(0.5, "mapped", **page),
        did(1.0, "stored", **page, slot=slot, content=stored),
        did(1.1, "loaded", **page, slot=1 - slot, content=loaded),
        did(2.0, "unmapping", **page),
        exited(2.1),
    )


MAPPED = record(pod(mapper("left", 0, "L", "R"), mapper("right", 1, "R", "L")))
NOT_LOADED = did(11.1, "not-loaded", file="/data/page", slot=1, awaited=10.0)

MAPPING = Trial(
    judges.mapping_not_shared,
    ("left", "right"),
    good=MAPPED,
    broken=(
        ("unwitnessed", "one did not store", without(MAPPED, "left", "stored")),
        ("unwitnessed", "one did not keep its mapping", without(MAPPED, "right", "unmapping")),
        ("unwitnessed", "one ended it before the other loaded", moved(MAPPED, "right", "unmapping", 1.1)),
        ("not-loaded", "one found nothing", instead(MAPPED, "left", "loaded", NOT_LOADED)),
        ("not-loaded", "the other did not look", without(MAPPED, "right", "loaded")),
        ("altered", "one found something else", altered(MAPPED, "right", "loaded", content="x")),
    ),
)

COUNTS = {"reads": 500, "versions": 100, "missing": 0, "torn": 0, "backwards": 0}
REPLACED = record(
    pod(
        ran("writer", 0.0, did(0.5, "replacing"), did(3.0, "replaced", versions=900), exited(3.1)),
        ran("reader", 0.0, did(2.9, "versions-read", **COUNTS), exited(3.1)),
    )
)
TOO_FEW = did(30.1, "versions-not-read", **COUNTS | {"versions": 99}, awaited=30.0)
TORN = did(30.1, "versions-not-read", **COUNTS | {"versions": 0, "torn": 9}, awaited=30.0)

RENAME = Trial(
    judges.torn_by_rename,
    ("writer", "reader"),
    options={"versions": 100},
    good=REPLACED,
    broken=(
        ("unwitnessed", "the writer did not begin", without(REPLACED, "writer", "replacing")),
        ("unwitnessed", "the writer did not come to its end", without(REPLACED, "writer", "replaced")),
        ("unwitnessed", "the reader did not read", without(REPLACED, "reader", "versions-read")),
        ("unwitnessed", "it saw one too few", instead(REPLACED, "reader", "versions-read", TOO_FEW)),
        ("missing", "there was no file once", altered(REPLACED, "reader", "versions-read", missing=1)),
        ("torn", "half a file once", altered(REPLACED, "reader", "versions-read", torn=1)),
        ("backwards", "an older one once", altered(REPLACED, "reader", "versions-read", backwards=1)),
    ),
)

INODE = {"mode": "0o644", "uid": 10001, "gid": 10001, "inode": 7, "device": 1, "links": 2}
FILE, NAME = did(1.2, "stat", file="/data/file", **INODE), did(1.3, "stat", file="/data/name", **INODE)
READ = did(1.4, "read", file="/data/name", content="nonce")
LINKED = did(1.1, "linked", file="/data/file", name="/data/name")


def linked(*events: Event) -> Record:
    """Return a writer that linked its file, and a reader with these events."""
    return record(pod(ran("writer", 0.0, WROTE, LINKED, exited(1.2)), ran("reader", 0.1, *events, exited(1.5))))


def other(event: Event, **fields: Any) -> Event:
    """Return the event with other fields."""
    return did(event.seen, event.name, **event.fields | fields)


HARD_LINK = Trial(
    judges.not_one_inode,
    ("writer", "reader"),
    good=linked(FILE, NAME, READ),
    broken=(
        ("unwitnessed", "nothing was written", without(linked(FILE, NAME, READ), "writer", "wrote")),
        ("unwitnessed", "nothing was linked", without(linked(FILE, NAME, READ), "writer", "linked")),
        ("not-found", "no second name", linked(FILE, READ)),
        ("not-found", "no first name", linked(NAME, READ)),
        ("not-found", "not read by its second name", linked(FILE, NAME, other(READ, file="/data/file"))),
        ("other-inode", "another number", linked(FILE, other(NAME, inode=8), READ)),
        ("other-inode", "another device", linked(FILE, other(NAME, device=2), READ)),
        ("wrong-count", "one name", linked(other(FILE, links=1), other(NAME, links=1), READ)),
        ("wrong-count", "one name more under the second", linked(FILE, other(NAME, links=3), READ)),
        ("altered", "another content", linked(FILE, NAME, other(READ, content="x"))),
    ),
)

OPEN_READ = did(2.1, "open-read", file="/data/file", content="nonce", links=0)
GONE = did(2.2, "not-there", file="/data/file", errno="ENOENT")
KEPT = record(
    pod(
        ran("writer", 0.0, WROTE, did(1.8, "removed", file="/data/file"), exited(2.0)),
        ran("reader", 0.1, did(1.5, "opened", file="/data/file"), OPEN_READ, GONE, exited(2.3)),
    )
)
STALE = did(2.1, "open-not-read", file="/data/file", errno="ESTALE")

UNLINKED = Trial(
    judges.not_kept_open,
    ("writer", "reader"),
    good=KEPT,
    broken=(
        ("unwitnessed", "it was not open", without(KEPT, "reader", "opened")),
        ("unwitnessed", "it was opened too late", moved(KEPT, "reader", "opened", 1.8)),
        ("unwitnessed", "it was read too early", moved(KEPT, "reader", "open-read", 1.8)),
        ("unwitnessed", "it was not removed", without(KEPT, "writer", "removed")),
        ("unwitnessed", "it was not written", without(KEPT, "writer", "wrote")),
        ("lost", "it could not be read", instead(KEPT, "reader", "open-read", STALE)),
        ("lost", "another content", altered(KEPT, "reader", "open-read", content="")),
        ("still-there", "its name is found", instead(KEPT, "reader", "not-there", FILE)),
        ("still-there", "it has a name", altered(KEPT, "reader", "open-read", links=1)),
        ("still-there", "nobody can tell", altered(KEPT, "reader", "not-there", errno="EACCES")),
    ),
)

TRIALS = (FIFO, SOCKET, LOCK, NOTICE, MAPPING, RENAME, HARD_LINK, UNLINKED)


def test_a_fifo_without_a_reader_says_what_the_kernel_answered() -> None:
    history = instead(PIPED, "writer", "fifo-sent", NOT_SENT)
    assert said(FIFO(history)) == (
        "writer has no event fifo-sent; its last word was "
        "fifo-not-sent file=/data/fifo errno=ENXIO awaited=10.0 [not-sent]"
    )


def test_an_answer_is_told_with_both_nonces() -> None:
    assert said(SOCKET(altered(SPOKEN, "client", "answered", answer="x"))) == (
        "client sent q and got x; server did not get the one and give the other [altered]"
    )


@pytest.mark.parametrize("errno", ["EAGAIN", "EACCES"])
def test_fcntl_may_refuse_a_held_lock_with_either_errno(errno: str) -> None:
    assert LOCK(contended(refused(1.1, errno), taken(3.1))) == []


def test_a_lock_that_two_have_is_told_with_its_kind() -> None:
    assert said(LOCK(contended(taken(1.1), taken(3.1)))) == (
        "challenger took the flock lock while holder held it [locked-twice]"
    )


def test_a_watcher_that_heard_of_something_else_says_what_it_heard() -> None:
    assert said(NOTICE(noticed(PARTIAL))) == (
        "watcher was told of file.partial (create), and not that writer moved /data/file there [not-notified]"
    )


def test_a_writer_that_wrote_nothing_gave_nothing_to_notice() -> None:
    assert rules(NOTICE(without(noticed(), "writer", "wrote"))) == {"unwitnessed", "not-notified"}


def test_each_way_of_a_mapping_is_judged() -> None:
    broken = instead(altered(MAPPED, "right", "loaded", content="x"), "left", "loaded", NOT_LOADED)
    assert said(MAPPING(broken)).splitlines() == [
        "left has stored L, and right loaded 'x' [altered]",
        "left has no event loaded; its last word was unmapping file=/data/page [not-loaded]",
    ]


def test_torn_reads_count_although_the_reader_gave_up() -> None:
    violations = RENAME(instead(REPLACED, "reader", "versions-read", TORN))
    assert said(violations).splitlines() == [
        "reader saw 0 versions, not 100 [unwitnessed]",
        "reader found one that was not whole in 9 of 500 reads [torn]",
    ]


def test_a_file_that_was_not_removed_is_still_there_and_nothing_more() -> None:
    history = instead(without(KEPT, "writer", "removed"), "reader", "not-there", FILE)
    assert rules(UNLINKED(history)) == {"still-there"}
