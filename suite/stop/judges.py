"""The end of a Pod, as its containers saw it, and as a witness in another Pod heard it.

A process that KILL ends has no last word. So it speaks to the witness all its life: the kernel closes the connection
when it is gone. Of two times, a delay can only excuse: the suite notes a request before it sends it, and learns of an
event after it came. Who was gone before a time, by the suite's clock, was so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation, endpoints
from records.completeness import DEADLINE_EXCEEDED
from records.record import PART_RESTARTED
from suite.evidence import did_not, events_of, not_recreated, part_not_restarted
from suite.order import in_turn, restarted, runs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Act, Event, PodRecord, Record

ENDED = frozenset({"Succeeded", "Failed"})  # phases
SILENCE = 1_000_000_000  # ns: half of the least time that the kubelet gives a container, by the clock of its node
ROUNDED = 1.0  # s, by which status.startTime may be before the start: the kubelet keeps whole seconds (normalizeStatus)
READ = {"read": "content", "token": "subject"}  # events of a look at a file, and the field that tells what it held
NOT_READ = frozenset({"not-read", "no-token"})
PODS = 2  # the one that is deleted, and the one that follows it


def not_stopped(
    record: Record, *deaf: str, obeys: tuple[str, ...] = (), witness: str, seconds: float, request: int = 1
) -> list[Violation]:
    """Check that containers were told to end, and that KILL ended those that lived on, not before they had their time.

    Args:
        record: of a Pod that was deleted.
        deaf: the containers that do not end when they are told to.
        obeys: those that do.
        witness: whom all speak to, all their life.
        seconds: how long the deaf ones have, from a request for the deletion on.
        request: the number of that request.

    Rules:
        unwitnessed: the witness tells not what became of one of them, it did not speak to its end, or ended by itself,
            or the Pod was not deleted.
        not-told: one of them was not told to end.
        early: a deaf one was gone before its time was over.
        not-killed: it still spoke when the window had closed.
    """
    everyone = (*obeys, *deaf)
    violations = _unheard(record, witness, *everyone)
    requests = [act for act in record.acts if act.what == "deleted" and act.role != witness][request - 1 :]
    if not requests:
        return [*violations, Violation("unwitnessed", f"the Pod of {', '.join(everyone)} was not to be deleted")]
    since = f"the deletion of Pod {requests[0].role} was asked for"
    for name in everyone:
        told, exited = _not_told(record, name, witness), events_of(record, name, "exit")
        if exited and (told or name in deaf):
            text = f"{name} was to be {'killed' if name in deaf else 'told to end'}, and ended by itself"
            violations.append(Violation("unwitnessed", text, "", exited))
            continue
        violations += told
        if name in deaf:
            violations += _early(record, name, witness, requests[0], since, seconds)
            violations += _not_killed(record, name, witness)
    return violations


def period_not_kept(record: Record, role: str, deaf: str, *, witness: str, seconds: float) -> list[Violation]:
    """Check that a container had all of its grace period once more, as the kubelet was restarted meanwhile.

    Args:
        record: of a Pod that was deleted.
        role: the Pod's role.
        deaf: the container. It does not end when it is told to.
        witness: whom it speaks to, all its life.
        seconds: the grace period.

    Rules:
        unwitnessed: nobody restarted the kubelet after the container was told to end, or its process is the one of
            before; the witness tells not what became of the container, or it ended by itself.
        early: it was gone before its time was over, counted from the deletion.
        not-renewed: it was gone before its time was over, counted from the restart.
        not-killed: it still spoke when the window had closed.
    """
    violations = _not_restarted(record, role, deaf) + _unheard(record, witness, deaf)
    if exited := events_of(record, deaf, "exit"):
        violations.append(Violation("unwitnessed", f"{deaf} was to be killed, and ended by itself", "", exited))
    deleted, restart = record.act("deleted", role), record.act(PART_RESTARTED, role)
    if violations or deleted is None or restart is None:
        return violations
    early = _early(record, deaf, witness, deleted, f"the deletion of Pod {role} was asked for", seconds)
    anew = _early(record, deaf, witness, restart, "the kubelet was restarted", seconds, rule="not-renewed")
    return (early or anew) + _not_killed(record, deaf, witness)


def _not_restarted(record: Record, role: str, told: str) -> list[Violation]:
    """Return a violation unless the kubelet was restarted after a container had been told to end."""
    act, terminated = record.act(PART_RESTARTED, role), events_of(record, told, "terminated")
    unproven = part_not_restarted(record, role)
    if act is None or unproven:
        return unproven
    if not terminated or not terminated[0].seen < act.seen:
        text = f"{told} had not been told to end when the kubelet was restarted"
        return [Violation("unwitnessed", text, f"{told}  terminated", terminated)]
    return []


def not_readable(
    record: Record, role: str, reader: str, *files: str, asker: str, witness: str, seconds: float
) -> list[Violation]:
    """Check that a container read its volumes after the kubelet was restarted while its Pod stopped.

    It looks once more when it is asked to, by a Pod that is created after the restart: that this one runs shows that
    the kubelet is at work again, with volumes, too.

    Args:
        record: of a Pod that was deleted.
        role: the Pod's role.
        reader: the container. It reads the files before it is told to end, and once more when it is asked to.
        files: one on each volume; of a token, its subject is what it holds.
        asker: the container of the later Pod.
        witness: whom the container speaks to, all its life.
        seconds: the grace period, which begins anew with the restart.

    Rules:
        unwitnessed: nobody restarted the kubelet after the container was told to end, or its process is the one of
            before; a file could not be read before that; nobody came to ask, or not before its time was over; or the
            witness tells not what became of it.
        cut-short: the container was gone before it had looked once more, and ended by itself.
        unreadable: a file could not be read any more.
        changed: a file held something else.
    """
    violations = _not_restarted(record, role, reader) + did_not(record, asker, "started", "unwitnessed")
    violations += _unheard(record, witness, reader)
    restart = record.act(PART_RESTARTED, role)
    events = events_of(record, reader)
    names = [event.name for event in events]
    before = _contents(events[: names.index("terminated")] if "terminated" in names else events)
    for file in (file for file in files if _held(before.get(file)) is None):
        text = f"{reader} did not read {file} before it was told to end"
        violations.append(Violation("unwitnessed", text, f"{reader}  read file={file}"))
    if "not-requested" in names:
        violations.append(Violation("unwitnessed", f"nobody came to ask {reader}", f"{reader}  asked", events[-2:]))
    if violations or restart is None:
        return violations
    after = _contents(events[names.index("asked") :] if "asked" in names else ())
    for file in (file for file in files if file in after):
        held, holds = _held(before[file]), _held(after[file])
        if holds is None:
            text = f"{reader} could not read {file} after the kubelet was restarted: {after[file].fields['errno']}"
            violations.append(Violation("unreadable", text, f"{reader}  read file={file}", (after[file],)))
        elif holds != held:
            text = f"{file} held {held} for {reader} before the kubelet was restarted, and {holds} after that"
            violations.append(Violation("changed", text, "", (before[file], after[file])))
    if not violations and not (after.keys() >= {*files} and "exit" in names):
        text = f"{reader} was gone before it had looked once more, and ended by itself; its last word was {names[-1]}"
        late = any(event.seen >= restart.seen + seconds for event in _heard(record, witness, reader, "let-go"))
        rule = "unwitnessed" if late else "cut-short"  # its time was over: the node was slower than that
        violations.append(Violation(rule, text, f"{reader}  exit", events[-1:]))
    return violations


def _contents(events: Sequence[Event]) -> dict[str, Event]:
    """Return the last look at each file: what it held, or why it could not be read."""
    return {event.fields["file"]: event for event in events if event.name in {*READ, *NOT_READ}}


def _held(look: Event | None) -> str | None:
    """Return what a look found in a file; None where it found nothing."""
    return str(look.fields[READ[look.name]]) if look and look.name in READ else None


def _unheard(record: Record, witness: str, *names: str) -> list[Violation]:
    """Return a violation for each container of which the witness does not tell what became of it."""
    return [
        Violation("unwitnessed", f"{witness} does not tell what became of {name}", f"{witness}  let-go who={name}")
        for name in names
        if not _heard(record, witness, name, "let-go", "still-hears")
    ]


def _heard(record: Record, witness: str, name: str, *events: str) -> list[Event]:
    """Return the witness's events about a container."""
    return [event for event in events_of(record, witness, *events) if event.fields["who"] == name]


