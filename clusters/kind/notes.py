"""Notes in the state folder on every kind cluster that a run made: a sweep needs them after a killed run."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from typing import TYPE_CHECKING

from machine import folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PREFIX = "podproof-"
"""Begins the name of every cluster that a run makes."""

KEPT_LOGS = 5
"""How many failed clusters keep their logs."""

DOCKER = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""The variables that select a Docker: a sweep looks for a cluster in the Docker where it was made."""


def state() -> Path:
    """Return the folder that holds a folder of notes for each kind cluster."""
    return folders.state().with_name("podproof-kind")


@contextlib.contextmanager
def owned(name: str) -> Iterator[Path]:
    """Make and yield the folder of a cluster that is about to be made.

    The folder belongs to this process for as long as the context lasts. A lock says so, which the kernel releases
    however the process ends.
    """
    folder, unseen = state() / name, state() / f"new-{name}"
    unseen.mkdir(mode=0o700, parents=True)
    with _held(unseen):
        docker = {key: os.environ[key] for key in DOCKER if key in os.environ}
        notes = {"name": name, "owner": os.getpid(), "docker": docker}
        (unseen / "cluster.json").write_text(json.dumps(notes, indent=1) + "\n", encoding="utf-8")
        unseen.rename(folder)  # a sweep sees it only now, with its lock held
        yield folder


def forget(folder: Path) -> None:
    """Remove the notes on a cluster that is gone; the logs of one that could not be made stay."""
    (folder / "cluster.json").unlink(missing_ok=True)
    (folder / "kubeconfig").unlink(missing_ok=True)
    if not (folder / "create.log").exists():
        shutil.rmtree(folder, ignore_errors=True)


def abandoned() -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Yield name, folder and environment of each cluster whose owner is dead; the lock is held meanwhile."""
    without_cluster = []
    for folder in _newest_first(state().glob(f"{PREFIX}*")):
        with _held(folder) as ours:
            if not ours:
                continue
            try:
                notes = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))
            except (OSError, ValueError):  # only logs are left; or it was killed before it could make a cluster
                without_cluster.append(folder)
                continue
            others = {key: value for key, value in os.environ.items() if key not in DOCKER}
            yield notes["name"], folder, others | notes["docker"]
    for folder in without_cluster[KEPT_LOGS:]:
        shutil.rmtree(folder, ignore_errors=True)


def _newest_first(folders: Iterable[Path]) -> list[Path]:
    ages = []
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):  # another sweep has just removed it
            ages.append((folder.stat().st_mtime, folder))
    return [folder for _, folder in sorted(ages, reverse=True)]


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; yield False where another process holds it or has removed the folder."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        yield False
        return
    ours = True
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ours = False
        yield ours
    finally:
        os.close(descriptor)
