"""An emptyDir is empty at the start, shared by all containers, and lost with the Pod.

https://kubernetes.io/docs/reference/storage/volume-types/#emptydir
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.awaited import all_of, event
from fixtures.scenario import requirement, scenario
from suite import controls, judges

if TYPE_CHECKING:
    from fixtures.stage import Stage
    from records import Record

MEDIA = ["default", "Memory"]
BOTH_LOOKED = all_of(event("left", "read", "not-read"), event("right", "read", "not-read"))


@scenario("volumes/shared.yaml", medium=MEDIA)
def shared(deploy: Stage, medium: str) -> None:
    """An init container lists the volume; then two containers each write a file and read the other's."""
    deploy(medium=medium).observe(BOTH_LOOKED)


@scenario("volumes/shared.yaml", medium=MEDIA, deletion=["graceful", "forced"], seconds=9)
def recreated(deploy: Stage, medium: str, deletion: str) -> None:
    """The same Pod is deleted, and created again under the same name on the same node."""
    deploy(medium=medium).observe(BOTH_LOOKED).delete(grace=0 if deletion == "forced" else None)
    deploy(medium=medium).observe(event("first", "exit"))


@requirement("VOL-EMPTY-AT-START", control=controls.WRITTEN_BEFORE)
def test_a_new_volume_is_empty(shared: Record) -> None:
    assert judges.not_empty_at_start(shared, "first") == []


@requirement("VOL-SHARED", control=controls.A_VOLUME_EACH)
def test_what_one_container_writes_the_other_reads(shared: Record) -> None:
    assert judges.not_shared(shared, "left", "right") == []


@requirement("VOL-LOST-WITH-POD", control=controls.PERSISTENT_VOLUME)
def test_the_next_pod_of_that_name_finds_an_empty_volume(recreated: Record) -> None:
    assert judges.not_lost_with_pod(recreated, "first", "left", "right") == []
