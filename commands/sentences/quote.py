"""A sentence as it is quoted, sought in a page's text: where it stands, or what comes nearest to it there."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from commands.sentences.page import plain

LEFT_OUT = re.compile(r"\[(?:…|\.\.\.)\]")
"""What a quotation leaves out of a paragraph; a bare ``…`` is the page's own."""

NEAR = 0.5
"""How alike a passage must be to be told of (``difflib``'s ratio): half of the words, in their order."""
LOOKED_AT = 5  # passages that share most words, in any order, before their order is looked at
FURTHER = 12  # words, at least, in which the end of a passage is sought
_GAP = "\x00"


def place(sentence: str, text: str, start: int = 0, end: int | None = None) -> int | None:
    """Return where a sentence begins in a page's text, between two places of it; None where it does not stand there.

    It may be a part of a sentence, but of whole words; it may go on in the next paragraph. What it leaves out, ``[…]``,
    is a part of one paragraph.
    """
    sought = re.escape(_with_gaps(sentence)).replace(r"\ ", r"\s").replace(re.escape(_GAP), r"[^\n]*?")
    whole = rf"(?:(?<!\w)|(?!\w)){sought}(?:(?<!\w)|(?!\w))"  # a sentence that ends with a full stop has an end
    found = re.compile(whole).search(text, start, len(text) if end is None else end)
    return found.start() if found else None


def nearest(sentence: str, text: str) -> str:
    """Return the passage of a page's text that comes nearest to the sentence; empty where none is near."""
    sought, words = _with_gaps(sentence).replace(_GAP, " ").split(), text.split()
    passages = [_aligned(sought, words, start) for start in _alike(sought, words)]
    matches = [(SequenceMatcher(None, sought, passage, autojunk=False).ratio(), passage) for passage in passages]
    ratio, passage = max(matches, default=(0.0, []))
    return " ".join(passage) if ratio >= NEAR else ""


def difference(sentence: str, passage: str) -> str:
    """Return both in one line: ``[-what the sentence has-]``, ``{+what the passage has+}``, and the words of both."""
    old, new = _with_gaps(sentence).replace(_GAP, "[…]").split(), passage.split()
    shown = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            shown += old[old_from:old_to]
            continue
        shown += [f"[-{' '.join(old[old_from:old_to])}-]"] if old_to > old_from else []
        shown += [f"{{+{' '.join(new[new_from:new_to])}+}}"] if new_to > new_from else []
    return " ".join(shown)


def _with_gaps(sentence: str) -> str:
    """Return the sentence as pages are read, with one character for what it leaves out between two of its words."""
    return plain(LEFT_OUT.sub(_GAP, sentence)).strip(f"{_GAP} ")


def _alike(sought: list[str], words: list[str]) -> list[int]:
    """Return where the passages of the sentence's length begin that share most of its words; no two overlap."""
    wanted, length = Counter(sought), len(sought)
    window = Counter(words[:length])
    shared = (wanted & window).total()
    counts = [shared]
    for gone, come in zip(words, words[length:], strict=False):
        shared -= window[gone] <= wanted[gone]
        window[gone] -= 1
        window[come] += 1
        shared += window[come] <= wanted[come]
        counts.append(shared)
    starts: list[int] = []
    for start in sorted(range(len(counts)), key=counts.__getitem__, reverse=True):
        if all(abs(start - other) >= length for other in starts):
            starts.append(start)
        if len(starts) == LOOKED_AT:
            break
    return starts


def _aligned(sought: list[str], words: list[str], start: int) -> list[str]:
    """Return the passage from where the sentence would begin, by the words that both have, to where one ends."""
    length = len(sought)
    blocks = SequenceMatcher(None, sought, words[start : start + length], autojunk=False).get_matching_blocks()[:-1]
    if not blocks:
        return []
    first, last = blocks[0], blocks[-1]
    begin, end = max(start + first.b - first.a, 0), start + last.b + last.size
    if last.a + last.size < length:  # its last words are others now
        rest = words[end : end + max(length, FURTHER)]
        end += next((number for number, word in enumerate(rest, 1) if word.endswith((".", ":", "?"))), len(rest))
    return words[begin:end]
