"""``python -m reports.pages.seed [CONFORMANCE.JSON]``: docs/seed.md and seed.ko.md, an article's claims on Pods.

The pages show the outcome of each claim in a run of the suite. With an argument, an excerpt of that report is stored as
docs/seed-run.json first; without, the pages are made from the stored one.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from records import requirements
from records.outcome import WORST_FIRST, worst
from reports.layout.markdown import table
from reports.models.seed_run import SeedRun
from reports.run import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records.outcome import Outcome
    from records.requirements import Requirement
    from reports.models.conformance import Report
    from reports.models.seed_run import Case

Json = dict[str, Any]

DOCS = Path(__file__).resolve().parents[2] / "docs"
SEED = DOCS / "seed.toml"
RUN = DOCS / "seed-run.json"
EXAMPLE = DOCS.parent / "manifests" / "patterns" / "producer-consumer.yaml"
NOTHING = "-"


def named(seed: Json) -> set[str]:
    """Return the requirements that claims refer to, without the patterns of their cases."""
    return {reference.partition(" ")[0] for claim in seed["claims"] for reference in claim["requirements"]}


def excerpt(seed: Json, report: Report) -> SeedRun:
    """Return what the pages need of a conformance.json."""
    cluster = report.cluster
    runtimes = sorted({node.runtime for node in (cluster.nodes or {}).values() if node.runtime})
    own = [f"RuntimeClass {cluster.runtime_class}"] if cluster.runtime_class else []
    return SeedRun.of(
        {
            "date": (report.started or "")[:10],
            "suite": report.suite,
            "kubernetes": cluster.kubernetes,
            "runtime": ", ".join([*runtimes, *own]),
            "requirements": {
                name: {
                    "level": requirement.level,
                    "outcome": requirement.outcome,
                    "cases": [_excerpt(case.plain()) for case in requirement.cases],
                }
                for name, requirement in report.requirements.items()
                if name in named(seed)
            },
        }
    )


def _excerpt(case: Json) -> Json:
    return {key: case[key] for key in ("case", "outcome", "reason", "told", "violations") if case.get(key)}


def outcome(reference: str, run: SeedRun) -> Outcome:
    """Return the outcome of a requirement, or the worst of the cases that the reference's pattern selects."""
    name, _, pattern = reference.partition(" ")
    if name not in run.requirements:
        return "not run"
    return worst(case.outcome for case in _cases(reference, run)) if pattern else run.requirements[name].outcome


def verdict(claim: Json, run: SeedRun) -> Outcome:
    """Return the worst outcome of a claim's requirements; one that the run does not have was not run."""
    return worst(outcome(reference, run) for reference in claim["requirements"])


def page(language: str, seed: Json, catalogue: Mapping[str, Requirement], run: SeedRun, example: Json) -> str:
    """Return one page.

    Args:
        language: a key of ``seed``'s pages: ``en`` or ``ko``.
        seed: the content of docs/seed.toml.
        catalogue: every requirement, by its id.
        run: the content of docs/seed-run.json.
        example: the Pod of the article's example.
    """
    words = seed["pages"][language]
    glance = [
        [
            f"[{number}](#claim-{number})",
            claim[language]["title"],
            words["documentation_says"][claim["documentation"]],
            _verdict(claim, seed, run, words),
        ]
        for number, claim in enumerate(seed["claims"], 1)
    ]
    claims = [_claim(number, claim, language, seed, catalogue, run) for number, claim in enumerate(seed["claims"], 1)]
    parts = [
        f"# {words['title']}",
        words["others"],
        words["introduction"].strip(),
        words["run"].format_map(run.plain()),
        f"## {words['glance']}",
        _table(words["glance_head"], glance),
        f"## {words['claims']}",
        *claims,
        words["ending"].strip().replace("{example}", _example(words, example)),
        "---",
        words["source"],
    ]
    return "\n\n".join(parts) + "\n"


