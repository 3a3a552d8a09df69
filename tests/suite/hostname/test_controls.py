"""Controls of hostname: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.hostname import controls
from tests.helpers.controls import Change, by_name, names, of, without_waits


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
