"""Controls of stop: other grace periods, and containers that TERM does not reach."""

from __future__ import annotations

from suite.control import Change, Control, Json, containers_of, pods_of

BELOW = """
import subprocess, sys
sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))
"""


def _period(seconds: int) -> Change:
    """Return a change that gives the Pod that is stopped another grace period."""

    def change(objects: list[Json]) -> list[Json]:
        for pod in pods_of(objects):
            if pod["metadata"]["name"] == "stopped":
                pod["spec"]["terminationGracePeriodSeconds"] = seconds
        return objects

    return change


def below_a_program(objects: list[Json]) -> list[Json]:
    """Run the probe of each container that is stopped below a program that does not hand on what it is told."""
    for pod in pods_of(objects):
        if pod["metadata"]["name"] == "stopped":
            for container in containers_of([pod]):
                container["command"] = ["python3", "-c", BELOW, "/probe"]
    return objects


LONG, SHORT = 300, 1
A_SHORTER_PERIOD = Control("a-shorter-period", ("early",), _period(SHORT))
A_LONGER_PERIOD = Control("a-longer-period", ("not-killed",), _period(LONG))
BELOW_A_PROGRAM = Control("below-a-program", ("not-told",), below_a_program)
