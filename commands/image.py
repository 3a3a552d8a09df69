"""``python -m commands.image WHEEL``: an image archive of podproof, for ``in-cluster``; needs no Docker.

Its lower layer is that of the local cluster's workload image, with Debian's or Ubuntu's Python; the upper one holds the
wheel and what it needs, in the versions of constraints.txt. Containerfile says the same to those who have a builder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from clusters import ClusterError
from clusters.local import require_linux
from clusters.progress import step, to_stderr
from commands.terminal import Parser, fail, show
from fixtures.api.in_cluster import IMAGE_OF_PODPROOF
from fixtures.paths import OUT, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "opt/podproof"
PLATFORMS = [f"manylinux_2_{minor}" for minor in (28, 27, 24, 17)] + ["manylinux2014"]
"""What wheels say that they run on, for a Python of Debian 12 or Ubuntu 24.04, and later."""
EPOCH = "315532800"  # 1980: the bytecode of two builds is the same, and so is the layer


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the archive, and say where it is; return the exit code: 0, or USAGE with one line on stderr."""
    parser = Parser(prog="image", description=__doc__, allow_abbrev=False)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--output", type=Path, default=OUT / "podproof.tar", metavar="FILE")
    parser.add_argument("--tag", default=IMAGE_OF_PODPROOF, metavar="REFERENCE", help=f"default: {IMAGE_OF_PODPROOF}")
    given = parser.parse_args(arguments)
    try:
        require_linux()
        write(given.wheel, given.tag, given.output)
    except ClusterError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror}")
    return show([f"{given.output}: {given.tag}"])


def write(wheel: Path, tag: str, out: Path) -> None:
    """Write the archive.

    Raises:
        ClusterError: pip or mmdebstrap failed; the message has its last lines.
        OSError: the archive cannot be written.
    """
    from clusters.local import images  # noqa: PLC0415 # it needs Linux

    out.parent.mkdir(parents=True, exist_ok=True)
    base = images.archives("image", to_stderr) / "workload.tar"
    with tempfile.TemporaryDirectory() as work, step(to_stderr, "image: podproof"):
        lower, upper, files = Path(work, "lower.tar"), Path(work, "upper.tar"), Path(work, "files")
        extract(base, lower)
        install(wheel, python_of(lower), files)
        pack(files, upper)
        config = {"Entrypoint": ["/usr/bin/python3", "-m", "podproof"], "Env": [images.PATH, f"PYTHONPATH=/{FOLDER}"]}
        images.archive([lower, upper], tag, out, config)


def extract(archive: Path, layer: Path) -> None:
    """Write the lowest layer of an image archive to a file of its own."""
    with tarfile.open(archive) as tar:
        manifest = tar.extractfile("manifest.json")
        name = json.load(manifest)[0]["Layers"][0] if manifest else ""
        content = tar.extractfile(name)
        if content is None:
            raise ClusterError(f"{archive} has no layer {name}")
        with layer.open("wb") as file:
            shutil.copyfileobj(content, file)


def python_of(layer: Path) -> str:
    """Return the version of a layer's Python, ``3.11``, by what its /usr/bin/python3 links to."""
    with tarfile.open(layer) as tar:
        link = next((entry for entry in tar if entry.name.endswith("usr/bin/python3")), None)
    if link is None or not link.linkname.startswith("python3."):
        raise ClusterError(f"{layer} has no /usr/bin/python3 that tells its version")
    return link.linkname.removeprefix("python")


def install(wheel: Path, python: str, folder: Path) -> None:
    """Install the wheel and what it needs, for a Python of that version, into a folder."""
    machine = os.uname().machine
    platforms = [word for name in PLATFORMS for word in ("--platform", f"{name}_{machine}")]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--root-user-action", "ignore", "--only-binary", ":all:", "--implementation", "cp"]
    command += ["--python-version", python, *platforms, "--constraint", str(ROOT / "constraints.txt")]
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(
        [*command, "--target", str(folder), str(wheel)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClusterError(f"pip failed with {done.returncode}: {' / '.join(done.stderr.strip().splitlines()[-8:])}")


def pack(folder: Path, layer: Path) -> None:
    """Write a folder's files as a layer with them in ``FOLDER``: root's, readable by all, in a fixed order."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = int(EPOCH)
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(layer, "w") as tar:
        for path in (folder, *sorted(folder.rglob("*"))):
            tar.add(path, Path(FOLDER) / path.relative_to(folder), recursive=False, filter=plain)


if __name__ == "__main__":
    sys.exit(main())
