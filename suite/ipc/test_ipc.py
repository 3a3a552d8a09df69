"""Queues, semaphores and shared memory are shared by the containers of a Pod, by no other Pod, and gone with it.

https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.play.awaited import all_of, any_of, ended, event
from fixtures.session.features import needs_as_stored, needs_kind
from fixtures.session.marks import requirement, scenario
from suite import needed
from suite.hostname import judges as names
from suite.ipc import controls, judges, observations
from suite.network.localhost import judges as network
from suite.volumes.empty_dir.judges import not_shared

if TYPE_CHECKING:
    from fixtures.play.scenario import ControlLike
    from fixtures.play.stage import Stage
    from records import Record, Violation

SENT = {"one": (1, 64), "many": (36, 64), "largest": (1, 8192)}  # messages, bytes of each, as the manifests say
QUEUES = ("sysv-queue", "posix-queue")
OTHERS = ("sysv-semaphore", "sysv-shm", "posix-shm", "posix-semaphore", "dev-shm")
EVERYONE = ("before", "beside", "left", "right")  # an init container, a sidecar, two apps

TAKING_PART = {"sysv-queue": "IPC-SYSV-QUEUE", "sysv-semaphore": "IPC-SYSV-SEMAPHORE", "posix-shm": "IPC-POSIX-SHM"}


def each_kind(requirement_id: str, *controls: tuple[ControlLike, tuple[str, ...]]) -> pytest.MarkDecorator:
    """Return a case of that requirement for each kind of IPC objects, which are given with their control."""
    cases = [
        pytest.param(kind, marks=requirement(requirement_id, control=control, case=kind))
        for control, kinds in controls
        for kind in kinds
    ]
    return pytest.mark.parametrize("kind", cases)


def each_object(part: str, control: ControlLike) -> pytest.MarkDecorator:
    """Return a case of a container's part for each kind of objects whose requirement speaks of all containers."""
    cases = [pytest.param(k, marks=requirement(i, control=control, case=part)) for k, i in TAKING_PART.items()]
    return pytest.mark.parametrize("kind", cases)


@scenario("ipc/sysv-queue-{messages}.yaml", messages=["one", "many", "largest"])
def sysv_queue(deploy: Stage) -> None:
    """Send messages from a producer, and receive them type by type in a consumer."""
    deploy().observe(ended())


@scenario("ipc/posix-queue.yaml")
def posix_queue(deploy: Stage) -> None:
    """Send messages of several priorities from a producer; receive them, and list /dev/mqueue, in a consumer."""
    deploy().observe(ended())


@scenario("ipc/sysv-semaphore.yaml")
def sysv_semaphore(deploy: Stage) -> None:
    """Take a semaphore, and release it once the neighbour has tried to take it, too."""
    deploy().observe(ended())


@scenario("ipc/posix-semaphore.yaml")
def posix_semaphore(deploy: Stage) -> None:
    """Take a semaphore, and release it once the neighbour has tried to take it, too."""
    deploy().observe(ended())


@scenario("ipc/sysv-shm.yaml")
def sysv_shm(deploy: Stage) -> None:
    """Write into a segment; the neighbour reads that and writes back."""
    deploy().observe(ended())


@scenario("ipc/posix-shm.yaml")
def posix_shm(deploy: Stage) -> None:
    """Write into a segment; the neighbour reads that and writes back."""
    deploy().observe(ended())


@scenario("ipc/dev-shm.yaml")
def dev_shm(deploy: Stage) -> None:
    """Write a file in /dev/shm from an init container, a sidecar and two apps each, and read those of the others."""
    deploy().observe(ended())


@scenario("ipc/private.yaml", seconds=6)
def private(deploy: Stage) -> None:
    """Make and keep objects in one Pod; meanwhile look for them in another Pod on its node."""
    owner = deploy("owner").observe(event("owner", "waiting"))
    deploy("observer").observe(event("observer", "exit"))
    owner.delete()


@scenario("ipc/host.yaml", seconds=6, pod_security="privileged")
def host(deploy: Stage) -> None:
    """Make objects in the node's namespace; read them in another Pod on that node, in the same namespace."""
    owner = deploy("owner").observe(event("owner", "waiting"))
    deploy("observer").observe(event("observer", "exit"))
    owner.delete()


@scenario("ipc/crashed.yaml", seconds=6)
def crashed(deploy: Stage) -> None:
    """Make objects in a container that crashes and runs again; then look for them there."""
    deploy(restart_policy="Always").observe(event("creator", "waiting"))


@scenario("ipc/recreated.yaml", seconds=8)
def recreated(deploy: Stage) -> None:
    """Make objects in a Pod and delete it; look for them in one of the same name on the same node."""
    deploy().observe(event("owner", "waiting")).delete()
    deploy().observe(event("owner", "waiting"))


@scenario("ipc/everyone.yaml", seconds=8)
def everyone(deploy: Stage) -> None:
    """Make and find objects in an init container, a sidecar, two apps (one runs again), and an ephemeral container."""
    made = any_of(event("left", "object-made"), event("right", "object-made"))  # where a control moves one, the other
    waiting = (event(name, "waiting") for name in ("beside", "left", "right"))
    deploy(restart_policy="Always").require(made).inject().observe(all_of(*waiting, event("joins", "exit")))


