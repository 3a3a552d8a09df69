"""Init containers run one at a time, in order, before the apps; what they leave is there for the apps.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, any_of, ended, event, succeeded, terminated
from fixtures.session.marks import requirement, scenario
from suite.init import controls, judges

if TYPE_CHECKING:
    from typing import Any

    from fixtures.play.stage import Stage
    from records import Record, Violation

# What the init container says that it left, what the app says that it found, and the field that holds the content.
PREPARED = {
    "file": ("wrote", "read", "content"),
    "sysv-queue": ("sent", "received", "sha256"),
    "posix-shm": ("wrote", "read", "content"),
}


SEQUENCE = ("init-1", "init-2", "main")
TRIED_THE_LOCK = ("locked", "lock-refused")
CREDENTIAL = "for init containers alone"  # as the manifest gives it
OTHERWISE: dict[str, Any] = {  # fields of an init container, each with another value than the manifest's
    "command": ["python3", "-B", "/probe"],
    "args": ["exit", "1"],
    "env": [{"name": "CHANGED", "value": "1"}],
    "envFrom": [{"configMapRef": {"name": "settings", "optional": True}}],
    "workingDir": "/probe",
    "ports": [{"containerPort": 7000}],
    "volumeMounts": [],
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsUser": 10002},
    "imagePullPolicy": "Never",
    "terminationMessagePath": "/dev/changed",
    "restartPolicy": "Always",
}


@scenario("init/sequential.yaml", restart_policy=["Always", "OnFailure", "Never"])
def sequential(deploy: Stage, restart_policy: str) -> None:
    """Run two init containers that take their time, then the app."""
    deploy(restart_policy=restart_policy).observe(all_of(*(event(name, *TRIED_THE_LOCK) for name in SEQUENCE)))


@scenario("init/retried.yaml", restart_policy=["Always", "OnFailure"], seconds=18)
def retried(deploy: Stage, restart_policy: str) -> None:
    """Let an init container fail twice and then succeed; run another one and the app after it."""
    deploy(restart_policy=restart_policy).observe(all_of(event("main", *TRIED_THE_LOCK), succeeded("init-1")))


@scenario("init/fails.yaml")
def fails(deploy: Stage) -> None:
    """Let an init container fail in a Pod that restarts nothing."""
    deploy().observe(ended())


@scenario("init/fails-own-policy.yaml")
def fails_by_its_own_policy(deploy: Stage) -> None:
    """Let an init container fail that restarts never, in a Pod that restarts all others."""
    deploy(restart_policy="Always").observe(any_of(ended(), event("main", "waiting")))


@scenario("init/prepares-{object}.yaml", object=["file", "sysv-queue", "posix-shm"])
def prepares(deploy: Stage) -> None:
    """Let an init container write something, which the app looks for at once."""
    deploy().observe(ended())


@scenario("init/private-view.yaml")
def private_view(deploy: Stage) -> None:
    """Read a Secret in an init container and a sidecar that mount it, and look for it in an app that does not."""
    deploy().observe(ended())


@scenario("init/resources-{order}.yaml", order=["init-only", "sidecar-before", "sidecar-after"], seconds=1)
def resources(deploy: Stage) -> None:
    """Let a quota count a Pod whose containers ask for a resource that nothing has."""
    deploy.begin_to_count("counted")
    deploy()
    deploy.count_anew("counted")


@scenario("init/change.yaml", seconds=6)
def change(deploy: Stage) -> None:
    """Ask for other fields of an init container that has ended; change its image, and add an ephemeral container then.

    The app is ended last: its last word proves that it lived until then.
    """
    pod = deploy(restart_policy="Always").require(event("main", "waiting"))
    for field, value in OTHERWISE.items():
        pod.change_container("prepare", {field: value}, dry_run=True)
    pod.change_container("prepare", {"image": deploy.other_image})
    pod.inject().observe(terminated("late")).delete()


@requirement("INIT-SEQUENTIAL", control=controls.INITS_AS_APPS)
def test_each_init_container_exits_before_the_next_starts(sequential: Record) -> list[Violation]:
    return judges.out_of_sequence(sequential, *SEQUENCE)


@requirement(
    "INIT-RETRIED",
    control=(controls.RETRIED_AS_APPS, controls.ANOTHER_IS_RETRIED, controls.A_THIRD_RUN_WITHOUT_END),
)
def test_an_init_container_is_retried_until_it_succeeds_and_nothing_starts_before(retried: Record) -> list[Violation]:
    return judges.not_retried(retried, *SEQUENCE) + judges.out_of_sequence(retried, *SEQUENCE)


@requirement("INIT-FAILS-POD", control=(controls.INIT_SUCCEEDS, controls.RESTARTED_ON_FAILURE))
def test_a_failed_init_container_fails_the_pod_and_nothing_after_it_runs(fails: Record) -> list[Violation]:
    return judges.init_failure_ignored(fails, "init-1", "init-2", "main")


@requirement("INIT-FAILS-POD", case="own-policy", control=(controls.INIT_SUCCEEDS, controls.RESTARTED_ON_FAILURE))
def test_an_init_container_that_is_never_restarted_fails_a_pod_that_is(
    fails_by_its_own_policy: Record,
) -> list[Violation]:
    return judges.init_failure_ignored(fails_by_its_own_policy, "init-1", "init-2", "main")


@requirement("INIT-PREPARES", control=(controls.INITS_IN_ANOTHER_POD, controls.PREPARED_BY_A_STRANGER))
def test_what_an_init_container_leaves_is_there_for_the_app(prepares: Record) -> list[Violation]:
    made, found, content = PREPARED[prepares.case]
    return judges.unprepared(prepares, made=("prepare", made), found=("main", found), by=content)


@requirement("INIT-PRIVATE-VIEW", control=(controls.SHOWN_TO_THE_APP, controls.HIDDEN_FROM_THE_INIT_CONTAINER))
def test_an_init_container_sees_a_secret_that_the_app_does_not(private_view: Record) -> list[Violation]:
    return judges.not_private(private_view, "prepare", "beside", "main", content=CREDENTIAL)


@requirement("INIT-RESOURCES", control=(controls.A_SECOND_POD, controls.PODS_COUNTED))
def test_a_quota_counts_the_effective_request_of_a_pod(resources: Record) -> list[Violation]:
    return judges.counted_otherwise(resources, "counted", f"podproof.dev/{resources.case}")


@requirement("INIT-CHANGE", case="image-alone", control=controls.CHANGED_BEFORE)
def test_the_image_of_an_init_container_can_be_changed_and_nothing_else(change: Record) -> list[Violation]:
    return judges.changed_otherwise(change, "prepare", *OTHERWISE)


@requirement("INIT-CHANGE", case="no-restart", control=controls.FAILS_ONCE)
def test_another_image_of_an_init_container_restarts_nothing(change: Record) -> list[Violation]:
    return judges.restarted_by_change(change, "prepare", "main", "late")
