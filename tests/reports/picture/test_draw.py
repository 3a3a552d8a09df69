"""Pictures as SVG."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import records
from records import Record, Violation
from reports import picture
from tests.helpers.histories import did, exited, pod, ran, record
from tests.helpers.paths import ROOT

KEPT = sorted((ROOT / "tests" / "records").glob("*/*.json"))
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "title", "desc", "style", "g", "line", "rect", "path", "text", "tspan"}
HOSTILE = '</text></svg><script>alert("x")</script>\x1b[2J\u202e\x00' + "<b>&" * 5_000


def parsed(text: str) -> ET.Element:
    """Return a picture's elements."""
    return ET.fromstring(text)  # noqa: S314 # it is of our own making, and must be well-formed


def shown(root: ET.Element) -> str:
    """Return all text of a picture."""
    return "\n".join(root.itertext())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_kept_record_is_drawn_with_elements_that_load_and_run_nothing(path: Path) -> None:
    text = picture.svg(records.load(path))
    assert not text or {element.tag.removeprefix(SVG) for element in parsed(text).iter()} <= HARMLESS
    assert not re.search(r"\b(href|src|url\(|onload)", text)
    assert len(text) < 60_000


def test_a_violation_is_drawn_with_what_was_expected_beside_what_was_seen() -> None:
    history = record(pod(ran("main", 0.0, did(1.0, "unheard", who="other"), exited(2.0))))
    violation = Violation("lost", "main lost it", "main  heard who=other", history.instances[0].all("unheard"))
    root = parsed(picture.svg(history, [violation]))
    assert [path.get("class") for path in root.iter(f"{SVG}path") if path.get("class") in {"hit", "gap"}] == ["hit"]
    for words in (
        "✗ 2 lost",
        "✗ lost: main lost it",
        "expected: main heard who=other",
        "seen: line 2, 1.000 s: main unheard",
    ):
        assert words in shown(root)
    description = root.findtext(f"{SVG}desc") or ""
    assert "main: app, 0.000 s to 2.000 s, exit code 0" in description
    assert "violated, lost: main lost it; expected: main heard who=other" in description


def test_letters_keep_their_size_and_light_and_dark_are_the_readers() -> None:
    root = parsed(picture.svg(record(pod(ran("main", 0.0, exited(1.0))))))
    assert root.get("viewBox") is None
    assert root.get("width") == "100%"
    assert all(str(text.get("x")).endswith("%") for text in root.iter(f"{SVG}text"))
    assert "prefers-color-scheme:dark" in (root.findtext(f"{SVG}style") or "")


def test_a_picture_of_a_page_has_neither_style_nor_the_pages_words() -> None:
    history = record(pod(ran("main", 0.0, exited(1.0))))
    assert "<style>" not in picture.svg(history, alone=False)
    violated = [Violation("lost", "it was lost")]
    words = [("✗ lost: it was lost" in picture.svg(history, violated, alone=alone)) for alone in (True, False)]
    assert words == [True, False]


def hostile() -> Record:
    """Return a record in which names and values are markup, controls and endless."""
    events = [did(1.0 + number / 1_000, f"event{number % 7}{HOSTILE}", value=HOSTILE) for number in range(3_000)]
    return record(pod(ran(HOSTILE, 0.0, *events), role=HOSTILE, node=HOSTILE, phase=HOSTILE))


def test_what_a_hostile_container_printed_is_escaped_and_cut() -> None:
    history = hostile()
    violation = Violation("lost", HOSTILE, f"{HOSTILE}  {HOSTILE}", history.instances[0].events[:2_000])
    text = picture.svg(history, [violation] * 50)
    assert {element.tag.removeprefix(SVG) for element in parsed(text).iter()} <= HARMLESS
    assert not set("\x00\x1b\u202e") & set(text)
    assert len(text) < 400_000


def test_what_deployed_no_pod_has_no_picture() -> None:
    assert picture.svg(record()) == ""


@pytest.mark.parametrize("clock", [0, -5, 10**40])
def test_a_clock_that_no_node_has_stops_no_picture(clock: int) -> None:
    history = record(pod(ran("main", 0.0, did(1.0, "wrote"), exited(2.0))))
    run = history.instances[0]
    object.__setattr__(run.events[1], "clock", clock)  # the events are frozen
    assert parsed(picture.svg(history)).tag == f"{SVG}svg"
