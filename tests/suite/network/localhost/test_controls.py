"""Controls of network localhost: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.localhost import controls
from tests.helpers.controls import Change, by_name, deployed, names, of, without_waits
from tests.helpers.pod_security import containers_of

TRIED_IN_VAIN = {"challenger": ["7000"], "before": ["7001"], "again": ["7001"]}


@of(controls.CLIENT_IN_ANOTHER_POD)
def test_the_client_runs_in_a_pod_of_its_own(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["server", "again"], ["client"]]
        old, new = by_name(before), by_name(after)
        assert new.pop("client") == without_waits({"client": old.pop("client")})["client"]
        assert all("/turn/client" not in container["args"] for container in new.values())
        assert without_waits(new) == without_waits(old)


@of(controls.LOCALHOST_ELSEWHERE)
def test_the_client_alone_has_a_hosts_file_in_which_localhost_is_elsewhere(changes: list[Change]) -> None:
    for [before], [file, after] in changes:
        assert file["data"] == {"hosts": "192.0.2.1 localhost\n"}
        old, new = by_name([before]), by_name([after])
        assert new.pop("client")["volumeMounts"][-1]["mountPath"] == "/etc/hosts"
        old.pop("client")
        assert new == old


@of(controls.RIGHT_IN_ANOTHER_POD)
def test_one_app_runs_in_a_pod_of_its_own_and_the_others_stay(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert [names(pod, "initContainers") for pod in after] == [["beside", "before"], []]
        assert by_name(after) == without_waits(by_name(before))


@of(controls.REUSED_PORT)
def test_every_bind_shares_its_port_and_nothing_else_changed(changes: list[Change]) -> None:
    for [before], [after] in changes:
        for old, new in zip(containers_of(before), containers_of(after), strict=True):
            places = [place for place, argument in enumerate(new["args"]) if argument == "bind"]
            assert places
            assert all(new["args"][place + 1] == "--reuse-port" for place in places)
            assert [argument for argument in new["args"] if argument != "--reuse-port"] == old["args"]


@of(controls.SECOND_ON_LOOPBACK)
def test_the_second_container_alone_listens_on_loopback(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new.pop("second")["args"][:4] == ["serve", "tcp", "127.0.0.1", "7002"]
        assert old.pop("second")["args"][:4] == ["serve", "tcp", "$(ANY)", "7002"]
        assert new == old


@of(controls.LISTENER_ON_EVERY_ADDRESS)
def test_the_listener_listens_on_all_addresses_at_its_private_port_too(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(deployed(before)), by_name(deployed(after))
        assert new.pop("listener")["args"][:4] == ["serve", "tcp", "0.0.0.0", "7001"]  # noqa: S104 # in a Pod
        assert old.pop("listener")["args"][:4] == ["serve", "tcp", "127.0.0.1", "7001"]
        assert new == old


@of(controls.PORTS_NOT_FREED)
def test_a_port_is_bound_again_before_the_other_tries_again(changes: list[Change]) -> None:
    anew = ["then", "bind", "$(PROTOCOL)", "$(ANY)", "7000"]
    for [before], [after] in changes:
        old, new = by_name([before]), by_name([after])
        holder = new["holder"]["args"]
        place = holder.index("free") + 3
        assert holder[place : place + 5] == anew
        assert holder[place + 5 :] == [
            "then",
            "write",
            "/turn/freed",
            "then",
            "read",
            "/turn/tried-again",
            "--within",
            "20",
        ]
        assert new["challenger"]["args"] == [*old["challenger"]["args"], "then", "write", "/turn/tried-again"]
        assert new["beside"]["args"] == ["bind", "$(PROTOCOL)", "$(ANY)", "7002", "then", *old["beside"]["args"]]
        assert new["again"] == old["again"]


@of(controls.NOBODYS_ADDRESS)
def test_who_is_to_try_in_vain_does_so_at_an_address_of_nobody(changes: list[Change]) -> None:
    for [before], [after] in changes:
        for old, new in zip(containers_of(before), containers_of(after), strict=True):
            tries = [n for n, word in enumerate(new["args"]) if word == "192.0.2.1"]
            assert [new["args"][n + 1] for n in tries] == TRIED_IN_VAIN.get(new["name"], [])
            assert ["$(ANY)" if word == "192.0.2.1" else word for word in new["args"]] == old["args"]
        assert by_name([after])["challenger"]["args"][-3:] == ["$(ANY)", "7000", "--reuse-address"]


@of(controls.CRASHED_TWICE)
def test_who_crashes_once_crashes_twice(changes: list[Change]) -> None:
    for [before], [after] in changes:
        [crashing] = [container["args"] for container in containers_of(after) if "crash" in container["args"]]
        assert crashing.count("crash") == 2
        crashing.remove("crash")
        assert after == before


@of(controls.ONE_PORT)
def test_the_second_container_listens_at_the_port_of_the_first(changes: list[Change]) -> None:
    for before, after in changes:
        second = by_name(after)["second"]["args"]
        assert second[:4] == ["serve", "tcp", "$(ANY)", "7001"]
        second[3] = "7002"
        assert after == before


@of(controls.GARBLED)
def test_the_second_container_alone_answers_otherwise_than_it_prints(changes: list[Change]) -> None:
    for before, after in changes:
        second = by_name(after)["second"]["args"]
        assert second.pop(4) == "--garbled"
        assert after == before
