"""Whole Pods, as people use them: the way of a log, versions of a content, a proxy before an app."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, given

if TYPE_CHECKING:
    from records import Event, Record

LINE = re.compile(r'\S+ "GET (\S+) HTTP/1\.1" (\d+) (\d+)')  # as the manifest's log_format says
OK = 200  # the status of an answer
TEXT_FORMAT = "text/plain; version=0.0.4"  # of Prometheus; a scrape that has no type it knows fails
COUNTED = ("accepted", "handled", "requests")
STATE = {  # family, as the parser names it: its type, and what the adapter calls its value
    "nginx_connections_active": ("gauge", "active"),
    "nginx_connections_accepted": ("counter", "accepted"),
    "nginx_connections_handled": ("counter", "handled"),
    "nginx_connections_reading": ("gauge", "reading"),
    "nginx_connections_writing": ("gauge", "writing"),
    "nginx_connections_waiting": ("gauge", "waiting"),
    "nginx_http_requests": ("counter", "requests"),
}


def lines_lost(record: Record, client: str, reader: str) -> list[Violation]:
    """Check that every answered request is in the log that the reader printed: whole, once, in order.

    Requests during the Pod's stop count too: the client asked until the server was gone, and only then was the reader
    told to end. Times are the node's; equal times prove nothing.

    Args:
        record: of a Pod that was deleted.
        client: prints ``answered`` for each answer, and ``server-gone`` in the end.
        reader: prints ``line`` for each line.

    Rules:
        unwitnessed: nothing proves that the server answered to its end: the client's requests failed before, or none
            was answered after it was told to end. The promise is of the reader: it outlives the server.
        stopped-early: the reader was told to end before the client had seen the server gone.
        unfinished: the reader did not come to the end of the log.
        lost: an answered request has no line.
        altered: a line is not whole, of no request, not as it was answered, or comes twice or in another order.
    """
    violations = _not_to_the_end(record, client, reader)
    answers = {event.fields["path"]: event for event in events_of(record, client, "answered")}
    asked = [e.fields["path"] for e in events_of(record, client, "answered", "server-gone", "unanswered")]
    read: list[str] = []
    for event in events_of(record, reader, "line", "broken-line"):
        path, what = _of_request(event, answers, asked)
        what = what or ("comes a second time" if path in read else "")
        if what:
            violations.append(Violation("altered", f"{reader} read a line that {what}: {words(event)}", "", (event,)))
        if path in asked and path not in read:
            read.append(path)
    if missing := [event for path, event in answers.items() if path not in set(read)]:
        numbers = f"{missing[0].fields['number']} to {missing[-1].fields['number']}"
        text = f"{reader} has no line of {len(missing)} of {len(answers)} answered requests, numbers {numbers}"
        expected = f"{reader}  line … {missing[0].fields['path']}"
        violations.append(Violation("lost", text, expected, (missing[0], missing[-1])))
    places = {path: number for number, path in enumerate(asked)}
    if [places[path] for path in read] != sorted(places[path] for path in read):
        violations.append(Violation("altered", f"{reader} read the lines in another order than {client} asked"))
    return violations


def _not_to_the_end(record: Record, client: str, reader: str) -> list[Violation]:
    """Return violations unless the Pod was stopped under requests, with a reader that outlived the server."""
    need = "it was to ask until the server was gone"
    violations = did_not(record, client, "server-gone", "unwitnessed", need=need)
    violations += did_not(record, reader, "followed", "unfinished")
    stopped, ended = events_of(record, client, "terminated"), events_of(record, reader, "terminated")
    if gone := events_of(record, client, "server-gone"):
        late = [e for e in events_of(record, client, "answered") if stopped and e.clock > stopped[0].clock]
        if not late:
            text = f"{client} was not answered any more once it was told to end: the server did not outlast that"
            violations.append(Violation("unwitnessed", text, f"{client}  answered, after its terminated"))
        if ended and not gone[0].clock < ended[0].clock:
            text = f"{reader} was told to end before {client} saw the server gone"
            expected = f"{reader}  terminated, after {client}  server-gone"
            violations.append(Violation("stopped-early", text, expected, (gone[0], ended[0])))
    return violations


def _of_request(line: Event, answers: dict[str, Event], asked: list[str]) -> tuple[str, str]:
    """Return the path of a line's request, and what is wrong with the line, if anything."""
    found = LINE.fullmatch(line.fields["text"]) if line.name == "line" else None
    if found is None:
        return "", "is not whole"
    path, status, size = found.groups()
    if path not in asked:
        return path, "is of no request"
    answer = answers.get(path)
    if answer and (int(status), int(size)) != (answer.fields["status"], answer.fields["bytes"]):
        return path, f"is not as it was answered ({words(answer)})"
    return path, ""


