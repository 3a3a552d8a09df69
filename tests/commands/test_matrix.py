"""``./podproof matrix``: what it runs, joins, refuses, keeps and writes, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clusters.kind import images
from commands import cells
from commands import matrix as command
from commands.relay import Relay
from fixtures.errors import NOT_PROVEN, USAGE
from fixtures.session import cases
from fixtures.session.output import refused
from reports.matrix.compare import known_issues
from reports.matrix.markdown import MARKS, SHORT_MARKS
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.reports.matrix.test_compare import FINE, GATE, ISSUE, but, report

Json = dict[str, Any]


@pytest.mark.parametrize(
    "text",
    [
        "[[A-MUST]",
        "A-MUST = 1",
        '[[A-MUST]]\ncases = "*"',
        *(
            f'[[A-MUST]]\ncases = "*"\nviolations = {violations}\nkubernetes = {kubernetes}\nwhy = "so"'
            for violations, kubernetes in (('"*"', '"1.34"'), ('["*"]', '["1.34"]'))
        ),
    ],
)
def test_known_issues_that_cannot_be_are_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "known.toml"
    file.write_text(text)
    monkeypatch.setattr(command, "known_issues", partial(known_issues, file))
    monkeypatch.setattr(Relay, "run", lambda *_, **__: pytest.fail("it ran"))
    assert command.main(["1.37", "--output", str(tmp_path / "out")]) == USAGE
    assert f"podproof: {file}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 1, 0], 1),
        ([0, 6], 6),
        ([1, 6], 1),
        ([6, 2], 2),
        ([6, 10], 10),
        ([13, 1], 13),
        ([0, 10], 10),
        ([0, -9], 137),
    ],
)
def test_the_worst_exit_code_is_that_of_the_matrix(codes: list[int], code: int) -> None:
    assert command.worst_code(codes) == code


def ran(folder: Path, content: Json | None = None) -> None:
    """Make the folder of a run, with an Allure result, and with the report if there is one."""
    (folder / "results").mkdir(parents=True)
    (folder / "results" / f"{folder.name}-result.json").write_text("{}")
    if content is not None:
        (folder / "conformance.json").write_text(json.dumps(content))


def test_earlier_runs_are_joined_and_one_that_died_is_told(tmp_path: Path) -> None:
    ran(tmp_path / "artifacts" / "one" / "local-1.37", report(*FINE))
    ran(tmp_path / "artifacts" / "two" / "kind-1.37", report(*FINE, provider="kind"))
    ran(tmp_path / "artifacts" / "three" / "kind-1.35")
    out = tmp_path / "out"
    arguments = ["--join", str(tmp_path / "artifacts"), "--output", str(out)]
    assert command.main(arguments) == 0
    assert list(json.loads((out / "matrix.json").read_text())["clusters"]) == ["local-1.37", "kind-1.37"]
    assert sorted(path.name for path in (out / "results").iterdir()) == [
        "kind-1.37-result.json",
        "local-1.37-result.json",
    ]
    assert command.main(["1.37", "kind-1.35", *arguments]) == 1
    assert json.loads((out / "matrix.json").read_text())["clusters"]["kind-1.35"] == {
        "missing": "its run left no report"
    }
    nowhere = ["--join", str(tmp_path / "nowhere"), "--output", str(out)]
    assert command.main(["kind-1.35", *nowhere]) == 1
    assert list(json.loads((out / "matrix.json").read_text())["clusters"]) == ["kind-1.35"]


def test_a_cell_in_trouble_is_not_proven_and_one_that_is_violated_is_worse(tmp_path: Path) -> None:
    join = ["--join", str(tmp_path / "runs"), "--output", str(tmp_path / "out")]
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    ran(tmp_path / "runs" / "kind-1.37", but(said("A-MUST", "trouble", "one", reason="no node"), provider="kind"))
    assert command.main(join) == NOT_PROVEN
    assert json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]["kind-1.37"]["claim"] == "not proven"
    ran(tmp_path / "runs" / "mine", but(said("A-MUST", "violated", "one", rule="lost"), provider="existing"))
    assert command.main(join) == command.VIOLATED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ([], 0),
        ([said("A-MUST", "trouble", "one", reason="no node")], NOT_PROVEN),
        ([said("A-MUST", "violated", "one", rule="lost")], 1),
    ],
)
def test_beside_known_issues_alone_the_rest_of_a_cell_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[Any], code: int
) -> None:
    issue = {"requirement": "B-EXPECTED", "cases": "*", "violations": "*", "kubernetes": ["1.37"], "why": "a bug"}
    known = said("B-EXPECTED", "violated", level="EXPECTED", rule="lost")
    monkeypatch.setattr(command, "known_issues", lambda: [issue])

    def runs(*_: object, **__: object) -> int:
        ran(tmp_path / "out" / "local-1.37", but(known, *wrong))
        return command.VIOLATED

    monkeypatch.setattr(Relay, "run", runs)
    assert command.main(["1.37", "--output", str(tmp_path / "out")]) == code


def test_what_lies_where_the_joined_is_written_is_never_a_cells_report(tmp_path: Path) -> None:
    ran(tmp_path / "artifacts" / "local-1.37", report(*FINE))
    ran(tmp_path / "out" / "kind-1.37", report(*FINE, provider="kind"))
    (tmp_path / "out" / ".podproof").touch()
    join = ["--join", str(tmp_path / "artifacts"), "--output", str(tmp_path / "out")]
    assert command.main(["kind-1.37", *join]) == 1
    clusters = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
    assert clusters["kind-1.37"] == {"missing": "its run left no report"}


def test_what_the_system_refuses_is_told_with_its_file_where_there_is_one() -> None:
    assert refused(PermissionError(13, "Permission denied", "/x")) == "/x: Permission denied"
    assert refused(OSError(28, "No space left on device")) == "No space left on device"
    assert refused(OSError("cut off")) == "cut off"


def test_a_folder_that_is_named_twice_is_joined_once(tmp_path: Path) -> None:
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    assert command.found([tmp_path, tmp_path / "runs", tmp_path]) == {"local-1.37": tmp_path / "runs" / "local-1.37"}


def test_a_claim_that_rests_on_nothing_is_no_report(tmp_path: Path) -> None:
    lacking = [said(each["requirement"], "not applicable", each["case"], reason=GATE) for each in FINE]
    ran(tmp_path / "runs" / "local-1.37", report(*lacking))
    assert command.main(["--join", str(tmp_path / "runs"), "--output", str(tmp_path / "out")]) == 1
    clusters = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
    assert clusters["local-1.37"] == {"missing": command.RESTS_ON_NOTHING}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_what_cannot_be_told_is_no_success(tmp_path: Path) -> None:
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    for arguments in (["--list-json"], ["--join", f"{tmp_path}/runs", "--output", f"{tmp_path}/out"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "commands.matrix", *arguments], cwd=ROOT, stdout=full, check=False
            )
        assert done.returncode == USAGE


def test_a_report_of_another_cluster_or_that_cannot_be_read_is_none_of_its_cell(tmp_path: Path) -> None:
    ran(tmp_path / "runs" / "local-1.36", report(*FINE))
    ran(tmp_path / "runs" / "local-1.35", report(*FINE, kubernetes="v1.35.4"))
    ran(tmp_path / "runs" / "kind-1.35", report(*FINE, kubernetes="v1.35.4"))
    ran(tmp_path / "runs" / "mine", report(*FINE, provider="existing"))
    (tmp_path / "runs" / "local-1.35" / "conformance.json").write_text("{")
    assert command.main(["--join", str(tmp_path / "runs"), "--output", str(tmp_path / "out")]) == 1
    clusters = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
    assert clusters["local-1.36"] == {"missing": "its report is of another cluster: local, Kubernetes v1.37.2"}
    assert clusters["kind-1.35"] == {"missing": "its report is of another cluster: local, Kubernetes v1.35.4"}
    assert "is not JSON" in clusters["local-1.35"]["missing"]
    assert clusters["mine"]["provider"] == "existing"


def test_a_signal_ends_the_matrix_whatever_the_run_makes_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # It was done anyway, it says that it was interrupted, it is killed.
    for number, ending in enumerate(("raise SystemExit(0)", "raise SystemExit(2)", "")):
        begun = tmp_path / f"begun-{number}"
        begun.mkdir()
        handler = f"signal.signal(signal.SIGTERM, lambda *_: exec({ending!r}))" if ending else ""
        code = f"import os, signal, time; {handler}\nopen('{begun}/' + str(os.getpid()), 'w'); time.sleep(60)"
        relay_run = Relay.run
        monkeypatch.setattr(
            Relay, "run", lambda self, _, code=code, run=relay_run, **__: run(self, [sys.executable, "-c", code])
        )
        timer = threading.Thread(target=_signal_once, args=(begun,))
        timer.start()
        assert command.main(["1.36", "1.37", "--output", str(tmp_path / "out")]) == command.INTERRUPTED
        timer.join()
        monkeypatch.setattr(Relay, "run", relay_run)
        assert len(list(begun.iterdir())) == 1  # the second cell never began
        clusters = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
        assert clusters["local-1.37"] == {"missing": "it was not run: a signal ended the matrix"}


def _signal_once(begun: Path) -> None:
    """Send this process a SIGTERM once the first run has begun."""
    while not any(begun.iterdir()):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


def test_what_cannot_be_joined_or_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(tmp_path / "a" / "local-1.37", report(*FINE))
    ran(tmp_path / "b" / "local-1.37", report(*FINE))
    (tmp_path / "empty").mkdir()
    (tmp_path / "c" / "local-1.36").mkdir(parents=True)
    (tmp_path / "c" / "local-1.36" / "conformance.json").write_text("{")
    out = ["--output", str(tmp_path / "out")]
    for arguments, line in {
        ("--join", f"{tmp_path}/a", "--join", f"{tmp_path}/b", *out): "have one name",
        ("--join", f"{tmp_path}/empty", *out): "no conformance.json below",
        ("--join", f"{tmp_path}/none", *out): "there is no such folder",
        ("--join", f"{tmp_path}/a", "--output", f"{tmp_path}/a"): "it is emptied first",
        ("1.9", *out): "no cell 1.9",
        ("--kind-images", f"{tmp_path}/none.toml"): "none.toml",
        ("--join", f"{tmp_path}/{'long' * 80}", *out): "File name too long",
        ("--join", f"{tmp_path}/a", "--output", "/dev/null/out"): "--output /dev/null/out: ",
    }.items():
        assert command.main(arguments) == USAGE
        err = capsys.readouterr().err
        assert err.startswith("podproof: ")
        assert line in err
        assert err.count("\n") == 1
    assert (tmp_path / "a" / "local-1.37" / "conformance.json").exists()


def test_a_run_that_gets_no_cluster_leaves_a_gap_and_its_exit_code(tmp_path: Path) -> None:
    # pytest itself refuses the option that follows, as a run without its cluster would end.
    arguments = ["1.37", "--output", str(tmp_path / "out"), "--", "--in-flight", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "commands.matrix", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == USAGE
    written = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert written["clusters"] == {"local-1.37": {"missing": "its run ended with exit code 4"}}


@pytest.mark.parametrize(("lost", "code"), [({}, 0), ({"lost": ["worker gw1"]}, NOT_PROVEN)])
def test_a_run_that_found_what_is_known_did_not_fail_unless_it_lost_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: Json, code: int
) -> None:
    monkeypatch.setattr(command, "known_issues", lambda: [ISSUE])
    violated = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13") | lost

    def runs(_: object, arguments: list[str], **__: object) -> int:
        ran(Path(arguments[arguments.index("--output") + 1]), violated)
        return command.VIOLATED

    monkeypatch.setattr(Relay, "run", runs)
    assert command.main(["1.33", "--output", str(tmp_path / "out")]) == code


def test_ci_is_told_the_cells_as_it_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list-json"]) == 0
    include = json.loads(capsys.readouterr().out)["include"]
    assert [cell["name"] for cell in include] == [cell.name for cell in cells.every(images.FILE)]
    assert {cell["kind"] for cell in include if cell["provider"] == "kind"} == {images.release()}
    assert all(set(cell) == {"name", "provider", "kubernetes"} for cell in include if cell["provider"] == "local")
    assert command.main(["--list-json", "kind-*", "local"]) == 0
    some = json.loads(capsys.readouterr().out)["include"]
    newest = [cell["name"] for cell in include if cell["provider"] == "local"][-1:]
    assert [cell["name"] for cell in some] == newest + [each["name"] for each in include if "kind" in each]


def test_a_page_is_written_into_between_its_marks_or_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "relayed", None)  # nothing can run, were it not refused
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    page, other = tmp_path / "README.md", tmp_path / "other.md"
    page.write_text(f"before\n{MARKS[0]}\n{MARKS[1]}\n")
    other.write_text("no marks")
    join = ["--join", str(tmp_path / "runs"), "--output", str(tmp_path / "out")]
    assert command.main([*join, "--into", str(page)]) == 0
    assert (tmp_path / "out" / "matrix.md").read_text() in page.read_text()
    assert 'href="' not in (tmp_path / "out" / "matrix.html").read_text()  # the run has no page
    (tmp_path / "runs" / "local-1.37" / "index.html").touch()
    assert command.main(join) == 0
    assert '<a href="../runs/local-1.37/index.html">local-1.37</a>' in (tmp_path / "out" / "matrix.html").read_text()
    brief = tmp_path / "brief.md"
    brief.write_text(f"{SHORT_MARKS[0]}\n{SHORT_MARKS[1]}\n{MARKS[0]}")
    page.write_text(f"{MARKS[0]}\n{MARKS[1]}\n")
    assert command.main([*join, "--into", str(brief), "--into", str(page)]) == 0
    assert "| local-1.37 | v1.37.2 | containerd 2.4.2 | conformant | 2 | 0 | 0.1.0 |" in brief.read_text()
    assert "Every requirement on every cluster" not in brief.read_text()
    assert (tmp_path / "out" / "matrix.md").read_text() in page.read_text()
    for wrong in (other, tmp_path / "none.md", tmp_path):
        assert command.main(["--output", str(tmp_path / "unused"), "--into", str(wrong)]) == USAGE
        assert f"--into {wrong}: " in capsys.readouterr().err
    assert not (tmp_path / "unused").exists()


SUITE = ["A-MUST [one]", "A-MUST [two]", "B-EXPECTED [case]"]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that joins the runs in ``runs`` into ``kept`` and a page; the suite has the cases of SUITE."""
    monkeypatch.setattr(command, "version", lambda: "0.1.0")
    monkeypatch.setattr(cases, "names", lambda: SUITE)
    (tmp_path / "README.md").write_text(f"{MARKS[0]}\n{MARKS[1]}\n")

    def join() -> int:
        paths = {"--join": "runs", "--output": "out", "--keep-in": "kept", "--into": "README.md"}
        return command.main([word for name, path in paths.items() for word in (name, f"{tmp_path}/{path}")])

    return join