def _claim(
    number: int, claim: Json, language: str, seed: Json, catalogue: Mapping[str, Requirement], run: SeedRun
) -> str:
    words, own = seed["pages"][language], claim[language]
    source = f"[{words['promised']}]({claim['url']})"
    documented = f"{words['documentation']}: **{words['documentation_says'][claim['documentation']]}**, {source}."
    rows = [_requirement(reference, language, seed, catalogue, run) for reference in claim["requirements"]]
    parts = [
        f'<a id="claim-{number}"></a>\n\n### {number}. {own["title"]}',
        f"> {own['says']}",
        f"{documented} {own['precisely']}" if "precisely" in own else documented,
        f"{words['verdict']}: **{_verdict(claim, seed, run, words)}**.",
        _table(words["requirements_head"], rows),
    ]
    if seen := [line for reference in claim["requirements"] for line in _seen(reference, run)]:
        parts.append("\n".join([f"{words['seen']}\n", *(f"    {line}" for line in seen)]))
    return "\n\n".join(parts)


def _verdict(claim: Json, seed: Json, run: SeedRun, words: Json) -> str:
    """Return a claim's verdict in words, with the deciding requirements where others had a better outcome."""
    found = verdict(claim, run)
    deciding = [each for each in claim["requirements"] if outcome(each, run) == found]
    text: str = words["outcomes"][found]
    if len(deciding) < len(claim["requirements"]):
        text += f": {', '.join(reference.partition(' ')[0] for reference in deciding)}"
    return f"{text}, {words['waits']}" if set(deciding) <= set(seed["waiting"]) else text


def _requirement(
    reference: str, language: str, seed: Json, catalogue: Mapping[str, Requirement], run: SeedRun
) -> list[str]:
    words, shows = seed["pages"][language], seed["shows"][reference][language]
    name = reference.partition(" ")[0]
    result = words["waits"] if name in seed["waiting"] else words["outcomes"][outcome(reference, run)]
    if name not in run.requirements:
        return [name, NOTHING, shows, result, NOTHING]
    area = catalogue[name].area.lower().replace(" ", "-")
    cases = _cases(reference, run)
    by = Counter(case.outcome for case in cases)
    mixed = ", ".join(f"{words['outcomes'][each]} {by[each]}" for each in WORST_FIRST if by[each])
    return [
        f"[{name}](requirements.md#{area})",
        run.requirements[name].level,
        f"{shows} ([{words['promised']}]({catalogue[name].url}))",
        result,
        f"{len(cases)} ({mixed})" if len(by) > 1 else str(len(cases)),
    ]


def _cases(reference: str, run: SeedRun) -> list[Case]:
    name, _, pattern = reference.partition(" ")
    return [case for case in run.requirements[name].cases if fnmatchcase(case.name, pattern or "*")]


def _seen(reference: str, run: SeedRun) -> list[str]:
    """Return what cases observed, violated or lacked, unless the outcome is ``holds`` or ``not run``."""
    if outcome(reference, run) in {"holds", "not run"}:
        return []
    return [
        f"{case.name}: {line}"
        for case in _cases(reference, run)
        for text in (*case.told, *(violation.text for violation in case.violations), case.reason)
        for line in text.splitlines()
    ]


def _example(words: Json, pod: Json) -> str:
    containers = pod["spec"]["initContainers"] + pod["spec"]["containers"]
    rows = [[each["name"], f"`{' '.join(each['args'])}`", words["example"][each["name"]]] for each in containers]
    return _table(words["example_head"], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    escaped_head, *escaped_rows = [[cell.replace("|", "\\|") for cell in line] for line in (head, *rows)]
    return "\n".join(table(escaped_head, escaped_rows))


def pages() -> dict[Path, str]:
    """Return the current text of both pages, by their files."""
    seed = tomllib.loads(SEED.read_text(encoding="utf-8"))
    catalogue = requirements.load()
    run = SeedRun.of(json.loads(RUN.read_text(encoding="utf-8")))
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return {DOCS / words["file"]: page(each, seed, catalogue, run, example) for each, words in seed["pages"].items()}


def write(report: Path | None = None) -> None:
    """Write the pages; with a report, store its excerpt in docs/seed-run.json first."""
    if report is not None:
        seed = tomllib.loads(SEED.read_text(encoding="utf-8"))
        RUN.write_text(excerpt(seed, read.conformance(report)).written(), encoding="utf-8")
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:2]))
