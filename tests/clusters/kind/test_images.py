"""The node images that CI pins, and what is said of a file of images that cannot be used."""

import re
from pathlib import Path

import pytest

from clusters import ChoiceError
from clusters.kind import images as pinned

DIGEST = "@sha256:" + "0f" * 32


def _file(folder: Path, content: str) -> Path:
    file = folder / "images.toml"
    file.write_text(content, encoding="utf-8")
    return file


def test_every_pinned_image_is_of_its_minor_and_has_a_digest() -> None:
    found = pinned.images()
    for minor, reference in found.items():
        assert re.fullmatch(rf"kindest/node:v{re.escape(minor)}\.[0-9]+@sha256:[0-9a-f]{{64}}", reference), minor
    assert len({reference.partition("@")[2] for reference in found.values()}) == len(found)


def test_the_minors_come_the_oldest_first_by_number(tmp_path: Path) -> None:
    file = _file(
        tmp_path, f'[images]\n"1.37" = "a:v1.37.0"\n"1.9" = "a/b{DIGEST}"\n"1.34" = "here:5000/a:v1.34.1{DIGEST}"\n'
    )
    assert list(pinned.images(file)) == ["1.9", "1.34", "1.37"]
    file = _file(tmp_path, '[images]\n"1.36" = "a:v1.36-mine"\n"1.37" = "a:1.37_1"\n')
    assert list(pinned.images(file)) == ["1.36", "1.37"]
    minors = [tuple(map(int, minor.split("."))) for minor in pinned.images()]
    assert minors == sorted(minors)


def test_the_release_and_the_notes_that_list_its_images_are_told() -> None:
    assert re.fullmatch(r"v0\.[0-9]+\.[0-9]+", pinned.release())
    notes = f"https://github.com/kubernetes-sigs/kind/releases/tag/{pinned.release()},"
    assert notes in pinned.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", r"there is no node image: below \[images\], write"),
        ("images = []", r"there is no node image"),
        ("[images", r"is no TOML: "),
        ('[images]\n1.37 = "a:v1.37.0"', r"'1' is no Kubernetes minor: write it in quotes"),
        ('[images]\n"v1.37" = "a:v1.37.0"', r"'v1.37' is no Kubernetes minor"),
        ('[images]\n"1.37" = 1', r"1.37 = 1 is no image"),
        ('[images]\n"1.37" = ""', r"1.37 = '' is no image"),
        ('[images]\n"1.37" = "a b"', r"1.37 = 'a b' is no image"),
        ('[images]\n"1.37" = "a:v1.37.0@sha256:12"', r"1.37 = 'a:v1.37.0@sha256:12' is no image"),
        ('[images]\n"1.37" = "a:v1.36.4"', r"is an image of another minor: its tag says v1.36.4$"),
        ('[images]\n"1.3" = "a:v1.37.0"', r"is an image of another minor: its tag says v1.37.0$"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_line(tmp_path: Path, content: str, said: str) -> None:
    file = _file(tmp_path, content)
    with pytest.raises(ChoiceError, match=rf"^{re.escape(str(file))}.*{said}") as raised:
        pinned.images(file)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", ["", "kind = 33", 'kind = "latest"', 'kind = "v0.33"', 'kind = "v0.33.0 -x"'])
def test_a_release_that_is_none_gets_one_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(ChoiceError, match=r"is no release of kind: write it as v0\.33\.0$"):
        pinned.release(_file(tmp_path, content))


def test_a_file_that_is_not_there_gets_one_line(tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match=r"missing\.toml cannot be read: No such file or directory$"):
        pinned.images(tmp_path / "missing.toml")
