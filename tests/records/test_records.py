"""Records: when they are complete, and how they are kept."""

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest

import records
from records import Act, Answer, Instance, Observation, PodRecord, Record
from records.completeness import WAITED_FOR
from records.record import Kind
from tests.helpers.histories import (
    clock,
    crashed,
    did,
    exited,
    pod,
    ran,
    record,
)

RUN = ran("main", 0.0, did(0.1, "wrote", content="nonce"), exited(0.2))
COMPLETE = record(pod(RUN))


def with_run(**changed: object) -> Record:
    """Return the complete record with its only run changed; its statuses stay."""
    [only] = COMPLETE.pods
    return record(replace(only, instances=(replace(only.instances[0], **changed),)))  # type: ignore[arg-type]


def with_status(**changed: object) -> Record:
    """Return the complete record with another last status of its only container."""
    [only] = COMPLETE.pods
    status = {"containerStatuses": [{"name": "main", "containerID": "containerd://pod-main-1", **changed}]}
    return record(replace(only, observations=(*only.observations, Observation(1.0, "MODIFIED", {}, status))))


def test_a_complete_record_has_no_gap() -> None:
    assert records.gaps(COMPLETE) == []


def test_a_record_of_the_apis_answers_alone_is_complete() -> None:
    assert records.gaps(record(answers=[Answer("pod", {}, 422, {})])) == []


def test_a_record_of_a_running_container_is_complete() -> None:
    assert records.gaps(record(pod(ran("main", 0.0)))) == []


def test_a_record_of_a_container_that_ran_twice_is_complete() -> None:
    assert records.gaps(record(pod(RUN, ran("main", 1.0, exited(1.1))))) == []


def test_a_container_that_others_put_into_the_pod_leaves_no_gap() -> None:
    [only] = COMPLETE.pods
    mesh = {"name": "mesh", "containerID": "containerd://mesh", "restartCount": 0, "state": {"running": {}}}
    statuses = {"containerStatuses": [mesh, *only.container_statuses]}
    beside = replace(only, observations=(*only.observations, Observation(1.0, "MODIFIED", {}, statuses)))
    assert records.gaps(record(beside)) == []


WAITED = did(20.1, "unanswered", errno="ECONNREFUSED", awaited=20.0)
TOO_LATE = (
    "Pod pod, container client: it waited in vain for 20 s (unanswered), and server was not there for half of that time"
)
CLIENT = ran("client", 0.0, WAITED, exited(20.2))


@pytest.mark.parametrize(("kind", "at"), [("app", 20.11), ("sidecar", 20.11), ("app", 10.08)])
def test_a_wait_that_was_half_over_before_its_neighbour_said_a_word_is_a_gap(kind: Kind, at: float) -> None:
    late = ran("server", at, did(at + 0.1, "serving"))
    waits = ran("client", 0.0, WAITED, exited(20.2), kind=kind)
    assert records.gaps(record(pod(waits, late))) == [TOO_LATE]


@pytest.mark.parametrize(("port", "gap"), [(7000, []), (7001, [TOO_LATE])])
def test_who_asks_at_a_port_waits_for_whom_serves_there(port: int, gap: list[str]) -> None:
    asking = ran("client", 0.0, replace(WAITED, fields=WAITED.fields | {"port": port}), exited(20.2))
    other = ran("other", 0.0, did(0.1, "serving", port=7000))
    late = ran("server", 15.0, did(15.1, "serving", port=7001))
    assert records.gaps(record(pod(asking, other, late))) == gap


def test_a_wait_for_a_neighbour_that_never_was_started_is_a_gap() -> None:
    [only] = record(pod(CLIENT)).pods
    spec = {"containers": [{"name": "client"}, {"name": "server"}]}
    assert records.gaps(record(replace(only, sent={"spec": spec}))) == [TOO_LATE]


def test_a_wait_beside_a_neighbour_that_had_been_started_leaves_no_gap() -> None:
    assert records.gaps(record(pod(CLIENT, ran("server", 10.05)))) == []