@scenario("ipc/combined-{flags}.yaml", flags=["shared-processes", "user-namespace", "users", "memory"])
def combined(deploy: Stage) -> None:
    """Make and find objects, ask on localhost and print the hostname in two apps of a Pod with another flag."""
    deploy().observe(all_of(event("left", "waiting"), event("right", "exit"))).delete()


@scenario("ipc/combined-{flags}.yaml", flags=["host"], pod_security="privileged")
def combined_host(deploy: Stage) -> None:
    """Make and find objects, ask on localhost and print the hostname in two apps with the node's namespaces."""
    deploy().observe(all_of(event("left", "waiting"), event("right", "exit"))).delete()


@scenario("ipc/namespaces.yaml")
def namespaces(deploy: Stage) -> None:
    """List the namespaces of an init container, a sidecar and two apps."""
    deploy().observe(ended())


@requirement("IPC-SYSV-QUEUE", control=controls.CONSUMER_IN_ANOTHER_POD)
def test_every_message_reaches_the_consumer_by_type_in_order_and_whole(sysv_queue: Record) -> list[Violation]:
    count, size = SENT[sysv_queue.case]
    return judges.messages_lost(sysv_queue, "producer", "consumer", count=count, size=size)


@requirement("IPC-POSIX-QUEUE", control=(controls.CONSUMER_IN_ANOTHER_POD, controls.MESSAGES_OF_A_STRANGER))
def test_every_message_reaches_the_consumer_by_priority_in_order_and_whole(posix_queue: Record) -> list[Violation]:
    needs_kind(posix_queue, "posix-queue")
    return judges.messages_lost(posix_queue, "producer", "consumer", count=9, size=64, by="priority")


@requirement("IPC-POSIX-QUEUE", case="listing", control=controls.A_FOLDER_OVER_THE_QUEUES)
def test_a_posix_queue_is_a_file_under_dev_mqueue(posix_queue: Record) -> list[Violation]:
    needs_kind(posix_queue, "posix-queue")
    return judges.not_listed(posix_queue, "consumer", "mail")


@requirement("IPC-SYSV-SEMAPHORE", control=(controls.CONTENDER_IN_ANOTHER_POD, controls.ANOTHER_SEMAPHORE))
def test_a_system_v_semaphore_blocks_the_neighbour_until_it_is_released(sysv_semaphore: Record) -> list[Violation]:
    return judges.not_blocked(sysv_semaphore, "holder", "contender", "door")


@requirement("IPC-POSIX-SEMAPHORE", control=(controls.CONTENDER_IN_ANOTHER_POD, controls.ANOTHER_SEMAPHORE))
def test_a_posix_semaphore_blocks_the_neighbour_until_it_is_released(posix_semaphore: Record) -> list[Violation]:
    return judges.not_blocked(posix_semaphore, "holder", "contender", "door")


@requirement("IPC-SYSV-SHM", control=controls.SEGMENT_IN_ANOTHER_POD)
def test_what_one_writes_into_a_system_v_segment_the_other_reads_and_back(sysv_shm: Record) -> list[Violation]:
    return not_shared(sysv_shm, "left", "right")


@requirement("IPC-POSIX-SHM", control=controls.SEGMENT_IN_ANOTHER_POD)
def test_what_one_writes_into_a_posix_segment_the_other_reads_and_back(posix_shm: Record) -> list[Violation]:
    return not_shared(posix_shm, "left", "right")


@requirement(
    "IPC-DEV-SHM",
    control=(controls.A_FOLDER_OVER_SHARED_MEMORY, controls.SHARED_MEMORY_READ_ONLY, controls.FILES_OF_A_STRANGER),
)
def test_a_file_in_dev_shm_is_there_for_every_container(dev_shm: Record) -> list[Violation]:
    return judges.not_seen_by_all(dev_shm, *EVERYONE[1:], before=EVERYONE[:1])


@requirement("IPC-DEV-SHM", case="size", control=None)
def test_how_large_dev_shm_is(dev_shm: Record) -> list[str]:
    return observations.measured(dev_shm, "before")


@each_object("init", controls.INIT_IN_ANOTHER_POD)
def test_what_an_init_container_made_is_there_for_all_that_run_after_it(everyone: Record, kind: str) -> list[Violation]:
    return judges.not_exchanged(everyone, kind, "before", "beside", "left", "right", "joins", one_way=True)


@each_object("sidecar", controls.SIDECAR_IN_ANOTHER_POD)
def test_a_sidecar_shares_its_ipc_objects_with_the_apps(everyone: Record, kind: str) -> list[Violation]:
    return judges.not_exchanged(everyone, kind, "beside", "left", "right")


@each_object("restarted", controls.LEFT_IN_ANOTHER_POD)
def test_an_app_that_runs_again_shares_its_ipc_objects_with_all(everyone: Record, kind: str) -> list[Violation]:
    return judges.not_exchanged(everyone, kind, "left", "beside", "right", "joins", again="again")


