"""The probe's mounts, in a mount namespace of their own: nothing is mounted on this machine."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.helpers.probes import ENDS_WITHIN, PROBE, between, names

Json = dict[str, Any]

ALONE = ["unshare", "--map-root-user", "--mount"]


@pytest.fixture(scope="module", autouse=True)
def _namespaces() -> None:
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no mount namespace to whoever asks")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder to mount in; check from outside that it is empty in the end."""
    yield tmp_path / "inside"
    assert list((tmp_path / "inside").iterdir()) == []


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start the probe with the right to mount."""
    command = [*ALONE, sys.executable, "-I", "-S", str(PROBE), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def rest(process: subprocess.Popen[str]) -> list[Json]:
    """Return every event from here to the end."""
    output, _ = process.communicate(timeout=ENDS_WITHIN)
    return [json.loads(line) for line in output.splitlines()]


def happened(events: list[Json]) -> list[str]:
    """Return the names of the events between the first and the last."""
    return [name for name, _ in between(events)]


def test_a_file_system_of_memory_is_mounted_and_unmounted(folder: Path) -> None:
    process = start(
        "mount", folder, "then", "write", folder / "file", "then", "list", folder, "then", "unmount", folder
    )
    events = rest(process)
    assert happened(events) == ["mounted", "wrote", "listed", "unmounted"]
    assert events[3]["filesystem"] == "tmpfs"
    assert events[3]["names"] == ["file"]
    assert events[3]["mode"] == "0o1777"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("verb", "code", "said"),
    [
        (("work", "0"), 0, ["working", "worked"]),
        (("read", "/nowhere"), 1, ["not-read"]),
        (("remove", "/nowhere"), 1, ["failed"]),
        (("dance",), 2, ["unknown-verb"]),
        (("exit", "7"), 7, []),
    ],
)
def test_what_was_mounted_is_unmounted_however_the_process_ends(
    folder: Path, verb: tuple[str, ...], code: int, said: list[str]
) -> None:
    process = start("mount", folder, "then", *verb)
    events = rest(process)
    assert happened(events) == ["mounted", *said, "unmounted"]
    assert events[-1]["code"] == code == process.returncode


def test_term_ends_a_process_that_has_mounted_whatever_it_waits_for(folder: Path) -> None:
    process = start("mount", folder, "then", "read", folder / "file", "--within", 20)
    assert process.stdout is not None
    assert [json.loads(process.stdout.readline())["event"] for _ in range(2)] == ["started", "mounted"]
    process.send_signal(signal.SIGTERM)
    assert [event["event"] for event in rest(process)] == ["terminated", "unmounted", "exit"]
    assert process.returncode == 0


def test_what_cannot_be_mounted_is_told_by_errno(folder: Path) -> None:
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", sys.executable, "-I", "-S"]
    command = [*ALONE, *drop, str(PROBE), "mount", str(folder)]
    events = rest(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    assert between(events) == [("not-mounted", {"folder": str(folder), "errno": "EPERM"})]
    assert events[-1]["code"] == 1


class Kernel:
    """A kernel that mounts nothing; another thread runs meanwhile, as far as it can."""

    def __init__(self) -> None:
        self.mounted: list[bytes] = []
        self.meanwhile: threading.Thread | None = None

    def happen(self) -> None:
        """Let the other thread run as far as it can."""
        if self.meanwhile:
            self.meanwhile.start()
            self.meanwhile.join(0.2)
            self.meanwhile = None

    def mount(self, _source: bytes, folder: bytes, *_other: object) -> int:
        """Succeed without a mount."""
        self.mounted.append(folder)
        self.happen()
        return 0

    def umount2(self, folder: bytes, _flags: int) -> int:
        """Succeed without an unmount."""
        self.happen()
        self.mounted.remove(folder)
        return 0


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> tuple[Json, Kernel]:
    """Return the probe's names, and the kernel that stands in for the real one."""
    own, kernel = vars(names()["MODULES"]["mounts"]), Kernel()
    nothing = SimpleNamespace(start=lambda: None)
    monkeypatch.setitem(own, "_changing", threading.RLock())  # whoever ends a process keeps it
    monkeypatch.setitem(own, "_mounted", [])
    monkeypatch.setitem(own, "mount_at", kernel.mount)
    monkeypatch.setitem(own, "umount2", kernel.umount2)
    monkeypatch.setitem(own, "threading", SimpleNamespace(Thread=lambda **_k: nothing))
    monkeypatch.setitem(own, "atexit", SimpleNamespace(register=lambda _act: None))
    monkeypatch.setitem(own, "event", SimpleNamespace(at_end=lambda _act: None, emit=lambda *_a, **_k: None))
    return own, kernel


def test_an_end_that_comes_while_a_mount_is_made_finds_it(tmp_path: Path, alone: tuple[Json, Kernel]) -> None:
    own, kernel = alone
    ending = kernel.meanwhile = threading.Thread(target=own["_unmount_all"], daemon=True)
    own["mount"](SimpleNamespace(folder=str(tmp_path / "inside")))
    ending.join(5)
    assert kernel.mounted == []


def test_a_mount_is_known_until_it_is_no_more(alone: tuple[Json, Kernel]) -> None:
    own, kernel = alone
    known: list[list[str]] = []
    own["_mounted"].append("/inside")
    kernel.mounted.append(b"/inside")
    kernel.meanwhile = threading.Thread(target=lambda: known.append(list(own["_mounted"])))
    own["unmount"](SimpleNamespace(folder="/inside"))
    assert (known, own["_mounted"], kernel.mounted) == ([["/inside"]], [], [])
