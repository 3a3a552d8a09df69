"""What a person reads of a case that does not hold."""

from dataclasses import replace
from typing import Any

import yaml

from records import Act, Answer, ClusterEvent, Instance, Observation, Record, Violation
from reports.run import diagnosis
from reports.run.diagnosis import LONGEST_LINE, MOST_LINES, Part
from tests.helpers.histories import did, exited, pod, ran, record

WAITS = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image\n"}}
CRASHED = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "signal": 9, "message": "last words"}}
SPEC: dict[str, Any] = {
    "initContainers": [{"name": "prepare"}, {"name": "log", "restartPolicy": "Always"}],
    "containers": [{"name": "main"}, {"name": "late"}],
}


def part(history: Record, name: str, *violations: Violation) -> str:
    """Return the text of one part; empty where it was left out."""
    return next((each.text for each in diagnosis.parts(history, violations) if each.name == name), "")


def of(*instances: Instance, **statuses: Any) -> Record:
    """Return a record of a Pod with these instances, and with these last statuses of its containers, by name."""
    one = pod(*instances)
    group = [{"name": name, "restartCount": 0, "ready": False, **status} for name, status in statuses.items()]
    last = Observation(2.0, "MODIFIED", {"resourceVersion": "9"}, {"phase": "Running", "containerStatuses": group})
    got = {"kind": "Pod", "metadata": {"name": "pod"}, "spec": SPEC}
    return record(replace(one, got=got, observations=(*one.observations, last)))


def test_every_container_stands_in_the_table_and_every_instance_that_ran() -> None:
    crashed = replace(ran("main", 0.0, did(0.1, "wrote")), terminated=CRASHED["terminated"], other=("Killed",))
    table = diagnosis.containers(
        of(
            crashed,
            ran("main", 1.0),
            main={"state": {"running": {}}, "lastState": CRASHED, "restartCount": 1, "ready": True},
            late={"state": WAITS},
        ).pods[0]
    ).splitlines()
    assert [" ".join(line.split()) for line in table[1:6]] == [
        "container kind state last state restarts ready",
        "prepare init - - - -",
        "log sidecar - - - -",
        "main app running terminated: OOMKilled, exit code 137, signal 9 1 true",
        "late app waiting: ImagePullBackOff - 0 false",
    ]
    assert table[7:9] == ["main, terminated: last words", "late, waiting: Back-off pulling image"]
    assert [" ".join(line.split()) for line in table[-2:]] == [
        "main #1 //pod-main-1 2 1 window terminated: OOMKilled, exit code 137, signal 9",
        "main #2 //pod-main-2 1 0 window not seen to end",
    ]


def test_a_pod_that_never_started_says_why() -> None:
    refused = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
    waits = replace(pod(node=""), observations=(Observation(0.0, "ADDED", {}, {"conditions": [refused]}),))
    table = diagnosis.containers(waits)
    assert table.startswith(
        "Pod pod: no phase (PodScheduled False: Unschedulable 0/1 nodes), on no node, uid uid-of-pod"
    )
    assert table.endswith("no instance was seen")


def test_the_output_of_every_instance_is_told_as_printed() -> None:
    first = replace(
        ran("main", 0.0, did(0.1, "wrote", file="/data/x"), exited(0.2, 1)), other=("Traceback", "KeyError")
    )
    text = part(record(pod(first, ran("main", 1.0))), "output of every container")
    assert text.splitlines()[0] == "--- Pod pod, app main, instance 1 of 2: read to its end"
    assert '{"event": "wrote", "seq": 1, "clock": 4000100000000, "file": "/data/x"}' in text.splitlines()
    assert "lines that are no events:\nTraceback\nKeyError\n\n--- Pod pod, app main, instance 2 of 2: read to" in text
    assert "CUT SHORT" in part(record(pod(replace(first, output="cut"))), "output of every container")
    assert part(record(pod(Instance("main", "app", "id"))), "output of every container").endswith("it printed nothing")


