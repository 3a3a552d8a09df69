"""The images of a cluster without a registry, and the containerd store that holds them, unpacked."""

import hashlib
import io
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clusters.cluster import ClusterError
from clusters.local import configuration, toolchain
from clusters.progress import Report, step
from machine import folders
from machine.once import made_once

WORKLOAD_PACKAGES = ("python3", "nginx-light")
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
"""Folders of the workload image that no container reads."""

SOURCES = ("sources.list", "sources.list.d/debian.sources", "sources.list.d/ubuntu.sources")
"""The files below /etc/apt in which Debian and Ubuntu name their own archives; who has a mirror names it there.

What others put beside them is left out: mmdebstrap gives up where one source of several cannot be read.
"""

PAUSE = """\
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void stop(int signal) { (void)signal; _exit(0); }
static void reap(int signal) { (void)signal; while (waitpid(-1, 0, WNOHANG) > 0) {} }
int main(void) {
  signal(SIGINT, stop); signal(SIGTERM, stop); signal(SIGCHLD, reap);
  for (;;) pause();
}
"""
"""What holds a Pod's namespaces: waits for a signal, and reaps where the Pod shares its process namespace."""

BLOBS = "io.containerd.content.v1.content/blobs/sha256"
SNAPSHOTS = "io.containerd.snapshotter.v1.overlayfs/snapshots"

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Store:
    """The root folder of one containerd, with all images in it.

    Attributes:
        folder: Never written to: nodes copy its databases, and link its layers.
        workload: Image reference for Pods.
        agnhost: Image reference for Pods that run agnhost.
        pause: Image reference for sandboxes.
    """

    folder: Path
    workload: str
    agnhost: str
    pause: str


def ensure(containerd: Path, agnhost: Path, which: str, report: Report) -> Store:
    """Return the store; make it where missing.

    Args:
        containerd: The folder with its binaries.
        agnhost: The program, in a folder whose name stands for what it was built from.
        which: For progress: ``8/8``.
        report: Takes lines of progress.
    """
    key, built = _key(_suite()), agnhost.parent.name
    registry = "localhost/podproof"
    store = Store(
        folders.cache() / "images" / f"{containerd.name}-{key}-{built}",
        f"{registry}/workload:{key}",
        f"{registry}/agnhost:{built}",
        f"{registry}/pause:{key}",
    )
    what = f"{which} images"

    def unpack(target: Path) -> None:
        # Once for all containerds, which may not read each other's databases.
        made = archives(what, report)
        with step(report, f"{what}: unpacking for {containerd.name}"):
            _unpack(made, agnhost, store, target, containerd)

    made_once(store.folder, what, unpack, report)
    return store


def archives(what: str, report: Report) -> Path:
    """Return the folder with pause.tar and workload.tar, archives of these images; make it where missing.

    Args:
        what: For progress.
        report: Takes lines of progress.
    """
    suite = _suite()
    key = _key(suite)

    def make(target: Path) -> None:
        toolchain.require((*toolchain.BUILD_PACKAGES, *toolchain.IMAGE_PACKAGES), report)
        with step(report, f"{what}: pause"):
            _make_pause(target, f"localhost/podproof/pause:{key}")
        with step(report, f"{what}: workload, {suite} with {', '.join(WORKLOAD_PACKAGES)}"):
            _make_workload(target, f"localhost/podproof/workload:{key}", suite)

    folder = folders.cache() / "images" / f"archives-{key}"
    made_once(folder, what, make, report)
    return folder


def populate(store: Store, root: Path) -> None:
    """Fill the root folder of a node's containerd.

    Layers are linked: nobody writes to them, because a container's root is an overlay. They are not mounted: up to 2.3,
    containerd maps the users of a Pod's layers by a clone of the layers' parent folder, without the mounts below it.
    """
    source = store.folder / "root"
    for kind in (SNAPSHOTS, BLOBS):
        (root / kind).parent.mkdir(parents=True, exist_ok=True)
        try:
            _run(["cp", "--archive", "--link", str(source / kind), str(root / kind)])
        except ClusterError:  # the cache lies on another file system
            shutil.rmtree(root / kind, ignore_errors=True)
            _run(["cp", "--archive", str(source / kind), str(root / kind)])
    for path in source.glob("*/*.db"):  # containerd writes to them
        target = root / path.relative_to(source)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)


def archive(layers: Sequence[Path], reference: str, out: Path, config: Mapping[str, object]) -> None:
    """Write an image archive, in the format of ``docker save``; containerd and Docker load it.

    Args:
        layers: Archives of files, the lowest first.
        reference: The image's name.
        out: The archive.
        config: How its containers run: ``Cmd``, ``Entrypoint``, ``Env`` …
    """
    digests = [_digest(layer) for layer in layers]
    content = json.dumps(
        {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()],
            "os": "linux",
            "config": {"Env": [PATH], "WorkingDir": "/", **config},
            "history": [],
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        }
    ).encode()
    name = hashlib.sha256(content).hexdigest() + ".json"
    names = [f"layer-{number}.tar" for number in range(len(layers))]
    manifest = json.dumps([{"Config": name, "RepoTags": [reference], "Layers": names}]).encode()
    with tarfile.open(out, "w") as tar:
        for path, data in ((name, content), ("manifest.json", manifest)):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for layer, path in zip(layers, names, strict=True):
            tar.add(layer, path)


