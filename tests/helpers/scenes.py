"""A scene over a fake API server."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from fixtures.api.connection import Response
from fixtures.api.kubelets import Kubelets
from fixtures.play.announced import Surroundings
from fixtures.play.draft import Draft
from fixtures.play.objects import Objects
from fixtures.play.scene import Scene
from fixtures.timeouts import Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fixtures.api.connection import Connection
    from records import ClusterEvent

    Events = Callable[[str], tuple[ClusterEvent, ...]]

HERE = Surroundings("space", "run")
CASE_KEY = ("a.b", "c", None)


class Api:
    """A fake API server that keeps its requests; all of them succeed, or all get one code and message."""

    def __init__(
        self, code: int = 0, message: str = "why", slices: Iterable[list[Any]] = (), *, field: str = ""
    ) -> None:
        """Answer each request for EndpointSlices with the next of ``slices``; ``field`` is the cause of a refusal."""
        self.asked: list[tuple[str, str, Any]] = []
        self.bodies: list[Any] = []
        self._slices = iter(slices)
        causes = {"details": {"causes": [{"field": field}]}} if field else {}
        self._always = Response(code, {"message": message, **causes}) if code else None

    def request(self, method: str, path: str, *, body: Any = None, query: Any = None) -> Response:
        """Keep the request; return a response."""
        self.asked.append((method, path, query))
        self.bodies.append(body)
        if self._always:
            return self._always
        if path.endswith("configz"):
            return Response(200, {"kubeletconfig": {"syncFrequency": "1m0s"}})
        if path.endswith("networkpolicies"):
            return Response(200, {"items": [{"metadata": {"name": "default-deny"}, "spec": {"podSelector": {}}}]})
        if path.endswith("endpointslices"):
            return Response(200, {"items": next(self._slices)})
        stored = {**body.get("metadata", {}), "uid": "u", "resourceVersion": "1"}
        return Response(200, copy.deepcopy(body) | {"metadata": stored})

    @property
    def connection(self) -> Connection:
        """Return this server as the connection to it."""
        return cast("Connection", self)


def no_events(_uid: str) -> tuple[ClusterEvent, ...]:
    """Return no Events."""
    return ()


def scene(api: Api, around: Surroundings = HERE, events: Events = no_events) -> Scene:
    """Return a scene over this API server, with these Events of each object."""
    objects = Objects(api.connection, around, CASE_KEY)
    return Scene(objects, Draft(CASE_KEY), Kubelets(api.connection), Timeouts(), events)