def test_status_and_acts_stand_in_one_order_and_only_what_changed() -> None:
    history = of(ran("main", 0.0), main={"state": {"running": {}}})
    [one] = history.pods
    gone = Observation(
        3.0, "DELETED", {"deletionTimestamp": "now", "deletionGracePeriodSeconds": 30}, {"phase": "Failed"}
    )
    history = record(replace(one, observations=(*one.observations, gone)), acts=[Act(2.5, "deleted", "pod")])
    assert diagnosis.history(history) == [
        "    0.000 s  pod  Pod Pending",
        "    0.100 s  pod  Pod Running; main running",
        "    2.500 s  pod  the scenario: deleted",
        "    3.000 s  pod  Pod Failed; to be deleted in 30 s; gone",
    ]


def test_the_pod_as_got_has_the_last_state_that_was_seen() -> None:
    got = yaml.safe_load(part(of(main={"state": WAITS}), "Pod pod as got"))
    assert got["metadata"] == {"name": "pod", "resourceVersion": "9"}
    assert got["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert got["spec"]["nodeName"] == "node-1"
    unseen = replace(pod(), observations=())
    assert diagnosis.as_got(unseen) == unseen.got


def test_events_of_the_cluster_stand_in_a_table_or_are_told_to_be_none() -> None:
    event = ClusterEvent(0.5, "2026-01-01T00:00:00Z", "Warning", "FailedMount", "Pod pod", "no volume", 2)
    lines = part(replace(record(pod()), cluster_events=(event,)), "cluster events").splitlines()
    assert lines[1:] == ["0.500 s  00:00:00  Warning  FailedMount  2      Pod pod", "    no volume"]
    assert part(record(pod()), "cluster events") == "none had come by the end of the scenario"


def test_what_was_expected_stands_before_what_was_seen() -> None:
    history = record(pod(ran("main", 0.0)))
    violation = Violation("no-queue", "…", "main  queue-opened", history.instances[0].events)
    names = [each.name for each in diagnosis.parts(history, [violation])]
    assert names[:3] == ["timeline, expected", "timeline, seen", "containers"]
    assert part(history, "timeline, expected", violation) == "main  queue-opened  [no-queue]"
    assert part(history, "timeline, seen", violation).splitlines()[1].startswith(">  1 ")


def test_an_incomplete_record_says_first_what_it_misses() -> None:
    assert diagnosis.parts(record(replace(pod(), observations=())))[0] == Part(
        "what the record misses", "Pod pod: the watch never saw it"
    )


def test_what_there_is_nothing_of_is_left_out() -> None:
    refused = {"kind": "Status", "reason": "Invalid", "message": "a lowercase RFC 1123 name"}
    asked = record(answers=[Answer("seed_name", {"kind": "Pod"}, 422, refused, ("old field",))])
    assert [each.name for each in diagnosis.parts(asked)] == ["API answers", "cluster events", "Pods as sent"]
    assert part(asked, "API answers").splitlines() == [
        "Pod seed_name, sent as a dry run: 422 Invalid a lowercase RFC 1123 name",
        "  warning: old field",
    ]


def test_long_outputs_are_cut_and_say_so() -> None:
    few = [str(number) for number in range(MOST_LINES)]
    assert diagnosis.capped(few).splitlines() == few
    lines = diagnosis.capped([*few, *few, "last"]).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("0", "last", MOST_LINES + 1)
    assert lines[MOST_LINES // 2] == f"… {MOST_LINES + 1} lines left out here; the record has them …"
    assert diagnosis.capped(["x" * (LONGEST_LINE + 7)]) == "x" * LONGEST_LINE + "… (7 characters more)"


def test_markdown_keeps_text_that_holds_a_fence_of_its_own() -> None:
    page = diagnosis.markdown(["# head", "words"], [Part("plain", "a\n"), Part("fenced", "```\nb\n```", "yaml")])
    assert page == "# head\n\nwords\n\n## plain\n\n```text\na\n```\n\n## fenced\n\n````yaml\n```\nb\n```\n````\n"


def test_what_was_sent_beside_pods_and_what_was_changed_is_told() -> None:
    settings = {"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"k": "v"}}
    acts = [Act(0.0, "created", "pod"), Act(1.0, "changed", "ConfigMap settings", {"data": {"k": "w"}})]
    texts = {part.name: part.text for part in diagnosis.parts(replace(record(pod(), acts=acts), objects=(settings,)))}
    assert texts["Pods as sent"].startswith("kind: ConfigMap\n")
    assert 'ConfigMap settings  the scenario: changed {"data": {"k": "w"}}' in texts["status over time"]
