"""The probe's network verbs, on this machine's own kernel."""

import importlib
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.helpers.probes import (
    PROBE,
    between,
    named,
    rest,
    run,
    start,
    until,
)

Json = dict[str, Any]

PROTOCOLS = ["tcp", "udp"]


def has_ipv6() -> bool:
    """Return whether this machine's loopback interface has ::1."""
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
HERE = ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)]


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Yield the probe's module as its programs import it."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(PROBE)
    yield importlib.import_module("net")
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize("address", HERE)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_both_print_the_nonces_of_both(protocol: str, address: str, port: int) -> None:
    server = start("serve", protocol, address, port, "then", "until-asked", "--within", 20)
    until(server, "serving")
    [answered] = named(between(run("ask", protocol, address, port, "--within", 20)), "answered")
    [asked] = [event for event in rest(server) if event["event"] == "asked"]
    assert (answered["sent"], answered["back"], answered["answer"]) == (asked["nonce"], asked["nonce"], asked["answer"])
    assert asked["nonce"] != asked["answer"]
    assert asked["peer"] == address
    assert server.returncode == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_garbled_answer_is_another_than_is_printed(protocol: str, port: int) -> None:
    server = start("serve", protocol, "127.0.0.1", port, "--garbled", "then", "until-asked", "--within", 20)
    until(server, "serving")
    [answered] = named(between(run("ask", protocol, "127.0.0.1", port, "--within", 20)), "answered")
    [asked] = [event for event in rest(server) if event["event"] == "asked"]
    assert answered["sent"] == answered["back"] == asked["nonce"]
    assert answered["answer"] != asked["answer"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_who_asks_before_anybody_serves_is_answered_later(protocol: str, port: int) -> None:
    client = start("ask", protocol, "127.0.0.1", port, "--within", 20)
    until(client, "started")
    run("serve", protocol, "127.0.0.1", port, "then", "until-asked", "--within", 20)
    assert [event["event"] for event in rest(client) if event["event"] != "connected"] == ["answered", "exit"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("family", "address"), [("ipv4", "127.0.0.1"), pytest.param("ipv6", "::1", marks=needs_ipv6)])
def test_a_name_is_asked_at_its_address_of_that_family(protocol: str, family: str, address: str, port: int) -> None:
    if address not in {str(found[4][0]) for found in socket.getaddrinfo("localhost", None)}:
        pytest.skip(f"localhost is not {address} on this machine")
    server = start("serve", protocol, address, port, "then", "until-asked", "--within", 20)
    until(server, "serving")
    events = between(run("ask", protocol, "localhost", port, "--family", family, "--within", 20))
    rest(server)
    [answered] = named(events, "answered")
    assert (answered["host"], answered["address"]) == ("localhost", address)


def test_a_name_that_is_nobodys_is_not_answered(port: int) -> None:
    [unanswered] = named(between(run("ask", "tcp", "no..such", port)), "unanswered")
    assert (unanswered["host"], unanswered["address"]) == ("no..such", "no..such")
    assert unanswered["errno"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_who_is_not_answered_says_why_and_goes_on(protocol: str, port: int) -> None:
    events = run("ask", protocol, "127.0.0.1", port, "--within", "0.2", "then", "work", "0")
    said = between(events)
    assert [name for name, _ in said] == ["unanswered", "working", "worked"]
    assert (said[0][1]["errno"], said[0][1]["awaited"]) == ("ECONNREFUSED", 0.2)
    assert events[1]["clock"] - events[0]["clock"] >= 0.2e9
    assert events[-1]["code"] == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_silent_server_is_a_time_out(protocol: str, port: int) -> None:
    with socket.socket(type=socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", port))
        if protocol == "tcp":
            silent.listen()
        events = between(run("ask", protocol, "127.0.0.1", port, "--within", "0.2"))
    assert named(events, "unanswered")[0]["errno"] == "ETIMEDOUT"
    assert bool(named(events, "connected")) == (protocol == "tcp")  # once more after the time is over


def test_an_answer_that_comes_when_another_address_was_asked_counts(
    port: int, net: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answer the question that the first address was sent, once the time is over and the second one was asked."""
    monkeypatch.setattr(net, "look_up", lambda *_: SimpleNamespace(addresses=["127.0.0.1", "127.0.0.2"]))
    monkeypatch.setattr(net, "PATIENCE", 0.2)
    said: list[tuple[str, Json]] = []
    monkeypatch.setattr(net.event, "emit", lambda name, **fields: said.append((name, fields)))
    with socket.socket(type=socket.SOCK_DGRAM) as starved:
        starved.bind(("127.0.0.1", port))
        wanted = SimpleNamespace(protocol="udp", address="localhost", port=port, family="", within=0.3)
        client = threading.Thread(target=net.ask, args=(wanted,))
        client.start()
        question, asker = starved.recvfrom(64)
        client.join(1.0)
        assert client.is_alive()
        starved.sendto(question.strip() + b" late\n", asker)
        client.join(20)
    [(name, fields)] = said
    assert (name, fields["address"], fields["answer"]) == ("answered", "127.0.0.1", "late")


def test_a_connection_that_ends_without_an_answer_is_told_as_such(port: int) -> None:
    with socket.socket() as curt:
        curt.bind(("127.0.0.1", port))
        curt.listen()
        client = start("ask", "tcp", "127.0.0.1", port, "--within", "1")
        connection, _ = curt.accept()
        connection.recv(64)
    connection.close()  # and nobody listens for another try
    assert rest(client)[-2]["errno"] in {"ECONNABORTED", "ECONNREFUSED"}


def test_a_question_that_breaks_off_is_told_and_the_next_is_answered(port: int) -> None:
    server = start("serve", "tcp", "127.0.0.1", port, "then", "until-asked", "--within", 20)
    until(server, "serving")
    with socket.create_connection(("127.0.0.1", port)) as rude:
        rude.sendall(b"half a line")
    [answered] = named(between(run("ask", "tcp", "127.0.0.1", port, "--within", 20)), "answered")
    broken, asked, _ = rest(server)
    assert (broken["event"], broken["errno"]) == ("not-answered", "ECONNABORTED")
    assert asked["nonce"] == answered["sent"]


def test_who_is_never_asked_says_so(port: int) -> None:
    events = run("serve", "tcp", "127.0.0.1", port, "then", "until-asked", "--within", "0.1")
    assert between(events)[-1] == ("not-asked", {"awaited": 0.1})
    assert events[-1]["code"] == 1


def test_several_ports_are_served_beside_what_follows(port: int) -> None:
    server = start("serve", "tcp", "127.0.0.1", port, "then", "serve", "udp", "127.0.0.1", port, "then", "expect-term")
    until(server, "waiting")
    for protocol in PROTOCOLS * 2:
        assert named(between(run("ask", protocol, "127.0.0.1", port, "--within", 20)), "answered")
    server.terminate()
    assert [event["event"] for event in rest(server)] == [*["asked"] * 4, "terminated", "exit"]


@needs_ipv6
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_ipv6_address_is_not_every_ipv4_address(protocol: str, port: int) -> None:
    server = start("serve", protocol, "::", port, "then", "expect-term")
    until(server, "waiting")
    assert named(between(run("ask", protocol, "::1", port, "--within", 20)), "answered")
    assert named(between(run("ask", protocol, "127.0.0.1", port)), "unanswered")
    server.terminate()
    rest(server)


@pytest.mark.parametrize("verb", ["serve", "bind"])
def test_an_address_of_nobody_here_is_not_bound(verb: str, port: int) -> None:
    events = run(verb, "tcp", "192.0.2.200", port)
    [said] = named(between(events), "not-bound")
    assert (said["errno"], said["port"]) == ("EADDRNOTAVAIL", port)
    assert events[-1]["code"] == (1 if verb == "serve" else 0)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_port_that_is_held_is_refused_until_it_is_freed(protocol: str, port: int) -> None:
    at = (protocol, "127.0.0.1", port)
    holder = start("bind", *at, "then", "expect-term", "then", "free", protocol, port, "then", "expect-term")
    until(holder, "waiting")
    refused = between(run("bind", *at, "--reuse-address"))
    assert [name for name, _ in refused] == ["binding", "not-bound"]
    assert refused[1][1]["errno"] == "EADDRINUSE"
    holder.terminate()
    until(holder, "freed")
    assert [name for name, _ in between(run("bind", *at, "--reuse-address"))] == ["binding", "bound"]
    holder.terminate()
    rest(holder)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_port_that_both_let_others_have_is_bound_twice(protocol: str, port: int) -> None:
    holder = start("bind", protocol, "127.0.0.1", port, "--reuse-port", "then", "expect-term")
    until(holder, "waiting")
    for option, outcome in (("--reuse-port", "bound"), ("--reuse-address", "not-bound")):
        assert between(run("bind", protocol, "127.0.0.1", port, option))[-1][0] == outcome
    holder.terminate()
    rest(holder)


def test_what_was_not_bound_cannot_be_freed(port: int) -> None:
    events = run("free", "tcp", port)
    assert between(events) == [("nothing-to-free", {"protocol": "tcp", "port": port})]
    assert events[-1]["code"] == 1


def test_the_addresses_are_those_that_the_system_tells() -> None:
    *addresses, (last, looked) = between(run("list-addresses"))
    listed = [said for _, said in addresses]
    assert last == "looked"
    assert looked["addresses"] == sorted([said["interface"], said["address"]] for said in listed)
    assert ("127.0.0.1", "lo") in {(said["address"], said["interface"]) for said in listed}
    for said in listed:
        interface = Path("/sys/class/net", said["interface"])
        assert said["index"] == int((interface / "ifindex").read_text())
        assert (said["mac"] or "") == (interface / "address").read_text().strip()
    lines = [line.split() for line in Path("/proc/net/if_inet6").read_text().splitlines()] if has_ipv6() else []
    ipv6 = {(said["address"], said["interface"]) for said in listed if ":" in said["address"]}
    assert ipv6 == {(str(ipaddress.IPv6Address(int(line[0], 16))), line[-1]) for line in lines}
