"""docs/rules.md says what fires each rule, or why nothing real can."""

import pytest

from fixtures.session.rules import rows
from reports.pages.rules import PAGE, Firing, Row, page


def test_the_page_is_what_the_suite_says_now(suite_items: list[pytest.Item]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(rows(suite_items)), "./podproof pages"


def test_a_rule_has_what_fires_it_with_its_cases_or_the_reason_why_nothing_does() -> None:
    fired = (
        Firing("control", "apart", "A", "one"),
        Firing("control", "apart", "A", "two"),
        Firing("control", "apart", "B", "one"),
        Firing("runtime", "own-ipc", "A", "one"),
    )
    text = page([Row("ipc", "lost", "no-queue", fired, ""), Row("start", "late", "never", (), "the kubelet | counts.")])
    assert [line for line in text.splitlines() if line.startswith(("## ", "| `"))] == [
        "## ipc",
        "| `lost` | `no-queue` | control `apart`: A [one, two]; B [one]<br>runtime `own-ipc`: A [one] |",
        "## start",
        "| `late` | `never` | the kubelet \\| counts. |",
    ]
