"""What each lie says otherwise than the runtime, and that it says nothing else."""

from types import SimpleNamespace

import pytest

from faults import LIES
from faults.lie import Runtime, State
from faults.lies import lie
from tests.helpers.cri import Asked, Message, status


@pytest.fixture
def real() -> Asked:
    return Asked()


@pytest.mark.parametrize("name", LIES)
def test_each_lie_is_a_runtime_that_says_most_as_it_is(name: str, real: Asked) -> None:
    told = lie(name)
    assert real.call(told, "StopContainer", Message("", container_id="a")) == Message("")
    assert real.asked == [("StopContainer", "a")]


def test_a_list_holds_the_containers_that_are_said_to_be_in_the_wanted_state(real: Asked) -> None:
    class Backwards(Runtime):
        def tell(self, container: Message) -> None:
            container.state = int(State.EXITED if container.state == State.RUNNING else State.RUNNING)

    told = Backwards()
    running, _ = real.create(told, "one"), real.create(told, "two")
    real.start(told, running)
    request = Message("", filter=Message("", state=SimpleNamespace(state=int(State.EXITED))))
    response = real.call(told, "ListContainers", request)
    assert [each.id for each in response.containers] == [running]


def test_an_init_container_is_said_to_have_exited_before_it_is_started(real: Asked) -> None:
    told = lie("init-exited")
    first, main = real.create(told, "init-1"), real.create(told, "main")
    assert real.status(told, first).state == State.CREATED
    real.start(told, first)
    assert real.started() == []
    said = real.status(told, first)
    assert (said.state, said.exit_code, said.reason) == (State.EXITED, 0, "Completed")
    real.start(told, main)
    assert real.started() == [main, first]
    assert real.status(told, first).state == State.EXITED
    assert real.status(told, main).state == State.RUNNING


def test_an_init_container_is_kept_back_until_a_container_of_its_own_pod_is_started(real: Asked) -> None:
    told = lie("init-exited")
    first, other = real.create(told, "init-1"), real.create(told, "main", "another")
    real.start(told, first)
    real.start(told, other)
    assert real.started() == [other]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("other-end", 0, (0, "")),
        ("other-end", 3, (4, "")),
        ("other-end", 139, (134, "")),
        ("other-end", 137, (137, "")),
        ("error-reason", 0, (0, "Error")),
        ("error-reason", 137, (137, "Error")),
    ],
)
def test_a_container_that_ended_is_said_to_have_done_so_otherwise(
    name: str, code: int, told: tuple[int, str], real: Asked
) -> None:
    lying = lie(name)
    main = real.create(lying, "main")
    real.statuses[main] = status("main", State.EXITED, main, exit_code=code)
    said = real.status(lying, main)
    assert (said.exit_code, said.reason) == told


@pytest.mark.parametrize(("state", "length"), [(State.RUNNING, 0), (State.EXITED, 20000)])
def test_a_container_that_ended_is_said_to_have_left_a_long_message(state: State, length: int, real: Asked) -> None:
    lying = lie("long-message")
    main = real.create(lying, "main")
    real.statuses[main] = status("main", state, main, message="")
    assert len(real.status(lying, main).message) == length


def test_a_container_that_is_made_again_keeps_its_id_and_the_old_one_is_not_listed(real: Asked) -> None:
    lying = lie("old-id")
    made = [real.create(lying, "main", attempt=attempt) for attempt in range(3)]
    assert made == ["main-0"] * 3
    real.start(lying, "main-0")
    assert real.started() == ["main-2"]
    said = real.status(lying, "main-0")
    assert (said.id, said.state) == ("main-0", State.RUNNING)
    response = real.call(lying, "ListContainers", Message("", filter=Message("", state=None)))
    assert [(each.id, each.state) for each in response.containers] == [("main-0", State.RUNNING)]


def test_a_container_that_is_made_again_has_none_of_its_variables(real: Asked) -> None:
    lying = lie("other-environment")
    first, again = ["SETTING=as-given"], ["SETTING=as-given"]
    real.create(lying, "main", envs=first)
    real.create(lying, "main", envs=again, attempt=1)
    assert (first, again) == (["SETTING=as-given"], [])


