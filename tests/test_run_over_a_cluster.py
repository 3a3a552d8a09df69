"""A session that runs the suite over a cluster that is made up: what it says, what it writes, what it leaves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fixtures import conformance_run
from fixtures.errors import NO_CLUSTER, PERMISSION, USAGE, CannotRunError, TroubleError
from records import Record
from tests.histories import exited, pod, ran, record

HOLDS = "@judged\ndef test_x(acted): assert acted.pods\n"
VIOLATED = "@judged\ndef test_x(acted): assert LOST == []\n"
COMPLETE = record(pod(ran("main", 0.0, exited(1.0))))


class _Cluster:
    """In the place of a run over a cluster: it gives one record, or raises what keeps it from that."""

    def __init__(self) -> None:
        self.gives: Record | Exception = COMPLETE
        self.opened: list[Any] = []
        self.closed = 0
        self.identity = {"minor": "1.37"}

    def open(self, *chosen: Any) -> "_Cluster":
        if isinstance(self.gives, CannotRunError):
            raise self.gives
        self.opened.append(chosen)
        return self

    def header(self) -> list[str]:
        return ["cluster: made up"]

    def ahead(self, cases: list[Any]) -> None:
        assert {str(case) for case, _ in cases} <= {"one", "many"}

    def record(self, _case: object, _control: object) -> Record:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    def facts(self) -> dict[str, Any]:
        cluster: dict[str, Any] = {"provider": "made", "name": "up", "kubernetes": "v1.37.2"}
        return {"cluster": cluster | self.identity | {"nodes": {}, "runtimeClass": None}, "podsCreated": 7}

    def keep_logs(self, _folder: Path) -> list[str]:
        return ["logs of the cluster's parts: here"]

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> _Cluster:
    made_up = _Cluster()
    monkeypatch.setattr(conformance_run, "Run", made_up.open)
    return made_up


def test_the_report_tells_the_cluster_and_every_requirement(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    said, code, shown = run(HOLDS, "--output", str(tmp_path / "mine"))
    assert ([case["outcome"] for case in said], code, cluster.closed) == (["holds", "holds"], 0, 1)
    assert "cluster: made up" in shown
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    assert (report["podsCreated"], report["cluster"]["kubernetes"], report["conformant"]) == (7, "v1.37.2", None)
    assert [case["case"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]] == ["one", "many"]
    assert report["requirements"]["API-NAMES"]["outcome"] == "not run"


def test_the_logs_of_the_cluster_are_kept_where_something_went_wrong(run: Any, cluster: _Cluster) -> None:
    assert "logs of the cluster's parts" not in run(HOLDS)[2]
    assert "logs of the cluster's parts" in run(VIOLATED)[2]
    cluster.gives = TroubleError("no node")
    assert "logs of the cluster's parts" in run(HOLDS)[2]


def test_a_scenario_in_trouble_is_trouble_of_every_case(run: Any, cluster: _Cluster) -> None:
    cluster.gives = TroubleError("awaited a node for 120 s")
    said, code, _ = run(VIOLATED)
    assert {case["outcome"] for case in said} == {"trouble"}
    assert {case["reason"] for case in said} == {"TroubleError: awaited a node for 120 s"}
    assert (code, cluster.closed) == (1, 1)


def test_an_incomplete_record_is_trouble_and_never_judged(run: Any, cluster: _Cluster) -> None:
    cluster.gives = record()
    said, _, _ = run(VIOLATED)
    assert {case["outcome"] for case in said} == {"trouble"}
    assert "the record is not complete: no Pod was deployed" in said[0]["reason"]


def test_what_a_run_did_not_come_to_was_not_run(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    said, code, _ = run(VIOLATED, "-x", "--output", str(tmp_path / "mine"))
    assert ([case["case"] for case in said], code, cluster.closed) == (["one"], 1, 1)
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    first, second = report["requirements"]["IPC-SYSV-QUEUE"]["cases"]
    assert (first["outcome"], second["outcome"], second["reason"]) == ("violated", "not run", "the run ended before it")


def test_a_violation_tells_the_timeline_of_its_record(run: Any, cluster: _Cluster) -> None:
    shown = run(VIOLATED)[2]
    assert re.search(r"what happened, on the node's clock:\n.*Pod pod \(Succeeded, on node-1\)", shown)
    assert re.search(r"2 +1\.000 s  main  exit code=0", shown)
    assert cluster.opened


def test_teeth_are_shown_over_a_complete_record_only(run: Any, cluster: _Cluster) -> None:
    caught = "@judged\ndef test_x(acted): assert BOTH == []\n"
    assert "2 of 2 controls caught" in run(caught, "--teeth")[2]
    cluster.gives = record()
    assert "0 of 2 controls caught" in run(caught, "--teeth")[2]


@pytest.mark.parametrize("code", [NO_CLUSTER, PERMISSION])
def test_a_run_that_cannot_begin_ends_with_one_line_and_its_exit_code(run: Any, cluster: _Cluster, code: int) -> None:
    cluster.gives = CannotRunError("nobody is there", code)
    said, ended, shown = run(HOLDS)
    assert (said, ended) == ([], code)
    assert "podproof: nobody is there" in shown


def test_the_limits_of_waiting_are_stretched_and_never_shortened(run: Any, cluster: _Cluster) -> None:
    run(HOLDS, "--timeout-scale", "2")
    [(_, timeouts, _)] = cluster.opened
    assert (timeouts.promise, timeouts.request) == (120.0, 60.0)
    _, code, shown = run(HOLDS, "--timeout-scale", "0.5")
    assert (code, len(cluster.opened)) == (USAGE, 1)
    assert "--timeout-scale 0.5: limits can only be stretched" in shown


def test_what_the_user_chose_is_what_a_run_is_told(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    run(HOLDS, "--runtime-class", "gvisor", "--image", "mine:1", "--in-flight", "3", "--output", str(mine))
    [(choices, _, _)] = cluster.opened
    assert (choices.runtime_class, choices.image, choices.in_flight) == ("gvisor", "mine:1", 3)
    assert choices.records == mine / "records"


def test_no_cluster_is_opened_where_nothing_is_left_to_run(run: Any, cluster: _Cluster) -> None:
    run(HOLDS, "-k", "nothing_of_that_name")
    run("def test_without_a_scenario(): pass")
    assert cluster.opened == []
