"""Configuration as files and as environment: the same for all containers; files are updated, the rest is not.

https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import durationpy

from fixtures.play.awaited import all_of, event
from fixtures.session.marks import requirement, scenario
from suite.volumes.config import controls, judges, observations

if TYPE_CHECKING:
    from fixtures.play.deployed import Deployed
    from fixtures.play.stage import Stage
    from records import Record, Violation

SETTING = "setting"
TWIN = "twin"
BEFORE, AFTER = "before", "after"  # what the manifests give, and what their containers wait for
BOTH = {SETTING: AFTER, TWIN: AFTER}
CHANGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "configmap": ("ConfigMap", "settings", {"data": BOTH}),
    "secret": ("Secret", "settings", {"stringData": BOTH}),
    "downward-label": ("Pod", "downward-label", {"metadata": {"labels": BOTH}}),
    "downward-annotation": ("Pod", "downward-annotation", {"metadata": {"annotations": BOTH}}),
}
READ = [event(name, "read") for name in ("left", "right", "fixed")]
CHANGED = [event(name, "changed") for name in ("left", "right")]
PERIOD = "syncFrequency"  # of the kubelet's configuration
SYNC_JITTER = 0.5  # of the period: pkg/kubelet/pod_workers.go, workerResyncIntervalJitterFactor
TOKEN_LIFE = 600.0  # s, as in the manifest
ROTATED_AT = 0.8  # of its life: the API's comment on ServiceAccountTokenProjection.expirationSeconds
HAVE_VARIABLES = ("second", "sidecar", "app", "late")  # init container, sidecar, app, ephemeral container
FROM_FILE = {"NONCE": "NONCE", "RENAMED": "LITERAL", "LINES": "LINES"}  # variable: key


@scenario("volumes/config/{source}.yaml", source=list(CHANGES), seconds=95)
def updated(deploy: Stage, source: str) -> None:
    """Follow the configuration in all containers; change it, and delete the Pod once every mount shows that."""
    pod = deploy(restart_policy="Always").observe(all_of(*READ, event("variable", "read"), event("pair", "pair")))
    deploy.change(*CHANGES[source])
    seen = all_of(*CHANGED, event("variable", "waiting"), event("pair", "pair-changed"))
    pod.observe_as_configured(seen, update_window(deploy, pod), PERIOD).delete()


@scenario("volumes/config/subpath-restarted.yaml", seconds=95)
def subpath_restarted(deploy: Stage) -> None:
    """Update a ConfigMap; let a container that has a file of it by subPath end once it was updated, and run again."""
    pod = deploy(restart_policy="Always").observe(event("again", "read"))
    deploy.change(*CHANGES["configmap"])
    pod.observe_as_configured(event("again", "waiting"), update_window(deploy, pod), PERIOD).delete()


@scenario("volumes/config/{source}.yaml", source=["token"])
def token(deploy: Stage) -> None:
    """Read the Pod's token in its containers."""
    deploy().observe(all_of(*READ)).delete()


@scenario("volumes/config/{source}.yaml", source=["token"], seconds=570)
def rotated(deploy: Stage) -> None:
    """Follow the Pod's token until all who mount it have seen another; then delete the Pod."""
    pod = deploy()
    pod.observe(all_of(*READ))
    window = TOKEN_LIFE * ROTATED_AT + update_window(deploy, pod)
    pod.observe_as_configured(all_of(*CHANGED), window, PERIOD).delete()


@scenario("volumes/config/env-file.yaml", seconds=17)
def env_file(deploy: Stage) -> None:
    """Write variables to a file in an init container; print them in the others, one of them ephemeral."""
    pod = deploy().observe(event("app", "waiting"))
    pod.inject().observe(event("late", "exit")).delete()


def update_window(deploy: Stage, pod: Deployed) -> float:
    """Return how long an update may take to reach a Pod, s: the kubelet's sync period, and the way to its cache.

    "the total delay […] can be as long as the kubelet sync period + cache propagation delay": the kubelet syncs a Pod
    after its ``syncFrequency`` and up to half as much more, at random.
    """
    period = durationpy.from_str(pod.kubelet(PERIOD, "1m0s")).total_seconds()
    return period * (1 + SYNC_JITTER) * deploy.timeouts.scale + deploy.timeouts.propagation


