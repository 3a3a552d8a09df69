"""The plugin: what a test's end says of its requirement, and what a session that runs the suite leaves alone."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures import leftovers, output
from fixtures.errors import USAGE, CannotRunError
from tests.helpers.subprocesses import suite

ENDS = {
    "(): pass": ("holds", ""),
    "(): assert LOST == []": ("violated", ""),
    "(): assert not 'plain'": ("violated", ""),
    "(): raise TroubleError('awaited')": ("trouble", "TroubleError: awaited"),
    "(): raise KeyError('code')": ("trouble", "KeyError: 'code'"),
    "(): pytest.fail('no')": ("trouble", "Failed: no"),
    "(broken): pass": ("trouble", "TroubleError: awaited a node for 120 s"),
    "(): pytest.skip('needs 1.33, this is 1.30')": ("not applicable", "needs 1.33, this is 1.30"),
    "(): pytest.skip('not run: on the skip list')": ("not run", "on the skip list"),
}


def test_the_end_of_a_test_decides_the_outcome(run: Any) -> None:
    said, _, _ = run("\n\n".join(f"@judged\ndef test_{n}{end}" for n, end in enumerate(ENDS)))
    assert {(case["requirement"], case["level"]) for case in said} == {("IPC-SYSV-QUEUE", "MUST")}
    assert [case["case"] for case in said] == [f"test_{n}" for n in range(len(ENDS))]
    assert [(case["outcome"], case["reason"]) for case in said] == list(ENDS.values())


def test_what_is_information_is_recorded_with_what_was_told_and_never_judged(run: Any) -> None:
    ends = ("tell(['one', 'two'])", "pass", "tell([])", "tell(['one']); assert LOST == []", "raise TroubleError('no')")
    said, code, shown = run("\n\n".join(f"@recorded\ndef test_{n}(tell): {end}" for n, end in enumerate(ends)))
    silent = "TroubleError: the test told nothing of what was seen"
    assert [case["outcome"] for case in said] == ["recorded", *["trouble"] * 4]
    assert [case["told"] for case in said] == [["one", "two"], [], [], [], []]
    assert [case["reason"] for case in said[1:3]] == [silent, silent]
    assert said[3]["reason"].startswith("AssertionError: ")
    assert {case["level"] for case in said} == {"INFO"}
    assert code == 1
    assert re.search(
        r"^trouble +INFO +START-ORDER +test_1, test_2, test_3, test_4\n +test_0: one\n +test_0: two$",
        shown,
        re.MULTILINE,
    )


def test_what_is_recorded_is_no_failure(run: Any) -> None:
    [said], code, shown = run("@recorded\ndef test_x(tell): tell(['one'])")
    assert (said["outcome"], code) == ("recorded", 0)
    assert re.search(r"^recorded +INFO +START-ORDER +test_x$", shown, re.MULTILINE)


def test_trouble_at_the_end_does_not_hide_a_verdict_but_counts_where_there_was_none(run: Any) -> None:
    said, code, shown = run("@judged\ndef test_x(breaks_later): pass")
    assert [case["outcome"] for case in said] == ["holds", "trouble"]
    assert code == 1
    assert re.search(r"^trouble +MUST +IPC-SYSV-QUEUE +test_x$", shown, re.MULTILINE)
    said, _, shown = run("@judged\ndef test_x(breaks_later): assert LOST == []")
    assert [case["outcome"] for case in said] == ["violated", "trouble"]
    assert re.search(r"^violated +MUST +IPC-SYSV-QUEUE +test_x$", shown, re.MULTILINE)


def test_violations_are_kept_for_the_report_and_told_with_the_promise(run: Any) -> None:
    [said], code, shown = run("@judged\ndef test_x(): assert BOTH == []")
    assert said["violations"] == [
        {"rule": "lost", "text": "it was lost"},
        {"rule": "no-queue", "text": "there was none"},
    ]
    assert code == 1
    assert "IPC-SYSV-QUEUE [test_x]: it was lost [lost]" in shown
    assert "promised (MUST): The containers in a Pod can also communicate" in shown


def test_violations_that_are_compared_with_others_are_no_part_of_the_report(run: Any) -> None:
    [said], code, shown = run("@judged\ndef test_x(): assert LOST == BOTH")
    assert (said["outcome"], said["violations"], code) == ("violated", [], 1)
    assert "promised" not in shown


def test_what_the_user_left_out_was_not_run(run: Any) -> None:
    said, code, shown = run("@judged\ndef test_x(): pass\n\n@judged\ndef test_y(): pass", "-k", "test_x")
    assert [case["case"] for case in said] == ["test_x"]
    assert code == 0
    assert re.search(r"^not run +MUST +IPC-SYSV-QUEUE +test_y$", shown, re.MULTILINE)


def test_a_control_that_the_user_left_out_is_neither_caught_nor_missed(run: Any) -> None:
    tests = "@judged\ndef test_x(): assert BOTH == []\n\n@judged\ndef test_y(): pass"
    _, code, shown = run(tests, "-k", "test_x", "--teeth")
    assert code == 0
    assert "1 of 1 controls caught" in shown


def test_what_has_no_control_has_no_teeth_to_show(run: Any) -> None:
    tests = "@judged\ndef test_x(): assert BOTH == []\n\n@recorded\ndef test_y(tell): tell(['one'])"
    said, code, shown = run(tests, "--teeth")
    assert ([case["case"] for case in said], code) == (["test_x"], 0)
    assert "START-ORDER" not in shown
    assert "1 of 1 controls caught" in shown


def test_tests_are_selected_by_the_requirement_that_they_judge(run: Any) -> None:
    other = 'requirement("IPC-PRIVATE-TO-POD", control=controls.OBSERVER_IN_THE_SAME_POD)'
    said, _, _ = run(f"@judged\ndef test_x(): pass\n\n@{other}\ndef test_y(): pass", "-k", "IPC-PRIVATE-TO-POD")
    assert [case["case"] for case in said] == ["test_y"]


def test_a_test_without_a_requirement_says_nothing(run: Any) -> None:
    said, code, _ = run("def test_x(): pass\n\ndef test_y(): assert not 'plain'")
    assert (said, code) == ([], 1)


def test_a_control_is_caught_only_where_all_of_its_rules_fire(run: Any) -> None:
    ends = ("assert BOTH == []", "assert LOST == []", "pass", "assert not 'plain'", "raise TroubleError('awaited')")
    said, code, shown = run("\n\n".join(f"@judged\ndef test_{n}(): {end}" for n, end in enumerate(ends)), "--teeth")
    assert [case["outcome"] for case in said] == ["holds", "violated", "violated", "violated", "trouble"]
    assert code == 1
    assert "control consumer-in-another-pod was missed: no-queue did not fire; fired: lost" in shown
    assert shown.count("was missed: no-queue, lost did not fire; fired: nothing") >= 2
    assert "1 of 5 controls caught" in shown


def test_a_control_of_a_case_that_does_not_apply_is_neither_caught_nor_missed(run: Any) -> None:
    ends = ("assert BOTH == []", "pytest.skip('no IPv6')")
    said, code, shown = run("\n\n".join(f"@judged\ndef test_{n}(): {end}" for n, end in enumerate(ends)), "--teeth")
    assert [(case["outcome"], case["reason"]) for case in said] == [("holds", ""), ("not applicable", "no IPv6")]
    assert code == 0
    assert "1 of 1 controls caught, 1 not applicable" in shown


def test_the_suite_is_collected_without_a_cluster_and_without_an_output_folder(tmp_path: Path) -> None:
    collected = suite("--collect-only", "-q", "--output", tmp_path / "out")
    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert "suite/api/test_api.py::test_a_pod_name_with_underscores_is_refused[seed-name]" in collected.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_tells_the_suites_options_without_a_cluster(run: Any, tmp_path: Path) -> None:
    _, code, shown = run("", "--help", "--output", str(tmp_path / "out"))
    assert code == 0
    for option in ("--kubernetes=MINOR", "--runtime-class=NAME", "--teeth", "--judge=RECORDS", "--output=DIR"):
        assert option in shown
    assert not (tmp_path / "out").exists()


def test_a_folder_of_records_that_is_not_there_ends_the_session_with_one_line(run: Any, tmp_path: Path) -> None:
    said, code, shown = run("", "--judge", str(tmp_path / "missing"), "--output", str(tmp_path / "out"))
    assert (said, code) == ([], USAGE)
    assert shown.strip().splitlines() == [
        f"Exit: podproof: --judge {tmp_path}/missing: there are no records in there; a run keeps them in OUT/records"
    ]
    assert not (tmp_path / "out").exists()


def test_an_output_folder_with_files_of_others_is_refused_and_they_survive(run: Any, tmp_path: Path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    (others / "thesis.txt").write_text("years of work")
    said, code, shown = run("@judged\ndef test_x(): pass", "--output", str(others))
    assert (said, code) == ([], USAGE)
    assert f"podproof: --output {others}: there are files in it that are not podproof's" in shown
    assert [path.read_text() for path in others.iterdir()] == ["years of work"]


def test_other_tests_never_come_near_a_cluster(pytestconfig: pytest.Config) -> None:
    assert not pytestconfig.pluginmanager.has_plugin("podproof-run")


@pytest.mark.parametrize("kind", ["missing", "empty", "ours"])
def test_an_output_folder_is_made_or_emptied(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "deep" / "out"
    if kind != "missing":
        folder.mkdir(parents=True)
    if kind == "ours":
        output.prepare(folder)
        (folder / "records" / "old.json").touch()
        (folder / "old").symlink_to(tmp_path)
    assert output.prepare(folder) == folder
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*")} == {".podproof", "records", "results"}


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotRunError, match="that is no folder") as refused:
        output.prepare(tmp_path / "file")
    assert refused.value.exit_code == USAGE


def test_a_folder_of_the_project_is_no_output_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "DEFAULT", tmp_path / "out")
    (tmp_path / "allure").mkdir()
    (tmp_path / "allure" / "package.json").touch()
    with pytest.raises(CannotRunError):
        output.prepare(tmp_path / "allure")
    assert (tmp_path / "allure" / "package.json").exists()


@pytest.mark.parametrize("inside", ["", "teeth"])
def test_an_output_folder_that_another_run_writes_is_left_alone(tmp_path: Path, inside: str) -> None:
    theirs = tmp_path / "out" / inside
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as other:
        output.prepare(tmp_path / "out")
        output.prepare(theirs)
        told = f"A run of podproof wrote this folder.\n{leftovers.Owner.of(other.pid)}\n"
        (theirs / output.MARKER).write_text(told)
        (theirs / "records" / "theirs.json").touch()
        with pytest.raises(CannotRunError, match=f"another run writes into {theirs}; name another") as refused:
            output.prepare(tmp_path / "out")
        assert refused.value.exit_code == USAGE
        other.communicate()
    assert (theirs / "records" / "theirs.json").exists()
    output.prepare(tmp_path / "out")
    assert not (theirs / "records" / "theirs.json").exists()


def test_records_that_are_judged_survive_although_they_lie_in_the_output_folder(run: Any, tmp_path: Path) -> None:
    kept = output.prepare(tmp_path / "out") / "records" / "kept.json"
    kept.touch()
    arguments = ["--output", str(tmp_path / "out"), "--judge", str(kept.parent)]
    said, code, shown = run("@judged\ndef test_x(): pass", *arguments)
    assert (said, code) == ([], USAGE)
    assert f"it is emptied first, and {kept.parent} lies in it" in shown
    assert kept.exists()