@pytest.mark.parametrize(("back", "gap"), [(16.0, [TOO_LATE]), (14.0, [])])
def test_a_wait_during_most_of_which_its_neighbour_was_to_start_again_is_a_gap(back: float, gap: list[str]) -> None:
    twice = (ran("server", 0.0, did(4.9, "attempt"), crashed(5.0)), ran("server", back, did(back + 0.1, "serving")))
    assert records.gaps(record(pod(CLIENT, *twice))) == gap


@pytest.mark.parametrize(("end", "code", "gap"), [("1", 1, [TOO_LATE]), (None, 0, [TOO_LATE]), (None, 1, [])])
def test_a_neighbour_that_fails_again_and_again_was_there(end: str | None, code: int, gap: list[str]) -> None:
    first = ran("server", 0.0, did(0.4, "attempt", end="crash"), crashed(0.5))
    second = ran("server", 1.0, did(5.9, "attempt", end=end), exited(6.0, code=code))
    assert records.gaps(record(pod(CLIENT, first, second, ran("server", 17.0)))) == gap


def test_a_wait_for_a_neighbour_that_had_ended_for_good_leaves_no_gap() -> None:
    assert records.gaps(record(pod(CLIENT, ran("server", 0.0, exited(0.1))))) == []


def test_a_single_look_and_a_look_of_an_init_container_leave_no_gap() -> None:
    once = ran("client", 0.0, did(0.1, "not-read", errno="ENOENT", awaited=0.0), exited(0.2, code=1))
    assert records.gaps(record(pod(once, ran("server", 1.0)))) == []
    before = ran("init", 0.0, did(0.1, "not-read", errno="ENOENT", awaited=0.1), exited(0.2), kind="init")
    assert records.gaps(record(pod(before, ran("main", 1.0)))) == []


SILENT = replace(ran("beside", 0.0, kind="sidecar"), events=())
STILL = ran("init-1", 0.5, kind="init")
NO_WORD = "Pod pod, container beside: it printed no event"


def waited_for(*runs: Instance, container: str = "beside") -> Record:
    """Return a Pod whose window closed while the others waited for a container."""
    return record(pod(*runs), acts=[Act(60.0, WAITED_FOR, "pod", {"container": container})])


def test_the_silence_of_a_sidecar_that_all_others_wait_for_to_the_end_is_judged() -> None:
    assert records.gaps(record(pod(SILENT, STILL))) == [NO_WORD]
    assert records.gaps(waited_for(SILENT, STILL)) == []


@pytest.mark.parametrize(
    "runs",
    [
        (SILENT,),
        (SILENT, ran("init-1", 0.5, did(1.0, "read", file="/turn/there"), kind="init")),
        (SILENT, STILL, ran("main", 1.0, did(1.1, "read", file="/turn/there"))),
        (replace(SILENT, terminated={"exitCode": 1}), STILL),
    ],
)
def test_the_silence_of_a_sidecar_for_which_not_all_waited_is_a_gap(
    runs: tuple[Instance, ...],
) -> None:
    assert NO_WORD in records.gaps(waited_for(*runs))


def test_the_silence_of_another_than_was_waited_for_is_a_gap() -> None:
    assert records.gaps(waited_for(SILENT, STILL, container="sidecar")) == [NO_WORD]


@pytest.mark.parametrize("reason", ["OOMKilled", "ContainerStatusUnknown"])
def test_a_container_that_its_node_killed_or_lost_is_a_gap(reason: str) -> None:
    lost = with_run(events=RUN.events[:-1], terminated={"exitCode": 137, "reason": reason})
    assert records.gaps(lost) == [f"Pod pod, container main: the node ended it: {reason}"]


def test_a_container_that_was_sent_with_a_memory_limit_may_be_killed_for_it() -> None:
    killed = with_run(events=RUN.events[:-1], terminated={"exitCode": 137, "reason": "OOMKilled"})
    limited = {"name": "main", "resources": {"limits": {"memory": "32Mi"}}}
    assert records.gaps(record(replace(killed.pods[0], sent={"spec": {"containers": [limited]}}))) == []