def test_an_end_is_dated_earlier_and_a_start_is_not(real: Asked) -> None:
    lying = lie("early-end")
    main = real.create(lying, "main")
    real.statuses[main] = status("main", State.RUNNING, main, started_at=20, finished_at=0)
    assert real.status(lying, main).finished_at == 0
    real.statuses[main] = status("main", State.EXITED, main, started_at=20, finished_at=9_000_000_000)
    said = real.status(lying, main)
    assert (said.started_at, said.finished_at) == (20, 1_000_000_000)


def test_a_container_that_was_removed_is_listed_until_its_sandbox_is_stopped(real: Asked) -> None:
    lying = lie("still-listed")
    ended, killed = (real.create(lying, name) for name in ("ended", "killed"))
    real.start(lying, killed)
    real.statuses[ended].state = int(State.EXITED)
    told = [State.EXITED, State.RUNNING]
    assert [real.status(lying, each).state for each in (ended, killed)] == told
    real.statuses[killed].state = int(State.EXITED)
    for each in (ended, killed):
        real.call(lying, "RemoveContainer", Message("", container_id=each))
    assert "RemoveContainer" not in dict(real.asked)
    response = real.call(lying, "ListContainers", Message("", filter=Message("", state=None)))
    assert [each.state for each in response.containers] == told
    real.call(lying, "StopPodSandbox", Message("", pod_sandbox_id="sandbox"))
    assert real.status(lying, killed).state == State.EXITED
    real.call(lying, "RemoveContainer", Message("", container_id=killed))
    assert real.asked[-1] == ("RemoveContainer", killed)


def test_an_app_is_said_to_run_and_is_started_once_a_neighbour_has_ended(real: Asked) -> None:
    lying = lie("app-late")
    one, three = (real.create(lying, name, pod="start-together") for name in ("one", "three"))
    for each in (one, three):
        real.start(lying, each)
    assert real.started() == [one]
    assert real.status(lying, three).state == State.RUNNING
    everything = Message("", filter=Message("", state=None))
    real.call(lying, "ListContainers", everything)
    assert real.started() == [one]
    real.statuses[one].state = int(State.EXITED)
    real.call(lying, "ListContainers", everything)
    assert real.started() == [one, three]


def test_an_app_of_another_pod_is_started_at_once(real: Asked) -> None:
    lying = lie("app-late")
    three = real.create(lying, "three", pod="start-apps")
    real.start(lying, three)
    assert real.started() == [three]


def test_a_command_in_a_container_is_said_to_have_succeeded_and_is_not_run(real: Asked) -> None:
    assert real.call(lie("exec-answered"), "ExecSync", Message("", container_id="a")) == Message("")
    assert real.asked == []


def test_a_sidecar_is_said_to_run_until_it_is_told_to_end_and_is_never_started(real: Asked) -> None:
    lying = lie("sidecar-skipped")
    beside, main = (real.create(lying, name, pod="starts-first") for name in ("beside", "main"))
    assert real.status(lying, beside).state == State.CREATED
    for each in (beside, main):
        real.start(lying, each)
    assert real.started() == [main]
    said = real.status(lying, beside)
    assert (said.state, said.started_at) == (State.RUNNING, said.created_at)
    real.call(lying, "StopContainer", Message("", container_id=beside))
    said = real.status(lying, beside)
    assert (said.state, said.exit_code, said.reason) == (State.EXITED, 0, "Completed")
    assert said.finished_at > said.started_at


def test_a_sidecar_of_another_pod_is_started(real: Asked) -> None:
    lying = lie("sidecar-skipped")
    beside = real.create(lying, "beside", pod="readiness")
    real.start(lying, beside)
    assert real.started() == [beside]


def test_other_limits_are_put_on_a_neighbour_of_the_same_pod(real: Asked) -> None:
    lying = lie("resize-elsewhere")
    left, beside = real.create(lying, "left"), real.create(lying, "beside")
    alone = real.create(lying, "alone", "another")
    for each in (left, beside, alone):
        assert real.call(lying, "UpdateContainerResources", Message("", container_id=each)) == Message("")
    changed = [asked for method, asked in real.asked if method == "UpdateContainerResources"]
    assert changed == [beside, left]


