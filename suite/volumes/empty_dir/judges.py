"""emptyDir: empty at the start, the same files for all containers, there after a crash, lost with the Pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, last_said, not_recreated
from suite.order import ending, often, restarted, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records import Event, Instance, PodRecord, Record

PODS = 2  # the one that is deleted, and the one that follows it


def not_empty_at_start(record: Record, first: str) -> list[Violation]:
    """Check that the volume was empty when the first container of each Pod listed it.

    Rules:
        unwitnessed: the first container of a Pod did not list it.
        not-empty: it held something.
    """
    unlisted = [v for pod in record.pods for v in did_not(pod, first, "listed", "unwitnessed")]
    return unlisted + [violation for pod in record.pods for violation in _not_empty(pod, first, "not-empty")]


def _not_empty(pod: PodRecord, first: str, rule: str) -> list[Violation]:
    return [
        Violation(
            rule,
            f"Pod {pod.role}: {first} found {', '.join(event.fields['names'])} in a new volume",
            f"{first}  listed names=[]",
            (event,),
        )
        for event in events_of(pod, first, "listed")
        if event.fields["names"]
    ]


def not_shared(record: Record, left: str, right: str, *, one_way: bool = False) -> list[Violation]:
    """Check that each of two containers read what the other wrote to the volume.

    Args:
        record: of both.
        left: an init container, a sidecar or an app.
        right: a sidecar or an app.
        one_way: only what ``left`` wrote is judged: it ends before the other starts.

    Rules:
        not-written: a container did not write.
        not-read: a container did not find the other's file.
        altered: it read something else.
    """
    ways = ((left, right),) if one_way else ((left, right), (right, left))
    return [violation for pod in record.pods for violation in _not_shared(pod, ways)]


def _not_shared(pod: PodRecord, ways: Iterable[tuple[str, str]]) -> list[Violation]:
    violations = []
    for writer, reader in ways:
        wrote = next((i.first("wrote") for i in pod.instances_of(writer)), None)
        read = next((i.first("read") for i in pod.instances_of(reader)), None)
        missed = next((i.first("not-read") for i in pod.instances_of(reader)), None)
        if wrote is None:
            violations.append(Violation("not-written", f"Pod {pod.role}: {writer} wrote nothing"))
        elif read is None:
            why = words(missed) if missed else "it did not say why"
            text = f"Pod {pod.role}: {reader} did not read what {writer} wrote: {why}"
            expected = f"{reader}  read content={wrote.fields['content']}"
            violations.append(Violation("not-read", text, expected, (missed,) if missed else ()))
        elif read.fields["content"] != wrote.fields["content"]:
            text = f"Pod {pod.role}: {writer} wrote {wrote.fields['content']}, {reader} read {read.fields['content']!r}"
            violations.append(Violation("altered", text, events=(wrote, read)))
    return violations


def not_written_back(record: Record, ring: Mapping[str, str]) -> list[Violation]:
    """Check that each container finds in its own file what another one wrote behind its own content.

    Args:
        record: of all of them.
        ring: by each container that owns a file, the one that writes behind it.

    Rules:
        not-written: a container did not write its file, or another could not write behind it.
        not-read: a container did not read its own file after that.
        lost: what another wrote was not in it, or something else was.
    """
    return [v for owner, other in ring.items() for v in _not_written_back(record, owner, other)]


def _not_written_back(record: Record, owner: str, other: str) -> list[Violation]:
    violations = did_not(record, owner, "wrote", "not-written") + did_not(record, other, "write-done", "not-written")
    if violations:
        return violations
    wrote, added = events_of(record, owner, "wrote")[0], events_of(record, other, "write-done")[0]
    content = wrote.fields["content"] + added.fields["content"]
    expected = f"{owner}  read content={content}"
    reads = [event for event in events_of(record, owner, "read") if event.fields["file"] == wrote.fields["file"]]
    later = [event for event in reads if event.clock > added.clock]
    if not later:
        said = last_said(record.instances_of(owner))
        text = f"{owner} did not read its own file after {other} had written to it{said}"
        return [Violation("not-read", text, expected, (added,))]
    return [
        Violation("lost", f"{owner} read {event.fields['content']!r}, not {content}", expected, (wrote, added, event))
        for event in later
        if event.fields["content"] != content
    ]


def not_lost_with_pod(record: Record, first: str, left: str, right: str) -> list[Violation]:
    """Check that a Pod of the same name, created on the same node after the first, has an empty volume.

    Rules:
        unwitnessed: nothing proves that the first Pod's volume held the files (its neighbour reads them), that the
            second is another Pod of that name, created after the first was gone, on the same node, or that it looked.
        survived: the second Pod's volume was not empty at its start.
    """
    if len(record.pods) != PODS:
        return [Violation("unwitnessed", f"{len(record.pods)} Pods ran, not one and then another")]
    before, after = record.pods
    violations = [Violation("unwitnessed", v.text) for v in _not_shared(before, ((left, right), (right, left)))]
    violations += not_recreated(record, before, after)
    if not events_of(after, first, "listed"):
        violations.append(Violation("unwitnessed", f"Pod {after.role}: {first} did not list the volume"))
    return violations + _not_empty(after, first, "survived")


def lost_in_crash(record: Record, writer: str, neighbour: str) -> list[Violation]:
    """Check that a file is there for its writer and its neighbour after the writer crashed and ran again.

    Rules:
        unwitnessed: nothing proves that the file was there before the crash (the neighbour reads it), that a signal
            ended the writer's run, that it was run again, or that the neighbour lived on.
        lost: its next run did not find the file at its first act, or the neighbour did not find it after that, or what
            the next run wrote.
        altered: one of them found something else.
    """
    runs, beside = runs_of(record, writer), runs_of(record, neighbour)
    wrote = runs[0].first("wrote") if runs else None
    if wrote is None:
        return [Violation("unwitnessed", f"{writer} did not write its file in its first run")]
    reads = [event for run in beside for event in run.all("read") if event.fields["file"] == wrote.fields["file"]]
    violations = [Violation("unwitnessed", text) for text in _no_true_crash(runs[0], beside, reads, neighbour)]
    if once := restarted(record, writer, "unwitnessed"):
        return violations + once
    found, expected = [(neighbour, read) for read in reads], f"read content={wrote.fields['content']}"
    missed = [event for run in beside for event in run.all("not-read") if event.fields["file"] == wrote.fields["file"]]
    for run in runs[1:]:
        acts = run.events[1:2]
        if acts and acts[0].name == "read":
            found.append((writer, acts[0]))
        else:
            what = words(acts[0]) if acts else "nothing"
            text = f"{writer}, run again, did not find its file at its first act: {what}"
            violations.append(Violation("lost", text, f"{writer}  {expected}", acts))
    violations += _apart_again(runs[1:], beside, {wrote.fields["file"]})
    again = runs[1].start_clock
    if again is None or not any(again < read.clock for read in reads) or any(again < miss.clock for miss in missed):
        said = last_said(beside)
        text = f"{neighbour} did not read the file after {writer} was run again{said}"
        violations.append(Violation("lost", text, f"{neighbour}  {expected}"))
    for name, read in found:
        if read.fields["content"] != wrote.fields["content"]:
            text = f"{writer} wrote {wrote.fields['content']}, {name} read {read.fields['content']!r}"
            violations.append(Violation("altered", text, f"{name}  {expected}", (wrote, read)))
    return violations


def _apart_again(again: list[Instance], beside: list[Instance], known: set[str]) -> list[Violation]:
    """Return violations unless the neighbour reads what the container writes that was run again, in new files."""
    violations = []
    events = [event for run in again for event in run.all("wrote") if event.fields["file"] not in known]
    wrote = {event.fields["file"]: event for event in events}
    looks = [(run, event) for run in beside for event in run.events if event.name in {"read", "not-read"}]
    for run, look in looks:
        mine = wrote.get(look.fields["file"])
        if mine is None or look.clock < mine.clock or look.fields.get("content") == mine.fields["content"]:
            continue
        rule = "altered" if look.name == "read" else "lost"
        text = f"{again[0].container}, run again, wrote {mine.fields['content']}; {run.container} {words(look)}"
        expected = f"{run.container}  read content={mine.fields['content']}"
        violations.append(Violation(rule, text, expected, (mine, look)))
    return violations


def _no_true_crash(crashed: Instance, beside: list[Instance], reads: list[Event], neighbour: str) -> list[str]:
    """Return why the crash proves nothing: no signal, no file before it, or no neighbour that lived on."""
    texts = []
    if crashed.signal is None:
        texts.append(f"the first run of {crashed.container} was to be ended by a signal, and had {ending(crashed)}")
    if len(beside) != 1:
        texts.append(f"{neighbour} ran {often(len(beside))}, and not once all the while")
    if not any(read.clock < crashed.events[-1].clock for read in reads):
        texts.append(f"{neighbour} did not read the file before {crashed.container} crashed")
    return texts