def test_a_record_of_nothing_is_a_gap() -> None:
    assert records.gaps(record()) == ["no Pod was deployed and the API was asked nothing"]


def test_every_interruption_is_a_gap() -> None:
    interrupted = replace(COMPLETE, interruptions=("the watch broke: 410", "again"))
    assert records.gaps(interrupted) == ["the watch broke: 410", "again"]


def test_a_pod_that_the_watch_never_saw_is_a_gap() -> None:
    unseen = PodRecord("pod", "pod", "uid", {}, {}, instances=COMPLETE.instances)
    assert records.gaps(record(unseen)) == ["Pod pod: the watch never saw it"]


def test_a_run_whose_output_was_not_read_is_a_gap() -> None:
    [only] = COMPLETE.pods
    [gap] = records.gaps(record(replace(only, instances=())))
    assert gap == "Pod pod, container main: instance //pod-main-1 ran, its output was not read"


@pytest.mark.parametrize("group", ["initContainerStatuses", "containerStatuses"])
def test_an_earlier_run_that_only_the_last_state_tells_of_is_a_gap(group: str) -> None:
    [only] = COMPLETE.pods
    before = {"terminated": {"containerID": "containrd://earlier"}}
    status = {group: [{"name": "main", "lastState": before, "state": {"waiting": {}}}]}
    again = replace(only, observations=(*only.observations, Observation(1.0, "MODIFIED", {}, status)))
    assert records.gaps(record(again)) == [
        "Pod pod, container main: instance rd://earlier ran, its output was not read"
    ]


@pytest.mark.parametrize("times", [1, 2])
def test_a_restart_that_nothing_else_tells_of_is_a_gap(times: int) -> None:
    assert records.gaps(with_status(restartCount=times)) == [
        f"Pod pod, main: restarted {times} times, but 1 outputs were read"
    ]


def test_two_runs_with_one_output_are_a_gap() -> None:
    twice = record(pod(RUN, RUN))
    assert records.gaps(twice) == ["Pod pod, container main: two instances have one output"]


def test_two_containers_that_printed_at_one_time_are_no_gap() -> None:
    assert records.gaps(record(pod(RUN, ran("other", 0.0, exited(0.2))))) == []


def pinned(to: str) -> Record:
    """Return a Pod that was sent to a node by name, and ran on node-1."""
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [to]}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return record(replace(pod(RUN), sent={"spec": {"affinity": {"nodeAffinity": required}}}))


def test_a_pod_that_ran_on_another_node_than_it_was_sent_to_is_a_gap() -> None:
    assert records.gaps(pinned("node-1")) == []
    assert records.gaps(pinned("node-2")) == ["Pod pod: it was to run on node-2, and ran on node-1"]


def with_observation(metadata: dict[str, object], **status: object) -> Record:
    """Return the complete record with one more observation at the end."""
    [only] = COMPLETE.pods
    last = Observation(2.0, "MODIFIED", metadata, {"phase": "Failed", **status})
    return record(replace(only, observations=(*only.observations, last)))


def test_a_pod_that_somebody_else_deleted_is_a_gap() -> None:
    deleted = with_observation({"deletionTimestamp": "2026-01-01T00:00:00Z"})
    assert records.gaps(deleted) == ["Pod pod: it was deleted, and not by the scenario"]
    assert records.gaps(replace(deleted, acts=(Act(1.0, "deleted", "pod"),))) == []


def test_a_pod_that_the_cluster_ended_for_reasons_of_its_own_is_a_gap() -> None:
    evicted = with_observation({}, reason="Evicted")
    assert records.gaps(evicted) == ["Pod pod: the cluster ended it: Evicted"]
    condition = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}
    preempted = with_observation({}, conditions=[condition])
    assert records.gaps(preempted) == ["Pod pod: the cluster ended it: PreemptionByScheduler"]
    ready = {"type": "Ready", "status": "True", "reason": "Fine"}
    assert records.gaps(with_observation({}, conditions=[condition | {"status": "False"}, ready])) == []


