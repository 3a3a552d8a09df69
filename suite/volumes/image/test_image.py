"""An image is there to be read, in every container of the Pod.

https://kubernetes.io/docs/reference/storage/volume-types/#image
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import ended
from fixtures.session.features import needs_file
from fixtures.session.marks import requirement, scenario
from suite.volumes.image import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("volumes/image/image.yaml")
def image(deploy: Stage) -> None:
    """Read a file of an image volume in two containers, and try to write to the volume."""
    deploy().observe(ended())


@requirement("VOL-IMAGE", control=(controls.EMPTY_DIR_FOR_IMAGE, controls.ANOTHER_FILE))
def test_an_image_is_read_in_every_container_and_written_in_none(image: Record) -> list[Violation]:
    needs_file(image, "/usr/lib/os-release")
    return judges.not_of_the_image(image, "left", "right", own="/usr/lib/os-release")


@requirement("VOL-IMAGE", case="errno", control=controls.WRITABLE_FOR_IMAGE)
def test_who_writes_to_an_image_is_told_that_its_file_system_is_read_only(image: Record) -> list[Violation]:
    needs_file(image, "/usr/lib/os-release")
    return judges.not_a_read_only_file_system(image, "left", "right")
