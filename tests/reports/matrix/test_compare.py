"""Several clusters side by side: what differs is found, explained or called unexplained, and nobody is left out."""

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
from typing import TYPE_CHECKING, Any

import pytest

from clusters.kind import images
from clusters.local import build
from commands import cells
from commands import matrix as command
from fixtures.errors import USAGE, CannotRunError
from fixtures.play.scenario import case_name
from fixtures.session.output import refused
from reports.layout.markdown import renewed
from reports.matrix.compare import all_known, compare, known_issues, unexplained
from reports.matrix.markdown import MARKS, part
from reports.matrix.text import lines
from reports.matrix.words import Group, grouped
from reports.run import conformance, read
from tests.helpers.paths import ROOT
from tests.helpers.results import said

if TYPE_CHECKING:
    from reports.run.conformance import CaseResult, Outcome

Json = dict[str, Any]

REPORTS = ROOT / "docs" / "reports"
LEVELS = {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED"}
GATE = "Kubernetes 1.33 dropped the field spec.x of a Pod; feature gate X, GA in 1.36"


def report(*results: CaseResult, kubernetes: str = "v1.37.2", provider: str = "local") -> Json:
    """A run's report."""
    node = {"runtime": "containerd://2.4.2", "kernel": "6.18"}
    minor = kubernetes.removeprefix("v").rpartition(".")[0]
    cluster = {"provider": provider, "name": "local", "kubernetes": kubernetes, "minor": minor, "nodes": {"node": node}}
    facts = {"suite": "0.1.0", "started": "2026-11-23T10:00:00+00:00", "wallSeconds": 104.9, "cluster": cluster}
    return conformance.build(LEVELS, results, facts)


FINE = (said("A-MUST", "holds", "one"), said("A-MUST", "holds", "two"), said("B-EXPECTED", "holds", level="EXPECTED"))


def but(*others: CaseResult, kubernetes: str = "v1.37.2") -> Json:
    """A report that is fine but for these."""
    instead = {(each["requirement"], each["case"]): each for each in others}
    return report(*(instead.get((each["requirement"], each["case"]), each) for each in FINE), kubernetes=kubernetes)


def test_where_all_say_the_same_nothing_differs() -> None:
    found = compare({"local-1.36": report(*FINE, kubernetes="v1.36.3"), "local-1.37": report(*FINE)})
    assert found["differences"] == []
    assert not unexplained(found)
    assert found["requirements"]["A-MUST"]["outcomes"] == {"local-1.36": "holds", "local-1.37": "holds"}
    assert "nothing differs" in lines(found)
    assert "Nothing differs between them." in part(found)


def test_a_gate_explains_what_does_not_apply() -> None:
    older = but(said("A-MUST", "not applicable", "two", reason=GATE))
    found = compare({"local-1.33": older, "local-1.37": report(*FINE)})
    assert found["differences"] == [
        {
            "requirement": "A-MUST",
            "case": "two",
            "outcomes": {"local-1.33": "not applicable", "local-1.37": "holds"},
            "why": {"local-1.33": GATE},
        }
    ]
    assert not unexplained(found)
    assert "A-MUST       MUST      ✓ 1/2       ✓" in lines(found)


def test_what_is_recorded_is_as_fine_as_what_holds() -> None:
    told = compare({"a": but(said("A-MUST", "recorded", "two", level="INFO"))})
    assert "A-MUST       MUST      ✓" in lines(told)
    assert "nothing differs" not in lines(told)  # from what?


def test_cases_that_differ_alike_are_told_together_with_their_figures() -> None:
    def told(*reasons: str) -> list[Group]:
        cases = [("A-MUST", "one"), ("A-MUST", "two"), ("B-EXPECTED", "case")]
        without = [
            said(name, "not applicable", case, reason=why) for (name, case), why in zip(cases, reasons, strict=True)
        ]
        return grouped(compare({"old": but(*without), "new": report(*FINE)}))

    (group,) = told("no IPv6: it is 10.0.0.1", "no IPv6: it is 10.0.0.2", "no IPv6: it is 10.0.0.3")
    assert group.cases == {"A-MUST": ["one", "two"], "B-EXPECTED": ["case"]}
    assert group.why == {"no IPv6: it is 10.0.0.1/10.0.0.2/…": ["old"]}
    assert [list(group.why) for group in told("a gate", "another gate", "a gate")] == [["a gate"], ["another gate"]]


def test_a_reason_that_two_clusters_give_is_told_once_with_the_figures_of_both() -> None:
    gated = [
        said("A-MUST", "not applicable", "two", reason=f"Kubernetes {minor} dropped it") for minor in ("1.33", "1.34")
    ]
    found = compare({"a": but(gated[0]), "b": but(gated[1]), "c": report(*FINE)})
    (group,) = grouped(found)
    assert group.why == {"Kubernetes 1.33/1.34 dropped it": ["a", "b"]}
    assert "    a, b: Kubernetes 1.33/1.34 dropped it" in lines(found)


@pytest.mark.parametrize("outcome", ["violated", "trouble", "not run"])
def test_what_no_gate_and_no_known_issue_explains_is_unexplained(outcome: Any) -> None:
    broken = said("B-EXPECTED", outcome, level="EXPECTED", rule="lost" if outcome == "violated" else "", reason="so")
    found = compare({"local-1.33": but(broken), "local-1.37": report(*FINE)})
    (row,) = found["differences"]
    text = "lost: lost broke" if outcome == "violated" else "so"
    assert row["why"] == {"local-1.33": f"unexplained: {outcome}: {text}"}
    assert unexplained(found)


ISSUE = {
    "requirement": "B-EXPECTED",
    "cases": "ca*",
    "violations": "lost: *broke",
    "kubernetes": ["1.33", "1.34"],
    "why": "a bug, mended in 1.35",
}


def test_a_known_issue_explains_only_what_it_names() -> None:
    broken = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13")
    reports: dict[str, Json | str] = {"local-1.33": broken, "local-1.37": report(*FINE)}
    found = compare(reports, [ISSUE])
    assert found["differences"][0]["why"] == {"local-1.33": "known: a bug, mended in 1.35"}
    assert not unexplained(found)
    assert all_known(found, "local-1.33")
    assert not all_known(found, "local-1.37")  # nothing is wrong there
    for other in ({"requirement": "A-MUST"}, {"cases": "x*"}, {"kubernetes": ["1.3"]}, {"violations": "late: *"}):
        assert unexplained(compare(reports, [ISSUE | other]))
    broken["requirements"]["B-EXPECTED"]["cases"][0]["violations"] = []  # its test failed without a word of a rule
    assert unexplained(compare(reports, [ISSUE]))


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
    monkeypatch.setattr(command.Relay, "run", lambda *_: pytest.fail("it ran"))
    assert command.main(["1.37", "--output", str(tmp_path / "out")]) == USAGE
    assert f"podproof: {file}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_everywhere_is_no_difference_and_all_the_same_unexplained() -> None:
    broken = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13")
    found = compare({"one": broken, "two": broken})
    assert found["differences"] == []
    assert unexplained(found)
    assert not unexplained(compare({"one": broken, "two": broken}, [ISSUE]))
    both = but(
        said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), said("A-MUST", "trouble", "one", reason="so")
    )
    assert not all_known(compare({"one": both}, [ISSUE]), "one")


