"""The recorder over an API server of a few lines: one watch, and every output to its end although streams break."""

import json
import math
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from fixtures import awaited
from fixtures.connection import Connection, CutError
from fixtures.errors import TroubleError
from fixtures.recorder import Recorder
from fixtures.timeouts import Timeouts
from fixtures.view import PodView
from tests.helpers.statuses import OURS, ended, restarted, running, seen

Json = dict[str, Any]

OUTPUT = [b'{"event": "started", "seq": 0, "clock": 1}', b'{"event": "exit", "seq": 1, "clock": 2, "code": 0}']
WITHIN = 10.0  # seconds; nothing here takes a tenth of one but what waits for its own time to be over


class _Stream:
    """Lines that the API sends; it ends where a None is said, or when it is closed, and breaks where an error is."""

    def __init__(self, *lines: bytes | CutError | None) -> None:
        self._lines: queue.SimpleQueue[bytes | CutError | None] = queue.SimpleQueue()
        for line in lines:
            self.say(line)

    def say(self, line: bytes | CutError | None) -> None:
        self._lines.put(line)

    def close(self) -> None:
        self.say(None)

    def __iter__(self) -> Iterator[bytes]:
        while (line := self._lines.get()) is not None:
            if isinstance(line, CutError):
                raise line
            yield line


class _Api:
    """An API server that answers a list, one watch after another, and the outputs that a test gives it."""

    def __init__(self) -> None:
        self.watches = [_Stream()]
        self.events = _Stream()
        self.outputs: list[_Stream | TroubleError] = []
        self.previous = _Stream()
        self.now: str | TroubleError = "1"
        self.read: list[str] = []
        self.asked: list[Json] = []
        self._opened = iter(self.watches)

    def get(self, path: str) -> Json:
        self.read.append(path)
        if isinstance(self.now, TroubleError):
            raise self.now
        return {"metadata": {"resourceVersion": self.now}}

    def stream(self, path: str, **query: str) -> _Stream:
        self.asked.append({"path": path, **query})
        if path.endswith("/events"):
            return self.events
        if "watch" in query:
            return next(self._opened)
        output = self.previous if "previous" in query else self.outputs.pop(0)
        if isinstance(output, TroubleError):
            raise output
        return output

    def tell(self, pod: Json, kind: str = "MODIFIED", watch: int = 0) -> None:
        self.watches[watch].say(json.dumps({"type": kind, "object": pod}).encode())

    def asked_for_watches(self) -> list[Json]:
        return [query for query in self.asked if query["path"].endswith("/pods")]

    def asked_for_outputs(self) -> list[Json]:
        return [query for query in self.asked if "watch" not in query]


@pytest.fixture
def api() -> _Api:
    return _Api()


@pytest.fixture
def recorder(api: _Api) -> Iterator[Recorder]:
    recorder = Recorder(cast("Connection", api), "namespace", Timeouts(output=0.3))
    yield recorder
    recorder.close()
    for thread in threading.enumerate():
        if thread.name == "watch" or "/" in thread.name:
            thread.join(WITHIN)


@pytest.fixture
def view(recorder: Recorder) -> PodView:
    view = PodView(0.0, OURS)
    recorder.begin()
    recorder.register("uid-1", view)
    return view


def until(view: PodView, met: Callable[[PodView], bool]) -> None:
    assert view.wait(met, WITHIN), view.last_state()


def test_an_output_is_followed_to_its_end(api: _Api, view: PodView) -> None:
    api.outputs = [_Stream(*OUTPUT)]
    api.tell(seen(main=running("m")))
    until(view, lambda _: bool(view.instances) and view.instances["m"].ended)
    [asked] = api.asked_for_outputs()
    assert asked == {"path": "/api/v1/namespaces/namespace/pods/pod/log", "container": "main", "follow": "true"}
    api.tell(seen(main=ended("m")))
    until(view, lambda _: view.instances["m"].freeze().output == "whole")


def test_a_stream_that_was_refused_is_asked_for_again(api: _Api, view: PodView) -> None:
    api.outputs = [TroubleError("400: waiting to start"), _Stream(*OUTPUT)]
    api.tell(seen(main=ended("m")))
    until(view, awaited.all_of(awaited.running(), awaited.settled()).met)
    assert view.instances["m"].freeze().output == "whole"


def test_an_output_that_ended_without_an_exit_is_whole_once_the_status_tells_the_end(api: _Api, view: PodView) -> None:
    api.outputs = [_Stream(OUTPUT[0], None), _Stream(OUTPUT[0], None)]
    api.tell(seen(main=ended("m", code=137)))
    until(view, awaited.all_of(awaited.running(), awaited.settled()).met)
    assert view.instances["m"].freeze().output == "whole"


