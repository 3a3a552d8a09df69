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
