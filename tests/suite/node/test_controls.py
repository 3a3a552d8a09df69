"""Controls of what happens to a node: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.node import controls
from tests.helpers.controls import Change, by_name, names, of


@of(controls.AN_INIT_ELSEWHERE)
def test_one_init_container_lives_in_another_pod(changes: list[Change]) -> None:
    for [before], [after, elsewhere] in changes:
        [moved] = elsewhere["spec"]["containers"]
        assert moved["name"] == "init-2"
        assert moved["args"][-1] == "expect-term"
        inits = before["spec"]["initContainers"]
        assert after["spec"].pop("initContainers") == [each for each in inits if each["name"] != "init-2"]
        assert after["spec"]["containers"] == before["spec"]["containers"]


@of(controls.COUNTED_ELSEWHERE)
def test_the_count_is_kept_outside_the_volume(changes: list[Change]) -> None:
    for [before], [after] in changes:
        args = after["spec"]["initContainers"][0]["args"]
        assert args[args.index("attempt") + 1] == "/tmp/runs"  # noqa: S108
        args[args.index("attempt") + 1] = "/turn/runs"
        assert after == before


@of(controls.INITS_AS_APPS)
def test_the_sidecar_alone_stays_before_the_apps(changes: list[Change]) -> None:
    for [before], [after] in changes:
        assert [each["name"] for each in after["spec"]["initContainers"]] == ["beside"]
        assert names(after) == ["init-1", "init-2", *names(before)]


@of(controls.SIDECAR_LAST)
def test_the_sidecar_comes_after_the_init_containers(changes: list[Change]) -> None:
    for [before], [after] in changes:
        one, sidecar, other = [each["name"] for each in before["spec"]["initContainers"]]
        assert [each["name"] for each in after["spec"]["initContainers"]] == [one, other, sidecar]
        assert sorted(map(str, after["spec"].pop("initContainers"))) == sorted(
            map(str, before["spec"].pop("initContainers"))
        )
        assert after == before


@of(controls.INIT_AS_SIDECAR)
def test_the_init_container_lives_on(changes: list[Change]) -> None:
    for [before, _], [after, _] in changes:
        [init] = after["spec"].pop("initContainers")
        assert (init["args"], init["restartPolicy"]) == (["expect-term"], "Always")
        before["spec"].pop("initContainers")
        assert after == before


@of(controls.EPHEMERAL_AS_APP)
def test_what_was_ephemeral_is_an_app(changes: list[Change]) -> None:
    for [before, _], [after, injected] in changes:
        assert names(after) == [*names(before), "late"]
        assert [each["name"] for each in injected["spec"]["ephemeralContainers"]] == ["other"]


@of(controls.RUN_AGAIN)
def test_an_app_fails_once(changes: list[Change]) -> None:
    for [before, _], [after, _] in changes:
        changed = by_name([after])["other"]["args"]
        assert changed[changed.index("attempt") :] == ["attempt", "/turn/runs", "1", "then", "expect-term"]
        by_name([after])["other"]["args"] = by_name([before])["other"]["args"]
        assert after == before


@of(controls.A_LOCK_ELSEWHERE)
def test_one_app_has_a_folder_of_its_own(changes: list[Change]) -> None:
    for [before, _], [after, _] in changes:
        mounts = by_name([after])["main"]["volumeMounts"]
        assert [mount.pop("subPath") for mount in mounts if "subPath" in mount] == ["own"]
        assert after == before
