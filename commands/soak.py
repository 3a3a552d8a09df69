"""``podproof soak``: the suite over and over on busy CPUs, to find what goes wrong once in many runs.

The first rounds (--whole) run the whole suite, the others the cases whose containers take turns (-k in-turn), each on
a cluster of its own. Of a round in which nothing was wrong, only the figures are kept, in soak.json. The same command
again goes on after the last whole round. A violation that a known issue of Kubernetes explains is counted, and is not
wrong. A CELL is one of the matrix's: 1.37, kind-1.37. What follows ``--`` goes to pytest, in every round.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clusters import ClusterError
from clusters.kind import images
from commands import cells
from commands.child import pytest
from commands.matrix import INTERRUPTED, VIOLATED, split, worst_code
from commands.relay import relayed
from commands.terminal import Parser, fail, show
from fixtures.errors import NOT_PROVEN, USAGE, CannotRunError, exit_code
from fixtures.paths import OUT
from fixtures.play.scenario import IN_TURN
from fixtures.session import output
from fixtures.session.version import version
from records.deviations import explaining, of_parts
from records.outcome import WRONG_OUTCOMES, Outcome
from reports.layout.columns import aligned
from reports.matrix.compare import known_issues
from reports.models.base import fault
from reports.run import read

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from commands.relay import Relay
    from records.deviations import Deviation
    from reports.models.conformance import Report


DEFAULT = OUT.parent / "soak"  # not in the output folder, which the next run empties
NAME = "soak.json"
KNOWN = "known"  # violated, as a known issue of Kubernetes says
COUNTED = (KNOWN, "violated", "trouble")
PLAYED = WRONG_OUTCOMES | {"holds", "recorded"}
BURN = "import os, sys\nwhile os.getppid() == int(sys.argv[1]):\n    pass"


class Wrong(BaseModel):
    """A violation that no known issue explains, or trouble.

    Attributes:
        round: 1, 2 …
        folder: the round's.
        case: ``REQUIREMENT [case]``, or the worker that died.
        outcome: of the case.
        rules: those that are broken.
        why: in words.
    """

    model_config = ConfigDict(extra="forbid")

    round: int
    folder: str
    case: str
    outcome: Outcome
    rules: list[str]
    why: str


class Soak(BaseModel):
    """What a soak came to so far, as its file keeps it.

    Attributes:
        suite: podproof's version, and the hash of what its verdicts are made of.
        pytest: the arguments of every round, first those that select the cluster.
        expression: pytest's -k, for every round.
        jitter: whether each round has its number as the seed of ``--jitter``.
        rounds: how many are done.
        whole: how many of them were of the whole suite.
        cases: of each requirement and case, how many ``runs`` it had, how many were violated by a ``known`` issue of
            Kubernetes, ``violated`` else, and in ``trouble``.
        found: each violation and trouble.
    """

    model_config = ConfigDict(extra="forbid")

    suite: str
    pytest: list[str]
    expression: str
    jitter: bool = False
    rounds: int = 0
    whole: int = 0
    cases: dict[str, dict[str, int]] = Field(default_factory=dict)
    found: list[Wrong] = Field(default_factory=list)

    def add(self, report: Report, folder: Path, known: Sequence[Deviation], *, whole: bool) -> list[Wrong]:
        """Count a round by its report; return what was wrong in it, and is not a known issue."""
        self.rounds += 1
        self.whole += whole
        known = of_parts(known, report.cluster.made_of)

        def said(case: str, outcome: Outcome, rules: list[str], why: str) -> Wrong:
            return Wrong(round=self.rounds, folder=str(folder), case=case, outcome=outcome, rules=rules, why=why)

        wrong = [said(worker, "trouble", [], "it died") for worker in report.lost or []]
        for requirement, row in report.requirements.items():
            for case in (each for each in row.cases if each.outcome in PLAYED):
                name = f"{requirement} [{case.name}]"
                issue = case.outcome == "violated" and explaining(
                    known, requirement, case.name, case.fired, report.minor
                )
                counted = self.cases.setdefault(name, {"runs": 0, **dict.fromkeys(COUNTED, 0)})
                counted["runs"] += 1
                if issue:
                    counted[KNOWN] += 1
                elif case.outcome in WRONG_OUTCOMES:
                    counted[case.outcome] += 1
                    why = [violation.text for violation in case.violations] or [case.reason]
                    rules = sorted({violation.rule for violation in case.violations})
                    wrong.append(said(name, case.outcome, rules, "; ".join(why)))
        self.found += wrong
        return wrong

    @property
    def code(self) -> int:
        """Return the exit code: 1 where something was violated, 6 where something was in trouble, else 0."""
        outcomes = {each.outcome for each in self.found}
        return VIOLATED if "violated" in outcomes else NOT_PROVEN if outcomes else 0

    def save(self, folder: Path) -> None:
        """Write the file, whole or not at all."""
        new = folder / f"{NAME}.new"
        new.write_text(json.dumps(self.model_dump(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(folder / NAME)

    def table(self) -> list[str]:
        """Return a line for each case, those that were wrong last, and one of all."""
        of_all = (sum(counted[name] for counted in self.cases.values()) for name in ("runs", *COUNTED))
        rows = [(name, *counted.values()) for name, counted in self.cases.items()]
        rows.sort(key=lambda row: (*row[3:], row[2]))
        every = [("case", "runs", *COUNTED), *rows, (f"{self.rounds} rounds", *of_all)]
        return aligned([tuple(map(str, row)) for row in every])


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak; return the exit code: that of all rounds, 2 after a signal, or that of a round which left no report."""
    given, pytest_arguments = split(list(sys.argv[1:] if arguments is None else arguments))
    parser = _parser()
    options = parser.parse_args(given)
    if any(each.startswith("-k") for each in pytest_arguments):
        parser.error("-k stands before --, as a soak has a -k of its own")
    try:
        chosen = cells.chosen(cells.every(images.FILE), [options.cell])
        if len(chosen) > 1:
            parser.error(f"{options.cell} are {len(chosen)} cells, and a soak is of one")
        wanted = Soak(
            suite=version(),
            pytest=[*chosen[0].options(), *pytest_arguments],
            expression=options.expression,
            jitter=options.jitter,
        )
        return _run(_begun(wanted, options), options)
    except ClusterError as error:
        return fail(str(error), exit_code(error))
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    except read.ReportError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="soak", description=__doc__, allow_abbrev=False)
    parser.add_argument("cell", metavar="CELL", nargs="?", default="local", help="default: the newest local minor")
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="rounds in all (default: %(default)s)")
    parser.add_argument("--whole", type=int, default=10, metavar="N", help="of the whole suite (default: %(default)s)")
    parser.add_argument("--jitter", action="store_true", help="each round with its number as the seed of --jitter")
    parser.add_argument("--anew", action="store_true", help="begin again, and remove what an earlier soak came to")
    parser.add_argument("--output", type=Path, default=DEFAULT, metavar="DIR", help="default: %(default)s")
    parser.add_argument(
        "-k", dest="expression", default="", metavar="EXPRESSION", help="of these cases, as pytest's -k"
    )
    return parser