def _not_told(record: Record, name: str, witness: str) -> list[Violation]:
    """Return a violation where neither a container nor the witness tells that it was told to end.

    The output of a container of which no status tells cannot be read. Who was killed without that word must have
    spoken to its end: it may have been stopped, or starved, all the time from TERM to KILL.
    """
    if events_of(record, name, "terminated") or _heard(record, witness, name, "hears-told"):
        return []
    last = tuple(_heard(record, witness, name, "let-go", "still-hears")[-1:])
    if not last:
        return []  # the witness does not tell of it
    for event in last:
        if event.name == "let-go" and not 0 <= event.clock - event.fields["last"] <= SILENCE:
            text = f"{name} did not speak to its end: nothing shows whether it was told to"
            return [Violation("unwitnessed", text, f"{name}  terminated", last)]
    return [Violation("not-told", f"{name} was not told to end", f"{name}  terminated", last)]


def _early(
    record: Record, name: str, witness: str, act: Act, since: str, seconds: float, rule: str = "early"
) -> list[Violation]:
    """Return a violation where a container was gone before so many seconds after an act were over."""
    return [
        Violation(
            rule,
            f"{name} was gone {event.seen - act.seen:.3f} s after {since}, and had {seconds:g} s",
            f"{witness}  let-go who={name}, {seconds:g} s after {since}",
            (event,),
        )
        for event in _heard(record, witness, name, "let-go")
        if event.seen < act.seen + seconds
    ]


