"""The bare client: what it reads off a record, and that it waits for no more than the suite did."""

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

import records
from commands import bare_client
from commands.bare_client import BareClient, Step, known_of, steps
from commands.overhead import Measured, columns, ratio
from fixtures.api.connection import Connection, Response
from fixtures.errors import TroubleError
from records import Act, Observation, PodRecord, Record
from tests.helpers.histories import did, exited, pod, ran, record
from tests.helpers.paths import RECORDS
from tests.helpers.statuses import ended, restarted, running, seen, waiting

Json = dict[str, Any]

KEPT = RECORDS / "healthy"
FIRST = pod(ran("prepare", 0.0, exited(0.5), kind="init"), ran("main", 1.0, did(1.5, "locked")))


def observed(*statuses: Json, of: PodRecord = FIRST, every: float = 1.0) -> PodRecord:
    """Return a Pod without output and with these statuses, seen every so many seconds."""
    seen_at = (Observation(number * every, "MODIFIED", {}, status["status"]) for number, status in enumerate(statuses))
    return replace(of, observations=tuple(seen_at), instances=())


def test_it_waits_for_what_the_status_told_until_then() -> None:
    watched = observed(seen(init=waiting("x")), seen(init=running("i")), seen(init=ended("i"), main=running("m")))
    assert known_of(watched, 0.5) == {}
    assert known_of(watched, 1.5) == {"init": (0, 1)}
    assert known_of(watched, 9.0) == {"init": (0, 2), "main": (0, 1)}
    assert known_of(observed(seen("Succeeded", main=ended("m"))), 9.0) == {"main": (0, 2), "": (0, 1)}


def test_a_container_with_output_had_started_and_no_more_is_concluded() -> None:
    printed = replace(FIRST, observations=())
    assert known_of(printed, 0.9) == {"prepare": (0, 1)}
    assert known_of(printed, 9.0) == {"prepare": (0, 1), "main": (0, 1)}


def test_before_another_act_a_container_that_had_said_its_exit_has_ended() -> None:
    printed = replace(FIRST, observations=())
    assert known_of(printed, 0.4, exits=True) == {"prepare": (0, 1)}
    assert known_of(printed, 9.0, exits=True) == {"prepare": (0, 2), "main": (0, 1)}


def test_restarts_count_and_a_back_off_is_no_step_back() -> None:
    crashed = waiting("CrashLoopBackOff") | {"lastState": {"terminated": {"exitCode": 1, "containerID": "m"}}}
    watched = observed(seen(main=ended("m", 1)), seen(main=crashed), seen(main=restarted("n", "m")))
    assert [known_of(watched, until) for until in (0.5, 1.5, 2.5)] == [
        {"main": (0, 2)},
        {"main": (0, 2)},
        {"main": (1, 1)},
    ]


def test_it_does_what_the_scenario_did_in_the_same_order() -> None:
    second = replace(FIRST, role="pod@2")
    gone = Observation(3.0, "DELETED", {"deletionTimestamp": "t", "deletionGracePeriodSeconds": 0}, {})
    first = replace(FIRST, observations=(*FIRST.observations, gone))
    acts = [
        Act(0.0, "created", "pod"),
        Act(2.0, "deleted", "pod"),
        Act(3.0, "gone", "pod"),
        Act(4.0, "created", "pod@2"),
    ]
    history = replace(record(first, second, acts=acts), seconds=6.0)
    state = {"prepare": (0, 2), "main": (0, 1)}
    assert steps(history) == [
        Step("create", "pod", sent=FIRST.sent),
        Step("await", "pod", state=state),
        Step("delete", "pod", grace=0),
        Step("gone", "pod"),
        Step("create", "pod@2", sent=FIRST.sent),
        Step("await", "pod@2", state=state),
        Step("delete", "pod@2", grace=1),
    ]


def test_a_pods_own_grace_period_is_left_to_it() -> None:
    gone = Observation(3.0, "DELETED", {"deletionTimestamp": "t", "deletionGracePeriodSeconds": 30}, {})
    got = FIRST.got | {"spec": {"terminationGracePeriodSeconds": 30}}
    first = replace(FIRST, got=got, observations=(*FIRST.observations, gone))
    history = record(first, acts=[Act(0.0, "created", "pod"), Act(2.0, "deleted", "pod")])
    assert Step("delete", "pod", grace=None) in steps(history)


def test_an_act_that_it_does_not_know_is_something_to_wait_before() -> None:
    history = record(FIRST, acts=[Act(0.0, "created", "pod"), Act(2.0, "patched", "pod")])
    assert [step.what for step in steps(history)] == ["create", "await", "await", "delete"]


def test_pods_that_were_never_stored_are_passed_over() -> None:
    assert steps(record(acts=[Act(0.0, "created", "refused")])) == []


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_every_pod_of_a_real_record_is_created_and_deleted_once(path: Path) -> None:
    kept = records.load(path)
    done = [(step.what, step.role) for step in steps(kept)]
    for role in (each.role for each in kept.pods):
        assert done.count(("create", role)) == 1
        assert done.count(("delete", role)) == 1
        assert done.index(("create", role)) < done.index(("delete", role))


