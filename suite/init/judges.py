"""Init containers: one after another, before the apps, or not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from records import Violation
from records.timeline import zero
from suite import stored
from suite.evidence import did_not, events_of, last_said, last_word
from suite.order import ending, exits_before, last_line, often, restarted, runs_of, seconds

if TYPE_CHECKING:
    from typing import Any

    from records import Answer, Instance, PodRecord, Record

    Json = dict[str, Any]

NO_SUCCESS = 300  # HTTP: all below is success
SPEC = ["spec"]  # the cause of a refusal of what cannot be changed in a Pod: its spec, and no field of it


def out_of_sequence(record: Record, *containers: str) -> list[Violation]:
    """Check that the containers ran one after another, each but the last to its successful end.

    A run that a signal ended prints no exit, and its status has whole seconds only. A lock proves its end: the run held
    it for life, and the next run took it.

    Rules:
        unwitnessed: a container did not run, and none after it did, or one did not try to take the lock.
        order: a run was not over before the next container started, or nothing proves it, or the last one failed, or
            there was none.
        overlap: a container was refused the lock, because another that holds it for life was alive.
    """
    violations = []
    for number, name in enumerate(containers, 1):
        passed = any(record.instances_of(later) for later in containers[number:])
        violations += did_not(record, name, "started", "order" if passed else "unwitnessed")
    if violations:
        return violations
    for pod in record.pods:
        names = [name for name in containers if pod.instances_of(name)]
        violations += [v for name in names for run in pod.instances_of(name) for v in _lock_refused(pod, run)]
        for earlier, later in pairwise(names):
            violations += exits_before(pod, earlier, later)
            violations += _failed(pod, earlier, later)
    return violations


def _failed(pod: PodRecord, earlier: str, later: str) -> list[Violation]:
    last = runs_of(pod, earlier)[-1]
    if last.exit_code in {0, None}:
        return []
    text = f"{later} started although {earlier} had {ending(last)}"
    events = (*events_of(pod, later, "started"), *last_line(last))
    return [Violation("order", text, f"{earlier}  exit code=0", events)]


def _lock_refused(pod: PodRecord, instance: Instance) -> list[Violation]:
    if refused := instance.first("lock-refused"):
        when = seconds(refused.clock, zero(pod))
        text = f"{instance.container} was refused the lock at {when} ({refused.fields['errno']}): another was alive"
        return [Violation("overlap", text, f"{instance.container}  locked", (refused,))]
    if not instance.first("locked"):
        return [Violation("unwitnessed", f"{instance.container} did not try to take the lock")]
    return []


def init_failure_ignored(record: Record, failing: str, *after: str) -> list[Violation]:
    """Check that a failed init container fails a Pod that restarts nothing, and nothing after it ran.

    Rules:
        unwitnessed: the init container did not run to its end.
        succeeded: it exited with 0.
        restarted: it ran more than once.
        not-failed: the Pod's last phase is not Failed.
        went-on: a container after it was started.
    """
    violations = did_not(record, failing, "exit", "unwitnessed")
    if any(event.fields["code"] == 0 for event in events_of(record, failing, "exit")):
        violations.append(Violation("succeeded", f"{failing} exited with 0, though it was to fail"))
    if record.instances_of(failing):
        violations += restarted(record, failing, "restarted", times=0)
    for pod in record.pods:
        if pod.phase != "Failed":
            text = f"Pod {pod.role} is {pod.phase or 'in no phase'}, not Failed, though {failing} was to fail it"
            violations.append(Violation("not-failed", text))
        violations += [
            Violation("went-on", f"{name} was started, though {failing} before it was to fail the Pod")
            for name in after
            if pod.instances_of(name) or _status_tells_start(pod, name)
        ]
    return violations


def _status_tells_start(pod: PodRecord, container: str) -> bool:
    return any(
        status["name"] == container and {"running", "terminated"} & status.get("state", {}).keys()
        for status in pod.container_statuses
    )


def not_retried(record: Record, failing: str, *after: str) -> list[Violation]:
    """Check that an init container ran again after an exit code and after a signal, until it succeeded.

    What started meanwhile is for ``out_of_sequence`` to find.

    Rules:
        unfailed: its first run did not exit with another code than 0, or no signal ended its second.
        given-up: its last run did not succeed.
        again: it was run again after it had succeeded, or a container after it ran more than once.
        unwitnessed: so it was, and the Pod's sandbox was made anew: then all init containers run again.
    """
    runs = runs_of(record, failing)
    violations = []
    if runs and (runs[0].signal is not None or runs[0].exit_code == 0):
        text = f"the first run of {failing} was to exit with another code than 0, and had {ending(runs[0])}"
        violations.append(Violation("unfailed", text))
    if len(runs) > 1 and runs[1].signal is None:
        text = f"the second run of {failing} was to be ended by a signal, and had {ending(runs[1])}"
        violations.append(Violation("unfailed", text))
    if not runs or runs[-1].exit_code != 0:
        last = f"; its last run had {ending(runs[-1])}" if runs else ""
        violations.append(
            Violation("given-up", f"{failing} was to be run until it succeeds, and ran {often(len(runs))}{last}")
        )
    succeeded = next((number for number, run in enumerate(runs, 1) if run.exit_code == 0), len(runs))
    if more := runs[succeeded:]:
        violations.append(Violation("again", f"{failing} ran {often(len(more))} more after it had succeeded"))
    ran = [name for name in after if record.instances_of(name)]
    violations += [v for name in ran for v in restarted(record, name, "again", times=0)]
    why = next((why for pod in record.pods if (why := _sandbox_made_anew(pod))), "")
    if not why or all(violation.rule != "again" for violation in violations):
        return violations
    text = f"what ran again proves nothing: {why}"
    return [v for v in violations if v.rule != "again"] + [Violation("unwitnessed", text)]


def _sandbox_made_anew(pod: PodRecord) -> str:
    """Return how the Pod's status shows that its sandbox was replaced; empty where it does not.

    By another address, or by its condition PodReadyToStartContainers, which was true and then was not.
    """
    ready, addresses = False, set[str]()
    for status in (observation.status for observation in pod.observations):
        given = {each["ip"] for each in status.get("podIPs") or []}
        if given and addresses and given.isdisjoint(addresses):
            return f"the Pod's address changed from {', '.join(sorted(addresses))} to {', '.join(sorted(given))}"
        addresses |= given
        for condition in status.get("conditions") or []:
            if condition["type"] == "PodReadyToStartContainers" and status.get("phase") in {"Pending", "Running"}:
                if ready and condition["status"] != "True":
                    return "the Pod's sandbox was not ready for a while"
                ready = condition["status"] == "True"
    return ""


def unprepared(record: Record, *, made: tuple[str, str], found: tuple[str, str], by: str) -> list[Violation]:
    """Check that the app found, unchanged, what an init container left.

    Args:
        record: of one Pod with an init container and an app.
        made: the init container, and its event with what it left.
        found: the app, and its event with what it found.
        by: the field of both events with the content or its digest.

    Rules:
        unwitnessed: the init container did not say that it left anything.
        not-found: the app did not find it.
        altered: the app found something else.
    """
    violations = did_not(record, *made, "unwitnessed")
    left = next((i.first(made[1]) for i in reversed(record.instances_of(made[0]))), None)
    app, event = found
    if not record.instances_of(app):
        violations += did_not(record, app, event, "not-found")
    for instance in record.instances_of(app):
        there = instance.first(event)
        if there is None:
            violations.append(
                Violation("not-found", f"{app} has no event {event}; its last word was {last_word(instance)}")
            )
        elif left is not None and left.fields[by] != there.fields[by]:
            text = f"{made[0]} left {by} {left.fields[by]}, {app} found {there.fields[by]}"
            violations.append(Violation("altered", text, events=(left, there)))
    return violations


def not_private(record: Record, init: str, holder: str, app: str, *, content: str) -> list[Violation]:
    """Check that an init container read what an app, that does not mount it, could not find.

    Args:
        record: of one Pod.
        init: mounts a Secret, and reads a file of it.
        holder: a sidecar that mounts it, too; it reads the file again once the app has ended.
        app: looks for the file at the same place.
        content: what the Secret was made with.

    Rules:
        unseen: the init container did not read the content.
        unwitnessed: the app did not look, or nothing proves that the content was there before and after.
        seen: the app found something at that place.
    """
    found = [event for event in events_of(record, init, "read") if event.fields["content"] == content]
    if not found:
        said = last_said(record.instances_of(init))
        return [Violation("unseen", f"{init} did not read what the Secret holds{said}", f"{init}  read {content}")]
    place = found[0].fields["file"]
    if read := [event for event in events_of(record, app, "read") if event.fields["file"] == place]:
        text = f"{app} found what only {init} and {holder} mount"
        return [Violation("seen", text, f"{app}  not-read errno=ENOENT", tuple(read))]
    looks = [event for event in events_of(record, app, "not-read") if event.fields["file"] == place]
    if there := [look for look in looks if look.fields["errno"] != "ENOENT"]:
        text = f"{app} found something where {init} has the Secret: {there[0].fields['errno']}"
        return [Violation("seen", text, f"{app}  not-read errno=ENOENT", tuple(there))]
    later = [event for event in events_of(record, holder, "read") if event.fields["content"] == content]
    if looks and found[0].clock < looks[0].clock and any(looks[-1].clock < event.clock for event in later):
        return []
    text = f"nothing proves that the Secret was there when {app} looked for it"
    expected = f"{init}  read, before {app}  not-read, before {holder}  read"
    return [Violation("unwitnessed", text, expected, tuple(looks))]


def counted_otherwise(record: Record, quota: str, resource: str) -> list[Violation]:
    """Check that a quota counts for a Pod the most that it asks for at one time.

    That is what an init container asks for, with the sidecars before it, or all sidecars and apps together, whichever
    is more, and the overhead of the RuntimeClass.

    Args:
        record: of one Pod, with what the quota had counted before it was created, and after.
        quota: the name of the ResourceQuota, which counts this Pod alone.
        resource: asked for by its containers.

    Rules:
        unwitnessed: the quota was not read before and after, had counted something before, or nothing after.
        uncounted: it does not count that resource.
        other-amount: it counts another amount of it.
    """
    counts = [act.sent["used"] for act in record.acts if act.role == f"ResourceQuota {quota}" and act.sent]
    amounts = [stored.quantity(used[counted]) for used in counts if (counted := f"requests.{resource}") in used]
    if len(counts) > 1 and not amounts:
        return [Violation("uncounted", f"the quota counts {', '.join(counts[-1])}, and no requests of {resource}")]
    if len(amounts) < 2 or amounts[0] or not amounts[-1]:  # noqa: PLR2004 # before and after
        return [Violation("unwitnessed", f"nothing tells what the quota counted of {resource} for the Pod alone")]
    wanted = stored.effective(record.pods[0].got, resource)
    if amounts[-1] == wanted:
        return []
    text = f"the quota counts {float(amounts[-1]):g} of {resource} for a Pod that asks for {float(wanted):g} at most"
    return [Violation("other-amount", text, f"status.used requests.{resource}={float(wanted):g}")]


def changed_otherwise(record: Record, init: str, *fields: str) -> list[Violation]:
    """Check that the API server took another image for an init container, and other values of no other field.

    A field that it dropped unseen was not changed. The API server fills in defaults, and leaves out what is empty: so a
    value that it took need not be stored as it was asked for.

    Args:
        record: of one Pod, with the API server's answers to its changes.
        init: the name of the init container.
        fields: each was to have another value.

    Rules:
        unasked: a field was not to be changed, or was refused for its own value.
        refused: the image was not changed. Nothing real fires it: every cluster takes another image for every Pod.
        accepted: another field was changed, or has the value that was asked for.
    """
    asked = {field: answer for answer in record.answers for field in _asked(answer, init)}
    if missing := [field for field in ("image", *fields) if field not in asked]:
        return [Violation("unasked", f"the API was not asked for another {field} of {init}") for field in missing]
    violations = []
    image = asked["image"]
    if image.code >= NO_SUCCESS or _image(image.body, init) in {_image(pod.got, init) for pod in record.pods}:
        violations.append(Violation("refused", f"the API did not change the image of {init}: {_said(image)}"))
    for field in fields:
        answer = asked[field]
        before = [stored.container(pod.got, init).get(field) for pod in record.pods]
        after = stored.container(answer.body, init).get(field)
        if answer.code < NO_SUCCESS and (after == _asked(answer, init)[field] or after not in before):
            violations.append(Violation("accepted", f"the API changed {field} of {init}: {answer.code}"))
        elif answer.code >= NO_SUCCESS and _causes(answer) != SPEC:
            text = f"the API did not refuse another {field} of {init} for being another: {_said(answer)}"
            violations.append(Violation("unasked", text))
    return violations


def _asked(answer: Answer, init: str) -> Json:
    """Return the fields of an init container that the API was asked to change, with their values."""
    return {field: value for field, value in stored.container(answer.sent, init).items() if field != "name"}


def _image(pod: Json, init: str) -> object:
    return stored.container(pod, init).get("image")


def _causes(answer: Answer) -> list[object]:
    return [cause.get("field") for cause in (answer.body.get("details") or {}).get("causes") or []]


def _said(answer: Answer) -> str:
    return f"{answer.code} {answer.body.get('message', '')}".strip()


def restarted_by_change(record: Record, init: str, app: str, late: str) -> list[Violation]:
    """Check that a change of an init container that has ended restarted nothing.

    The kubelet takes the versions of a Pod in their order: once it has started a container that was added after the
    change, it has acted upon the change, too.

    Args:
        record: of one Pod.
        init: the container that was changed after its end.
        app: lives until the Pod is deleted, and says so.
        late: the ephemeral container that was added after the change.

    Rules:
        unwitnessed: there was no change, or no later container ran after it.
        restarted: the init container or the app ran more than once, or the app did not outlive the later one's start.
    """
    violations = []
    for pod in record.pods:
        changed, injected = record.act("changed", pod.role), record.act("injected", pod.role)
        began = [run.start_clock for run in runs_of(pod, late) if run.start_clock is not None]
        if changed is None or injected is None or not changed.seen < injected.seen or not began:
            violations.append(Violation("unwitnessed", f"{late} did not run after {init} was changed"))
            continue
        for name in (init, app):
            violations += restarted(pod, name, "restarted", times=0)
        last = [event for event in events_of(pod, app, "terminated") if event.clock > began[0]]
        if not last and len(runs_of(pod, app)) == 1:
            text = f"nothing tells that {app} still lived when {late} was started, after {init} was changed"
            violations.append(Violation("restarted", text, f"{app}  terminated, after {late}  started"))
    return violations