def test_the_output_of_a_program_that_ended_with_its_pod_is_what_was_read_of_it(api: _Api, recorder: Recorder) -> None:
    view = PodView(0.0, OURS, programs={"main"})
    recorder.begin()
    recorder.register("uid-1", view)
    output = _Stream(b"served", None)
    api.outputs = [output, TroubleError("404")]
    api.tell(seen(main=running("m")))
    until(view, lambda _: bool(view.instances) and bool(view.instances["m"].other))
    api.tell(seen(main=ended("m")), kind="DELETED")
    until(view, lambda view: view.gone and awaited.settled().met(view))
    frozen = view.instances["m"].freeze()
    assert (frozen.output, frozen.other) == ("whole", ("served",))


def test_an_output_that_cannot_be_read_is_cut(api: _Api, view: PodView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixtures.recorder.ATTEMPTS", 3)
    api.outputs = [TroubleError("500")] * 3
    api.tell(seen(main=ended("m")))
    until(view, awaited.all_of(awaited.running(), awaited.settled()).met)
    assert view.instances["m"].freeze().output == "cut"


def test_a_stream_that_broke_is_read_again_although_the_container_ended_meanwhile(api: _Api, view: PodView) -> None:
    api.outputs = [_Stream(OUTPUT[0], CutError("reset")), _Stream(*OUTPUT)]
    api.tell(seen(main=running("m")))
    until(view, lambda _: bool(view.instances) and bool(view.instances["m"].events))
    api.tell(seen(main=ended("m")))
    until(view, lambda _: view.instances["m"].ended)
    assert [event.name for event in view.instances["m"].freeze().events] == ["started", "exit"]


def test_a_stream_that_broke_is_read_again_while_the_container_runs(api: _Api, view: PodView) -> None:
    api.outputs = [_Stream(OUTPUT[0], CutError("reset")), _Stream(*OUTPUT)]
    api.tell(seen(main=running("m")))
    until(view, lambda _: bool(view.instances) and view.instances["m"].ended)
    assert [event.name for event in view.instances["m"].freeze().events] == ["started", "exit"]


def test_of_two_runs_that_are_told_at_once_each_has_its_own_output(api: _Api, view: PodView) -> None:
    api.outputs, api.previous = [_Stream(*OUTPUT)], _Stream(b'{"event": "exit", "seq": 0, "clock": 0}')
    api.tell(seen(main=restarted("two", before="one")))
    until(view, lambda _: len(view.instances) == 2 and all(each.ended for each in view.instances.values()))
    assert {name: len(each.events) for name, each in view.instances.items()} == {"one": 1, "two": 2}


@pytest.mark.parametrize("whole", [True, False])
def test_an_output_that_proves_to_be_the_next_runs_is_read_again(api: _Api, view: PodView, *, whole: bool) -> None:
    """The watch told of the first run, and when its output was asked for, the second had taken its place."""
    own = b'{"event": "crashing", "seq": 0, "clock": 0}'
    api.outputs, api.previous = [_Stream(*OUTPUT[: 2 if whole else 1]), _Stream(*OUTPUT)], _Stream(own, None)
    api.tell(seen(main=running("one")))
    until(view, lambda _: bool(view.instances) and bool(view.instances["one"].events))
    api.tell(seen(main=restarted("two", before="one", code=139)))
    until(view, lambda _: len(view.instances) == 2 and view.instances["one"].ended and view.instances["two"].ended)
    read = {name: [event.name for event in each.freeze().events] for name, each in view.instances.items()}
    assert read == {"one": ["crashing"], "two": ["started", "exit"]}


def test_what_the_watch_tells_before_a_pod_is_known_comes_first(api: _Api, recorder: Recorder) -> None:
    known, early = PodView(0.0, OURS), PodView(0.0, OURS)
    recorder.begin()
    recorder.register("uid-2", known)
    api.tell(seen("Pending"), "ADDED")
    api.tell(seen("Succeeded"))
    api.tell(seen(uid="uid-2"), "ADDED")
    until(known, lambda _: bool(known.observations))
    recorder.register("uid-1", early)
    assert [observation.status["phase"] for observation in early.observations] == ["Pending", "Succeeded"]


def test_a_pod_that_is_forgotten_is_told_nothing_more(api: _Api, recorder: Recorder, view: PodView) -> None:
    other = PodView(0.0, OURS)
    recorder.register("uid-2", other)
    recorder.forget("uid-1")
    api.tell(seen())
    api.tell(seen(uid="uid-2"))
    until(other, lambda _: bool(other.observations))
    assert view.observations == []
    with pytest.raises(TroubleError, match="the run was ended"):
        view.wait(awaited.gone().met, WITHIN)


def test_a_watch_goes_on_where_the_server_ended_it(api: _Api, recorder: Recorder, view: PodView) -> None:
    api.watches.append(_Stream())
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "9"}}}
    api.watches[0].say(json.dumps(bookmark).encode())
    api.watches[0].say(None)
    api.tell(seen("Succeeded"), watch=1)
    until(view, awaited.ended().met)
    assert [asked["resourceVersion"] for asked in api.asked_for_watches()] == ["1", "9"]
    assert recorder.interruptions == []
    assert len(view.observations) == 1


