"""What happened in a scenario, as plain data: complete, serializable, and judged by others.

This package imports nothing of podproof's.
"""

from records.completeness import gaps
from records.files import file_name, find, load, save
from records.record import Act, Answer, ClusterEvent, Event, Instance, Observation, PodRecord, Record
from records.timeline import Timeline
from records.violation import Violation

__all__ = [
    "Act",
    "Answer",
    "ClusterEvent",
    "Event",
    "Instance",
    "Observation",
    "PodRecord",
    "Record",
    "Timeline",
    "Violation",
    "file_name",
    "find",
    "gaps",
    "load",
    "save",
]
