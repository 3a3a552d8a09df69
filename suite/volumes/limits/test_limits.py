"""What a volume may hold: in memory its size, on disk what the kubelet allows before it evicts the Pod.

https://kubernetes.io/docs/reference/storage/volume-types/#emptydir
https://kubernetes.io/docs/concepts/storage/ephemeral-storage/#resource-emphemeralstorage-consumption
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import durationpy

from fixtures.errors import LackingError
from fixtures.play.awaited import (
    all_of,
    any_of,
    ended,
    event,
    evicted,
    terminated,
)
from fixtures.session.features import needs_as_stored, needs_folder, needs_one_disk
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.volumes.empty_dir.controls import A_VOLUME_OF_ITS_OWN
from suite.volumes.empty_dir.judges import not_shared
from suite.volumes.limits import controls, judges

if TYPE_CHECKING:
    from fixtures.play.deployed import Deployed
    from fixtures.play.stage import Stage
    from records import Record, Violation

LAYER = "/tmp"  # noqa: S108 # in a container: a folder of its own layer
BOTH = ("writer", "neighbour")
DATA = "data"  # the volume
FILLED, OVERFILLED = 96, 32  # MiB that the manifests' containers write to a volume in memory, or try to
TO_A_LAYER, IN_ALL, TOO_MUCH = 12, 36, 24  # MiB that they write to disks
EVICTION_SECONDS = 60.0  # what it takes on average: measured once a minute
PERIOD = "volumeStatsAggPeriod"  # of the kubelet's configuration
MEASURED = 60.0  # s: the period that the time-out of an eviction is for
PERIODS = 3  # one until the kubelet comes upon a new volume, up to two until it measures it again


@scenario("volumes/limits/memory.yaml", seconds=6)
def memory(deploy: Stage) -> None:
    """Write the same amount to a volume in memory from two containers, one of which has a memory limit below it.

    The other is ended only once the suite knows that the first has ended: its last word then proves that it lived on.
    """
    writer = any_of(terminated("writer"), event("writer", "waiting"))
    deploy().observe(all_of(writer, event("neighbour", "waiting", "exit"))).delete()


@scenario("volumes/limits/memory-full.yaml")
def memory_full(deploy: Stage) -> None:
    """Fill a volume in memory; try to write in the neighbour, make room, and let the neighbour try again."""
    deploy().observe(ended())


@scenario("volumes/limits/memory-at-dev-shm.yaml")
def memory_at_dev_shm(deploy: Stage) -> None:
    """Use POSIX shared memory in two containers that have a volume in memory at /dev/shm."""
    deploy().observe(ended())


@scenario("volumes/limits/evicted-size-limit.yaml", seconds=EVICTION_SECONDS)
def past_size_limit(deploy: Stage) -> None:
    """Write more to an emptyDir than its size limit."""
    pod = deploy()
    pod.observe_as_configured(evicted(), eviction_window(deploy, pod), PERIOD)


@scenario("volumes/limits/evicted-sum.yaml", seconds=EVICTION_SECONDS)
def past_sum(deploy: Stage) -> None:
    """Write to two containers' layers and to an emptyDir: each within its own limit, together past the sum."""
    pod = deploy()
    pod.observe_as_configured(evicted(), eviction_window(deploy, pod), PERIOD)


@scenario("volumes/limits/evicted-layer.yaml", seconds=EVICTION_SECONDS)
def past_own_limit(deploy: Stage) -> None:
    """Write more to a container's own layer than its limit, though less than the limits of all."""
    deploy().observe(evicted(), within=deploy.timeouts.eviction)


def eviction_window(deploy: Stage, pod: Deployed) -> float:
    """Return how long the kubelet may take to find a volume and to measure it again, s.

    Raises:
        LackingError: it measures none: its ``volumeStatsAggPeriod`` is negative.
    """
    period = str(pod.kubelet(PERIOD, "1m0s"))
    if period.startswith("-"):
        raise LackingError(f"the kubelet of node {pod.view.node} measures no volumes: {PERIOD} is {period}")
    longer = max(durationpy.from_str(period).total_seconds() - MEASURED, 0.0)
    return deploy.timeouts.eviction + PERIODS * longer * deploy.timeouts.scale


@requirement("VOL-MEMORY", case="tmpfs", control=(controls.ON_DISK, controls.NEIGHBOUR_WITHOUT))
def test_a_volume_in_memory_is_a_tmpfs_for_every_container(memory: Record) -> list[Violation]:
    needs_as_stored(needed.void(memory, *(needed.limit(name, "memory", above=needed.PROBE) for name in BOTH)))
    return judges.not_tmpfs(memory, *BOTH)