def test_a_watch_that_was_cut_is_taken_up_from_what_it_told_last(api: _Api, recorder: Recorder, view: PodView) -> None:
    api.watches.append(_Stream())
    api.tell(seen())
    api.watches[0].say(CutError("reset"))
    api.tell(seen("Succeeded"), watch=1)
    until(view, awaited.ended().met)
    assert [asked["resourceVersion"] for asked in api.asked_for_watches()] == ["1", "7"]
    assert recorder.interruptions == []


@pytest.mark.parametrize(
    ("line", "why"),
    [(b'{"type": "ERROR", "object": {"message": "too old"}}', "too old"), (b'{"type": "ADD', "not JSON: .*ADD")],
)
def test_a_watch_that_broke_is_an_interruption(
    api: _Api, recorder: Recorder, view: PodView, line: bytes, why: str
) -> None:
    api.watches.append(_Stream())
    api.watches[0].say(line)
    api.tell(seen("Succeeded"), watch=1)
    until(view, awaited.ended().met)
    [(since, until_then, what)] = recorder.interruptions
    assert since <= until_then
    assert re.fullmatch(f"the watch broke: {why}.*", what)


@pytest.mark.parametrize(
    ("began", "ended", "met"),
    [(0.0, 0.9, 0), (0.0, 1.0, 1), (1.4, 1.6, 1), (2.0, 9.0, 1), (0.0, 9.0, 1), (2.1, 9.0, 0), (5.0, 10.0, 1)],
)
def test_an_interruption_concerns_every_scenario_that_it_met(
    recorder: Recorder, began: float, ended: float, met: int
) -> None:
    recorder.interruptions = [(1.0, 2.0, "once"), (10.0, math.inf, "for ever")]
    assert len(recorder.interruptions_between(began, ended)) == met


def test_a_server_that_ends_every_watch_at_once_is_not_asked_without_a_pause(
    api: _Api, recorder: Recorder, view: PodView
) -> None:
    api.watches += [_Stream(None) for _ in range(3)] + [_Stream()]
    began = time.monotonic()
    api.watches[0].say(None)
    api.tell(seen("Succeeded"), watch=4)
    until(view, awaited.ended().met)
    assert time.monotonic() - began >= 0.4 + 0.8 + 1.6
    assert recorder.interruptions == []


def speaking(api: _Api, view: PodView, *lines: bytes) -> PodView:
    """The Pod runs, and has said these lines on a stream that is still open."""
    api.outputs = [_Stream(*lines)]
    api.tell(seen(main=running("m")))
    until(view, lambda _: bool(view.instances) and len(view.instances["m"].events) == len(lines))
    return view


def test_what_a_stream_has_not_told_yet_is_read_at_the_end(api: _Api, recorder: Recorder, view: PodView) -> None:
    speaking(api, view, OUTPUT[0])
    api.outputs = [_Stream(*OUTPUT, None)]
    assert recorder.catch_up(seen(), view) == []
    assert [event.name for event in view.instances["m"].freeze().events] == ["started", "exit"]
    assert "follow" not in api.asked_for_outputs()[-1]


def test_an_output_that_cannot_be_read_at_the_end_is_cut(api: _Api, recorder: Recorder, view: PodView) -> None:
    speaking(api, view, OUTPUT[0])
    api.outputs = [TroubleError("500")]
    assert recorder.catch_up(seen(), view) == []
    assert view.instances["m"].freeze().output == "cut"


def test_a_whole_output_is_not_read_again(api: _Api, recorder: Recorder, view: PodView) -> None:
    speaking(api, view, *OUTPUT)
    assert recorder.catch_up(seen(), view) == []
    assert len(api.asked_for_outputs()) == 1


def test_a_state_that_the_watch_does_not_tell_is_told_to_be_missing(
    api: _Api, recorder: Recorder, view: PodView
) -> None:
    speaking(api, view, *OUTPUT)
    api.now = "8"
    assert recorder.catch_up(seen(), view) == ["the watch did not tell the last state of Pod pod"]
    api.now = TroubleError("500")
    assert recorder.catch_up(seen(), view) == ["Pod pod could not be read at the end: 500"]


def test_of_a_pod_that_is_gone_all_is_known(api: _Api, recorder: Recorder, view: PodView) -> None:
    api.tell(seen("Succeeded"), "DELETED")
    until(view, awaited.gone().met)
    assert recorder.catch_up(seen(), view) == []
    assert api.read == ["/api/v1/namespaces/namespace/pods"]


def test_closing_ends_every_wait(recorder: Recorder, view: PodView) -> None:
    closing = threading.Timer(0.05, recorder.close)
    closing.start()
    with pytest.raises(TroubleError, match="the run was ended"):
        view.wait(awaited.gone().met, WITHIN)
    closing.join()
    late = PodView(0.0, OURS)
    recorder.register("uid-9", late)
    assert late.closed
