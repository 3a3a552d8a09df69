"""Controls of the Pod as the unit: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.unit import controls
from tests.helpers.controls import Change, by_name, of


@of(controls.REQUESTS_AS_LIMITS)
def test_every_container_requests_its_limits(changes: list[Change]) -> None:
    for before, after in changes:
        for name, container in by_name(after).items():
            assert container["resources"]["requests"] == container["resources"]["limits"]
            container["resources"]["requests"] = by_name(before)[name]["resources"]["requests"]
        assert after == before


@of(controls.HALF_A_REQUEST)
def test_the_app_requests_less_cpu_than_its_limit(changes: list[Change]) -> None:
    for before, after in changes:
        resources = by_name(after)["main"]["resources"]
        assert resources["requests"]["cpu"] == "50m" != resources["limits"]["cpu"]
        resources["requests"]["cpu"] = resources["limits"]["cpu"]
        assert after == before


@of(controls.NOTHING_REQUESTED)
def test_no_container_requests_anything(changes: list[Change]) -> None:
    for before, after in changes:
        assert any("resources" in container for container in by_name(before).values())
        assert not any("resources" in container for container in by_name(after).values())


@of(controls.A_REQUEST)
def test_the_app_alone_requests_something(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(after)["main"].pop("resources") == {"requests": {"cpu": "50m"}}
        assert after == before
