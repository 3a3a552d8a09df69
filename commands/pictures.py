"""``python -m commands.pictures``: the pictures of the docs, made again of kept results, or a check that none is stale.

A run of stock Kubernetes, one with two faulty runtimes, and two versions side by side: each as its page shows it, in a
headless Chromium, light and dark, one as wide as a phone. docs/pictures/made-of.json says of what they were made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from commands import browser
from commands.report import evidence
from commands.terminal import Parser, fail, show
from fixtures.errors import CannotRunError
from fixtures.paths import ROOT
from fixtures.session import cases
from records import requirements
from records.requirements import STATUS_TRUE
from reports.matrix.compare import compare, known_issues
from reports.page import content, render, several
from reports.run import conformance, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from records.outcome import CaseResult
    from reports.models.conformance import Report
    from reports.page.content import Evidence

MADE_OF = Path("docs/pictures/made-of.json")
LOOKS = ("reports/page/templates/*", "reports/picture/picture.css")
STOCK = Path("docs/reports/local-1.37")
VERSIONS = (Path("docs/reports/local-1.33"), STOCK)
FAULTY = (Path("tests/records/own-ipc"), Path("tests/records/youki"))
RESULTS = (*(f"{folder}/conformance.json" for folder in VERSIONS), *(f"{folder}/*.json" for folder in FAULTY))
STALE = 1
AGAIN = "make them again: ./podproof pictures"


@dataclass(frozen=True)
class Picture:
    """A picture: its file, the page that it shows, and the window in which it is looked at.

    Attributes:
        at: the id of what stands at the upper edge; empty where that is the page's own.
    """

    file: Path
    page: str
    width: int
    height: int
    dark: bool = False
    at: str = ""


def _pictures() -> Iterable[Picture]:
    folder = MADE_OF.parent
    for dark, theme in ((False, "light"), (True, "dark")):
        yield Picture(folder / f"stock-{theme}.png", "stock", 940, 660, dark)
        yield Picture(folder / f"violated-{theme}.png" if dark else Path("docs/report.png"), "violated", 940, 860, dark)
        yield Picture(folder / f"case-{theme}.png", "violated", 940, 760, dark, at="IPC-SYSV-QUEUE")
        yield Picture(folder / f"matrix-{theme}.png", "matrix", 940, 860, dark)
    yield Picture(folder / "violated-phone.png", "violated", 390, 844)
    yield Picture(folder / "matrix-phone.png", "matrix", 390, 844, dark=True)


PICTURES = tuple(_pictures())


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures and list them; return the exit code.

    With ``--check`` nothing is made, and a picture that was made of something else makes the exit code 1.
    """
    parser = Parser(prog="pictures", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="make nothing; exit with 1 where a picture is stale")
    if parser.parse_args(arguments).check:
        return show(wrong := stale(ROOT)) or (STALE if wrong else 0)
    if not (program := browser.found()):
        return fail(f"no Chromium on PATH ({', '.join(browser.NAMES)}): apt-get install chromium, and {AGAIN}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            taken = take(program, Path(folder), pages())
    except CannotRunError as error:
        return fail(str(error), error.exit_code)
    except (OSError, read.ReportError) as error:
        return fail(f"{error}: mend that, and {AGAIN}")
    shutil.rmtree(ROOT / MADE_OF.parent, ignore_errors=True)
    (ROOT / MADE_OF.parent).mkdir()
    for file, data in taken.items():
        (ROOT / file).write_bytes(data)
    (ROOT / MADE_OF).write_text(json.dumps(made_of(ROOT), indent=1) + "\n", encoding="utf-8")
    return show(f"{file}: {len(data) / 1000:.0f} kB" for file, data in taken.items())


def stale(root: Path) -> list[str]:
    """Return a line for each file that is another than when the pictures were made; none where they are up to date."""
    try:
        then = json.loads((root / MADE_OF).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{MADE_OF} cannot be read ({error}): {AGAIN}"]
    now = made_of(root)
    return [
        f"{name} is not what the pictures of docs/ were made with: {AGAIN}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]


def made_of(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every template, style, kept result and picture, by its path in the checkout."""
    files = [file for pattern in (*LOOKS, *RESULTS) for file in root.glob(pattern) if file.is_file()]
    files += [root / picture.file for picture in PICTURES if (root / picture.file).is_file()]
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(set(files))
    }


def pages() -> dict[str, str]:
    """Return the pages of which pictures are made, by their names."""
    promises, known = requirements.load(), known_issues()
    stock = read.conformance(ROOT / STOCK, whole=True)
    versions = {folder.name: read.conformance(ROOT / folder, whole=True) for folder in VERSIONS}
    broken, found = faulty()
    nowhere = Path("of-no-run")
    return {
        "stock": render.html(content.of(stock, nowhere, promises, known, {})),
        "violated": render.html(content.of(broken, nowhere, promises, known, found)),
        "matrix": render.side_by_side(several.of(compare(versions, known), promises, {})),
    }


def faulty() -> tuple[Report, dict[tuple[str, str], Evidence]]:
    """Return the report of the kept records of two faulty runtimes, judged again, and what there is of each case."""
    items = cases.items()
    every = {key for folder in FAULTY for key, each in evidence(ROOT / folder, items, set()).items() if each.file}
    found = {
        key: each
        for folder in FAULTY
        for key, each in evidence(ROOT / folder, items, every).items()
        if each.record and key[0] != STATUS_TRUE
    }
    promises = requirements.load()
    results = [_result(promises[name].of(case).level, name, case, each) for (name, case), each in found.items()]
    records = [each.record for each in found.values() if each.record]
    nodes = {name: node for record in records for name, node in record.nodes.items()}
    first = next(iter(nodes))
    version = nodes[first]["kubelet"]
    cluster = {
        "provider": "local",
        "name": "with two faulty runtimes",
        "kubernetes": version,
        "minor": version.removeprefix("v").rpartition(".")[0],
        "nodes": {first: nodes[first]},
        "runtimeClass": " and ".join(folder.name for folder in FAULTY),
    }
    facts = {"started": min(record.began for record in records), "cluster": cluster}
    return conformance.made({name: promises[name].level for name, _ in found}, results, facts), found


def _result(level: str, requirement: str, case: str, found: Evidence) -> CaseResult:
    return {
        "requirement": requirement,
        "case": case,
        "level": level,
        "outcome": "violated" if found.violations else "holds",
        "seconds": found.record.seconds if found.record else 0.0,
        "violations": [{"rule": each.rule, "text": each.text} for each in found.violations],
        "reason": "",
        "cause": None,
        "told": [],
        "control": None,
    }


def take(program: str, folder: Path, made: dict[str, str]) -> dict[Path, bytes]:
    """Return the PNG of every picture, by its file.

    Args:
        program: the browser.
        folder: an empty one, for the pages and the browser's profile.
        made: the pages, by their names.
    """
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    taken = {}
    with browser.tab(program, folder / "profile") as tab:
        tab.hide_bars()
        for picture in PICTURES:
            tab.look(width=picture.width, height=picture.height, dark=picture.dark)
            tab.open(folder / f"{picture.page}.html")
            tab.go(picture.at)
            taken[picture.file] = tab.picture()
    return taken


if __name__ == "__main__":
    sys.exit(main())
