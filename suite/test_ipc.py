"""System V message queues are shared by the containers of a Pod, and by no other Pod.

https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.awaited import ended, event
from fixtures.scenario import requirement, scenario
from suite.controls import ipc as controls
from suite.judges import ipc as judges

if TYPE_CHECKING:
    from fixtures.stage import Stage
    from records import Record

SENT = {"one": (1, 64), "many": (36, 64), "largest": (1, 8192)}  # messages, bytes of each, as the manifests say


@scenario("ipc/sysv-queue-{messages}.yaml", messages=["one", "many", "largest"])
def sysv_queue(deploy: Stage) -> None:
    """A producer sends messages, a consumer receives them type by type."""
    deploy().observe(ended())


@scenario("ipc/private-{object}.yaml", object=["sysv-queue"], seconds=6)
def private(deploy: Stage) -> None:
    """An owner makes the object and keeps it; while it does, an observer in another Pod on its node looks for it."""
    owner = deploy("owner").observe(event("owner", "waiting"))
    deploy("observer").observe(event("observer", "queue-seen", "queue-absent"))
    owner.delete()


@requirement("IPC-SYSV-QUEUE", control=controls.CONSUMER_IN_ANOTHER_POD)
def test_every_message_reaches_the_consumer_by_type_in_order_and_whole(sysv_queue: Record) -> None:
    count, size = SENT[sysv_queue.case]
    assert judges.messages_lost(sysv_queue, "producer", "consumer", count=count, size=size) == []


@requirement("IPC-PRIVATE-TO-POD", control=controls.OBSERVER_IN_THE_SAME_POD)
def test_an_ipc_object_is_not_there_for_another_pod(private: Record) -> None:
    assert judges.queue_leaked(private, "owner", "observer") == []
