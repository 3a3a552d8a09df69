"""The verdicts of several clusters side by side: what differs between them, and why.

    python -m reports.matrix MATRIX.JSON

writes what a run of the matrix found into the README, between its two marks.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.columns import aligned
from reports.conformance import WORST_FIRST, left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
KNOWN_ISSUES = Path(__file__).parent / "known-issues.toml"
MARKS = ("<!-- made by ./podproof matrix: begin -->", "<!-- made by ./podproof matrix: end -->")

CONFORMANT = {True: "conformant", False: "NOT conformant", None: "no claim"}

SIGNS = {
    "holds": "✓",
    "violated": "✗",
    "trouble": "!",
    "not applicable": "-",
    "recorded": "i",
    "not run": "·",
}
"""Of an outcome, where there is little room."""
MISSING = "?"
"""Of a cluster without a report."""
FINE = frozenset({"holds", "recorded"})
UNEXPLAINED = "unexplained"


def build(reports: Mapping[str, Json | str], known: Iterable[Json] = ()) -> Json:
    """The comparison: ``{clusters, requirements, differences}``.

    Args:
        reports: by the name of each cluster: its conformance report, or in words why there is none.
        known: known issues, ``{requirement, cases, clusters, why}``, as ``known_issues`` reads them.
    """
    whole = {name: report for name, report in reports.items() if not isinstance(report, str)}
    known = list(known)
    names = sorted({name for report in whole.values() for name in report["requirements"]})
    requirements = {name: _requirement(name, whole) for name in names}
    return {
        "clusters": {
            name: {"missing": report} if isinstance(report, str) else _cluster(report)
            for name, report in reports.items()
        },
        "requirements": requirements,
        "differences": [row for name in names for row in _differences(name, whole, known)],
    }


def unexplained(matrix: Json) -> bool:
    """Whether a difference has neither a gate nor a known issue that explains it."""
    return any(why.startswith(UNEXPLAINED) for row in matrix["differences"] for why in row["why"].values())


def known_issues(path: Path = KNOWN_ISSUES) -> list[Json]:
    """What is known to differ, and why: ``{requirement, cases, clusters, why}``, patterns of names and a sentence."""
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [{"requirement": name, **issue} for name, issues in table.items() for issue in issues]


def _requirement(name: str, whole: Mapping[str, Json]) -> Json:
    told = {cluster: report["requirements"].get(name) for cluster, report in whole.items()}
    return {
        "level": next(each["level"] for each in told.values() if each),
        "outcomes": {cluster: each["outcome"] if each else "not run" for cluster, each in told.items()},
        "cases": {cluster: _counts(each["cases"]) if each else {} for cluster, each in told.items()},
    }


def _counts(cases: Sequence[Json]) -> dict[str, int]:
    """How many cases have each outcome; slow ones that nobody asked for count nowhere."""
    outcomes = [case["outcome"] for case in cases if not left_out(case)]
    return {outcome: outcomes.count(outcome) for outcome in WORST_FIRST if outcome in outcomes}


def _cluster(report: Json) -> Json:
    cluster = report["cluster"]
    nodes = list(cluster["nodes"].values())
    return {
        "provider": cluster["provider"],
        "kubernetes": cluster["kubernetes"],
        "runtime": _together(node["runtime"] for node in nodes),
        "kernel": _together(node["kernel"] for node in nodes),
        "nodes": len(nodes),
        "suite": report["suite"],
        "started": report["started"],
        "wallSeconds": report["wallSeconds"],
        "conformant": report["conformant"],
        "totals": report["totals"],
    }


def _together(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _differences(name: str, whole: Mapping[str, Json], known: Sequence[Json]) -> list[Json]:
    """The cases of a requirement that have not the same outcome everywhere, together where they differ alike."""
    cases: dict[str, dict[str, Json]] = {}
    for cluster, report in whole.items():
        for case in report["requirements"].get(name, {"cases": []})["cases"]:
            cases.setdefault(case["case"], {})[cluster] = case
    rows: list[Json] = []
    for case, told in cases.items():
        outcomes = {cluster: told[cluster]["outcome"] if cluster in told else "not run" for cluster in whole}
        if len(set(outcomes.values())) == 1 or all(left_out(each) for each in told.values()):
            continue
        why = {
            cluster: _why(name, case, cluster, told.get(cluster), known)
            for cluster, outcome in outcomes.items()
            if outcome not in FINE
        }
        alike = next((row for row in rows if (row["outcomes"], row["why"]) == (outcomes, why)), None)
        if alike is not None:
            alike["cases"].append(case)
        else:
            rows.append({"requirement": name, "cases": [case], "outcomes": outcomes, "why": why})
    return rows


def _why(name: str, case: str, cluster: str, told: Json | None, known: Sequence[Json]) -> str:
    """Why a case does not hold: its gate, a known issue; else that nothing explains it, and what was said."""
    if told is None:
        return f"{UNEXPLAINED}: that report has no such case"
    if told["outcome"] == "not applicable":
        return str(told["reason"])
    said = " / ".join(violation["text"] for violation in told["violations"]) or told.get("reason", "")
    for issue in known:
        if (
            issue["requirement"] == name
            and fnmatchcase(case, issue["cases"])
            and any(fnmatchcase(cluster, pattern) for pattern in issue["clusters"])
        ):
            return f"known: {issue['why']}"
    return f"{UNEXPLAINED}: {told['outcome']}: {said}"


def table(matrix: Json) -> list[str]:
    """The matrix as lines for a terminal: every requirement, what differs and why, then each cluster's totals."""
    clusters = matrix["clusters"]
    rows = _rows(matrix)
    lines = [*aligned([("requirement", "level", *clusters), *rows]), ""]
    if unheard := len(matrix["requirements"]) - len(rows):
        lines += [f"{unheard} more were run nowhere", ""]
    lines += [", ".join(f"{sign} {outcome}" for outcome, sign in _used(matrix)), ""]
    for row in matrix["differences"]:
        lines.append(f"{row['requirement']} [{', '.join(row['cases'])}]")
        lines += [f"    {', '.join(names)}: {why}" for why, names in _by_reason(row).items()]
    if not matrix["differences"]:
        lines.append("nothing differs")
    return [*lines, "", *aligned([(name, *_said(cluster)) for name, cluster in clusters.items()])]