def test_no_known_issue_explains_trouble_or_what_was_lost() -> None:
    said_: tuple[tuple[Outcome, str], ...] = (("trouble", "answered 500"), ("not run", "the run ended before it"))
    for outcome, reason in said_:
        unheard = but(said("B-EXPECTED", outcome, level="EXPECTED", reason=reason), kubernetes="v1.33.13")
        found = compare({"one": unheard}, [ISSUE])
        assert unexplained(found)
        assert f"B-EXPECTED [case] one: unexplained: {outcome}: {reason}" in lines(found)
        assert f"- **B-EXPECTED** case, one: unexplained: {outcome}: {reason}" in part(found)


def test_two_runs_that_both_ended_early_do_not_agree() -> None:
    for reason, is_open in (("the run ended before it", True), (conformance.DESELECTED, False)):
        unheard = report(*(said(each["requirement"], "not run", each["case"], reason=reason) for each in FINE))
        assert unexplained(compare({"one": unheard, "two": unheard})) == is_open


def test_every_known_issue_is_one_of_the_reports_that_are_kept() -> None:
    kept_reports: dict[str, Json | str] = {name: read.report(run) for name, run in command.found([REPORTS]).items()}
    said_ = {row["why"] for row in compare(kept_reports, known_issues())["wrong"]}
    assert said_ == {f"known: {issue['why']}" for issue in known_issues()}


