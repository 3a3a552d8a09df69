"""A thing in the cache is made once, and only as a whole."""

import threading
from pathlib import Path

import pytest

from machine.once import made_once


def test_two_that_want_the_same_make_it_once_and_the_second_says_that_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "podproof" / "binaries" / "thing-1"
    began, heard = threading.Event(), threading.Event()
    made: list[Path] = []
    lines: list[str] = []

    def make(target: Path) -> None:
        began.set()
        assert heard.wait(10)
        (target / "thing").write_text("whole")
        made.append(target)

    def hear(line: str) -> None:
        lines.append(line)
        heard.set()

    first = threading.Thread(target=made_once, args=(folder, "thing", make, lines.append))
    first.start()
    assert began.wait(10)
    assert not folder.exists()
    made_once(folder, "thing", make, hear)
    first.join()
    assert len(made) == 1
    assert (folder / "thing").read_text() == "whole"
    assert lines == ["thing: another process makes it, waiting for that"]


def test_a_failed_build_leaves_nothing_that_looks_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "binaries" / "thing-1"

    def make(target: Path) -> None:
        (target / "half").touch()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        made_once(folder, "thing", make, lambda _: None)
    assert list(folder.parent.iterdir()) == []
