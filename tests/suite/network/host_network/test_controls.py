"""Controls of network host network: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.network.host_network import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.A_NETWORK_OF_ITS_OWN)
def test_the_pod_does_not_ask_for_its_nodes_network(changes: list[Change]) -> None:
    assert controls.ADDRESSES_OF_ITS_OWN.change is controls.A_NETWORK_OF_ITS_OWN.change
    assert controls.A_HOSTNAME_OF_ITS_OWN.change is controls.A_NETWORK_OF_ITS_OWN.change
    for [before], [after] in changes:
        assert before["spec"].pop("hostNetwork") is True
        assert after == before


@of(controls.RIGHT_OFF_THE_NODE)
def test_one_app_runs_in_a_pod_off_the_nodes_network(changes: list[Change]) -> None:
    for before, after in changes:
        assert [pod["spec"].get("hostNetwork") for pod in after] == [True, None]
        assert [names(pod) for pod in after] == [["left"], ["right"]]
        assert by_name(after) == by_name(before)
