"""A node's containerd gets the images without a copy of its own, and can spoil nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusters import ClusterError
from clusters.local import images

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "io.containerd.metadata.v1.bolt/meta.db"


@pytest.fixture
def store(tmp_path: Path) -> images.Store:
    root = tmp_path / "store" / "root"
    for name in (f"{images.SNAPSHOTS}/1/fs/bin/program", f"{images.BLOBS}/abc", DATABASE):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return images.Store(tmp_path / "store", "workload:1", "pause:1")


@pytest.mark.parametrize("one_disk", [True, False])
def test_layers_are_linked_where_that_can_be_and_databases_are_the_nodes_own(
    store: images.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_disk: bool
) -> None:
    run = images._run  # noqa: SLF001 - the one thing that knows of disks

    def on_two_disks(command: list[str]) -> None:
        if "--link" in command:
            (tmp_path / "node" / images.SNAPSHOTS).mkdir(parents=True, exist_ok=True)  # half done
            raise ClusterError("cp failed with 1: Invalid cross-device link")
        run(command)

    if not one_disk:
        monkeypatch.setattr(images, "_run", on_two_disks)
    source, node = store.folder / "root", tmp_path / "node"
    images.populate(store, node)
    found = sorted(str(path.relative_to(node)) for path in node.rglob("*") if path.is_file())
    assert found == sorted([f"{images.SNAPSHOTS}/1/fs/bin/program", f"{images.BLOBS}/abc", DATABASE])
    assert all((node / name).read_text() == name for name in found)
    layer = f"{images.SNAPSHOTS}/1/fs/bin/program"
    assert (node / layer).samefile(source / layer) == one_disk
    (node / DATABASE).write_text("changed")
    assert (source / DATABASE).read_text() == DATABASE
