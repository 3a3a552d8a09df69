"""What is known of a Pod while it lives: its instances, their output, its state, and the waits for them."""

import json
import threading
import time

import pytest

from fixtures import awaited
from fixtures.errors import TroubleError
from fixtures.view import InstanceView, PodView
from records import addresses
from tests.helpers.statuses import (
    OURS,
    ended,
    restarted,
    running,
    seen,
    waiting,
)


def line(number: int, name: str, **fields: object) -> bytes:
    return json.dumps({"event": name, "seq": number, "clock": 1000 + number, **fields}).encode()


WHOLE = [line(0, "started", pid=1), b"a warning", line(1, "wrote", content="x"), line(2, "exit", code=0)]


def read(instance: InstanceView, lines: list[bytes], at: float = 1.0) -> InstanceView:
    """Read an output from its beginning."""
    for number, each in enumerate(lines):
        instance.take(number, each, at)
    return instance


def instance() -> InstanceView:
    return InstanceView("main", "app", "id-1")


def terminated(view: InstanceView) -> InstanceView:
    view.terminated = {"exitCode": 0}
    return view


def test_an_output_becomes_events_and_other_lines() -> None:
    frozen = terminated(read(instance(), WHOLE)).freeze()
    assert [(event.name, event.seq, event.clock, event.seen) for event in frozen.events] == [
        ("started", 0, 1000, 1.0),
        ("wrote", 1, 1001, 1.0),
        ("exit", 2, 1002, 1.0),
    ]
    assert frozen.events[1].fields == {"content": "x"}
    assert frozen.other == ("a warning",)
    assert (frozen.container, frozen.kind, frozen.container_id) == ("main", "app", "id-1")


@pytest.mark.parametrize("cut", range(5))
def test_an_output_that_was_cut_and_read_again_is_the_same_as_one_that_was_not(cut: int) -> None:
    twice = read(read(instance(), WHOLE[:cut], at=1.0), WHOLE, at=2.0)
    once = read(instance(), WHOLE)
    assert [(event.name, event.seq) for event in terminated(twice).freeze().events] == [
        (event.name, event.seq) for event in terminated(once).freeze().events
    ]
    assert twice.other == once.other


def test_a_line_that_was_read_before_keeps_the_time_at_which_it_was_first_seen() -> None:
    events = read(read(instance(), WHOLE[:1], at=1.0), WHOLE, at=2.0).events
    assert [event.seen for event in events.values()] == [1.0, 2.0, 2.0]


def test_an_output_that_begins_otherwise_is_of_another_instance() -> None:
    with pytest.raises(TroubleError, match="main was restarted"):
        read(read(instance(), WHOLE[:2]), [line(0, "started", pid=2)])


def test_events_are_merged_by_number() -> None:
    view = read(instance(), [line(1, "b"), line(0, "a"), line(1, "again")])
    assert [event.name for event in view.freeze().events] == ["a", "b"]


@pytest.mark.parametrize(
    "strange", [b"[]", b"{}", b'{"event": "x"}', b'{"event": "x", "seq": "y", "clock": 1}', b"\xff", b""]
)
def test_a_line_that_is_no_event_is_kept_as_it_was_printed(strange: bytes) -> None:
    view = read(instance(), [strange])
    assert view.events == {}
    assert view.other == [strange.decode(errors="replace")]


def test_a_running_container_is_settled_once_it_spoke() -> None:
    assert not instance().settled
    assert not read(instance(), WHOLE[1:2]).settled
    assert read(instance(), WHOLE[:1]).settled


def test_a_terminated_container_is_settled_once_its_last_event_was_read() -> None:
    assert not terminated(read(instance(), WHOLE[:-1])).settled
    assert terminated(read(instance(), WHOLE)).settled


def test_a_container_whose_output_was_given_up_is_settled() -> None:
    given_up = terminated(instance())
    given_up.cut = True
    assert given_up.settled