def _not_killed(record: Record, name: str, witness: str) -> list[Violation]:
    """Return a violation where a container still spoke when the window had closed."""
    return [
        Violation("not-killed", f"{name} was not killed: it still spoke", f"{witness}  let-go who={name}", (event,))
        for event in _heard(record, witness, name, "still-hears")
    ]


def other_signal(record: Record, role: str, name: str, wanted: str) -> list[Violation]:
    """Check that a container of a Pod that was deleted was told to end by one signal, and by no other.

    Args:
        record: of the Pod.
        role: the Pod's role.
        name: the container. It waits for every signal by which programs are told to end, and prints each that comes.
        wanted: the signal's name, such as SIGTERM.

    Rules:
        unwitnessed: the Pod was not deleted, or the container did not wait for signals before that.
        not-told: none came.
        other-signal: another one came.
    """
    deleted, waiting = record.act("deleted", role), events_of(record, name, "waiting")
    if deleted is None or not waiting or not waiting[0].seen < deleted.seen:
        text = f"{name} was not seen to wait for signals before Pod {role} was deleted"
        return [Violation("unwitnessed", text, f"{name}  waiting", waiting)]
    if untold := did_not(record, name, "terminated", "not-told"):
        return untold
    return [
        Violation(
            "other-signal",
            f"{name} was told to end by {event.fields['signal']}, not by {wanted}",
            f"{name}  terminated signal={wanted}",
            (event,),
        )
        for event in events_of(record, name, "terminated")
        if event.fields["signal"] != wanted
    ]


def hook_not_extended(record: Record, hooked: str, *, witness: str, seconds: float) -> list[Violation]:
    """Check that a container whose preStop hook took the grace period was told to end, and had the extension, too.

    Args:
        record: of a Pod that was deleted.
        hooked: the container; it serves its own hook, and does not end when it is told to.
        witness: whom it speaks to, all its life.
        seconds: the grace period, with the extension.

    Rules:
        unwitnessed: the hook did not begin; the witness tells not what became of the container, it ended by itself, or
            the Pod was not deleted.
        not-told: it was not told to end.
        early: it was gone before that time was over.
        not-killed: it still spoke when the window had closed.
    """
    no_hook = did_not(record, hooked, "asked", "unwitnessed", need="its hook was to begin")
    return no_hook or not_stopped(record, hooked, witness=witness, seconds=seconds)


def neighbour_held_up(record: Record, hooked: str, neighbour: str) -> list[Violation]:
    """Check that a container was told to end while another one's preStop hook took the grace period.

    Args:
        record: of a Pod that was deleted.
        hooked: the container with the hook.
        neighbour: the one without.

    Rules:
        unwitnessed: no hook began, or one of them was not told to end.
        delayed: the neighbour was told to end no sooner than the container whose hook had to be over first.
    """
    violations = [v for name in (hooked, neighbour) for v in did_not(record, name, "terminated", "unwitnessed")]
    if not events_of(record, hooked, "asked") + events_of(record, neighbour, "asked"):
        violations.append(Violation("unwitnessed", "no hook began"))
    if violations:
        return violations
    told = [(name, events_of(record, name, "terminated")[0]) for name in (neighbour, hooked)]
    return [v for pod in record.pods if pod.instances_of(hooked) for v in in_turn(pod, "delayed", *told)]


