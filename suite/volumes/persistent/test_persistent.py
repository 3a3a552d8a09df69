"""A PersistentVolume outlives the Pod.

https://kubernetes.io/docs/concepts/storage/volumes/#how-volumes-work
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import any_of, ended, event
from fixtures.session.features import needs_writable
from fixtures.session.marks import requirement, scenario
from suite.volumes.persistent import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("volumes/persistent/persistent.yaml", seconds=17)
def persistent(deploy: Stage) -> None:
    """Delete a Pod with a PersistentVolume and an emptyDir, and create it again under the same name."""
    done = any_of(event("reader", "waiting", "exit"), ended())
    deploy().observe(done).delete()
    deploy().observe(done)


@requirement("VOL-PERSISTENT", control=(controls.SWAPPED, controls.OVERWRITTEN))
def test_a_file_outlives_the_pod_on_a_persistent_volume_and_not_on_an_empty_dir(persistent: Record) -> list[Violation]:
    needs_writable(persistent, "first", "/kept")
    return judges.not_persistent(persistent, "first", "reader", kept="/kept/file", scratch="/scratch/file")


@requirement("VOL-PERSISTENT", case="writable", control=controls.MOUNTED_READ_ONLY)
def test_a_persistent_volume_that_was_claimed_to_be_written_is_not_read_only(persistent: Record) -> list[Violation]:
    needs_writable(persistent, "first", "/kept")
    return judges.read_only(persistent, "first", kept="/kept/file")
