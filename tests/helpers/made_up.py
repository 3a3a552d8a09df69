"""A fake target and a fake run on it, for tests of a session without a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fixtures.api.every_pod import EveryPod
from fixtures.api.target import Target
from fixtures.errors import CannotRunError
from fixtures.play import canary
from fixtures.play.in_flight import HowFar
from fixtures.session import conformance_run, verdicts
from tests.helpers.histories import exited, pod, ran, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from fixtures.play.canary import Flown
    from records import Record

COMPLETE = record(pod(ran("main", 0.0, exited(1.0))))


class MadeUp:
    """A fake target and run; it gives one record for every case, or raises an error."""

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
            identity={"kubernetes": "v1.37.2", "minor": "1.37", "nodes": {}, "features": {}, "unverified": []},
            run="00000000",
            every_pod=EveryPod(),
            in_flight=8,
            keep="never",
        )
        self.requests, self.pods, self.kept_pods = 10, 7, ["left"]
        self.taken_off: list[str] = []
        self.without_events = ""
        self.stopped: CannotRunError | None = None
        self.flown: list[Flown] = []
        self.at_the_end: Callable[[], object] = lambda: None
        self.at_the_close: Callable[[], object] = lambda: None

    def in_place(self, patch: pytest.MonkeyPatch) -> MadeUp:
        """Replace the session's target and run by these."""
        patch.setattr(conformance_run, "Opened", self.open)
        patch.setattr(canary, "fly", self.try_out)
        patch.setattr(verdicts, "InFlight", self.fly)
        return self

    def open(self, *chosen: Any) -> Opened:
        """Stand in for ``Opened``."""
        if isinstance(self.gives, CannotRunError):
            raise self.gives
        self.opened.append(chosen)
        return Opened(self)

    def try_out(
        self, _connection: object, target: Target, _timeouts: object, tell: Callable[[str], None]
    ) -> list[Flown]:
        """Stand in for the canary's flight: tell a line, and land or be stopped."""
        assert target is self.target
        tell("the canary flies")
        if self.stopped:
            raise self.stopped
        return self.flown

    def fly(
        self,
        target: Target,
        _timeouts: object,
        in_flight: int,
        folder: Path,
        *,
        seed: int | None,
        stops: bool,
        turns: object,
        resumed: object = None,
    ) -> MadeUp:
        """Stand in for ``InFlight``."""
        assert (target, folder.name) == (self.target, "records")
        self.in_flight = in_flight
        self.jitter = (seed, stops)
        self.turns = turns
        self.resumed = resumed
        return self

    def ahead(self, cases: list[Any]) -> None:
        """Put scenarios in flight."""
        self.taken_off += [str(case) for case, *_ in cases]

    def record(self, _case: object, _control: object) -> Record:
        """Return the one record, for any case."""
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    @property
    def how_far(self) -> HowFar:
        """Return how far the scenarios are."""
        return HowFar(len(self.taken_off), len(self.settled), [])

    def settle(self, case: object, _control: object, *, failed: bool) -> None:
        """Note that a case was judged."""
        self.settled.append((str(case), failed))

    def close(self) -> None:
        """End the run."""
        self.at_the_end()
        self.closed.append("run")


class Opened:
    """A fake target during its run."""

    def __init__(self, cluster: MadeUp) -> None:
        self.target, self.requests, self.kept_pods, self._cluster = cluster.target, 3, list[str](), cluster
        self.connection = None

    def keep_logs(self, _folder: Path) -> list[str]:
        """Return the line about kept logs."""
        return ["logs of the cluster's parts: here"]

    def close(self) -> list[str]:
        """Note the end of the target."""
        self._cluster.at_the_close()
        self._cluster.closed.append("target")
        return [f"kept: {', '.join(self.kept_pods)}"]
