"""Controls of hostname: each changes what it says, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from suite.hostname import controls
from tests.helpers.controls import Change, by_name, names, of, without_waits

if TYPE_CHECKING:
    from pathlib import Path


@of(controls.RIGHT_UNDER_ANOTHER_NAME)
def test_one_app_runs_in_a_pod_that_is_called_otherwise(changes: list[Change]) -> None:
    for [before, *others], [first, second, *rest] in changes:
        assert rest == others
        assert (names(first), names(second)) == (["left"], ["right"])
        assert second["spec"]["hostname"] == "elsewhere"
        assert not {"subdomain", "setHostnameAsFQDN", "hostnameOverride"} & set(second["spec"])
        assert by_name([first, second]) == without_waits(by_name([before]))
        for pod in (first, before):
            del pod["spec"]["containers"]
        assert first == before


@of(controls.RIGHT_WITHOUT_ALIASES)
def test_one_app_runs_in_a_pod_without_aliases(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["hostAliases"] == before["spec"]["hostAliases"]
        assert "hostAliases" not in second["spec"]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_WITH_ANOTHER_RESOLVER)
def test_one_app_runs_in_a_pod_with_another_resolver(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert second["spec"]["dnsConfig"] == {"nameservers": ["192.0.2.99"]}
        assert second["spec"]["dnsPolicy"] == before["spec"]["dnsPolicy"] == "None"
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_WITHOUT_DNS_CONFIG)
def test_one_app_runs_in_a_pod_that_adds_nothing_to_its_resolver(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert "dnsConfig" not in second["spec"]
        assert second["spec"]["dnsPolicy"] == before["spec"]["dnsPolicy"]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_WITH_OTHER_ALIASES)
def test_one_app_runs_in_a_pod_whose_aliases_have_another_address(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        aliases = before["spec"]["hostAliases"]
        assert first["spec"]["hostAliases"] == aliases
        assert second["spec"]["hostAliases"] == [alias | {"ip": "192.0.2.99"} for alias in aliases]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_WITH_ONE_SEARCH_MORE)
def test_one_app_runs_in_a_pod_that_searches_one_domain_more(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert second["spec"]["dnsConfig"]["searches"].pop() == "second.podproof.test"
        assert second["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_WITH_THE_NODES_RESOLVER)
def test_one_app_runs_in_a_pod_that_asks_the_nodes_resolver(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
        assert first["spec"]["dnsPolicy"] == before["spec"]["dnsPolicy"] != "Default"
        assert second["spec"]["dnsPolicy"] == "Default"
        assert second["spec"]["dnsConfig"] == before["spec"]["dnsConfig"]
        assert by_name([first, second]) == without_waits(by_name([before]))


@of(controls.RIGHT_IN_ANOTHER_DOMAIN)
def test_one_app_runs_in_a_pod_whose_hosts_file_an_init_container_wrote(changes: list[Change]) -> None:
    for [before, *others], [first, second, *rest] in changes:
        assert rest == others
        [hosts] = second["spec"].pop("initContainers")
        assert hosts["args"] == ["/own/hosts"]
        own = {"name": "own", "mountPath": "/etc/hosts", "subPath": "hosts"}
        assert by_name([second])["right"]["volumeMounts"].pop() == own
        assert by_name([first, second]) == without_waits(by_name([before]))


def test_the_hosts_file_names_the_host_with_another_domain(tmp_path: Path) -> None:
    named = "import socket; socket.gethostname = lambda: 'foo.bar.namespace.svc.cluster.local'\n"
    file = tmp_path / "hosts"
    subprocess.run([sys.executable, "-c", named + controls.HOSTS, file], check=True)
    [line] = file.read_text().splitlines()
    assert line == "192.0.2.99 foo.bar.namespace.svc.another.test foo.bar.namespace.svc.cluster.local"