def not_given_up(record: Record, role: str, *begun: str, later: tuple[str, ...]) -> list[Violation]:
    """Check that a Pod that was deleted while it started told its containers to end, and started no other.

    Args:
        record: of the Pod.
        role: the Pod's role.
        begun: the containers that ran by then.
        later: those that come after them.

    Rules:
        unwitnessed: one that comes later had been started before that, or the Pod was not deleted.
        not-told: one that ran was not told to end.
        started: one that comes later was started. Nothing real fires it: a kubelet that stops a Pod starts nothing of
            it.
    """
    deleted = record.act("deleted", role)
    if deleted is None:
        return [Violation("unwitnessed", f"Pod {role} was not deleted")]
    return [v for name in begun for v in did_not(record, name, "terminated", "not-told")] + [
        Violation("unwitnessed", f"{name} had been started before Pod {role} was deleted", "", (event,))
        if event.seen < deleted.seen
        else Violation("started", f"{name} was started though Pod {role} was being deleted", "", (event,))
        for name in later
        for event in events_of(record, name, "started")
    ]


def told_too_soon(record: Record, apps: tuple[str, ...], sidecars: tuple[str, ...]) -> list[Violation]:
    """Check that sidecars were told to end, and not before the last app had ended.

    Each app holds a lock for life; a sidecar tries these locks when it is told to end.

    Rules:
        unwitnessed: an app did not exit, or a sidecar did not try the locks of all.
        not-told: a sidecar was not told to end.
        early: it was told so before the last app's exit, or was refused the lock of one.
    """
    violations = [v for name in apps for v in did_not(record, name, "exit", "unwitnessed")]
    violations += [v for name in sidecars for v in did_not(record, name, "terminated", "not-told")]
    if violations:
        return violations
    last = max((event for name in apps for event in events_of(record, name, "exit")), key=lambda event: event.clock)
    for name in sidecars:
        told = events_of(record, name, "terminated")[0]
        if told.clock <= last.clock:
            text = f"{name} was told to end before the last app had ended"
            violations.append(
                Violation("early", text, f"{name}  terminated, after all of {', '.join(apps)}", (told, last))
            )
        for app in apps:
            violations += _refused(record, name, app, "early")
    return violations


def _refused(record: Record, name: str, holder: str, rule: str) -> list[Violation]:
    """Return a violation where a container, told to end, was refused the lock of another; or did not try it."""
    file = f"/turn/{holder}-lock"
    tries = [event for event in events_of(record, name, "locked", "lock-refused") if event.fields["file"] == file]
    if not tries:
        return [Violation("unwitnessed", f"{name} did not try the lock of {holder}", f"{name}  locked file={file}")]
    text = f"{name} was told to end while {holder} still held its lock"
    return [
        Violation(rule, text, f"{name}  locked file={file}", (event,))
        for event in tries
        if event.name == "lock-refused"
    ]


def not_reversed(record: Record, first: str, then: str) -> list[Violation]:
    """Check that of two sidecars the one that the Pod names last was told to end first.

    Rules:
        unwitnessed: one of them was not told to end.
        order: it was not told so before the other one.
    """
    if untold := [v for name in (first, then) for v in did_not(record, name, "terminated", "unwitnessed")]:
        return untold
    told = [(name, events_of(record, name, "terminated")[0]) for name in (first, then)]
    return [v for pod in record.pods if pod.instances_of(first) for v in in_turn(pod, "order", *told)]


def told_beside(record: Record, first: str, then: str) -> list[Violation]:
    """Check that a sidecar was told to end when the one before it had ended: it then took the lock of that one's life.

    Rules:
        unwitnessed: it did not try the lock.
        overlap: it was refused the lock.
    """
    return _refused(record, then, first, "overlap")