def not_reopened(record: Record, reader: str, *, rotations: int) -> list[Violation]:
    """Check that the log went on in a new file each time that the reader had renamed it and signalled.

    Rules:
        not-reopened: the server opened a new file less often than expected.
    """
    done = events_of(record, reader, "rotated")
    if len(done) >= rotations:
        return []
    why = events_of(record, reader, "not-signalled", "not-reopened")
    said = f": {words(why[0])}" if why else ""
    text = f"the log that {reader} renamed went on in a new file {len(done)} times, not {rotations}{said}"
    return [Violation("not-reopened", text, f"{reader}  rotated rotations={rotations}", why[:1])]


def versions_mixed(record: Record, client: str, *loaders: str) -> list[Violation]:
    """Check that every answer was one whole version, never older than the client's last or than the shown one.

    Args:
        record: of the loaders and the client.
        client: prints ``got`` for equal answers, for each of its clients.
        loaders: print ``published`` once a version is shown.

    Rules:
        not-refreshed: a client saw no second version.
        unwitnessed: the clients saw several, but fewer than they were to.
        failed: a request was not answered, or not with 200.
        torn: an answer has parts of several versions, or not exactly the published content of one.
        backwards: a client got an older version after a newer one.
        stale: a client asked after a version was shown, and got an older one.
    """
    refreshed = any(event.fields["versions"] > 1 for event in events_of(record, client, "not-refreshed"))
    violations = did_not(record, client, "loaded", "unwitnessed" if refreshed else "not-refreshed")
    published = {e.fields["version"]: e for name in loaders for e in events_of(record, name, "published")}
    newest: dict[int, int] = {}
    for event in events_of(record, client, "unanswered", "got"):
        if event.name == "unanswered" or event.fields["status"] != OK:
            violations.append(_about("failed", f"{client} was not answered with the content", event))
            continue
        versions = event.fields["versions"]
        whole = published.get(versions[0]) if versions else None
        if not versions:
            violations.append(_about("torn", f"{client} got an answer of no version, without a line", event))
        elif len(versions) > 1:
            violations.append(_about("torn", f"{client} got an answer of the versions {', '.join(versions)}", event))
        elif whole is None or whole.fields["sha256"] != event.fields["sha256"]:
            what = f"of {event.fields['bytes']} bytes that is not version {versions[0]} as it was published"
            violations.append(_about("torn", f"{client} got an answer {what}", event))
        else:
            number, one = int(versions[0]), event.fields["client"]
            if number < newest.get(one, 0):
                text = f"client {one} got version {number} after version {newest[one]}"
                violations.append(_about("backwards", text, event))
            newest[one] = max(number, newest.get(one, 0))
            earlier = [each for each in published.values() if each.clock < event.fields["last"]]
            shown = max(earlier, key=_version, default=None)
            if shown and _version(shown) > number:
                text = f"client {one} got version {number}, though it asked after {_version(shown)} was shown"
                violations.append(Violation("stale", text, "", (shown, event)))
    return violations


def _version(published: Event) -> int:
    return int(published.fields["version"])


