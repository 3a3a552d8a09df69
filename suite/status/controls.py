"""Changes under which a container ends in another way than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.control import Control, containers_of

if TYPE_CHECKING:
    from suite.control import Json

OTHERWISE = """
import subprocess, sys
said = subprocess.call([sys.executable, *sys.argv[1:]])
sys.exit(0 if said else 7)
"""

ANOTHER_CODE = """
import subprocess, sys
said = subprocess.call([sys.executable, *sys.argv[1:]])
sys.exit(said + 4 if said else 0)
"""


def another_end(objects: list[Json]) -> list[Json]:
    """Run the probe of every app below a program that fails where it succeeds, and succeeds where it fails."""
    for container in containers_of(objects):
        container["command"] = ["python3", "-c", OTHERWISE, "/probe"]
    return objects


def another_code(objects: list[Json]) -> list[Json]:
    """Run the probe of every app below a program that fails with another code than it: it is run again all the same."""
    for container in containers_of(objects):
        container["command"] = ["python3", "-c", ANOTHER_CODE, "/probe"]
    return objects


ANOTHER_END = Control("another-end", ("wrong-exit-code", "wrong-phase"), another_end)
ANOTHER_END_AFTER_A_RESTART = Control("another-end-after-a-restart", ("wrong-exit-code",), another_code)
