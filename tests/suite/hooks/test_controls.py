"""Controls of hooks: each changes what it says, and nothing else."""

from __future__ import annotations

import re

import pytest

from suite.hooks import controls
from tests.helpers.controls import Change, Json, of
from tests.helpers.pod_security import containers_of


def hooks_of(objects: list[Json], kind: str) -> list[Json]:
    """Return the apps' hooks of a kind."""
    containers = [each for pod in objects for each in pod["spec"]["containers"]]
    return [each["lifecycle"][kind] for each in containers if kind in each.get("lifecycle", {})]


def text_of(hook: Json) -> str:
    """Return a hook's command or path."""
    return " ".join(hook["exec"]["command"]) if "exec" in hook else str(hook["httpGet"]["path"])


@pytest.mark.parametrize(
    "changes", [controls.WITHOUT_HOOKS, controls.WITHOUT_PRESTOP, controls.WITHOUT_PRESTOP_SLEEP], indirect=True
)
def test_no_container_has_a_hook(changes: list[Change]) -> None:
    for before, after in changes:
        assert all("lifecycle" not in each for pod in after for each in containers_of(pod))
        assert all(each.pop("lifecycle") for pod in before for each in pod["spec"]["containers"])
        assert after == before


@of(controls.RELEASED_AT_ONCE)
def test_the_hook_awaits_what_it_wrote_itself(changes: list[Change]) -> None:
    for before, after in changes:
        [old], [new] = hooks_of(before, "postStart"), hooks_of(after, "postStart")
        assert "released" in text_of(old)
        assert text_of(new) == text_of(old).replace("released", "began")
        old.clear()
        new.clear()
        assert after == before


@pytest.mark.parametrize("changes", [controls.HOOK_SUCCEEDS, controls.HOOK_SUCCEEDS_ONCE], indirect=True)
def test_the_hook_makes_no_attempt_that_fails(changes: list[Change]) -> None:
    for before, after in changes:
        [old], [new] = hooks_of(before, "postStart"), hooks_of(after, "postStart")
        assert text_of(old) == f"{text_of(new)} then attempt /turn/hooks 1"
        old.clear()
        new.clear()
        assert after == before


@of(controls.RESTARTED)
def test_the_pod_restarts_what_ends(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert before["spec"].pop("restartPolicy") == "Never"
        assert after["spec"].pop("restartPolicy") == "Always"
        assert after == before


@of(controls.LONGER_THAN_THE_PERIOD)
def test_every_hook_takes_longer_than_the_grace_period(changes: list[Change]) -> None:
    for [before], [after] in changes:
        period = after["spec"].pop("terminationGracePeriodSeconds")
        assert period < before["spec"].pop("terminationGracePeriodSeconds")
        for old, new in zip(hooks_of([before], "preStop"), hooks_of([after], "preStop"), strict=True):
            pairs = zip(re.split("[ =&]", text_of(old)), re.split("[ =&]", text_of(new)), strict=True)
            [(seconds, longer)] = [(word, other) for word, other in pairs if word != other]
            assert float(seconds) < period < float(longer)
            old.clear()
            new.clear()
        assert after == before


@of(controls.SHORTER_THAN_THE_PERIOD)
def test_the_hook_ends_at_once(changes: list[Change]) -> None:
    for before, after in changes:
        [old], [new] = hooks_of(before, "preStop"), hooks_of(after, "preStop")
        assert text_of(new) == text_of(old).removesuffix("=60") + "=0"
        old.clear()
        new.clear()
        assert after == before


@of(controls.CALLED_AT_START)
def test_the_request_is_sent_at_the_start_too(changes: list[Change]) -> None:
    for before, after in changes:
        for container in (each for pod in after for each in pod["spec"]["containers"]):
            assert container["lifecycle"].pop("postStart") == container["lifecycle"]["preStop"]
        assert after == before
