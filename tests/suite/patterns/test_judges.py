"""Judges of whole Pods: their histories, and what lies at the edges of their rules."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from records import Act, Event, Record
from suite.patterns import judges
from tests.helpers.histories import (
    SECOND,
    altered,
    clock,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial

THREE = ("/1-a", "/2-b", "/3-c")
AT = "2026-11-22T22:00:00+00:00"


def line(path: str, status: int = 200, size: int = 5) -> str:
    """Return a line of the server's log."""
    return f'{AT} "GET {path} HTTP/1.1" {status} {size}'


def logged(lines: Sequence[str], *more: Event) -> Record:
    """Return three requests, the last during the Pod's stop, and a log of these lines."""
    answers = [
        did(seconds, "answered", number=number, path=path, status=200, bytes=5)
        for number, (seconds, path) in enumerate(zip((1.0, 2.0, 3.5), THREE, strict=True), 1)
    ]
    gone = did(4.0, "server-gone", number=4, path="/4-d", errno="ECONNREFUSED")
    stopped = did(3.0, "terminated", signal="SIGTERM")
    read = [did(1.1 + number, "line", number=number, file="/log", text=text) for number, text in enumerate(lines)]
    end = (did(4.5, "terminated", signal="SIGTERM"), did(4.6, "followed", lines=len(lines), rotations=2), exited(4.7))
    return record(
        pod(
            ran("reader", 0.0, *read, *more, *end, kind="sidecar"),
            ran("client", 0.5, *answers[:2], stopped, answers[2], gone, exited(4.1)),
        )
    )


LOG = logged([line(path) for path in THREE])
FIRST, SECOND_LINE, THIRD = (line(path) for path in THREE)

LINES = Trial(
    judges.lines_lost,
    ("client", "reader"),
    good=LOG,
    broken=(
        ("unwitnessed", "the client did not see the server gone", without(LOG, "client", "server-gone")),
        ("unwitnessed", "no answer once it was told to end", moved(LOG, "client", "terminated", 3.5)),
        ("unwitnessed", "it was never told to end", without(LOG, "client", "terminated")),
        ("stopped-early", "with the server", moved(LOG, "reader", "terminated", 3.0)),
        ("stopped-early", "at the very time", moved(LOG, "reader", "terminated", 4.0)),
        ("unfinished", "the reader was killed", without(LOG, "reader", "followed")),
        ("lost", "the last one", logged([FIRST, SECOND_LINE])),
        ("lost", "one in the middle", logged([FIRST, THIRD])),
        ("altered", "cut in the middle", logged([FIRST, SECOND_LINE, THIRD, THIRD[:20]])),
        ("altered", "two in one", logged([FIRST, SECOND_LINE, THIRD, FIRST + SECOND_LINE])),
        ("altered", "of a request that nobody made", logged([FIRST, SECOND_LINE, THIRD, line("/9-x")])),
        ("altered", "came twice", logged([FIRST, SECOND_LINE, THIRD, SECOND_LINE])),
        ("altered", "in another order", logged([FIRST, THIRD, SECOND_LINE])),
        ("altered", "breaks off", logged([*map(line, THREE)], did(4.0, "broken-line", file="/log", text=FIRST[:9]))),
        ("altered", "another answer", altered(LOG, "client", "answered", bytes=6)),
    ),
)

ROTATED = record(
    pod(
        ran(
            "reader",
            0.0,
            did(1.0, "rotated", rotations=1),
            did(2.0, "rotated", rotations=2),
            did(3.0, "followed", lines=9, rotations=2),
            exited(3.1),
            kind="sidecar",
        )
    )
)
NOT_REOPENED = did(1.0, "not-reopened", file="/log", errno="ENOENT", awaited=20.0)

ROTATION = Trial(
    judges.not_reopened,
    ("reader",),
    options={"rotations": 2},
    good=ROTATED,
    broken=(
        ("not-reopened", "never", without(ROTATED, "reader", "rotated")),
        ("not-reopened", "the server did not", instead(ROTATED, "reader", "rotated", NOT_REOPENED)),
    ),
)


def got(seconds: float, version: str, client: int = 1, last: float | None = None, **other: object) -> Event:
    """Return the event of three equal answers."""
    times = {"first": clock(seconds - 0.5), "last": clock(seconds - 0.1 if last is None else last)}
    fields = {"status": 200, "versions": [version], "bytes": 9, "sha256": f"of-{version}"}
    return did(seconds, "got", client=client, answers=3, **times, **(fields | other))


