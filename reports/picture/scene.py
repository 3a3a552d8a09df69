"""What is on a picture, before it is drawn: lanes with bars and marks, in seconds of the axis; all texts are cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from records.record import statuses_of
from records.refusals import is_refused
from records.timeline import words, zero
from reports.picture import axis
from reports.picture.clean import cut
from reports.run.diagnosis import declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from records import Event, Instance, PodRecord, Record, Violation
    from reports.picture.axis import Axis

Json = dict[str, Any]
Shape = Literal["event", "probe", "signal", "status", "act", "missing"]

LONGEST_NAME, LONGEST_WORDS = 40, 160  # characters
MOST_RUNS = 12  # instances of one container that have lanes; those in the middle of more have one together
AROUND = 0.2  # of the time in which containers ran: as much before and after is drawn, where something was seen there
RUNNING = ("running", "ready")  # a container's state in words: not ready, and ready
ONE_DIGIT = 0.001  # s: a shorter time is none in a text
SHORTEST = 0.02  # seconds that an axis shows at least
RUN_WORDS = {"init": "init container", "sidecar": "sidecar", "app": "app", "ephemeral": "ephemeral container"}


@dataclass(frozen=True)
class Mark:
    """Something that happened at one time.

    Attributes:
        at: seconds on the axis.
        text: its label.
        shape: ``event``, ``probe`` and ``signal`` were printed inside; ``status`` and ``act`` have the suite's clock;
            ``missing`` was expected and is not there.
        number: of its line in the Pod's timeline; 0 for one that is not in there.
        rules: that are broken here.
        detail: all of it.
    """

    at: float
    text: str
    shape: Shape
    number: int = 0
    rules: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Bar:
    """A time in which a container ran; ``sure`` where its process says so, else by what the watch told."""

    start: float
    end: float
    sure: bool = True


@dataclass(frozen=True)
class Lane:
    """A container's instance, or a Pod itself (of the kind ``pod``)."""

    title: str
    kind: str
    told: str = ""
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Note:
    """A violation in words: what was seen, what was expected, and where in the timeline."""

    rule: str
    seen: str
    expected: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """A picture's content.

    Attributes:
        title: the scenario and its case.
        start: the axis' left end, s; ``end`` its right one. Marks beyond them are drawn at the edge.
        lanes: from top to bottom.
        notes: one for each violation.
    """

    title: str
    start: float
    end: float
    lanes: tuple[Lane, ...]
    notes: tuple[Note, ...]


def of(record: Record, violations: Sequence[Violation] = ()) -> Scene:
    """Return the scene of a record, with the violations that a judge found in it."""
    whole = axis.of(record)
    named = [frozenset(id(event) for event in violation.events) for violation in violations]
    lanes = tuple(lane for pod in record.pods for lane in _Pod(record, pod, whole, violations, named).lanes())
    lanes = _with_the_rest(lanes, violations)
    start, end = _ends(lanes, whole)
    title = cut(f"{record.scenario} [{record.case}]", LONGEST_WORDS)
    return Scene(title, start, end, lanes, notes(record, violations))


def notes(record: Record, violations: Sequence[Violation]) -> tuple[Note, ...]:
    """Return violations in words, with their places in the record's timeline, each once."""
    whole = axis.of(record)
    return tuple(dict.fromkeys(_note(record, whole, violation) for violation in violations))


