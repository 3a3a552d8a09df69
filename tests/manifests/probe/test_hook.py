"""The probe's hook verb, on this machine: a request does what its query says, before it is answered."""

import http.client
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import Popen

from tests.helpers.probes import between, named, rest, start, until


@contextmanager
def serving(folder: Path, *then: object) -> Iterator[tuple[Popen[str], int]]:
    """Serve hooks in a folder until the block ends; yield the probe and its port."""
    with socket.socket(socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET) as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    with start("serve-hooks", port, folder, "then", "expect-term", *then) as probe:
        try:
            until(probe, "waiting")
            yield probe, port
        finally:
            probe.kill()


def get(port: int, path: str, address: str = "127.0.0.1") -> int:
    """Return the status of the answer."""
    with closing(http.client.HTTPConnection(address, port, timeout=20)) as asking:
        asking.request("GET", path)
        return asking.getresponse().status


def test_a_request_is_answered_once_another_has_written_what_it_awaits(tmp_path: Path) -> None:
    with serving(tmp_path) as (probe, port):
        hook = threading.Thread(target=get, args=(port, "/?write=began&await=released"))
        hook.start()
        assert until(probe, "asked")["path"] == "/?write=began&await=released"
        while not (tmp_path / "began").exists():
            assert hook.is_alive()
        assert hook.is_alive()
        assert get(port, "/?write=released") == 200
        hook.join()
        answered = [until(probe, "answering")["path"] for _ in range(2)]
    assert set(answered) == {"/?write=began&await=released", "/?write=released"}


def test_what_a_request_locks_is_locked_until_it_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path, "then", "lock", tmp_path / "lock", "then", "expect-term") as (probe, port):
        hook = threading.Thread(target=get, args=(port, "/?lock=lock&write=began&await=released"))
        hook.start()
        while not (tmp_path / "began").exists():
            assert hook.is_alive()
        probe.send_signal(signal.SIGTERM)
        assert until(probe, "lock-refused")["errno"] == "EAGAIN"
        (tmp_path / "released").touch()
        hook.join()


def test_what_a_request_locked_is_free_after_the_answer(tmp_path: Path) -> None:
    with serving(tmp_path, "then", "lock", tmp_path / "lock") as (probe, port):
        assert get(port, "/?lock=lock&work=0.1") == 200
        probe.send_signal(signal.SIGTERM)
        events = between([{}, *rest(probe)])
        assert named(events, "locked") == [{"file": str(tmp_path / "lock")}]


def test_every_address_is_served(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, port):
        assert get(port, "/main") == 200
        if socket.has_dualstack_ipv6():
            assert get(port, "/main", "::1") == 200
