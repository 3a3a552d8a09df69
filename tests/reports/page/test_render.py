"""The page as a reader meets it: in HTML, and in a real browser where there is one."""

from __future__ import annotations

import html.parser
from typing import TYPE_CHECKING

import pytest

import records
from commands import browser
from records import Record, Violation, requirements
from reports.models.conformance import Report
from reports.page import content, render
from reports.page.content import Evidence
from tests.helpers.histories import did, pod, ran, record
from tests.helpers.results import said
from tests.helpers.runs import RECORDS, report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commands.browser import Tab
    from records.outcome import CaseResult

LARGEST = 8_000_000  # characters
SLOWEST = 2.0  # seconds until the page is there
HOSTILE = (
    "</pre></svg></title><script>document.title='taken'</script><img src=x onerror=alert(1)>\x1b[2J\u202e" + "x" * 9_999
)
ENDLESS = HOSTILE + "x" * 99_999
SEEN = Violation("no-queue", "consumer has no event queue-opened", "consumer  queue-opened")
needs_browser = pytest.mark.skipif(not browser.found(), reason="there is no Chromium on PATH: apt-get install chromium")


class Elements(html.parser.HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text += data


def broken() -> Record:
    """Return a real record of a runtime whose containers have IPC namespaces of their own."""
    return records.load(RECORDS / "own-ipc" / "ipc.sysv_queue[one].json")


def page(tmp_path: Path, result: CaseResult, history: Record, *violations: Violation) -> str:
    """Return the page of a run with one case."""
    evidence = {(result["requirement"], result["case"]): Evidence("", "ipc/queue.yaml", history, violations)}
    return render.html(content.of(Report.of(report([result])), tmp_path, requirements.load(), (), evidence))


def violated() -> CaseResult:
    """Return the result that this record had."""
    result = said("IPC-SYSV-QUEUE", "violated", "one", rule=SEEN.rule)
    result["violations"][0]["text"] = SEEN.text
    return result


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, suite_items: list[pytest.Item]) -> Path:
    """Return the page of a run of as many cases as the suite has, each with a real record; one is violated."""
    kept = [records.load(path) for path in sorted(RECORDS.glob("healthy/*.json"))]
    names = list(requirements.load())
    results = [said(names[number % len(names)], "holds", f"case-{number}") for number in range(len(suite_items))]
    evidence = {
        (each["requirement"], each["case"]): Evidence(record=kept[number % len(kept)])
        for number, each in enumerate(results)
    }
    results.append(violated())
    evidence["IPC-SYSV-QUEUE", "one"] = Evidence("", "", broken(), (SEEN,))
    folder = tmp_path_factory.mktemp("whole")
    made = render.html(content.of(Report.of(report(results)), folder, requirements.load(), (), evidence))
    (folder / "index.html").write_text(made, encoding="utf-8")
    return folder / "index.html"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """Yield a tab of the browser."""
    with browser.tab(browser.found(), tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def test_verdict_requirement_promise_violation_and_picture_are_on_the_page(tmp_path: Path) -> None:
    made = page(tmp_path, violated(), broken(), SEEN)
    text = Elements(made).text
    promise = requirements.load()["IPC-SYSV-QUEUE"]
    expected = "consumer queue-opened"
    for words in (
        "NOT conformant",
        "Kubernetes v1.37.2",
        promise.title,
        promise.sentence,
        promise.url,
        SEEN.text,
        expected,
    ):
        assert words in text
    assert 'class="gap"' in made
    assert "the timeline in text" in text


def test_the_page_loads_nothing_and_runs_nothing(whole: Path) -> None:
    found = Elements(whole.read_text(encoding="utf-8"))
    assert not found.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use"}
    assert not [
        name for name, _ in found.attributes if name.startswith("on") or name in {"src", "srcset", "xlink:href"}
    ]
    assert ("content", render.POLICY) in found.attributes
    assert "url(" not in whole.read_text(encoding="utf-8")


def test_the_page_of_a_whole_suite_is_not_too_large(whole: Path) -> None:
    assert whole.stat().st_size < LARGEST


@pytest.mark.parametrize("where", ["case", "reason", "text", "told", "rule"])
def test_markup_of_a_report_is_shown_and_does_nothing(where: str, tmp_path: Path) -> None:
    result = violated()
    if where in {"text", "rule"}:
        result["violations"][0][where] = ENDLESS
    elif where == "told":
        result["told"] = [ENDLESS] * 1_000
    elif where == "case":
        result["case"] = ENDLESS
    else:
        result["reason"] = ENDLESS
    made = page(tmp_path, result, broken())
    assert not Elements(made).tags & {"script", "img"}
    assert not {"\x1b", "\u202e"} & set(made)
    assert len(made) < 150_000


def test_markup_of_a_cluster_or_a_requirement_is_shown_and_does_nothing(tmp_path: Path) -> None:
    cluster = {"kubernetes": HOSTILE, "provider": HOSTILE, "name": HOSTILE, "nodes": {HOSTILE: {"kernel": HOSTILE}}}
    said_so = report([said(HOSTILE, "violated", rule="lost")], cluster=cluster, suite=HOSTILE)
    made = render.html(content.of(Report.of(said_so), tmp_path, requirements.load(), (), {}))
    assert not Elements(made).tags & {"script", "img"}
    assert not {"\x1b", "\u202e"} & set(made)


def hostile() -> Record:
    """Return a record of a container that prints markup, controls and endless lines."""
    events = [did(1 + number / 100, HOSTILE, value=HOSTILE) for number in range(2_000)]
    return record(pod(ran(HOSTILE, 0.0, *events), role=HOSTILE, node=HOSTILE))


def test_what_a_hostile_container_printed_does_nothing(tmp_path: Path) -> None:
    made = page(tmp_path, violated(), hostile())
    assert not Elements(made).tags & {"script", "img"}
    assert not {"\x1b", "\u202e"} & set(made)
    assert len(made) < 400_000


@needs_browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False), (360, True)])
def test_a_reader_sees_all_that_matters_without_a_click(whole: Path, tab: Tab, width: int, dark: bool) -> None:
    tab.look(width=width, dark=dark)
    tab.open(whole)
    text = tab.says("document.body.innerText")
    for words in (
        "NOT conformant",
        "IPC-SYSV-QUEUE",
        SEEN.text,
        "consumer queue-opened",
        "containers in a Pod can also",
    ):
        assert words in text
    drawn = "[...document.querySelectorAll('.wrong svg.pic')].filter(e => e.checkVisibility())"
    assert tab.says(f"{drawn}.length") == 1
    assert tab.says(f"{drawn}[0].getBoundingClientRect().height") > 100
    shown = (
        "[...document.querySelectorAll('.wrong .alarm')].filter(e => e.getClientRects().length).map(e => e.textContent)"
    )
    assert tab.says(shown) == ["✗ no-queue, missing: queue-opened"]
    assert tab.says("document.documentElement.scrollWidth") <= width
    light = tab.says("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light is not dark


@needs_browser
def test_the_page_opens_at_once_and_asks_for_nothing_else(whole: Path, tab: Tab) -> None:
    # Other tests run beside this one: that one of its tries is quick shows that the page is.
    assert any(tab.open(whole) < SLOWEST for _ in range(10))
    assert set(tab.asked_for()) == {whole.resolve().as_uri()}


@needs_browser
def test_no_script_of_a_hostile_container_runs_in_a_browser(tmp_path: Path, tab: Tab) -> None:
    file = tmp_path / "index.html"
    file.write_text(page(tmp_path, violated(), hostile()), encoding="utf-8")
    tab.open(file)
    assert tab.says("document.title").startswith("NOT conformant")
    assert tab.says("document.scripts.length + document.images.length") == 0
    assert tab.asked_for() == [file.resolve().as_uri()]


def test_a_card_says_on_which_node_and_with_which_runtime_class_it_was_played(tmp_path: Path) -> None:
    result = violated() | {"nodes": ["worker-17"]}
    run = report([result])
    run["cluster"]["runtimeClass"] = "own-ipc"
    evidence = {("IPC-SYSV-QUEUE", "one"): Evidence("", "ipc/queue.yaml", broken(), (SEEN,))}
    made = render.html(content.of(Report.of(run), tmp_path, requirements.load(), (), evidence))
    assert " s, on worker-17, RuntimeClass own-ipc" in Elements(made).text


def test_a_case_that_breaks_what_the_case_before_it_broke_has_its_picture_folded(tmp_path: Path) -> None:
    again, other = violated() | {"case": "largest"}, violated() | {"case": "smallest"}
    other["violations"] = [{"rule": "another", "text": "another"}]
    cases = [violated(), again, other]
    evidence = {
        (each["requirement"], each["case"]): Evidence(
            "", "ipc/queue.yaml", broken(), (SEEN,) if each is not other else ()
        )
        for each in cases
    }
    made = render.html(content.of(Report.of(report(cases)), tmp_path, requirements.load(), (), evidence))
    assert made.count("its picture: the same rules as above") == 1
    assert made.index("Case one:") < made.index("Case largest:") < made.index("its picture: the same rules")
    assert made.index("its picture: the same rules") < made.index("Case smallest:")


def test_what_is_said_of_a_sentence_stands_where_it_is_quoted_for_a_violation(tmp_path: Path) -> None:
    noted = requirements.load()["INIT-PREPARES"].of("sysv-queue").note
    assert noted
    result = said("INIT-PREPARES", "violated", "sysv-queue", rule="lost")
    made = Elements(render.html(content.of(Report.of(report([result])), tmp_path, requirements.load(), (), {}))).text
    assert made.index(noted) < made.index("All requirements")