def test_an_output_is_whole_only_with_its_end_and_the_status_that_tells_of_it() -> None:
    assert terminated(read(instance(), WHOLE)).freeze().output == "whole"
    assert read(instance(), WHOLE).freeze().output == "window"
    assert terminated(read(instance(), WHOLE[:-1])).freeze().output == "window"


def test_an_output_that_was_given_up_is_cut_whatever_was_read() -> None:
    given_up = terminated(read(instance(), WHOLE))
    given_up.cut = True
    assert given_up.freeze().output == "cut"


def test_a_pod_tells_once_of_each_new_instance_and_of_what_kind_it_is() -> None:
    view = PodView(0.0, OURS)
    assert view.observe("ADDED", seen("Pending", main=waiting("ContainerCreating"))) == []
    new = view.observe("MODIFIED", seen(init=running("i"), side=running("s"), main=running("m")))
    assert [(each.container, each.kind, each.container_id) for each in new] == [
        ("init", "init", "i"),
        ("side", "sidecar", "s"),
        ("main", "app", "m"),
    ]
    assert view.observe("MODIFIED", seen(init=ended("i"), side=running("s"), main=running("m"))) == []


def test_the_state_of_an_end_is_kept_with_the_instance_that_ended() -> None:
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("one")))
    view.observe("MODIFIED", seen(main=restarted("two", before="one", code=3)))
    assert view.instances["one"].terminated == {"exitCode": 3, "containerID": "one"}
    assert view.instances["two"].terminated is None


def test_an_instance_that_only_the_last_state_tells_of_is_noted_with_its_end() -> None:
    view = PodView(0.0, OURS)
    new = view.observe("MODIFIED", seen(main=restarted("two", before="one", code=3)))
    assert {each.container_id: each.terminated for each in new} == {
        "one": {"exitCode": 3, "containerID": "one"},
        "two": None,
    }


def test_an_instance_that_ran_before_comes_before() -> None:
    view = PodView(0.0, OURS)
    new = view.observe("MODIFIED", seen(main=restarted("two", before="one")))
    assert [each.container_id for each in new] == ["one", "two"]


def test_an_observation_keeps_the_status_with_uid_version_and_node() -> None:
    view = PodView(time.monotonic() - 5.0, OURS)
    view.observe("ADDED", seen("Pending"))
    [observation] = view.observations
    assert observation.metadata == {"uid": "uid-1", "resourceVersion": "7", "nodeName": "node-1"}
    assert observation.status["phase"] == "Pending"
    assert observation.type == "ADDED"
    assert 5.0 <= observation.seen < 35.0


def test_a_pod_is_at_what_the_last_event_of_the_watch_tells() -> None:
    view = PodView(0.0, OURS)
    assert (view.status, view.node, view.gone) == ({}, "", False)
    view.observe("ADDED", seen("Pending", node=""))
    assert (view.status["phase"], view.node, view.gone) == ("Pending", "", False)
    view.observe("DELETED", seen("Failed"))
    assert (view.status["phase"], view.node, view.gone) == ("Failed", "node-1", True)


def test_a_wait_ends_when_what_is_awaited_is_there_and_when_its_time_is_over() -> None:
    view = PodView(0.0, OURS)
    assert view.wait(lambda _: True, 0.0)
    began = time.monotonic()
    assert not view.wait(awaited.ended().met, 0.05)
    assert 0.05 <= time.monotonic() - began < 30.0


def test_a_wait_is_woken_by_what_the_watch_tells() -> None:
    view = PodView(0.0, OURS)
    telling = threading.Timer(0.05, view.observe, ("MODIFIED", seen("Succeeded")))
    telling.start()
    began = time.monotonic()
    assert view.wait(awaited.ended().met, 20.0)
    assert time.monotonic() - began < 10.0
    telling.join()


def test_a_wait_for_what_nobody_will_tell_is_trouble_but_not_for_what_is_there() -> None:
    view = PodView(0.0, OURS)
    view.observe("ADDED", seen("Succeeded"))
    view.closed = True
    assert view.wait(awaited.ended().met, 20.0)
    with pytest.raises(TroubleError, match="the run was ended"):
        view.wait(awaited.gone().met, 20.0)


