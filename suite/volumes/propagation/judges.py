"""What is mounted inside a volume: who sees it, who does not, and whether who may only read may write there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, events_of, only
from suite.order import in_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records import Event, PodRecord, Record

ENABLED, DISABLED = "Enabled", "Disabled"  # what a status tells of a recursive read-only mount


def mounts_not_received(record: Record, givers: Iterable[str], taker: str) -> list[Violation]:
    """Check that a taker, already running, read what each giver mounted and wrote inside the volume.

    Rules:
        unwitnessed: nothing proves that a giver mounted and wrote, or that the taker had started before that.
        not-received: the taker did not read it.
    """
    violations = []
    for giver in givers:
        unproven = _not_mounted(record, giver)
        violations += unproven
        if unproven:
            continue
        started = events_of(record, taker, "started")
        moments = [*((taker, event) for event in started[:1]), (giver, only(record, giver, "mounted"))]
        violations += in_turn(record.pods[0], "unwitnessed", *moments)
        wrote = _written_inside(record, giver)
        if _received(record, taker, wrote) is None:
            unread = events_of(record, taker, "not-read")
            missed = [event for event in unread if event.fields["file"] == wrote.fields["file"]]
            why = words(missed[0]) if missed else "it read nothing of that content there"
            text = f"{taker} did not receive what {giver} mounted and wrote to {wrote.fields['file']}: {why}"
            expected = f"{taker}  read file={wrote.fields['file']}"
            violations.append(Violation("not-received", text, expected, (wrote, *missed[:1])))
    return violations


def _not_mounted(record: Record, giver: str) -> list[Violation]:
    violations = did_not(record, giver, "mounted", "unwitnessed", need="it must mount")
    if not violations and _wrote_inside(record, giver) is None:
        violations.append(Violation("unwitnessed", f"{giver} wrote nothing into what it mounted"))
    return violations


def _wrote_inside(record: Record, giver: str) -> Event | None:
    folder = only(record, giver, "mounted").fields["folder"]
    wrote = events_of(record, giver, "wrote")
    return next((event for event in wrote if event.fields["file"].startswith(f"{folder}/")), None)


def _written_inside(record: Record, giver: str) -> Event:
    wrote = _wrote_inside(record, giver)
    assert wrote is not None  # noqa: S101 # _not_mounted has looked
    return wrote


def _received(record: Record, taker: str, wrote: Event) -> Event | None:
    """Return the taker's first read of that content at that path, which is the same in all containers."""
    name = (wrote.fields["file"], wrote.fields["content"])
    reads = events_of(record, taker, "read")
    return next((event for event in reads if (event.fields["file"], event.fields["content"]) == name), None)


def _saw(record: Record, container: str, wrote: Event) -> bool:
    """Return whether a container read that content; another that was not refused may have written behind it."""
    name, content = wrote.fields["file"], wrote.fields["content"]
    reads = [event for event in events_of(record, container, "read") if event.fields["file"] == name]
    return any(str(event.fields["content"]).startswith(content) for event in reads)


def not_isolated(record: Record, isolated: str, givers: Iterable[str], witness: str) -> list[Violation]:
    """Check that mounts inside the volume reach neither the isolated container nor others from it.

    The isolated container looked after the witness had received each mount, and before that mount ended. The witness
    looked for the isolated one's mount after it was made, and before it ended.

    Rules:
        unwitnessed: nothing proves that there was something to see, and that it was looked for meanwhile.
        received: the isolated container found what another mounted.
        passed-on: the witness found what the isolated container mounted.
    """
    violations = []
    for giver in givers:
        unproven = _not_mounted(record, giver) + did_not(record, giver, "unmounted", "unwitnessed", need="it must end")
        violations += unproven
        if unproven:
            continue
        mounted, wrote = only(record, giver, "mounted"), _written_inside(record, giver)
        seen, look = _received(record, witness, wrote), _look(record, isolated, mounted)
        if seen is None or look is None:
            text = f"{witness} did not receive what {giver} mounted, or {isolated} did not look for it"
            violations.append(Violation("unwitnessed", text))
            continue
        ended = (giver, only(record, giver, "unmounted"))
        moments = [(giver, mounted), (witness, seen), (isolated, look), ended]
        violations += in_turn(record.pods[0], "unwitnessed", *moments)
        violations += _found("received", isolated, look, giver)
    return violations + not_kept_inside(record, isolated, witness)


def not_kept_inside(record: Record, mounter: str, witness: str) -> list[Violation]:
    """Check that what a container mounts inside the volume stays its own.

    The witness, which would see it on the node, looked after it was mounted and before it ended.

    Rules:
        unwitnessed: nothing proves that there was something to see, and that it was looked for meanwhile.
        passed-on: the witness found what the container mounted.
    """
    unproven = _not_mounted(record, mounter) + did_not(record, mounter, "unmounted", "unwitnessed", need="it must end")
    if unproven:
        return unproven
    mounted, wrote = only(record, mounter, "mounted"), _written_inside(record, mounter)
    look, own = _look(record, witness, mounted), _look(record, mounter, mounted)
    if look is None or own is None or not own.fields["names"]:
        text = f"{witness} did not look for what {mounter} mounted, or {mounter} did not find it itself"
        return [Violation("unwitnessed", text)]
    ended = (mounter, only(record, mounter, "unmounted"))
    violations = in_turn(record.pods[0], "unwitnessed", (mounter, wrote), (witness, look), (mounter, own), ended)
    return violations + _found("passed-on", witness, look, mounter)


