"""What became of each sentence that a requirement quotes: found, or not, and how the page words it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from commands.sentences.quote import difference, nearest, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from commands.sentences.page import Page
    from commands.sentences.sources import Answer
    from records.requirements import Requirement

FOUND, REWORDED, ELSEWHERE, GONE, NOT_READ = "found", "reworded", "elsewhere", "gone", "not read"
BROKEN = (REWORDED, ELSEWHERE, GONE)


@dataclass(frozen=True)
class Quotation:
    """A sentence, and where it is said to stand.

    Attributes:
        requirement: the id of the requirement that quotes it.
        cases: those that quote it where the requirement itself quotes another one; empty where it is the requirement.
        sentence: as it is quoted.
        url: of the page, with the anchor under which it stands.
        read: the day on which it was last compared.
    """

    requirement: str
    cases: tuple[str, ...]
    sentence: str
    url: str
    read: date

    def __str__(self) -> str:
        """Return who quotes it."""
        return f"{self.requirement} [{', '.join(self.cases)}]" if self.cases else self.requirement


@dataclass(frozen=True)
class Verdict:
    """What became of a sentence.

    Attributes:
        quotation: the sentence.
        outcome: FOUND, REWORDED, ELSEWHERE (on its page, but not under its anchor), GONE or NOT_READ.
        lines: what there is to say of it.
    """

    quotation: Quotation
    outcome: str
    lines: tuple[str, ...] = ()


def quotations(requirements: Iterable[Requirement]) -> list[Quotation]:
    """Return every sentence of the requirements, and of their cases where these quote another."""
    found = []
    for each in requirements:
        its, others = (each.sentence, each.url, each.read), dict[tuple[str, str, date], list[str]]()
        for case in each.cases:
            own = each.of(case)
            others.setdefault((own.sentence, own.url, own.read), []).append(case)
        others.pop(its, None)
        found += [Quotation(each.id, (), *its), *(Quotation(each.id, tuple(who), *own) for own, who in others.items())]
    return found


def judge(quoted: Iterable[Quotation], ask: Callable[[str], Answer]) -> list[Verdict]:
    """Return what became of each sentence; every page is asked for once.

    Args:
        quoted: the sentences.
        ask: returns what comes of asking for a page, by its URL without the anchor.
    """
    answers: dict[str, Answer] = {}
    verdicts = []
    for each in quoted:
        url = urldefrag(each.url).url
        if url not in answers:
            answers[url] = ask(url)
        verdicts.append(_verdict(each, answers[url]))
    return verdicts


def _verdict(quoted: Quotation, answer: Answer) -> Verdict:
    if answer.page is None:
        return Verdict(quoted, GONE if answer.gone else NOT_READ, (answer.gone or answer.trouble,))
    page, anchor = answer.page, unquote(urldefrag(quoted.url).fragment)
    start = place(quoted.sentence, page.text, *_section(page, anchor))
    if start is not None:
        return Verdict(quoted, FOUND)
    start = place(quoted.sentence, page.text)
    if start is not None:
        there = f"it stands under #{name}" if (name := page.under(start)) else "it stands under no anchor"
        missing = "" if anchor in (page.sections or {}) else f"the page has no #{anchor}: "
        return Verdict(quoted, ELSEWHERE, (f"{missing}{there}",))
    passage = nearest(quoted.sentence, page.text)
    if not passage:
        return Verdict(quoted, GONE, ("the page is there, and nothing on it comes near to it",))
    return Verdict(quoted, REWORDED, (f"now: {passage}", f"change: {difference(quoted.sentence, passage)}"))


def _section(page: Page, anchor: str) -> tuple[int, int]:
    """Return from where to where a sentence is sought: all of a page that has no anchors, nothing where one is gone."""
    if page.sections is None or not anchor:
        return 0, len(page.text)
    return page.sections.get(anchor, (0, 0))
