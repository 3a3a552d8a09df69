"""Several clusters side by side: what differs is found, explained or called unexplained, and nobody is left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clusters.kind import images
from clusters.local import build
from fixtures import matrix as command
from fixtures.errors import USAGE, CannotRunError
from reports import conformance, matrix
from tests.results import said

if TYPE_CHECKING:
    from reports.conformance import CaseResult

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent
LEVELS = {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED"}
GATE = "Kubernetes 1.33 dropped the field spec.x of a Pod; feature gate X, GA in 1.36"


def report(*results: CaseResult, kubernetes: str = "v1.37.2") -> Json:
    """A run's report."""
    node = {"runtime": "containerd://2.4.2", "kernel": "6.18"}
    cluster = {"provider": "local", "name": "local", "kubernetes": kubernetes, "nodes": {"node": node}}
    facts = {"suite": "0.1.0", "started": "2026-11-23T10:00:00+00:00", "wallSeconds": 104.9, "cluster": cluster}
    return conformance.build(LEVELS, results, facts)


FINE = (said("A-MUST", "holds", "one"), said("A-MUST", "holds", "two"), said("B-EXPECTED", "holds", level="EXPECTED"))


def but(*others: CaseResult) -> Json:
    """A report that is fine but for these."""
    instead = {(each["requirement"], each["case"]): each for each in others}
    return report(*(instead.get((each["requirement"], each["case"]), each) for each in FINE))


def test_where_all_say_the_same_nothing_differs() -> None:
    found = matrix.build({"local-1.36": report(*FINE, kubernetes="v1.36.3"), "local-1.37": report(*FINE)})
    assert found["differences"] == []
    assert not matrix.unexplained(found)
    assert found["requirements"]["A-MUST"]["outcomes"] == {"local-1.36": "holds", "local-1.37": "holds"}
    assert "nothing differs" in matrix.table(found)
    assert "Nothing differs between them." in matrix.markdown(found)


def test_a_gate_explains_what_does_not_apply() -> None:
    older = but(said("A-MUST", "not applicable", "two", reason=GATE))
    found = matrix.build({"local-1.33": older, "local-1.37": report(*FINE)})
    assert found["differences"] == [
        {
            "requirement": "A-MUST",
            "cases": ["two"],
            "outcomes": {"local-1.33": "not applicable", "local-1.37": "holds"},
            "why": {"local-1.33": GATE},
        }
    ]
    assert not matrix.unexplained(found)
    assert "A-MUST       MUST      ✓ 1/2       ✓" in matrix.table(found)


def test_cases_that_differ_alike_are_one_row() -> None:
    both = [said("A-MUST", "not applicable", case, reason=GATE) for case in ("one", "two")]
    (row,) = matrix.build({"old": but(*both), "new": report(*FINE)})["differences"]
    assert row["cases"] == ["one", "two"]
    other = said("A-MUST", "not applicable", "two", reason="another gate")
    assert len(matrix.build({"old": but(both[0], other), "new": report(*FINE)})["differences"]) == 2


@pytest.mark.parametrize("outcome", ["violated", "trouble", "not run"])
def test_what_no_gate_and_no_known_issue_explains_is_unexplained(outcome: Any) -> None:
    broken = said("B-EXPECTED", outcome, level="EXPECTED", rule="lost" if outcome == "violated" else "", reason="so")
    found = matrix.build({"local-1.33": but(broken), "local-1.37": report(*FINE)})
    (row,) = found["differences"]
    text = "lost broke" if outcome == "violated" else "so"
    assert row["why"] == {"local-1.33": f"unexplained: {outcome}: {text}"}
    assert matrix.unexplained(found)


def test_a_known_issue_explains_only_what_it_names() -> None:
    broken = said("B-EXPECTED", "violated", level="EXPECTED", rule="lost")
    reports: dict[str, Json | str] = {"local-1.33": but(broken), "local-1.37": report(*FINE)}
    issue = {"requirement": "B-EXPECTED", "cases": "ca*", "clusters": ["local-1.3[34]"], "why": "a bug, mended in 1.35"}
    assert matrix.build(reports, [issue])["differences"][0]["why"] == {"local-1.33": "known: a bug, mended in 1.35"}
    for other in ({"requirement": "A-MUST"}, {"cases": "x*"}, {"clusters": ["kind-*"]}):
        assert matrix.unexplained(matrix.build(reports, [issue | other]))


def test_a_slow_case_that_some_left_out_counts_as_not_run_there_and_where_all_did_it_is_no_difference() -> None:
    slow = said("A-MUST", "not run", "two", reason=conformance.SLOW)
    assert matrix.build({"a": but(slow), "b": but(slow)})["differences"] == []
    (row,) = matrix.build({"a": but(slow), "b": report(*FINE)})["differences"]
    assert row["outcomes"] == {"a": "not run", "b": "holds"}


def test_a_case_and_a_requirement_that_a_report_does_not_have_are_told() -> None:
    without = report(FINE[0])
    rows = matrix.build({"a": without, "b": report(*FINE)})["differences"]
    assert [(row["requirement"], row["cases"]) for row in rows] == [("A-MUST", ["two"]), ("B-EXPECTED", ["case"])]
    assert {why for row in rows for why in row["why"].values()} == {"unexplained: that report has no such case"}


