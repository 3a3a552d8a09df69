"""The probe's servers that the kubelet asks, on this machine."""

import http.client
import signal
import socket
from pathlib import Path

from tests.helpers.probes import rest, run, start, until

HERE = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HERE, 0)) as found:
        return int(found.getsockname()[1])


def ask(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(HERE, port, timeout=5)
    connection.request("GET", path, headers={"X-Own": "nonce"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_questions_are_counted_by_path_and_answered_badly_where_they_are_to_be() -> None:
    port = free_port()
    process = start("answer-probes", "http", port, "--bad", "1:/live:2-3", "--bad", "2:/live:1", "then", "expect-term")
    until(process, "waiting")
    assert [ask(port, "/live") for _ in range(4)] == [200, 503, 503, 200]
    assert ask(port, "/ready") == 200
    process.send_signal(signal.SIGTERM)
    probed = [event for event in rest(process) if event["event"] == "probed"]
    assert [(each["path"], each["number"], each["status"]) for each in probed[-2:]] == [
        ("/live", 4, 200),
        ("/ready", 1, 200),
    ]
    assert probed[0]["host"] == f"{HERE}:{port}"
    assert ["X-Own", "nonce"] in probed[0]["headers"]
    assert (probed[0]["local"], probed[0]["port"], probed[0]["peer"]) == (HERE, port, HERE)


def test_a_file_makes_every_answer_bad_and_another_ends_that(tmp_path: Path) -> None:
    port, up, closed = free_port(), tmp_path / "up", tmp_path / "closed"
    process = start("answer-probes", "http", port, "--bad-until", up, "--bad-with", closed, "then", "expect-term")
    until(process, "waiting")
    assert ask(port, "/") == 503
    up.touch()
    assert ask(port, "/") == 200
    closed.touch()
    assert ask(port, "/") == 503
    process.send_signal(signal.SIGTERM)
    rest(process)


def test_a_tcp_server_listens_no_more_once_it_is_to_be_bad() -> None:
    port = free_port()
    process = start("answer-probes", "tcp", port, "--on", HERE, "--bad", "1:tcp:3", "then", "expect-term")
    until(process, "waiting")
    for _ in range(2):
        socket.create_connection((HERE, port), 5).close()
    assert until(process, "closed")["path"] == "tcp"
    with socket.socket() as late:
        assert late.connect_ex((HERE, port)) != 0
    process.send_signal(signal.SIGTERM)
    rest(process)


def test_each_run_has_its_number_and_its_address(tmp_path: Path) -> None:
    serving = [
        next(
            e
            for e in run("answer-probes", "tcp", free_port(), "--runs", tmp_path / "runs", "--on", HERE, "any")
            if e["event"] == "serving"
        )
        for _ in range(3)
    ]
    assert [(each["run"], each["address"]) for each in serving] == [(1, HERE), (2, "any"), (3, "any")]


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server((HERE, 0)) as taken:
        events = run("answer-probes", "tcp", taken.getsockname()[1], "--on", HERE)
    [told] = [event for event in events if event["event"] == "not-bound"]
    assert told["errno"] == "EADDRINUSE"
    assert events[-1]["code"] == 1
