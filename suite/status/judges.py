"""The judge of statuses. It judges every other record of a run, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import truth

if TYPE_CHECKING:
    from records import Record, Violation


def untrue(record: Record) -> list[Violation]:
    """Check that exit codes, phase and counts of restarts are those that the containers' own words give.

    Rules:
        wrong-exit-code: a status has another exit code than its container printed, or than the fault it ran into.
        wrong-phase: the Pod's phase does not follow from how its containers said that they ended.
        miscounted: a status counts fewer restarts than there were runs. Nothing real fires it: the kubelet counts, and
            neither a container nor an OCI runtime can make it count wrong.
    """
    return truth.untrue(record)