STOPPED = "stop-term-own-stopped"


def stop(real: Asked, lying: Runtime, identity: str, timeout: int = 0) -> Message:
    """Have a container stopped; return the request, as it was handed on."""
    request = Message("", container_id=identity, timeout=timeout)
    assert real.call(lying, "StopContainer", request) == Message("")
    return request


def stops(real: Asked) -> list[str]:
    """Return the ids of the containers that were really stopped, in order."""
    return [identity for method, identity in real.asked if method == "StopContainer"]


@pytest.mark.parametrize(
    ("name", "pod", "given"),
    [("main", STOPPED, 0), ("main", "hooks-prestop-stopped", 7), ("witness", "stop-term-own-witness", 7)],
)
def test_a_container_that_is_to_be_stopped_is_killed_at_once(name: str, pod: str, given: int, real: Asked) -> None:
    lying = lie("killed-at-once")
    assert stop(real, lying, real.create(lying, name, pod=pod), 7).timeout == given


@pytest.mark.parametrize(("state", "looks"), [(State.RUNNING, 11), (State.EXITED, 1)])
def test_a_container_is_killed_when_its_time_is_over_and_is_not_told(state: State, looks: int, real: Asked) -> None:
    lying = lie("never-told")
    main = real.create(lying, "main", pod=STOPPED)
    real.statuses[main].state = int(state)
    assert stop(real, lying, main, 1).timeout == 0
    assert [method for method, _ in real.asked[1:]] == ["ContainerStatus"] * looks + ["StopContainer"]


def test_a_container_is_said_to_be_stopped_and_is_stopped_once(real: Asked) -> None:
    lying = lie("said-to-be-stopped")
    main = real.create(lying, "main", pod=STOPPED)
    for _ in range(2):
        stop(real, lying, main, 7)
    assert stops(real) == [main]


def test_a_sandbox_is_stopped_once_its_containers_are(real: Asked) -> None:
    lying = lie("said-to-be-stopped")
    stop(real, lying, real.create(lying, "main", pod=STOPPED), 7)
    real.call(lying, "StopPodSandbox", Message("", pod_sandbox_id="sandbox"))
    assert [method for method, _ in real.asked][1:] == ["StopContainer", "StopPodSandbox"]


def test_sidecars_are_stopped_before_the_first_app_and_the_last_one_first(real: Asked) -> None:
    lying = lie("sidecars-first")
    beside, sidecar, left, right = (
        real.create(lying, name, pod=STOPPED) for name in ("beside", "sidecar", "left", "right")
    )
    other = real.create(lying, "adapter", "another", pod=STOPPED)
    for each in (left, right, sidecar):
        stop(real, lying, each)
    assert stops(real) == [sidecar, beside, left, right, sidecar]
    assert other not in stops(real)


def test_the_first_sidecar_is_stopped_in_place_of_the_last_one(real: Asked) -> None:
    lying = lie("sidecars-swapped")
    beside, sidecar, left = (real.create(lying, name, pod=STOPPED) for name in ("beside", "sidecar", "left"))
    for each in (left, sidecar, beside):
        stop(real, lying, each)
    assert stops(real) == [left, beside, sidecar]


@pytest.mark.parametrize(
    ("pod", "code", "told"),
    [("stop-phase-zero-stopped", 0, 1), ("stop-phase-zero-stopped", 137, 137), (STOPPED, 0, 0)],
)
def test_a_container_that_was_stopped_is_said_to_have_failed(pod: str, code: int, told: int, real: Asked) -> None:
    lying = lie("stopped-failed")
    main, other = (real.create(lying, name, pod=pod) for name in ("main", "other"))
    for each in (main, other):
        real.statuses[each] = status("main", State.EXITED, each, exit_code=code)
    stop(real, lying, main)
    assert (real.status(lying, main).exit_code, real.status(lying, other).exit_code) == (told, code)


def test_a_container_that_is_to_be_stopped_once_more_has_the_rest_of_its_time(real: Asked) -> None:
    lying = lie("rest-of-period")
    main = real.create(lying, "main", pod=STOPPED)
    assert [stop(real, lying, main, seconds).timeout for seconds in (5, 9, 2)] == [5, 5, 2]