def wrong_phase(record: Record, role: str, *counting: str) -> list[Violation]:
    """Check that a Pod that was deleted had a terminal phase in the end, and the one that its containers' ends make.

    The last status is that of the watch's DELETED event. Who has no exit as its last word did not succeed.

    Args:
        record: of the Pod.
        role: the Pod's role.
        counting: the containers whose ends count.

    Rules:
        unwitnessed: the Pod was not gone.
        not-terminal: its last phase was neither Succeeded nor Failed.
        wrong-phase: it was Succeeded, though one of them did not exit with 0; or Failed, though all did.
    """
    pod = record.pod(role)
    if pod is None or not pod.observations or pod.observations[-1].type != "DELETED":
        return [Violation("unwitnessed", f"Pod {role} was not gone")]
    if pod.phase not in ENDED:
        text = f"Pod {role} was gone without a terminal phase: its last one was {pod.phase or 'none'}"
        return [Violation("not-terminal", text, "phase Succeeded or Failed")]
    said = {name: _last_code(pod, name) for name in counting}
    phase = "Succeeded" if all(code == 0 for code in said.values()) else "Failed"
    if phase == pod.phase:
        return []
    ends = ", ".join(f"{name} {'was killed' if code is None else f'exited with {code}'}" for name, code in said.items())
    return [Violation("wrong-phase", f"the last phase of Pod {role} was {pod.phase}, and {ends}", f"phase {phase}")]


def _last_code(pod: PodRecord, name: str) -> int | None:
    """Return the exit code that the last run of a container printed; None where it printed none."""
    said = [run.first("exit") for run in runs_of(pod, name)][-1:]
    return int(said[0].fields["code"]) if said and said[0] else None


def outlived_deadline(
    record: Record, role: str, *ended: str, never: tuple[str, ...] = (), witness: str, seconds: float
) -> list[Violation]:
    """Check that a Pod failed when it had been active for its time, with all its containers.

    It is active from its creation on at the earliest. The API tells its start in whole seconds, rounded down, and the
    kubelet reckons by that (activeDeadlineHandler, pkg/kubelet/active_deadline.go): the time may be a second shorter.

    Args:
        record: of the Pod.
        role: the Pod's role.
        ended: the containers that run by then; they would live on.
        never: those that come after these.
        witness: whom they speak to, all their life.
        seconds: the time that the Pod may be active.

    Rules:
        unwitnessed: the witness tells not what became of one of them.
        not-failed: the Pod's phase was not Failed.
        early: one of them was gone before the time was over.
        not-killed: it still spoke when the window had closed.
        restarted: it was run again.
        started: one that comes after them was started.
    """
    violations = _unheard(record, witness, *ended)
    pod, created = record.pod(role), record.act("created", role)
    if pod is None or created is None:
        return [Violation("unwitnessed", f"there was no Pod {role}")]
    if pod.phase != "Failed":
        text = f"the phase of Pod {role} was {pod.phase or 'none'} when its time was over"
        violations.append(Violation("not-failed", text, "phase Failed"))
    for name in ended:
        violations += _early(record, name, witness, created, f"Pod {role} was created", seconds - ROUNDED)
        violations += _not_killed(record, name, witness)
        violations += restarted(pod, name, "restarted", times=0) if runs_of(pod, name) else []
    for name in never:
        started = events_of(pod, name, "started")
        violations += [Violation("started", f"{name} was started", "", (event,)) for event in started]
    return violations


def other_reason(record: Record, role: str) -> list[Violation]:
    """Check that a Pod which failed for its deadline says so.

    Rules:
        unwitnessed: it did not fail.
        other-reason: its status has another reason, or none.
    """
    pod = record.pod(role)
    if pod is None or pod.phase != "Failed":
        return [Violation("unwitnessed", f"Pod {role} did not fail")]
    reason = pod.observations[-1].status.get("reason")
    if reason == DEADLINE_EXCEEDED:
        return []
    return [
        Violation(
            "other-reason", f"Pod {role} failed with the reason {reason or 'none'}", f"reason {DEADLINE_EXCEEDED}"
        )
    ]


def ready_while_terminating(record: Record, role: str, service: str) -> list[Violation]:
    """Check that a Pod that is being deleted is shown as a terminating endpoint, and never as a ready one.

    Rules:
        unwitnessed: it was no ready endpoint before, or was not deleted.
        hidden: it was never shown to be terminating, though it was there. Nothing real fires it: the controller shows
            each Pod that is being deleted.
        ready: it was shown to be terminating and ready.
    """
    looks, deleted = _looks(record, role, service), record.act("deleted", role)
    if deleted is None or not any(endpoints.has(each, ready=True) for at, each in looks if at < deleted.seen):
        return [Violation("unwitnessed", f"Pod {role} was no ready endpoint of Service {service} before its deletion")]
    terminating = [each for at, each in looks if at > deleted.seen and endpoints.has(each, terminating=True)]
    if not terminating:
        text = f"Pod {role} was never shown as a terminating endpoint of Service {service}"
        return [Violation("hidden", text, "conditions terminating=True")]
    ready = [each for each in terminating if endpoints.has(each, ready=True)]
    text = f"Pod {role} was shown as an endpoint of Service {service} that is terminating and ready"
    return [Violation("ready", text, "conditions terminating=True ready=False")] if ready else []


