"""The image archive of podproof: its layers, and what its containers run."""

from __future__ import annotations

import io
import json
import re
import tarfile
from typing import TYPE_CHECKING

import pytest

from clusters import ClusterError
from clusters.local import images
from commands import image
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def _layer(path: Path, link: str = "python3.11") -> Path:
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo("./usr/bin/python3")
        entry.type, entry.linkname = tarfile.SYMTYPE, link
        tar.addfile(entry)
    return path


def test_the_lowest_layer_of_an_archive_comes_back_as_it_was(tmp_path: Path) -> None:
    layer = _layer(tmp_path / "layer.tar")
    images.archive([layer], "localhost/x:1", tmp_path / "image.tar", {"Cmd": ["/x"]})
    image.extract(tmp_path / "image.tar", tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == layer.read_bytes()


def test_what_is_installed_is_for_the_python_of_the_layer(tmp_path: Path) -> None:
    assert image.python_of(_layer(tmp_path / "one.tar")) == "3.11"
    with pytest.raises(ClusterError, match="has no /usr/bin/python3 that tells its version"):
        image.python_of(_layer(tmp_path / "two.tar", "/etc/alternatives/python3"))


def test_an_archive_has_its_layers_in_order_and_says_what_runs(tmp_path: Path) -> None:
    lower, upper = _layer(tmp_path / "lower.tar"), _layer(tmp_path / "upper.tar", "python3.13")
    images.archive([lower, upper], "localhost/x:1", tmp_path / "image.tar", {"Entrypoint": ["/x"], "Env": ["A=1"]})
    with tarfile.open(tmp_path / "image.tar") as tar:
        content = {entry.name: (tar.extractfile(entry) or io.BytesIO()).read() for entry in tar}
    [manifest] = json.loads(content["manifest.json"])
    config = json.loads(content[manifest["Config"]])
    assert (manifest["RepoTags"], config["config"]) == (
        ["localhost/x:1"],
        {"Entrypoint": ["/x"], "Env": ["A=1"], "WorkingDir": "/"},
    )
    assert [content[name] for name in manifest["Layers"]] == [lower.read_bytes(), upper.read_bytes()]
    assert len(set(config["rootfs"]["diff_ids"])) == 2


def test_the_files_are_roots_readable_by_all_and_the_same_in_every_build(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files = tmp_path / name
        (files / "bin").mkdir(parents=True, mode=0o700)
        (files / "bin" / "run").touch(mode=0o700)
        (files / "a.py").touch(mode=0o600)
        image.pack(files, tmp_path / f"{name}.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    with tarfile.open(tmp_path / "one.tar") as tar:
        found = {entry.name: (entry.mode, entry.uid) for entry in tar}
    assert found == {
        "opt/podproof": (0o755, 0),
        "opt/podproof/a.py": (0o644, 0),
        "opt/podproof/bin": (0o755, 0),
        "opt/podproof/bin/run": (0o755, 0),
    }


def test_a_builders_image_runs_the_same_with_the_same_versions() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"pip install .*--constraint \S*constraints\.txt \S*\*\.whl", text)
    assert json.loads(text.partition("ENTRYPOINT ")[2]) == ["python3", "-m", "podproof"]
