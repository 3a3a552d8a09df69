"""What is on a picture."""

from dataclasses import replace

import pytest

import records
from records import Act, Observation, Record, Violation, refusals
from reports.picture import scene
from reports.picture.scene import MOST_RUNS, Lane, Scene
from tests.helpers.histories import crashed, did, exited, pod, ran, record
from tests.helpers.paths import RECORDS


def lane(content: Scene, title: str) -> Lane:
    """Return the lane of that title."""
    return next(each for each in content.lanes if each.title == title)


def two() -> Record:
    """Return an init container that exits, and an app that still runs."""
    one = pod(ran("prepare", 0.0, exited(1.0), kind="init"), ran("main", 1.5, did(2.0, "wrote"), did(4.0, "read")))
    return replace(record(one, acts=[Act(0.0, "created", "pod")]), seconds=6.0)


def test_each_container_has_a_lane_with_a_bar_from_its_start_to_its_exit() -> None:
    content = scene.of(two())
    assert [(each.title, each.kind) for each in content.lanes] == [
        ("Pod pod", "pod"),
        ("prepare", "init"),
        ("main", "app"),
    ]
    [bar] = lane(content, "prepare").bars
    assert bar.sure
    assert (bar.start, bar.end) == pytest.approx((0.0, 1.0))
    assert lane(content, "prepare").told == "init container, 0.000 s to 1.000 s, exit code 0"


def test_what_still_runs_is_sure_to_its_last_word_and_told_to_run_on() -> None:
    sure, told = lane(scene.of(two()), "main").bars
    assert sure.sure
    assert not told.sure
    assert (sure.end, told.start, told.end) == pytest.approx((4.0, 4.0, 6.0))


def test_each_run_of_a_container_has_a_lane_of_its_own() -> None:
    content = scene.of(record(pod(ran("main", 0.0, exited(1.0, 1)), ran("main", 2.0, exited(3.0)))))
    assert [each.title for each in content.lanes[1:]] == ["main #1", "main #2"]


def test_of_many_runs_those_in_the_middle_have_one_lane() -> None:
    runs = [ran("main", float(number), exited(number + 0.5, 1)) for number in range(MOST_RUNS + 5)]
    content = scene.of(record(pod(*runs)))
    assert len(content.lanes) == 1 + MOST_RUNS + 1
    assert lane(content, "… 5 more runs of main").bars == ()


def test_a_process_that_a_signal_ended_has_its_mark_where_the_watch_told_it() -> None:
    killed = replace(crashed(1.0), name="crashing", fields={})
    content = scene.of(record(pod(ran("main", 0.0, killed))))
    assert [mark.text for mark in lane(content, "main").marks if mark.shape == "signal"] == ["killed by signal 11"]


def test_a_container_that_never_ran_has_a_lane_that_says_why() -> None:
    status = {"containerStatuses": [{"name": "late", "state": {"waiting": {"reason": "ErrImagePull"}}}]}
    one = pod(ran("main", 0.0, exited(1.0)))
    got = {**one.got, "spec": {"containers": [{"name": "main"}, {"name": "late"}]}}
    told = [Observation(at, "MODIFIED", {}, {"phase": "Pending", **status}) for at in (0.5, 0.7)]
    content = scene.of(record(replace(one, got=got, observations=(*one.observations, *told))))
    assert lane(content, "late").told == "app, no run was seen"
    assert [mark.text for mark in lane(content, "late").marks] == ["ErrImagePull"]


def test_a_program_that_prints_no_events_has_a_bar_by_the_status_alone() -> None:
    one = pod(replace(ran("server", 0.0), events=(), output="whole"))
    identity = one.instances[0].container_id
    ready = {"name": "server", "containerID": identity, "state": {"running": {}}, "ready": True}
    gone = ready | {"state": {"terminated": {"exitCode": 0, "containerID": identity}}, "ready": False}
    told = [Observation(at, "MODIFIED", {}, {"containerStatuses": [each]}) for at, each in ((2.0, ready), (5.0, gone))]
    [bar] = lane(scene.of(record(replace(one, observations=tuple(told)))), "server").bars
    assert not bar.sure
    assert (bar.start, bar.end) == pytest.approx((2.0, 5.0))


def test_the_pods_lane_has_acts_and_each_change_of_its_status_once() -> None:
    phases = [
        Observation(at, "MODIFIED", {}, {"phase": phase})
        for at, phase in ((1, "Pending"), (2, "Running"), (3, "Running"))
    ]
    one = replace(pod(ran("main", 0.0, exited(4.0))), observations=tuple(phases))
    content = scene.of(record(one, acts=[Act(0.0, "created", "pod"), Act(5.0, "deleted", "pod")]))
    assert [mark.text for mark in lane(content, "Pod pod").marks] == ["created", "Pending", "Running", "deleted"]


def test_a_violation_marks_its_events_and_says_where_they_are() -> None:
    history = two()
    [event] = history.instances_of("main")[0].all("read")
    content = scene.of(history, [Violation("late", "main read too late", "main  read  before 3 s", (event,))])
    assert [(mark.number, mark.rules) for mark in lane(content, "main").marks if mark.rules] == [(5, ("late",))]
    [note] = content.notes
    assert (note.expected, note.places) == ("main read before 3 s", ("line 5, 4.000 s: main read",))


def test_what_was_expected_of_a_container_and_is_missing_has_a_mark_in_its_lane() -> None:
    content = scene.of(two(), [Violation("not-told", "main was not told", "main  terminated signal=SIGTERM")])
    [mark] = [mark for mark in lane(content, "main").marks if mark.shape == "missing"]
    assert mark.text == "missing: terminated signal=SIGTERM"
    assert mark.at == pytest.approx(6.0)
    assert not any(mark.shape == "missing" for mark in lane(content, "prepare").marks)


def test_a_container_that_was_refused_has_its_mark_where_it_was_refused() -> None:
    kept = records.load(RECORDS / "youki" / "processes.shared[shared].json")
    content = scene.of(kept, refusals.not_started(kept))
    marked = [(each.title, mark.text) for each in content.lanes for mark in each.marks if mark.rules]
    assert marked == [("beside #1", "missing: started")]  # the fourth run ran to its end
    never = records.load(RECORDS / "youki" / "processes.ephemeral_target[ephemeral-target].json")
    targets = lane(scene.of(never, refusals.not_started(never)), "targets")
    [missing] = [mark for mark in targets.marks if mark.shape == "missing"]
    assert {mark.text for mark in targets.marks if mark.at == missing.at} == {"terminated, 128", "missing: started"}


@pytest.mark.parametrize(
    ("text", "title"), [("main has no event read", "main"), ("the Pod was never ready", "Pod pod")]
)
def test_a_violation_that_names_no_event_has_its_mark_all_the_same(text: str, title: str) -> None:
    content = scene.of(two(), [Violation("not-found", text)])
    assert [each.title for each in content.lanes if any(mark.rules for mark in each.marks)] == [title]


def test_the_axis_is_of_the_time_in_which_containers_ran() -> None:
    content = scene.of(replace(record(pod(ran("main", 50.0, exited(51.0)))), seconds=90.0))
    assert (content.start, content.end) == pytest.approx((-0.2, 1.0))