@each_object("ephemeral", controls.RIGHT_IN_ANOTHER_POD)
def test_an_ephemeral_container_shares_its_ipc_objects_with_all(everyone: Record, kind: str) -> list[Violation]:
    return judges.not_exchanged(everyone, kind, "joins", "beside", "left", "right")


@requirement("IPC-SYSV-QUEUE", control=controls.RIGHT_OUT_OF_SIGHT)
def test_a_queue_is_shared_whatever_else_the_pod_shares(combined: Record) -> list[Violation]:
    _needs_its_users(combined)
    return judges.not_exchanged(combined, "sysv-queue", "left", "right")


@requirement("IPC-POSIX-SHM", control=controls.RIGHT_OUT_OF_SIGHT)
def test_a_segment_is_shared_whatever_else_the_pod_shares(combined: Record) -> list[Violation]:
    _needs_its_users(combined)
    return judges.not_exchanged(combined, "posix-shm", "left", "right")


@requirement("NET-LOCALHOST", control=controls.RIGHT_OUT_OF_REACH)
def test_localhost_is_shared_whatever_else_the_pod_shares(combined: Record) -> list[Violation]:
    _needs_its_users(combined)
    return network.not_reached(combined, "right", {"left": 7000})


@requirement("HOST-NAME", control=controls.RIGHT_OUT_OF_NAME)
def test_the_hostname_is_shared_whatever_else_the_pod_shares(combined: Record) -> list[Violation]:
    _needs_its_users(combined)
    return names.misnamed(combined, "left", "right")


@requirement("IPC-SYSV-QUEUE", control=(controls.RIGHT_OUT_OF_SIGHT, controls.RIGHT_BESIDE_A_STRANGER))
def test_a_queue_is_shared_in_the_nodes_namespaces(combined_host: Record) -> list[Violation]:
    return judges.not_exchanged(combined_host, "sysv-queue", "left", "right")


@requirement("IPC-POSIX-SHM", control=(controls.RIGHT_OUT_OF_SIGHT, controls.SEGMENTS_READ_ONLY))
def test_a_segment_is_shared_in_the_nodes_namespaces(combined_host: Record) -> list[Violation]:
    return judges.not_exchanged(combined_host, "posix-shm", "left", "right")


@requirement("NET-LOCALHOST", control=controls.RIGHT_OUT_OF_REACH)
def test_localhost_is_shared_beside_the_nodes_namespaces(combined_host: Record) -> list[Violation]:
    return network.not_reached(combined_host, "right", {"left": 7000})


@requirement("HOST-NAME", control=controls.RIGHT_OUT_OF_NAME)
def test_the_hostname_is_shared_beside_the_nodes_namespaces(combined_host: Record) -> list[Violation]:
    return names.misnamed(combined_host, "left", "right")


@each_kind("IPC-PRIVATE-TO-POD", (controls.OBSERVER_IN_THE_SAME_POD, (*QUEUES, *OTHERS)))
def test_an_ipc_object_is_not_there_for_another_pod(private: Record, kind: str) -> list[Violation]:
    needs_kind(private, kind)
    return judges.leaked(private, "owner", "observer", kind)


@each_kind("IPC-HOST", (controls.WITHOUT_THE_NODES_NAMESPACE, QUEUES), (controls.OBJECTS_OF_A_STRANGER, OTHERS))
def test_an_ipc_object_of_the_node_is_there_for_another_pod(host: Record, kind: str) -> list[Violation]:
    needs_kind(host, kind)
    return judges.not_shared_with_node(host, "owner", "observer", kind)


@each_kind(
    "IPC-OUTLIVES-CONTAINER",
    (controls.REMOVED_BEFORE_THE_CRASH, ("sysv-queue",)),
    (controls.MADE_ANEW_BEFORE_THE_CRASH, ("posix-queue",)),
)
def test_a_queue_with_a_message_outlives_the_container_that_made_it(crashed: Record, kind: str) -> list[Violation]:
    needs_kind(crashed, kind)
    return judges.lost_with_container(crashed, "creator", kind)


@requirement("IPC-OUTLIVES-CONTAINER", case="others", control=None)
def test_what_else_outlives_the_container_that_made_it(crashed: Record) -> list[str]:
    return observations.outlived(crashed, "creator", *OTHERS)


@each_kind("IPC-GONE-WITH-POD", (controls.MADE_BEFORE, (*QUEUES, *OTHERS)))
def test_the_next_pod_of_that_name_finds_no_ipc_object(recreated: Record, kind: str) -> list[Violation]:
    needs_kind(recreated, kind)
    return judges.survived_pod(recreated, "owner", kind)


@requirement("IPC-NAMESPACE", control=None)
def test_which_namespaces_containers_share(namespaces: Record) -> list[str]:
    return observations.namespaces(namespaces, *EVERYONE)


def _needs_its_users(combined: Record) -> None:
    """Skip the case of several users where its containers have one."""
    if combined.case == "users":
        needs_as_stored(needed.void(combined, needed.several_users("left", "right")))
