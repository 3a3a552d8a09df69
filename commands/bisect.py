"""``podproof bisect CASE --good runc-1.4 --bad runc-1.5 [--kubernetes 1.37]``: which released version broke a case.

CASE is a requirement's case, as a report names it: 'VOL-PROPAGATION [unmounted]'; of a requirement without one, all of
its cases. It is run with both ends and, where they differ, with each minor of runc or of containerd between them that
``clusters/local/modules`` has, at the patch that is there, on a local cluster of its own. Minors that do not go with
that Kubernetes are passed over; without --kubernetes it is the newest that goes with both ends.
"""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusters import ClusterError
from clusters.kind import images
from clusters.local import build
from commands import cells
from commands.child import logged
from commands.evidence import NAMED
from commands.relay import relayed
from commands.terminal import Parser, fail, show
from fixtures.errors import NOT_PROVEN, USAGE, CannotRunError, exit_code
from fixtures.paths import OUT
from fixtures.session import cases, output
from records.outcome import WORST_FIRST
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from commands.cells import Cell
    from commands.relay import Relay
    from records.outcome import Outcome

NO_DIFFERENCE, INTERRUPTED = 1, 2
END = re.compile(r"(?P<part>containerd|runc)-(?P<minor>[1-9]\d*\.\d+)")


@dataclass(frozen=True)
class Version:
    """A released version of runc or containerd, and the cell that has it.

    Attributes:
        word: ``runc-1.4``.
        release: ``v1.4.4``.
        cell: of the matrix.
    """

    word: str
    release: str
    cell: Cell

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.word.replace('-', ' ')} ({self.release})"


