"""Pages over the network, from a server of this machine, and kept copies of them."""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from commands.sentences import sources
from commands.sentences.sources import Answer, asked_for, kept, over_the_network
from records import requirements
from tests.helpers.servers import serving

ALL = requirements.load()
URLS = sorted({requirement.of(case).url for requirement in ALL.values() for case in ("", *requirement.cases)})
HTML = "<h1 id=pods>Pods</h1><p>They share.</p>"
HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}
PAGES: dict[str, tuple[Any, ...]] = {
    "/": (200, HTML, HTML_TYPE),
    "/gzip": (200, gzip.compress(HTML.encode()), HTML_TYPE | {"Content-Encoding": "gzip"}),
    "/latin": (200, "<p>caf\u00e9".encode("latin-1"), {"Content-Type": "text/html; charset=latin-1"}),
    "/moved": (301, "", {"Location": "/"}),
    "/sent-on": (200, '<meta http-equiv="refresh" content="0; url=./"><p>See there.'),
    "/here-and-there": (302, "", {"Location": "/here-and-there"}),
    "/on-and-on": (200, '<meta http-equiv="refresh" content="0; url=/on-and-on">'),
    "/to-a-file": (200, '<meta http-equiv="refresh" content="0; url=file:///etc/hostname">'),
    "/gone": (410, "gone"),
    "/broken": (500, "broken"),
    "/forbidden": (403, "no"),
    "/no-gzip": (200, HTML, HTML_TYPE | {"Content-Encoding": "gzip"}),
    "/no-text": (200, b"\xff\xfe\x00", HTML_TYPE),
    "/o/r/main/keps/README.md": (200, "# Title\n\nThey share.\n"),
    "/o/r/v1/api.proto": (200, "// They\n// share.\n"),
    "/o/r/v1/LICENSE": (200, "# They <share>.\n"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yield the URL of a server of these pages; of any other there is none."""
    with serving(lambda path, _: PAGES.get(path, (404, "none"))) as url:
        yield url


def asked(url: str, seconds: float = 10) -> Answer:
    return over_the_network(url, seconds, pauses=())


@pytest.mark.parametrize("path", ["/", "/gzip", "/#pods"])
def test_a_page_is_read_packed_or_not(server: str, path: str) -> None:
    answer = asked(server + path)
    assert answer.page is not None
    assert answer.page.text == "Pods\nThey share."
    assert answer == Answer(answer.page)


def test_a_page_is_read_in_the_letters_that_it_says_it_has(server: str) -> None:
    answer = asked(f"{server}/latin")
    assert answer.page is not None
    assert answer.page.text == "caf\u00e9"


@pytest.mark.parametrize("path", ["/moved", "/sent-on"])
def test_a_page_that_moved_is_read_where_it_is_now(server: str, path: str) -> None:
    answer = asked(server + path)
    assert answer.page is not None
    assert (answer.page.text, answer.moved) == ("Pods\nThey share.", f"{server}/")


@pytest.mark.parametrize(("path", "code"), [("/never", 404), ("/gone", 410)])
def test_a_page_that_is_not_there_is_gone(server: str, path: str, code: int) -> None:
    answer = asked(server + path)
    assert answer.gone.startswith(f"{server}{path}: HTTP {code} ")
    assert (answer.page, answer.trouble) == (None, "")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/broken", "HTTP 500 "),
        ("/forbidden", "HTTP 403 "),
        ("/here-and-there", "HTTP 302 "),
        ("/on-and-on", "sends its reader on and on"),
        ("/to-a-file", "file:///etc/hostname: no URL of the web"),
        ("/no-gzip", "gzip"),
        ("/no-text", "codec can't decode"),
    ],
)
def test_a_page_that_cannot_be_read_is_not_gone(server: str, path: str, why: str) -> None:
    answer = asked(server + path)
    assert why in answer.trouble
    assert (answer.page, answer.gone) == (None, "")


def test_a_server_that_is_not_there_or_does_not_respond_is_trouble() -> None:
    with serving(lambda _path, _: (200, HTML)) as gone:
        pass
    assert "refused" in asked(gone).trouble
    end = threading.Event()
    with serving(lambda _path, _: (200, HTML) if end.wait(3) else (500, "")) as url:
        answer = asked(url, seconds=0.2)
        end.set()
    assert "timed out" in answer.trouble


def test_a_page_of_which_a_part_came_is_trouble() -> None:
    class Half(StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n<h1>Pods</h1>")

    with TCPServer(("127.0.0.1", 0), Half) as half:
        thread = threading.Thread(target=half.handle_request)
        thread.start()
        answer = asked(f"http://127.0.0.1:{half.server_address[1]}/")
        thread.join()
    assert "IncompleteRead" in answer.trouble or "reset" in answer.trouble  # as fast as it is closed


def test_after_trouble_it_is_asked_again_and_after_an_answer_it_is_not() -> None:
    answers = [(503, "busy"), (200, HTML), (404, "none")]
    with serving(lambda _path, _: answers.pop(0)) as url:
        assert over_the_network(url, 10, pauses=(0, 0, 0)).page is not None
        assert len(answers) == 1
        assert over_the_network(url, 10, pauses=(0, 0, 0)).gone
    assert not answers


def test_a_server_hears_who_asks() -> None:
    heard: dict[str, str] = {}
    with serving(lambda _path, _: (200, HTML), hear=lambda _method, headers: heard.update(headers.items())) as url:
        asked(url)
    assert "podproof" in heard["User-Agent"]
    assert heard["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("path", "text", "anchors"),
    [
        ("tree/main/keps", "Title\nThey share.", ["title"]),
        ("blob/v1/api.proto", "They share.", None),
        ("blob/v1/LICENSE#L1", "They <share>.", None),
    ],
)
def test_a_file_on_github_is_read_as_what_it_is(
    server: str, monkeypatch: pytest.MonkeyPatch, path: str, text: str, anchors: list[str] | None
) -> None:
    monkeypatch.setattr(sources, "RAW", server)
    page = asked(f"https://github.com/o/r/{path}").page
    assert page is not None
    assert (page.text, None if page.sections is None else list(page.sections)) == (text, anchors)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kubernetes.io/docs/concepts/#pods", "https://kubernetes.io/docs/concepts/"),
        ("https://github.com/o/r/tree/master/keps/1", f"{sources.RAW}/o/r/master/keps/1/README.md"),
        ("https://github.com/o/r/blob/v1.0/a/b.proto#L7", f"{sources.RAW}/o/r/v1.0/a/b.proto"),
        ("https://github.com/o/r/issues/7", "https://github.com/o/r/issues/7"),
    ],
)
def test_what_serves_the_text_of_a_page_is_asked(url: str, expected: str) -> None:
    assert asked_for(url) == expected


@pytest.mark.parametrize("url", URLS)
def test_it_is_known_how_to_read_what_every_url_serves(url: str) -> None:
    assert urlsplit(asked_for(url)).netloc in {"kubernetes.io", "pkg.go.dev", urlsplit(sources.RAW).netloc}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.io/docs/pods.html", "<h2 id=x>Pods</h2>"),
        ("a.io/docs/pods", "<h2 id=x>Pods</h2>"),
        ("a.io/docs/pods/index.html", "<h2 id=x>Pods</h2>"),
        ("a.io/docs/pods.md", "## Pods {#x}"),
        ("a.io/docs/pods/README.md", "# Pods"),
        ("a.io/docs/pods.go", "// Pods"),
    ],
)
def test_a_kept_copy_is_called_as_its_url(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    page = kept("https://a.io/docs/pods/#x", tmp_path).page
    assert page is not None
    assert page.text == "Pods"


def test_a_copy_that_is_not_kept_or_is_no_text_proves_nothing(tmp_path: Path) -> None:
    assert kept("https://a.io/docs/", tmp_path) == Answer(trouble=f"no copy of it is kept in {tmp_path}")
    (tmp_path / "a.io").mkdir()
    (tmp_path / "a.io" / "docs.html").write_bytes(b"\xff\xff")
    assert "cannot read" in kept("https://a.io/docs/", tmp_path).trouble
