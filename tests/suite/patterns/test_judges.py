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


def questioned(number: int) -> Event:
    """Return what a server says of a question."""
    return did(2.0 + number, "asked", path=f"/app/n{number}", nonce=f"n{number}", answer=f"a{number}")


FORWARDED = record(
    pod(ran("server", 0.0, questioned(1), questioned(2))),
    pod(
        ran(
            "app",
            1.0,
            did(1.5, "reached", address="127.0.0.1", port=8080, peer="127.0.0.1"),
            *(did(2.1 + n, "answered", number=n, path=f"/app/n{n}", status=200, body=f"n{n} a{n}") for n in (1, 2)),
            did(4.2, "asked-all", requests=2),
            exited(4.3),
        ),
        role="ambassador",
    ),
)
REFUSED = did(20.0, "not-reached", address="127.0.0.1", port=8080, errno="ECONNREFUSED", awaited=20.0)
DROPPED = did(3.1, "unanswered", number=1, path="/app/n1", errno="ECONNRESET")

FORWARD = Trial(
    judges.not_answered,
    ("app", "server"),
    good=FORWARDED,
    broken=(
        ("not-reached", "nobody listens", instead(FORWARDED, "app", "reached", REFUSED)),
        ("failed", "bad gateway", altered(FORWARDED, "app", "answered", status=502)),
        ("failed", "no answer", instead(FORWARDED, "app", "answered", DROPPED)),
        ("failed", "it did not make all requests", without(FORWARDED, "app", "asked-all")),
        ("altered", "the server did not say so", altered(FORWARDED, "server", "asked", answer="b")),
        ("altered", "the answer to another question", altered(FORWARDED, "app", "answered", path="/app/n2")),
        ("altered", "the ambassador's own", altered(FORWARDED, "app", "answered", body="hello")),
        ("altered", "with something behind it", altered(FORWARDED, "server", "asked", answer="")),
    ),
)


def state(requests: int, **other: int) -> dict[str, int]:
    """Return a status of nginx after so many requests, each with a connection of its own."""
    made = {"active": 1, "accepted": requests, "handled": requests, "requests": requests}
    return made | {"reading": 0, "writing": 1, "waiting": 0} | other


def metrics(of: dict[str, int]) -> str:
    """Return a status in Prometheus' text format."""
    kinds = {"accepted": "counter", "handled": "counter"}
    lines = [
        f"# TYPE nginx_connections_{word} {kinds.get(word, 'gauge')}\nnginx_connections_{word} {value}\n"
        for word, value in of.items()
        if word != "requests"
    ]
    total = "nginx_http_requests_total"
    return "".join([*lines, f"# TYPE {total} counter\n{total} {of['requests']}\n"])


def looked(number: int, text: str, content_type: str = "text/plain; version=0.0.4; charset=utf-8") -> Event:
    """Return what a client got as metrics."""
    return did(number * 2.0, "scraped", number=number, content_type=content_type, text=text)


def adapted(before: dict[str, int], after: dict[str, int], *looks: Event) -> Record:
    """Return two requests between two states of an app, and these looks at its metrics, or right ones."""
    first, second = looks or (looked(1, metrics(before)), looked(2, metrics(after)))
    told = [did(seconds, "adapted", path="/metrics", state=of) for seconds, of in ((1.9, before), (3.9, after))]
    asked = [did(2.0 + n / 4, "answered", number=n, path=f"/n{n}", status=200, body=f"/n{n}") for n in (1, 2)]
    reached = did(1.5, "reached", address="10.0.0.1", port=8080, peer="10.0.0.1")
    return record(
        pod(ran("adapter", 0.0, *told, kind="sidecar"), role="adapted"),
        pod(ran("client", 1.0, reached, first, *asked, second, exited(4.1)), role="client"),
    )


BEFORE, AFTER = state(2), state(5)  # two requests, and the adapter's own
ADAPTED = adapted(BEFORE, AFTER)
RIGHT = looked(1, metrics(BEFORE))
NOT_SCRAPED = did(20.0, "not-scraped", number=1, port=9113, errno="ECONNREFUSED", awaited=20.0)
TWICE = metrics(AFTER) + "nginx_http_requests_total 5\n"

