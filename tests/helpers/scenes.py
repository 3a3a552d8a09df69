"""A scene over an API server of a few lines."""

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
    from fixtures.api.connection import Connection

HERE = Surroundings("space", "run")
CASE_KEY = ("a.b", "c", None)


class Api:
    """Keeps what it is asked, and answers as if it had been done; or with one code and message, whatever it is."""

    def __init__(self, code: int = 0, message: str = "why") -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self._always = Response(code, {"message": message}) if code else None

    def request(self, method: str, path: str, *, body: Any = None, query: Any = None) -> Response:
        """Do nothing."""
        self.asked.append((method, path, query))
        if self._always:
            return self._always
        if path.endswith("configz"):
            return Response(200, {"kubeletconfig": {"syncFrequency": "1m0s"}})
        return Response(200, copy.deepcopy(body) | {"metadata": {**body.get("metadata", {}), "uid": "u"}})

    @property
    def connection(self) -> Connection:
        """Itself, where a connection is wanted."""
        return cast("Connection", self)


def scene(api: Api, around: Surroundings = HERE) -> Scene:
    """What the Pods of a scenario have in common there."""
    objects = Objects(api.connection, around, CASE_KEY)
    return Scene(objects, Draft(CASE_KEY), Kubelets(api.connection), Timeouts())
