"""Several clusters side by side: what differs is found, explained or called unexplained, and nobody is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.matrix.compare import all_known, all_known_or_unproven, broken, compare, known_issues, unexplained
from reports.matrix.markdown import part
from reports.matrix.text import lines
from reports.matrix.words import Group, grouped
from reports.models.conformance import Report
from reports.run import conformance
from tests.helpers.results import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from records.deviations import Deviation
    from records.outcome import CaseResult, Cause
    from reports.models.matrix import Matrix

Json = dict[str, Any]

LEVELS = {"A-MUST": "MUST", "B-EXPECTED": "EXPECTED"}
GATE = "Kubernetes 1.33 dropped the field spec.x of a Pod; feature gate X, GA in 1.36"


def report(*results: CaseResult, kubernetes: str = "v1.37.2", provider: str = "local") -> Json:
    """Return the report of a run."""
    node = {"runtime": "containerd://2.4.2", "kernel": "6.18"}
    minor = kubernetes.removeprefix("v").rpartition(".")[0]
    cluster = {"provider": provider, "name": "local", "kubernetes": kubernetes, "minor": minor, "nodes": {"node": node}}
    facts = {"suite": "0.1.0", "started": "2026-11-23T10:00:00+00:00", "wallSeconds": 104.9, "cluster": cluster}
    return conformance.build(LEVELS, results, facts)


def compared(reports: Mapping[str, Json | str], known: Iterable[Deviation] = ()) -> Matrix:
    """Return the comparison of reports, given as their files have them."""
    return compare({name: it if isinstance(it, str) else Report.of(it) for name, it in reports.items()}, known)


FINE = (said("A-MUST", "holds", "one"), said("A-MUST", "holds", "two"), said("B-EXPECTED", "holds", level="EXPECTED"))


def but(*others: CaseResult, kubernetes: str = "v1.37.2", provider: str = "local") -> Json:
    """Return a report whose cases hold, but for these."""
    instead = {(each["requirement"], each["case"]): each for each in others}
    cases = (instead.get((each["requirement"], each["case"]), each) for each in FINE)
    return report(*cases, kubernetes=kubernetes, provider=provider)


def test_where_all_say_the_same_nothing_differs() -> None:
    found = compared({"local-1.36": report(*FINE, kubernetes="v1.36.3"), "local-1.37": report(*FINE)})
    assert found.differences == []
    assert not unexplained(found)
    assert found.requirements["A-MUST"].outcomes == {"local-1.36": "holds", "local-1.37": "holds"}
    assert "nothing differs" in lines(found)
    assert "Nothing differs between them." in part(found)


def test_a_gate_explains_what_does_not_apply() -> None:
    older = but(said("A-MUST", "not applicable", "two", reason=GATE))
    found = compared({"local-1.33": older, "local-1.37": report(*FINE)})
    assert found.plain()["differences"] == [
        {
            "requirement": "A-MUST",
            "case": "two",
            "outcomes": {"local-1.33": "not applicable", "local-1.37": "holds"},
            "why": {"local-1.33": {"kind": "gate", "text": GATE}},
        }
    ]
    assert not unexplained(found)
    assert "A-MUST       MUST      ✓ 1/2       ✓" in lines(found)


def test_what_is_recorded_is_as_fine_as_what_holds() -> None:
    found = compared({"a": but(said("A-MUST", "recorded", "two", level="INFO"))})
    assert "A-MUST       MUST      ✓" in lines(found)
    assert "nothing differs" not in lines(found)  # from what?


def test_cases_that_differ_alike_are_told_together_with_their_figures() -> None:
    def groups(*reasons: str) -> list[Group]:
        cases = [("A-MUST", "one"), ("A-MUST", "two"), ("B-EXPECTED", "case")]
        without = [
            said(name, "not applicable", case, reason=why) for (name, case), why in zip(cases, reasons, strict=True)
        ]
        return grouped(compared({"old": but(*without), "new": report(*FINE)}))

    (group,) = groups("no IPv6: it is 10.0.0.1", "no IPv6: it is 10.0.0.2", "no IPv6: it is 10.0.0.3")
    assert group.cases == {"A-MUST": ["one", "two"], "B-EXPECTED": ["case"]}
    assert group.why == {"no IPv6: it is 10.0.0.1/10.0.0.2/…": ["old"]}
    assert [list(group.why) for group in groups("a gate", "another gate", "a gate")] == [["a gate"], ["another gate"]]


def test_a_reason_that_two_clusters_give_is_told_once_with_the_figures_of_both() -> None:
    gated = [
        said("A-MUST", "not applicable", "two", reason=f"Kubernetes {minor} dropped it") for minor in ("1.33", "1.34")
    ]
    found = compared({"a": but(gated[0]), "b": but(gated[1]), "c": report(*FINE)})
    (group,) = grouped(found)
    assert group.why == {"Kubernetes 1.33/1.34 dropped it": ["a", "b"]}
    assert "    a, b: Kubernetes 1.33/1.34 dropped it" in lines(found)


@pytest.mark.parametrize("outcome", ["violated", "trouble", "not run"])
def test_what_no_gate_and_no_known_issue_explains_is_unexplained(outcome: Any) -> None:
    wrong = said("B-EXPECTED", outcome, level="EXPECTED", rule="lost" if outcome == "violated" else "", reason="so")
    found = compared({"local-1.33": but(wrong), "local-1.37": report(*FINE)})
    (row,) = found.plain()["differences"]
    text = "lost: lost broke" if outcome == "violated" else "so"
    kind = "unexplained" if outcome == "violated" else "unproven"
    assert row["why"] == {"local-1.33": {"kind": kind, "text": f"{outcome}: {text}"}}
    assert (unexplained(found), broken(found)) == (True, outcome == "violated")


ISSUE: Any = {
    "requirement": "B-EXPECTED",
    "cases": "ca*",
    "violations": "lost: *broke",
    "kubernetes": ["1.33", "1.34"],
    "why": "a bug, mended in 1.35",
}


def test_a_known_issue_explains_only_what_it_names() -> None:
    wrong = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13")
    reports: dict[str, Json | str] = {"local-1.33": wrong, "local-1.37": report(*FINE)}
    found = compared(reports, [ISSUE])
    assert found.plain()["differences"][0]["why"] == {"local-1.33": {"kind": "known", "text": "a bug, mended in 1.35"}}
    assert not unexplained(found)
    assert all_known(found, "local-1.33")
    assert not all_known(found, "local-1.37")  # nothing is wrong there
    for other in ({"requirement": "A-MUST"}, {"cases": "x*"}, {"kubernetes": ["1.3"]}, {"violations": "late: *"}):
        assert unexplained(compared(reports, [ISSUE | other]))
    wrong["requirements"]["B-EXPECTED"]["cases"][0]["violations"] = []  # its test failed without a word of a rule
    assert unexplained(compared(reports, [ISSUE]))


def test_what_is_wrong_everywhere_is_no_difference_and_all_the_same_unexplained() -> None:
    wrong = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), kubernetes="v1.33.13")
    found = compared({"one": wrong, "two": wrong})
    assert found.differences == []
    assert unexplained(found)
    assert not unexplained(compared({"one": wrong, "two": wrong}, [ISSUE]))
    trouble = said("A-MUST", "trouble", "one", reason="so")
    both = but(said("B-EXPECTED", "violated", level="EXPECTED", rule="lost"), trouble, kubernetes="v1.33.13")
    found = compared({"one": both}, [ISSUE])
    assert (all_known(found, "one"), all_known_or_unproven(found, "one"), broken(found)) == (False, True, False)
    assert not all_known_or_unproven(compared({"one": both}), "one")


def test_no_known_issue_explains_trouble_or_what_was_lost() -> None:
    trouble = said("B-EXPECTED", "trouble", level="EXPECTED", reason="answered 500")
    for case in (trouble, said("B-EXPECTED", "not run", level="EXPECTED", cause="ended-early")):
        outcome, reason = case["outcome"], case["reason"]
        unheard = but(case, kubernetes="v1.33.13")
        found = compared({"one": unheard}, [ISSUE])
        assert unexplained(found)
        assert f"B-EXPECTED [case] one: not proven: {outcome}: {reason}" in lines(found)
        assert f"- **B-EXPECTED** case, one: not proven: {outcome}: {reason}" in part(found)


def test_two_runs_that_both_ended_early_do_not_agree() -> None:
    causes: tuple[tuple[Cause, bool], ...] = (("ended-early", True), ("deselected", False))
    for cause, is_open in causes:
        unheard = report(*(said(each["requirement"], "not run", each["case"], cause=cause) for each in FINE))
        assert unexplained(compared({"one": unheard, "two": unheard})) == is_open


def test_a_slow_case_that_only_some_left_out_is_a_difference() -> None:
    slow = said("A-MUST", "not run", "two", cause="slow")
    assert compared({"a": but(slow), "b": but(slow)}).differences == []
    (row,) = compared({"a": but(slow), "b": report(*FINE)}).plain()["differences"]
    assert row["outcomes"] == {"a": "not run", "b": "holds"}


def test_a_case_and_a_requirement_that_a_report_does_not_have_are_told() -> None:
    without = report(FINE[0])
    rows = compared({"a": without, "b": report(*FINE)}).plain()["differences"]
    assert [(row["requirement"], row["case"]) for row in rows] == [("A-MUST", "two"), ("B-EXPECTED", "case")]
    found = [why for row in rows for why in row["why"].values()]
    assert found == [{"kind": "unexplained", "text": "that report has no such case"}] * 2


def test_a_cluster_without_a_report_is_never_left_out() -> None:
    found = compared({"local-1.33": "its run ended with exit code 10", "local-1.37": report(*FINE)})
    assert found.differences == []
    assert "A-MUST       MUST      ?           ✓" in lines(found)
    assert "local-1.33  no report  its run ended with exit code 10" in lines(found)
    assert "**local-1.33: no report**: its run ended with exit code 10" in part(found)
    assert lines(compared({"local-1.33": "none"}))


def test_a_cell_of_the_page_keeps_to_its_row_and_means_nothing_to_markdown() -> None:
    odd = said("A-MUST", "not applicable", "two", reason="a | <b>\nc *d*")
    page = part(compared({"a": but(odd), "b": report(*FINE)}))
    rows = [line for line in page.splitlines() if "A-MUST" in line or line.startswith("| B-")]
    assert rows == [
        "| **A-MUST** two | - | ✓ | a \\| &lt;b&gt; c \\*d\\* |",
        "| A-MUST | MUST | ✓ 1/2 | ✓ |",
        "| B-EXPECTED | EXPECTED | ✓ | ✓ |",
    ]


def test_a_cluster_tells_the_oci_runtime_that_it_was_made_of() -> None:
    made = report(*FINE)
    made["cluster"]["parts"] = {"ociRuntime": "runc v1.1.14", "cni": "ptp"}
    found = compared({"local-1.37": report(*FINE), "local-1.37+runc-1.1": made})
    assert [each.runtime for each in found.there.values()] == [
        "containerd://2.4.2",
        "containerd://2.4.2, runc v1.1.14",
    ]


def test_a_known_issue_of_a_part_explains_only_clusters_that_are_made_of_it(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    entry = '[[A-MUST]]\ncases = "one"\nviolations = "lost: *"\nkubernetes = ["1.37"]\nwhy = "runc 1.1 loses it"\n'
    file.write_text(f'{entry}parts = ["runc-1.1", "youki"]\n')
    known = known_issues(file)
    reports = {name: but(said("A-MUST", "violated", "one", rule="lost")) for name in ("old", "new", "other", "untold")}
    for name, runtime in {"old": "runc v1.1.14", "new": "runc v1.11.0", "other": "youki v0.7.0"}.items():
        reports[name]["cluster"]["parts"] = {"ociRuntime": runtime, "containerd": "v1.7.35", "cni": "ptp"}
    kinds = {row.cluster: row.why.kind for row in compared(reports, known).wrong}
    assert kinds == {"old": "known", "new": "unexplained", "other": "known", "untold": "unexplained"}
    made_of = Report.of(reports["old"]).cluster.made_of
    assert made_of == ["containerd-1.7", "runc-1.1", "runc", "ptp"]
    for wrong in ('"runc-1.1"', "[]"):
        file.write_text(f"{entry}parts = {wrong}\n")
        with pytest.raises(ValueError, match="and parts, if any, a list"):
            known_issues(file)
