"""Controls of names, sysctls and abstract sockets: each changes what it says, and nothing else."""

from suite.controls import abstract_socket, names, sysctls
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


@of(names.RIGHT_UNDER_ANOTHER_NAME)
def test_one_app_runs_in_a_pod_that_is_called_otherwise(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert (names_of(first), names_of(second)) == (["left"], ["right"])
        assert second["spec"]["hostname"] == "elsewhere"
        assert not {"subdomain", "setHostnameAsFQDN", "hostnameOverride"} & set(second["spec"])
        assert by_name([first, second]) == by_name([before])
        del first["spec"]["containers"], before["spec"]["containers"]
        assert first == before


@of(names.RIGHT_WITHOUT_ALIASES)
def test_one_app_runs_in_a_pod_without_aliases(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["hostAliases"] == before["spec"]["hostAliases"]
        assert "hostAliases" not in second["spec"]
        assert by_name([first, second]) == by_name([before])


@of(names.RIGHT_WITH_ANOTHER_RESOLVER)
def test_one_app_runs_in_a_pod_with_another_resolver(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert second["spec"]["dnsConfig"] == {"nameservers": ["192.0.2.99"]}
        assert second["spec"]["dnsPolicy"] == before["spec"]["dnsPolicy"] == "None"
        assert by_name([first, second]) == by_name([before])