def _begun(wanted: Soak, options: argparse.Namespace) -> Soak:
    """Return the soak that the folder has, if it is the one that is wanted, else that one, as yet without rounds.

    Raises:
        CannotRunError: the folder has another soak, or things of others, or cannot be written or read.
    """
    file = options.output / NAME
    if options.anew or not file.is_file():
        output.claim(options.output)
        return wanted
    try:
        soak = Soak.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise CannotRunError(f"{file} is no soak's ({fault(error.errors()[0])}): --anew begins again", USAGE) from error
    except ValueError as error:
        raise CannotRunError(f"{file} is no soak's ({error}): --anew begins again", USAGE) from error
    for name in ("suite", "pytest", "expression", "jitter"):
        theirs, ours = getattr(soak, name), getattr(wanted, name)
        if theirs != ours:
            message = f"{file} is of another soak, its {name} is {theirs}, not {ours}"
            raise CannotRunError(f"{message}: --anew begins again, --output DIR is for another folder", USAGE)
    output.claim(options.output, empty=False)
    return soak


def _run(soak: Soak, options: argparse.Namespace) -> int:
    """Run the rounds that are not done; return the exit code. After a signal the soak can go on where it was."""
    folder, known = options.output.resolve(), known_issues()
    with relayed() as relay, busy():
        while soak.rounds < options.rounds:
            whole = soak.whole < options.whole
            show([f"round {soak.rounds + 1} of {options.rounds}{', the whole suite' if whole else ''}"])
            if code := _round(soak, folder, relay, known, whole=whole):
                return code
            soak.save(folder)
    return show(["", *soak.table()]) or soak.code


def _round(soak: Soak, folder: Path, relay: Relay, known: Sequence[Deviation], *, whole: bool) -> int:
    """Run one round, count it and tell of it; return an exit code where it does not count, else 0."""
    place = folder / f"round-{soak.rounds + 1}"
    log = place.with_suffix(".log")
    select = " and ".join(f"({part})" for part in (soak.expression, "" if whole else IN_TURN) if part)
    arguments = [*soak.pytest, "--output", str(place), *(["-k", select] if select else [])]
    arguments += ["--jitter", str(soak.rounds + 1)] if soak.jitter else []
    shutil.rmtree(place, ignore_errors=True)  # of a time when this round was stopped
    began = time.monotonic()
    with log.open("wb") as stream:
        code = relay.run(pytest(*arguments), log=stream)
    if relay.came:
        return fail(f"stopped in round {soak.rounds + 1}: the same command begins this round again", INTERRUPTED)
    if code not in {0, VIOLATED, NOT_PROVEN} or not (place / read.NAME).is_file():
        said = f"round {soak.rounds + 1} ended with exit code {code} and does not count: {log} tells why"
        return fail(f"{said}; the same command begins it again", worst_code([code or USAGE]))
    wrong = soak.add(read.conformance(place), place, known, whole=whole)
    show([f"   {len(wrong)} wrong, {time.monotonic() - began:.0f} s", *(f"   {line(each)}" for each in wrong)])
    if not wrong:
        shutil.rmtree(place)
        log.unlink()
    return 0


def line(wrong: Wrong) -> str:
    """Return what was wrong in one line."""
    rules = f" ({', '.join(wrong.rules)})" if wrong.rules else ""
    return " ".join(f"{wrong.case} {wrong.outcome}{rules}: {wrong.why}; {wrong.folder}".split())


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """Keep every CPU of this machine busy within the context, by a process each, which does not outlive this one."""
    with contextlib.ExitStack() as exits:
        for _ in range(os.cpu_count() or 1):
            command = [sys.executable, "-c", BURN, str(os.getpid())]
            process = exits.enter_context(subprocess.Popen(command, start_new_session=True))  # no Ctrl-C of ours
            exits.callback(process.kill)
        yield


if __name__ == "__main__":
    sys.exit(main())
