"""``python -m commands NAME ARGUMENT…``: what a user of podproof types.

The sessions of nox are these commands, each in an environment that nox makes; an installed podproof has them, too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from clusters.local.__main__ import main as cluster
from commands import badge, diff, evidence, in_cluster, run, soak, sonobuoy, sweep
from commands.terminal import fail, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "conformance": (run.main, "run the suite on a cluster, and make the pages of the run; arguments go to pytest"),
    "in-cluster": (in_cluster.main, "run the suite as a Job in the cluster, and gather what it finds"),
    "sonobuoy": (sonobuoy.main, "run the suite as a plugin of Sonobuoy, in a Pod that it made"),
    "doctor": (run.doctor, "examine a cluster as a run would find it, and run no test"),
    "teeth": (run.teeth, "run every control: each must break the rules that it names"),
    "judge": (run.judge, "judge the records of an earlier run again, without a cluster"),
    "report": (run.report_again, "make the pages of earlier runs again, and one of several"),
    "diff": (diff.main, "tell what an upgrade changed, by two reports"),
    "matrix": (run.matrix, "run the suite on version after version, and compare"),
    "soak": (soak.main, "run the suite over and over on busy CPUs"),
    "evidence": (evidence.main, "pack what a bug report needs of a case that does not hold"),
    "badge": (badge.main, "make a small SVG of what a run claims"),
    "sweep": (sweep.main, "remove what killed runs left"),
    "cluster": (cluster, "manage the local cluster: up, down, status, kubeconfig, load, add"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that is named first; return its exit code. Without one, list all."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    width = max(map(len, COMMANDS))
    if not given or given[0] in {"-h", "--help"}:
        return show(
            ["podproof COMMAND [ARGUMENT...]", *(f"  {name:{width}}  {COMMANDS[name][1]}" for name in COMMANDS)]
        )
    if given[0] not in COMMANDS:
        return fail(f"no command {given[0]}: there are {', '.join(COMMANDS)}")
    return COMMANDS[given[0]][0](given[1:])


if __name__ == "__main__":
    sys.exit(main())
