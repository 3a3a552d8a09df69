"""What a page says without its markup: its text, and which part of it stands under which anchor."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 6  # the rank of <h6>
_LETTERS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("*_`\\")  # Markdown's: a sentence is quoted with them or without
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff")  # nobody sees them
)


@dataclass(frozen=True)
class Page:
    """A page's text.

    Attributes:
        text: its words, ``plain``, one blank between two; a line for each paragraph, heading, item of a list or cell.
        sections: the part of the text under each anchor, from its first character to behind its last. None: the page is
            of a kind that has no anchors.
        elsewhere: the URL to which the page itself sends its reader.
    """

    text: str
    sections: dict[str, tuple[int, int]] | None = field(default_factory=dict)
    elsewhere: str = ""

    def under(self, start: int) -> str:
        """Return the innermost anchor under which a place of the text stands; empty where there is none."""
        around = [(first, name) for name, (first, end) in (self.sections or {}).items() if first <= start < end]
        return max(around, default=(0, ""))[1]


def plain(text: str) -> str:
    """Return the text with straight quotes, one kind of dash and one of white space, without the marks of Markdown."""
    return re.sub("--+", "-", " ".join(unicodedata.normalize("NFKC", text).translate(_LETTERS).split()))


def of_html(text: str) -> Page:
    """Return what a page of HTML says."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.collected.page(elsewhere=reader.elsewhere)


def of_markdown(text: str) -> Page:
    """Return what a file of Markdown says, with the anchors that GitHub gives its headings."""
    collected, fenced = _Collected(), False
    for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines():
        if re.match(r"\s*(```|~~~)", line):
            fenced = not fenced
            collected.end()
            continue
        heading = None if fenced else re.fullmatch(r"(#{1,6})\s+(.*?)\s*#*(?:\s*\{#([^}]+)\})?", line)
        item = None if fenced else re.match(r"\s*(?:[-*+]|\d+[.)])\s+", line)
        if heading:
            title = _inline(heading[2])
            collected.begin(rank=len(heading[1]))
            collected.anchor(heading[3] or re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"))
            collected.say(title)
        if heading or item or not line.strip():
            collected.end()
        if not heading:
            said = line if fenced else _inline(re.sub(r"^\s*>", "", line[item.end() if item else 0 :]))
            collected.say(f"{said}\n")
    return collected.page()


def of_comments(text: str) -> Page:
    """Return what a source file says: its comments, joined over their lines, and its code. It has no anchors."""
    collected = _Collected()
    for line in text.splitlines():
        said = re.sub(r"^\s*(?://+|/\*+|\*/|\*|#)?|\*/\s*$", "", line)
        collected.say(f"{said}\n")
        if not said.strip():
            collected.end()
    return collected.page(anchors=False)


def _inline(line: str) -> str:
    """Return a line of Markdown without its links, images and tags of HTML."""
    line = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", line)
    line = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", line)
    return html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", " ", line))


class _Block(NamedTuple):
    """A paragraph, or what else has a line of its own; ``rank`` is that of a heading, else 0."""

    text: str
    rank: int
    anchors: tuple[str, ...]


class _Collected:
    """The text of a page as it is read: what is said, where a block ends, which anchors stand in it."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._said: list[str] = []
        self._anchors: list[str] = []
        self._rank = 0

    def begin(self, rank: int) -> None:
        """Begin a heading of that rank; a block that is open ends."""
        self.end()
        self._rank = rank

    def say(self, text: str) -> None:
        """Add to the block that is open."""
        self._said.append(text)

    def anchor(self, name: str) -> None:
        """Set an anchor on the block that is open, or on the next one: it may stand on what is around a heading."""
        self._anchors.append(name)

    def end(self) -> None:
        """End the block that is open; one that says nothing leaves its anchors to the next."""
        if text := plain("".join(self._said)):
            self._blocks.append(_Block(text, self._rank, tuple(self._anchors)))
            self._anchors.clear()
        self._said.clear()
        self._rank = 0

    def page(self, *, anchors: bool = True, elsewhere: str = "") -> Page:
        """Return the page. Under an anchor stands all up to the next heading of its heading's rank or a higher one."""
        self.end()
        starts = [0]
        for block in self._blocks:
            starts.append(starts[-1] + len(block.text) + 1)
        sections: dict[str, tuple[int, int]] = {}
        for number, block in enumerate(self._blocks):
            for name in block.anchors:
                end = next(self._headings_after(number, block.rank or DEEPEST), len(self._blocks))
                sections.setdefault(name, (starts[number], starts[end]))
        return Page("\n".join(block.text for block in self._blocks), sections if anchors else None, elsewhere)

    def _headings_after(self, number: int, rank: int) -> Iterator[int]:
        later = range(number + 1, len(self._blocks))
        return (each for each in later if 0 < self._blocks[each].rank <= rank)


class _Reader(HTMLParser):
    """Reads HTML: its words, not what a browser shows around them."""

    SILENT = frozenset({"script", "style", "noscript", "template", "svg", "title", "nav", "aside", "footer"})
    INLINE = frozenset(
        {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd"}
        | {"label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"}
        | {"var", "wbr"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.collected = _Collected()
        self.elsewhere = ""
        self._silent: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """End a block where another begins, and note the anchor."""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.elsewhere = values.get("content", "").partition("=")[2].strip(" '\"")
        if tag in self.SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if re.fullmatch("h[1-6]", tag):
            self.collected.begin(rank=int(tag[1]))
        elif tag not in self.INLINE:
            self.collected.end()
        self._pre += tag == "pre"
        for name in (values.get("id"), values.get("name") if tag == "a" else None):
            if name:
                self.collected.anchor(name)

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag not in self.INLINE:
            self.collected.end()
        self._pre -= tag == "pre" and self._pre > 0

    def handle_data(self, data: str) -> None:
        """Take words. Those of a comment in Go's code go on over its lines."""
        if not self._silent:
            self.collected.say(re.sub(r"(?m)^\s*//+", " ", data) if self._pre else data)
