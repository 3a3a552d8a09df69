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
        wrong-reason: a status calls a success an error, or an error a success.
        wrong-phase: the Pod's phase does not follow from how its containers said that they ended.
        miscounted: a status counts fewer restarts than there were runs. Nothing real fires it: the kubelet counts, and
            no container, no OCI runtime and, since 1.36, no answer of the CRI makes it count wrong.
        same-id: a container runs again, and its status has the id of the run before.
    """
    return truth.untrue(record)