def test_an_output_that_was_cut_is_a_gap() -> None:
    assert records.gaps(with_run(output="cut")) == [
        "Pod pod, container main: its output was cut short and could not be read again"
    ]


def test_a_run_that_printed_no_event_is_a_gap_and_its_last_words_are_told() -> None:
    assert records.gaps(with_run(events=())) == ["Pod pod, container main: it printed no event"]
    assert records.gaps(with_run(events=(), other=("python3: not found",))) == [
        "Pod pod, container main: it printed no event; it printed: python3: not found"
    ]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_number_is_a_gap(missing: int) -> None:
    events = COMPLETE.instances[0].events
    assert records.gaps(with_run(events=events[:missing] + events[missing + 1 :])) == [
        f"Pod pod, container main: event number {missing} is missing"
    ]


def test_an_ended_output_without_a_terminated_state_is_a_gap() -> None:
    assert records.gaps(with_run(terminated=None)) == [
        "Pod pod, container main: its output ended, but no status tells how the container did"
    ]


def test_a_terminated_run_whose_output_was_not_read_to_its_end_is_a_gap() -> None:
    assert records.gaps(with_run(output="window")) == [
        "Pod pod, container main: it terminated, but its output was not read to the end"
    ]


def test_the_missing_last_event_of_a_run_that_exited_by_itself_is_a_gap() -> None:
    assert records.gaps(with_run(events=COMPLETE.instances[0].events[:-1])) != []


def test_a_run_that_was_killed_needs_no_last_event() -> None:
    assert records.gaps(with_run(events=COMPLETE.instances[0].events[:-1], terminated={"exitCode": 137})) == []


@pytest.mark.parametrize(("code", "word"), [(134, "crashing"), (139, "crashing"), (255, "crashing"), (128, "exit")])
def test_a_run_that_ended_by_its_own_fault_says_so_or_is_a_gap(code: int, word: str) -> None:
    events = COMPLETE.instances[0].events[:-1]
    assert records.gaps(with_run(events=events, terminated={"exitCode": code})) == [
        f"Pod pod, container main: it ended by itself with {code}, but its last event is not its {word}"
    ]


def test_a_run_that_crashed_says_so_last() -> None:
    crash = record(pod(ran("main", 0.0, did(0.1, "wrote"), crashed(0.2))))
    assert records.gaps(crash) == []
    [only] = crash.pods
    [run] = only.instances
    silent = replace(run, events=run.events[:-1])
    assert records.gaps(record(replace(only, instances=(silent,)))) != []


def test_how_a_run_ended_is_its_own_word_else_the_status() -> None:
    runs = [ran("main", 0.0, exited(0.1, code=3)), ran("main", 0.0, crashed(0.1)), ran("main", 0.0)]
    assert [(run.exit_code, run.signal) for run in runs] == [(3, None), (139, 11), (None, None)]
    assert replace(runs[0], terminated={"exitCode": 139}).signal is None


def test_a_probe_that_broke_is_a_gap_that_tells_why() -> None:
    broke = with_run(events=COMPLETE.instances[0].events[:-1], terminated={"exitCode": 1}, other=("KeyError: 1",))
    [gap] = records.gaps(broke)
    assert gap.endswith("its last event is not its exit; it printed: KeyError: 1")


def test_a_start_is_the_kernels_word_else_the_first_line() -> None:
    assert ran("main", 1.0).start_clock == clock(1.0)
    untold = ran("main", 1.0).events[0]
    for fields in ({}, {"process_start": None}):
        assert Instance("main", "app", "id", (replace(untold, fields=fields),)).start_clock == untold.clock
    assert Instance("main", "app", "id").start_clock is None