def test_a_cluster_without_a_report_is_never_left_out() -> None:
    found = matrix.build({"local-1.33": "its run ended with exit code 10", "local-1.37": report(*FINE)})
    assert found["differences"] == []
    assert "A-MUST       MUST      ?           ✓" in matrix.table(found)
    assert "local-1.33  no report  its run ended with exit code 10" in matrix.table(found)
    assert "**local-1.33: no report**: its run ended with exit code 10" in matrix.markdown(found)
    assert matrix.table(matrix.build({"local-1.33": "none"}))


def test_a_cell_of_the_page_keeps_to_its_row() -> None:
    odd = said("A-MUST", "not applicable", "two", reason="a | b\nc")
    page = matrix.markdown(matrix.build({"a": but(odd), "b": report(*FINE)}))
    assert "| A-MUST `two` | - | ✓ | a \\| b c |" in page
    rows = [line for line in page.splitlines() if line.startswith(("| A-MUST", "| B-"))]
    assert rows == [
        "| A-MUST `two` | - | ✓ | a \\| b c |",
        "| A-MUST | MUST | ✓ 1/2 | ✓ |",
        "| B-EXPECTED | EXPECTED | ✓ | ✓ |",
    ]


def test_the_page_is_renewed_between_its_marks() -> None:
    begin, end = matrix.MARKS
    assert matrix.into(f"before\n{begin}\nold\n{end}\nafter", "new\n") == f"before\n{begin}\n\nnew\n\n{end}\nafter"
    for page in ("no marks", begin, f"{begin}{begin}{end}"):
        with pytest.raises(ValueError, match="has not the two marks"):
            matrix.into(page, "new")


def test_every_local_minor_is_a_cell_and_every_node_image_of_kind() -> None:
    cells = command.all_cells(images.FILE)
    assert [cell.name for cell in cells if cell.provider == "local"] == [f"local-{minor}" for minor in build.minors()]
    assert [cell.image for cell in cells if cell.provider == "kind"] == list(images.images().values())
    assert all((cell.image is None) == (cell.provider == "local") for cell in cells)


def test_cells_are_chosen_by_name_in_the_order_of_the_matrix() -> None:
    cells = [command.Cell("local-1.36", "local", "1.36"), command.Cell("local-1.37", "local", "1.37")]
    cells.append(command.Cell("kind-1.37", "kind", "1.37", "kindest/node:v1.37.0"))
    assert [cell.name for cell in command.chosen(cells, [])] == ["local-1.36", "local-1.37"]
    assert [cell.name for cell in command.chosen(cells, ["kind-1.37", "1.37"])] == ["local-1.37", "kind-1.37"]
    with pytest.raises(CannotRunError, match=r"^no cell local-1.9: there are local-1.36, local-1.37, kind-1.37$"):
        command.chosen(cells, ["1.9"])
    assert cells[0].options() == ["--cluster", "local", "--kubernetes", "1.36"]
    assert cells[2].options() == ["--cluster", "kind", "--kind-image", "kindest/node:v1.37.0"]


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([0, 1, 0], 1), ([13, 1], 1), ([0, 10], 10), ([1, 2, 10], 2)]
)
def test_the_worst_exit_code_is_that_of_the_matrix(codes: list[int], code: int) -> None:
    assert command.worst(codes) == code


def ran(folder: Path, told: Json | None = None) -> None:
    """A run's folder, with an Allure result."""
    (folder / "results").mkdir(parents=True)
    (folder / "results" / f"{folder.name}-result.json").write_text("{}")
    if told is not None:
        (folder / "conformance.json").write_text(json.dumps(told))


def test_earlier_runs_are_joined_and_one_that_died_is_told(tmp_path: Path) -> None:
    ran(tmp_path / "artifacts" / "one" / "local-1.37", report(*FINE))
    ran(tmp_path / "artifacts" / "two" / "kind-1.37", report(*FINE))
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
    assert json.loads((out / "matrix.json").read_text())["clusters"]["kind-1.35"] == {"missing": "its run left none"}


def test_what_cannot_be_joined_or_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(tmp_path / "a" / "local-1.37", report(*FINE))
    ran(tmp_path / "b" / "local-1.37", report(*FINE))
    (tmp_path / "empty").mkdir()
    (tmp_path / "c" / "local-1.36").mkdir(parents=True)
    (tmp_path / "c" / "local-1.36" / "conformance.json").write_text("{")
    out = ["--output", str(tmp_path / "out")]
    for arguments, line in {
        ("--join", f"{tmp_path}/a", f"{tmp_path}/b", *out): "have one name",
        ("--join", f"{tmp_path}/empty", *out): "there is no conformance.json below",
        ("--join", f"{tmp_path}/none", *out): "that is no folder",
        ("--join", f"{tmp_path}/a", "--output", f"{tmp_path}/a"): "it is emptied first",
        ("--join", f"{tmp_path}/c", *out): "conformance.json is no report",
        ("1.9", *out): "no cell local-1.9",
        ("--kind-images", f"{tmp_path}/none.toml"): "none.toml",
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
        [sys.executable, "-m", "fixtures.matrix", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == USAGE
    told = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert told["clusters"] == {"local-1.37": {"missing": "its run ended with exit code 4"}}


def test_ci_is_told_the_cells_as_it_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list-json"]) == 0
    include = json.loads(capsys.readouterr().out)["include"]
    assert [cell["name"] for cell in include] == [cell.name for cell in command.all_cells(images.FILE)]
    assert {cell["kind"] for cell in include if cell["provider"] == "kind"} == {images.release()}
    assert all(set(cell) == {"name", "provider", "kubernetes"} for cell in include if cell["provider"] == "local")
