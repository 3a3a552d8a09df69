"""Judges of PersistentVolumes: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

from records import Act, Event, PodRecord, Record
from suite.volumes.persistent import judges
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


def wrote(file: str, content: str) -> Event:
    return did(0.1, "wrote", file=file, content=content)


def read(file: str, content: str, seconds: float = 0.1) -> Event:
    return did(seconds, "read", file=file, content=content)


def life(role: str, kept: Event, scratch: Event, *reads: Event, uid: str | None = None, node: str = "n") -> PodRecord:
    """Return a Pod whose init container printed these two events, and whose app printed these reads."""
    first = ran("first", 0.0, kept, scratch, exited(0.2), kind="init")
    reader = ran("reader", 1.0, *reads, did(1.2, "waiting"))
    return pod(first, reader, role=role, name="persistent", uid=uid, node=node)


BEFORE = life(
    "persistent",
    wrote("/kept/file", "nonce"),
    wrote("/scratch/file", "gone"),
    read("/srv/kept/file", "nonce", 1.1),
    read("/srv/scratch/file", "gone", 1.1),
)
AFTER = life(
    "persistent@2",
    read("/kept/file", "nonce"),
    wrote("/scratch/file", "new"),
    read("/srv/kept/file", "nonce", 1.1),
    read("/srv/scratch/file", "new", 1.1),
)
ACTS = (
    Act(0.0, "created", "persistent"),
    Act(3.0, "deleted", "persistent"),
    Act(4.0, "gone", "persistent"),
    Act(5.0, "created", "persistent@2"),
)
KEPT = record(BEFORE, AFTER, acts=ACTS)


def then(after: PodRecord) -> Record:
    """Return a history in which this Pod followed the deleted one."""
    return replace(KEPT, pods=(BEFORE, after))


def first_was(before: PodRecord) -> Record:
    """Return a history in which this Pod was deleted."""
    return replace(KEPT, pods=(before, AFTER))


READS = (read("/srv/kept/file", "nonce", 1.1), read("/srv/scratch/file", "new", 1.1))
NEW = wrote("/scratch/file", "new")
REFUSED = did(0.1, "failed", verb="keep /kept/file", errno="EROFS", path="/kept/file.partial")
PERSISTENT = Trial(
    judges.not_persistent,
    ("first", "reader"),
    good=KEPT,
    options={"kept": "/kept/file", "scratch": "/scratch/file"},
    broken=(
        ("unwitnessed", "there was no second", replace(KEPT, pods=(BEFORE,))),
        ("unwitnessed", "the first was not seen to be gone", replace(KEPT, acts=(*ACTS[:2], ACTS[3]))),
        ("unwitnessed", "it found an old file", instead(KEPT, "first", "wrote", NEW, role="persistent")),
        ("unwitnessed", "its app read nothing", without(KEPT, "reader", "read", role="persistent")),
        (
            "unwitnessed",
            "its app read one file only",
            first_was(life("persistent", wrote("/kept/file", "nonce"), wrote("/scratch/file", "gone"), READS[0])),
        ),
        ("unwitnessed", "the uid is the first one's", then(replace(AFTER, uid=BEFORE.uid))),
        ("lost", "the second wrote it anew", then(life("persistent@2", wrote("/kept/file", "other"), NEW, *READS))),
        ("lost", "its first container never ran", without(KEPT, "first", role="persistent@2")),
        ("lost", "its app read nothing", without(KEPT, "reader", "read", role="persistent@2")),
        ("altered", "the second found another content", altered(KEPT, "first", "read", content="other")),
        (
            "altered",
            "its app did",
            then(life("persistent@2", read("/kept/file", "nonce"), NEW, read("/srv/kept/file", "", 1.1))),
        ),
        (
            "survived",
            "the emptyDir's file is there",
            then(life("persistent@2", read("/kept/file", "nonce"), read("/scratch/file", "gone"), *READS)),
        ),
    ),
)

CLAIMED = Trial(
    judges.read_only,
    ("first",),
    good=KEPT,
    options={"kept": "/kept/file"},
    broken=(
        ("unwitnessed", "it wrote nothing", without(KEPT, "first", "wrote", role="persistent")),
        ("unwitnessed", "it never ran", without(KEPT, "first", role="persistent")),
        ("read-only", "it was told so", record(pod(ran("first", 0.0, REFUSED, exited(0.2, code=1), kind="init")))),
    ),
)

TRIALS = (PERSISTENT, CLAIMED)


def test_what_the_second_pod_did_instead_of_finding_the_file_is_told() -> None:
    history = then(life("persistent@2", wrote("/kept/file", "other"), NEW, *READS))
    assert said(PERSISTENT(history)) == (
        "Pod persistent@2: first did not find /kept/file; its last word was wrote file=/scratch/file content=new [lost]"
    )


def test_another_content_is_told_with_the_one_that_was_written() -> None:
    assert said(PERSISTENT(altered(KEPT, "first", "read", content="other"))) == (
        "Pod persistent@2: first found 'other' in /kept/file, not nonce [altered]"
    )


def test_a_file_that_was_there_before_the_first_pod_proves_nothing() -> None:
    old = life("persistent", read("/kept/file", "nonce"), wrote("/scratch/file", "gone"), *READS)
    assert rules(PERSISTENT(first_was(old))) == {"unwitnessed"}
