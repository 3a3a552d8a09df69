"""A cluster that is made up, and a run there: what a session does with them is seen without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fixtures.api.target import Target
from fixtures.errors import CannotRunError
from fixtures.session import conformance_run, verdicts
from tests.helpers.histories import exited, pod, ran, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from records import Record

COMPLETE = record(pod(ran("main", 0.0, exited(1.0))))


class MadeUp:
    """In the place of a target and of a run there: it gives one record, or raises what keeps it from that."""

    def __init__(self) -> None:
        self.gives: Record | Exception = COMPLETE
        self.opened: list[Any] = []
        self.settled: list[tuple[str, bool]] = []
        self.closed: list[str] = []
        self.target = Target(
            provider="made",
            name="up",
            reason="made up",
            kubeconfig="nowhere",
            context="none",
            identity={"kubernetes": "v1.37.2", "minor": "1.37", "nodes": {}, "features": {}},
            run="00000000",
            images={},
            runtime_class=None,
            in_flight=8,
            keep="never",
        )
        self.requests, self.pods, self.kept_pods = 10, 7, ["left"]
        self.taken_off: list[str] = []
        self.without_events = ""
        self.at_the_end: Callable[[], object] = lambda: None

    def in_place(self, patch: pytest.MonkeyPatch) -> MadeUp:
        """Put it where a run looks for its cluster."""
        patch.setattr(conformance_run, "Opened", self.open)
        patch.setattr(verdicts, "InFlight", self.fly)
        return self

    def open(self, *chosen: Any) -> Opened:
        """Choose it."""
        if isinstance(self.gives, CannotRunError):
            raise self.gives
        self.opened.append(chosen)
        return Opened(self)

    def fly(self, target: Target, _timeouts: object, in_flight: int, folder: Path) -> MadeUp:
        """Begin a run."""
        assert (target, folder.name) == (self.target, "records")
        self.in_flight = in_flight
        return self

    def ahead(self, cases: list[Any]) -> None:
        """Put scenarios in flight."""
        self.taken_off += [str(case) for case, *_ in cases]

    def record(self, _case: object, _control: object) -> Record:
        """Give the one record, of whatever case."""
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    def settle(self, case: object, _control: object, *, failed: bool) -> None:
        """Hear that a case was judged."""
        self.settled.append((str(case), failed))

    def close(self) -> None:
        """End the run."""
        self.at_the_end()
        self.closed.append("run")


class Opened:
    """What was chosen, while the run lasts."""

    def __init__(self, cluster: MadeUp) -> None:
        self.target, self.requests, self.kept_pods, self._cluster = cluster.target, 3, list[str](), cluster

    def keep_logs(self, _folder: Path) -> list[str]:
        """Say that they were kept."""
        return ["logs of the cluster's parts: here"]

    def close(self) -> list[str]:
        """End it."""
        self._cluster.closed.append("target")
        return [f"kept: {', '.join(self.kept_pods)}"]
