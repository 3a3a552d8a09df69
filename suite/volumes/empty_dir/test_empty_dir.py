"""An emptyDir is empty at the start, shared by all containers, there after a crash, and lost with the Pod.

https://kubernetes.io/docs/reference/storage/volume-types/#emptydir
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, event
from fixtures.session.marks import requirement, scenario
from suite.volumes.empty_dir import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

MEDIA = ["default", "Memory"]
FIRST = {"app-app": "left", "init-app": "left", "sidecar-app": "beside"}  # the one that the app "right" meets
DONE = ("waiting", "exit")  # the last words of a container that does something and then waits to be ended
BOTH_DONE = all_of(event("left", *DONE), event("right", *DONE))


@scenario(
    "volumes/empty_dir/shared-{containers}-{paths}.yaml",
    containers=list(FIRST),
    paths=["same", "different"],
    medium=MEDIA,
)
def shared(deploy: Stage, containers: str, medium: str) -> None:
    """Write a file in each of two containers and read the other's; read an init container's file in an app."""
    deploy(medium=medium).observe(all_of(event(FIRST[containers], *DONE), event("right", *DONE)))


@scenario("volumes/empty_dir/written.yaml", medium=MEDIA)
def written(deploy: Stage, medium: str) -> None:
    """Write in each of three containers behind what another wrote; read one's own file after that."""
    deploy(medium=medium).observe(all_of(*(event(name, *DONE) for name in ("sidecar", "left", "right"))))


@scenario("volumes/empty_dir/crashed.yaml", medium=MEDIA, seconds=6)
def crashed(deploy: Stage, medium: str) -> None:
    """Let a container crash and run again; before and after that, it and its neighbour look for its file.

    The scenario awaits a word of the second run: the neighbour's word may be read before a status shows that run.
    """
    deploy(restart_policy="Always", medium=medium).observe(all_of(event("writer", *DONE), event("neighbour", *DONE)))


@scenario("volumes/empty_dir/recreated.yaml", medium=MEDIA, deletion=["graceful", "forced"], seconds=9)
def recreated(deploy: Stage, medium: str, deletion: str) -> None:
    """Delete a Pod, and create it again under the same name on the same node; list the volume first of all."""
    deploy(medium=medium).observe(BOTH_DONE).delete(grace=0 if deletion == "forced" else None)
    deploy(medium=medium).observe(event("first", "exit"))


@requirement("VOL-SHARED", control=(controls.A_VOLUME_OF_ITS_OWN, controls.FIRST_READ_ONLY, controls.ANOTHER_FILE_READ))
def test_what_one_container_writes_the_other_reads(shared: Record) -> list[Violation]:
    containers = next(each for each in FIRST if shared.case.startswith(f"{each}-"))
    return judges.not_shared(shared, FIRST[containers], "right", one_way=containers == "init-app")


@requirement(
    "VOL-SHARED",
    case="written",
    control=(controls.ITS_OWN_FILE_ANEW, controls.WRITTEN_THROUGH_READ_ONLY, controls.REMOVED_AGAIN),
)
def test_what_one_container_writes_into_anothers_file_is_there(written: Record) -> list[Violation]:
    return judges.not_written_back(written, {"sidecar": "right", "left": "sidecar", "right": "left"})


@requirement("VOL-SURVIVES-CRASH", control=controls.NEIGHBOUR_REMOVES)
def test_what_a_container_wrote_is_there_after_it_crashed(crashed: Record) -> list[Violation]:
    return judges.lost_in_crash(crashed, "writer", "neighbour")


@requirement("VOL-EMPTY-AT-START", control=controls.WRITTEN_BEFORE)
def test_a_new_volume_is_empty(recreated: Record) -> list[Violation]:
    return judges.not_empty_at_start(recreated, "first")


@requirement("VOL-LOST-WITH-POD", control=controls.PERSISTENT_VOLUME)
def test_the_next_pod_of_that_name_finds_an_empty_volume(recreated: Record) -> list[Violation]:
    return judges.not_lost_with_pod(recreated, "first", "left", "right")
