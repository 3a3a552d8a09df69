"""Controls of api: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.api import controls
from tests.helpers.controls import Change, of


@of(controls.LEGAL_NAME)
def test_the_name_is_a_dns_subdomain_and_nothing_else_changed(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert after["metadata"].pop("name").replace("-", "").isalnum()
        del before["metadata"]["name"]
        assert after == before


@of(controls.ANOTHER_FAULT)
def test_what_is_sent_last_has_a_policy_for_images_that_there_is_not(changes: list[Change]) -> None:
    for [*first, before], [*same, after] in changes:
        assert same == first
        [group] = {"containers", "ephemeralContainers"} & after["spec"].keys()
        assert {each.pop("imagePullPolicy") for each in after["spec"][group]} == {"Whenever"}
        assert after == before
