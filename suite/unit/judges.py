"""The Pod as the unit: what is one for all its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation

if TYPE_CHECKING:
    from records import Record

NO_SUCCESS = 300  # HTTP: all below is success


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
