"""Controls of the Pod as the unit: each changes what it says, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from suite.unit import controls
from tests.helpers.controls import Change, by_name, of

if TYPE_CHECKING:
    from pathlib import Path


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


@of(controls.NOTHING_ASKED)
def test_no_container_asks_for_cpu(changes: list[Change]) -> None:
    for before, after in changes:
        assert all(container.pop("resources") for container in by_name(before).values())
        assert after == before


@of(controls.ANOTHER_BOOT)
def test_the_last_app_reads_an_id_of_no_boot(changes: list[Change]) -> None:
    for before, after in changes:
        old, new = before[0]["spec"]["containers"], after[0]["spec"]["containers"]
        assert new[-1]["args"][-2:] == ["read", "/proc/sys/kernel/random/uuid"]
        new[-1]["args"][-1] = old[-1]["args"][-1]
        assert after == before


@of(controls.PORTS_APART)
def test_those_that_are_to_want_others_ports_ask_for_ports_of_nobody(changes: list[Change]) -> None:
    def port(container: Any) -> Any:
        return container["ports"][0]

    for before, after in changes:
        old, new = by_name(before), by_name(after)
        held = {port(old[name])["hostPort"] for name in ("holder", "beside")}
        for name in ("taken-app", "taken-sidecar"):
            assert port(old[name])["hostPort"] in held
            assert port(new[name])["hostPort"] not in held
            port(new[name])["hostPort"] = port(old[name])["hostPort"]
        assert after == before


@of(controls.A_REQUEST)
def test_the_app_alone_requests_something(changes: list[Change]) -> None:
    for before, after in changes:
        assert by_name(after)["main"].pop("resources") == {"requests": {"cpu": "50m"}}
        assert after == before


@pytest.mark.parametrize("changes", [controls.LEFT_ELSEWHERE, controls.MANY_LEFT_ELSEWHERE], indirect=True)
def test_every_app_leaves_its_message_elsewhere(changes: list[Change]) -> None:
    for [before], [after] in changes:
        for container in after["spec"]["containers"]:
            place = container["args"].index(controls.ELSEWHERE)
            assert container["args"][place - 1] == "last-words"
            del container["args"][place]
        assert after == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [(controls.ANOTHER_MESSAGE, "another"), (controls.HALF_A_MESSAGE, "said by p")],
    indirect=["changes"],
)
def test_a_program_above_the_probe_writes_the_message_anew(changes: list[Change], message: str, tmp_path: Path) -> None:
    file = tmp_path / "message"
    for [before], [after] in changes:
        for old, new in zip(before["spec"]["containers"], after["spec"]["containers"], strict=True):
            program = new["command"][2].replace("/dev/termination-log", str(file))
            probe = f"open({str(file)!r}, 'w').write('said by probe!!!!!'); raise SystemExit(3)"
            assert subprocess.call([sys.executable, "-c", program, "-c", probe]) == 3
            assert file.read_text() == message
            assert new["command"][3:] == ["/probe"]
            new["command"] = old["command"]
        assert after == before


@pytest.mark.parametrize(
    ("changes", "name", "arguments"),
    [
        (controls.NOT_HELD, "init-held", ["exit", "0"]),
        (controls.NONE_LIVES_ON, "other", ["exit", "0"]),
        (controls.NEVER_AGAIN, "again", ["attempt", "/turn/runs", "1", "0"]),
        (controls.INIT_FAILS, "init-held", ["exit", "1"]),
        (controls.NEVER_INITIALIZED, "init-held", ["exit", "1"]),
    ],
    indirect=["changes"],
)
def test_one_container_ends_otherwise(changes: list[Change], name: str, arguments: list[str]) -> None:
    for before, after in changes:
        assert by_name(after)[name]["args"] == arguments != by_name(before)[name]["args"]
        by_name(after)[name]["args"] = by_name(before)[name]["args"]
        assert after == before


@of(controls.WITHOUT_INITS)
def test_the_init_container_and_the_sidecar_are_left_out(changes: list[Change]) -> None:
    for [before], [after] in changes:
        del before["spec"]["initContainers"]
        assert after == before