def test_a_slow_case_that_some_left_out_counts_as_not_run_there_and_where_all_did_it_is_no_difference() -> None:
    slow = said("A-MUST", "not run", "two", reason=conformance.SLOW)
    assert compare({"a": but(slow), "b": but(slow)})["differences"] == []
    (row,) = compare({"a": but(slow), "b": report(*FINE)})["differences"]
    assert row["outcomes"] == {"a": "not run", "b": "holds"}


def test_a_case_and_a_requirement_that_a_report_does_not_have_are_told() -> None:
    without = report(FINE[0])
    rows = compare({"a": without, "b": report(*FINE)})["differences"]
    assert [(row["requirement"], row["case"]) for row in rows] == [("A-MUST", "two"), ("B-EXPECTED", "case")]
    assert {why for row in rows for why in row["why"].values()} == {"unexplained: that report has no such case"}


def test_a_cluster_without_a_report_is_never_left_out() -> None:
    found = compare({"local-1.33": "its run ended with exit code 10", "local-1.37": report(*FINE)})
    assert found["differences"] == []
    assert "A-MUST       MUST      ?           ✓" in lines(found)
    assert "local-1.33  no report  its run ended with exit code 10" in lines(found)
    assert "**local-1.33: no report**: its run ended with exit code 10" in part(found)
    assert lines(compare({"local-1.33": "none"}))


def test_a_cell_of_the_page_keeps_to_its_row_and_means_nothing_to_markdown() -> None:
    odd = said("A-MUST", "not applicable", "two", reason="a | <b>\nc *d*")
    page = part(compare({"a": but(odd), "b": report(*FINE)}))
    rows = [line for line in page.splitlines() if "A-MUST" in line or line.startswith("| B-")]
    assert rows == [
        "| **A-MUST** two | - | ✓ | a \\| &lt;b&gt; c \\*d\\* |",
        "| A-MUST | MUST | ✓ 1/2 | ✓ |",
        "| B-EXPECTED | EXPECTED | ✓ | ✓ |",
    ]


def test_the_page_is_renewed_between_its_marks() -> None:
    begin, end = MARKS
    assert renewed(f"before\n{begin}\nold\n{end}\nafter", MARKS, "new\n") == f"before\n{begin}\n\nnew\n\n{end}\nafter"
    for page in ("no marks", begin, f"{begin}{begin}{end}", f"{end}{begin}"):
        with pytest.raises(ValueError, match="has not the two marks"):
            renewed(page, MARKS, "new")


def test_every_local_minor_is_a_cell_and_every_node_image_of_kind() -> None:
    all_cells = cells.every(images.FILE)
    assert [cell.name for cell in all_cells if cell.provider == "local"] == [
        f"local-{minor}" for minor in build.minors()
    ]
    assert [cell.image for cell in all_cells if cell.provider == "kind"] == list(images.images().values())
    assert all((cell.image is None) == (cell.provider == "local") for cell in all_cells)


def test_cells_are_chosen_by_name_in_the_order_of_the_matrix() -> None:
    some = [cells.Cell("local-1.36", "local", "1.36"), cells.Cell("local-1.37", "local", "1.37")]
    some.append(cells.Cell("kind-1.37", "kind", "1.37", "kindest/node:v1.37.0"))
    assert [cell.name for cell in cells.chosen(some, ["local-*"])] == ["local-1.36", "local-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["kind-1.37", "1.37"])] == ["local-1.37", "kind-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["*-1.37"])] == ["local-1.37", "kind-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["kind-*", "local"])] == ["local-1.37", "kind-1.37"]
    with pytest.raises(CannotRunError, match=r"^no cell 1.9: there are local-1.36, local-1.37, kind-1.37$"):
        cells.chosen(some, ["1.9"])
    assert some[0].options() == ["--cluster", "local", "--kubernetes", "1.36"]
    assert some[2].options() == ["--cluster", "kind", "--kind-image", "kindest/node:v1.37.0"]


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([0, 1, 0], 1), ([13, 1], 13), ([0, 10], 10), ([0, -9], 137)]
)
def test_the_worst_exit_code_is_that_of_the_matrix(codes: list[int], code: int) -> None:
    assert command.worst_code(codes) == code


def ran(folder: Path, told: Json | None = None) -> None:
    """A run's folder, with an Allure result."""
    (folder / "results").mkdir(parents=True)
    (folder / "results" / f"{folder.name}-result.json").write_text("{}")
    if told is not None:
        (folder / "conformance.json").write_text(json.dumps(told))


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


