"""Text of containers and clusters, made harmless: what cannot stand in XML, or would turn a line around, is shown."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls but tab and newline, marks of direction, characters without width, and what is no character at all."""
SHOWN = "\N{REPLACEMENT CHARACTER}"
PICTURES = 0x2400
"""Where Unicode has a visible sign for each of the first 32 controls."""


def clean(text: str) -> str:
    """Return the text with a visible sign for every character that has none, or that has power over others."""
    return UNSEEN.sub(_sign, text)


def cut(text: str, longest: int) -> str:
    """Return clean text of one line, of at most so many characters."""
    line = " ".join(clean(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(PICTURES + code) if code < ord(" ") else SHOWN