def load(file: Path, containerd: Path, address: str) -> None:
    """Import an image archive into a containerd that runs, for its Pods.

    Args:
        file: The archive.
        containerd: The folder with the binaries.
        address: Its socket.
    """
    _run([str(containerd / "ctr"), "--address", address, "--namespace", "k8s.io", "images", "import", str(file)])


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _key(suite: str) -> str:
    """Return what stands for the recipe of the images, on this machine."""
    recipe = [suite, WORKLOAD_PACKAGES, LEFT_OUT, PAUSE, PATH, platform.machine(), 1]
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:12]


def sources(apt: Path = Path("/etc/apt")) -> list[Path]:
    """Return the machine's own apt sources: those in ``SOURCES`` that name an archive of packages."""
    return [file for name in SOURCES if (file := apt / name).is_file() and _names_an_archive(file)]


def _names_an_archive(file: Path) -> bool:
    text = re.sub(r"^#.*\n?", "", file.read_text(encoding="utf-8", errors="replace"), flags=re.MULTILINE)
    if file.suffix == ".list":
        return re.search(r"^\s*deb\s", text, re.MULTILINE) is not None
    # A stanza may be switched off: https://manpages.debian.org/bookworm/apt/sources.list.5.en.html
    packages, disabled = r"^Types:(.*\s)?deb(\s|$)", r"^Enabled:\s*(no|false|without|off|disable)\s*$"
    flags = re.MULTILINE | re.IGNORECASE
    stanzas = re.split(r"\n\s*\n", text)
    return any(re.search(packages, stanza, flags) and not re.search(disabled, stanza, flags) for stanza in stanzas)


def _suite() -> str:
    suite = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    if not suite:
        raise ClusterError("/etc/os-release names no VERSION_CODENAME: the workload image is made on Debian or Ubuntu")
    return suite


def _make_pause(folder: Path, reference: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        program = Path(work) / "pause"
        program.with_suffix(".c").write_text(PAUSE)
        _run(["gcc", "-Os", "-static", "-o", str(program), str(program.with_suffix(".c"))])
        _archive_program(program, reference, folder / "pause.tar")


def _archive_program(program: Path, reference: str, out: Path) -> None:
    """Write an archive of an image that holds one static program, in its root."""
    with tempfile.TemporaryDirectory() as work:
        layer = Path(work) / "layer.tar"
        with tarfile.open(layer, "w") as tar:
            tar.add(program, program.name)
        archive([layer], reference, out, {"Cmd": [f"/{program.name}"]})


def _make_workload(folder: Path, reference: str, suite: str) -> None:
    exclude = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    # --variant=custom would be smaller, but dpkg then finds no shell.
    options = ["--mode=root", "--variant=essential", "--format=tar", f"--include={','.join(WORKLOAD_PACKAGES)}"]
    # Of the public archive, which is taken where the machine names none; Ubuntu has nginx-light in universe.
    options.append(f"--components={'main,universe' if platform.freedesktop_os_release()['ID'] == 'ubuntu' else 'main'}")
    layer = folder / "workload.layer"
    _run(["mmdebstrap", *options, *exclude, suite, str(layer), *map(str, sources())])
    archive([layer], reference, folder / "workload.tar", {"Cmd": ["/usr/bin/python3"]})
    layer.unlink()


def _unpack(archives: Path, agnhost: Path, store: Store, target: Path, containerd: Path) -> None:
    with _containerd(containerd, target / "root") as address, tempfile.TemporaryDirectory() as work:
        _archive_program(agnhost, store.agnhost, Path(work, "agnhost.tar"))
        ctr = [str(containerd / "ctr"), "--address", address, "--namespace", "k8s.io"]
        for file in (archives / "pause.tar", archives / "workload.tar", Path(work, "agnhost.tar")):
            _run([*ctr, "images", "import", "--local", str(file)])
        for image in (store.pause, store.workload, store.agnhost):
            # It keeps the kubelet's garbage collection off. The import of 1.7 takes no labels.
            _run([*ctr, "images", "label", image, "io.cri-containerd.pinned=pinned"])


@contextmanager
def _containerd(binaries: Path, root: Path) -> Iterator[str]:
    """Run a containerd with nothing but its stores, in a mount namespace of its own; yield its socket."""
    # A socket's path has 107 bytes at most; a cache folder's may be longer.
    with tempfile.TemporaryDirectory(prefix="podproof-") as short, Path(short, "containerd.log").open("w") as log:
        address = f"{short}/containerd.sock"
        minor = binaries.name.split("-")[1]
        Path(short, "containerd.toml").write_text(configuration.image_store(root, Path(short), address, minor))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(f"{short}/ready.sock")
            ready.settimeout(60)
            die_with_parent = ["setpriv", "--pdeathsig", "KILL"]
            process = subprocess.Popen(
                [
                    "unshare",
                    "--mount",
                    *die_with_parent,
                    binaries / "containerd",
                    "--config",
                    f"{short}/containerd.toml",
                ],
                env={**os.environ, "PATH": toolchain.search_path(), "NOTIFY_SOCKET": f"{short}/ready.sock"},
                stdout=log,
                stderr=log,
            )
            try:
                ready.recv(64)
                yield address
            except TimeoutError:
                last = Path(short, "containerd.log").read_text().strip().splitlines()[-1:]
                raise ClusterError(f"containerd did not start within 60 s: {' '.join(last)}") from None
            finally:
                process.terminate()
                process.wait()


def _run(command: list[str]) -> None:
    environment = {**os.environ, "PATH": toolchain.search_path()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = " / ".join(done.stderr.strip().splitlines()[-8:])
        raise ClusterError(f"{Path(command[0]).name} failed with {done.returncode}: {reason}")