@dataclass(frozen=True)
class _Pod:
    """One Pod's part of a scene."""

    record: Record
    pod: PodRecord
    axis: Axis
    violations: Sequence[Violation]
    named: Sequence[frozenset[int]]  # the events of each violation, by their ``id``

    def lanes(self) -> Iterator[Lane]:
        numbers = numbered(self.pod)
        yield Lane(cut(f"Pod {self.pod.role}", LONGEST_NAME), "pod", self._place(), (), self._acts())
        for kind, name in containers(self.pod):
            runs = self.pod.instances_of(name)
            if not runs:
                yield self._never(kind, name)
            half = MOST_RUNS // 2
            shown = [*enumerate(runs, 1)]
            if len(runs) > MOST_RUNS:
                shown = [*shown[:half], *shown[-half:]]
            for number, run in shown:
                if number > half and number == len(runs) - half + 1 and len(runs) > MOST_RUNS:
                    yield Lane(f"… {len(runs) - 2 * half} more runs of {cut(name, LONGEST_NAME)}", kind)
                yield self._run(run, f" #{number}" if len(runs) > 1 else "", numbers)

    def _place(self) -> str:
        """Return the Pod's phase and node, and where on the axis its own timeline begins, where that is elsewhere."""
        place = f", on {self.pod.node}" if self.pod.node else ""
        at = self.axis.printed(self.pod.role, zero(self.pod)) if self.pod.role in self.axis.offsets else 0.0
        own = f", 0 s of its timeline at {at:.3f} s" if at >= ONE_DIGIT else ""
        return cut(f"{self.pod.phase or 'no phase'}{place}{own}", LONGEST_WORDS)

    def _run(self, run: Instance, number: str, numbers: dict[int, int]) -> Lane:
        printed = [self.axis.printed(self.pod.role, event.clock) for event in run.events]
        start = self.axis.printed(self.pod.role, run.start_clock) if run.start_clock is not None else None
        begins = min([start if start is not None else printed[0], *printed]) if printed else None
        told = [*self._told(run.container, run.container_id)]
        bars = [Bar(begins, max(printed))] if begins is not None else []
        ended = self._ended(run)
        if not run.first("exit"):
            rest = ended if ended is not None else self._last() if run.output == "window" else None
            since = max(printed) if printed else next((m.at for m in told if m.text in RUNNING), None)
            if rest is not None and since is not None and rest > since:
                bars.append(Bar(since, rest, sure=False))
        marks = [self._mark(event, at, numbers) for event, at in zip(run.events, printed, strict=True)]
        if run.signal and ended is not None:
            marks.append(Mark(ended, f"killed by signal {run.signal}", "signal", detail="told by the watch"))
        if run is self._lacking(run.container):
            ends = [bar.end for bar in bars] or [mark.at for mark in told[-1:]]
            marks += self._missing(run.container, max(ends, default=self._last()))
        return Lane(
            f"{cut(run.container, LONGEST_NAME)}{number}",
            run.kind,
            self._span(run, begins, printed),
            tuple(bars),
            (*marks, *told),
        )

    def _span(self, run: Instance, begins: float | None, printed: list[float]) -> str:
        words_of = [RUN_WORDS[run.kind]]
        if begins is not None:
            words_of.append(f"{begins:.3f} s to {max(printed):.3f} s" if run.first("exit") else f"from {begins:.3f} s")
        if run.exit_code is not None:
            words_of.append(f"exit code {run.exit_code}")
        elif run.output == "window":
            words_of.append("still running at the end")
        return ", ".join(words_of)

    def _never(self, kind: str, name: str) -> Lane:
        told = (*self._told(name, None),)
        text = (
            "printed nothing"
            if any(mark.text.startswith((*RUNNING, "terminated")) for mark in told)
            else "no run was seen"
        )
        start = next((mark.at for mark in told if mark.text in RUNNING), None)
        end = next((mark.at for mark in told if mark.text.startswith("terminated")), self._last())
        bars = (Bar(start, end, sure=False),) if start is not None and end > start else ()
        marks = (*told, *self._missing(name, told[-1].at if told else self._last()))
        return Lane(cut(name, LONGEST_NAME), kind, f"{RUN_WORDS[kind]}, {text}", bars, marks)

    def _mark(self, event: Event, at: float, numbers: dict[int, int]) -> Mark:
        rules = tuple(
            dict.fromkeys(v.rule for v, named in zip(self.violations, self.named, strict=True) if id(event) in named)
        )
        shape: Shape = "signal" if "signal" in event.fields and event.name != "waiting" else "event"
        if event.name == "probed":
            shape = "probe"
        number = numbers[id(event)]
        detail = cut(f"{number}, {at:.3f} s: {words(event)}", LONGEST_WORDS)
        return Mark(at, cut(event.name, LONGEST_NAME), shape, number, rules, detail)

    def _lacking(self, name: str) -> Instance:
        """Return the run of a container that lacks what a violation expects: one that was refused, else the last."""
        runs = self.pod.instances_of(name)
        return next((run for run in runs if is_refused(run)), runs[-1])

    def _missing(self, name: str, at: float) -> list[Mark]:
        """Return what a violation expects of a container that has no event of it."""
        printed = {id(event) for run in self.pod.instances_of(name) for event in run.events}
        found = []
        for violation, named in zip(self.violations, self.named, strict=True):
            container, _, what = violation.expected.partition(" ")
            if container == name and not printed & named:
                text = cut(f"missing: {what.strip()}", LONGEST_NAME)
                detail = cut(f"expected: {violation.expected}", LONGEST_WORDS)
                found.append(Mark(at, text, "missing", rules=(violation.rule,), detail=detail))
        return list(dict.fromkeys(found))

    def _acts(self) -> tuple[Mark, ...]:
        """Return what the suite did to the Pod, and each change of its phase, readiness and deletion."""
        marks = [
            Mark(self.axis.seen(act.seen), cut(act.what, LONGEST_NAME), "act")
            for act in self.record.acts
            if act.role == self.pod.role
        ]
        before: Json = {}
        for observation in self.pod.observations:
            now = _pod_state(observation.status)
            changes = [value for part, value in now.items() if value and before.get(part) != value]
            changes = [each for each in changes if each != "not ready" or before.get("ready") == "ready"]
            marks += [Mark(self.axis.seen(observation.seen), cut(each, LONGEST_NAME), "status") for each in changes]
            before = now
        return tuple(sorted(marks, key=lambda mark: mark.at))

    def _told(self, name: str, container_id: str | None) -> Iterator[Mark]:
        """Yield each change of a container's state that the watch told; of one instance, by its id, if one is named."""
        before = ""
        for observation in self.pod.observations:
            status = next((each for each in statuses_of(observation.status) if each.get("name") == name), {})
            if container_id is not None and status.get("containerID") != container_id:
                continue
            state = _state(status.get("state") or {}, ready=bool(status.get("ready")))
            if state and state != before:
                yield Mark(self.axis.seen(observation.seen), cut(state, LONGEST_NAME), "status")
            before = state

    def _ended(self, run: Instance) -> float | None:
        """Return when the watch told that an instance has ended; None where it did not."""
        for observation in self.pod.observations:
            for status in statuses_of(observation.status):
                for state in (status.get("state") or {}, status.get("lastState") or {}):
                    if (state.get("terminated") or {}).get("containerID") == run.container_id:
                        return self.axis.seen(observation.seen)
        return None

    def _last(self) -> float:
        """Return when the Pod was last observed: when it went, else the end of the scenario."""
        last = self.pod.observations[-1] if self.pod.observations else None
        gone = last is not None and last.type == "DELETED"
        return self.axis.seen(last.seen) if last is not None and gone else self.axis.seen(self.axis.longest)