ADAPT = Trial(
    judges.not_adapted,
    ("client", "adapter"),
    good=ADAPTED,
    broken=(
        ("not-reached", "nobody is there", instead(ADAPTED, "client", "reached", REFUSED)),
        ("not-reached", "requests fail", instead(ADAPTED, "client", "answered", DROPPED)),
        ("not-reached", "requests are refused", altered(ADAPTED, "client", "answered", status=503)),
        ("not-exposed", "no metrics", instead(ADAPTED, "client", "scraped", NOT_SCRAPED)),
        ("not-exposed", "none after the requests", adapted(BEFORE, AFTER, RIGHT, NOT_SCRAPED)),
        ("malformed", "nginx's own format", altered(ADAPTED, "client", "scraped", text="Active connections: 1 \n")),
        ("malformed", "of another type", altered(ADAPTED, "client", "scraped", content_type="text/html")),
        ("malformed", "of no type", altered(ADAPTED, "client", "scraped", content_type="")),
        ("malformed", "nothing", altered(ADAPTED, "client", "scraped", text="\n")),
        ("malformed", "it breaks off", adapted(BEFORE, AFTER, RIGHT, looked(2, metrics(AFTER)[:-1]))),
        ("malformed", "one is missing", adapted(BEFORE, AFTER, RIGHT, looked(2, metrics(AFTER).partition("# ")[2]))),
        (
            "malformed",
            "a counter that is a gauge",
            adapted(BEFORE, AFTER, RIGHT, looked(2, metrics(AFTER).replace("counter", "gauge"))),
        ),
        ("malformed", "two values", adapted(BEFORE, AFTER, RIGHT, looked(2, TWICE))),
        ("altered", "a value that the app did not tell", adapted(BEFORE, AFTER, RIGHT, looked(2, metrics(state(6))))),
        ("altered", "the adapter was not asked", without(ADAPTED, "adapter", "adapted")),
        ("miscounted", "the same always", adapted(BEFORE, BEFORE)),
        ("miscounted", "a request is missing", adapted(BEFORE, state(4))),
        ("miscounted", "a request too many", adapted(BEFORE, state(6))),
        ("miscounted", "connections", adapted(BEFORE, state(5, accepted=6))),
        ("miscounted", "connections that were not handled", adapted(BEFORE, state(5, handled=4))),
    ),
)


def rolled(*asked: tuple[int, ...], requests: int = 4) -> Record:
    """Return requests of a client, and a Pod of the server for each group of those that it was asked."""
    servers = [
        pod(ran("server", 0.0, *map(questioned, group)), role=f"server@{place}") for place, group in enumerate(asked, 1)
    ]
    reached = did(1.5, "reached", address="10.0.0.1", port=80, peer="10.0.0.1")
    answers = [
        did(2.1 + n, "answered", number=n, path=f"/app/n{n}", status=200, body=f"n{n} a{n}")
        for n in range(1, requests + 1)
    ]
    end = (did(9.0, "terminated", signal="SIGTERM"), did(9.1, "asked-all", requests=requests), exited(9.2))
    return record(*servers, pod(ran("client", 1.0, reached, *answers, *end), role="client"))


ROLLED = rolled((1, 2), (3, 4))
LOST = did(5.1, "unanswered", number=3, path="/app/n3", errno="ECONNREFUSED")

ROLLOUT = Trial(
    judges.lost_in_rollout,
    ("client", "server"),
    good=ROLLED,
    broken=(
        ("not-reached", "nobody answers", instead(ROLLED, "client", "reached", REFUSED)),
        ("failed", "refused", instead(ROLLED, "client", "answered", LOST)),
        ("failed", "not all were made", without(ROLLED, "client", "asked-all")),
        ("altered", "the answer of neither", altered(ROLLED, "server", "asked", answer="b")),
        ("unwitnessed", "the new Pod was not asked", rolled((1, 2, 3, 4), ())),
        ("unwitnessed", "the old Pod was asked whether it is ready alone", rolled((5,), (1, 2, 3, 4))),
        ("unwitnessed", "there was no other Pod", rolled((1, 2, 3, 4))),
    ),
)

TRIALS = (LINES, ROTATION, VERSIONS, SERVED, RELOAD, FORWARD, ADAPT, ROLLOUT)


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


def test_what_the_adapter_asked_between_two_looks_counts_too() -> None:
    others = adapted(BEFORE, state(6))
    adapter, client = others.pods
    [run] = adapter.instances
    between = did(3.0, "adapted", path="/metrics", state=state(3))
    more = ran("adapter", 0.0, run.events[1], between, run.events[2], kind="sidecar")
    assert ADAPT(replace(others, pods=(pod(more, role="adapted"), client))) == []


def test_counters_that_rise_by_another_number_are_told_with_who_asked() -> None:
    told = "requests rose by 2, not by 3: 2 of client and 1 of adapter [miscounted]"
    assert told in said(ADAPT(adapted(BEFORE, state(4)))).splitlines()


def test_metrics_that_no_parser_reads_are_told_with_its_reason() -> None:
    text = said(ADAPT(altered(ADAPTED, "client", "scraped", text="Active connections: 1 \n")))
    assert text.startswith("client got metrics that are no text format of Prometheus (")
