"""Init containers run one at a time, in order, before the apps; what they leave is there for the apps.

https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.play.awaited import all_of, ended, event, succeeded
from fixtures.session.marks import requirement, scenario
from suite.init import controls, judges

if TYPE_CHECKING:
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


@scenario("init/sequential.yaml", restart_policy=["Always", "OnFailure", "Never"])
def sequential(deploy: Stage, restart_policy: str) -> None:
    """Run two init containers that take their time, then the app."""
    deploy(restart_policy=restart_policy).observe(all_of(*(event(name, *TRIED_THE_LOCK) for name in SEQUENCE)))


@scenario("init/retried.yaml", restart_policy=["Always", "OnFailure"], seconds=16)
def retried(deploy: Stage, restart_policy: str) -> None:
    """Let an init container fail twice and then succeed; run another one and the app after it."""
    deploy(restart_policy=restart_policy).observe(all_of(event("main", *TRIED_THE_LOCK), succeeded("init-1")))


@scenario("init/fails.yaml")
def fails(deploy: Stage) -> None:
    """Let an init container fail in a Pod that restarts nothing."""
    deploy().observe(ended())


@scenario("init/prepares-{object}.yaml", object=["file", "sysv-queue", "posix-shm"])
def prepares(deploy: Stage) -> None:
    """Let an init container write something, which the app looks for at once."""
    deploy().observe(ended())


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


@requirement("INIT-PREPARES", control=(controls.INITS_IN_ANOTHER_POD, controls.PREPARED_BY_A_STRANGER))
def test_what_an_init_container_leaves_is_there_for_the_app(prepares: Record) -> list[Violation]:
    made, found, content = PREPARED[prepares.case]
    return judges.unprepared(prepares, made=("prepare", made), found=("main", found), by=content)
