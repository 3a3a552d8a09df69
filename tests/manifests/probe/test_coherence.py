"""The probe's FIFOs, sockets, locks, notices, mappings and versions, on this machine's own kernel."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.helpers.probes import (
    Json,
    between,
    names,
    rest,
    run,
    start,
    until,
)


def both(one: tuple[object, ...], other: tuple[object, ...]) -> tuple[list[tuple[str, Json]], list[tuple[str, Json]]]:
    """Run two probes beside each other; return what each printed."""
    first, second = start(*one), start(*other)
    return between(rest(first)), between(rest(second))


def test_what_is_sent_through_a_fifo_is_received_whoever_comes_first(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    sent, received = both(("send-fifo", fifo, "--within", 20), ("receive-fifo", fifo, "--within", 20))
    assert [name for name, _ in sent] == ["fifo-made", "fifo-sent"]
    assert received == [("fifo-received", {"file": str(fifo), "content": sent[1][1]["content"]})]


def test_a_fifo_that_nobody_reads_is_told_by_errno(tmp_path: Path) -> None:
    events = run("send-fifo", tmp_path / "fifo", "--within", 0.1)
    name, said = between(events)[-1]
    assert (name, said["errno"], said["awaited"], events[-1]["code"]) == ("fifo-not-sent", "ENXIO", 0.1, 1)


def test_a_fifo_that_is_not_there_is_told_by_errno(tmp_path: Path) -> None:
    events = run("receive-fifo", tmp_path / "fifo", "--within", 0.1)
    [(name, said)] = between(events)
    assert (name, said["errno"], said["awaited"], events[-1]["code"]) == ("fifo-not-received", "ENOENT", 0.1, 1)


def test_a_fifo_that_nobody_writes_is_told_as_such(tmp_path: Path) -> None:
    run("send-fifo", tmp_path / "fifo")
    [(name, said)] = between(run("receive-fifo", tmp_path / "fifo", "--within", 0.1))
    assert (name, said["errno"], said["bytes"]) == ("fifo-not-received", "EAGAIN", 0)


def test_a_question_at_a_unix_socket_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    server, client = both(("answer-unix", path, "--within", 20), ("ask-unix", path, "--within", 20))
    assert [name for name, _ in server] == ["serving", "asked"]
    [(name, said)] = client
    assert (name, said["sent"], said["back"]) == ("answered", server[1][1]["nonce"], server[1][1]["nonce"])
    assert said["answer"] == server[1][1]["answer"]


def test_a_socket_that_nobody_asks_or_serves_is_told(tmp_path: Path) -> None:
    events = run("answer-unix", tmp_path / "socket", "--within", 0.1)
    assert between(events)[-1] == ("not-asked", {"file": f"{tmp_path}/socket", "awaited": 0.1})
    assert events[-1]["code"] == 1
    for path, errno in ((tmp_path / "socket", "ECONNREFUSED"), (tmp_path / "none", "ENOENT")):
        events = run("ask-unix", path, "--within", 0.1)
        [(name, said)] = between(events)
        assert (name, said["errno"], said["awaited"], events[-1]["code"]) == ("unanswered", errno, 0.1, 1)


@pytest.mark.parametrize("kind", ["flock", "fcntl"])
def test_a_lock_is_refused_until_its_holder_frees_it(tmp_path: Path, kind: str) -> None:
    lock, held, tried = tmp_path / "lock", tmp_path / "held", tmp_path / "tried"
    holder = start(
        *("take-lock", kind, lock, "then", "write", held, "then", "read", tried, "--within", 20, "then"),
        *("free-lock", kind, lock),
    )
    until(holder, "wrote")
    assert [(name, said.get("errno")) for name, said in between(run("take-lock", kind, lock))] == [
        ("taking", None),
        ("lock-refused", "EAGAIN"),
    ]
    run("write", tried)
    assert [event["event"] for event in rest(holder)] == ["read", "lock-freeing", "lock-freed", "exit"]
    lock_fields = {"kind": kind, "file": str(lock)}
    assert between(run("take-lock", kind, lock)) == [("taking", lock_fields), ("lock-taken", lock_fields)]


def test_what_was_not_locked_cannot_be_freed(tmp_path: Path) -> None:
    events = run("free-lock", "flock", tmp_path / "lock")
    assert between(events)[0][0] == "nothing-to-free"
    assert events[-1]["code"] == 1


def test_a_watcher_is_told_what_happens_in_its_folder_until_the_name_came(tmp_path: Path) -> None:
    watcher = start("watch", tmp_path, "then", "until-notified", tmp_path, "file", "--within", 20)
    until(watcher, "watching")
    run("write", tmp_path / "file")
    notices = [(event["name"], event["told"]) for event in rest(watcher) if event["event"] == "notified"]
    assert notices == [("file.partial", ["create"]), ("file.partial", ["close-write"]), ("file", ["moved-to"])]


def test_a_watcher_that_is_told_nothing_says_so(tmp_path: Path) -> None:
    events = run("watch", tmp_path, "then", "until-notified", tmp_path, "file", "--within", 0.1)
    assert between(events)[-1] == ("not-notified", {"folder": str(tmp_path), "name": "file", "awaited": 0.1})
    assert events[-1]["code"] == 1


def test_a_folder_that_cannot_be_watched_is_told_by_errno(tmp_path: Path) -> None:
    [(name, said)] = between(run("watch", tmp_path / "none"))
    assert (name, said["errno"]) == ("failed", "ENOENT")


def test_what_one_process_stores_in_its_mapping_another_loads_from_its_own(tmp_path: Path) -> None:
    page = tmp_path / "page"

    def verbs(mine: int, other: int) -> tuple[object, ...]:
        stores = ("map", page, "then", "store", page, mine, "then")
        return (*stores, "load", page, other, "--within", 20, "then", "unmap", page)

    left, right = both(verbs(0, 1), verbs(1, 0))
    assert [name for name, _ in left] == ["mapped", "stored", "loaded", "unmapping"]
    assert left[2][1]["content"] == right[1][1]["content"]
    assert right[2][1]["content"] == left[1][1]["content"]
    assert left[1][1]["content"] != right[1][1]["content"]


def test_a_slot_that_nobody_fills_is_not_loaded(tmp_path: Path) -> None:
    events = run("map", tmp_path / "page", "then", "load", tmp_path / "page", 1, "--within", 0.1)
    assert between(events)[-1] == ("not-loaded", {"file": f"{tmp_path}/page", "slot": 1, "awaited": 0.1})
    assert events[-1]["code"] == 1


def test_a_file_that_is_renamed_over_is_whole_at_every_read(tmp_path: Path) -> None:
    file, enough = tmp_path / "file", tmp_path / "enough"
    writer = start("replace", file, "--until", enough, "--within", 20)
    events = run("read-versions", file, 20, "--within", 20, "then", "write", enough)
    name, said = between(events)[0]
    assert name == "versions-read"
    assert (said["versions"], said["missing"], said["torn"], said["backwards"]) == (20, 0, 0, 0)
    replaced = rest(writer)[-2]
    assert replaced["event"] == "replaced"
    assert replaced["versions"] >= 20


@pytest.mark.parametrize(
    ("how", "count"), [("--in-place", "torn"), ("--removing", "missing"), ("--backwards", "backwards")]
)
def test_a_file_that_is_written_badly_is_read_so(tmp_path: Path, how: str, count: str) -> None:
    file, enough = tmp_path / "file", tmp_path / "enough"
    writer = start("replace", file, "--until", enough, "--within", 20, how)
    name, said = between(run("read-versions", file, 20, "--within", 20, "then", "write", enough))[0]
    assert name == "versions-read"
    assert [each for each in ("torn", "missing", "backwards") if said[each]] == [count]
    rest(writer)


def test_versions_that_go_backwards_or_are_missing_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    coherence = names()["MODULES"]["coherence"]
    one, two, three = (coherence.version(number) for number in (1, 2, 3))
    reads, said = iter([None, two, one, None, b"", three[:-1], two, three]), list[Json]()

    def contents(_: str) -> bytes:
        found: bytes | None = next(reads)
        if found is None:
            raise FileNotFoundError
        return found

    monkeypatch.setattr(coherence, "contents", contents)
    monkeypatch.setattr(coherence.event, "emit", lambda name, **fields: said.append({"event": name, **fields}))
    assert coherence.read_versions(SimpleNamespace(file="file", count=3, within=20.0)) == 0
    counts = {"reads": 6, "versions": 3, "missing": 1, "torn": 2, "backwards": 1}
    assert said == [{"event": "versions-read", "file": "file", **counts}]


def test_a_file_that_does_not_come_has_no_versions(tmp_path: Path) -> None:
    events = run("read-versions", tmp_path / "file", 1, "--within", 0.1)
    counts = {"reads": 0, "versions": 0, "missing": 0, "torn": 0, "backwards": 0}
    assert between(events) == [("versions-not-read", {"file": f"{tmp_path}/file", **counts, "awaited": 0.1})]
    assert events[-1]["code"] == 1


def test_a_writer_that_nobody_stops_stops_by_itself(tmp_path: Path) -> None:
    events = run("replace", tmp_path / "file", "--until", tmp_path / "enough", "--within", 0.1)
    assert [name for name, _ in between(events)] == ["replacing", "not-stopped"]
    assert events[-1]["code"] == 1