def outlived_its_end(record: Record, giver: str, *takers: str) -> list[Violation]:
    """Check that what a giver mounted is gone for all that had received it once the giver has unmounted it.

    Rules:
        unwitnessed: nothing proves that the giver mounted, wrote and unmounted, that a taker had received it before, or
            that it looked again after it.
        still-there: a taker still found something there.
    """
    unproven = _not_mounted(record, giver) + did_not(record, giver, "unmounted", "unwitnessed", need="it must end")
    if unproven:
        return unproven
    violations, wrote = [], _written_inside(record, giver)
    mounted, ended = only(record, giver, "mounted"), only(record, giver, "unmounted")
    for taker in takers:
        seen, look = _received(record, taker, wrote), _look(record, taker, mounted)
        if seen is None or look is None:
            text = f"{taker} did not receive what {giver} mounted, or did not look again once {giver} had unmounted it"
            violations.append(Violation("unwitnessed", text))
            continue
        violations += in_turn(record.pods[0], "unwitnessed", (taker, seen), (giver, ended), (taker, look))
        violations += _found("still-there", taker, look, giver)
    return violations


def _look(record: Record, container: str, mounted: Event) -> Event | None:
    looks = events_of(record, container, "listed")
    return next((event for event in looks if event.fields["folder"] == mounted.fields["folder"]), None)


def _found(rule: str, container: str, look: Event, giver: str) -> list[Violation]:
    if not look.fields["names"]:
        return []
    text = f"{container} found {', '.join(look.fields['names'])} in {look.fields['folder']}, which {giver} mounted"
    return [Violation(rule, text, f"{container}  listed names=[]", (look,))]


def not_recursively_read_only(record: Record, mounter: str, asked: Mapping[str, str], *, path: str) -> list[Violation]:
    """Check that a recursive read-only mount refuses writes to an earlier mount inside the volume.

    The mounter itself could write there after the others had tried. Where the status tells of one mount that it is
    Enabled, the runtime can: who asked for it if possible has it, too. Elsewhere its status may be Disabled.

    Args:
        record: of the Pod.
        mounter: the container that mounts inside the volume.
        asked: the wish of each other container: Enabled or IfPossible.
        path: the volume's mount path in them.

    Rules:
        unwitnessed: nothing proves that a writable mount was inside, or that it was seen and tried.
        written: a container wrote where it may only read.
        untold: the status of a mount is neither Enabled nor Disabled.
        not-enabled: the status of a mount that was to be Enabled is not, or that of one which could be.
    """
    violations = _not_mounted(record, mounter)
    if violations:
        return violations
    folder, wrote = only(record, mounter, "mounted").fields["folder"], _written_inside(record, mounter)
    done = [event for event in _tries(record, mounter) if event.name == "write-done"]
    states = {container: reported_state(record.pods[0], container, path) for container in asked}
    able = ENABLED in states.values()
    for container, mode in asked.items():
        state = states[container]
        violations += _untold(container, state)
        if state == DISABLED and (able or mode == ENABLED):
            beside = ", ".join(name for name, other in states.items() if other == ENABLED)
            can = f", beside one that is {ENABLED} ({beside})" if beside else ""
            text = f"{container} asked for a mount that is {mode}, and the status tells {state}{can}"
            violations.append(Violation("not-enabled", text))
        tries = _tries(record, container)
        inside = [event for event in tries if event.fields["file"].startswith(f"{folder}/")]
        if not inside or len(inside) == len(tries) or not _saw(record, container, wrote):
            text = f"{container} did not see what {mounter} mounted, or did not try to write there and beside it"
            violations.append(Violation("unwitnessed", text, f"{container}  write-refused"))
            continue
        if not any(event.clock > tries[-1].clock for event in done):
            text = f"{mounter} wrote nothing there itself after {container} had tried to"
            violations.append(Violation("unwitnessed", text, f"{mounter}  write-done"))
        judged = tries if able or mode == ENABLED else tuple(event for event in tries if event not in inside)
        violations += [
            Violation("written", f"{container} wrote to {event.fields['file']}, and may only read", events=(event,))
            for event in judged
            if event.name == "write-done"
        ]
    return violations


def translation_untold(record: Record, container: str, *, path: str) -> list[Violation]:
    """Check that the status reports what became of a mount that was to be recursively read-only if possible.

    Rules:
        untold: it is neither Enabled nor Disabled.
        untried: the container did not try to write there.
        written: it wrote.
    """
    violations = _untold(container, reported_state(record.pods[0], container, path))
    tries = _tries(record, container)
    if not tries:
        violations.append(Violation("untried", f"{container} did not try to write", f"{container}  write-refused"))
    return violations + [
        Violation("written", f"{container} wrote to {event.fields['file']}, and may only read", events=(event,))
        for event in tries
        if event.name == "write-done"
    ]


def _tries(record: Record, container: str) -> tuple[Event, ...]:
    return events_of(record, container, "write-done", "write-refused")


def reported_state(pod: PodRecord, container: str, path: str) -> str | None:
    """Return the last reported state of the container's mount at that path; None if there is none."""
    mounts = [
        mount
        for status in pod.container_statuses
        if status["name"] == container
        for mount in status.get("volumeMounts") or []
        if mount["mountPath"] == path
    ]
    return mounts[-1].get("recursiveReadOnly") if mounts else None


def _untold(container: str, state: str | None) -> list[Violation]:
    if state in {ENABLED, DISABLED}:
        return []
    text = f"the status of {container} tells {state or 'nothing'} of its recursive read-only mount"
    return [Violation("untold", text)]