def _said(cluster: Json) -> tuple[str, str]:
    if "missing" in cluster:
        return ("no report", cluster["missing"])
    totals = ", ".join(f"{count} {outcome}" for outcome, count in cluster["totals"].items() if count)
    return (cluster["kubernetes"], f"{totals}; {CONFORMANT[cluster['conformant']]}; {cluster['wallSeconds']:.0f} s")


def _rows(matrix: Json) -> list[tuple[str, ...]]:
    """Requirement, level, and a sign of each cluster; without the requirements that were run nowhere."""
    return [
        (name, told["level"], *(_sign(told, cluster) for cluster in matrix["clusters"]))
        for name, told in matrix["requirements"].items()
        if set(told["outcomes"].values()) != {"not run"}
    ]


def _sign(requirement: Json, cluster: str) -> str:
    """Of one requirement on one cluster; with a count where not every case came out so: ``✓ 2/4``."""
    outcome = requirement["outcomes"].get(cluster)
    if outcome is None:
        return MISSING
    counts = requirement["cases"][cluster]
    total = sum(counts.values())
    return SIGNS[outcome] + ("" if counts.get(outcome, 0) == total else f" {counts.get(outcome, 0)}/{total}")


def _used(matrix: Json) -> list[tuple[str, str]]:
    """The signs that stand in the matrix, with their meaning."""
    signs = " ".join(sign for row in _rows(matrix) for sign in row[2:])
    return [(outcome, sign) for outcome, sign in (*SIGNS.items(), ("no report", MISSING)) if sign in signs]


def _by_reason(row: Json) -> dict[str, list[str]]:
    """Reason → the clusters that it holds for."""
    reasons: dict[str, list[str]] = {}
    for cluster, why in row["why"].items():
        reasons.setdefault(why, []).append(cluster)
    return reasons


def markdown(matrix: Json) -> str:
    """The matrix as a part of a page, without a heading: the clusters, what differs, every requirement."""
    clusters = matrix["clusters"]
    there = {name: cluster for name, cluster in clusters.items() if "missing" not in cluster}
    facts = {
        "Kubernetes": {name: cluster["kubernetes"] for name, cluster in there.items()},
        "container runtime": {name: cluster["runtime"].replace("://", " ") for name, cluster in there.items()},
        "nodes": {name: str(cluster["nodes"]) for name, cluster in there.items()},
        "conformant": {name: CONFORMANT[cluster["conformant"]] for name, cluster in there.items()},
        **{
            f"requirements: {outcome}": {name: str(cluster["totals"][outcome]) for name, cluster in there.items()}
            for outcome in sorted(WORST_FIRST, key=list(SIGNS).index)
            if any(cluster["totals"][outcome] for cluster in there.values())
        },
        "seconds": {name: f"{cluster['wallSeconds']:.0f}" for name, cluster in there.items()},
    }
    parts = [
        _table(
            ["", *clusters], [[name, *(told.get(each, MISSING) for each in clusters)] for name, told in facts.items()]
        )
    ]
    parts += [
        f"- **{name}: no report**: {_cell(each['missing'])}" for name, each in clusters.items() if "missing" in each
    ]
    parts.append(_differing(matrix) if matrix["differences"] else "Nothing differs between them.")
    legend = ", ".join(f"{sign} {outcome}" for outcome, sign in _used(matrix))
    rows = _table(["requirement", "level", *clusters], _rows(matrix))
    summary = f"Every requirement on every cluster ({legend}; ✓ 2/4: of four cases two hold, the others do not apply)"
    parts.append(f"<details>\n<summary>{summary}</summary>\n\n{rows}\n\n</details>")
    return "\n\n".join(parts) + "\n"


def _differing(matrix: Json) -> str:
    clusters = list(matrix["clusters"])
    rows = []
    for row in matrix["differences"]:
        signs = [SIGNS[row["outcomes"][name]] if name in row["outcomes"] else MISSING for name in clusters]
        why = "<br>".join(_cell(why) for why in _by_reason(row))
        rows.append([f"{row['requirement']} {', '.join(f'`{case}`' for case in row['cases'])}", *signs, why])
    return "What differs, and why:\n\n" + _table(["requirement and cases", *clusters, "why"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def into(page: str, part: str) -> str:
    """A page with the part between its marks renewed.

    Raises:
        ValueError: it has not both marks, once each.
    """
    begin, end = MARKS
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"the page has not the two marks {begin} and {end}, once each")
    return page[: page.index(begin) + len(begin)] + f"\n\n{part}\n" + page[page.index(end) :]


def main() -> int:
    """Write the README's part; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m reports.matrix", description=__doc__)
    parser.add_argument("matrix", type=Path, metavar="MATRIX.JSON", help="what ./podproof matrix wrote")
    matrix = json.loads(parser.parse_args().matrix.read_text(encoding="utf-8"))
    README.write_text(into(README.read_text(encoding="utf-8"), markdown(matrix)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
