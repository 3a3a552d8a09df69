"""What one container mounts inside a volume: which others see it, and who may write there.

https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.marks import requirement, scenario
from suite.volumes.propagation import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation

ENABLED = {"enabled": "Enabled"}  # as the manifest says
ASKED = ENABLED | {"if-possible": "IfPossible"}


@scenario("volumes/propagation/propagation.yaml", pod_security="privileged", seconds=6)
def propagation(deploy: Stage) -> None:
    """Mount inside a volume in two containers that share their mounts with a third, and in one that shares nothing."""
    deploy().observe(ended())


@scenario("volumes/propagation/recursive-read-only.yaml", pod_security="privileged", seconds=6)
def recursive(deploy: Stage) -> None:
    """Mount inside a volume in a sidecar; then try to write there in containers that have it read-only."""
    deploy().observe(ended())


@scenario("volumes/propagation/recursive-read-only-status.yaml")
def status(deploy: Stage) -> None:
    """Try to write in a container whose volume is recursively read-only if possible."""
    deploy().observe(ended())


@requirement("VOL-PROPAGATION", case="host-to-container", control=controls.RECEIVER_ISOLATED)
def test_who_receives_mounts_sees_what_another_container_mounts(propagation: Record) -> list[Violation]:
    return judges.mounts_not_received(propagation, ["one", "two"], "receiver")


@requirement("VOL-PROPAGATION", case="bidirectional", control=controls.GIVER_RECEIVES_ONLY)
def test_who_passes_on_mounts_sees_what_another_such_container_mounts(propagation: Record) -> list[Violation]:
    received = judges.mounts_not_received(propagation, ["one"], "two")
    return received + judges.mounts_not_received(propagation, ["two"], "one")


@requirement("VOL-PROPAGATION", case="none", control=controls.ISOLATED_TAKES_PART)
def test_who_neither_receives_nor_passes_on_sees_its_own_mounts_alone(propagation: Record) -> list[Violation]:
    return judges.not_isolated(propagation, "isolated", ["one", "two"], "receiver")


@requirement("VOL-PROPAGATION", case="receives-only", control=controls.RECEIVER_PASSES_ON)
def test_what_a_container_mounts_that_only_receives_stays_its_own(propagation: Record) -> list[Violation]:
    return judges.not_kept_inside(propagation, "receiver", "one")


@requirement("VOL-PROPAGATION", case="unmounted", control=controls.LEFT_BELOW)
def test_what_was_unmounted_is_gone_for_all_that_had_received_it(propagation: Record) -> list[Violation]:
    return judges.outlived_its_end(propagation, "one", "two", "receiver")


@requirement("VOL-RECURSIVE-READ-ONLY", case="nested", control=controls.OUTERMOST_ONLY)
def test_what_is_mounted_inside_a_recursively_read_only_volume_is_read_only(recursive: Record) -> list[Violation]:
    return judges.not_recursively_read_only(recursive, "mounter", ENABLED, path="/data")


@requirement(
    "VOL-RECURSIVE-READ-ONLY", case="if-possible", control=(controls.ONE_OUTERMOST_ONLY, controls.NOT_READ_ONLY)
)
def test_where_one_mount_is_recursively_read_only_it_was_possible(recursive: Record) -> list[Violation]:
    return judges.not_recursively_read_only(recursive, "mounter", ASKED, path="/data")


@requirement("VOL-RECURSIVE-READ-ONLY", case="status", control=controls.NOT_READ_ONLY)
def test_the_status_tells_whether_a_mount_became_recursively_read_only(status: Record) -> list[Violation]:
    return judges.translation_untold(status, "reader", path="/data")
