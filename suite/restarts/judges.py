"""Restarts: who is run again and who is not, and how soon."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.addresses import of_status
from records.timeline import NANOSECONDS, words, zero
from suite.evidence import events_of, last_said
from suite.order import ending, exits_before, gave_up, often, restarted, runs_of, seconds, starts_before
from suite.stored import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from records import Event, Instance, PodRecord, Record

OVER = frozenset({"Succeeded", "Failed"})
LEAST_STEP = NANOSECONDS // 100  # of the wall clock: more than two readings are apart, less than a start takes


def not_by_policy(record: Record, ends: Mapping[str, Sequence[int]], phase: str) -> list[Violation]:
    """Check that containers were run again where they were to be, no others were, and that the Pod's phase follows.

    A Pod that has ended starts no container: who was not run again by then is never run again.

    Args:
        record: of one Pod.
        ends: by container, the exit codes of its runs, first to last. After each it is to be run again; in a Pod that
            ends, after each but the last.
        phase: what follows for the Pod.

    Rules:
        unwitnessed: a run did not end as it was to: that of the next one then proves nothing.
        not-restarted: a container was not run again, although it was to be.
        restarted: a container was run again, although it was not to be.
        wrong-phase: the Pod's phase is another, or it was over before, although a container was to be run again.
    """
    violations = []
    for name, codes in ends.items():
        runs = runs_of(record, name)
        violations += [
            Violation("unwitnessed", f"run {number} of {name} was to end with {code}, and had {ending(run)}")
            for number, (run, code) in enumerate(zip(runs, codes, strict=False), 1)
            if run.exit_code != code
        ]
        restarts = len(codes) - 1 if phase in OVER else len(codes)
        if len(runs) <= restarts:
            violations += restarted(record, name, "not-restarted", times=restarts)
        elif phase in OVER:
            violations += restarted(record, name, "restarted", times=restarts)
    return violations + [violation for pod in record.pods for violation in _another_phase(pod, phase)]


def _another_phase(pod: PodRecord, phase: str) -> list[Violation]:
    seen = dict.fromkeys(str(observation.status.get("phase", "")) for observation in pod.observations)
    if pod.phase == phase and (phase in OVER or OVER.isdisjoint(seen)):
        return []
    phases = ", ".join(each or "no phase" for each in seen)
    return [Violation("wrong-phase", f"Pod {pod.role} was to be {phase}, and was {phases}", f"phase {phase}")]


def too_soon(record: Record, container: str, delays: Sequence[float]) -> list[Violation]:
    """Check that a container that fails again and again is run again no sooner than after these delays.

    A delay is counted from the end of a run, by the kubelet from its time by the runtime. The last word of that run and
    the first one of the next are further apart, by the node's clock: so nothing is to be allowed for. The kubelet's
    clock is the wall's, the node's is the monotonic one: both are the same as long as nobody sets the former.

    Args:
        record: of a Pod whose container fails, and lives on in its last run.
        container: its name.
        delays: s, one for each restart, first to last.

    Rules:
        unwitnessed: a run but the last did not fail, or said no last word; or the wall clock was set before the next.
        not-restarted: it was not run again so many times.
        too-soon: a run began before the delay was over.
    """
    runs = runs_of(record, container)
    violations = [
        Violation("unwitnessed", f"run {number} of {container} was to fail, and had {ending(run)}")
        for number, run in enumerate(runs[: len(delays)], 1)
        if not run.exit_code or not run.first("exit")
    ]
    if len(runs) <= len(delays):
        violations += restarted(record, container, "not-restarted", times=len(delays))
    if violations:
        return violations
    for pod in record.pods:
        for number, (delay, (before, run)) in enumerate(zip(delays, pairwise(runs), strict=False), 1):
            ended, began = before.events[-1], run.events[0]
            if stepped := _stepped(ended, began):
                text = f"the wall clock was set by {stepped:.3f} s between run {number} of {container} and the next"
                violations.append(Violation("unwitnessed", text, events=(ended, began)))
            elif began.clock - ended.clock < delay * NANOSECONDS:
                text = (
                    f"{container} ended at {seconds(ended.clock, zero(pod))} and was run again at "
                    f"{seconds(began.clock, zero(pod))}, restarted {often(number)}: before {delay:g} s were over"
                )
                violations.append(Violation("too-soon", text, events=(ended, began)))
    return violations


def _stepped(ended: Event, began: Event) -> float:
    """Return by how much the wall clock was set between two events, s; 0 where it was not, or no event tells."""
    before, after = (event.fields.get("wall_ahead") for event in (ended, began))
    step = 0 if before is None or after is None else after - before
    return step / NANOSECONDS if abs(step) > LEAST_STEP else 0.0


def not_alone(record: Record, crashed: str, *others: str) -> list[Violation]:
    """Check that a container that crashes is run again alone: the Pod, its address and its volumes stay.

    Rules:
        unwitnessed: no signal ended the container's first run; or another one ended by itself, tired of waiting.
        not-restarted: it was not run again.
        another-too: another container was run more than once, or a status has another start of it than an earlier one.
        gone: another one said nothing after the container was run again, so that nothing shows that it lived on.
        moved: one of its runs had not the Pod's address, or a status of the Pod has another than an earlier one.
        lost: the second run did not find in a volume what the first had left there.
    """
    runs = runs_of(record, crashed)
    violations = [] if runs and runs[0].signal is not None else [_uncrashed(crashed)]
    violations += restarted(record, crashed, "not-restarted", times=1)
    for name in others:
        violations += restarted(record, name, "another-too", times=0)
    for pod in record.pods:
        waiting = [name for name in others if not gave_up(runs_of(pod, name))]
        violations += [v for name in waiting for v in _another_start(pod, name)]
        violations += _moved(pod, runs)
    if len(runs) > 1:
        violations += [v for name in others for v in _gone(record, name, runs[1])]
        violations += _lost(runs[0], runs[1])
    return violations


def _uncrashed(crashed: str) -> Violation:
    return Violation("unwitnessed", f"the first run of {crashed} was to be ended by a signal, and was not")


def _another_start(pod: PodRecord, name: str) -> list[Violation]:
    """Return a violation if statuses tell of several starts of a container."""
    running = [each.get("state", {}).get("running") for each in pod.container_statuses if each["name"] == name]
    starts = dict.fromkeys(str(each.get("startedAt")) for each in running if each is not None)
    if len(starts) <= 1:
        return []
    return [Violation("another-too", f"statuses of {name} tell of a start at {' and of one at '.join(starts)}")]


def _moved(pod: PodRecord, runs: Sequence[Instance]) -> list[Violation]:
    known = {addresses for each in pod.observations if (addresses := tuple(of_status(each.status)))}
    if len(known) > 1:
        return [Violation("moved", f"Pod {pod.role} had the addresses {' and then '.join(map(', '.join, known))}")]
    return [
        Violation(
            "moved", f"run {number} of {run.container} had not the Pod's address {address}", events=run.all("looked")
        )
        for number, run in enumerate(runs, 1)
        for address in pod.addresses
        if address not in {event.fields["address"] for event in run.all("address")}
    ]


def _gone(record: Record, name: str, again: Instance) -> list[Violation]:
    since = again.start_clock
    if since is not None and any(since < event.clock for event in events_of(record, name)):
        return []
    said = last_said(record.instances_of(name))
    return [
        Violation("gone", f"{name} said nothing after {again.container} was run again{said}", events=again.events[:1])
    ]


def _lost(first: Instance, second: Instance) -> list[Violation]:
    """Return a violation unless the second run first of all found the file that the first one wrote first of all."""
    wrote, read = first.first("wrote"), second.first("read")
    content = wrote.fields["content"] if wrote else None
    if wrote and read and (read.fields["file"], read.fields["content"]) == (wrote.fields["file"], content):
        return []
    acts = second.events[1:]
    found = next((event for event in acts if event.name in {"read", "wrote"}), None)
    text = f"{first.container} left {content}; run again, it {words(found) if found else 'did not look for it'}"
    return [Violation("lost", text, f"{first.container}  read content={content}", (found,) if found else acts[:1])]


def not_restarted_by_image(record: Record, changed: str, *others: str) -> list[Violation]:
    """Check that another image of a container restarts it, and no other container of its Pod.

    Args:
        record: of one Pod. Each of these containers lives on until it is told to stop, and says so then.
        changed: the container that was given another image.
        others: they live until the Pod is deleted.

    Rules:
        unwitnessed: the container did not run before the change, or no change is told.
        not-restarted: its first run was not told to stop after the change, or it was not run again.
        another-too: another container was run more than once, or a status has another start of it than an earlier one.
        gone: another one said nothing after the container was run again, so that nothing shows that it lived on.
    """
    [pod] = record.pods
    runs, change = runs_of(pod, changed), record.act("changed", pod.role)
    if not runs or not runs[0].events or change is None or change.seen < runs[0].events[0].seen:
        return [Violation("unwitnessed", f"nothing tells that {changed} was given another image while it ran")]
    violations = restarted(pod, changed, "not-restarted", times=1)
    told = runs[0].first("terminated")
    if told is None or told.seen < change.seen:
        text = f"{changed} was not told to stop after it was given another image{last_said(runs[:1])}"
        violations.append(Violation("not-restarted", text, f"{changed}  terminated", runs[0].events[-1:]))
    for name in others:
        violations += restarted(pod, name, "another-too", times=0) + _another_start(pod, name)
        violations += _gone(record, name, runs[1]) if len(runs) > 1 else []
    return violations


def connection_lost(record: Record, client: str, server: str, crashed: str) -> list[Violation]:
    """Check that a connection between two containers, and a listening socket, outlive the crash of a third one.

    Rules:
        unwitnessed: nothing was answered over the connection before the crash, or no signal ended that container and it
            was not run again; or the client ended by itself, tired of waiting for that.
        closed: after that, nothing was answered over it, or the container that was run again was not answered.
        another-connection: that answer came over another connection, or from another one than the server.
    """
    runs = runs_of(record, crashed)
    answers = events_of(record, client, "answered")
    crash = runs[0].events[-1].clock if len(runs) > 1 and runs[0].signal is not None else None
    again = runs[-1].start_clock if crash is not None else None
    if again is None or crash is None:
        return [_uncrashed(crashed)]
    before = [answer for answer in answers if answer.clock < crash]
    if not before:
        return [Violation("unwitnessed", f"nothing was answered to {client} before {crashed} crashed")]
    if waited := gave_up(runs_of(record, client)):
        return [Violation("unwitnessed", f"{client} ended by itself: {words(waited)}", events=(waited,))]
    after = [answer for answer in answers if again < answer.clock]
    violations = []
    if not after:
        text = (
            f"after {crashed} was run again, nothing was answered to {client}{last_said(record.instances_of(client))}"
        )
        violations.append(Violation("closed", text, f"{client}  answered"))
    if not runs[-1].first("answered"):
        text = f"{crashed}, run again, was not answered by {server}{last_said(runs[-1:])}"
        violations.append(Violation("closed", text, f"{crashed}  answered"))
    questions = events_of(record, server, "asked")
    asked = {tuple(event.fields[each] for each in ("nonce", "answer", "peer")) for event in questions}
    own = before[0].fields["own"]
    for answer in after:
        if tuple(answer.fields[each] for each in ("sent", "answer", "own")) not in asked or answer.fields["own"] != own:
            text = f"{client} was answered over the connection from {answer.fields['own']}, not by {server} over {own}"
            violations.append(Violation("another-connection", text, events=(before[0], answer)))
    return violations


def another_environment(record: Record, container: str) -> list[Violation]:
    """Check that a container that is run again has the environment that its Pod gives it, as in its first run.

    Rules:
        unwitnessed: a run did not print a variable that the Pod gives to the container.
        not-restarted: it was not run again.
        another-environment: in one of its runs, a variable had another value, or none.
    """
    violations = restarted(record, container, "not-restarted")
    for pod in record.pods:
        given = environment(pod.got, container)
        for number, run in enumerate(runs_of(pod, container), 1):
            shown = [(event, name) for event in run.all("environment") for name in event.fields["values"]]
            if given.keys().isdisjoint(name for _, name in shown):
                text = f"run {number} of {container} printed no variable that its Pod gives it"
                violations.append(Violation("unwitnessed", text, f"{container}  environment"))
            for event, name in shown:
                value, expected = event.fields["values"][name], given.get(name)
                if value != expected:
                    text = f"run {number} of {container} had {name}={value!r}, and its Pod says {expected!r}"
                    violations.append(Violation("another-environment", text, f"{name}={expected!r}", (event,)))
    return violations


def not_all_again(
    record: Record,
    trigger: str,
    completed: str,
    lasting: str,
    inits: Sequence[str],
    sidecar: str,
    *,
    code: int,
    hook: str,
) -> list[Violation]:
    """Check that all containers of a Pod were restarted in place, from its first init container on.

    Args:
        record: of one Pod.
        trigger: the container whose exit restarts all.
        completed: one that is over by then.
        lasting: one that lives, takes a lock, leaves a file in a volume, lists its addresses and tries another lock.
        inits: the init containers that end, in their order; each takes the lock at its first act.
        sidecar: it comes after the first of them, and holds that other lock for life.
        code: the exit code that restarts all.
        hook: the name of the file that a preStop hook would leave in the volume that the first init container lists.

    Rules:
        unwitnessed: the first run of the one did not end with that code, or that of the other was not over by then; or
            nobody tried the sidecar's lock in the second round.
        not-restarted: a container was not run again.
        order: in the second round, an init container was not over when a container after it started, or the sidecar did
            not start before the containers after it.
        overlap: who takes a lock at its first act was refused it, as a container of another round was alive.
        gone: in the second round, the sidecar's lock was free.
        moved: a run had not the Pod's address, or a status of the Pod has another than an earlier one.
        lost: the second run did not find in a volume what the first had left there.
        hook-run: the first init container found in its second run what the hook of another container leaves.
    """
    [pod] = record.pods
    first = runs_of(pod, trigger)[:1]
    over = [run for run in runs_of(pod, completed)[:1] if run.first("exit")]
    if not first or first[0].exit_code != code or not over or over[0].events[-1].clock >= first[0].events[-1].clock:
        return [Violation("unwitnessed", f"{trigger} was to end with {code} after {completed} had ended, and did not")]
    if once := [v for name in pod.containers for v in restarted(pod, name, "not-restarted", times=1)]:
        return once
    violations = [v for name in (*inits, sidecar, lasting) for v in _refused_lock(pod, name)]
    second = replace(pod, instances=tuple(runs_of(pod, name)[1] for name in pod.containers))
    for number, name in enumerate(inits):
        for later in (*inits[number + 1 :], *pod.apps):
            violations += exits_before(second, name, later)
    violations += exits_before(second, inits[0], sidecar)
    violations += [v for later in (*inits[1:], *pod.apps) for v in starts_before(second, sidecar, later)]
    violations += _not_beside(second, lasting, sidecar)
    before, after = runs_of(pod, lasting)
    violations += _moved(pod, [before, after]) + _lost(before, after)
    for listed in runs_of(pod, inits[0])[1].all("listed"):
        if hook in listed.fields["names"]:
            text = f"{inits[0]} found {hook}, which only a hook leaves, when it was run again"
            violations.append(Violation("hook-run", text, events=(listed,)))
    return violations


def _refused_lock(pod: PodRecord, name: str) -> list[Violation]:
    """Return a violation for every run of a container that was refused the lock that it takes at its first act."""
    return [
        Violation("overlap", f"{name} was refused the lock ({event.fields['errno']})", f"{name}  locked", (event,))
        for run in pod.instances_of(name)
        for event in run.events[1:2]
        if event.name == "lock-refused"
    ]


def _not_beside(second: PodRecord, name: str, sidecar: str) -> list[Violation]:
    """Return a violation unless the second lock that a container tried was refused, as the sidecar held it."""
    tried = events_of(second, name, "locked", "lock-refused")[1:]
    if not tried:
        return [Violation("unwitnessed", f"{name}, run again, did not try to take the lock of {sidecar}")]
    return [
        Violation("gone", f"{name} took the lock that {sidecar} holds for life", f"{name}  lock-refused", (event,))
        for event in tried
        if event.name == "locked"
    ]
