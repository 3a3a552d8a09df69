"""Whole Pods, as people use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.awaited import ended
from fixtures.scenario import requirement, scenario
from suite.controls import patterns as controls
from suite.judges import ipc as judges

if TYPE_CHECKING:
    from fixtures.stage import Stage
    from records import Record


@scenario("patterns/producer-consumer.yaml")
def producer_consumer(deploy: Stage) -> None:
    """An init container makes the queue; a producer and a consumer exchange messages over it."""
    deploy().observe(ended())


@requirement("PATTERN-PRODUCER-CONSUMER", control=controls.WITHOUT_INIT_CONTAINERS)
def test_producer_and_consumer_exchange_every_message(producer_consumer: Record) -> None:
    assert judges.messages_lost(producer_consumer, "producer", "consumer", count=10, size=64) == []
