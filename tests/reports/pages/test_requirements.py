"""docs/requirements.md says what the requirements say."""

from datetime import date
from typing import Any

from records import requirements
from records.requirements import Requirement
from reports.pages import requirements as page_of


def test_the_page_is_what_the_file_says_now() -> None:
    assert page_of.PAGE.read_text(encoding="utf-8") == page_of.page(requirements.load()), "./podproof pages"


def test_a_case_of_another_level_has_a_line_of_its_own_and_a_bar_does_not_end_a_cell() -> None:
    words: dict[str, Any] = {
        "area": "IPC",
        "level": "MUST",
        "title": "a fact",
        "sentence": "One | two.",
        "url": "https://kubernetes.io/",
        "read": date(2026, 11, 22),
    }
    soft: dict[str, Any] = {"level": "EXPECTED", "note": "Nobody says so.", "read": date(2026, 11, 27)}
    cases = {"soft": soft, "softer": {"level": "EXPECTED", "note": "Nobody."}, "hard": {"note": "It is said."}}
    lines = page_of.page({"A": Requirement("A", since="1.0", cases=cases, **words)}).splitlines()
    assert lines[-3:] == [
        "| [A](https://kubernetes.io/) | MUST | a fact | One \\| two. | 2026-11-22 |",
        "| A `soft` | EXPECTED |  | Nobody says so. | 2026-11-27 |",
        "| A `softer` | EXPECTED |  | Nobody. |  |",
    ]
