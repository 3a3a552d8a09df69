"""Annotations of GitHub Actions: what is an error, what a warning, and that no text breaks out of its line."""

from typing import Any

from records import requirements
from reports.github.annotations import MOST, lines
from reports.models.conformance import Report

CATALOGUE = requirements.load()


def case(outcome: str, name: str = "one", *texts: str, reason: str = "") -> dict[str, Any]:
    violations = [{"rule": "lost", "text": text} for text in texts]
    return {"case": name, "outcome": outcome, "seconds": 1.0, "violations": violations, "reason": reason}


def shown(*cases: dict[str, Any], requirement: str = "IPC-SYSV-QUEUE") -> list[str]:
    report = {"requirements": {requirement: {"level": "MUST", "cases": list(cases)}}}
    return lines(Report.of(report), CATALOGUE)


def test_a_violation_is_an_error_with_its_promise_and_trouble_a_warning() -> None:
    trouble = case("trouble", "two", reason="awaited an address")
    [warned] = shown(trouble, case("holds", "three"), requirement="UNKNOWN")
    assert warned == "::warning title=UNKNOWN [two]%3A trouble::awaited an address"
    [error, warning] = shown(trouble, case("violated", "one", "right heard nobody"))
    assert error.startswith(
        "::error title=IPC-SYSV-QUEUE [one]%3A violated::right heard nobody [lost]%0Apromised (MUST): "
    )
    assert error.endswith(f"%0A{CATALOGUE['IPC-SYSV-QUEUE'].url}")
    assert warning.startswith("::warning title=IPC-SYSV-QUEUE [two]%3A trouble::awaited an address%0Apromised")


def test_no_text_ends_its_line_or_its_title() -> None:
    [line] = shown(case("violated", "a,b:c\n::error::x", "50 %\r\n::error::y"), requirement="UNKNOWN")
    assert line == ("::error title=UNKNOWN [a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax]%3A violated::50 %25%0D%0A::error::y [lost]")


def test_there_are_no_more_than_github_shows_and_the_last_tells_how_many() -> None:
    assert len(shown(*(case("violated", str(number)) for number in range(MOST)))) == MOST
    found = shown(*(case("violated", str(number)) for number in range(MOST + 5)))
    assert (len(found), found[-1]) == (MOST, "::error title=6 more cases%3A violated::the report has all of them")
