"""The summary of a job, as Markdown: the claim, of which cluster, what is wrong, what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.layout.markdown import escaped, table
from reports.run.conformance import claim_of
from reports.run.text import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records.outcome import Outcome
    from records.requirements import Requirement
    from reports.models.conformance import Case, Report

MOST = 500_000  # bytes: GitHub takes 1 MiB of all steps of a job
CUT = "… cut here: conformance.json has all of it"
WRONG: tuple[Outcome, ...] = ("violated", "trouble")
LEFT: dict[Outcome, str] = {"not applicable": "What does not apply", "not run": "What was not run"}


def page(report: Report, catalogue: Mapping[str, Requirement]) -> str:
    """Return the summary of a conformance report, no longer than GitHub takes it."""
    claim, cluster = claim_of(report), report.cluster
    where = [f"Kubernetes {cluster.kubernetes}"] if cluster.kubernetes else []
    where += sorted({f"{node.runtime}, Linux {node.kernel}" for node in (cluster.nodes or {}).values()})
    where += [f"podproof {report.suite}"] if report.suite else []
    paragraphs = [f"## {claim}", f"{REASONS[claim]}. {escaped('; '.join(where))}"]
    totals = {outcome: str(count) for outcome, count in (report.totals or {}).items() if count}
    if totals:
        paragraphs.append("\n".join(table(["requirements", *totals], [["", *totals.values()]])))
    for outcome in WRONG:
        rows = [
            [f"**{escaped(name)}** {escaped(case.name)}", _seen(case), _promised(name, case, catalogue)]
            for name, case in report.cases_of(outcome)
        ]
        if rows:
            head = [outcome, "what was seen", "what is promised"]
            paragraphs.append("\n".join(table(head, rows)))
    for outcome, title in LEFT.items():
        said = [
            f"- **{escaped(name)}** {escaped(case.name)}: {escaped(case.reason or case.cause or '')}"
            for name, case in report.cases_of(outcome)
        ]
        if said:
            listed = "\n".join(said)
            paragraphs.append(f"<details><summary>{title}: {len(said)}</summary>\n\n{listed}\n\n</details>")
    text = "\n\n".join(paragraphs) + "\n"
    whole = text.encode()
    return text if len(whole) <= MOST else f"{whole[:MOST].decode(errors='ignore')}\n\n{CUT}\n"


def _seen(case: Case) -> str:
    said = [f"{escaped(each.text)} `{each.rule}`" for each in case.violations]
    return "<br>".join(said or [escaped(case.reason)])


def _promised(name: str, case: Case, catalogue: Mapping[str, Requirement]) -> str:
    if name not in catalogue:
        return ""
    promise = catalogue[name].of(case.name)
    return f"{escaped(promise.sentence)} [{promise.level}]({promise.url})"
