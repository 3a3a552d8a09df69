"""Making something in the cache exactly once, however many processes want it."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from machine import folders


def made_once(folder: Path, what: str, make: Callable[[Path], None], report: Callable[[str], None]) -> None:
    """Make ``folder`` unless it exists: ``make`` fills a temporary folder, which is renamed when it is whole.

    A second process waits, says so to ``report``, and finds the folder made.
    """
    if folder.exists():
        return
    locks = folders.cache() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(locks / f"{folder.parent.name}-{folder.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"{what}: another process makes it, waiting for that")
        lock.acquire()
    try:
        if folder.exists():
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        for leftover in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(leftover)  # left by a killed process: we hold the lock
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            make(temporary)
            temporary.chmod(0o755)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    finally:
        lock.release()