@dataclass(frozen=True)
class Seen:
    """What came of the case with one version: its outcome, and why, where it neither holds nor is violated."""

    outcome: Outcome
    why: str = ""

    @property
    def decides(self) -> bool:
        """Return whether it tells good from bad."""
        return self.outcome in {"holds", "violated"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Bisect; return the exit code.

    It is 0 where a version is named, 1 where the ends do not differ, 6 where an end or a version beside the change
    proves nothing, 2 after a signal.
    """
    parser = Parser(prog="bisect", description=__doc__, allow_abbrev=False)
    parser.add_argument("case", metavar="CASE")
    parser.add_argument(
        "--good", required=True, metavar="VERSION", help="with which it holds: runc-1.4, containerd-2.3"
    )
    parser.add_argument("--bad", required=True, metavar="VERSION", help="with which it is violated")
    parser.add_argument("--kubernetes", metavar="MINOR", help="default: the newest that goes with both")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: reports/out/bisect, emptied first")
    options = parser.parse_args(arguments)
    try:
        selection = selected(options.case)
        versions = between(options.good, options.bad, options.kubernetes)
        folder = output.claim(options.output or OUT / "bisect")
        with relayed() as relay:
            lines, code = bisect(versions, lambda version: played(version, selection, folder, relay))
        show([*lines, f"the runs: {folder}"])
    except (ClusterError, CannotRunError) as error:
        return fail(str(error), exit_code(error))
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")
    return INTERRUPTED if relay.came else code


def selected(name: str) -> list[str]:
    """Return the options of a run that select a case.

    Raises:
        CannotRunError: there is no such case.
    """
    match = NAMED.fullmatch(name)
    known = cases.names() if match else []
    if not match or not any(each.startswith(f"{match['id']} [") for each in known):
        raise CannotRunError(f"{name} is no case: name one as a report does, 'NET-LOCALHOST [tcp-ipv6]'", USAGE)
    if match["case"] and f"{match['id']} [{match['case']}]" not in known:
        there = ", ".join(each.partition("[")[2].rstrip("]") for each in known if each.startswith(f"{match['id']} ["))
        raise CannotRunError(f"{match['id']} has no case {match['case']}: it has {there}", USAGE)
    return ["--requirement", match["id"], *(["--case", match["case"]] if match["case"] else [])]


def between(good: str, bad: str, kubernetes: str | None) -> list[Version]:
    """Return the versions from the good one to the bad one, both among them; the bad one may be the older.

    Raises:
        CannotRunError: an end is no version here, they are not two of one part, or do not go with that Kubernetes.
    """
    first, last = (END.fullmatch(each) for each in (good, bad))
    if not first or not last or first["part"] != last["part"] or good == bad:
        raise CannotRunError(
            f"--good {good} --bad {bad}: name two versions of runc or of containerd, as runc-1.4 and runc-1.5", USAGE
        )
    part, minors = first["part"], build.minors(first["part"])
    if absent := next((each for each in (first["minor"], last["minor"]) if each not in minors), None):
        raise CannotRunError(f"no {part} {absent} here: there are {', '.join(minors)}", USAGE)
    every = cells.every(images.FILE)
    minor = kubernetes or next((each for each in reversed(build.minors()) if _go(every, each, good, bad)), None)
    if minor is None:
        raise CannotRunError(f"no Kubernetes here goes with both {good} and {bad}: name others", USAGE)
    ends = sorted((minors.index(first["minor"]), minors.index(last["minor"])))
    among = minors[ends[0] : ends[1] + 1]
    if minors.index(first["minor"]) > minors.index(last["minor"]):
        among.reverse()
    words = [f"{part}-{each}" for each in among]
    return [_version(every, minor, word) for word in words if word in {good, bad} or _go(every, minor, word)]


def _go(every: Sequence[Cell], kubernetes: str, *words: str) -> bool:
    try:
        return bool([_version(every, kubernetes, word) for word in words])
    except CannotRunError:
        return False


def _version(every: Sequence[Cell], kubernetes: str, word: str) -> Version:
    part, minor = word.split("-")
    release = build.runc_version(minor) if part == "runc" else build.containerd_version(minor)
    [cell] = cells.chosen(every, [f"local-{kubernetes}+{word}"])
    return Version(word, release, cell)


def bisect(versions: Sequence[Version], run: Callable[[Version], Seen]) -> tuple[list[str], int]:
    """Run the case with the ends and, where they differ, with what is between them.

    Args:
        versions: from the good one to the bad one.
        run: runs the case with a version.

    Returns:
        Lines that say what came of each, and which version broke it; the exit code.
    """
    good, *middle, bad = versions
    seen = {good: run(good), bad: run(bad)}
    if (seen[good].outcome, seen[bad].outcome) == ("holds", "violated"):
        seen |= {version: run(version) for version in middle}
        found, codes = zip(*_changes(versions, seen), strict=True)
        code = max(codes)
    elif all(each.decides for each in seen.values()):
        found, code = (_alike(seen[good], seen[bad]),), NO_DIFFERENCE
    else:
        found, code = ("an end proves nothing: mend that, and try again",), NOT_PROVEN
    return [*(_told(version, seen[version]) for version in versions if version in seen), *found], code


def _changes(versions: Sequence[Version], seen: dict[Version, Seen]) -> Iterator[tuple[str, int]]:
    """Yield a line for each change from one version to the next that decides, with its exit code."""
    decided = [version for version in versions if seen[version].decides]
    for before, after in itertools.pairwise(decided):
        if seen[before].outcome == seen[after].outcome:
            continue
        verb = "broke" if seen[after].outcome == "violated" else "mended"
        *silent, last = map(str, versions[versions.index(before) + 1 : versions.index(after) + 1])
        which = f"{', '.join(silent)} or {last}" if silent else last
        unproven = ", and proved nothing between" if silent else ""
        yield f"{which} {verb} the case: it {_is(seen[before])} with {before}{unproven}", NOT_PROVEN if silent else 0


def _is(seen: Seen) -> str:
    return "holds" if seen.outcome == "holds" else f"is {seen.outcome}"


def _alike(good: Seen, bad: Seen) -> str:
    if good.outcome == bad.outcome:
        return f"the ends do not differ: the case {_is(good)} with both"
    return "the case is violated with the good end, and holds with the bad one: name them the other way round"


def _told(version: Version, seen: Seen) -> str:
    return f"{version}: {seen.outcome}{f', {seen.why}' if seen.why else ''}"


def played(version: Version, selection: Sequence[str], folder: Path, relay: Relay) -> Seen:
    """Run the case on a cluster of a version; return what came of it. What pytest printed goes to a file."""
    if relay.came:
        return Seen("not run", "a signal came")
    show([f"podproof bisect: {version} …"])
    code = logged(relay, folder, version.word, [*version.cell.options(), *selection])
    try:
        report = read.conformance(folder / version.word)
    except read.ReportError:
        return Seen("trouble", f"its run ended with exit code {code}: {folder / version.word}.log")
    if unlike := version.cell.unlike(report):
        return Seen("trouble", unlike)
    every = [case for row in report.requirements.values() for case in row.cases]
    heard = [case for case in every if case.cause != "deselected" and not case.left_out]
    worst = min(heard, key=lambda case: WORST_FIRST.index(case.outcome), default=None)
    if worst is None:
        return Seen("not run", f"its run had no such case: {folder / version.word}.log")
    told = "; ".join(violation.text for violation in worst.violations) or worst.reason
    return Seen(worst.outcome, told)


if __name__ == "__main__":
    sys.exit(main())