def test_the_last_state_is_told_in_words() -> None:
    view = PodView(0.0, OURS)
    assert view.last_state() == "the watch never saw the Pod"
    view.observe("ADDED", seen("Pending", init=ended("i"), main=waiting("ErrImagePull", "no such image")))
    assert view.last_state() == "Pending, init terminated, main waiting (ErrImagePull no such image)"
    view.observe("MODIFIED", seen(main=running("m")))
    assert view.last_state() == "Running, main running"


def test_a_pod_that_was_not_scheduled_says_why() -> None:
    pod = seen("Pending", node="")
    conditions = [
        {"type": "PodScheduled", "status": "False", "message": "0/1 nodes"},
        {"type": "Ready", "status": "False"},
    ]
    pod["status"]["conditions"] = conditions
    view = PodView(0.0, OURS)
    view.observe("ADDED", pod)
    assert view.last_state() == "Pending, not scheduled: 0/1 nodes"


def test_each_awaited_state_is_met_by_what_its_words_say() -> None:
    view = PodView(0.0, OURS)
    spoke = awaited.event("main", "read", "not-read")
    both = awaited.all_of(spoke, awaited.ended())
    assert spoke.what == "main to print read or not-read"
    assert both.what == "main to print read or not-read and the Pod to end"
    states = (awaited.scheduled(), awaited.running(), spoke, awaited.ended(), both, awaited.gone())

    def met() -> list[bool]:
        return [state.met(view) for state in states]

    view.observe("ADDED", seen("Pending", node=""))
    assert met() == [False] * 6
    view.observe("MODIFIED", seen("Pending"))
    assert met() == [True, False, False, False, False, False]
    view.observe("MODIFIED", seen(main=running("m"), other=running("o")))
    read(view.instances["o"], [line(0, "read")])
    assert met() == [True, True, False, False, False, False]
    read(view.instances["m"], [line(0, "started"), line(1, "not-read")])
    assert met() == [True, True, True, False, False, False]
    view.observe("MODIFIED", seen("Failed"))
    assert met() == [True, True, True, True, True, False]
    view.observe("DELETED", seen("Failed"))
    assert met() == [True, True, True, True, True, True]


def test_one_of_several_is_enough_where_any_is_awaited() -> None:
    view = PodView(0.0, OURS)
    either = awaited.any_of(awaited.ended(), awaited.event("main", "not-bound"))
    assert either.what == "the Pod to end or main to print not-bound"
    view.observe("MODIFIED", seen(main=running("m")))
    assert not either.met(view)
    read(view.instances["m"], [line(0, "not-bound")])
    assert either.met(view)


def test_a_pod_has_its_addresses_once_its_status_tells_one() -> None:
    view = PodView(0.0, OURS)
    for told in (None, [], [{"ip": "10.0.0.7"}, {"ip": "FD00:0::7"}]):
        assert not awaited.addressed().met(view)
        pod = seen(main=running("m"))
        pod["status"] |= {"podIPs": told}
        view.observe("MODIFIED", pod)
    assert awaited.addressed().met(view)
    assert addresses.told(view.status) == ["10.0.0.7", "fd00::7"]


def test_a_success_is_an_exit_with_0_in_any_run_of_the_container() -> None:
    view = PodView(0.0, OURS)
    succeeded = awaited.succeeded("main")
    assert succeeded.what == "main to exit with 0"
    view.observe("MODIFIED", seen(main=running("m"), other=running("o")))
    read(view.instances["o"], WHOLE)
    read(view.instances["m"], [line(0, "started"), line(1, "exit", code=1)])
    assert not succeeded.met(view)
    view.observe("MODIFIED", seen(main=restarted("again", before="m"), other=running("o")))
    read(view.instances["again"], WHOLE)
    assert succeeded.met(view)


def test_a_pod_that_was_gone_before_it_ran_is_awaited_no_longer() -> None:
    view = PodView(0.0, OURS)
    view.observe("DELETED", seen("Pending"))
    assert awaited.running().met(view)


