"""Where a page is read: over the network, or in a folder of kept copies. What a URL serves, and how it is read.

=============================  ======================================================================================
kubernetes.io, pkg.go.dev      HTML that the server has made: read as it comes
a file on github.com           the file itself (raw.githubusercontent.com): scripts make what GitHub shows of it, and a
                               long one is not shown. Markdown is read as such, anything else by its comments
a folder on github.com         its README.md, which GitHub shows below the list of its files
=============================  ======================================================================================
"""

from __future__ import annotations

import gzip
import time
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import Request, urlopen

from commands.sentences.page import Page, of_comments, of_html, of_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PAUSES = (5,)  # seconds before each further try, where there is trouble
SENT_ON = 5  # times that a page itself sends its reader on
RAW = "https://raw.githubusercontent.com"
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
READERS: dict[str, Callable[[str], Page]] = {".md": of_markdown, ".html": of_html, ".htm": of_html, "": of_html}
"""How a file is read, by the end of its name; one of any other name is source code."""


@dataclass(frozen=True)
class Answer:
    """What came of asking for a page: the page, or why there is none.

    Attributes:
        page: what it says.
        moved: the URL that it has now, if another.
        gone: why there is no such page (any more).
        trouble: why it could not be read, which says nothing of the page.
    """

    page: Page | None = None
    moved: str = ""
    gone: str = ""
    trouble: str = ""


def over_the_network(url: str, seconds: float, pauses: Sequence[float] = PAUSES) -> Answer:
    """Return what the server answers, after trouble once more.

    Args:
        url: the page's, as a requirement quotes it.
        seconds: how long each answer of the server is waited for.
        pauses: how long to wait before each further try, in seconds.
    """
    answer = _asked(url, seconds)
    for pause in pauses:
        if not answer.trouble:
            break
        time.sleep(pause)
        answer = _asked(url, seconds)
    return answer


def kept(url: str, folder: Path) -> Answer:
    """Return what the copy of a page says, which is called as the URL, with or without .html or .md.

    A folder's page is its index.html, index.md or README.md: ``wget --mirror`` makes such copies.
    """
    parts = urlsplit(urldefrag(url).url)
    place = folder / parts.netloc / unquote(parts.path).strip("/")
    names = [place, *(place.with_name(place.name + end) for end in (".html", ".md", ".go", ".proto"))]
    names += [place / name for name in ("index.html", "index.md", "README.md")]
    file = next((name for name in names if name.is_file()), None)
    if file is None:
        return Answer(trouble=f"no copy of it is kept in {folder}")
    try:
        return Answer(READERS.get(file.suffix, of_comments)(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        return Answer(trouble=f"cannot read {file}: {error}")


def asked_for(url: str) -> str:
    """Return the URL that serves the text of a page; without its fragment."""
    parts = urlsplit(urldefrag(url).url)
    names = parts.path.strip("/").split("/")
    if parts.netloc != "github.com" or names[2:3] not in (["blob"], ["tree"]):
        return urldefrag(url).url
    file = ["README.md"] if names[2] == "tree" else []
    return "/".join([RAW, *names[:2], *names[3:], *file])


def _asked(url: str, seconds: float) -> Answer:
    """Return what comes of asking once, and of going where a page itself sends its reader."""
    began = place = asked_for(url)
    reader = READERS.get(PurePosixPath(place).suffix or ".txt", of_comments) if place.startswith(RAW) else of_html
    for _ in range(SENT_ON):
        try:
            text, place = _fetched(place, seconds)
        except HTTPError as error:
            error.close()
            said = f"{place}: HTTP {error.code} {error.reason}"
            return Answer(gone=said) if error.code in GONE else Answer(trouble=said)
        except (OSError, HTTPException, EOFError, ValueError, zlib.error) as error:
            return Answer(trouble=f"{place}: {error or type(error).__name__}")
        page = reader(text)
        if not page.elsewhere:
            return Answer(page, moved="" if place.rstrip("/") == began.rstrip("/") else place)
        place = urljoin(place, page.elsewhere)
    return Answer(trouble=f"{began} sends its reader on and on")


def _fetched(url: str, seconds: float) -> tuple[str, str]:
    """Return the text that is served for a URL, and the URL that served it, after all redirects.

    Raises:
        HTTPError: the server has no such page, or does not give it.
        OSError, HTTPException, EOFError, ValueError, zlib.error: it was not reached, or what came is no text.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("no URL of the web")
    wanted = {"User-Agent": "podproof (./podproof sentences)", "Accept-Encoding": "gzip"}
    with urlopen(Request(url, headers=wanted), timeout=seconds) as response:  # noqa: S310 # of the web, as just seen
        data: bytes = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return data.decode(response.headers.get_content_charset("utf-8")), response.url
