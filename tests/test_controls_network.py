"""Controls of names, sysctls and abstract sockets: each changes what it says, and nothing else."""

from suite.controls import abstract_socket, host_network, names, services, sysctls
from tests.test_controls import Change, Json, by_name, changes, of
from tests.test_controls import names as names_of

__all__ = ["changes"]  # the fixture


@of(abstract_socket.ANOTHER_SOCKET)
def test_the_listener_alone_serves_another_socket(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = by_name(before), by_name(after)
        assert new.pop("listener")["args"][:3] == ["serve-abstract", "another", "then"]
        assert old.pop("listener")["args"][:3] == ["serve-abstract", "podproof", "then"]
        assert new == old


@of(abstract_socket.INTRUDER_IN_THE_SAME_POD)
def test_the_intruder_runs_beside_the_listener(changes: list[Change]) -> None:
    for before, after in changes:
        assert [names_of(pod) for pod in after] == [["listener", "neighbour", "intruder"]]
        assert by_name(after) == by_name(before)


def sysctls_of(pods: list[Json]) -> list[list[Json]]:
    return [pod["spec"]["securityContext"].get("sysctls", []) for pod in pods]


@of(sysctls.WITHOUT_SYSCTLS)
def test_no_pod_is_given_a_sysctl(changes: list[Change]) -> None:
    for before, after in changes:
        assert sysctls_of(after) == [[], []]
        assert sysctls_of(before)[0]
        assert by_name(after) == by_name(before)


@of(sysctls.THE_STRANGER_TOO)
def test_both_pods_are_given_the_same_sysctls(changes: list[Change]) -> None:
    for before, after in changes:
        given, nothing = sysctls_of(before)
        assert (given != nothing, nothing) == (True, [])
        assert sysctls_of(after) == [given, given]
        assert by_name(after) == by_name(before)


def without_waits(containers: dict[str, Json]) -> dict[str, Json]:
    """Containers that wait for no other: the arguments without ``read FILE --within SECONDS then``."""
    for container in containers.values():
        arguments = container["args"]
        while "read" in arguments:
            place = arguments.index("read")
            assert (arguments[place + 2], arguments[place + 4]) == ("--within", "then")
            del arguments[place : place + 5]
    return containers


@of(names.RIGHT_UNDER_ANOTHER_NAME)
def test_one_app_runs_in_a_pod_that_is_called_otherwise(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert (names_of(first), names_of(second)) == (["left"], ["right"])
        assert second["spec"]["hostname"] == "elsewhere"
        assert not {"subdomain", "setHostnameAsFQDN", "hostnameOverride"} & set(second["spec"])
        assert by_name([first, second]) == without_waits(by_name([before]))
        for pod in (first, before):
            del pod["spec"]["containers"]
        assert first == before


@of(names.RIGHT_WITHOUT_ALIASES)
def test_one_app_runs_in_a_pod_without_aliases(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["hostAliases"] == before["spec"]["hostAliases"]
        assert "hostAliases" not in second["spec"]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(names.RIGHT_WITH_ANOTHER_RESOLVER)
def test_one_app_runs_in_a_pod_with_another_resolver(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert second["spec"]["dnsConfig"] == {"nameservers": ["192.0.2.99"]}
        assert second["spec"]["dnsPolicy"] == before["spec"]["dnsPolicy"] == "None"
        assert by_name([first, second]) == without_waits(by_name([before]))


def ports_of(pods: list[Json]) -> dict[str, list[tuple[str, int]]]:
    """Of each container: its ports' names and numbers."""
    found = by_name([pod for pod in pods if pod["kind"] == "Pod"])
    return {
        name: [(port["name"], port["containerPort"]) for port in container["ports"]]
        for name, container in found.items()
        if "ports" in container
    }


def without_ports(objects: list[Json]) -> list[Json]:
    """The objects, and nothing of what their containers call their ports."""
    for container in by_name([item for item in objects if item["kind"] == "Pod"]).values():
        container.pop("ports", None)
    return objects


@of(services.PORT_NAMES_PASSED_ON)
def test_every_port_has_the_name_of_another(changes: list[Change]) -> None:
    for before, after in changes:
        assert ports_of(before) == {
            "first": [("first", 7001)],
            "second": [("second", 7002)],
            "beside": [("beside", 7003)],
        }
        assert ports_of(after) == {
            "first": [("second", 7001)],
            "second": [("beside", 7002)],
            "beside": [("first", 7003)],
        }
        assert without_ports(after) == without_ports(before)


@of(services.ANOTHER_HOSTNAME)
def test_the_server_asks_for_another_hostname(changes: list[Change]) -> None:
    for before, after in changes:
        assert before[1]["spec"]["hostname"] == "foo"
        before[1]["spec"]["hostname"] = "baz"
        assert after == before


@of(services.PORT_OF_THE_APP)
def test_the_app_names_the_port_that_the_init_container_did(changes: list[Change]) -> None:
    for before, after in changes:
        assert ports_of(before) == {"before": [("early", 7001)], "main": [("web", 7002)]}
        assert ports_of(after) == {"main": [("web", 7002), ("early", 7001)]}
        assert without_ports(after) == without_ports(before)


@of(services.NAME_OF_ANOTHER_SERVICE)
def test_the_client_resolves_the_name_of_another_service(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = (by_name([item for item in objects if item["kind"] == "Pod"]) for objects in (before, after))
        assert old.pop("by-name")["args"][:2] == ["resolve", "$(SERVICE)"]
        assert new.pop("by-name")["args"][:2] == ["resolve", "kubernetes.default"]
        assert new == old


@of(host_network.A_NETWORK_OF_ITS_OWN)
def test_the_pod_does_not_ask_for_its_nodes_network(changes: list[Change]) -> None:
    assert host_network.ADDRESSES_OF_ITS_OWN.change is host_network.A_NETWORK_OF_ITS_OWN.change
    for [before], [after] in changes:
        assert before["spec"].pop("hostNetwork") is True
        assert after == before
