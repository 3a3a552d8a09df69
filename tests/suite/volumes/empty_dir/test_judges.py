"""Judges of volumes: their histories, and what lies at the edges of their rules."""

from dataclasses import replace

import pytest

from records import Act, Event, Instance, PodRecord, Record
from suite.volumes.empty_dir import judges
from tests.helpers.histories import (
    altered,
    crashed,
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

FIRST = ran("first", 0.0, did(0.1, "listed", folder="/data", names=[]), exited(0.2), kind="init")
LEFT = ran("left", 1.0, did(1.1, "wrote", content="of-left"), did(1.3, "read", content="of-right"))
RIGHT = ran("right", 1.0, did(1.2, "wrote", content="of-right"), did(1.3, "read", content="of-left"))
TOGETHER = record(pod(FIRST, LEFT, RIGHT))
NOT_READ = did(31.3, "not-read", file="/data/right", errno="ENOENT", awaited=30.0)

EMPTY = Trial(
    judges.not_empty_at_start,
    ("first",),
    good=TOGETHER,
    broken=(
        ("unwitnessed", "nothing was listed", without(TOGETHER, "first", "listed")),
        ("unwitnessed", "the first container never ran", without(TOGETHER, "first")),
        (
            "unwitnessed",
            "that of a second Pod listed nothing",
            record(*TOGETHER.pods, pod(LEFT, RIGHT, role="shared@2")),
        ),
        ("not-empty", "a file lay in it", altered(TOGETHER, "first", "listed", names=["old"])),
    ),
)

SHARED = Trial(
    judges.not_shared,
    ("left", "right"),
    good=TOGETHER,
    broken=(
        ("not-written", "one wrote nothing", without(TOGETHER, "left", "wrote")),
        ("not-written", "the other wrote nothing", without(TOGETHER, "right", "wrote")),
        ("not-written", "neither ran", without(without(TOGETHER, "left"), "right")),
        ("not-read", "one found no file", instead(TOGETHER, "left", "read", NOT_READ)),
        ("not-read", "the other did not read", without(TOGETHER, "right", "read")),
        ("altered", "one read another content", altered(TOGETHER, "left", "read", content="other")),
        ("altered", "the other read another content", altered(TOGETHER, "right", "read", content="")),
    ),
)


def taking_part(name: str, *last: Event) -> Instance:
    """Return a run that writes its file, then into another's at 2 s, and then prints these events."""
    wrote, added = did(1.0, "wrote", file=f"/data/of-{name}", content=f"{name}-"), did(2.0, "write-done", content=name)
    return ran(name, 0.0, wrote, did(1.5, "read", file="/data/of-next", content="next-"), added, *last)


def own(name: str, content: str, at: float = 3.0) -> Event:
    return did(at, "read", file=f"/data/of-{name}", content=content)


def left_read(*events: Event) -> Record:
    """Return a ring of two, one of which printed these events at last."""
    return record(pod(taking_part("left", *events), taking_part("right", own("right", "right-left"))))


RING = left_read(own("left", "left-right"))

WRITTEN_BACK = Trial(
    judges.not_written_back,
    ({"left": "right", "right": "left"},),
    good=RING,
    broken=(
        ("not-written", "one wrote no file", without(RING, "left", "wrote")),
        ("not-written", "one could not write into the other's", without(RING, "left", "write-done")),
        ("not-read", "one did not look", left_read()),
        ("not-read", "one looked too early", left_read(own("left", "left-", 1.9))),
        ("lost", "what was added is not there", left_read(own("left", "left-"))),
        ("lost", "what was there is not", left_read(own("left", "right"))),
    ),
)

WRITER = ran("writer", 0.0, did(0.1, "wrote", file="/data/file", content="nonce"), crashed(0.4))
AGAIN = ran("writer", 1.0, did(1.1, "read", file="/data/file", content="nonce"))
FIRST_READ = did(0.2, "read", file="/data/file", content="nonce")
SIGN_READ = did(1.2, "read", file="/data/again", content="of-writer")
SECOND_READ = did(1.3, "read", file="/data/file", content="nonce")
SECOND_NOT_READ = did(1.3, "not-read", file="/data/file", errno="ENOENT", awaited=0.0)
SIGN_NOT_READ = did(26.0, "not-read", file="/data/again", errno="ENOENT", awaited=25.0)
WRITES_AGAIN = ran("writer", 1.0, AGAIN.events[1], did(1.15, "wrote", file="/data/again", content="signed"))
NEIGHBOUR = ran("neighbour", 0.0, FIRST_READ, SIGN_READ, SECOND_READ)
SURVIVED = record(pod(WRITER, AGAIN, NEIGHBOUR))


def beside(*runs: Instance, again: Instance = AGAIN) -> Record:
    """Return a writer that crashed and ran again, beside these runs of its neighbour."""
    return record(pod(WRITER, again, *runs))


CRASH = Trial(
    judges.lost_in_crash,
    ("writer", "neighbour"),
    good=SURVIVED,
    broken=(
        ("unwitnessed", "the writer never ran", without(SURVIVED, "writer")),
        ("unwitnessed", "it wrote nothing", without(SURVIVED, "writer", "wrote")),
        ("unwitnessed", "it exited by itself", instead(SURVIVED, "writer", "crashing", exited(0.4, code=1))),
        ("unwitnessed", "nobody read the file before", beside(ran("neighbour", 0.0, SIGN_READ, SECOND_READ))),
        (
            "unwitnessed",
            "the neighbour was restarted, too",
            beside(ran("neighbour", 0.0, FIRST_READ, exited(0.5)), ran("neighbour", 0.9, SIGN_READ, SECOND_READ)),
        ),
        ("unwitnessed", "the writer was not run again", record(pod(WRITER, NEIGHBOUR))),
        (
            "lost",
            "it found nothing and wrote anew",
            instead(SURVIVED, "writer", "read", did(1.1, "wrote", file="/data/file", content="new")),
        ),
        ("lost", "it did not look", without(SURVIVED, "writer", "read")),
        (
            "lost",
            "it looked too late",
            beside(NEIGHBOUR, again=ran("writer", 1.0, did(1.0, "working"), AGAIN.events[1])),
        ),
        ("lost", "the neighbour found nothing", beside(ran("neighbour", 0.0, FIRST_READ, SIGN_READ, SECOND_NOT_READ))),
        ("lost", "the neighbour did not look again", beside(ran("neighbour", 0.0, FIRST_READ, SIGN_READ))),
        (
            "lost",
            "the neighbour found nothing at a later look",
            beside(ran("neighbour", 0.0, FIRST_READ, SIGN_READ, SECOND_READ, SECOND_NOT_READ)),
        ),
        (
            "lost",
            "the neighbour did not find what the next run wrote",
            beside(ran("neighbour", 0.0, FIRST_READ, SECOND_READ, SIGN_NOT_READ), again=WRITES_AGAIN),
        ),
        (
            "altered",
            "the neighbour found something else than the next run wrote",
            beside(ran("neighbour", 0.0, FIRST_READ, SIGN_READ, SECOND_READ), again=WRITES_AGAIN),
        ),
        ("altered", "the writer found something else", altered(SURVIVED, "writer", "read", content="other")),
        ("altered", "the neighbour found something else", altered(SURVIVED, "neighbour", "read", content="other")),
    ),
)

ACTS = (
    Act(0.0, "created", "shared"),
    Act(3.0, "deleted", "shared"),
    Act(4.0, "gone", "shared"),
    Act(5.0, "created", "shared@2"),
)
BEFORE = pod(FIRST, LEFT, RIGHT, role="shared")
AFTER = pod(FIRST, role="shared@2")
LOST = record(BEFORE, AFTER, acts=ACTS)


def followed_by(after: PodRecord) -> Record:
    """Return a history in which this Pod followed the deleted one."""
    return replace(LOST, pods=(BEFORE, after))


RECREATED = Trial(
    judges.not_lost_with_pod,
    ("first", "left", "right"),
    good=LOST,
    broken=(
        ("unwitnessed", "nothing was written before", without(LOST, "left", "wrote", role="shared")),
        ("unwitnessed", "nobody read it before", without(LOST, "right", "read", role="shared")),
        ("unwitnessed", "the second did not look", without(LOST, "first", "listed", role="shared@2")),
        ("unwitnessed", "there was no second", replace(LOST, pods=(BEFORE,))),
        ("unwitnessed", "there was a third", replace(LOST, pods=(BEFORE, AFTER, pod(FIRST, role="shared@3")))),
        ("unwitnessed", "the first was not seen to be gone", replace(LOST, acts=(ACTS[0], ACTS[1], ACTS[3]))),
        ("unwitnessed", "nobody created the second", replace(LOST, acts=ACTS[:3])),
        ("unwitnessed", "it was created too early", replace(LOST, acts=(*ACTS[:3], Act(3.5, "created", "shared@2")))),
        ("unwitnessed", "it ran on another node", followed_by(pod(FIRST, role="shared@2", node="node-2"))),
        ("unwitnessed", "the uid is the first one's", followed_by(pod(FIRST, role="shared@2", uid=BEFORE.uid))),
        ("unwitnessed", "it has another name", followed_by(pod(FIRST, role="shared@2", name="other"))),
        ("survived", "a file is still there", altered(LOST, "first", "listed", role="shared@2", names=["left"])),
    ),
)

TRIALS = (EMPTY, SHARED, WRITTEN_BACK, CRASH, RECREATED)


def test_what_lies_in_a_new_volume_is_told_by_name() -> None:
    violations = EMPTY(altered(TOGETHER, "first", "listed", names=["lost", "found"]))
    assert said(violations) == "Pod pod: first found lost, found in a new volume [not-empty]"


def test_every_pod_of_a_record_starts_with_an_empty_volume() -> None:
    history = altered(LOST, "first", "listed", role="shared@2", names=["old"])
    assert said(EMPTY(history)) == "Pod shared@2: first found old in a new volume [not-empty]"


def test_every_run_of_the_first_container_finds_an_empty_volume() -> None:
    again = ran("first", 0.5, did(0.6, "listed", folder="/data", names=["old"]), exited(0.7), kind="init")
    assert rules(EMPTY(record(pod(FIRST, again)))) == {"not-empty"}


def test_a_file_that_was_not_found_is_told_with_who_wrote_it_and_the_errno() -> None:
    assert said(SHARED(instead(TOGETHER, "left", "read", NOT_READ))) == (
        "Pod pod: left did not read what right wrote: not-read file=/data/right errno=ENOENT awaited=30.0 [not-read]"
    )


def test_a_reader_that_said_nothing_is_told_as_such() -> None:
    assert said(SHARED(without(TOGETHER, "left", "read"))) == (
        "Pod pod: left did not read what right wrote: it did not say why [not-read]"
    )


def test_an_altered_file_is_told_from_both_sides() -> None:
    assert said(SHARED(altered(TOGETHER, "left", "read", content="other\n"))) == (
        "Pod pod: right wrote of-right, left read 'other\\n' [altered]"
    )


def test_one_way_only_what_the_first_wrote_is_judged() -> None:
    handed_over = without(without(TOGETHER, "left", "read"), "right", "wrote")
    assert judges.not_shared(handed_over, "left", "right", one_way=True) == []
    for history, rule in (
        (without(handed_over, "left", "wrote"), "not-written"),
        (without(handed_over, "right", "read"), "not-read"),
        (altered(handed_over, "right", "read", content=""), "altered"),
    ):
        assert rules(judges.not_shared(history, "left", "right", one_way=True)) == {rule}


def test_a_container_that_wrote_nothing_is_told() -> None:
    violations = SHARED(without(TOGETHER, "left", "wrote"))
    assert said(violations) == "Pod pod: left wrote nothing [not-written]"


def test_a_pod_created_at_the_very_time_the_first_was_gone_proves_nothing() -> None:
    at_once = replace(LOST, acts=(*ACTS[:3], Act(4.0, "created", "shared@2")))
    assert said(RECREATED(at_once)) == ("Pod shared@2 was not created after Pod shared was gone [unwitnessed]")


@pytest.mark.parametrize(
    ("before", "after", "nodes"),
    [("node-1", "node-2", "node-1, Pod shared@2 on node-2"), ("", "", "?, Pod shared@2 on ?")],
)
def test_two_nodes_are_told_and_none_is_no_node_in_common(before: str, after: str, nodes: str) -> None:
    first = pod(FIRST, LEFT, RIGHT, role="shared", node=before)
    second = pod(FIRST, role="shared@2", node=after)
    assert said(RECREATED(replace(LOST, pods=(first, second)))) == f"Pod shared was on node {nodes} [unwitnessed]"


def test_one_pod_under_two_roles_is_told_by_its_uid() -> None:
    violations = RECREATED(followed_by(pod(FIRST, role="shared@2", uid=BEFORE.uid)))
    assert said(violations) == "both Pods have the uid uid-of-shared [unwitnessed]"


def test_another_name_is_told() -> None:
    violations = RECREATED(followed_by(pod(FIRST, role="shared@2", name="other")))
    assert said(violations) == "the Pods are named shared and other [unwitnessed]"


def test_what_survived_is_told_by_name() -> None:
    violations = RECREATED(altered(LOST, "first", "listed", role="shared@2", names=["left", "right"]))
    assert said(violations) == "Pod shared@2: first found left, right in a new volume [survived]"


def test_files_that_were_never_shared_are_no_witness() -> None:
    violations = RECREATED(instead(LOST, "left", "read", NOT_READ, role="shared"))
    assert rules(violations) == {"unwitnessed"}
    assert "errno=ENOENT" in said(violations)


def test_what_a_writer_did_instead_of_finding_its_file_is_told() -> None:
    violations = CRASH(instead(SURVIVED, "writer", "read", did(1.1, "wrote", file="/data/file", content="new")))
    assert said(violations) == (
        "writer, run again, did not find its file at its first act: wrote file=/data/file content=new [lost]"
    )


def test_what_the_neighbour_said_instead_of_the_file_is_told() -> None:
    violations = CRASH(beside(ran("neighbour", 0.0, FIRST_READ, SIGN_READ, SECOND_NOT_READ)))
    assert said(violations) == (
        "neighbour did not read the file after writer was run again; "
        "its last word was not-read file=/data/file errno=ENOENT awaited=0.0 [lost]"
    )


def test_a_neighbours_look_before_the_writers_restart_proves_nothing_after_it() -> None:
    between = did(0.9, "read", file="/data/file", content="nonce")
    assert rules(CRASH(beside(ran("neighbour", 0.0, FIRST_READ, between)))) == {"lost"}


def test_every_further_run_of_the_writer_finds_its_file() -> None:
    crashed_again = ran("writer", 1.0, AGAIN.events[1], crashed(1.15))
    third = ran("writer", 1.16, did(1.17, "wrote", file="/data/file", content="new"))
    assert rules(CRASH(record(pod(WRITER, crashed_again, third, NEIGHBOUR)))) == {"lost"}


def test_a_writer_that_was_not_run_again_is_told_with_how_it_ended() -> None:
    assert said(CRASH(record(pod(WRITER, NEIGHBOUR)))) == (
        "writer had been ended by signal 11, and was not run again [unwitnessed]"
    )


def test_another_content_after_a_crash_is_told_from_both_sides() -> None:
    assert said(CRASH(altered(SURVIVED, "writer", "read", content="other"))) == (
        "writer wrote nonce, writer read 'other' [altered]"
    )
