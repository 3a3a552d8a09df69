"""The few calls to the Kubernetes API that a boot needs, with the standard library.

The real client takes a second to import, a fifth of the boot.
"""

import http.client
import json
import ssl
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode, urlsplit

from clusters.local.certificates import Pair
from clusters.local.limits import LIMITS

Check = Callable[[], None]
"""Raises when there is no point in waiting on: a part has exited, or the time is up."""


class Client:
    """A client of one API server, with one certificate."""

    def __init__(self, server: str, pair: Pair, check: Check) -> None:
        parts = urlsplit(server)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._tls = ssl.create_default_context(cafile=str(pair.authority))
        self._tls.load_cert_chain(pair.certificate, pair.key)
        self._check = check
        self.last = "no answer yet"
        """What the last call that did not work said."""

    def wait_until_ready(self) -> None:
        """Ask /readyz until it says yes; by then the server's own objects, such as its roles, are there."""
        while self._call("GET", "/readyz")[0] != http.client.OK:
            time.sleep(LIMITS.again)

    def create(self, path: str, content: dict[str, Any]) -> None:
        """Create an object; try until the server accepts it or has it."""
        body = json.dumps(content)
        while self._call("POST", path, body)[0] not in {http.client.CREATED, http.client.CONFLICT}:
            time.sleep(LIMITS.again)

    def list(self, path: str) -> list[dict[str, Any]]:
        """Return the objects of a collection; none where the server does not answer: ``last`` says why."""
        status, text = self._call("GET", path)
        return list(json.loads(text)["items"]) if status == http.client.OK else []

    def merge(self, path: str, content: dict[str, Any]) -> None:
        """Change fields of an object; a null removes a field."""
        self._call("PATCH", path, json.dumps(content), kind="application/merge-patch+json")

    def _call(self, method: str, path: str, body: str = "", *, kind: str = "application/json") -> tuple[int, str]:
        """Return status and text of one answer, status 0 where there is none; ``last`` holds what it said."""
        self._check()
        try:
            with closing(self._connect(LIMITS.request)) as connection:
                connection.request(method, path, body, {"Content-Type": kind})
                answer = connection.getresponse()
                text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.last = f"{path}: {error}"
            return 0, ""
        self.last = f"{path}: {answer.status} {text.strip()[:300]}"
        return answer.status, text

    def wait(self, path: str, fields: str, satisfied: Callable[[dict[str, Any]], bool]) -> None:
        """Watch a collection until ``satisfies`` holds for one of its objects."""
        while True:
            self._check()
            try:
                with closing(self._watch(path, fields)) as items:
                    if any(satisfied(item) for item in items):
                        return
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.last = f"{path}: {error}"
            time.sleep(LIMITS.again)

    def _watch(self, path: str, fields: str) -> Generator[dict[str, Any], None, None]:
        with closing(self._connect(LIMITS.request)) as connection:
            connection.request("GET", f"{path}?{urlencode({'watch': 'true', 'fieldSelector': fields})}")
            with connection.getresponse() as answer:
                if answer.status != http.client.OK:
                    raise ValueError(f"{answer.status} {answer.read().decode().strip()[:300]}")
                while line := answer.readline():
                    event = json.loads(line)
                    if event["type"] in {"ADDED", "MODIFIED"}:
                        yield event["object"]
                    self._check()

    def _connect(self, timeout: float) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._tls)
