"""A node's containerd gets the images without a copy of its own, and cannot spoil another node's."""

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
    return images.Store(tmp_path / "store", "workload:1", "agnhost:1", "pause:1")


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


ONE_LINE = "# deb cdrom:[Debian]/ bookworm main\ndeb [signed-by=/k.gpg] http://mirror/debian bookworm main\n"
MOVED = "# Ubuntu sources have moved to the /etc/apt/sources.list.d/ubuntu.sources\n"
STANZA = "# Types: deb\nTypes: {types}\nURIs: http://mirror/ubuntu\nSuites: noble\nComponents: main universe\n"


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        ("sources.list", ONE_LINE, True),
        ("sources.list", "deb\thttp://mirror/debian bookworm main\n", True),
        ("sources.list", "deb-src http://mirror/debian bookworm main\n", False),
        ("sources.list", MOVED, False),
        ("sources.list", "", False),
        ("sources.list.d/debian.sources", STANZA.format(types="deb"), True),
        ("sources.list.d/ubuntu.sources", STANZA.format(types="deb-src deb"), True),
        ("sources.list.d/ubuntu.sources", STANZA.format(types="deb deb-src"), True),
        ("sources.list.d/ubuntu.sources", STANZA.format(types="deb-src"), False),
        ("sources.list.d/ubuntu.sources", "Enabled: no\n" + STANZA.format(types="deb"), False),
        (
            "sources.list.d/ubuntu.sources",
            f"{STANZA.format(types='deb')}Enabled: no\n\n{STANZA.format(types='deb')}",
            True,
        ),
        ("sources.list.d/docker.list", "deb https://download.docker.com/linux/debian bookworm stable\n", False),
        ("sources.list.d/nodesource.sources", STANZA.format(types="deb"), False),
    ],
)
def test_the_machines_own_sources_are_those_that_name_an_archive_and_nobody_elses(
    tmp_path: Path, name: str, text: str, taken: bool
) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text)
    assert images.sources(tmp_path) == ([tmp_path / name] if taken else [])


@pytest.mark.parametrize(("system", "components"), [("debian", "main"), ("ubuntu", "main,universe")])
@pytest.mark.parametrize("own", [[], ["/etc/apt/sources.list.d/debian.sources"]])
def test_the_workload_image_comes_from_them_or_from_the_public_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, components: str, own: list[str]
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str]) -> None:
        ran.append(command)
        (tmp_path / "workload.layer").touch()

    monkeypatch.setattr(images, "_run", run)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": system})
    monkeypatch.setattr(images, "sources", lambda: own)
    images._make_workload(tmp_path, "workload:1", "noble")  # noqa: SLF001 - the rest needs a containerd
    (command,) = ran
    assert f"--components={components}" in command
    assert command[command.index("noble") :] == ["noble", str(tmp_path / "workload.layer"), *own]
