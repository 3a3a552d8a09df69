"""Volumes that are no emptyDir: a PersistentVolume outlives the Pod, an image is there to be read.

https://kubernetes.io/docs/concepts/storage/volumes/#how-volumes-work
https://kubernetes.io/docs/reference/storage/volume-types/#image
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.awaited import ended, event
from fixtures.features import needs_file, needs_writable
from fixtures.scenario import requirement, scenario
from suite.controls import other_volumes as controls
from suite.judges import other_volumes as judges

if TYPE_CHECKING:
    from fixtures.stage import Stage
    from records import Record


@scenario("volumes/persistent.yaml", seconds=9)
def persistent(deploy: Stage) -> None:
    """A Pod with a PersistentVolume and an emptyDir is deleted, and created again under the same name."""
    deploy().observe(event("reader", "waiting", "exit")).delete()
    deploy().observe(event("reader", "waiting", "exit"))


@scenario("volumes/image.yaml")
def image(deploy: Stage) -> None:
    """Two containers read a file of an image that is their volume, and try to write to it."""
    deploy().observe(ended())


@requirement("VOL-PERSISTENT", control=controls.SWAPPED)
def test_a_file_on_a_persistent_volume_outlives_the_pod_and_one_on_an_empty_dir_does_not(persistent: Record) -> None:
    needs_writable(persistent, "first", "/kept")
    lost = judges.not_persistent(persistent, "first", "reader", kept="/kept/file", scratch="/scratch/file")
    assert lost == []


@requirement("VOL-IMAGE", control=controls.EMPTY_DIR_FOR_IMAGE)
def test_an_image_is_read_in_every_container_and_written_in_none(image: Record) -> None:
    needs_file(image, "/usr/lib/os-release")
    assert judges.not_of_the_image(image, "left", "right", own="/usr/lib/os-release") == []


@requirement("VOL-IMAGE", case="errno", control=controls.WRITABLE_FOR_IMAGE)
def test_who_writes_to_an_image_is_told_that_its_file_system_is_read_only(image: Record) -> None:
    needs_file(image, "/usr/lib/os-release")
    assert judges.not_a_read_only_file_system(image, "left", "right") == []
