"""How the containers of a Pod mount a volume: who may write, a part of it, read-only.

https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event
from fixtures.session.features import needs_as_stored, needs_no_fs_group
from fixtures.session.marks import requirement, scenario
from suite import needed, stored
from suite.volumes.empty_dir.controls import NEIGHBOUR_REMOVES
from suite.volumes.empty_dir.judges import lost_in_crash
from suite.volumes.mounts import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

MEDIA = ["default", "Memory"]
DONE = ("waiting", "exit")  # the last words of a container that does something and then waits to be ended
# Which bits of a mode are judged: all of them; of a tmpfs, which the kubelet mounts over the folder that it made, the
# permissions alone: the kernel gives its root the sticky bit, too (01777).
JUDGED = {"default": 0o7777, "Memory": 0o0777}


@scenario("volumes/mounts/mode.yaml", medium=MEDIA)
def mode(deploy: Stage, medium: str) -> None:
    """Stat the volume's folder as two users, write there, and read what the other wrote."""
    deploy(medium=medium).observe(ended())


@scenario("volumes/mounts/fs-group.yaml", medium=MEDIA)
def fs_group(deploy: Stage, medium: str) -> None:
    """Make files and a folder in the volume of a Pod with an fsGroup; stat them in another container."""
    deploy(medium=medium).observe(ended())


@scenario("volumes/mounts/sub-path.yaml", medium=MEDIA)
def sub_path(deploy: Stage, medium: str) -> None:
    """Write in a container that mounts a part of the volume, read in others that mount the whole, and the other way."""
    deploy(medium=medium).observe(ended())


@scenario("volumes/mounts/sub-path-expr.yaml")
def sub_path_expr(deploy: Stage) -> None:
    """Write in two containers with one expression, each to its own folder; look for the other's file."""
    deploy().observe(ended())


@scenario("volumes/mounts/sub-path-expr-crashed.yaml", seconds=6)
def sub_path_expr_crashed(deploy: Stage) -> None:
    """Let a container crash and run again; before and after that, it and its neighbour look for its file."""
    deploy(restart_policy="Always").observe(all_of(event("writer", *DONE), event("neighbour", *DONE)))


@scenario("volumes/mounts/read-only.yaml", medium=MEDIA)
def read_only(deploy: Stage, medium: str) -> None:
    """Try to write through a read-only mount, while another container writes to the volume."""
    deploy(medium=medium).observe(ended())


@requirement("VOL-MODE", case="0777", control=(controls.PRIVATE_FOLDER, controls.SECOND_WITHOUT))
def test_a_volume_is_open_to_every_user(mode: Record) -> list[Violation]:
    needs_no_fs_group(mode)
    needs_as_stored(needed.void(mode, needed.several_users("first", "second")))
    return judges.not_open_to_all(mode, "first", "second", mask=JUDGED[mode.case])


@requirement("VOL-MODE", case="fs-group", control=(controls.WITHOUT_FS_GROUP, controls.UNSEEN_BY_THE_SECOND))
def test_a_volume_and_what_is_made_there_belong_to_the_pods_group(fs_group: Record) -> list[Violation]:
    needs_as_stored(needed.void(fs_group, needed.grouped("first")))
    group = stored.fs_group(fs_group.pods[0].got)
    return judges.group_not_inherited(fs_group, "first", "second", folder="/data", group=group)


@requirement("VOL-MODE", case="fs-group-rw", control=(controls.SHUT_FOLDER, controls.UNSEEN_BY_THE_SECOND))
def test_a_volume_with_a_group_is_for_its_owner_and_that_group_to_write(fs_group: Record) -> list[Violation]:
    return judges.shut_to_the_group(fs_group, "second", folder="/data")


@requirement("VOL-SUBPATH", control=(controls.WHOLE_VOLUME, controls.PART_READ_ONLY))
def test_a_part_of_a_volume_is_that_part_of_the_whole(sub_path: Record) -> list[Violation]:
    return judges.sub_path_not_honoured(sub_path, "prepare", "part", "whole", names=["from-root"])


@requirement("VOL-SUBPATH-EXPR", control=(controls.ONE_NAME, controls.RIGHT_READ_ONLY))
def test_an_expression_names_the_folder_of_each_container(sub_path_expr: Record) -> list[Violation]:
    return judges.expanded_alike(sub_path_expr, "left", "right")


@requirement("VOL-SUBPATH-EXPR", case="crashed", control=NEIGHBOUR_REMOVES)
def test_an_expression_names_the_same_folder_after_a_crash(sub_path_expr_crashed: Record) -> list[Violation]:
    return lost_in_crash(sub_path_expr_crashed, "writer", "neighbour")


@requirement("VOL-READ-ONLY", control=(controls.READ_WRITE, controls.A_READER_APART, controls.WRITTEN_ONCE))
def test_who_mounts_a_volume_read_only_cannot_write_what_others_write(read_only: Record) -> list[Violation]:
    return judges.written_though_read_only(read_only, "writer", "reader")