def swapped(*answers: Event, done: bool = True, versions: int = 1) -> Record:
    """Return three published versions, and a client with these answers; not done, it has seen so many versions."""
    first, *others = (
        did(float(number), "published", version=str(number), bytes=9, sha256=f"of-{number}") for number in (1, 2, 10)
    )
    end = [did(12.0, "loaded", versions=3)] if done else [did(12.0, "not-refreshed", versions=versions, awaited=25.0)]
    return record(
        pod(
            ran("first", 0.0, first, exited(1.1), kind="init"),
            ran("loader", 1.2, *others, kind="sidecar"),
            ran("client", 1.3, *answers, *end, exited(12.1, 0 if done else 1)),
        )
    )


SWAPPED = swapped(got(1.9, "1"), got(1.95, "1", client=2), got(9.0, "2"), got(11.0, "10"), got(11.5, "10", client=2))

VERSIONS = Trial(
    judges.versions_mixed,
    ("client", "first", "loader"),
    good=SWAPPED,
    broken=(
        ("not-refreshed", "only one", swapped(got(1.9, "1"), done=False)),
        ("unwitnessed", "too few", swapped(got(1.9, "1"), got(2.5, "2"), done=False, versions=2)),
        ("failed", "no answer", swapped(got(1.9, "1"), did(2.0, "unanswered", client=1, asked=1, errno="ECONNRESET"))),
        ("failed", "not found", swapped(got(1.9, "1"), got(2.0, "<html>", status=404))),
        ("torn", "two versions", swapped(got(1.9, "1", versions=["1", "2"]))),
        ("torn", "not all of it", swapped(got(1.9, "1", sha256="another", bytes=4))),
        ("torn", "a version that nobody published", swapped(got(11.0, "99"))),
        ("torn", "nothing", swapped(got(11.0, "", versions=[""]))),
        ("torn", "an answer without a line", swapped(got(11.0, "", versions=[], bytes=0))),
        ("backwards", "before the newer one was told to be shown", swapped(got(1.9, "2"), got(1.95, "1"))),
        ("stale", "after the newer one was shown", swapped(got(3.0, "1", last=2.5))),
        ("stale", "versions are numbers, not words", swapped(got(11.0, "2", last=10.5))),
    ),
)

PROXIED = record(
    pod(
        ran("page", 0.0, did(0.1, "wrote", file="/site/page", content="cafe"), exited(0.2), kind="init"),
        ran("app", 0.5, did(2.0, "asked", path="/app/n", peer="127.0.0.1", nonce="n", answer="a")),
        ran("reloader", 0.6, did(3.0, "reloading", generation="2"), did(3.1, "reloaded", generation="2")),
        role="web",
    ),
    pod(
        ran(
            "client",
            1.0,
            did(1.5, "reached", address="proxy", port=80, peer="10.0.0.1"),
            did(1.6, "answered", number=1, path="/page", status=200, generation="1", body="cafe"),
            did(2.1, "answered", number=2, path="/app/n", status=200, generation="2", body="n a"),
            did(3.0, "browsed", requests=2, generations=2),
            exited(3.1),
        ),
        role="client",
    ),
)
NOT_REACHED = did(20.0, "not-reached", address="proxy", port=80, status=502, awaited=20.0)
UNANSWERED = did(2.1, "unanswered", number=3, path="/page", errno="ECONNREFUSED")
NOT_RELOADED = did(3.1, "not-reloaded", generation="2", answers_by="1", awaited=2.0)


def saw(*events: Event, of: Record = PROXIED) -> Record:
    """Return the history in which the client printed these events after it had reached the server."""
    web, other = of.pods
    [client] = other.instances
    client = ran("client", 1.0, client.events[1], *events, exited(3.1))
    return replace(of, pods=(web, pod(client, role="client")))


PAGE, APP = (event for event in PROXIED.instances_of("client")[0].all("answered"))