def _with_the_rest(lanes: Sequence[Lane], violations: Sequence[Violation]) -> tuple[Lane, ...]:
    """Return the lanes with a mark for each violation that has none: it names no event, and none that is missing.

    It stands at the end of the lane of the container that its text begins with, else of the first Pod.
    """
    shown = {rule for lane in lanes for mark in lane.marks for rule in mark.rules}
    found = list(lanes)
    for violation in (each for each in violations if each.rule not in shown):
        name = violation.text.partition(" ")[0]
        places = [number for number, lane in enumerate(found) if name and lane.title.split(" #")[0] == name]
        number = max(places, default=0)
        lane = found[number]
        ends = [bar.end for bar in lane.bars if bar.sure] or [mark.at for mark in lane.marks]
        mark = Mark(
            max(ends, default=0.0), "", "missing", rules=(violation.rule,), detail=cut(violation.text, LONGEST_WORDS)
        )
        found[number] = replace(lane, marks=(*lane.marks, mark))
    return tuple(found)


def numbered(pod: PodRecord) -> dict[int, int]:
    """Return the number that each event has in the Pod's timeline, by the event's ``id``."""
    moments = sorted((event for run in pod.instances for event in run.events), key=lambda e: (e.clock, e.seq))
    return {id(event): number for number, event in enumerate(moments, 1)}


def containers(pod: PodRecord) -> list[tuple[str, str]]:
    """Return kind and name of each container, in the order of the spec; those that were seen and are in none last."""
    found = declared(pod)
    known = {name for _, name in found}
    return [*found, *dict.fromkeys((run.kind, run.container) for run in pod.instances if run.container not in known)]


def _pod_state(status: Json) -> Json:
    conditions = {each.get("type"): each.get("status") for each in status.get("conditions") or []}
    ready = {"True": "ready", "False": "not ready"}.get(str(conditions.get("Ready")), "")
    return {"phase": str(status.get("phase") or ""), "ready": ready}


def _state(state: Json, *, ready: bool) -> str:
    if "terminated" in state:
        what = state["terminated"] or {}
        return f"terminated, {what.get('exitCode')}"
    if "running" in state:
        return RUNNING[ready]
    return str((state.get("waiting") or {}).get("reason") or "")


def _ends(lanes: Sequence[Lane], whole: Axis) -> tuple[float, float]:
    """Return the ends of the axis: the time in which containers ran, and what was seen shortly before and after."""
    bars = [at for lane in lanes for bar in lane.bars for at in (bar.start, bar.end)]
    seen = [mark.at for lane in lanes for mark in lane.marks]
    if not bars:
        return (min(seen, default=0.0), max([*seen, whole.longest - whole.zero, SHORTEST]))
    start, end = min(bars), max(bars)
    span = max(end - start, SHORTEST)
    return max(min([start, *seen]), start - span * AROUND), min(
        max([end, *seen, start + SHORTEST]), start + span * (1 + AROUND)
    )


def _note(record: Record, whole: Axis, violation: Violation) -> Note:
    places, named = [], {id(event) for event in violation.events}
    for pod in record.pods:
        numbers = numbered(pod)
        of_pod = f"Pod {cut(pod.role, LONGEST_NAME)}, " if len(record.pods) > 1 else ""
        for run, event in ((each, event) for each in pod.instances for event in each.events if id(event) in named):
            at = whole.printed(pod.role, event.clock)
            text = f"{of_pod}line {numbers[id(event)]}, {at:.3f} s: {run.container} {words(event)}"
            places.append((at, cut(text, LONGEST_WORDS)))
    return Note(
        cut(violation.rule, LONGEST_NAME),
        cut(violation.text, 2 * LONGEST_WORDS),
        cut(violation.expected, LONGEST_WORDS),
        tuple(text for _, text in sorted(places)),
    )