def not_served(record: Record, client: str, app: str, page: str) -> list[Violation]:
    """Check that the client got the app's answers through the proxy, nonce for nonce, and the file as written.

    Args:
        record: of all of them.
        client: prints ``answered``, in turn for the file and for the app.
        app: prints ``asked`` for every question, with the nonces of both.
        page: the container that wrote the file.

    Rules:
        not-reached: the client got no answer of the app.
        not-served: it did not get the file, or did not come to ask for the app again.
        altered: it got something else than was written, or than the app answered.
    """
    violations = did_not(record, client, "reached", "not-reached")
    if violations:
        return violations
    written = [event.fields["content"] for event in events_of(record, page, "wrote")]
    given = [f"{event.fields['nonce']} {event.fields['answer']}" for event in events_of(record, app, "asked")]
    answers = [event for event in events_of(record, client, "answered") if event.fields["status"] == OK]
    for who, of_app, right in ((page, False, written), (app, True, given)):
        got = [event for event in answers if event.fields["path"].startswith("/app/") == of_app]
        if not got:
            violations.append(Violation("not-served", f"{client} got nothing of {who} with status 200"))
        for event in got:
            nonce = event.fields["path"].rpartition("/")[2]
            if event.fields["body"] not in right or (of_app and not event.fields["body"].startswith(nonce + " ")):
                violations.append(_about("altered", f"{client} got what {who} did not give", event))
    return violations


def reload_failed(record: Record, client: str, reloader: str, *, generations: int) -> list[Violation]:
    """Check that the server reloaded its configuration again and again, and no request failed meanwhile.

    The Pod's deletion is not judged: the client is done by then.

    Rules:
        not-reached: the client got no answer at all: whoever asks in the Pod is to reach the server.
        not-reloaded: the server did not reload, or the answers are of fewer configurations than expected.
        failed: a request was not answered, or not with 200.
    """
    violations = did_not(record, client, "reached", "not-reached", need="it was to ask while the server reloads")
    if violations:
        return violations
    deleted = min((act.seen for act in record.acts if act.what == "deleted"), default=math.inf)
    for event in events_of(record, reloader, "not-signalled", "not-reloaded"):
        if event.seen < deleted:
            violations.append(_about("not-reloaded", f"{reloader} did not get the server to reload", event))
    seen = {e.fields["generation"] for e in events_of(record, client, "answered")} - {""}
    if len(seen) < generations and not violations:
        text = f"{client}'s answers tell of {len(seen)} generations of the server's configuration, not {generations}"
        violations.append(Violation("not-reloaded", text, f"{client}  browsed generations={generations}"))
    for event in events_of(record, client, "unanswered", "answered"):
        if event.name == "unanswered" or event.fields["status"] != OK:
            violations.append(_about("failed", f"{client}'s request {event.fields['number']} failed", event))
    return violations


def not_answered(record: Record, app: str, server: str) -> list[Violation]:
    """Check that an app got, nonce for nonce, the answers of a server in another Pod, one for every request.

    Args:
        record: of all Pods.
        app: prints ``answered`` for each answer, and ``reached`` once it got the first.
        server: prints ``asked`` for every question, with the nonces of both.

    Rules:
        not-reached: the app got no answer of the server.
        failed: a request after that was not answered, or not with 200; or the app did not make all of them.
        altered: it got something else than the server answered.
    """
    violations = did_not(record, app, "reached", "not-reached")
    if violations:
        return violations
    answers = given(record, server)
    for event in events_of(record, app, "answered", "unanswered"):
        if event.name == "unanswered" or event.fields["status"] != OK:
            violations.append(_about("failed", f"{app}'s request {event.fields['number']} failed", event))
            continue
        nonce = event.fields["path"].rpartition("/")[2]
        if tuple(event.fields["body"].split(" ")) not in {each for each in answers if each[0] == nonce}:
            violations.append(_about("altered", f"{app} got what {server} did not answer", event))
    return violations or did_not(record, app, "asked-all", "failed")