SERVED = Trial(
    judges.not_served,
    ("client", "app", "page"),
    good=PROXIED,
    broken=(
        ("not-reached", "bad gateway", instead(PROXIED, "client", "reached", NOT_REACHED)),
        ("not-served", "not the app", saw(PAGE)),
        ("not-served", "not the file", saw(APP)),
        ("not-served", "not found", saw(APP, replace(PAGE, fields=PAGE.fields | {"status": 404}))),
        ("altered", "another file", altered(PROXIED, "page", "wrote", content="beef")),
        ("altered", "the app did not say so", altered(PROXIED, "app", "asked", answer="b")),
        ("altered", "another's answer", saw(PAGE, replace(APP, fields=APP.fields | {"path": "/app/m"}))),
    ),
)

RELOAD = Trial(
    judges.reload_failed,
    ("client", "reloader"),
    options={"generations": 2},
    good=PROXIED,
    broken=(
        ("not-reached", "no answer at all", instead(PROXIED, "client", "reached", NOT_REACHED)),
        ("not-reloaded", "the server did not", instead(PROXIED, "reloader", "reloaded", NOT_RELOADED)),
        ("not-reloaded", "one generation only", altered(PROXIED, "client", "answered", generation="1")),
        ("not-reloaded", "no generation is told", altered(PROXIED, "client", "answered", generation="")),
        ("failed", "refused", saw(PAGE, UNANSWERED, APP)),
        ("failed", "bad gateway", saw(PAGE, replace(APP, fields=APP.fields | {"status": 502}))),
    ),
)

TRIALS = (LINES, ROTATION, VERSIONS, SERVED, RELOAD)


def test_a_line_of_the_request_that_found_the_server_gone_is_no_stranger() -> None:
    assert LINES(logged([*map(line, THREE), line("/4-d", status=499)])) == []


def test_lost_lines_are_told_by_their_numbers() -> None:
    assert said(LINES(logged([FIRST]))) == ("reader has no line of 2 of 3 answered requests, numbers 2 to 3 [lost]")


def test_a_reader_that_ended_with_the_server_is_told_with_what_it_lost() -> None:
    early = moved(logged([FIRST, SECOND_LINE]), "reader", "terminated", 3.0)
    assert rules(LINES(early)) == {"stopped-early", "lost"}
    assert "reader was told to end before client saw the server gone [stopped-early]" in said(LINES(early))


def test_lines_of_a_reader_that_was_run_again_come_twice() -> None:
    [reader, client] = LOG.instances
    again = record(pod(reader, reader, client))
    assert rules(LINES(again)) == {"altered"}


def test_a_server_that_did_not_reopen_is_told_with_the_errno() -> None:
    assert said(ROTATION(instead(ROTATED, "reader", "rotated", NOT_REOPENED))) == (
        "the log that reader renamed went on in a new file 0 times, not 2: "
        "not-reopened file=/log errno=ENOENT awaited=20.0 [not-reopened]"
    )


def test_more_rotations_than_asked_for_are_as_good() -> None:
    assert judges.not_reopened(ROTATED, "reader", rotations=1) == []


def test_each_client_goes_forward_for_itself() -> None:
    two = swapped(got(1.9, "2"), got(1.95, "1", client=2))
    assert VERSIONS(two) == []


@pytest.mark.parametrize(("last", "broken"), [(2.0, set()), (2.0 + 1 / SECOND, {"stale"})])
def test_a_question_at_the_very_time_of_a_swap_may_get_the_version_before(last: float, broken: set[str]) -> None:
    assert rules(VERSIONS(swapped(got(2.5, "1", last=last)))) == broken


def test_an_unreachable_app_is_told_with_what_the_client_got() -> None:
    assert said(SERVED(instead(PROXIED, "client", "reached", NOT_REACHED))).startswith(
        "client has no event reached; its last word was"
    )


def test_a_server_that_was_stopped_fails_requests_and_does_not_reload() -> None:
    stopped = saw(PAGE, UNANSWERED, of=instead(PROXIED, "reloader", "reloaded", NOT_RELOADED))
    assert rules(RELOAD(stopped)) == {"failed", "not-reloaded"}
    assert "client's request 3 failed: unanswered number=3 path=/page errno=ECONNREFUSED [failed]" in said(
        RELOAD(stopped)
    )


def test_a_server_that_goes_with_its_pod_need_not_reload_any_more() -> None:
    [reloader] = PROXIED.instances_of("reloader")
    late = instead(PROXIED, "reloader", reloader.events[-1].name, NOT_RELOADED)
    assert rules(RELOAD(late)) == {"not-reloaded"}
    assert RELOAD(replace(late, acts=(Act(3.0, "deleted", "web"),))) == []
