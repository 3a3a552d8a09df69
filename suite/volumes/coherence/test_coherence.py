"""Containers that share a volume share its files as processes of one machine do: the kernel tells each of the other.

The documentation promises the same files (VOL-SHARED), and nothing of what follows from one kernel that holds them; all
runtimes that give the containers of a Pod one kernel do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.marks import requirement, scenario
from suite.volumes.coherence import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

VERSIONS = 100  # that the reader is to see, as the manifest says


@scenario("volumes/coherence/fifo.yaml")
def fifo(deploy: Stage) -> None:
    """Send a nonce through a FIFO from a writer to a reader."""
    deploy().observe(ended())


@scenario("volumes/coherence/unix-socket.yaml")
def unix_socket(deploy: Stage) -> None:
    """Ask a server at its socket in the volume."""
    deploy().observe(ended())


@scenario("volumes/coherence/lock.yaml", kind=["flock", "fcntl"])
def lock(deploy: Stage, kind: str) -> None:
    """Lock a file in one container and free it; try to lock it in another before and after that."""
    deploy(environment={"KIND": kind}).observe(ended())


@scenario("volumes/coherence/inotify.yaml")
def inotify(deploy: Stage) -> None:
    """Watch a folder in one container, and write a file there in another."""
    deploy().observe(ended())


@scenario("volumes/coherence/map-shared.yaml")
def map_shared(deploy: Stage) -> None:
    """Map one file in two containers; load in each what the other stored."""
    deploy().observe(ended())


@scenario("volumes/coherence/rename.yaml")
def rename(deploy: Stage) -> None:
    """Rename version after version over a file in one container, and read the file over and over in another."""
    deploy().observe(ended())


@scenario("volumes/coherence/hard-link.yaml")
def hard_link(deploy: Stage) -> None:
    """Give a file a second name in one container, and look at both names in another."""
    deploy().observe(ended())


@scenario("volumes/coherence/unlinked-but-open.yaml")
def unlinked_but_open(deploy: Stage) -> None:
    """Keep a file open in one container while its writer removes it."""
    deploy().observe(ended())


@requirement("VOL-COHERENT", control=(controls.A_FIFO_OF_ITS_OWN, controls.A_RELAY))
def test_what_one_container_sends_through_a_fifo_the_other_receives(fifo: Record) -> list[Violation]:
    return judges.fifo_not_shared(fifo, "writer", "reader")


@requirement("VOL-COHERENT", control=(controls.A_SOCKET_OF_ITS_OWN, controls.AN_IMPOSTOR, controls.A_FILE_AT_ITS_PATH))
def test_one_container_reaches_another_at_a_unix_socket(unix_socket: Record) -> list[Violation]:
    return judges.socket_not_shared(unix_socket, "server", "client")


@requirement("VOL-COHERENT", control=(controls.A_LOCK_OF_ITS_OWN, controls.TAKEN_ANEW))
def test_a_lock_that_one_container_holds_is_refused_to_another_until_it_is_freed(lock: Record) -> list[Violation]:
    return judges.lock_not_shared(lock, "holder", "challenger")


@requirement("VOL-COHERENT", control=controls.A_FOLDER_OF_ITS_OWN)
def test_one_container_is_notified_of_a_file_that_another_writes(inotify: Record) -> list[Violation]:
    return judges.not_notified(inotify, "writer", "watcher")


@requirement("VOL-COHERENT", control=(controls.A_PAGE_OF_ITS_OWN, controls.STORED_OVER))
def test_what_one_container_stores_in_a_mapping_the_other_loads(map_shared: Record) -> list[Violation]:
    return judges.mapping_not_shared(map_shared, "left", "right")


@requirement("VOL-COHERENT", control=controls.BADLY_WRITTEN)
def test_a_file_that_is_renamed_over_is_whole_at_every_read(rename: Record) -> list[Violation]:
    return judges.torn_by_rename(rename, "writer", "reader", versions=VERSIONS)


@requirement("VOL-COHERENT", control=(controls.WRITTEN_TWICE, controls.A_NAME_OF_ITS_OWN))
def test_a_hard_link_is_one_inode_for_the_other_container(hard_link: Record) -> list[Violation]:
    return judges.not_one_inode(hard_link, "writer", "reader")


@requirement("VOL-COHERENT", control=controls.EMPTIED)
def test_a_file_that_one_container_removes_is_there_for_another_that_has_it_open(
    unlinked_but_open: Record,
) -> list[Violation]:
    return judges.not_kept_open(unlinked_but_open, "writer", "reader")
