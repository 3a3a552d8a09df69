"""``python -m faults NAME REPORT``: did a run under the faulty runtime find just what that runtime breaks?

REPORT is the run's conformance.json. Exit code 0: every named case violated, all else as on a healthy runtime.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from faults import FAULTS, Fault


def differences(fault: Fault, report: dict[str, Any]) -> list[str]:
    """What the run said otherwise than it should have, a line each."""
    found = []
    for name, requirement in report["requirements"].items():
        for case in requirement["cases"]:
            broken = bool(fault.breaks & {(name, ""), (name, case["case"])})
            wanted = "violated" if broken else "holds"
            if case["outcome"] != wanted:
                found.append(f"{name} [{case['case']}] is {case['outcome']}, not {wanted}")
    heard = {name for name, requirement in report["requirements"].items() if requirement["cases"]}
    return found + [f"{name} was not run" for name in sorted({name for name, _ in fault.breaks} - heard)]


def main() -> int:
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("name", choices=[fault.name for fault in FAULTS])
    parser.add_argument("report", type=Path)
    given = parser.parse_args()
    fault = next(fault for fault in FAULTS if fault.name == given.name)
    found = differences(fault, json.loads(given.report.read_text(encoding="utf-8")))
    for line in found:
        print(f"{fault.name}: {line}", file=sys.stderr)
    if not found:
        print(f"{fault.name}: just what it breaks is violated: {', '.join(sorted(name for name, _ in fault.breaks))}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
