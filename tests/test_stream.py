"""Streams of the API: lines as they arrive, and whether the end of them was an end."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import urllib3

from fixtures.connection import CutError, Stream


class _Response:
    """An answer whose body comes in these chunks; an error among them breaks it off."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self._chunks = chunks
        self.shut = False

    def stream(self, _size: int) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def shutdown(self) -> None:
        self.shut = True


def stream(*chunks: bytes | Exception) -> Stream:
    return Stream(cast("Any", _Response(*chunks)))


def test_lines_are_the_same_however_they_are_cut_into_chunks() -> None:
    whole = b"one\ntwo\n\nthree"
    for at in range(len(whole)):
        assert list(stream(whole[:at], whole[at:])) == [b"one", b"two", b"", b"three"]


@pytest.mark.parametrize("error", [urllib3.exceptions.ProtocolError("reset"), ConnectionResetError("reset")])
def test_a_stream_that_broke_off_says_so_and_gives_no_half_of_a_line(error: Exception) -> None:
    lines = iter(stream(b"one\ntw", error))
    assert next(lines) == b"one"
    with pytest.raises(CutError, match="reset"):
        next(lines)


def test_a_stream_that_was_closed_just_ends() -> None:
    response = _Response(b"one\ntw", OSError("bad file descriptor"))
    closed = Stream(cast("Any", response))
    lines = iter(closed)
    assert next(lines) == b"one"
    closed.close()
    assert response.shut
    assert list(lines) == []


def test_a_closed_stream_gives_nothing_more() -> None:
    closed = stream(b"one\ntw", b"\x17\x03\n")
    lines = iter(closed)
    assert next(lines) == b"one"
    closed.close()
    assert list(lines) == []