def test_a_record_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    kept = replace(
        record(
            pod(RUN, ran("side", 0.0, kind="sidecar")),
            acts=[Act(0.5, "deleted", "pod")],
            answers=[Answer("pod", {"kind": "Pod"}, 422, {"reason": "Invalid"}, ("a warning",))],
        ),
        control="changed",
        interruptions=("the watch broke",),
        nodes={"node-1": {"cpus": 2.0}},
    )
    assert records.load(records.save(kept, tmp_path)) == kept


def test_a_file_of_a_record_is_named_by_scenario_case_and_control(tmp_path: Path) -> None:
    assert records.file_name("ipc.private", "sysv-queue") == "ipc.private[sysv-queue].json"
    assert records.file_name("ipc.private", "sysv-queue", "other") == "ipc.private[sysv-queue]+other.json"
    path = records.save(COMPLETE, tmp_path)
    assert path.name == "behaviour.scenario[case].json"
    assert list(tmp_path.iterdir()) == [path]


GOOD = {"format": 1} | dataclasses.asdict(COMPLETE)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("no JSON", "Expecting value"),
        ("[]", ""),
        ("{}", "format"),
        (json.dumps(GOOD | {"format": 2}), "not of format 1"),
        (json.dumps(GOOD | {"unknown": 1}), "unknown"),
        (json.dumps({name: value for name, value in GOOD.items() if name != "case"}), "case"),
        (json.dumps(GOOD | {"pods": [{"role": "pod"}]}), "name"),
        (json.dumps(GOOD | {"pods": None}), ""),
        (json.dumps(GOOD | {"pods": [1]}), ""),
    ],
)
def test_what_is_no_record_is_refused_by_the_name_of_its_file(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"/kept\.json: not a podproof record: .*" + why):
        records.load(path)


