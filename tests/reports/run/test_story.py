"""The story of a scenario: its steps in the order of time, and what is read of them again."""

from dataclasses import replace

from records import Violation
from records.record import Act
from reports.run.story import LONGEST, Step, read, story
from tests.helpers.histories import exited, pod, ran, record


def test_a_story_tells_in_the_order_of_time_what_was_done_seen_and_judged() -> None:
    told = replace(
        record(pod(ran("main", 0.0, exited(1.0)))),
        seconds=4.0,
        acts=(Act(3.0, "part-restarted", "main", {"part": "kubelet"}), Act(0.25, "created", "main")),
    )
    seen = told.pods[0].observations[-1].seen
    steps = story(told, [Violation("lost", "it was lost"), Violation("lost", "so was this")])
    assert [step.text for step in steps if step.seen != seen] == [
        "created main",
        'part restarted main: {"part": "kubelet"}',
        "judged: lost fired",
    ]
    [watched] = [step.text for step in steps if step.text.startswith("Pod ")]
    assert watched == f"Pod {told.pods[0].role}: {told.pods[0].window}; Succeeded"
    assert steps == sorted(steps)
    assert story(replace(told, seconds=99.0))[-1] == Step(99.0, "judged")


def test_of_what_was_sent_a_story_has_the_beginning() -> None:
    [step, _] = story(replace(record(), acts=(Act(0.0, "changed", "settings", {"data": "x" * 1000}),), seconds=1.0))
    assert len(step.text) == len("changed settings: ") + LONGEST


def test_a_step_that_was_written_is_read_again() -> None:
    for step in (Step(0.25, "created main"), Step(12345.5, "two\nlines  of 3 s")):
        assert read(str(step)) == step
    assert read("a step of somebody else: 1 s") is None
