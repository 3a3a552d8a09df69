"""``python -m commands.faults NAME REPORT``: did a run under the faulty runtime find just what that runtime breaks?

REPORT is the run's conformance.json; NAME may be ``none``: a healthy runtime breaks nothing. Exit code 0: every
requirement was run, every named case is violated by the rules that it names, all else holds, or is recorded.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands.terminal import Parser, said, show
from faults import FAULTS
from reports.run import conformance
from reports.run import read as kept

Breaks = Mapping[tuple[str, str], tuple[str, ...]]


def differences(breaks: Breaks, report: dict[str, Any]) -> list[str]:
    """What the run said otherwise than it should have, a line each."""
    found, seen = [], set()
    for name, requirement in report["requirements"].items():
        if not requirement["cases"]:
            found.append(f"{name} was not run")
        for case in requirement["cases"]:
            if conformance.left_out(case):
                continue
            key = next((key for key in ((name, case["case"]), (name, "")) if key in breaks), None)
            seen.add(key)
            level = case.get("level", requirement["level"])
            wanted = "violated" if key else "recorded" if level == "INFO" else "holds"
            if case["outcome"] != wanted:
                found.append(f"{name} [{case['case']}] is {case['outcome']}, not {wanted}")
            fired = {violation["rule"] for violation in case["violations"]}
            if key and (silent := set(breaks[key]) - fired):
                found.append(f"{name} [{case['case']}]: {', '.join(sorted(silent))} did not fire")
    return found + [f"{name} [{case}] was not run" for name, case in breaks if (name, case) not in seen]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say what differs; returns the exit code."""
    parser = Parser(prog="faults", description=__doc__, allow_abbrev=False)
    faults: dict[str, Breaks] = {fault.name: fault.breaks for fault in FAULTS} | {"none": {}}
    parser.add_argument("name", choices=faults)
    parser.add_argument("report", type=Path)
    given = parser.parse_args(arguments)
    breaks = faults[given.name]
    try:
        found = differences(breaks, kept.read(given.report))
    except kept.KeptError as error:
        return said(str(error))
    broken = ", ".join(sorted({name for name, _ in breaks})) or "nothing"
    lines = found or [f"violated is just what must be: {broken}"]
    return show(f"{given.name}: {line}" for line in lines) or int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
