"""The probe's verbs about inodes, on this machine's own kernel."""

import os
from pathlib import Path

import pytest

from tests.helpers.probes import between, rest, run, start, until


def test_a_file_is_told_by_what_the_kernel_knows_of_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o2640)
    found = file.stat()
    access = {"mode": "0o2640", "uid": os.getuid(), "gid": found.st_gid}
    inode = {"inode": found.st_ino, "device": found.st_dev, "links": 1}
    assert between(run("stat", file)) == [("stat", {"file": str(file), **access, **inode})]


def test_what_is_not_there_is_told_by_errno_and_the_next_verb_runs(tmp_path: Path) -> None:
    events = run("stat", tmp_path / "none", "then", "stat", tmp_path)
    assert [(name, said.get("errno")) for name, said in between(events)] == [("not-there", "ENOENT"), ("stat", None)]
    assert events[-1]["code"] == 0


def test_a_link_is_a_second_name_of_one_inode(tmp_path: Path) -> None:
    file, name = tmp_path / "file", tmp_path / "name"
    file.touch()
    events = between(run("link", file, name, "then", "stat", file, "then", "stat", name))
    assert events[0] == ("linked", {"file": str(file), "name": str(name)})
    assert events[1][1]["inode"] == events[2][1]["inode"]
    assert events[1][1]["links"] == events[2][1]["links"] == 2


@pytest.mark.parametrize(("arguments", "mode"), [((), "0o755"), (("--mode", "2777"), "0o2777")])
def test_a_folder_has_the_mode_that_was_asked_for_or_what_the_umask_leaves(
    tmp_path: Path, arguments: tuple[str, ...], mode: str
) -> None:
    before = os.umask(0o022)
    try:
        events = between(run("make-folder", tmp_path / "folder", *arguments))
    finally:
        os.umask(before)
    assert events == [("folder-made", {"folder": f"{tmp_path}/folder", "mode": mode})]


def test_what_is_open_is_read_when_its_name_is_gone(tmp_path: Path) -> None:
    file, gone = tmp_path / "file", tmp_path / "gone"
    file.write_text("content")
    reader = start("open", file, "then", "read", gone, "--within", 20, "then", "read-open", file)
    until(reader, "opened")
    run("remove", file, "then", "write", gone)
    [_, read, _] = rest(reader)
    assert (read["event"], read["content"], read["links"]) == ("open-read", "content", 0)


def test_what_is_open_and_cannot_be_read_is_told_by_errno(tmp_path: Path) -> None:
    events = run("open", tmp_path, "then", "read-open", tmp_path)
    assert between(events)[-1] == ("open-not-read", {"file": str(tmp_path), "errno": "EISDIR"})


def test_a_file_is_emptied_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    assert between(run("empty", tmp_path / "file")) == [("emptied", {"file": f"{tmp_path}/file"})]
    assert (tmp_path / "file").read_text() == ""


def test_a_try_to_write_tells_what_came_of_it_and_the_next_verb_runs(tmp_path: Path) -> None:
    events = run("try-write", tmp_path / "no" / "file", "then", "try-write", tmp_path / "file")
    (first, refused), (second, done) = between(events)
    assert (first, refused["errno"], second) == ("write-refused", "ENOENT", "write-done")
    assert (tmp_path / "file").read_text() == done["content"]
    assert events[-1]["code"] == 0


def test_a_try_to_write_leaves_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before ")
    [(_, done)] = between(run("try-write", tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "before " + done["content"]
