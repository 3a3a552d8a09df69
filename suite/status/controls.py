"""Changes under which a container ends in another way than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.control import Control, containers_of

if TYPE_CHECKING:
    from suite.control import Change, Json

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


def below(program: str) -> Change:
    """Return a change that runs the probe of every app below a program, which ends with a code of its own."""

    def change(objects: list[Json]) -> list[Json]:
        for container in containers_of(objects):
            container["command"] = ["python3", "-c", program, "/probe"]
        return objects

    return change


ANOTHER_END = Control("another-end", ("wrong-exit-code", "wrong-phase"), below(OTHERWISE))
# It fails with another code, and does not succeed: an app that succeeds is not run again.
ANOTHER_END_AFTER_A_RESTART = Control("another-end-after-a-restart", ("wrong-exit-code",), below(ANOTHER_CODE))
