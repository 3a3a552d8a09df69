"""What is promised: the requirements, as each behaviour's ``requirements.toml`` words them.

``[ID]`` opens a requirement, whose fields are those of ``Requirement``. ``[ID.cases.CASE]`` has the words of one case
where they are its own; a pattern (``init-*``) does so for every case that it matches.

Kubernetes documentation is quoted under CC BY 4.0, API comments under Apache-2.0.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from records.violation import UNPROVEN

SUITE = Path(__file__).parent.parent / "suite"
LEVELS = ("MUST", "EXPECTED", "INFO")
STATUS_TRUE = "STATUS-TRUE"  # the requirement that is judged on every record
FEATURE_MISSING = "feature-missing"  # the rule of a cluster without a feature that is GA in its version


@dataclass(frozen=True)
class Requirement:
    """One thing that must hold.

    Attributes:
        id: its name, in every report.
        area: the heading under which pages and reports have it.
        title: one line for reports, in the words of a fact.
        level: MUST (kubernetes.io or an API field's comment says it), EXPECTED (a KEP or a release note says it, or all
            runtimes do it) or INFO (recorded, never judged).
        sentence: the promise, as its source words it; for EXPECTED the nearest sentence.
        url: where that sentence stands.
        since: the Kubernetes minor from which on the promise is general.
        read: the day on which the sentence was last compared with its page (``./podproof sentences``).
        note: what the sentence leaves open.
        feature: what a cluster must have for it (``fixtures.api.detection``); empty where every cluster does.
        faults: which faulty runtimes break it (``faults``), each by the rules that must fire; where these prove nothing
            (``records.violation``), it is in trouble there.
        cases: what a case, or every case of a pattern such as ``init-*``, has of its own (``level``, ``sentence`` …);
            a fault that it does not name breaks it as it breaks the requirement.
    """

    id: str
    area: str
    title: str
    level: str
    sentence: str
    url: str
    since: str
    read: date
    note: str = ""
    feature: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, case: str) -> Requirement:
        """Return the requirement as it is for one case."""
        own = [words for pattern, words in self.cases.items() if fnmatchcase(case, pattern)]
        changed, faults = dict[str, Any](), self.faults
        for words in own:
            changed |= words
            faults = faults | words.get("faults", {})
        return replace(self, **changed | {"faults": faults})

    def level_of(self, case: str) -> str:
        """Return a case's own level, else the requirement's."""
        return self.of(case).level


def load(folder: Path = SUITE) -> dict[str, Requirement]:
    """Return every requirement by its id, those of one behaviour after those of another.

    Raises:
        ValueError: a file does not say what it must; the message names it, and the requirement.
    """
    found = {}
    for path in files(folder):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            try:
                requirement = Requirement(id=name, **table)
            except TypeError as error:
                raise ValueError(f"{path}: {name}: {error}") from error
            if name in found:
                raise ValueError(f"{path}: {name}: another file has a requirement of that id, too")
            levels = {requirement.level, *(requirement.level_of(case) for case in requirement.cases)}
            if unknown := levels - set(LEVELS):
                raise ValueError(f"{path}: {name}: no level {', '.join(sorted(unknown))}")
            for case in ("", *requirement.cases):
                day = requirement.of(case).read
                if type(day) is not date:  # a datetime is a date, too
                    raise ValueError(f"{path}: {name}: read = {day!r} is no day, such as 2026-11-27")
            found[name] = requirement
    return found


def broken_by(fault: str, folder: Path = SUITE) -> list[str]:
    """Return the ids of the requirements that this fault breaks, or some of whose cases it breaks.

    One of which it only takes away what would show the promise (``UNPROVEN``) is not among them.
    """
    return [
        name
        for name, requirement in load(folder).items()
        if any(set(faults.get(fault, [])) - UNPROVEN.keys() for faults in (requirement.faults, *_of_cases(requirement)))
    ]


def _of_cases(requirement: Requirement) -> list[dict[str, list[str]]]:
    return [own.get("faults", {}) for own in requirement.cases.values()]


def files(folder: Path = SUITE) -> list[Path]:
    """Return the file of every behaviour below the suite's folder, in the order of their paths."""
    return sorted(folder.rglob("requirements.toml"))
