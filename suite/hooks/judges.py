"""Hooks: a container is not running before its postStart hook is done, nor told to end before its preStop hook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.record import statuses_of
from records.timeline import NANOSECONDS, zero
from suite.evidence import did_not, events_of
from suite.order import ending, in_turn, restarted, runs_of
from suite.order import seconds as at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records import Instance, PodRecord, Record
    from records.record import Json

RELEASE = "/?write=released"  # the request that ends a hook
SEGMENTATION_FAULT = 11  # the signal of a container that crashes


def running_in_hook(record: Record, hooked: str, *, beside: str, release: str) -> list[Violation]:
    """Check that no status said that a container runs while its postStart hook had to wait.

    The hook begins, ``beside`` sees that, and becomes ready for it. A status that tells so is one of the hook's time:
    the Pod that releases the hook was created after the suite had seen it.

    Args:
        record: of both Pods.
        hooked: the container with the hook.
        beside: its neighbour, which prints ``read`` once the hook has begun, ``asked`` when it is to release the hook.
        release: the Pod that releases it.

    Rules:
        unwitnessed: the hook was not seen to begin, or not released after that; no status of its time was seen; or the
            container was never said to run, so that nothing shows that it would have been seen.
        running-in-hook: a status said that it runs, before the hook was released.
    """
    begun = events_of(record, beside, "read")
    released = [event for event in events_of(record, beside, "asked") if event.fields["path"] == RELEASE]
    pod = next((pod for pod in record.pods if hooked in pod.containers), None)
    created = record.act("created", release)
    if pod is None or not begun or not released or created is None:
        last = did_not(record, beside, "read", "unwitnessed", need=f"the hook of {hooked} was to be seen")
        return last or [Violation("unwitnessed", f"the hook of {hooked} was not released")]
    violations = in_turn(pod, "unwitnessed", (beside, begun[0]), (beside, released[0]))
    violations += _unshown(pod, beside, created.seen)
    return violations + _running_before(pod, hooked, created.seen, "running-in-hook", "its hook was released")


def running_in_sleep(record: Record, hooked: str, *, beside: str, seconds: int) -> list[Violation]:
    """Check that no status said that a container runs before the kubelet had slept after the container's start.

    The Pod's first process began after the Pod was created: the container began at least as long after that, by the
    suite's clock, as it began after the first process, by the node's. Where that takes as long as the hook, no status
    could come too soon: one must have come in time, once the container had begun.

    Args:
        record: of one Pod.
        hooked: the container with the hook; it leaves a word when it has begun.
        beside: its neighbour, which is ready once that word is there.
        seconds: for which the kubelet sleeps.

    Rules:
        unwitnessed: the container left no word, or was never said to run; or no status that its neighbour is ready was
            seen in the hook's time.
        running-in-sleep: a status said that it runs, when the hook could not be done.
    """
    violations = did_not(record, hooked, "wrote", "unwitnessed")
    for pod in record.pods if not violations else ():
        created, began = record.act("created", pod.role), runs_of(pod, hooked)[0].start_clock
        since = ((began or 0) - zero(pod)) / NANOSECONDS + seconds
        earliest = (created.seen if created else 0.0) + since
        what = f"a hook of {seconds} s could be done"
        violations += _running_before(pod, hooked, earliest, "running-in-sleep", what)
        violations += _unshown(pod, beside, earliest)
    return violations


def _running_before(pod: PodRecord, container: str, time: float, rule: str, what: str) -> list[Violation]:
    """Return a violation for the first status that says too early that a container runs, or for none at all."""
    said = [when for when, status in _statuses(pod, container) if "running" in status.get("state", {})]
    if not said:
        return [Violation("unwitnessed", f"no status ever said that {container} runs")]
    if said[0] >= time:
        return []
    text = f"a status seen at {said[0]:.3f} s says that {container} runs, and not before {time:.3f} s {what}"
    return [Violation(rule, text)]


def _unshown(pod: PodRecord, beside: str, before: float) -> list[Violation]:
    """Return a violation unless a status was seen before that time which says that the hook's neighbour is ready."""
    if any(status.get("ready") and when < before for when, status in _statuses(pod, beside)):
        return []
    return [Violation("unwitnessed", f"no status that says {beside} is ready was seen in the hook's time")]


def _statuses(pod: PodRecord, container: str) -> Iterator[tuple[float, Json]]:
    """Yield each status of a container, with the time at which it was seen, s."""
    for observation in pod.observations:
        for status in statuses_of(observation.status):
            if status["name"] == container:
                yield observation.seen, status


def not_restarted_for_hook(record: Record, hooked: str) -> list[Violation]:
    """Check that a container whose postStart hook failed was ended, and run again.

    Rules:
        unwitnessed: the container did not find what the hook left before it failed.
        not-ended: the first run was not told to end, though its hook failed.
        not-restarted: it was not run again.
    """
    return _not_ended(record, hooked) + restarted(record, hooked, "not-restarted")


def restarted_for_hook(record: Record, hooked: str) -> list[Violation]:
    """Check that a container whose postStart hook failed was ended, and not run again in a Pod that restarts nothing.

    Rules:
        unwitnessed: the container did not find what the hook left before it failed.
        not-ended: the first run was not told to end, though its hook failed.
        restarted: it was run again.
    """
    more = restarted(record, hooked, "restarted", times=0) if runs_of(record, hooked) else []
    return _not_ended(record, hooked) + more


