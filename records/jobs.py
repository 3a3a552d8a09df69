"""What became of the Job that a Pod was made by: looks at its status, kept as acts of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from records.record import PodRecord, Record

Json = dict[str, Any]

LOOKED = "looked-at-job"
"""The act of a look at the Job of a Pod in that role; its ``sent`` is the Job's status."""

COMPLETE = "Complete"
FINISHED = frozenset({COMPLETE, "Failed"})  # the conditions of a Job that is over


def conditions(status: Json) -> frozenset[str]:
    """Return the conditions that are true in a Job's status."""
    return frozenset(each["type"] for each in status.get("conditions") or [] if each["status"] == "True")


def last(record: Record, pod: PodRecord) -> frozenset[str] | None:
    """Return the conditions of the Pod's Job at the last look; None where nobody looked."""
    looks = [act.sent or {} for act in record.acts if (act.what, act.role) == (LOOKED, pod.role)]
    return conditions(looks[-1]) if looks else None
