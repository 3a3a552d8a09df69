"""The release of kind that CI takes, and its node image for every Kubernetes minor."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from clusters.cluster import ChoiceError

FILE = Path(__file__).parent / "images.toml"

MINOR = re.compile(r"[0-9]+\.[0-9]+")
RELEASE = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+\S*")
REFERENCE = re.compile(r"[^\s:@]+(:[0-9]+/[^\s:@]+)?(:(?P<tag>[\w.-]+))?(@sha256:[0-9a-f]{64})?")
"""A name, maybe with its registry's port; a tag; a digest. A node image that was built here has no digest."""


def release(path: Path = FILE) -> str:
    """Return the release of kind that the images belong to, as Go names it: ``v0.33.0``.

    Raises:
        ChoiceError: The file cannot be read, or does not say it.
    """
    version = _content(path).get("kind")
    if not isinstance(version, str) or not RELEASE.fullmatch(version):
        raise ChoiceError(f"{path}: kind = {version!r} is no release of kind: write it as v0.33.0")
    return version


def images(path: Path = FILE) -> dict[str, str]:
    """Return the node image of each minor (``1.37``), the oldest first.

    Raises:
        ChoiceError: The file cannot be read, or one of its images is none, or one of another minor.
    """
    table = _content(path).get("images")
    if not isinstance(table, dict) or not table:
        raise ChoiceError(f'{path}: there is no node image: below [images], write "1.37" = "kindest/node:v1.37.0@…"')
    for minor, reference in table.items():
        if not MINOR.fullmatch(minor):
            raise ChoiceError(f'{path}: {minor!r} is no Kubernetes minor: write it in quotes, as "1.37"')
        parts = REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if not parts:
            raise ChoiceError(f"{path}: {minor} = {reference!r} is no image: name it as name:tag@sha256:64-hex-digits")
        tag = parts["tag"] or ""
        if MINOR.match(tag.removeprefix("v")) and not re.match(rf"v?{re.escape(minor)}(?![0-9])", tag):
            raise ChoiceError(f"{path}: {minor} = {reference!r} is an image of another minor: its tag says {tag}")
    return {minor: table[minor] for minor in sorted(table, key=_number)}


def _number(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split("."))


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ChoiceError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # not TOML, or not even UTF-8
        raise ChoiceError(f"{path} is no TOML: {error}") from error
