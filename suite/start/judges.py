"""Judges of apps that live until each has seen the others."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from records import Violation
from suite.order import run_together

if TYPE_CHECKING:
    from records import Record


def not_run(record: Record, *apps: str) -> list[Violation]:
    """Check that each app was started, while the others waited for it.

    Rules:
        never-started: an app has no run.
    """
    return [
        Violation("never-started", f"{app} never ran, though the others waited for it", f"{app}  started")
        for app in apps
        if not record.instances_of(app)
    ]


def apart(record: Record, *apps: str) -> list[Violation]:
    """Check that every two apps were alive at the same time; those that never ran are another judge's.

    Rules:
        apart: two apps of the Pod were not alive at the same time.
    """
    ran = [app for app in apps if record.instances_of(app)]
    return [violation for one, other in combinations(ran, 2) for violation in run_together(record, one, other)]
