"""``./podproof sentences``: what it tells of each sentence, and its exit code."""

import re
import shutil
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from commands.sentences import sources
from commands.sentences.__main__ import CHANGED, compare, main
from commands.sentences.page import of_html, of_markdown
from commands.sentences.sources import Answer
from commands.sentences.verdicts import ELSEWHERE, FOUND, GONE, NOT_READ, REWORDED, Quotation, judge, quotations
from commands.terminal import USAGE
from fixtures.errors import NOT_PROVEN
from records import requirements
from records.requirements import Requirement
from tests.helpers.servers import serving

ALL = requirements.load()
PAGES = Path(__file__).parent / "pages"
KEPT = (
    "HOST-DNS-CONFIG",
    "HOST-DNS-MERGED",
    "INIT-RESOURCES",
    "RESTART-ALL",
    "RESTART-BACKOFF",
    "RESTART-POLICY",
    "SIDE-JOB",
    "STATUS-TRUE",
    "VOL-MEMORY",
    "VOL-SUBPATH-EXPR",
)
"""The requirements all of whose sentences stand on kept copies."""
DAY = date(2026, 11, 27)
API = "https://kubernetes.io/docs/reference/kubernetes-api/core/pod-v1/"


def arguments(folder: Path, *names: str) -> list[str]:
    return ["--page-folder", str(folder), *(word for name in names for word in ("--requirement", name))]


def promise(name: str, sentence: str, url: str) -> Requirement:
    return Requirement(name, "area", "title", "MUST", sentence, url, "1.0", DAY)


def outcome(sentence: str, url: str, answer: Answer) -> tuple[str, tuple[str, ...]]:
    [verdict] = judge([Quotation("A", (), sentence, url, DAY)], lambda _: answer)
    return verdict.outcome, verdict.lines


def test_every_sentence_of_a_kept_copy_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(PAGES, *KEPT)) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("found ")} == set(KEPT)
    counted = f"sentences: {len(lines)}; found: {len(lines)}, reworded: 0, elsewhere: 0, gone: 0, not read: 0"
    assert last == f"requirements: {len(KEPT)}, pages: 7, {counted}"


def test_what_is_reworded_is_shown_as_it_was_and_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(PAGES, tmp_path, dirs_exist_ok=True)
    page = tmp_path / "kubernetes.io/docs/concepts/workloads/pods/container-restarts.md"
    page.write_text(page.read_text().replace("capped at\n300 seconds (5 minutes)", "capped at 60 seconds"))
    assert main(arguments(tmp_path, "RESTART-BACKOFF", "RESTART-ALL")) == CHANGED
    begin = (
        "After containers in a Pod exit, the kubelet restarts them with an exponential backoff delay (10s, 20s, 40s, "
    )
    begin += "...), that is capped at"
    assert capsys.readouterr().out.splitlines() == [
        "reworded   RESTART-BACKOFF",
        f"           {ALL['RESTART-BACKOFF'].url}, last read on {ALL['RESTART-BACKOFF'].read}",
        f"           quoted: {ALL['RESTART-BACKOFF'].sentence}",
        f"           now: {begin} 60 seconds.",
        f"           change: {begin} [-300 seconds (5 minutes).-] {{+60 seconds.+}}",
        "found      RESTART-ALL",
        "requirements: 2, pages: 1, sentences: 2; found: 1, reworded: 1, elsewhere: 0, gone: 0, not read: 0",
        "exit code 1: read what is reworded, elsewhere or gone, and each requirement again",
    ]


