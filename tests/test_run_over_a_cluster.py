"""A session that runs the suite over a cluster that is made up: what it says, what it writes, what it leaves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fixtures import conformance_run, verdicts
from fixtures.errors import (
    IMAGE,
    NO_CLUSTER,
    PERMISSION,
    USAGE,
    CannotRunError,
    ImageError,
    NotReachedError,
    TroubleError,
)
from fixtures.target import Target
from records import Record
from tests.histories import exited, pod, ran, record

HOLDS = "@judged\ndef test_x(acted): assert acted.pods\n"
VIOLATED = "@judged\ndef test_x(acted): assert LOST == []\n"
COMPLETE = record(pod(ran("main", 0.0, exited(1.0))))


class _Cluster:
    """In the place of a target and of a run there: it gives one record, or raises what keeps it from that."""

    def __init__(self) -> None:
        self.gives: Record | Exception = COMPLETE
        self.opened: list[Any] = []
        self.settled: list[tuple[str, bool]] = []
        self.closed: list[str] = []
        self.target = Target(
            provider="made",
            name="up",
            reason="made up",
            kubeconfig="nowhere",
            context="none",
            identity={"kubernetes": "v1.37.2", "minor": "1.37", "nodes": {}},
            run="00000000",
            image=None,
            runtime_class=None,
            in_flight=8,
            keep="never",
        )
        self.requests, self.pods, self.kept = 10, 7, ["left"]
        self.taken_off: list[str] = []
        self.without_events = ""

    def open(self, *chosen: Any) -> "_Opened":
        if isinstance(self.gives, CannotRunError):
            raise self.gives
        self.opened.append(chosen)
        return _Opened(self)

    def fly(self, target: Target, _timeouts: object, in_flight: int, folder: Path) -> "_Cluster":
        assert (target, in_flight, folder.name) == (self.target, 8, "records")
        return self

    def ahead(self, cases: list[Any]) -> None:
        self.taken_off += [str(case) for case, _ in cases]

    def record(self, _case: object, _control: object) -> Record:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    def settle(self, case: object, _control: object, *, failed: bool) -> None:
        self.settled.append((str(case), failed))

    def close(self) -> None:
        self.closed.append("run")


class _Opened:
    def __init__(self, cluster: _Cluster) -> None:
        self.target, self.requests, self.kept, self._cluster = cluster.target, 3, list[str](), cluster

    def keep_logs(self, _folder: Path) -> list[str]:
        return ["logs of the cluster's parts: here"]

    def close(self) -> list[str]:
        self._cluster.closed.append("target")
        return [f"kept: {', '.join(self.kept)}"]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> _Cluster:
    made_up = _Cluster()
    monkeypatch.setattr(conformance_run, "Opened", made_up.open)
    monkeypatch.setattr(verdicts, "Run", made_up.fly)
    return made_up


def test_the_report_tells_the_cluster_and_every_requirement(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    said, code, shown = run(HOLDS, "--output", str(tmp_path / "mine"))
    assert ([case["outcome"] for case in said], code, cluster.closed) == (["holds", "holds"], 0, ["run", "target"])
    assert "cluster: made up, v1.37.2: made up" in shown
    assert cluster.taken_off == ["one", "many"]
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    assert (report["podsCreated"], report["cluster"]["kubernetes"], report["conformant"]) == (7, "v1.37.2", None)
    assert report["apiRequests"] == 13
    assert [case["case"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]] == ["one", "many"]
    assert report["requirements"]["API-NAMES"]["outcome"] == "not run"


def test_two_tests_of_one_record_judge_a_case_each(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    own = 'requirement("IPC-SYSV-QUEUE", control=controls.CONSUMER_IN_ANOTHER_POD, case="depth")'
    also = f"\n@{own}\ndef test_y(acted): assert LOST == []\n"
    _, _, shown = run(HOLDS + also, "--output", str(tmp_path / "mine"))
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    cases = {case["case"]: case["outcome"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]}
    assert cases == {"one": "holds", "many": "holds", "one-depth": "violated", "many-depth": "violated"}
    assert "IPC-SYSV-QUEUE [one-depth]: it was lost [lost]" in shown
    assert cluster.opened


def test_every_scenario_is_in_flight_before_the_first_test_asks_for_its_record(run: Any, cluster: _Cluster) -> None:
    run("@judged\ndef test_x(acted): assert not 'plain'\n", "-x")
    assert cluster.taken_off == ["one", "many"]


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
    assert (code, cluster.closed) == (1, ["run", "target"])


def test_an_incomplete_record_is_trouble_and_never_judged(run: Any, cluster: _Cluster) -> None:
    cluster.gives = record()
    said, _, _ = run(VIOLATED)
    assert {case["outcome"] for case in said} == {"trouble"}
    assert "the record is not complete: no Pod was deployed" in said[0]["reason"]


def test_what_a_run_did_not_come_to_was_not_run(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    said, code, _ = run(VIOLATED, "-x", "--output", str(tmp_path / "mine"))
    assert ([case["case"] for case in said], code, cluster.closed) == (["one"], 1, ["run", "target"])
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    first, second = report["requirements"]["IPC-SYSV-QUEUE"]["cases"]
    assert (first["outcome"], second["outcome"], second["reason"]) == ("violated", "not run", "the run ended before it")


def test_a_violation_tells_the_timeline_of_its_record(run: Any, cluster: _Cluster) -> None:
    shown = run(VIOLATED)[2]
    assert re.search(r"what happened, on the node's clock:\n.*Pod pod \(Succeeded, on node-1\)", shown)
    assert re.search(r"2 +1\.000 s  main  exit code=0", shown)
    assert cluster.opened


def test_a_case_that_does_not_hold_has_a_diagnosis_that_its_failure_names(
    run: Any, cluster: _Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "mine" / "diagnostics"
    shown = run(VIOLATED, "--output", str(tmp_path / "mine"))[2]
    assert {path.name for path in folder.iterdir()} == {"IPC-SYSV-QUEUE[one].md", "IPC-SYSV-QUEUE[many].md"}
    told = (folder / "IPC-SYSV-QUEUE[one].md").read_text()
    assert told.startswith(
        "# IPC-SYSV-QUEUE [one]: violated\n\n- it was lost [lost]\n\nPromised (MUST): The containers"
    )
    assert "## Pod pod as got" in told
    assert f"{folder / 'IPC-SYSV-QUEUE[one].md'}\n" in shown
    cluster.gives = TroubleError("awaited a node for 120 s")
    shown = run(HOLDS, "--output", str(tmp_path / "mine"))[2]
    told = (folder / "IPC-SYSV-QUEUE[one].md").read_text()
    assert told.startswith("# IPC-SYSV-QUEUE [one]: trouble\n\nTroubleError: awaited a node for 120 s\n\nPromised")
    assert "nothing was kept of it" in told
    assert shown.count(str(folder)) == 2


def test_a_case_that_holds_has_no_diagnosis(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    run(HOLDS, "--output", str(tmp_path / "mine"))
    assert cluster.opened
    assert not (tmp_path / "mine" / "diagnostics").exists()


def test_events_that_the_cluster_refuses_are_told_once_and_are_no_trouble(run: Any, cluster: _Cluster) -> None:
    assert "Events" not in run(HOLDS)[2]
    cluster.without_events = "403 events is forbidden"
    _, code, shown = run(HOLDS)
    assert (code, shown.count("403 events is forbidden")) == (0, 1)


def test_the_html_report_has_the_diagnosis_of_what_does_not_hold(run: Any, cluster: _Cluster, tmp_path: Path) -> None:
    def attached() -> set[str]:
        results = [json.loads(path.read_text()) for path in (tmp_path / "mine" / "results").glob("*-result.json")]
        return {attachment["name"] for result in results for attachment in result.get("attachments", [])}

    run(HOLDS, "--output", str(tmp_path / "mine"))
    assert attached() == {"timeline", "Pods as sent"}
    run(VIOLATED, "--output", str(tmp_path / "mine"))
    assert {"timeline, seen", "containers", "output of every container", "Pod pod as got"} <= attached()
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
    options = ["--runtime-class", "gvisor", "--image", "mine:1", "--in-flight", "3", "--keep", "always"]
    run(HOLDS, *options, "--output", str(mine))
    [(choices, _, _)] = cluster.opened
    assert (choices.runtime_class, choices.image, choices.in_flight) == ("gvisor", "mine:1", 3)
    assert choices.keep == "always"


def test_no_cluster_is_opened_where_nothing_is_left_to_run(run: Any, cluster: _Cluster) -> None:
    run(HOLDS, "-k", "nothing_of_that_name")
    run("def test_without_a_scenario(): pass")
    assert cluster.opened == []


def test_the_pods_of_a_case_go_when_all_of_its_tests_have_judged_it(run: Any, cluster: _Cluster) -> None:
    _, _, shown = run("@judged\ndef test_x(acted): assert acted.pods\n\n@judged\ndef test_y(acted): assert LOST == []")
    assert cluster.settled == [("one", True), ("many", True)]
    assert "kept: left" in shown
    cluster.settled.clear()
    run(HOLDS)
    assert cluster.settled == [("one", False), ("many", False)]


@pytest.mark.parametrize(("error", "code"), [(ImageError, IMAGE), (NotReachedError, NO_CLUSTER)])
def test_what_every_scenario_would_run_into_ends_the_run(
    run: Any, cluster: _Cluster, error: type[TroubleError], code: int
) -> None:
    cluster.gives = error("nobody has it")
    said, ended, shown = run(HOLDS)
    assert ([(case["case"], case["outcome"]) for case in said], ended) == ([("one", "trouble")], code)
    assert "podproof: nobody has it" in shown
    assert cluster.closed == ["run", "target"]


def test_a_violation_counts_more_than_what_ended_the_run(run: Any, cluster: _Cluster) -> None:
    cluster.gives = NotReachedError("gone")
    assert run("@judged\ndef test_a(): assert LOST == []\n\n" + HOLDS)[1] == 1