def test_a_file_that_is_not_there_is_no_bad_record(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        records.load(tmp_path / "missing.json")


def test_acts_and_pods_are_found_by_their_role() -> None:
    acts = [Act(1.0, "created", "a"), Act(2.0, "created", "b"), Act(3.0, "created", "b")]
    history = record(pod(RUN, role="a"), pod(RUN, role="b"), acts=acts)
    assert history.act("created", "b") == acts[1]
    assert history.act("deleted", "b") is None
    assert history.pod("b") == history.pods[1]
    assert history.pod("c") is None
    assert [i.container_id for i in history.instances_of("main")] == ["containerd://a-main-1", "containerd://b-main-1"]


def test_a_pod_that_was_never_bound_or_seen_has_no_node_and_no_phase() -> None:
    unseen = PodRecord("pod", "pod", "uid", {}, {})
    assert (unseen.node, unseen.phase) == ("", "")
    assert (pod(RUN).node, pod(RUN).phase) == ("node-1", "Succeeded")


def nginx(*instances: Instance) -> Record:
    """Return a Pod with the probe in one container, and a program in another, that one of these instances."""
    only = pod(RUN, *instances)
    containers = [{"name": "main", "command": ["python3", "/probe"]}, {"name": "web", "command": ["nginx"]}]
    return record(replace(only, sent={"spec": {"containers": containers}}))


PRINTED = replace(ran("web", 0.0), events=(), other=("127.0.0.1 GET /",))


@pytest.mark.parametrize("instance", [replace(PRINTED, other=()), PRINTED], ids=["silent", "printing"])
def test_a_program_that_is_not_the_probe_prints_no_event_and_leaves_no_gap(instance: Instance) -> None:
    assert records.gaps(nginx(instance)) == []


def test_a_programs_output_that_was_cut_or_not_read_to_its_end_is_a_gap() -> None:
    cut = nginx(replace(PRINTED, output="cut"))
    assert records.gaps(cut) == ["Pod pod, container web: its output was cut short and could not be read again"]
    early = nginx(replace(PRINTED, output="window", terminated={"exitCode": 0}))
    assert records.gaps(early) == ["Pod pod, container web: it terminated, but its output was not read to the end"]


def test_a_program_that_runs_again_needs_no_word_of_its_earlier_end() -> None:
    cut = replace(PRINTED, output="cut", terminated=None)
    again = replace(ran("web", 2.0), events=())
    assert records.gaps(nginx(cut, again)) == []
    assert records.gaps(nginx(cut)) != []
    assert records.gaps(nginx(replace(cut, terminated={"exitCode": 0}), again)) != []


def test_nobody_waits_in_vain_for_a_program_to_say_a_word() -> None:
    waits = pod(CLIENT, PRINTED)
    containers = [{"name": "client", "args": ["/probe"], "command": ["python3"]}, {"name": "web", "command": ["nginx"]}]
    assert records.gaps(record(replace(waits, sent={"spec": {"containers": containers}}))) == []


def evicted(*reasons: str) -> Record:
    """Return an evicted Pod; its scenario waited for the cluster to end it for these reasons."""
    [only] = COMPLETE.pods
    status = {"reason": "Evicted", "conditions": [{"type": "DisruptionTarget", "status": "True", "reason": "Kubelet"}]}
    ended = replace(only, observations=(*only.observations, Observation(1.0, "MODIFIED", {}, status)))
    acts = [Act(0.5, "awaited-end", "pod", {"reasons": list(reasons)})] if reasons else []
    return record(ended, acts=acts)


def test_an_eviction_is_a_gap_unless_it_is_what_the_scenario_waited_for() -> None:
    gaps = ["Pod pod: the cluster ended it: Evicted", "Pod pod: the cluster ended it: Kubelet"]
    assert records.gaps(evicted()) == gaps
    assert records.gaps(evicted("Evicted")) == gaps[1:]
    assert records.gaps(evicted("Evicted", "Kubelet")) == []


def with_made_up_ends(*reasons: str) -> Record:
    """Return a Pod whose containers the kubelet removed at its eviction, before it knew how they ended."""
    [only] = COMPLETE.pods
    [run] = only.instances
    unknown = {"exitCode": 137, "reason": "ContainerStatusUnknown"}
    made_up = {
        "name": "main",
        "restartCount": 1,
        "state": {"terminated": unknown},
        "lastState": {"terminated": unknown},
    }
    status = {"phase": "Failed", "reason": "Evicted", "containerStatuses": [made_up]}
    lost = replace(run, output="cut", terminated=unknown, events=run.events[:-1])
    observations = (*only.observations, Observation(1.0, "MODIFIED", {}, status))
    acts = [Act(0.5, "awaited-end", "pod", {"reasons": list(reasons)})]
    return record(replace(only, observations=observations, instances=(lost,)), acts=acts)


def test_what_the_kubelet_removed_of_a_pod_that_was_to_be_evicted_is_no_gap() -> None:
    assert records.gaps(with_made_up_ends("Evicted")) == []
    assert records.gaps(with_made_up_ends("Preempting")) == [
        "Pod pod, main: restarted 1 times, but 1 outputs were read",
        "Pod pod: the cluster ended it: Evicted",
        "Pod pod, container main: the node ended it: ContainerStatusUnknown",
        "Pod pod, container main: its output was cut short and could not be read again",
    ]


def test_an_event_that_is_missing_in_the_midst_is_a_gap_of_an_evicted_pod_too() -> None:
    history = with_made_up_ends("Evicted")
    [only] = history.pods
    [run] = only.instances
    late = replace(run, events=(replace(run.events[0], seq=1),))
    assert records.gaps(replace(history, pods=(replace(only, instances=(late,)),))) == [
        "Pod pod, container main: event number 0 is missing"
    ]


def test_what_an_older_record_was_left_out_for_is_known_as_its_cause(tmp_path: Path) -> None:
    why = "--pod-security baseline leaves it out, it needs privileged"
    path = records.save(Record("ipc.host", "host", lacks=f"not run: {why}"), tmp_path)
    older = json.loads(path.read_text())
    del older["cause"]
    path.write_text(json.dumps(older))
    assert records.load(path) == Record("ipc.host", "host", lacks=why, cause="pod-security")
