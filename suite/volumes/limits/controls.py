"""Controls of what a volume may hold."""

from __future__ import annotations

from suite.control import Control, Json, containers_of, mounted_read_only, volumes_of, without_mount

AMPLE = "256Mi"  # more than any container writes


def on_disk(objects: list[Json]) -> list[Json]:
    """Keep the volume on the node's disk: there it counts as no memory, and its size limit refuses no write."""
    for volume in volumes_of(objects):
        volume.get("emptyDir", {}).pop("medium", None)
    return objects


def ample_storage(objects: list[Json]) -> list[Json]:
    """Raise all limits of storage above what is written."""
    for volume in volumes_of(objects):
        if "sizeLimit" in volume.get("emptyDir", {}):
            volume["emptyDir"]["sizeLimit"] = AMPLE
    for container in containers_of(objects):
        if limits := container.get("resources", {}).get("limits", {}):
            limits["ephemeral-storage"] = AMPLE
    return objects


def neighbour_leaves(objects: list[Json]) -> list[Json]:
    """Let the neighbour end once it has written, and not wait to be ended."""
    for neighbour in containers_of(objects, "neighbour"):
        neighbour["args"][-1:] = ["exit", "1"]
    return objects


KILLS = """
import subprocess, sys
below = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.PIPE)
for line in below.stdout:
    sys.stdout.buffer.write(line)
    sys.stdout.flush()
    if b'"waiting"' in line:
        below.kill()
sys.exit(137)
"""


def killed_otherwise(objects: list[Json]) -> list[Json]:
    """Let the writer write nothing; a program above it kills it, and ends as if it had been killed itself."""
    for writer in containers_of(objects, "writer"):
        writer["command"] = ["python3", "-c", KILLS, "/probe"]
        writer["args"] = ["space", "/data", "then", "expect-term"]
    return objects


ON_DISK = Control("on-disk", ("not-tmpfs",), on_disk)
COUNTED_ON_DISK = Control("counted-on-disk", ("not-counted",), on_disk)
SUMMED_ON_DISK = Control("summed-on-disk", ("other-size",), on_disk)
LIMITED_ON_DISK = Control("limited-on-disk", ("other-size",), on_disk)
FULL_ON_DISK = Control("full-on-disk", ("not-refused", "not-same"), on_disk)
AMPLE_STORAGE = Control("ample-storage", ("not-evicted",), ample_storage)
KILLED_OTHERWISE = Control("killed-otherwise", ("other-reason",), killed_otherwise)
NEIGHBOUR_WITHOUT = Control("neighbour-without", ("unseen",), without_mount("data", "neighbour"))
NEIGHBOUR_LEAVES = Control("neighbour-leaves", ("neighbour-ended",), neighbour_leaves)
NEIGHBOUR_READ_ONLY = Control(
    "neighbour-read-only", ("other-errno", "not-freed"), mounted_read_only("data", "neighbour")
)
