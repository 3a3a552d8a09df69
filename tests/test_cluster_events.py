"""The API's Events: kept for people from one watch, whatever becomes of it."""

import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from fixtures import cluster_events
from fixtures.cluster_events import ClusterEvents, as_record
from fixtures.connection import Connection, CutError
from fixtures.errors import TroubleError

Json = dict[str, Any]

SUITE = Path(__file__).parent.parent / "suite"
KUBELETS: Json = {
    "metadata": {"name": "pod.1", "uid": "event-1", "resourceVersion": "7"},
    "involvedObject": {"kind": "Pod", "name": "pod", "uid": "uid-1", "fieldPath": "spec.containers{main}"},
    "type": "Warning",
    "reason": "BackOff",
    "message": "Back-off restarting",
    "count": 3,
    "firstTimestamp": "2026-01-01T00:00:00Z",
    "lastTimestamp": "2026-01-01T00:00:09Z",
    "eventTime": None,
}
SCHEDULERS: Json = {
    "metadata": {"name": "pod.2", "uid": "event-2", "resourceVersion": "8"},
    "involvedObject": {"kind": "Pod", "name": "pod", "uid": "uid-1"},
    "type": "Normal",
    "reason": "Scheduled",
    "message": "assigned",
    "firstTimestamp": None,
    "lastTimestamp": None,
    "eventTime": "2026-01-01T00:00:00.500000Z",
}


class _Stream:
    """Lines of a watch; it ends where a None is said or when it is closed, and breaks where an error is."""

    def __init__(self, *lines: Json | bytes | CutError | None) -> None:
        self._lines: queue.SimpleQueue[Json | bytes | CutError | None] = queue.SimpleQueue()
        for line in lines:
            self._lines.put(line)

    def close(self) -> None:
        self._lines.put(None)

    def __iter__(self) -> Iterator[bytes]:
        while (line := self._lines.get()) is not None:
            if isinstance(line, CutError):
                raise line
            yield line if isinstance(line, bytes) else json.dumps({"type": "ADDED", "object": line}).encode()


class _Api:
    def __init__(self, *answers: _Stream | TroubleError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Json]] = []

    def stream(self, path: str, **query: str) -> _Stream:
        self.asked.append((path, query))
        answer = self.answers.pop(0) if self.answers else TroubleError("500 nothing more")
        if isinstance(answer, TroubleError):
            raise answer
        return answer


def watched(*answers: _Stream | TroubleError) -> tuple[ClusterEvents, _Api]:
    """Events after all that the API answers was read."""
    api = _Api(*answers)
    events = ClusterEvents(cast("Connection", api), "namespace")
    events.begin()
    for thread in threading.enumerate():
        if thread.name == "cluster events":
            thread.join(10)
            assert not thread.is_alive()
    return events, api


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_events, "ATTEMPTS", 2)


def test_both_forms_of_an_event_are_told_alike() -> None:
    told = as_record(KUBELETS, 1.23456)
    assert (told.seen, told.time, told.type, told.reason) == (1.235, "2026-01-01T00:00:09Z", "Warning", "BackOff")
    assert (told.object, told.message, told.count) == ("Pod pod, spec.containers{main}", "Back-off restarting", 3)
    told = as_record(SCHEDULERS, 0.0)
    assert (told.time, told.object, told.count) == ("2026-01-01T00:00:00.500000Z", "Pod pod", 1)
    told = as_record(SCHEDULERS | {"series": {"count": 4, "lastObservedTime": "2026-01-01T00:01:00Z"}}, 0.0)
    assert (told.time, told.count) == ("2026-01-01T00:01:00Z", 4)


def test_one_watch_keeps_the_events_of_every_object_in_order_of_their_coming() -> None:
    other = KUBELETS | {"involvedObject": {"kind": "Pod", "name": "other", "uid": "uid-2"}}
    events, api = watched(_Stream(SCHEDULERS, KUBELETS, other, None))
    assert [event.reason for event in events.of(["uid-1"], 0.0)] == ["Scheduled", "BackOff"]
    assert [event.object for event in events.of(["uid-2"], 0.0)] == ["Pod other"]
    assert events.of(["uid-3"], 0.0) == ()
    assert api.asked[0] == ("/api/v1/namespaces/namespace/events", {"watch": "true", "timeoutSeconds": "290"})


def test_an_event_that_is_told_again_is_kept_as_told_last_and_once() -> None:
    again = KUBELETS | {"metadata": KUBELETS["metadata"] | {"resourceVersion": "9"}, "count": 4}
    events, _ = watched(_Stream(KUBELETS, again, None))
    [event] = events.of(["uid-1"], 0.0)
    assert event.count == 4


@pytest.mark.parametrize("broke", [CutError("reset"), b"no JSON", b'{"type": "ERROR", "object": {"code": 410}}'])
def test_a_watch_that_broke_is_opened_again_and_what_it_tells_again_changes_nothing(broke: Any) -> None:
    events, api = watched(_Stream(SCHEDULERS, broke), _Stream(SCHEDULERS, KUBELETS, None))
    assert [event.reason for event in events.of(["uid-1"], 0.0)] == ["Scheduled", "BackOff"]
    assert len(api.asked) == 3


def test_a_refusal_is_remembered_and_nothing_else_comes_of_it() -> None:
    events, api = watched(TroubleError("403 forbidden"))
    assert (events.refused, events.of(["uid-1"], 0.0), len(api.asked)) == ("403 forbidden", (), 1)
    events.close()


def test_no_verdict_rests_on_an_event() -> None:
    assert not [path for path in SUITE.rglob("*.py") if "cluster_event" in path.read_text().lower()]
