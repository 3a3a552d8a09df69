"""Sidecars: when they start, what waits for them, how often they run, and what they count for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation, jobs
from records.endpoints import found_later, looks
from records.record import statuses_of
from suite.evidence import did_not, events_of, last_said
from suite.order import ending, last_line, often, restarted, runs_of, starts_before

if TYPE_CHECKING:
    from typing import Any

    from records import Instance, PodRecord, Record

    Json = dict[str, Any]

SECOND, THIRD = 2, 3  # runs, in the order of their starts


def not_first(record: Record, sidecar: str, *after: str) -> list[Violation]:
    """Check that a sidecar started before the containers after it, and ran beside them until the last one had ended.

    It holds a lock for life, and says so. Each of the others waits for its word, and tries to take the lock: refused,
    it has the sidecar beside it.

    Rules:
        order: the sidecar did not start before each of them, or nothing proves it.
        gone: one of them took the lock that the sidecar was to hold.
        ended: the sidecar was told to end, ended or was run again before the last of them had exited.
        unwitnessed: one of them did not try to take the lock, or the last one did not exit.
    """
    violations = [v for pod in record.pods for then in after for v in starts_before(pod, sidecar, then)]
    if violations:
        return violations
    for name in after:
        taken = events_of(record, name, "locked")
        violations += [] if taken else did_not(record, name, "lock-refused", "unwitnessed")
        violations += [
            Violation("gone", f"{name} took the lock that {sidecar} holds for life", f"{name}  lock-refused", (event,))
            for event in taken
        ]
    violations += did_not(record, after[-1], "exit", "unwitnessed")
    ended = min((event.clock for event in events_of(record, after[-1], "exit")), default=0)
    violations += [
        Violation("ended", f"{sidecar} printed {event.name} before {after[-1]} had exited", "", (event,))
        for event in events_of(record, sidecar, "terminated", "exit")
        if event.clock <= ended
    ]
    return violations + restarted(record, sidecar, "ended", times=0)


def ungated(record: Record, sidecar: str, then: str, *, folder: str) -> list[Violation]:
    """Check that the container after a sidecar waited for it: a file of the sidecar's name was there at its first act.

    Rules:
        early: the file was not there.
        stuck: the sidecar ran, and the container after it never did.
        unwitnessed: it did not list the folder; or neither ran.
    """
    if not record.instances_of(then):
        rule = "stuck" if record.instances_of(sidecar) else "unwitnessed"
        return did_not(record, then, "started", rule, need=f"it was to wait for {sidecar}, and then to start")
    if unlisted := did_not(record, then, "listed", "unwitnessed"):
        return unlisted
    return [
        Violation(
            "early",
            f"{then} started before {sidecar} had its file in {folder}: it found {', '.join(found) or 'nothing'}",
            f"{then}  listed names=[…, {sidecar}]",
            (event,),
        )
        for run in record.instances_of(then)
        if (event := run.first("listed")) and sidecar not in (found := event.fields["names"])
    ]


def not_always_restarted(record: Record, sidecar: str, *, init: str, app: str, code: int) -> list[Violation]:
    """Check that a sidecar was run again while an init container ran, and beside the app; both ran once, and on.

    Its second run writes a word that the init container waits for; its third tries a lock that the app holds for life.

    Rules:
        unended: its first or its second run did not end with that exit code.
        given-up: the init container did not read the word of its second run, or there was no third.
        touched: the init container or the app was run again, or the app ended.
        gone: its third run took the lock that the app was to hold.
        unwitnessed: its third run did not try to take the lock.
    """
    runs = runs_of(record, sidecar)
    violations = [
        Violation("unended", f"run {number} of {sidecar} was to exit with {code}, and had {ending(run)}")
        for number, run in enumerate(runs[:2], 1)
        if run.exit_code != code or run.signal is not None
    ]
    first_to_say = next((number for number, run in enumerate(runs, 1) if run.first("wrote")), 0)
    if first_to_say != SECOND or not _saw(record, init, f"/turn/{sidecar}-again"):
        text = f"{init} did not read the word of a second run of {sidecar}, which {_ran(runs)}"
        violations.append(Violation("given-up", text, f"{sidecar}  started, while {init} runs"))
    if not runs[THIRD - 1 :]:
        text = f"{sidecar} {_ran(runs)}, and was to be run a third time, beside {app}{last_said(runs)}"
        violations.append(Violation("given-up", text, f"{sidecar}  started, 3 times"))
    for name in (init, app):
        violations += restarted(record, name, "touched", times=0) if record.instances_of(name) else []
    violations += [
        Violation("touched", f"{app} had {ending(run)}", "", run.events[-1:])
        for run in record.instances_of(app)
        if run.exit_code is not None
    ]
    for run in runs[THIRD - 1 :]:
        if taken := run.first("locked"):
            text = f"{sidecar} took the lock that {app} holds for life: {app} was gone"
            violations.append(Violation("gone", text, f"{sidecar}  lock-refused", (taken,)))
        elif not run.first("lock-refused"):
            violations.append(Violation("unwitnessed", f"a later run of {sidecar} did not try to take {app}'s lock"))
    return violations


def _saw(record: Record, container: str, file: str, content: str | None = None) -> bool:
    """Return whether a container read a file, with this content if one is given."""
    seen = [event.fields for event in events_of(record, container, "read", "changed")]
    return any(each["file"] == file and content in {None, each["content"]} for each in seen)


def _ran(runs: list[Instance]) -> str:
    return f"ran {often(len(runs))}" if runs else "never ran"


def unready_served(
    record: Record, sidecar: str, app: str, *, service: str, later: str, act: str = "changed"
) -> list[Violation]:
    """Check that a Pod was unready, and no ready endpoint, until an act of the suite let its sidecar become ready.

    The app, which has no readiness probe, waited until the sidecar's probe had failed a few times.

    Args:
        record: of a Pod behind a Service, and of another one.
        sidecar: the container whose readiness probe the act lets succeed; it follows the file that says so.
        app: the app beside it; it waits for a file that the probe makes.
        service: the Service.
        later: the Pod that was created once the app was ready, and is ready itself.
        act: the act.

    Rules:
        unwitnessed: the sidecar was not probed before the act, or never saw the change; the app was not ready when the
            later Pod was created; or nobody looked for the endpoint before the act, once that Pod was one.
        too-soon: the Pod was ready before the act.
        served: it was a ready endpoint before the act.
        never-ready: the Pod was not ready after the act.
        not-served: it never was a ready endpoint after it.
    """
    violations = [
        Violation("unwitnessed", f"{name} did not see what {file} was to tell{last_said(record.instances_of(name))}")
        for name, file, content in ((app, "/probed/often", None), (sidecar, "/told/ready", "yes"))
        if not _saw(record, name, file, content)
    ]
    pod = record.pods[0]
    acted = record.act(act, pod.role)
    if acted is None:
        return [*violations, Violation("unwitnessed", f"the suite did not let {sidecar} become ready")]
    seen = looks(record, pod, service)
    before = [served for look, served in seen if look.seen < acted.seen]
    since, created = found_later(record, service, later), record.act("created", later)
    looked = any(since < look.seen < acted.seen for look, _ in seen)
    if not looked or created is None or not _app_ready(pod, app, created.seen):
        text = f"nobody looked for Pod {pod.role} at {service}, beside Pod {later}, while {sidecar} alone was not ready"
        violations.append(Violation("unwitnessed", text))
    witnessed = not violations
    if any(_ready(status) for at, status in _statuses(pod) if at < acted.seen):
        violations.append(Violation("too-soon", f"Pod {pod.role} was ready, and its {sidecar} was not"))
    if any(before):
        text = f"Pod {pod.role} was a ready endpoint of Service {service}, and its {sidecar} was not ready"
        violations.append(Violation("served", text))
    if not witnessed:
        return violations
    if not any(_ready(status) for at, status in _statuses(pod) if at > acted.seen):
        violations.append(Violation("never-ready", f"Pod {pod.role} was not ready after its {sidecar} could be"))
    if not any(served for look, served in seen if look.seen > acted.seen):
        text = f"Pod {pod.role} was no ready endpoint of Service {service} after its {sidecar} could be ready"
        violations.append(Violation("not-served", text))
    return violations


def _statuses(pod: PodRecord) -> list[tuple[float, Json]]:
    return [(each.seen, each.status) for each in pod.observations]


def _ready(status: Json) -> bool:
    found = status.get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in found)


def _app_ready(pod: PodRecord, app: str, before: float) -> bool:
    found = [each for at, status in _statuses(pod) if at < before for each in statuses_of(status)]
    return any(each["name"] == app and each.get("ready") for each in found)


def not_completed(record: Record, sidecar: str, app: str, *, code: int) -> list[Violation]:
    """Check that a Job completed after its app had, though the sidecar beside it waited to be told to end.

    Rules:
        unwitnessed: the app did not exit with 0, or the sidecar was not told to end and exited with that code.
        not-completed: the Job was not complete.
    """
    violations = did_not(record, app, "exit", "unwitnessed") + did_not(record, sidecar, "terminated", "unwitnessed")
    violations += [
        Violation(
            "unwitnessed", f"{run.container} was to exit with {wanted}, and had {ending(run)}", "", last_line(run)
        )
        for name, wanted in ((app, 0), (sidecar, code))
        for run in record.instances_of(name)
        if run.exit_code != wanted
    ]
    for pod in record.pods:
        if jobs.COMPLETE not in (found := jobs.last(record, pod) or ()):
            seen = f"its conditions were {', '.join(sorted(found)) or 'none'}"
            violations.append(Violation("not-completed", f"the Job of Pod {pod.role} was not complete: {seen}"))
    return violations


def failed_for_good(record: Record, failing: str, app: str) -> list[Violation]:
    """Check that a sidecar whose first run failed was run again, and the app after it started.

    Rules:
        unfailed: its first run did not fail.
        given-up: it was not run again.
        stuck: the app never ran.
    """
    runs = runs_of(record, failing)
    violations = [
        Violation("unfailed", f"the first run of {failing} was to fail, and had {ending(run)}")
        for run in runs[:1]
        if not run.exit_code
    ]
    violations += restarted(record, failing, "given-up")
    return violations + did_not(record, app, "started", "stuck")