def lost_in_rollout(record: Record, client: str, server: str) -> list[Violation]:
    """Check that every request was answered while one Pod of a server was replaced by another.

    Args:
        record: of the client's Pod and both of the server's.
        client: asks until it is told to end, once the first of the server's Pods is gone; see ``not_answered``.
        server: prints ``asked`` for every question.

    Rules:
        not-reached: the client got no answer at all.
        failed: a request was not answered, or not with 200.
        altered: the client got what neither Pod answered. Nothing real fires it: PATTERN-AMBASSADOR's control does, of
            the same judge.
        unwitnessed: not each of the two Pods was asked by the client: it did not see one replace the other.
    """
    violations = not_answered(record, client, server)
    if violations:
        return violations
    requests = {event.fields["path"] for event in events_of(record, client, "answered")}
    pods = [pod for pod in record.pods if pod.instances_of(server)]
    for pod in pods:
        if requests.isdisjoint(event.fields["path"] for event in events_of(pod, server, "asked")):
            text = f"{client} got no answer of {server} in the Pod {pod.role}"
            violations.append(Violation("unwitnessed", text, f"{server}  asked, by {client}"))
    if len(pods) < 2:  # noqa: PLR2004 -- the old one and the new one
        violations.append(Violation("unwitnessed", f"{server} ran in {len(pods)} Pods: none replaced another"))
    return violations


def not_adapted(record: Record, client: str, adapter: str) -> list[Violation]:
    """Check that metrics are the app's state as it told the adapter, and rise by what the client asked of the app.

    The adapter asks the app anew each time: what it asked between the client's two looks counts, too.

    Args:
        record: of the app's Pod and the client's.
        client: prints ``scraped`` before and after its requests, and ``answered`` for each.
        adapter: prints ``adapted`` with the app's state each time.

    Rules:
        not-reached: the client did not reach the app, or a request of it was not answered with 200.
        not-exposed: the client got no metrics, before or after.
        malformed: what it got is not Prometheus' text format, or not those metrics.
        altered: its values are none that the app told the adapter.
        miscounted: the counters rose by another number than that of the requests, or of the connections.
    """
    violations = did_not(record, client, "reached", "not-reached")
    if violations:
        return violations
    looks = events_of(record, client, "scraped")
    if not looks:
        return did_not(record, client, "scraped", "not-exposed")
    asked = events_of(record, client, "answered", "unanswered")
    violations += [
        _about("not-reached", f"{client}'s request {event.fields['number']} failed", event)
        for event in asked
        if event.name == "unanswered" or event.fields["status"] != OK
    ]
    told = [event.fields["state"] for event in events_of(record, adapter, "adapted")]
    places = []
    for look in looks:
        state, why = _state(look)
        if why:
            violations.append(_about("malformed", f"{client} got metrics {why}", look))
        elif state not in told:
            violations.append(_about("altered", f"{client} got values that {adapter} was not told", look))
        else:
            places.append(told.index(state))
    if len(looks) == 1:
        text = f"{client} got no metrics after its requests"
        violations.append(Violation("not-exposed", text, f"{client}  scraped number=2", looks))
    if violations:
        return violations
    first, last = places
    expected = len(asked) + last - first
    for word in COUNTED:
        rise = told[last][word] - told[first][word]
        if rise != expected:
            text = f"{word} rose by {rise}, not by {expected}: {len(asked)} of {client} and {last - first} of {adapter}"
            violations.append(Violation("miscounted", text, "", looks))
    return violations


def _state(look: Event) -> tuple[dict[str, int], str]:
    """Return the values of metrics, and what is wrong with them, if anything."""
    # Its package looks at this very process in /proc once it is imported: who judges no metrics is spared that.
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    text = look.fields["text"]
    if not look.fields["content_type"].startswith(TEXT_FORMAT):
        return {}, f"of the type {look.fields['content_type'] or 'nothing'}"
    if not text.endswith("\n"):
        return {}, "without a line feed at the end"
    try:
        families = {family.name: family for family in text_string_to_metric_families(text)}
    except ValueError as error:
        return {}, f"that are no text format of Prometheus ({error})"
    if {name: family.type for name, family in families.items()} != {name: kind for name, (kind, _) in STATE.items()}:
        return {}, f"of the families {', '.join(families) or 'none'}"
    if any(len(family.samples) != 1 for family in families.values()):
        return {}, "with a family that has not one value"
    return {word: int(families[name].samples[0].value) for name, (_, word) in STATE.items()}, ""


def _about(rule: str, text: str, event: Event) -> Violation:
    return Violation(rule, f"{text}: {words(event)}", "", (event,))
