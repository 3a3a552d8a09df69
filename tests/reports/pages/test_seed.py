"""docs/seed.md and docs/seed.ko.md tell what docs/seed.toml, the requirements and the kept run say."""

import copy
import json
import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.session.marks import case_name, requirement_of
from records import requirements
from records.outcome import WORST_FIRST, CaseResult
from reports.models.seed_run import SeedRun
from reports.pages import seed
from reports.run import conformance
from tests.helpers.results import said

Json = dict[str, Any]

FROM_A_RUN = "python -m reports.pages.seed CONFORMANCE.JSON, and look at docs/seed.toml"
AGAIN = "./podproof pages, then look at docs/seed.toml"
SEED: Json = tomllib.loads(seed.SEED.read_text(encoding="utf-8"))
CATALOGUE = requirements.load()
RUN: Json = json.loads(seed.RUN.read_text(encoding="utf-8"))
EXAMPLE: Json = yaml.safe_load(seed.EXAMPLE.read_text(encoding="utf-8"))
LANGUAGES = {"en", "ko"}
PAGES = [seed.DOCS / "seed.md", seed.DOCS / "seed.ko.md"]
LINK = re.compile(r"\]\(([^)#:]+)(?:#([^)]*))?\)")
FACTS: Json = {
    "suite": "0.1.0",
    "started": "2026-11-22T22:18:45+00:00",
    "cluster": {
        "kubernetes": "v1.37.2",
        "runtimeClass": None,
        "nodes": {"one": {"runtime": "containerd://2"}, "two": {"runtime": "cri-o://1"}},
    },
}