def test_reports_are_kept_beside_those_of_other_cells_and_the_page_shows_all(tmp_path: Path, keep: Any) -> None:
    ran(tmp_path / "kept" / "kind-1.37", report(*FINE, provider="kind") | {"suite": "0.0.9"})
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    assert keep() == 0
    assert json.loads((tmp_path / "kept" / "local-1.37" / "conformance.json").read_text()) == report(*FINE)
    assert (tmp_path / "kept" / "cases" / "0.1.0.txt").read_text().splitlines() == SUITE
    assert "| suite | 0.1.0 | 0.0.9 |" in (tmp_path / "README.md").read_text()
    assert "kind-1.37" not in (tmp_path / "out" / "matrix.md").read_text()


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (report(*FINE[:2]), "local-1.37: it lacks B-EXPECTED [case]"),
        (report(*FINE) | {"suite": "0.2.0"}, "local-1.37 is of the suite 0.2.0, this checkout is 0.1.0: keep it with"),
        (but(said("A-MUST", "violated", "two", rule="lost")), "something is unexplained"),
        (report(*FINE, provider="kind"), "a cell is missing"),
    ],
    ids=["lacking", "other", "unexplained", "missing"],
)
def test_what_stands_for_no_whole_run_is_not_kept_and_the_page_stays(
    tmp_path: Path, keep: Any, capsys: pytest.CaptureFixture[str], found: Json, why: str
) -> None:
    ran(tmp_path / "kept" / "local-1.37", report(*FINE))
    ran(tmp_path / "runs" / "local-1.37", found)
    assert keep() == 1
    shown = capsys.readouterr().out
    assert f"{tmp_path}/kept stays as it was: {why}" in shown
    assert f"{tmp_path}/README.md stays as it was: {why}" in shown
    assert json.loads((tmp_path / "kept" / "local-1.37" / "conformance.json").read_text()) == report(*FINE)


def test_a_report_of_a_suite_that_is_listed_can_be_kept_again(tmp_path: Path, keep: Any) -> None:
    ran(tmp_path / "runs" / "local-1.37", report(*FINE) | {"suite": "0.2.0"})
    (tmp_path / "kept" / "cases").mkdir(parents=True)
    (tmp_path / "kept" / "cases" / "0.2.0.txt").write_text("\n".join(SUITE))
    assert keep() == 0
    assert (tmp_path / "kept" / "cases" / "0.2.0.txt").exists()


def test_where_nothing_can_be_kept_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "out", tmp_path / "out" / "kept", tmp_path, tmp_path / "file"):
        assert command.main(["--output", str(tmp_path / "out"), "--keep-in", str(folder)]) == USAGE
        assert f"--keep-in {folder}: " in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
