"""The Pod as the unit: what is one for all its containers."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from posixpath import dirname
from typing import TYPE_CHECKING, Any

from records import Event, Violation
from records.record import GROUPS, STATUSES, containers_of, named, statuses_of
from suite import stored
from suite.evidence import did_not, events_of

if TYPE_CHECKING:
    from collections.abc import Container

    from records import PodRecord, Record

Json = dict[str, Any]

NO_SUCCESS = 300  # HTTP: all below is success
LONGEST = 4096  # bytes of one container's termination message
IN_ALL = 12 * 1024  # bytes of all that a Pod's containers leave


def other_class(record: Record, wanted: str) -> list[Violation]:
    """Check that the API server gives each Pod that it was sent a class of quality of service, by all its containers.

    Args:
        record: of Pods that were sent as dry runs.
        wanted: the class: Guaranteed, Burstable or BestEffort.

    Rules:
        unasked: it was not sent a Pod, or refused it.
        other-class: a Pod has another class, or none.
    """
    if not record.answers:
        return [Violation("unasked", "the API server was not sent the Pod")]
    violations = []
    for answer in record.answers:
        if answer.code >= NO_SUCCESS:
            text = f"the API server refused Pod {answer.role}: {answer.code} {answer.body.get('message', '')}"
            violations.append(Violation("unasked", text))
        elif (given := answer.body.get("status", {}).get("qosClass")) != wanted:
            text = f"Pod {answer.role} is {given or 'of no class'}, and was to be {wanted}"
            violations.append(Violation("other-class", text, f"status.qosClass {wanted}"))
    return violations


def messages_differ(record: Record, *containers: str, whole: Container[str] = ()) -> list[Violation]:
    """Check that the status of each container has its termination message, as long as it may be.

    Where a longer one is cut, nothing says which part of it is kept.

    Args:
        record: of one Pod whose containers ended, and printed ``last-words`` before.
        containers: all of them.
        whole: those whose messages are short enough to be kept whole.

    Rules:
        unwitnessed: a container did not leave a message.
        lost: its status has none.
        altered: its status has one that is no part of what it left.
        shortened: its message was short enough, and is not whole.
        too-long: the message of one is longer than 4096 bytes.
        too-much: all together are longer than 12 kB. Nothing real fires it: the kubelet gives each container an equal
            share of that, whatever the runtime tells.
    """
    violations = [v for name in containers for v in did_not(record, name, "last-words", "unwitnessed")]
    for run in (run for run in record.instances if run.container in containers):
        left, message = run.first("last-words"), (run.terminated or {}).get("message", "")
        kept = message.rpartition(": ")[2]  # a runtime may put words of its own before it
        if left is None:
            continue
        told = f"{run.container} left a message of {left.fields['bytes']} bytes; its status has"
        if not message:
            violations.append(Violation("lost", f"{told} none", f"{run.container}  message", (left,)))
        elif len(message.encode()) > LONGEST:
            text = f"{told} {len(message.encode())}, more than {LONGEST}"
            violations.append(Violation("too-long", text, f"{run.container}  message of {LONGEST} bytes", (left,)))
        elif kept not in left.fields["content"]:
            violations.append(Violation("altered", f"{told} another: {message[:40]}", events=(left,)))
        elif run.container in whole and kept != left.fields["content"]:
            text = f"{told} {len(kept)} of them"
            violations.append(Violation("shortened", text, f"{run.container}  message, whole", (left,)))
    return violations + [v for pod in record.pods for v in _too_much(pod)]


def _too_much(pod: PodRecord) -> list[Violation]:
    ends = [
        [each.get("state", {}).get("terminated", {}) for each in statuses_of(observation.status)]
        for observation in pod.observations
    ]
    most = max((sum(len(end.get("message", "").encode()) for end in each) for each in ends), default=0)
    text = f"the messages of Pod {pod.role} have {most} bytes together, more than {IN_ALL}"
    return [Violation("too-much", text)] if most > IN_ALL else []


def not_initializing(record: Record, init: str, word: str) -> list[Violation]:
    """Check that a Pod is Pending, and not initialized, as long as an init container runs.

    Args:
        record: of one Pod, which was changed so that its init container went on.
        init: that container.
        word: what it prints before it goes on.

    Rules:
        unwitnessed: nothing tells that the init container ran before it was let go on.
        not-pending: the Pod was in another phase before that.
        initialized: its condition Initialized was true before that.
    """
    [pod] = record.pods[:1]
    let_go = record.act("changed", pod.role)
    until = let_go.seen if let_go else 0.0
    violations = []
    if not any(event.seen < until for event in events_of(pod, init, word)):
        violations.append(Violation("unwitnessed", f"nothing tells that {init} ran before it was let go on"))
    seen = [observation.status for observation in pod.observations if observation.seen < until]
    phases = {str(status.get("phase")): None for status in seen}
    violations += [
        Violation("not-pending", f"Pod {pod.role} was {phase} before {init} was let go on", "status.phase Pending")
        for phase in phases
        if phase != "Pending"
    ]
    if any("Initialized" in _true(status) for status in seen):
        text = f"Pod {pod.role} was said to be initialized before {init} was let go on"
        violations.append(Violation("initialized", text, "condition Initialized False"))
    return violations


def not_running(record: Record, *ended: str) -> list[Violation]:
    """Check that a Pod, once it runs, is Running until it is deleted, whichever of its containers have ended.

    Args:
        record: of one Pod that was deleted.
        ended: containers that end, and are restarted or not, while others live or are to be restarted.

    Rules:
        unwitnessed: no status before the deletion tells that all of those had ended.
        other-phase: the Pod was in another phase than Running then.
    """
    [pod] = record.pods[:1]
    seen = _before_deletion(record, pod)
    first = next((number for number, status in enumerate(seen) if status.get("phase") != "Pending"), len(seen))
    violations = []
    if not any(all(_ended(status, name) for name in ended) for status in seen[first:]):
        text = f"no status tells that {' and '.join(ended)} had ended before Pod {pod.role} was deleted"
        violations.append(Violation("unwitnessed", text))
    others = {str(status.get("phase")): None for status in seen[first:] if status.get("phase") != "Running"}
    return violations + [
        Violation("other-phase", f"Pod {pod.role} was {phase}, and had not ended", "status.phase Running")
        for phase in others
    ]


def statuses_differ(record: Record) -> list[Violation]:
    """Check that each container of a Pod that runs has one status, with the id of a container.

    Args:
        record: of one Pod all of whose containers run, or have run, by the time that it is deleted.

    Rules:
        statuses: a list has not one status for each container of its kind, and no other. Nothing real fires it: the
            kubelet makes the lists from the stored Pod, whatever the runtime tells.
        no-id: a container has a status without an id.
    """
    violations = []
    for pod in record.pods:
        last: Json = next(reversed(_before_deletion(record, pod)), {})
        for group, statuses in zip(GROUPS, STATUSES, strict=True):
            told = last.get(statuses) or []
            wanted, found = (" ".join(sorted(names)) for names in (named(pod.got, group), [e["name"] for e in told]))
            if found != wanted:
                text = f"{statuses} of Pod {pod.role} are of {found or 'none'}; its {group} are {wanted or 'none'}"
                violations.append(Violation("statuses", text, f"{statuses}  {wanted}"))
            violations += [
                Violation("no-id", f"the status of {each['name']} of Pod {pod.role} has no id", "containerID")
                for each in told
                if not each.get("containerID")
            ]
    return violations


def out_of_order(record: Record, *conditions: str) -> list[Violation]:
    """Check that each condition of a Pod became true after those before it, or with them.

    Rules:
        unset: one was never true before the Pod was deleted.
        out-of-order: one was true, and one before it was not.
    """
    [pod] = record.pods[:1]
    seen = [_true(status) for status in _before_deletion(record, pod)]
    violations = [
        Violation("unset", f"Pod {pod.role} was never {name}", f"condition {name} True")
        for name in conditions
        if not any(name in true for true in seen)
    ]
    early = {
        (before, name): None
        for before, name in combinations(conditions, 2)
        for true in seen
        if name in true and before not in true
    }
    return violations + [
        Violation("out-of-order", f"Pod {pod.role} was {name} while it was not {before}", f"{before}, then {name}")
        for before, name in early
    ]


def on_several_nodes(record: Record, file: str, *containers: str) -> list[Violation]:
    """Check that all containers of a Pod are on one node: on one boot of a machine.

    Args:
        record: of one Pod, each of whose containers reads that file, or another one of its folder.
        file: has the id of the boot.
        containers: all of them.

    Rules:
        unwitnessed: a container did not read it.
        apart: two containers read another id, or the Pod's node changed.
    """
    [pod] = record.pods[:1]
    violations, told = list[Violation](), list[Event]()
    for name in containers:
        reads = [each for each in events_of(pod, name, "read") if dirname(each.fields["file"]) == dirname(file)]
        if not reads:
            violations.append(Violation("unwitnessed", f"{name} did not read {file}", f"{name}  read file={file}"))
        told += reads[:1]
    ids = {each.fields["content"].strip() for each in told}
    if len(ids) > 1:
        text = f"the containers of Pod {pod.role} are of {len(ids)} boots of machines: {', '.join(sorted(ids))}"
        violations.append(Violation("apart", text, f"read {file}, of one boot", tuple(told)))
    nodes = {str(o.metadata["nodeName"]): None for o in pod.observations if o.metadata.get("nodeName")}
    if len(nodes) > 1:
        violations.append(Violation("apart", f"Pod {pod.role} was on {', then on '.join(nodes)}"))
    return violations


def placed(record: Record) -> list[Violation]:
    """Check that a Pod which requests more CPU than any node has stays Pending, though each container requests less.

    Args:
        record: of one Pod, which was deleted at the scheduler's first word of it, with how much CPU each node has.

    Rules:
        unwitnessed: nothing tells how much CPU the nodes have; or a node has as much as the Pod requests, or less than
            one of its containers.
        placed: the Pod was bound to a node, or was in another phase than Pending.
    """
    [pod] = record.pods[:1]
    most = max(stored.cpus(record).values(), default=Fraction(0))
    together = stored.effective(pod.got, "cpu")
    each = max(stored.amount(one, "cpu", "requests") or 0 for one in containers_of(pod.got.get("spec", {})))
    violations = []
    if not each < most < together:
        text = f"nodes have {float(most):g} CPUs at most; requested are {float(together):g}, by one {float(each):g}"
        violations.append(Violation("unwitnessed", text))
    phases = {str(status.get("phase")): None for status in _before_deletion(record, pod)}
    if pod.node or set(phases) - {"Pending"}:
        text = f"Pod {pod.role} requests {float(together):g} CPUs of nodes with {float(most):g} at most, and was "
        text += f"bound to node {pod.node}" if pod.node else ", ".join(phases)
        violations.append(Violation("placed", text, "status.phase Pending, without a node"))
    return violations


def port_shared(record: Record, holder: str, other: str, *taken: str) -> list[Violation]:
    """Check that no Pod is bound to a node where another one has the port that it asks for.

    Args:
        record: of these Pods, all but the first for that one's node; each was deleted at the scheduler's first word.
        holder: the Pod that has the ports.
        other: a Pod that asks for one of them by another protocol: that it was bound shows that the node takes Pods.
        taken: those that ask for the same.

    Rules:
        unwitnessed: the first Pod, or the one with another protocol, was not bound to the node; or one was not sent.
        shared: a Pod was bound to the node, or was in another phase than Pending.
    """
    pods = {role: record.pod(role) for role in (holder, other, *taken)}
    node = next((pod.node for role, pod in pods.items() if role == holder and pod), "")
    violations = [Violation("unwitnessed", f"Pod {role} was not sent") for role, pod in pods.items() if pod is None]
    violations += [
        Violation("unwitnessed", f"Pod {role} was not bound to node {node or '?'}")
        for role, pod in pods.items()
        if role in {holder, other} and pod and (not pod.node or pod.node != node)
    ]
    for pod in (pod for role, pod in pods.items() if role in taken and pod):
        phases = {str(status.get("phase")): None for status in _before_deletion(record, pod)}
        if pod.node or set(phases) - {"Pending"}:
            text = f"Pod {pod.role} was bound to node {pod.node or '?'}, where Pod {holder} has its port"
            violations.append(Violation("shared", text, "status.phase Pending, without a node"))
    return violations


def _before_deletion(record: Record, pod: PodRecord) -> list[Json]:
    """Return the statuses of a Pod in their order, up to its deletion."""
    deleted = record.act("deleted", pod.role)
    return [o.status for o in pod.observations if deleted is None or o.seen < deleted.seen]


def _ended(status: Json, container: str) -> bool:
    """Return whether a Pod's status tells that a container has ended, and does not run again."""
    found = next((each for each in statuses_of(status) if each["name"] == container), {})
    state, last = found.get("state", {}), found.get("lastState", {})
    return "terminated" in state or ("waiting" in state and "terminated" in last)


def _true(status: Json) -> set[str]:
    """Return the conditions that are true in a Pod's status."""
    return {each["type"] for each in status.get("conditions") or [] if each["status"] == "True"}
