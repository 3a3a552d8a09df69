"""Controls of hostname: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.hostname import controls
from tests.helpers.controls import Change, Json, by_name, names, of


def without_waits(containers: dict[str, Json]) -> dict[str, Json]:
    """Return the containers, their arguments without ``read FILE --within SECONDS``, wherever it stands."""
    for container in containers.values():
        verbs = [verb for verb in " ".join(container["args"]).split(" then ") if not verb.startswith("read ")]
        container["args"] = " then ".join(verbs).split(" ")
    return containers


@of(controls.RIGHT_UNDER_ANOTHER_NAME)
def test_one_app_runs_in_a_pod_that_is_called_otherwise(changes: list[Change]) -> None:
    for [before], [first, second] in changes:
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
