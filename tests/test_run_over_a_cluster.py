"""A session that runs the suite over a cluster that is made up: what it says, what it writes, what it leaves."""

import json
import re
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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
from fixtures.target import default_in_flight
from tests.conftest import SLOW
from tests.helpers.histories import record
from tests.helpers.made_up import MadeUp

HOLDS = "@judged\ndef test_x(acted): assert acted.pods\n"
VIOLATED = "@judged\ndef test_x(acted): assert LOST == []\n"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    return MadeUp().in_place(monkeypatch)


def test_the_report_tells_the_cluster_and_every_requirement(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    said, code, shown = run(HOLDS, "--output", str(tmp_path / "mine"))
    assert ([case["outcome"] for case in said], code, cluster.closed) == (["holds", "holds"], 0, ["run", "target"])
    assert "cluster: made up, v1.37.2: made up" in shown
    assert cluster.taken_off == ["one", "many"]
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    assert (report["podsCreated"], report["cluster"]["kubernetes"], report["conformant"]) == (7, "v1.37.2", None)
    assert report["apiRequests"] == 13
    assert [case["case"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]] == ["one", "many"]
    assert report["requirements"]["API-NAMES"]["outcome"] == "not run"


def test_two_tests_of_one_record_judge_a_case_each(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    own = 'requirement("IPC-SYSV-QUEUE", control=controls.CONSUMER_IN_ANOTHER_POD, case="depth")'
    also = f"\n@{own}\ndef test_y(acted): assert LOST == []\n"
    _, _, shown = run(HOLDS + also, "--output", str(tmp_path / "mine"))
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    cases = {case["case"]: case["outcome"] for case in report["requirements"]["IPC-SYSV-QUEUE"]["cases"]}
    assert cases == {"one": "holds", "many": "holds", "one-depth": "violated", "many-depth": "violated"}
    assert "IPC-SYSV-QUEUE [one-depth]: it was lost [lost]" in shown
    assert cluster.opened


def test_every_scenario_is_in_flight_before_the_first_test_asks_for_its_record(run: Any, cluster: MadeUp) -> None:
    run("@judged\ndef test_x(acted): assert not 'plain'\n", "-x")
    assert cluster.taken_off == ["one", "many"]


def test_a_slow_scenario_is_not_played_unless_that_is_asked_for(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    said, code, shown = run(HOLDS + SLOW, "--output", str(tmp_path / "mine"))
    assert [(case["case"], case["outcome"]) for case in said] == [
        ("one", "holds"),
        ("many", "holds"),
        ("largest", "not run"),
    ]
    assert (said[-1]["reason"], code, cluster.taken_off) == ("slow: --slow runs it", 0, ["one", "many"])
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    assert report["slow"] == ["IPC-SYSV-QUEUE [largest]"]
    assert report["requirements"]["IPC-SYSV-QUEUE"]["outcome"] == "holds"
    assert "1 slow case was left out: --slow runs it" in shown


def test_a_slow_scenario_begins_first_where_it_is_asked_for(run: Any, cluster: MadeUp) -> None:
    said, _, shown = run(HOLDS + SLOW, "--slow")
    assert [(case["case"], case["outcome"]) for case in said] == [
        ("one", "holds"),
        ("many", "holds"),
        ("largest", "holds"),
    ]
    assert "largest" in cluster.taken_off
    assert "left out" not in shown


def test_where_all_is_slow_and_left_out_no_cluster_is_looked_for(run: Any, cluster: MadeUp) -> None:
    said, code, _ = run(SLOW)
    assert ([case["outcome"] for case in said], code, cluster.opened) == (["not run"], 0, [])


def test_the_logs_of_the_cluster_are_kept_where_something_went_wrong(run: Any, cluster: MadeUp) -> None:
    assert "logs of the cluster's parts" not in run(HOLDS)[2]
    assert "logs of the cluster's parts" in run(VIOLATED)[2]
    cluster.gives = TroubleError("no node")
    assert "logs of the cluster's parts" in run(HOLDS)[2]


def test_a_scenario_in_trouble_is_trouble_of_every_case(run: Any, cluster: MadeUp) -> None:
    cluster.gives = TroubleError("awaited a node for 120 s")
    said, code, _ = run(VIOLATED)
    assert {case["outcome"] for case in said} == {"trouble"}
    assert {case["reason"] for case in said} == {"TroubleError: awaited a node for 120 s"}
    assert (code, cluster.closed) == (1, ["run", "target"])


def test_an_incomplete_record_is_trouble_and_never_judged(run: Any, cluster: MadeUp) -> None:
    cluster.gives = record()
    said, _, _ = run(VIOLATED)
    assert {case["outcome"] for case in said} == {"trouble"}
    assert "the record is not complete: no Pod was deployed" in said[0]["reason"]


def test_what_a_run_did_not_come_to_was_not_run(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    said, code, _ = run(VIOLATED, "-x", "--output", str(tmp_path / "mine"))
    assert ([case["case"] for case in said], code, cluster.closed) == (["one"], 1, ["run", "target"])
    report = json.loads((tmp_path / "mine" / "conformance.json").read_text())
    first, second = report["requirements"]["IPC-SYSV-QUEUE"]["cases"]
    assert (first["outcome"], second["outcome"], second["reason"]) == ("violated", "not run", "the run ended before it")


def test_a_violation_tells_the_timeline_of_its_record(run: Any, cluster: MadeUp) -> None:
    shown = run(VIOLATED)[2]
    assert re.search(r"what happened, on the node's clock:\n.*Pod pod \(Succeeded, on node-1\)", shown)
    assert re.search(r"2 +1\.000 s  main  exit code=0", shown)
    assert cluster.opened


def test_a_case_that_does_not_hold_has_a_diagnosis_that_its_failure_names(
    run: Any, cluster: MadeUp, tmp_path: Path
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


def test_a_case_that_holds_has_no_diagnosis(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    run(HOLDS, "--output", str(tmp_path / "mine"))
    assert cluster.opened
    assert not (tmp_path / "mine" / "diagnostics").exists()


def test_events_that_the_cluster_refuses_are_told_once_and_are_no_trouble(run: Any, cluster: MadeUp) -> None:
    assert "Events" not in run(HOLDS)[2]
    cluster.without_events = "403 events is forbidden"
    _, code, shown = run(HOLDS)
    assert (code, shown.count("403 events is forbidden")) == (0, 1)


def test_the_html_report_has_the_diagnosis_of_what_does_not_hold(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    def attached() -> set[str]:
        results = [json.loads(path.read_text()) for path in (tmp_path / "mine" / "results").glob("*-result.json")]
        return {attachment["name"] for result in results for attachment in result.get("attachments", [])}

    run(HOLDS, "--output", str(tmp_path / "mine"))
    assert attached() == {"timeline", "Pods as sent"}
    run(VIOLATED, "--output", str(tmp_path / "mine"))
    assert {"timeline, seen", "containers", "output of every container", "Pod pod as got"} <= attached()
    assert cluster.opened


def test_teeth_are_shown_over_a_complete_record_only(run: Any, cluster: MadeUp) -> None:
    caught = "@judged\ndef test_x(acted): assert BOTH == []\n"
    assert "2 of 2 controls caught" in run(caught, "--teeth")[2]
    cluster.gives = record()
    assert "0 of 2 controls caught" in run(caught, "--teeth")[2]


@pytest.mark.parametrize("code", [NO_CLUSTER, PERMISSION])
def test_a_run_that_cannot_begin_ends_with_one_line_and_its_exit_code(run: Any, cluster: MadeUp, code: int) -> None:
    cluster.gives = CannotRunError("nobody is there", code)
    said, ended, shown = run(HOLDS)
    assert (said, ended) == ([], code)
    assert "podproof: nobody is there" in shown


def test_the_limits_of_waiting_are_stretched_and_never_shortened(run: Any, cluster: MadeUp) -> None:
    run(HOLDS, "--timeout-scale", "2")
    [(_, timeouts, _)] = cluster.opened
    assert (timeouts.promise, timeouts.request) == (120.0, 60.0)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--timeout-scale", "0.5"), "--timeout-scale 0.5: limits can only be stretched, by 1 to 1000"),
        (("--timeout-scale", "nan"), "--timeout-scale nan: limits"),
        (("--timeout-scale", "inf"), "--timeout-scale inf: limits"),
        (("--in-flight", "0"), "--in-flight 0: at least one"),
        (("--in-flight", "-3"), "--in-flight -3: at least one"),
        (("-p", "no:junitxml"), "the plugin that has the option xmlpath is off"),
        (("-p", "no:allure_pytest"), "the plugin that has the option allure_report_dir is off"),
        (("--tx", "2*popen", "--dist", "load"), "--tx: workers are made with -n N"),
    ],
)
def test_an_option_that_cannot_be_done_is_refused_in_one_line(
    run: Any, cluster: MadeUp, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    said, code, shown = run(HOLDS, *options, "--output", str(tmp_path / "out"))
    assert (said, code, cluster.opened) == ([], USAGE, [])
    assert f"podproof: {says}" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "option", ["--collect-only", "--markers", "--fixtures", "--fixtures-per-test", "--setup-plan", "--cache-show"]
)
def test_what_only_tells_something_opens_no_cluster_and_writes_nothing(
    run: Any, cluster: MadeUp, tmp_path: Path, option: str
) -> None:
    _, code, shown = run(HOLDS, option, "--output", str(tmp_path / "out"))
    assert (code, cluster.opened) == (0, []), shown
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_run_cleans_up_does_not_keep_it_from_that(
    run: Any, cluster: MadeUp, number: signal.Signals
) -> None:
    cluster.at_the_end = lambda: signal.raise_signal(number)
    _, code, shown = run(HOLDS)
    assert (code, cluster.closed) == (0, ["run", "target"])
    assert f"podproof: {number.name}: the run has ended, and is cleaning up" in shown


def test_a_run_cleans_up_whatever_becomes_of_others_at_the_end(
    run: Any, cluster: MadeUp, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest("def pytest_sessionfinish(): raise OSError('no space left on device')")
    assert run(HOLDS)[1] == pytest.ExitCode.INTERNAL_ERROR
    assert cluster.closed == ["run", "target"]


def test_a_run_cleans_up_where_ending_its_scenarios_fails(run: Any, cluster: MadeUp) -> None:
    def fail() -> None:
        raise KeyError("uid")

    cluster.at_the_end = fail
    assert run(HOLDS)[1] == pytest.ExitCode.INTERNAL_ERROR
    assert cluster.closed == ["target"]


def test_what_the_user_chose_is_what_a_run_is_told(run: Any, cluster: MadeUp, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    options = ["--runtime-class", "gvisor", "--image", "mine:1", "--in-flight", "3", "--keep", "always"]
    run(HOLDS, *options, "--output", str(mine))
    [(choices, _, _)] = cluster.opened
    assert (choices.runtime_class, choices.image, choices.in_flight) == ("gvisor", "mine:1", 3)
    assert choices.keep == "always"


def test_no_cluster_is_opened_where_nothing_is_left_to_run(run: Any, cluster: MadeUp) -> None:
    run(HOLDS, "-k", "nothing_of_that_name")
    run("def test_without_a_scenario(): pass")
    assert cluster.opened == []


def test_the_pods_of_a_case_go_when_all_of_its_tests_have_judged_it(run: Any, cluster: MadeUp) -> None:
    _, _, shown = run("@judged\ndef test_x(acted): assert acted.pods\n\n@judged\ndef test_y(acted): assert LOST == []")
    assert cluster.settled == [("one", True), ("many", True)]
    assert "kept: left" in shown
    cluster.settled.clear()
    run(HOLDS)
    assert cluster.settled == [("one", False), ("many", False)]


@pytest.mark.parametrize(("error", "code"), [(ImageError, IMAGE), (NotReachedError, NO_CLUSTER)])
def test_what_every_scenario_would_run_into_ends_the_run(
    run: Any, cluster: MadeUp, error: type[TroubleError], code: int
) -> None:
    cluster.gives = error("nobody has it")
    said, ended, shown = run(HOLDS)
    assert ([(case["case"], case["outcome"]) for case in said], ended) == ([("one", "trouble")], code)
    assert "podproof: nobody has it" in shown
    assert cluster.closed == ["run", "target"]


def test_a_violation_counts_more_than_what_ended_the_run(run: Any, cluster: MadeUp) -> None:
    cluster.gives = NotReachedError("gone")
    assert run("@judged\ndef test_a(): assert LOST == []\n\n" + HOLDS)[1] == 1


def test_nodes_on_one_machine_share_its_processors() -> None:
    nodes = {name: {"cpus": 2.0, "schedulable": name != "control-plane"} for name in ("control-plane", "one", "two")}
    assert (default_in_flight(nodes), default_in_flight(nodes, one_machine=True)) == (24, 12)
    assert default_in_flight({}) == 4


@pytest.mark.parametrize("arguments", [(), ("--teeth",)])
def test_what_a_cluster_lacks_and_may_lack_is_not_applicable(
    run: Any, cluster: MadeUp, arguments: tuple[str, ...]
) -> None:
    cluster.gives = replace(record(), lacks="the cluster refuses Pods of the level privileged: policy")
    said, code, _ = run(HOLDS, *arguments)
    assert {(case["outcome"], case["reason"]) for case in said} == {("not applicable", cluster.gives.lacks)}
    assert code == 0


def test_what_a_cluster_lacks_although_it_is_ga_is_a_violation(run: Any, cluster: MadeUp) -> None:
    cluster.gives = replace(record(), lacks="Kubernetes 1.37 dropped the field spec.x of a Pod", owed=True)
    said, code, shown = run(HOLDS)
    assert [case["outcome"] for case in said] == ["violated", "violated"]
    assert said[0]["violations"] == [{"rule": "feature-missing", "text": cluster.gives.lacks}]
    assert code == 1
    assert "IPC-SYSV-QUEUE [one]: Kubernetes 1.37 dropped the field spec.x of a Pod [feature-missing]" in shown


@pytest.mark.parametrize("arguments", [(), ("--teeth",)])
@pytest.mark.parametrize(
    ("minor", "outcome"), [("1.9", "not applicable"), ("1.32", "not applicable"), ("1.33", "holds")]
)
def test_what_is_promised_of_later_versions_is_not_applicable(
    run: Any, cluster: MadeUp, minor: str, outcome: str, arguments: tuple[str, ...]
) -> None:
    cluster.target = replace(cluster.target, identity=cluster.target.identity | {"minor": minor})
    later = 'requirement("NET-SERVICE-SIDECAR-PORT", control=controls.CONSUMER_IN_ANOTHER_POD)'
    said, code, _ = run(f"@{later}\ndef test_x(acted): assert {'BOTH' if arguments else '[]'} == []", *arguments)
    assert ({case["outcome"] for case in said}, code) == ({outcome}, 0)
    if outcome == "not applicable":
        assert {case["reason"] for case in said} == {f"promised from Kubernetes 1.33 on; this is {minor}"}
    assert cluster.taken_off == ([] if outcome == "not applicable" else ["one", "many"])


def test_where_a_feature_is_named_it_decides_and_not_the_version(run: Any, cluster: MadeUp) -> None:
    cluster.target = replace(cluster.target, identity=cluster.target.identity | {"minor": "1.30"})
    later = 'requirement("VOL-RECURSIVE-READ-ONLY", control=controls.CONSUMER_IN_ANOTHER_POD)'
    said, _, _ = run(f"@{later}\ndef test_x(acted): pass")
    assert {case["outcome"] for case in said} == {"holds"}


def test_where_nothing_was_played_no_control_is_caught(run: Any, cluster: MadeUp) -> None:
    cluster.gives = replace(record(), lacks="Kubernetes 1.37 dropped the field spec.x of a Pod", owed=True)
    said, code, _ = run("@judged\ndef test_x(acted): assert BOTH == []", "--teeth")
    why = f"TroubleError: nothing was played, so nothing can be caught: {cluster.gives.lacks}"
    assert {(case["outcome"], case["reason"]) for case in said} == {("trouble", why)}
    assert code == 1


def test_a_namespace_of_another_level_is_made_where_a_scenario_needs_it(run: Any, cluster: MadeUp) -> None:
    privileged = HOLDS.replace("acted", "more") + (
        '@scenario("ipc/sysv-queue-{messages}.yaml", messages=["one"], pod_security="privileged")\n'
        "def more(deploy): pass\n"
    )
    run(HOLDS)
    run(privileged)
    assert [choices.levels for choices, *_ in cluster.opened] == [("restricted",), ("privileged",)]
