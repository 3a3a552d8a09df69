"""The Pod as the unit: what is one for all its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.record import statuses_of
from suite.evidence import did_not

if TYPE_CHECKING:
    from collections.abc import Container

    from records import PodRecord, Record

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