def test_output_is_awaited_of_every_instance() -> None:
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("m"), other=ended("o")))
    read(view.instances["m"], WHOLE[:1])
    read(view.instances["o"], WHOLE[:1])
    assert not awaited.settled().met(view)
    read(view.instances["o"], WHOLE)
    assert awaited.settled().met(view)


def test_a_container_that_others_put_into_the_pod_is_none_whose_output_is_read() -> None:
    view = PodView(0.0, OURS)
    assert [each.container for each in view.observe("MODIFIED", seen(main=running("m"), mesh=running("x")))] == ["main"]
    assert view.observe("MODIFIED", seen(main=running("m"), mesh=restarted("y", before="x"))) == []
    assert list(view.instances) == ["m"]


def test_an_ephemeral_container_is_read_once_it_was_sent() -> None:
    view = PodView(0.0, ["main"])
    pod = seen(main=running("m"))
    pod["spec"]["ephemeralContainers"] = [{"name": "debugger"}]
    pod["status"]["ephemeralContainerStatuses"] = [{"name": "debugger", **running("d")}]
    assert [(each.container, each.kind) for each in view.observe("MODIFIED", pod)] == [("main", "app")]
    view.expect(["debugger"])
    assert [(each.container, each.kind) for each in view.observe("MODIFIED", pod)] == [("debugger", "ephemeral")]


def test_a_program_that_prints_no_events_is_settled_while_it_runs_and_when_its_output_was_read_to_its_end() -> None:
    view = PodView(0.0, ["main", "other"], frozenset({"main"}))
    program, probe = view.observe("MODIFIED", seen(main=running("m"), other=running("o")))
    assert (program.settled, probe.settled) == (True, False)
    view.observe("MODIFIED", seen(main=ended("m"), other=running("o")))
    assert not program.settled
    program.ended = True
    assert (program.settled, program.freeze().output) == (True, "whole")


def test_a_pod_is_evicted_once_it_failed_for_that_and_no_container_runs_whatever_is_told_of_its_end() -> None:
    made_up = {"state": {"terminated": {"exitCode": 137, "reason": "ContainerStatusUnknown"}}}
    for phase, reason, other, met in (
        ("Failed", "Evicted", made_up, True),
        ("Running", "Evicted", made_up, False),
        ("Failed", "NodeLost", made_up, False),
        ("Failed", "Evicted", running("id-2"), False),
    ):
        view, told = PodView(0.0, OURS), seen(phase, main=made_up, other=other)
        view.observe("MODIFIED", told | {"status": told["status"] | {"reason": reason}})
        assert awaited.evicted().met(view) == met


def test_a_container_is_known_to_have_ended_by_its_status_alone() -> None:
    view = PodView(0.0, OURS)
    view.observe("MODIFIED", seen(main=running("id-1"), other=running("id-2")))
    assert not awaited.terminated("main").met(view)
    view.observe("MODIFIED", seen(main=ended("id-1", 137), other=running("id-2")))
    assert awaited.terminated("main").met(view)
    assert not awaited.terminated("other").met(view)


@pytest.mark.parametrize("before", [0, 2])
def test_a_line_in_whose_place_the_kubelet_said_that_it_cannot_follow_is_taken_when_it_is_read_again(
    before: int,
) -> None:
    lines = [json.dumps({"event": "step", "seq": seq, "clock": seq}).encode() for seq in range(4)]
    instance = InstanceView("main", "app", "m")
    for number, each in enumerate([*lines[:before], b"failed to create fsnotify watcher: too many open files"]):
        instance.take(number, each, 1.0)
    for number, each in enumerate(lines):
        instance.take(number, each, 2.0)
    assert sorted(instance.events) == [0, 1, 2, 3]
    assert [instance.events[seq].seen for seq in range(4)] == [1.0] * before + [2.0] * (4 - before)
    assert len(instance.other) == 1
    with pytest.raises(TroubleError, match="was restarted"):
        instance.take(0, lines[1], 3.0)
