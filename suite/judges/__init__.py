"""Record in, violations out.

Pure functions of complete records: no pytest, no kubernetes, no clock, no I/O. In a complete record, an event that
should be there and is not is a violation, never a pass. Every violation names its rule.
"""

from suite.judges.api import not_refused_for
from suite.judges.init_order import init_failure_ignored, not_retried, out_of_sequence, unprepared
from suite.judges.ipc import messages_lost, queue_leaked
from suite.judges.network import (
    loopback_exposed,
    not_one_address,
    not_one_hardware_address,
    not_reached,
    port_not_shared,
)
from suite.judges.volumes import lost_in_crash, not_empty_at_start, not_lost_with_pod, not_shared

__all__ = [
    "init_failure_ignored",
    "loopback_exposed",
    "lost_in_crash",
    "messages_lost",
    "not_empty_at_start",
    "not_lost_with_pod",
    "not_one_address",
    "not_one_hardware_address",
    "not_reached",
    "not_refused_for",
    "not_retried",
    "not_shared",
    "out_of_sequence",
    "port_not_shared",
    "queue_leaked",
    "unprepared",
]