class _Api:
    """An API server whose watch shows each new Pod running, then ended; and each deleted Pod gone."""

    def __init__(self) -> None:
        self.lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.sent: list[tuple[str, str, Json]] = []
        self._number = 0

    def get(self, _path: str) -> Json:
        return {"metadata": {"resourceVersion": "1"}}

    def stream(self, _path: str, **_query: str) -> "_Api":
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(cast("Any", self.lines.get), None)

    def close(self) -> None:
        self.lines.put(None)

    def request(self, method: str, path: str, *, body: Json) -> Response:
        self.sent.append((method, path, body))
        if method == "PATCH" or (method == "POST" and not path.endswith("/pods")):
            return Response(200, body)
        if method == "DELETE":
            self._send("DELETED", seen(uid=body["preconditions"]["uid"]))
            return Response(200, {})
        self._number += 1
        uid = f"uid-{self._number}"
        now = seen("Running", uid=uid, init=ended("i"), main=running("m"))
        now["status"]["podIPs"] = [{"ip": f"10.0.0.{self._number}"}]
        self._send("ADDED", now)
        self._send("MODIFIED", seen("Succeeded", uid=uid, init=ended("i"), main=ended("m")))
        return Response(201, {"metadata": body["metadata"] | {"uid": uid}})

    def _send(self, kind: str, pod: Json) -> None:
        self.lines.put(json.dumps({"type": kind, "object": pod}).encode())


def client(api: _Api) -> BareClient:
    return BareClient(cast("Connection", api), "00000000")


def succeeded(role: str, *acts: Act) -> Record:
    """Return a record of one Pod that has succeeded."""
    done = observed(seen("Succeeded", init=ended("i"), main=ended("m")))
    return record(replace(done, role=role), acts=(Act(0.0, "created", role), *acts))


def test_it_creates_waits_and_deletes_in_a_namespace_of_its_own() -> None:
    api = _Api()
    client(api).play([succeeded("a"), succeeded("b", Act(2.0, "deleted", "b"), Act(3.0, "gone", "b"))], 2)
    assert sorted(method for method, _, _ in api.sent) == ["DELETE", "DELETE", "POST", "POST"]
    created = [body for method, _, body in api.sent if method == "POST"]
    assert {body["metadata"]["namespace"] for body in created} == {"podproof-00000000"}
    assert created[0]["metadata"]["labels"]["podproof.dev/run"] == "00000000"
    assert not [thread for thread in threading.enumerate() if thread.name == "bare watch"]


def test_a_pod_that_names_anothers_address_is_told_the_one_of_this_time() -> None:
    addressed = seen("Running", init=ended("i"), main=running("m"))
    addressed["status"]["podIPs"] = [{"ip": "10.9.9.9"}]
    server = replace(observed(addressed), role="server")
    sent = {
        "metadata": {"name": "client"},
        "spec": {"containers": [{"env": [{"name": "SERVER", "value": "10.9.9.9"}]}]},
    }
    asking = replace(observed(seen("Succeeded", init=ended("i"), main=ended("m"))), role="client", sent=sent)
    acts = [Act(0.0, "created", "server"), Act(2.0, "created", "client")]
    api = _Api()
    client(api).play([record(server, asking, acts=acts)], 1)
    [_, asked] = [body for method, _, body in api.sent if method == "POST"]
    assert asked["spec"] == {"containers": [{"env": [{"name": "SERVER", "value": "10.0.0.1"}]}]}


def test_what_is_beside_pods_is_created_first_and_changed_when_the_suite_did() -> None:
    inside = {"namespace": "podproof-abc-privileged"}
    settings = {"kind": "ConfigMap", "metadata": {"name": "b-acted-settings-case"} | inside, "data": {}}
    debugged = {"ephemeralContainers": [{"name": "debugger"}]}
    acts = [
        Act(1.0, "injected", "a", {"spec": debugged}),
        Act(2.0, "changed", "ConfigMap settings", {"data": {"k": "v"}}),
        Act(3.0, "changed", "a", {"metadata": {"labels": {"k": "v"}}}),
    ]
    history = succeeded("a", *acts)
    sent = {"metadata": {"name": "acted-a-case"} | inside, "spec": {"containers": []} | debugged}
    pods = (replace(history.pods[0], name="acted-a-case", sent=sent),)
    api = _Api()
    client(api).play([replace(history, scenario="b.acted", case="case", objects=(settings,), pods=pods)], 1)
    place = "/api/v1/namespaces/podproof-00000000-privileged"
    assert [(method, path) for method, path, _ in api.sent if method != "DELETE"] == [
        ("POST", f"{place}/configmaps"),
        ("POST", f"{place}/pods"),
        ("PATCH", f"{place}/pods/acted-a-case/ephemeralcontainers"),
        ("PATCH", f"{place}/configmaps/b-acted-settings-case"),
        ("PATCH", f"{place}/pods/acted-a-case"),
    ]
    assert api.sent[1][2]["spec"] == {"containers": []}


def test_what_the_cluster_lacked_is_passed_over() -> None:
    api = _Api()
    client(api).play([replace(succeeded("a"), lacks="no default StorageClass")], 1)
    assert api.sent == []


def test_what_does_not_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare_client, "LONGEST", 0.1)
    restarts = observed(seen(main=restarted("n", "m")))
    history = record(restarts, acts=[Act(0.0, "created", "pod")])
    with pytest.raises(TroubleError, match=r"Pod pod was to be \{'main': \(1, 1\)\}, and is \{.*'main': \(0, 2\)"):
        client(_Api()).play([history], 1)


def test_both_stand_in_a_table_with_the_ratio_of_their_medians() -> None:
    suites = [Measured(seconds, 50.0, 1.0, 100) for seconds in (9.0, 12.0, 30.0)]
    bares = [Measured(seconds, 40.0, 0.5, 40) for seconds in (9.0, 10.0, 11.0)]
    assert ratio(suites, bares) == 1.2
    first, second = columns(suites, bares, "median")
    assert first.split() == ["median", "suite", "12.00", "50.00", "1.00", "100.00"]
    assert second.split() == ["median", "bare", "10.00", "40.00", "0.50", "40.00", "ratio", "1.20"]