def _not_ended(record: Record, hooked: str) -> list[Violation]:
    runs = runs_of(record, hooked)
    if runs and runs[0].first("terminated"):
        return did_not(record, hooked, "read", "unwitnessed", need="its hook was to have run")
    had = f"its first run had {ending(runs[0])}" if runs else "it never ran"
    text = f"{hooked} was not told to end when its hook failed: {had}"
    return [Violation("not-ended", text, f"{hooked}  terminated")]


def term_in_hook(record: Record, hooked: str) -> list[Violation]:
    """Check that a preStop hook was done before its container was told to end, in every run that was.

    The hook holds a lock, and leaves a file as its last act. Told to end, the container takes the lock and then reads
    the file at once.

    Rules:
        unwitnessed: no run of the container was told to end, or one did not try the lock.
        not-run: the hook had not left its file.
        overlap: the hook still held the lock.
    """
    violations = did_not(record, hooked, "terminated", "unwitnessed")
    for run in runs_of(record, hooked):
        told, refused = run.first("terminated"), run.first("lock-refused")
        if told is None:
            continue
        if refused is not None:
            text = f"{hooked} was told to end while its hook ran: it was refused the lock ({refused.fields['errno']})"
            violations.append(Violation("overlap", text, f"{hooked}  locked", (told, refused)))
        elif not run.first("locked"):
            violations.append(Violation("unwitnessed", f"{hooked}, told to end, did not try the lock", "", (told,)))
        if missed := run.first("not-read"):
            text = f"{hooked} was told to end, and its hook had not come to its end: {missed.fields['errno']}"
            violations.append(Violation("not-run", text, f"{hooked}  read", (told, missed)))
    return violations


def term_in_sleep(record: Record, hooked: str, *, seconds: int) -> list[Violation]:
    """Check that a container was told to end when the kubelet had slept after the Pod's deletion was asked for.

    Both times are the suite's: it asks for the deletion after the one, and learns of the end after it came.

    Rules:
        unwitnessed: it was not told to end, or the Pod was not deleted.
        too-early: it was told so sooner than that.
    """
    violations = did_not(record, hooked, "terminated", "unwitnessed")
    for pod in record.pods if not violations else ():
        deleted, told = record.act("deleted", pod.role), events_of(pod, hooked, "terminated")[0]
        if deleted is None:
            violations.append(Violation("unwitnessed", f"Pod {pod.role} was not deleted"))
        elif told.seen < deleted.seen + seconds:
            after = f"{told.seen - deleted.seen:.3f} s after the deletion"
            text = f"{hooked} was told to end {after}, and its hook sleeps for {seconds} s"
            violations.append(Violation("too-early", text, "", (told,)))
    return violations


def called_for_ended(record: Record, ended: str, server: str) -> list[Violation]:
    """Check that no preStop hook was called for a container that ended by itself, but for its next run on deletion.

    Args:
        record: of a Pod that was deleted once the container waited in its second run.
        ended: the container; its hook is a request whose path is its name.
        server: the container that prints ``asked`` for each request.

    Rules:
        unwitnessed: the first run did not end by itself, or there was none after it; or the deletion called no hook.
        called: the hook was called before the deletion.
    """
    runs = runs_of(record, ended)
    waiting = runs[-1].first("waiting") if runs else None
    if unended := _unended(ended, runs):
        return [Violation("unwitnessed", unended)]
    if waiting is None:
        return did_not(record, ended, "waiting", "unwitnessed")
    deleted = min((act.seen for act in record.acts if act.what == "deleted"), default=0.0)
    calls = [event for event in events_of(record, server, "asked") if event.fields["path"] == f"/{ended}"]
    early = [call for call in calls if call.clock < waiting.clock or call.seen < deleted]
    origin = zero(record.pods[0])
    text = f"the hook of {ended} was called before the Pod was deleted, for a run that ended by itself"
    violations = [Violation("called", f"{text}, at {at(call.clock, origin)}", "", (call,)) for call in early]
    if len(calls) == len(early):
        text = f"the hook of {ended} was not called when the Pod was deleted: its calls would not be seen"
        violations.append(Violation("unwitnessed", text, f"{server}  asked path=/{ended}"))
    return violations


def _unended(container: str, runs: list[Instance]) -> str:
    """Return why no run ended by itself with another after it; empty where one did."""
    if not runs:
        return f"{container} never ran"
    by_itself = runs[0].first("exit") or runs[0].signal == SEGMENTATION_FAULT
    if not by_itself or runs[0].first("terminated"):
        return f"the first run of {container} was to end by itself, and had {ending(runs[0])}"
    return f"{container} was not run again" if len(runs) == 1 else ""


def waited_for_hook(record: Record, hooked: str) -> list[Violation]:
    """Check that a container was told to end though its preStop hook still ran: the grace period went on meanwhile.

    Rules:
        unwitnessed: it was not told to end, or did not try the hook's lock, or that was free before the hook had begun.
        waited: the lock was free: it was told to end after its hook.
    """
    violations = did_not(record, hooked, "terminated", "unwitnessed")
    free = events_of(record, hooked, "locked")
    if free:  # a lock that is refused is the hook's
        violations += did_not(record, hooked, "read", "unwitnessed", need="its hook was to have begun")
    else:
        violations += did_not(record, hooked, "lock-refused", "unwitnessed")
    if violations or not free:
        return violations
    text = f"{hooked} was told to end when its hook was over, not at the end of the grace period"
    return [Violation("waited", text, f"{hooked}  lock-refused", free[:1])]