def keys(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {key for name, inner in value.items() for key in keys(inner, f"{path}/{name}")}
    return {path} if value else set()


def excerpt(*results: CaseResult) -> SeedRun:
    """Return the excerpt of a run with these results alone."""
    levels = {result["requirement"]: result["level"] for result in results}
    return seed.excerpt(SEED, conformance.made(levels, results, FACTS))


def claim(run: SeedRun, number: int, language: str = "en") -> str:
    """Return one claim's part of the page."""
    page = seed.page(language, SEED, CATALOGUE, run, EXAMPLE)
    return page.partition(f'<a id="claim-{number}"></a>')[2].partition("<a id=")[0]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_what_its_sources_say_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == seed.pages()[path], AGAIN


def test_the_seventeen_claims_and_their_frame_are_told_in_both_languages() -> None:
    assert len(SEED["claims"]) == 17
    assert set(SEED["pages"]) == LANGUAGES
    english, korean = (keys(SEED["pages"][each]) for each in ("en", "ko"))
    assert english == korean
    for each in (*SEED["claims"], *SEED["shows"].values()):
        assert keys(each["en"]) == keys(each["ko"])
        assert re.search("[가-힣]", json.dumps(each["ko"], ensure_ascii=False))
        assert not re.search("[가-힣]", json.dumps(each["en"], ensure_ascii=False))


def test_both_pages_name_the_same_claims_and_requirements_in_the_same_order() -> None:
    english, korean = (re.findall(r"\b[A-Z]+(?:-[A-Z]+)+\b|claim-\d+", text) for text in seed.pages().values())
    assert english == korean
    assert {name for name in english if not name.startswith("claim-")} >= seed.named(SEED)


def test_every_outcome_and_every_word_of_the_documentation_has_its_word() -> None:
    for words in SEED["pages"].values():
        assert set(words["outcomes"]) == set(WORST_FIRST)
        assert set(words["documentation_says"]) >= {each["documentation"] for each in SEED["claims"]}


def test_a_requirement_is_there_or_waits_and_one_that_is_there_waits_no_longer() -> None:
    waiting = set(SEED["waiting"])
    assert seed.named(SEED) - set(CATALOGUE) <= waiting
    assert not waiting & set(CATALOGUE), "take it off `waiting` in docs/seed.toml: it is there now"
    assert waiting <= seed.named(SEED)


def test_what_a_claim_names_is_shown_and_what_is_shown_is_named() -> None:
    assert set(SEED["shows"]) == {reference for each in SEED["claims"] for reference in each["requirements"]}


def test_a_pattern_names_cases_that_the_suite_has(suite_items: list[pytest.Item]) -> None:
    cases = {(requirement_of(item), case_name(item)) for item in suite_items}
    patterns = {tuple(each.split(" ")) for each in SEED["shows"] if " " in each}
    assert patterns
    for name, pattern in patterns:
        assert any(judged == name and fnmatchcase(case, pattern) for judged, case in cases), (name, pattern)


def test_the_kept_run_knows_only_what_is_named_and_at_the_level_that_it_has_now() -> None:
    assert set(RUN["requirements"]) <= seed.named(SEED) & set(CATALOGUE)
    for name, requirement in RUN["requirements"].items():
        assert requirement["level"] == CATALOGUE[name].level, f"{name}: run the suite, then {FROM_A_RUN}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere_and_commands_name_what_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        assert (seed.DOCS / target).exists(), target
        headings = re.findall("^## (.+)$", (seed.DOCS / target).read_text("utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in {heading.lower().replace(" ", "-") for heading in headings}
    for named in re.findall(r"(?<![\w/(])manifests/[\w./-]+", text):
        assert (seed.DOCS.parent / named).exists(), named


def test_a_claim_has_the_worst_verdict_of_its_requirements_and_says_whose_it_is() -> None:
    names = SEED["claims"][3]["requirements"]
    good = [said(name, "holds") for name in names]
    assert "Run: **holds**." in claim(excerpt(*good), 4)
    broken = said("VOL-SHARED", "violated", "app-app", rule="lost")
    text = claim(excerpt(*good[:2], broken), 4)
    assert "Run: **violated: VOL-SHARED**." in text
    assert "    app-app: lost broke" in text
    assert "실행 결과: **위반: VOL-SHARED**." in claim(excerpt(*good[:2], broken), 4, "ko")


def test_what_was_not_run_and_what_waits_is_said_and_neither_holds() -> None:
    run = excerpt(said("NET-LOCALHOST", "holds"), said("NET-ONE-ADDRESS", "not run", reason="deselected"))
    text = claim(run, 4)
    assert "Run: **not run: NET-ONE-ADDRESS, VOL-SHARED**." in text
    assert "deselected" not in text
    assert seed.verdict(SEED["claims"][0], run) == "not run"
    late = copy.deepcopy(SEED) | {"waiting": ["VOL-SHARED"]}
    run = excerpt(said("NET-LOCALHOST", "holds"), said("NET-ONE-ADDRESS", "holds"))
    page = seed.page("en", late, CATALOGUE, run, EXAMPLE)
    assert "| not run: VOL-SHARED, waits for a later version of podproof |" in page
    assert "| VOL-SHARED | - |" in page


def test_what_was_recorded_is_told_of_the_cases_that_speak_of_the_claim() -> None:
    apps = said("START-ORDER", "recorded", "apps", level="INFO", told=["as in the spec"])
    pair = said("START-ORDER", "recorded", "consumer-first", level="INFO", told=["no-queue"])
    run = excerpt(apps, pair)
    assert "    apps: as in the spec" in claim(run, 15)
    assert "no-queue" not in claim(run, 15)
    assert "    consumer-first: no-queue" in claim(run, 16)
    assert "Run: **recorded**." in claim(run, 16)


def test_cases_of_several_outcomes_are_counted_and_why_nothing_was_proven_is_told() -> None:
    mixed = [said("VOL-SHARED", "holds", "one"), said("VOL-SHARED", "not applicable", "two", reason="no such feature")]
    text = claim(excerpt(*mixed), 9)
    assert "| holds | 2 (holds 1, not applicable 1) |" in text
    assert "no such feature" not in text
    text = claim(excerpt(mixed[1]), 9)
    assert "Run: **not applicable**." in text
    assert "    two: no such feature" in text


def test_the_run_is_told_with_its_versions() -> None:
    run = excerpt()
    assert run.plain() == {
        "date": "2026-11-22",
        "suite": "0.1.0",
        "kubernetes": "v1.37.2",
        "runtime": "containerd://2, cri-o://1",
        "requirements": {},
    }
    assert "Kubernetes v1.37.2, containerd://2, cri-o://1" in seed.page("en", SEED, CATALOGUE, run, EXAMPLE)
    other = {**FACTS, "cluster": {**FACTS["cluster"], "runtimeClass": "own-ipc"}}
    assert seed.excerpt(SEED, conformance.made({}, [], other)).runtime.endswith(", RuntimeClass own-ipc")


def test_a_report_is_kept_and_the_pages_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "DOCS", tmp_path)
    monkeypatch.setattr(seed, "RUN", tmp_path / "seed-run.json")
    report = tmp_path / "conformance.json"
    report.write_text(json.dumps(conformance.build({"VOL-SHARED": "MUST"}, [said("VOL-SHARED", "holds")], FACTS)))
    seed.write(report)
    first = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md")}
    assert set(first) == {"seed.md", "seed.ko.md"}
    (tmp_path / "seed.md").unlink()
    seed.write()
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md")} == first
