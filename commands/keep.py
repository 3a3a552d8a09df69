"""``python -m commands.keep RECORDS KIND NAME…``: keep real records of a run as tests of the judges, without names.

RECORDS is a run's folder of records, NAME that of a record's file without ``.json``. KIND is the folder below
tests/records: ``healthy``, ``controls`` for those of ``./podproof teeth``, else what broke them, such as a runtime.
Their verdicts are kept beside them: see that they are what you expect.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import records
from commands.terminal import Parser, fail, show
from fixtures.paths import ROOT
from records.record import CPUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Record

FOLDER = ROOT / "tests" / "records"
VERDICTS = "verdicts.json"
CONTROLS = "controls"
MOST = 175_000  # bytes of one record: one of all containers of a Pod, each of which ran twice, is smaller
PRIVATE = re.compile(r"(?i)bearer|password|-----BEGIN|/home/|/root/|/tmp/(?!(own|new)\b)|/var/lib/|kubeconfig")
"""What a kept record must not tell: secrets, and paths of the machine, not of what containers write in their /tmp."""

VIOLATION = re.compile(r"^([A-Z]+-\S+ \[\S+\]): .* \[([a-z-]+)\]$", re.MULTILINE)
COUNTED = re.compile(r"(\d+) (passed|failed|skipped|error)")  # pytest's last line


class Verdicts(TypedDict):
    """What the judges say of a folder of records: ``fired`` are the rules, by ``REQUIREMENT [case]``."""

    holds: int
    fails: int
    fired: dict[str, list[str]]


class KeepError(Exception):
    """A record that cannot be kept; the message is one line for the user."""


def redacted(record: Record, text: str) -> str:
    """Return the text of a record with other names for its nodes.

    Raises:
        KeepError: it proves nothing, is too large, or tells what is nobody's business.
    """
    name = records.file_name(record.scenario, record.case, record.control)
    if record.lacks or (gaps := records.gaps(record)):
        raise KeepError(f"{name} is no evidence: {record.lacks or gaps[0]}")
    known = {*record.nodes, *filter(None, (pod.node for pod in record.pods))}
    known |= {name for act in record.acts if act.what == CPUS for name in act.sent or {}}
    for number, node in enumerate(sorted(known, key=len, reverse=True), 1):
        text = text.replace(node, f"node-{number}")
    if found := PRIVATE.search(text):
        raise KeepError(f"{name} tells {found[0]!r} in …{text[max(0, found.start() - 40) : found.end() + 40]!r}…")
    if len(text) > MOST:
        raise KeepError(f"{name} has {len(text)} bytes, more than {MOST}: keep a smaller one")
    return text


def judged(folder: Path) -> Verdicts:
    """Judge the records of a folder again; return the rules that fire, by case, and how many cases hold.

    Raises:
        KeepError: the suite could not judge them.
    """
    with tempfile.TemporaryDirectory() as output:
        command = [sys.executable, "-m", "pytest", "suite", "-p", "no:cacheprovider", "--judge", str(folder)]
        command += ["--output", output]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    counted = {what: int(number) for number, what in COUNTED.findall(run.stdout.rpartition("\n=")[2])}
    if "error" in counted or not counted:
        raise KeepError(f"{folder.name} cannot be judged: {run.stdout[-300:]}{run.stderr[-300:]}")
    fired: dict[str, set[str]] = {}
    for case, rule in VIOLATION.findall(run.stdout):
        fired.setdefault(case, set()).add(rule)
    return {
        "holds": counted.get("passed", 0),
        "fails": counted.get("failed", 0),
        "fired": {case: sorted(rules) for case, rules in sorted(fired.items())},
    }


def keep(found: Path, kind: str, names: Sequence[str], folder: Path = FOLDER) -> list[str]:
    """Keep the records of these names; return a line for each, and for each verdict of their kind.

    Raises:
        KeepError: one cannot be kept; then none is.
    """
    texts = {}
    for name in names:
        path = found / f"{name}.json"
        try:
            texts[path.name] = redacted(records.load(path), path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise KeepError(f"{path}: {error}") from error
    with tempfile.TemporaryDirectory() as scratch:
        new = Path(scratch, kind)
        new.mkdir()
        if (folder / kind).is_dir():
            shutil.copytree(folder / kind, new, dirs_exist_ok=True)
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8")
        verdicts = None if kind == CONTROLS else judged(new)
        shutil.copytree(new, folder / kind, dirs_exist_ok=True)
    lines = [f"kept: {kind}/{name}" for name in texts]
    if verdicts is None:
        return lines
    file = folder / VERDICTS
    kept: dict[str, Verdicts] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[kind] = verdicts
    file.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    fired = [f"{case}: {', '.join(rules)}" for case, rules in verdicts["fired"].items()]
    return [*lines, f"{verdicts['holds']} cases of {kind} hold", *fired]


def main(arguments: Sequence[str] | None = None) -> int:
    """Keep what is named; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="keep", description=__doc__, allow_abbrev=False)
    parser.add_argument("records", type=Path)
    parser.add_argument("kind")
    parser.add_argument("names", nargs="+", metavar="NAME")
    given = parser.parse_args(arguments)
    try:
        return show(keep(given.records, given.kind, given.names))
    except KeepError as error:
        return fail(str(error))


if __name__ == "__main__":
    sys.exit(main())