def test_what_lies_where_the_joined_is_written_is_never_a_cells_report(tmp_path: Path) -> None:
    ran(tmp_path / "artifacts" / "local-1.37", report(*FINE))
    ran(tmp_path / "out" / "kind-1.37", report(*FINE, provider="kind"))
    (tmp_path / "out" / ".podproof").touch()
    join = ["--join", str(tmp_path / "artifacts"), "--output", str(tmp_path / "out")]
    assert command.main(["kind-1.37", *join]) == 1
    told = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
    assert told["kind-1.37"] == {"missing": "its run left no report"}


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
    told = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
    assert told["local-1.37"] == {"missing": command.RESTS_ON_NOTHING}


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
        relay_run = command.Relay.run
        monkeypatch.setattr(
            command.Relay, "run", lambda self, _, code=code, run=relay_run: run(self, [sys.executable, "-c", code])
        )
        timer = threading.Thread(target=_signal_once, args=(begun,))
        timer.start()
        assert command.main(["1.36", "1.37", "--output", str(tmp_path / "out")]) == command.INTERRUPTED
        timer.join()
        monkeypatch.setattr(command.Relay, "run", relay_run)
        assert len(list(begun.iterdir())) == 1  # the second cell never began
        told = json.loads((tmp_path / "out" / "matrix.json").read_text())["clusters"]
        assert told["local-1.37"] == {"missing": "it was not run: a signal ended the matrix"}


def _signal_once(begun: Path) -> None:
    """Send ourselves a SIGTERM when the first run has begun."""
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
        said_ = capsys.readouterr().err
        assert said_.startswith("podproof: ")
        assert line in said_
        assert said_.count("\n") == 1
    assert (tmp_path / "a" / "local-1.37" / "conformance.json").exists()


def test_a_run_that_gets_no_cluster_leaves_a_gap_and_its_exit_code(tmp_path: Path) -> None:
    # pytest itself refuses the option that follows, as a run without its cluster would end.
    arguments = ["1.37", "--output", str(tmp_path / "out"), "--", "--in-flight", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "commands.matrix", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == USAGE
    told = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert told["clusters"] == {"local-1.37": {"missing": "its run ended with exit code 4"}}


@pytest.mark.parametrize(("lost", "code"), [({}, 0), ({"lost": ["worker gw1"]}, command.VIOLATED)])
def test_a_run_that_found_what_is_known_did_not_fail_unless_it_lost_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: Json, code: int
) -> None:
    monkeypatch.setattr(command, "known_issues", lambda: [ISSUE])
    told = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13") | lost

    def runs(_: object, arguments: list[str]) -> int:
        ran(Path(arguments[arguments.index("--output") + 1]), told)
        return command.VIOLATED

    monkeypatch.setattr(command.Relay, "run", runs)
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


def test_a_page_is_written_into_and_one_without_marks_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(tmp_path / "runs" / "local-1.37", report(*FINE))
    page, other = tmp_path / "README.md", tmp_path / "other.md"
    page.write_text(f"before\n{MARKS[0]}\n{MARKS[1]}\n")
    other.write_text("no marks")
    join = ["--join", str(tmp_path / "runs"), "--output", str(tmp_path / "out")]
    assert command.main([*join, "--into", str(page)]) == 0
    assert (tmp_path / "out" / "matrix.md").read_text() in page.read_text()
    for wrong in (other, tmp_path / "none.md", tmp_path):
        assert command.main(["--output", str(tmp_path / "unused"), "--into", str(wrong)]) == USAGE
        assert f"--into {wrong}: " in capsys.readouterr().err
    assert not (tmp_path / "unused").exists()


def test_the_readme_shows_the_reports_that_are_kept() -> None:
    runs = command.found([REPORTS])
    names = cells.ordered(runs, cells.every(images.FILE))
    kept_reports: dict[str, Json | str] = {name: read.report(runs[name]) for name in names}
    compared = compare(kept_reports, known_issues())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert renewed(readme, MARKS, part(compared)) == readme
    assert not unexplained(compared)


def test_the_reports_that_are_kept_have_the_cases_of_the_suite(suite_items: list[pytest.Item]) -> None:
    marks = [(item, item.get_closest_marker("requirement")) for item in suite_items]
    cases = {(mark.args[0], case_name(item)) for item, mark in marks if mark}
    assert cases
    for name, run in command.found([REPORTS]).items():
        requirements = read.report(run)["requirements"].items()
        assert {(each, case["case"]) for each, told in requirements for case in told["cases"]} == cases, name
