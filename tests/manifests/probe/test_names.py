"""The probe's verbs about names and sysctls, on this machine's own resolver and kernel."""

import importlib
import json
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.probes import PROBE, between, named, run


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the probe's own module; hide its neighbours from other tests."""
    monkeypatch.syspath_prepend(PROBE)
    before = set(sys.modules)
    yield importlib.import_module("names")
    for module in set(sys.modules) - before:
        del sys.modules[module]


def test_the_hostname_is_the_kernels() -> None:
    [(name, said)] = between(run("tell-hostname"))
    assert (name, said["hostname"]) == ("hostname", socket.gethostname())
    assert said["fqdn"] or said["errno"]


def test_a_name_of_the_hosts_file_is_resolved() -> None:
    [(name, said)] = between(run("resolve", "localhost", "--within", 5))
    assert (name, said["host"]) == ("resolved", "localhost")
    assert set(said["addresses"]) & {"127.0.0.1", "::1"}


def test_an_address_is_resolved_to_itself() -> None:
    assert between(run("resolve", "2001:db8::10")) == [
        ("resolved", {"host": "2001:db8::10", "addresses": ["2001:db8::10"]})
    ]


def test_a_name_that_cannot_be_is_told_with_why_and_what_follows_runs() -> None:
    events = run("resolve", "no..such", "--within", "0.2", "then", "work", "0")
    [(name, said), *others] = between(events)
    assert name == "unresolved"
    assert (said["host"], said["awaited"]) == ("no..such", 0.2)
    assert said["errno"].startswith(("EAI_", "ETIMEDOUT", "None"))
    assert [name for name, _ in others] == ["working", "worked"]
    assert events[-1]["code"] == 0


NO_ANSWER = [TimeoutError(), socket.gaierror(socket.EAI_AGAIN, "again")]
UNKNOWN = socket.gaierror(socket.EAI_NONAME, "unknown")


@pytest.fixture
def asked(names: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[OSError]:
    """Return what the resolver fails with, look by look; then it finds the name. The hosts file has ``one`` alone."""
    (tmp_path / "hosts").write_text("# 192.0.2.1 commented\n192.0.2.1\tOne\n")
    errors: list[OSError] = []

    def look_up(_name: str, _within: float) -> Any:
        if errors:
            raise errors.pop(0)
        return names.Found(["192.0.2.1"], "one")

    monkeypatch.setattr(names, "HOSTS", str(tmp_path / "hosts"))
    monkeypatch.setattr(names, "look_up", look_up)
    return errors


def test_a_name_of_the_hosts_file_is_asked_for_again_while_no_answer_comes(names: Any, asked: list[OSError]) -> None:
    asked += NO_ANSWER
    assert names.answered("one", 1.0).addresses == ["192.0.2.1"]


@pytest.mark.parametrize(("name", "error"), [("one", UNKNOWN), *(("commented", error) for error in NO_ANSWER)])
def test_what_the_hosts_file_has_not_and_what_is_answered_is_asked_for_once(
    name: str, error: OSError, names: Any, asked: list[OSError]
) -> None:
    asked += [error, UNKNOWN]
    with pytest.raises(type(error)):
        names.answered(name, 1.0)
    assert asked == [UNKNOWN]


def test_a_resolver_that_never_answers_is_given_up(
    names: Any, asked: list[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "ANSWERS_WITHIN", 0.0)
    asked += NO_ANSWER
    with pytest.raises(TimeoutError):
        names.answered("one", 1.0)


def test_the_resolver_is_told_as_the_file_says() -> None:
    if not Path("/etc/resolv.conf").exists():
        pytest.skip("this machine has no /etc/resolv.conf")
    [(name, said)] = between(run("tell-resolver"))
    assert name == "resolver"
    assert set(said) == {"nameservers", "searches", "options"}


def test_a_resolver_file_is_understood_as_the_resolver_does(names: Any) -> None:
    text = """
# a comment
nameserver 192.0.2.53
nameserver\t192.0.2.54 # and no more
search first.test
search a.test  b.test
options ndots:2 edns0
options rotate
; the end
"""
    assert names.understood(text) == {
        "nameservers": ["192.0.2.53", "192.0.2.54"],
        "searches": ["a.test", "b.test"],
        "options": ["ndots:2", "edns0", "rotate"],
    }


def test_an_empty_resolver_file_sets_nothing_up(names: Any) -> None:
    assert names.understood("\n") == {"nameservers": [], "searches": [], "options": []}


@pytest.mark.parametrize(("path", "errno"), [("/not/there", "ENOENT"), ("/", "EISDIR")])
def test_a_resolver_file_that_cannot_be_read_is_told_with_its_errno(
    names: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], path: str, errno: str
) -> None:
    monkeypatch.setattr(names, "RESOLVER", path)
    names.tell_resolver(None)
    said = json.loads(capfd.readouterr().out)
    assert (said["event"], said["nameservers"], said["errno"]) == ("resolver", [], errno)


def test_a_look_up_that_hangs_is_a_time_out(names: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def hang(*_: object) -> None:
        answered.wait(20)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(TimeoutError) as hung:
        names.look_up("name", 0.05)
    assert names.name_of(hung.value) == "ETIMEDOUT"
    answered.set()


def test_a_sysctl_is_read_with_one_space_between_its_words() -> None:
    name = "net.ipv4.ip_local_port_range"
    value = " ".join(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert between(run("read-sysctl", name)) == [("sysctl", {"sysctl": name, "value": value})]


def test_a_sysctl_that_is_not_there_is_told_with_the_errno() -> None:
    assert between(run("read-sysctl", "net.no.such")) == [("no-sysctl", {"sysctl": "net.no.such", "errno": "ENOENT"})]


def test_a_name_is_looked_up_until_it_has_an_address_of_the_family() -> None:
    [resolved] = named(between(run("resolve", "127.0.0.1", "--family", "ipv4", "--within", 20)), "resolved")
    assert resolved["addresses"] == ["127.0.0.1"]


def test_addresses_without_one_of_the_family_are_told_once_the_time_is_over() -> None:
    [resolved] = named(between(run("resolve", "127.0.0.1", "--family", "ipv6", "--within", "0.3")), "resolved")
    assert resolved["addresses"] == ["127.0.0.1"]
