"""Controls of sidecars: each changes what it says, and nothing else."""

from __future__ import annotations

import pytest

from suite.sidecars import controls
from tests.helpers.controls import Change, by_name, deployed, names, of


def differing(change: Change) -> set[str]:
    """Return the containers that a control changed, and no other part of the Pods may be changed."""
    before, after = (by_name(deployed(objects)) for objects in change)
    assert before.keys() == after.keys()
    found = {name for name in before if before[name] != after[name]}
    for name in found:
        before[name].clear()
        after[name].clear()
    assert change[0] == change[1]
    return found


@of(controls.SIDECARS_AS_APPS)
def test_the_sidecars_run_as_apps(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert names(after, "initContainers") == ["init-1"]
        assert names(after) == ["main", *(name for name in names(before, "initContainers") if name != "init-1")]
        assert not any("restartPolicy" in each for each in after["spec"]["containers"])


@of(controls.A_SIDECAR_THAT_ENDS)
def test_the_sidecar_says_that_it_is_there_and_ends(changes: list[Change]) -> None:
    for change in changes:
        assert by_name(change[1])["beside"]["args"] == ["write", "/turn/there"]
        assert differing(change) == {"beside"}


@of(controls.GATES_WITHOUT_PROBES)
def test_the_gates_open_late_and_no_probe_waits_for_them(changes: list[Change]) -> None:
    for change in changes:
        for name in ("beside", "sidecar"):
            before, after = (by_name(objects)[name] for objects in change)
            assert before.keys() - after.keys() == {"startupProbe"}
            assert after["args"] == ["work", "60", *before["args"][2:]]
        assert differing(change) == {"beside", "sidecar"}


@of(controls.PROBES_IN_VAIN)
def test_the_last_sidecars_probe_looks_for_what_is_never_there(changes: list[Change]) -> None:
    for change in changes:
        assert by_name(change[1])["sidecar"]["startupProbe"]["exec"]["command"][3] == "/gate/sidecar.up-elsewhere"
        assert differing(change) == {"sidecar"}


@of(controls.DONE_WITHOUT_HOOKS)
def test_the_sidecars_do_late_what_their_hooks_were_to_do(changes: list[Change]) -> None:
    for change in changes:
        for name in ("beside", "sidecar"):
            after = by_name(change[1])[name]
            assert "lifecycle" not in after
            assert after["args"] == ["work", "60", "then", "write", f"/gate/{name}", "then", "expect-term"]
        assert differing(change) == {"beside", "sidecar"}


@of(controls.FIRST_RUNS_THAT_STAY)
def test_the_first_run_of_each_sidecar_goes_on(changes: list[Change]) -> None:
    for change in changes:
        for name in ("beside", "sidecar"):
            before, after = (" ".join(by_name(objects)[name]["args"]) for objects in change)
            assert (before.count("attempt"), after.count("attempt")) == (2, 1)
            assert f"attempt /turn/{name}-second" in after
        assert differing(change) == {"beside", "sidecar"}


@of(controls.AN_APP_THAT_ENDS)
def test_the_app_fails_soon(changes: list[Change]) -> None:
    for change in changes:
        assert by_name(change[1])["main"]["args"][-2:] == ["exit", "1"]
        assert differing(change) == {"main"}


@of(controls.AN_APP_WITHOUT_A_LOCK)
def test_the_app_takes_no_lock(changes: list[Change]) -> None:
    for change in changes:
        assert "lock" not in by_name(change[1])["main"]["args"]
        assert differing(change) == {"main"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [(controls.ALWAYS_READY, ""), (controls.NEVER_READY, "never")],
    indirect=["changes"],
)
def test_the_readiness_probe_does_not_heed_the_annotation(changes: list[Change], word: str) -> None:
    for change in changes:
        before, after = (
            by_name(deployed(objects))["beside"]["readinessProbe"]["exec"]["command"] for objects in change
        )
        assert after == [*before[:-1], before[-1].replace('"yes"', f'"{word}"')] != before
        assert differing(change) == {"beside"}


@of(controls.FAILS_AS_AN_INIT_CONTAINER)
def test_the_sidecar_that_fails_is_a_plain_init_container(changes: list[Change]) -> None:
    for change in changes:
        before, after = (by_name(objects)["sidecar"] for objects in change)
        assert before.keys() - after.keys() == {"restartPolicy", "startupProbe"}
        assert differing(change) == {"sidecar"}


@of(controls.SUCCEEDS_AT_ONCE)
def test_the_first_run_of_the_failing_sidecar_goes_on(changes: list[Change]) -> None:
    for change in changes:
        assert "attempt" not in by_name(change[1])["sidecar"]["args"]
        assert differing(change) == {"sidecar"}


@of(controls.A_SIDECAR_AS_AN_APP_THAT_FAILS)
def test_the_sidecar_of_the_job_is_an_app_that_fails(changes: list[Change]) -> None:
    for [_], [after] in changes:
        assert names(after, "initContainers") == []
        assert names(after) == ["main", "beside"]
        assert "restartPolicy" not in by_name([after])["beside"]
        assert by_name([after])["beside"]["args"][-2:] == ["exit", "3"]