def serving_untrue(record: Record, role: str, service: str, *, unready: str) -> list[Violation]:
    """Check that the condition ``serving`` of a terminating endpoint tells whether the Pod is ready.

    It is ready when its deletion is asked for, and until another Pod is created, which asks it to be so no more.

    Rules:
        unwitnessed: it was never shown to be terminating before that other Pod was created, or was not asked.
        not-serving: it was shown as not serving before that Pod was created.
        still-serving: it was shown as serving to the end.
    """
    if unasked := did_not(record, unready, "loaded", "unwitnessed"):
        return unasked
    created = record.act("created", unready)
    looks = [(at, each) for at, each in _looks(record, role, service) if endpoints.has(each, terminating=True)]
    if created is None or not any(at < created.seen for at, _ in looks):
        return [Violation("unwitnessed", f"Pod {role} was not shown to be terminating while it was ready")]
    violations = []
    if any(endpoints.has(each, serving=False) for at, each in looks if at < created.seen):
        text = f"Pod {role} was shown as an endpoint that does not serve, while it was ready"
        violations.append(Violation("not-serving", text, "conditions terminating=True serving=True"))
    if not any(endpoints.has(each, serving=False) for at, each in looks if at > created.seen):
        text = f"Pod {role} was shown as an endpoint that serves, to the end, and was ready no more"
        violations.append(Violation("still-serving", text, "conditions terminating=True serving=False"))
    return violations


def _looks(record: Record, role: str, service: str) -> list[tuple[float, dict[str, object]]]:
    """Return each endpoint of a Pod in a Service that a look found, and when, s."""
    return [
        (act.seen, each)
        for act in record.acts
        if (act.what, act.role) == (endpoints.LOOKED, role) and act.sent and act.sent["service"] == service
        for each in act.sent["endpoints"]
    ]


def not_freed(record: Record, keeper: str) -> list[Violation]:
    """Check that a Pod deleted by force was gone at once, and that the next one of that name finds nothing of it.

    Its container would live on for longer than the window.

    Args:
        record: of the Pod, and of the next one.
        keeper: the container. It looks for objects, binds a port, makes the objects, and keeps them.

    Rules:
        unwitnessed: the first one held nothing; or nothing proves that the second is the first one created anew, or
            that it looked.
        waited: the first Pod was still there when the window had closed. Nothing real fires it: the API server does
            not wait.
        leaked: the second one found an object that it had not made, or the port bound.
    """
    pods = [pod for pod in record.pods if pod.instances_of(keeper)]
    violations = []
    if not pods or not events_of(pods[0], keeper, "bound") or not events_of(pods[0], keeper, "object-made"):
        violations.append(Violation("unwitnessed", f"{keeper} did not hold a port and objects"))
    if len(pods) < PODS:
        if pods and record.act("gone", pods[0].role) is None:
            text = f"Pod {pods[0].role} was still there, though it was deleted by force"
            return [*violations, Violation("waited", text)]
        return [*violations, Violation("unwitnessed", "there was no second Pod")]
    before, after = pods
    violations += not_recreated(record, before, after)
    looked = events_of(after, keeper, "object-holds", "object-lost"), events_of(after, keeper, "bound", "not-bound")
    if not all(looked):
        violations.append(Violation("unwitnessed", f"Pod {after.role}: {keeper} did not look"))
    for event in events_of(after, keeper, "object-holds"):
        text = f"Pod {after.role}: {keeper} found a {event.fields['kind']} that it had not made"
        violations.append(Violation("leaked", text, f"{keeper}  object-lost errno=ENOENT", (event,)))
    for event in events_of(after, keeper, "not-bound"):
        text = f"Pod {after.role}: {keeper} could not bind port {event.fields['port']}: {event.fields['errno']}"
        violations.append(Violation("leaked", text, f"{keeper}  bound", (event,)))
    return violations
