"""``python -m commands.faults NAME REPORT``: did a run under the faulty runtime find just what that runtime breaks?

REPORT is the run's conformance.json; NAME may be ``none``: a healthy runtime breaks nothing. Exit code 0: every
requirement was run, every case that NAME breaks is violated by the rules named there, all else holds, or is recorded,
or is not applicable, or is violated as is known of Kubernetes itself (reports/matrix/known-issues.toml).
With ``--sample``, no case need have been run of the requirements of which NAME breaks none, or only takes away what
would show the promise.
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from commands.terminal import Parser, fail, show
from faults import FAULTS
from records import requirements
from records.deviations import explaining, of_parts
from records.violation import UNPROVEN
from reports.matrix.compare import known_issues
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from records.deviations import Deviation
    from records.outcome import Outcome
    from records.requirements import Requirement
    from reports.models.conformance import Report


def differences(
    fault: str,
    catalogue: Mapping[str, Requirement],
    report: Report,
    sample: Collection[str] = (),
    known: Sequence[Deviation] = (),
) -> list[str]:
    """Return a line for each deviation of the report from what the faulty runtime is to break.

    Where it names no rule but such as prove nothing, it takes away what would show the promise: the case must be in
    trouble, by them or as its record lacks something. A container that is killed early may not have said a word.

    Args:
        fault: the name of the faulty runtime, or ``none``.
        catalogue: every requirement, by its id.
        report: as ``reports.run.read.conformance`` returns it.
        sample: the requirements that were selected; empty where all were.
        known: what is known to be wrong in Kubernetes itself: it is violated under any runtime, and not looked at.
    """
    found = []
    for name, row in report.requirements.items():
        may_lack = sample and name not in sample
        heard = [case for case in row.cases if not case.left_out and not (may_lack and case.cause == "deselected")]
        for case in heard:
            promise = catalogue[name].of(case.name)
            rules = promise.faults.get(fault, [])
            wanted = _wanted(rules, promise.level)
            fired = [
                violation["rule"]
                for violation in case.fired
                if not explaining(known, name, case.name, [violation], report.minor)
            ]
            explained = len(fired) < len(case.violations)
            outcome = _wanted(fired, promise.level) if explained else case.outcome
            if outcome != wanted and (rules or outcome != "not applicable"):
                found.append(f"{name} [{case.name}] is {outcome}, not {wanted}")
            lacks = outcome == wanted == "trouble" and case.incomplete
            if (silent := set(rules) - set(fired)) and not lacks:
                found.append(f"{name} [{case.name}]: {', '.join(sorted(silent))} did not fire")
        if not row.cases:
            found.append(f"{name} was not run")
        broken = {"*": catalogue[name].faults} | {
            case: own.get("faults", {}) for case, own in catalogue[name].cases.items()
        }
        for pattern, faults in broken.items():
            if faults.get(fault) and not may_lack and not any(fnmatchcase(case.name, pattern) for case in heard):
                found.append(f"{name} [{pattern}] was not run")
    return found


def _wanted(rules: Sequence[str], level: str) -> Outcome:
    """Return the outcome of a case where a faulty runtime makes these rules fire."""
    if rules:
        return "trouble" if set(rules) <= set(UNPROVEN) else "violated"
    return "recorded" if level == "INFO" else "holds"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the deviations, or that there are none; return the exit code: 1 where there are some."""
    parser = Parser(prog="faults", description=__doc__, allow_abbrev=False)
    parser.add_argument("name", choices=[*FAULTS, "none"])
    parser.add_argument("report", type=Path)
    parser.add_argument("--sample", action="store_true", help="the run was of the requirements that NAME breaks alone")
    given = parser.parse_args(arguments)
    try:
        report = read.conformance(given.report)
    except read.ReportError as error:
        return fail(str(error))
    sample = requirements.broken_by(given.name) if given.sample else ()
    known = of_parts(known_issues(), report.cluster.made_of)
    found = differences(given.name, requirements.load(), report, sample, known)
    violated = [name for name, each in report.requirements.items() if each.outcome == "violated"]
    lines = found or [f"violated is just what must be: {', '.join(violated) or 'nothing'}"]
    return show(f"{given.name}: {line}" for line in lines) or int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
