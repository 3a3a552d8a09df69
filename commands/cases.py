"""The cases of this checkout's suite, as pytest collects them."""

from __future__ import annotations

import pytest

from fixtures.errors import USAGE, CannotRunError
from fixtures.paths import ROOT
from fixtures.play.scenario import case_name

QUIET = ("terminal", "cacheprovider", "faulthandler")
"""pytest's own plugins that say something, or leave something behind."""


class _Collected:
    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


def items() -> list[pytest.Item]:
    """Return every test of the suite; a cluster is not looked for.

    Raises:
        CannotRunError: the suite cannot be collected.
    """
    collected = _Collected()
    arguments = ["--collect-only", *(f"-pno:{plugin}" for plugin in QUIET), str(ROOT / "suite")]
    if pytest.main(arguments, plugins=[collected]) != pytest.ExitCode.OK:
        raise CannotRunError("the suite cannot be collected: pytest suite --collect-only tells why", USAGE)
    return collected.items


def names() -> list[str]:
    """Return every case as ``NET-LOCALHOST [tcp-ipv6]``, sorted."""
    marks = [(item, item.get_closest_marker("requirement")) for item in items()]
    return sorted({f"{mark.args[0]} [{case_name(item)}]" for item, mark in marks if mark})