@requirement("VOL-MEMORY", case="counted", control=(controls.COUNTED_ON_DISK, controls.NEIGHBOUR_LEAVES))
def test_what_a_container_writes_to_memory_counts_against_its_own_limit(memory: Record) -> list[Violation]:
    needs_as_stored(
        needed.void(
            memory,
            needed.limit("writer", "memory", above=needed.PROBE, below=FILLED),
            needed.limit("neighbour", "memory", above=FILLED),
            needed.size(DATA, above=2 * FILLED),
            needed.sum_of("memory", above=2 * FILLED),
        )
    )
    return judges.not_counted(memory, *BOTH, limit=stored.memory_limit(memory, "writer"))


@requirement("VOL-MEMORY", case="reason", control=controls.KILLED_OTHERWISE)
def test_a_container_that_was_ended_for_memory_has_that_reason(memory: Record) -> list[Violation]:
    needs_as_stored(needed.void(memory, needed.limit("writer", "memory", above=needed.PROBE, below=FILLED)))
    return judges.other_reason(memory, "writer")


@requirement("VOL-MEMORY-LIMIT", case="sum", control=(controls.SUMMED_ON_DISK, controls.NEIGHBOUR_WITHOUT))
def test_a_volume_in_memory_is_no_larger_than_the_memory_limits_together(memory: Record) -> list[Violation]:
    alive = [needed.limit(name, "memory", above=needed.PROBE) for name in BOTH]
    needs_as_stored(needed.void(memory, needed.of_known_size(DATA), *alive))
    return judges.other_size(memory, *BOTH, volume=DATA)


@requirement("VOL-MEMORY-LIMIT", case="size-limit", control=controls.LIMITED_ON_DISK)
def test_a_volume_in_memory_is_as_large_as_its_size_limit(memory_full: Record) -> list[Violation]:
    alive = [needed.limit(name, "memory", above=needed.PROBE) for name in BOTH]
    needs_as_stored(needed.void(memory_full, needed.of_known_size(DATA), *alive))
    return judges.other_size(memory_full, *BOTH, volume=DATA)


@requirement("VOL-MEMORY-LIMIT", case="dev-shm", control=controls.LIMITED_ON_DISK)
def test_a_volume_in_memory_at_dev_shm_is_as_large_as_its_size_limit(memory_at_dev_shm: Record) -> list[Violation]:
    needs_as_stored(needed.void(memory_at_dev_shm, needed.of_known_size(DATA)))
    return judges.other_size(memory_at_dev_shm, "left", "right", volume=DATA)


@requirement("VOL-MEMORY", case="dev-shm", control=A_VOLUME_OF_ITS_OWN)
def test_posix_shared_memory_on_a_volume_is_for_all_that_mount_it(memory_at_dev_shm: Record) -> list[Violation]:
    return not_shared(memory_at_dev_shm, "left", "right")


@requirement("VOL-MEMORY-LIMIT", case="full", control=(controls.FULL_ON_DISK, controls.NEIGHBOUR_READ_ONLY))
def test_a_full_volume_in_memory_refuses_every_container_until_there_is_room(memory_full: Record) -> list[Violation]:
    size = stored.size_of(memory_full, DATA)
    roomy = [needed.limit(name, "memory", above=size + needed.PROBE) for name in BOTH]
    needs_as_stored(needed.void(memory_full, needed.size(DATA, below=OVERFILLED), *roomy))
    return judges.not_refused(memory_full, *BOTH, size=size)


@requirement("VOL-DISK-LIMIT", control=controls.AMPLE_STORAGE)
def test_a_volume_past_its_size_limit_ends_the_whole_pod(past_size_limit: Record) -> list[Violation]:
    needs_as_stored(needed.void(past_size_limit, needed.size(DATA, below=TOO_MUCH)))
    return judges.not_evicted(past_size_limit, {"writer": TOO_MUCH}, "neighbour")


@requirement("VOL-STORAGE-SUM", control=controls.AMPLE_STORAGE)
def test_containers_and_volumes_past_the_sum_of_all_limits_end_the_pod(past_sum: Record) -> list[Violation]:
    needs_folder(past_sum, LAYER)
    own = [needed.limit(name, "ephemeral-storage", above=TO_A_LAYER) for name in BOTH]
    needs_as_stored(needed.void(past_sum, needed.sum_of("ephemeral-storage", below=IN_ALL), *own))
    return judges.not_evicted(past_sum, {"writer": IN_ALL - TO_A_LAYER, "neighbour": TO_A_LAYER})


@requirement("VOL-STORAGE-LAYER", control=controls.AMPLE_STORAGE)
def test_a_container_past_its_own_limit_ends_the_whole_pod(past_own_limit: Record) -> list[Violation]:
    needs_folder(past_own_limit, LAYER)
    needs_one_disk(past_own_limit, "writer", layer=LAYER, volume="/data")
    own = needed.limit("writer", "ephemeral-storage", below=TOO_MUCH)
    needs_as_stored(needed.void(past_own_limit, own, needed.sum_of("ephemeral-storage", above=TOO_MUCH)))
    return judges.not_evicted(past_own_limit, {"writer": TOO_MUCH}, "neighbour")
