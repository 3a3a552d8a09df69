"""An API server's objects in memory, in the place of a connection."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from fixtures.api.connection import CONFLICT, NOT_FOUND, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]


class Objects:
    """A connection to an API server that keeps what it is given.

    Attributes:
        there: every object by its path.
        asked: the method and path of every request, in order.
        refuses: the response in place of the server's own, by method and path, where there is one.
        happens: called before each line of a watch: returns what the watch tells, None ends it.
    """

    def __init__(self) -> None:
        self.there: dict[str, Json] = {}
        self.asked: list[tuple[str, str]] = []
        self.refuses: dict[tuple[str, str], Response] = {}
        self.happens: Callable[[], Json | None] = lambda: None
        self.server, self.context = "http://here", "there"

    def add(self, collection: str, body: Json) -> None:
        """Keep an object."""
        self.there[f"{collection}/{body['metadata']['name']}"] = copy.deepcopy(body)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: dict[str, str] | None = None,
    ) -> Response:
        """Stand in for ``Connection.request``."""
        self.asked.append((method, path))
        if refused := self.refuses.get((method, path)):
            return refused
        match method:
            case "POST":
                return self._posted(path, body or {})
            case "PUT":
                self.there[path] = dict(body or {})
                return Response(200, body or {})
            case "DELETE":
                gone = self.there.pop(path, None)
                if path.startswith("/api/v1/namespaces/"):
                    inside = f"/namespaces/{path.rpartition('/')[2]}/"
                    self.there = {name: each for name, each in self.there.items() if inside not in name}
                return Response(200, {}) if gone else Response(NOT_FOUND, {"message": "none"})
        return Response(200, copy.deepcopy(self.there.get(path, {})) or self._listed(path, query or {}))

    def get(self, path: str, **query: str) -> Json:
        """Stand in for ``Connection.get``."""
        return self.request("GET", path, query=query).body

    def stream(self, _path: str, *, silence: float | None = None, **_query: str) -> Iterator[bytes]:
        """Stand in for ``Connection.stream``: a watch, told by ``happens``."""
        assert silence
        while (event := self.happens()) is not None:
            yield json.dumps(event).encode()

    def _posted(self, path: str, body: Json) -> Response:
        if f"{path}/{body['metadata']['name']}" in self.there:
            return Response(CONFLICT, {"message": "it exists"})
        self.add(path, body)
        return Response(201, body)

    def _listed(self, path: str, query: dict[str, str]) -> Json:
        found = [
            copy.deepcopy(each)
            for name, each in sorted(self.there.items())
            if name.rpartition("/")[0] == path and _selected(each["metadata"], query)
        ]
        begin, limit = int(query.get("continue", 0)), int(query.get("limit", len(found) or 1))
        more = {"continue": str(begin + limit)} if begin + limit < len(found) else {}
        return {"items": found[begin : begin + limit], "metadata": {"resourceVersion": "1", **more}}


def _selected(metadata: Json, query: dict[str, str]) -> bool:
    labels = metadata.get("labels", {})
    wanted = [word.partition("=") for word in query.get("labelSelector", "").split(",") if word]
    name = query.get("fieldSelector", "").removeprefix("metadata.name=")
    return all(key in labels and (not equals or labels[key] == value) for key, equals, value in wanted) and name in {
        "",
        metadata["name"],
    }
