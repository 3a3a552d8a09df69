"""The messages of the CRI: made where they are missing, with words of progress, and without gRPC."""

import subprocess
import sys
from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import messages, toolchain
from tests.helpers.paths import ROOT


def test_what_is_missing_is_made_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho 'no such module' >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setattr(toolchain, "go", lambda _: go)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lines: list[str] = []
    with pytest.raises(ClusterError, match=r"k8s.io/cri-api cannot be downloaded: no / such / module"):
        messages.ensure(lines.append)
    assert lines[0] == "the CRI's messages: downloading and compiling …"


def test_what_boots_a_cluster_does_not_load_grpc() -> None:
    code = "import sys; from clusters.local import node; sys.exit('grpc' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
