"""The folder of a run, made of kept records."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from records import requirements
from reports.run import conformance, read
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from records.outcome import CaseResult

RECORDS = ROOT / "tests" / "records"
FACTS: dict[str, Any] = {
    "suite": "0.1.0+1a2b3c4d5e6f",
    "started": "2026-11-27T21:26:33+00:00",
    "wallSeconds": 255.0,
    "cluster": {
        "provider": "kind",
        "name": "of-a-test",
        "kubernetes": "v1.37.2",
        "minor": "1.37",
        "nodes": {
            "node-1": {"kubelet": "v1.37.2", "runtime": "containerd://2.4.2", "kernel": "6.18.44", "os": "Debian"}
        },
    },
}


def report(results: Sequence[CaseResult], **facts: Any) -> dict[str, Any]:
    """Return a conformance report of these results, of the requirements that they name."""
    levels = {name: each.level for name, each in requirements.load().items()}
    named = {each["requirement"]: levels.get(each["requirement"], "MUST") for each in results}
    return conformance.build(named, results, FACTS | facts)


def plain(path: Path, *, whole: bool = False) -> dict[str, Any]:
    """Return the report in a file, or in the folder of its run, as plain data of this format."""
    return read.conformance(path, whole=whole).plain()


def folder(path: Path, results: Sequence[CaseResult], *kept: str) -> Path:
    """Make the folder of a run with these results and records (``own-ipc/ipc.sysv_queue[one]``); return it."""
    (path / "records").mkdir(parents=True)
    (path / "conformance.json").write_text(json.dumps(report(results)), encoding="utf-8")
    for name in kept:
        file = RECORDS / f"{name}.json"
        shutil.copy(file, path / "records" / file.name)
    return path
