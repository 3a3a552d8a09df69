"""``python -m commands.faults NAME REPORT``: did a run under the faulty runtime find just what that runtime breaks?

REPORT is the run's conformance.json; NAME may be ``none``: a healthy runtime breaks nothing. Exit code 0: every
requirement was run, every case that NAME breaks is violated by the rules named there, all else holds, or is recorded.
"""

from __future__ import annotations

import argparse
import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.terminal import show
from faults import FAULTS
from records import requirements
from reports.run import conformance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records.requirements import Requirement


def differences(fault: str, table: Mapping[str, Requirement], report: dict[str, Any]) -> list[str]:
    """Return what the run said otherwise than it should have, a line each."""
    found = []
    for name, said in report["requirements"].items():
        heard = [case for case in said["cases"] if not conformance.left_out(case)]
        for case in heard:
            promise = table[name].of(case["case"])
            rules = promise.faults.get(fault, [])
            wanted = "violated" if rules else "recorded" if promise.level == "INFO" else "holds"
            if case["outcome"] != wanted:
                found.append(f"{name} [{case['case']}] is {case['outcome']}, not {wanted}")
            fired = {violation["rule"] for violation in case["violations"]}
            if silent := set(rules) - fired:
                found.append(f"{name} [{case['case']}]: {', '.join(sorted(silent))} did not fire")
        if not said["cases"]:
            found.append(f"{name} was not run")
        broken = {"*": table[name].faults} | {case: own.get("faults", {}) for case, own in table[name].cases.items()}
        for pattern, faults in broken.items():
            if faults.get(fault) and not any(fnmatchcase(case["case"], pattern) for case in heard):
                found.append(f"{name} [{pattern}] was not run")
    return found


def main() -> int:
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m commands.faults", description=__doc__)
    parser.add_argument("name", choices=[*(fault.name for fault in FAULTS), "none"])
    parser.add_argument("report", type=Path)
    given = parser.parse_args()
    report = json.loads(given.report.read_text(encoding="utf-8"))
    if found := differences(given.name, requirements.load(), report):
        show(f"{given.name}: {line}" for line in found)
        return 1
    violated = [name for name, said in report["requirements"].items() if said["outcome"] == "violated"]
    return show([f"{given.name}: violated is just what must be: {', '.join(violated) or 'nothing'}"])


if __name__ == "__main__":
    sys.exit(main())
