"""Judges of images as volumes: their histories, and what lies at the edges of their rules."""

from records import Event
from suite.volumes.image import judges
from tests.helpers.histories import altered, did, exited, instead, pod, ran, record, said, without
from tests.helpers.trial import Trial

OWN, IN_VOLUME = "/usr/lib/os-release", "/image/usr/lib/os-release"


def read(file: str, content: str, seconds: float = 0.1) -> Event:
    return did(seconds, "read", file=file, content=content)


REFUSED = did(0.2, "write-refused", file="/image/new", errno="EROFS")
LEFT, RIGHT = (
    ran(name, 0.0, read(OWN, "NAME=x"), REFUSED, read(IN_VOLUME, "NAME=x", 0.3), exited(0.4))
    for name in ("left", "right")
)
SEEN = record(pod(LEFT, RIGHT))
DONE = did(0.2, "write-done", file="/image/new", content="nonce")
NOT_READ = did(0.3, "not-read", file=IN_VOLUME, errno="ENOENT")
CHANGED = record(pod(LEFT, ran("right", 0.0, read(OWN, "NAME=x"), REFUSED, read(IN_VOLUME, "", 0.3), exited(0.4))))

IMAGE = Trial(
    judges.not_of_the_image,
    ("left", "right"),
    good=SEEN,
    options={"own": OWN},
    broken=(
        ("unwitnessed", "one read nothing of its own", without(SEEN, "left", "read")),
        ("unwitnessed", "one did not try to write", without(SEEN, "right", "write-refused")),
        ("unwitnessed", "one never ran", without(SEEN, "right")),
        ("unwitnessed", "one's user may not write there", altered(SEEN, "left", "write-refused", errno="EACCES")),
        ("unwitnessed", "one tried where there is no folder", altered(SEEN, "left", "write-refused", errno="ENOENT")),
        (
            "not-read",
            "one did not find the file",
            record(pod(LEFT, ran("right", 0.0, read(OWN, "NAME=x"), REFUSED, NOT_READ, exited(0.4, code=1)))),
        ),
        ("altered", "one read another content", CHANGED),
        ("written", "one wrote to it", instead(SEEN, "left", "write-refused", DONE)),
    ),
)

READ_ONLY = Trial(
    judges.not_a_read_only_file_system,
    ("left", "right"),
    good=SEEN,
    broken=(
        ("untried", "one did not try", without(SEEN, "left", "write-refused")),
        ("untried", "one tried where there is no folder", altered(SEEN, "left", "write-refused", errno="ENOENT")),
        ("untried", "one never ran", without(SEEN, "right")),
        ("other-answer", "one had another answer", altered(SEEN, "left", "write-refused", errno="EACCES")),
        ("other-answer", "one wrote", instead(SEEN, "left", "write-refused", DONE)),
    ),
)

TRIALS = (IMAGE, READ_ONLY)


def test_one_answer_that_is_not_that_of_a_read_only_file_system_is_told() -> None:
    history = altered(SEEN, "left", "write-refused", errno="EACCES")
    assert said(READ_ONLY(history)) == "left tried to write to /image/new and was told EACCES [other-answer]"
    written = instead(SEEN, "left", "write-refused", DONE)
    assert said(READ_ONLY(written)) == "left tried to write to /image/new and was told that it had [other-answer]"


def test_a_file_that_is_not_in_the_volume_is_told_with_the_errno() -> None:
    history = IMAGE.broken[5][2]
    assert said(IMAGE(history)) == (
        "right did not find the file of its image in the volume; "
        "its last word was not-read file=/image/usr/lib/os-release errno=ENOENT [not-read]"
    )


def test_an_image_without_the_folder_where_anybody_might_write_is_judged_by_its_root() -> None:
    lacking = did(0.25, "write-refused", file="/image/tmp/new", errno="ENOENT")
    left = ran("left", 0.0, read(OWN, "NAME=x"), REFUSED, lacking, read(IN_VOLUME, "NAME=x", 0.3), exited(0.4))
    history = record(pod(left, RIGHT))
    assert IMAGE(history) == []
    assert READ_ONLY(history) == []
