"""The probe's verbs about room, on this machine's own file systems."""

import os
from pathlib import Path

import pytest

from tests.helpers.probes import between, run

MIB = 1 << 20


@pytest.mark.parametrize(("folder", "magic"), [("/proc", "0x9fa0"), ("/dev/shm", "0x1021994")])  # noqa: S108 # a tmpfs
def test_a_file_system_is_told_by_its_magic_number(folder: str, magic: str) -> None:
    [(name, said)] = between(run("space", folder))
    assert (name, said["folder"], said["magic"]) == ("space", folder, magic)


def test_the_size_of_a_file_system_is_told_in_bytes_and_its_room_is_no_more(tmp_path: Path) -> None:
    [(_, said)] = between(run("space", tmp_path))
    room = os.statvfs(tmp_path)
    assert said["size"] == room.f_blocks * room.f_frsize
    assert 0 <= said["free"] <= said["size"]


def test_a_folder_that_is_not_there_is_told_by_errno(tmp_path: Path) -> None:
    events = run("space", tmp_path / "missing")
    [(name, said)] = between(events)
    assert (name, said["errno"], events[-1]["code"]) == ("failed", "ENOENT", 1)


def test_a_file_is_as_large_as_asked_for(tmp_path: Path) -> None:
    file = str(tmp_path / "file")
    [began, filled] = between(run("fill", file, "--mebibytes", "3"))
    assert began == ("filling", {"file": file, "goal": 3 * MIB})
    assert filled == ("filled", {"file": file, "bytes": 3 * MIB})
    assert Path(file).stat().st_size == 3 * MIB
    assert Path(file).stat().st_blocks * 512 >= 3 * MIB


def test_a_file_is_filled_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    run("fill", file, "--mebibytes", "2", "then", "fill", file)
    assert file.stat().st_size == MIB


def test_what_is_refused_is_told_by_errno_and_the_next_verb_runs() -> None:
    events = run("fill", "/dev/full", "then", "work", "0")
    assert between(events)[1] == ("not-filled", {"file": "/dev/full", "bytes": 0, "errno": "ENOSPC"})
    assert [name for name, _ in between(events)[2:]] == ["working", "worked"]
    assert events[-1]["code"] == 0


def test_a_file_that_cannot_be_opened_is_not_filled(tmp_path: Path) -> None:
    [_, (name, said)] = between(run("fill", tmp_path / "missing" / "file"))
    assert (name, said["errno"], said["bytes"]) == ("not-filled", "ENOENT", 0)