@requirement("VOL-CONFIG", case="same", control=(controls.OTHER_SETTINGS, controls.SETTINGS_NOT_MOUNTED))
def test_every_container_reads_what_was_given(updated: Record) -> list[Violation]:
    return judges.not_the_same(updated, "left", "right", "fixed", content=BEFORE)


@requirement("VOL-CONFIG", case="same", control=controls.OTHER_SETTINGS)
def test_every_container_reads_the_same_token(token: Record) -> list[Violation]:
    return judges.not_the_same(token, "left", "right", "fixed")


@requirement(
    "VOL-CONFIG",
    case="update",
    control=(controls.RIGHT_BY_SUBPATH, controls.SETTINGS_NOT_MOUNTED, controls.WRITTEN_BY_A_NEIGHBOUR),
)
def test_an_update_reaches_every_container_that_mounts_the_volume(updated: Record) -> list[Violation]:
    return judges.not_updated(updated, "left", "right", content=AFTER)


@requirement("VOL-CONFIG", case="atomic", control=(controls.TWIN_BY_SUBPATH, controls.TURNED_BACK))
def test_two_files_of_a_volume_are_updated_at_one_moment(updated: Record) -> list[Violation]:
    return judges.torn(updated, "pair", before=BEFORE, after=AFTER)


@requirement("VOL-CONFIG", case="notified", control=controls.ANOTHER_FOLDER_WATCHED)
def test_who_watches_the_folder_is_told_of_an_update(updated: Record) -> list[Violation]:
    return judges.update_untold(updated, "pair", name="..data")


@requirement("VOL-CONFIG", case="update", control=controls.RIGHT_BY_SUBPATH)
def test_a_rotated_token_reaches_every_container_that_mounts_the_volume(rotated: Record) -> list[Violation]:
    return judges.not_updated(rotated, "left", "right")


@requirement("VOL-CONFIG", case="subpath", control=controls.FIXED_BY_VOLUME)
def test_what_is_mounted_by_subpath_is_not_updated(updated: Record) -> list[Violation]:
    return judges.updated_by_subpath(updated, "fixed", "left", "right")


@requirement("VOL-CONFIG", case="subpath", control=controls.FIXED_BY_VOLUME)
def test_a_token_that_is_mounted_by_subpath_is_not_rotated(rotated: Record) -> list[Violation]:
    return judges.updated_by_subpath(rotated, "fixed", "left", "right")


@requirement("VOL-CONFIG-RESTARTED", control=None)
def test_what_a_new_run_finds_by_subpath_after_an_update(subpath_restarted: Record) -> list[str]:
    return observations.found_by_runs(subpath_restarted, "again", "/fixed/setting")


@requirement("VOL-CONFIG", case="read-only", control=(controls.WRITTEN_ELSEWHERE, controls.SHUT_ELSEWHERE))
def test_what_is_given_is_mounted_read_only(updated: Record) -> list[Violation]:
    return judges.writable(updated, "left")


@requirement("ENV-NOT-UPDATED", control=(controls.RESTARTED_ONCE_UPDATED, controls.WITHOUT_THE_VARIABLE))
def test_an_environment_variable_is_not_updated(updated: Record) -> list[Violation]:
    return judges.environment_updated(updated, "variable", name=SETTING)


@requirement("ENV-FROM-FILE", case="values", control=(controls.WRITTEN_ANEW, controls.WITHOUT_A_VARIABLE))
def test_containers_have_the_variables_that_another_wrote_to_a_file(env_file: Record) -> list[Violation]:
    return judges.not_from_file(env_file, "writer", *HAVE_VARIABLES, names=FROM_FILE)


@requirement("ENV-FROM-FILE", case="optional", control=controls.WRITTEN_WITH_THE_KEY)
def test_an_optional_variable_whose_key_is_missing_is_not_set(env_file: Record) -> list[Violation]:
    return judges.set_without_key(env_file, *HAVE_VARIABLES, name="OPTIONAL")