def test_a_page_that_was_not_read_proves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(PAGES, "PATTERN-PRODUCER-CONSUMER", "RESTART-ALL")) == NOT_PROVEN
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "not read   PATTERN-PRODUCER-CONSUMER"
    assert f"           no copy of it is kept in {PAGES}" in lines
    assert lines[-1] == "exit code 6: nothing is proven of what was not read; try again"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--requirement", "NO-SUCH", "--requirement", "API-NAMES"], "NO-SUCH: no such requirement; docs/"),
        (["--page-folder", "/no/such/folder"], "/no/such/folder is no folder"),
        (["--timeout", "soon"], "sentences: argument --timeout: invalid float value"),
    ],
)
def test_what_cannot_be_done_is_one_line(given: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(given)
    except SystemExit as refused:
        code = refused.code
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (USAGE, "", 1)
    assert err.startswith(f"podproof: {why}")


def test_over_the_network_every_page_is_asked_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    asked: Counter[str] = Counter()
    pages = {
        "/a": (200, "<h2 id=x>X</h2><p>One is <b>promised</b>.<p>Two are, too.<h2 id=y>Y</h2><p>Three are not at all."),
        "/old": (301, "", {"Location": "/a"}),
        "/busy": (503, "busy"),
    }

    def respond(path: str, _: object) -> tuple[object, ...]:
        asked[path] += 1
        return pages.get(path, (404, "none"))

    with serving(respond) as url:
        run = partial(compare, ask=partial(sources.over_the_network, seconds=10, pauses=()))
        one = promise("ONE", "One is promised.", f"{url}/a#x")
        two = promise("TWO", "Two are, too.", f"{url}/a#x")
        three = promise("THREE", "Three are not.", f"{url}/a#y")
        moved = promise("MOVED", "Two are, too.", f"{url}/old#x")
        gone, busy = (promise(name.upper(), "One is promised.", f"{url}/{name}") for name in ("gone", "busy"))
        assert run([one, two, moved]) == 0
        assert f"moved: {url}/old is {url}/a now" in capsys.readouterr().out.splitlines()
        assert asked == {"/a": 2, "/old": 1}
        assert run([one, busy]) == NOT_PROVEN
        assert run([one, gone]) == CHANGED
        assert run([busy, three, one]) == CHANGED
    out = capsys.readouterr().out
    assert "gone       GONE\n" in out
    assert f"{url}/gone: HTTP 404 Not Found" in out
    assert "reworded   THREE\n" in out
    assert "change: Three are [-not.-] {+not at all.+}" in out


CHANGED_API = of_markdown((PAGES / "kubernetes.io/docs/reference/kubernetes-api/core/pod-v1.md").read_text())


@pytest.mark.parametrize(
    ("sentence", "url", "expected"),
    [
        ("Exit status from the last termination of the container", f"{API}#ContainerStateTerminated", (FOUND, ())),
        ("Exit status from the last termination of the container", API, (FOUND, ())),
        (
            "Exit status from the last termination of the container",
            f"{API}#PodStatus",
            (ELSEWHERE, ("it stands under #ContainerStateTerminated",)),
        ),
        (
            "Exit status from the last termination of the container",
            f"{API}#ContainerStatus",
            (ELSEWHERE, ("the page has no #ContainerStatus: it stands under #ContainerStateTerminated",)),
        ),
        (
            "DNSNone indicates that the pod should use empty DNS settings.",  # as Go's comment has it
            f"{API}#PodSpec",
            (
                REWORDED,
                (
                    'now: "None" indicates that the pod should use empty DNS settings.',
                    'change: [-DNSNone-] {+"None"+} indicates that the pod should use empty DNS settings.',
                ),
            ),
        ),
        (
            "RestartCount holds the number of times the container has been restarted.",
            f"{API}#ContainerStatus",
            (GONE, ("the page is there, and nothing on it comes near to it",)),
        ),
    ],
)
def test_a_sentence_must_stand_where_its_url_says(
    sentence: str, url: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    assert outcome(sentence, url, Answer(CHANGED_API)) == expected


def test_a_page_without_anchors_is_searched_as_a_whole() -> None:
    assert outcome("They share.", "https://a.io/#L7", sources.kept("https://pkg.go.dev/x", PAGES)) == (
        NOT_READ,
        (f"no copy of it is kept in {PAGES}",),
    )
    api = sources.kept("https://pkg.go.dev/k8s.io/api/core/v1#ContainerStatus", PAGES)
    assert outcome("RestartCount holds the number of times", "https://a.io/#ContainerStatus", api) == (FOUND, ())
    bare = Answer(of_html("<p>They share.</p><h2 id=x>X</h2>"))
    assert outcome("They share.", "https://a.io/#x", bare) == (ELSEWHERE, ("it stands under no anchor",))


def test_a_case_with_a_sentence_a_page_or_a_day_of_its_own_is_read_by_itself() -> None:
    cases: dict[str, dict[str, Any]] = {
        "same": {"note": "It quotes what its requirement quotes."},
        "one": {"sentence": "Another."},
        "two": {"sentence": "Another."},
        "there": {"url": "https://b.io/"},
        "later": {"sentence": "Later.", "read": date(2026, 11, 28)},
    }
    requirement = Requirement("A", "area", "title", "MUST", "One.", "https://a.io/", "1.0", DAY, cases=cases)
    assert [(str(each), each.sentence, each.url, each.read) for each in quotations([requirement])] == [
        ("A", "One.", "https://a.io/", DAY),
        ("A [one, two]", "Another.", "https://a.io/", DAY),
        ("A [there]", "One.", "https://b.io/", DAY),
        ("A [later]", "Later.", "https://a.io/", date(2026, 11, 28)),
    ]


def test_every_sentence_of_the_catalogue_is_quoted_as_it_is_compared() -> None:
    for each in quotations(ALL.values()):
        bare = re.sub(r"`[^`]*`|\[…\]", "", each.sentence)  # code has brackets of its own
        assert "[" not in bare, f"{each}: what is left out is […]; nothing is added"
        assert each.sentence.strip("[…] "), str(each)
