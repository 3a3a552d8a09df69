"""Lines of a job's log that GitHub shows beside it: an error for a broken promise, a warning for what is not proven.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from records.outcome import Outcome
    from records.requirements import Requirement
    from reports.models.conformance import Report

MOST = 10  # GitHub shows so many of each kind for a step
KINDS: tuple[tuple[str, Outcome], ...] = (("error", "violated"), ("warning", "trouble"))
IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_A_TITLE = IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def lines(report: Report, catalogue: Mapping[str, Requirement]) -> list[str]:
    """Return the annotations of a conformance report, the violated cases first; no more of a kind than GitHub shows.

    Args:
        report: the report.
        catalogue: every requirement, by its id; one that it does not know is told without its words.
    """
    shown: list[str] = []
    for kind, outcome in KINDS:
        found = list(_of(report, catalogue, outcome))
        cut = found if len(found) <= MOST else found[: MOST - 1]
        shown += [_line(kind, title, text) for title, text in cut]
        if left := len(found) - len(cut):
            shown.append(_line(kind, f"{left} more cases: {outcome}", "the report has all of them"))
    return shown


def _of(report: Report, catalogue: Mapping[str, Requirement], outcome: Outcome) -> Iterator[tuple[str, str]]:
    for name, case in report.cases_of(outcome):
        said = [f"{each.text} [{each.rule}]" for each in case.violations]
        said += [case.reason] if case.reason else []
        promise = catalogue[name].of(case.name) if name in catalogue else None
        level = case.level or report.requirements[name].level
        said += [f"promised ({level}): {promise.sentence}", promise.url] if promise else []
        yield f"{name} [{case.name}]: {outcome}", "\n".join(said)


def _line(kind: str, title: str, text: str) -> str:
    return f"::{kind} title={title.translate(IN_A_TITLE)}::{text.translate(IN_DATA)}"
