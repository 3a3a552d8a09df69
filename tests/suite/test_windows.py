"""A scenario watches until all is there that is judged: what runs on when a window closes may not have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fixtures.session.marks import case_of
from fixtures.timeouts import Timeouts
from records.record import programs

if TYPE_CHECKING:
    import pytest

    from fixtures.play.awaited import Awaited
    from fixtures.play.scenario import Case
    from fixtures.play.stage import Stage

Json = dict[str, Any]

ENDS = ("the Pod to end", "the kubelet to evict", "the Pod to fail")


class _Pod:
    """A deployed Pod that keeps what was awaited of it."""

    node = "node"

    def __init__(self, sent: list[Json], later: list[Json]) -> None:
        self._sent = sent
        self._later = later  # of the same names, with what is to be added
        self._awaited = ""
        self._cut_off: list[str] = []  # by a deletion by force

    def observe(self, what: Awaited, **_: object) -> _Pod:
        self._awaited += f" {what.what} "
        return self

    require = observe

    def observe_as_configured(self, what: Awaited, *_: object) -> _Pod:
        return self.observe(what)

    def delete(self, **_: object) -> _Pod:
        self._sent = []
        return self

    def begin_deletion(self, *, grace: int | None = None) -> _Pod:
        if grace == 0:
            self._cut_off = self.unread()
        return self

    def observe_gone(self, *_: object) -> bool:
        self.delete()
        return True

    def inject(self, _number: int | None = None) -> _Pod:
        names = {pod["metadata"]["name"] for pod in self._sent}
        self._sent = [*self._sent, *(pod for pod in self._later if pod["metadata"]["name"] in names)]
        return self

    dry_inject = observe_job = lambda self: self

    def has(self, _what: Awaited) -> bool:
        return True

    def look_for_endpoint(self, *_: object) -> bool:
        return False

    def observe_endpoint(self, *_: object, **__: object) -> _Pod:
        return self

    def set_condition(self, *_: object, **__: object) -> _Pod:
        return self

    change_container = observe_conditions = set_condition

    def resize(self, *_: object, **__: object) -> bool:
        return True

    def address(self, family: str) -> str:
        return family

    def one_address(self) -> str:
        return self.address("ipv4")

    def kubelet(self, _field: str, default: object) -> object:
        return default

    def said(self, _container: str, _event: str) -> Json:
        return {}

    def another_image_name(self, container: str) -> str:
        return container

    def await_deletion(self) -> _Pod:
        return self.delete()

    def unread(self) -> list[str]:
        """Return the containers that ran on and were not awaited: their output may not have been read.

        A Pod that is deleted, ends or is evicted leaves none; one deleted by force takes its output with it. An awaited
        event proves that all events before it were read. Programs other than the probe print none. If only init
        containers were awaited, the later ones are not judged.
        """
        if any(f" {end} " in self._awaited for end in ENDS):
            return self._cut_off
        inits = [c for pod in self._sent for c in pod["spec"].get("initContainers", []) if "restartPolicy" not in c]
        sidecars = [c for pod in self._sent for c in pod["spec"].get("initContainers", []) if "restartPolicy" in c]
        groups = ("containers", "ephemeralContainers")
        running = [*sidecars, *(c for pod in self._sent for group in groups for c in pod["spec"].get(group, []))]
        if any(map(self._heard, inits)) and not any(map(self._heard, running)):
            return self._cut_off
        silent = {name for pod in self._sent for name in programs(pod)}
        return self._cut_off + [c["name"] for c in running if c["name"] not in silent and not self._heard(c)]

    def _heard(self, container: Json) -> bool:
        return f" {container['name']} to " in self._awaited


class _Hand:
    """A hand on the node that does nothing."""

    def lose_sandbox(self, *_: object) -> None:
        """Lose nothing."""

    remove = kill = restart = lose_sandbox


class _Stage:
    """A stage that deploys nothing."""

    def __init__(self, stimulus: list[Json]) -> None:
        pods = [item for item in stimulus if item["kind"] == "Pod" and "containers" in item["spec"]]
        self._pods = [item for item in pods if "schedulingGates" not in item["spec"]]  # those never run
        self._later = [item for item in stimulus if "ephemeralContainers" in item.get("spec", {})]
        self.deployed: list[_Pod] = []
        self.timeouts = Timeouts()
        self.hand = _Hand()
        self.other_image = "another"

    def __call__(self, role: str | None = None, **_: object) -> _Pod:
        sent = [pod for pod in self._pods if role in {None, pod["metadata"]["name"]}]
        self.deployed.append(_Pod(sent, self._later))
        return self.deployed[-1]

    as_job = as_deployment = roll = __call__

    def take_down(self, _role: str, *pods: _Pod) -> None:
        for pod in pods:
            pod.delete()

    def dry_run(self, *_: object) -> None:
        """Ask nothing."""

    dry_change = dry_run

    def named(self, name: str) -> str:
        return name

    def service_address(self, _name: str, family: str = "ipv4") -> str:
        return family

    def needs_service_family(self, _name: str, _family: str) -> None:
        """Accept every family."""

    def needs_short(self, _name: str) -> None:
        """Accept every name."""

    def more_than_half(self) -> str:
        return "1"

    def note_policies(self) -> None:
        """Find none."""

    def change(self, *_: object) -> None:
        """Change nothing."""

    begin_to_count = count_anew = change


def test_every_container_was_heard_or_its_pod_ended(suite_items: list[pytest.Item]) -> None:
    cases: dict[str, Case] = {case.file_name(None): case for item in suite_items if (case := case_of(item))}
    unread = {}
    for name, case in cases.items():
        stage = _Stage(case.stimulus())
        case.act(cast("Stage", stage))
        if left := [container for pod in stage.deployed for container in pod.unread()]:
            unread[name] = left
    assert unread == {}
