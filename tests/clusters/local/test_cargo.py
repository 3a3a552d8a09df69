"""OCI runtimes that are crates: what is built, under which key, and what is said where it cannot be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import cargo, paths, toolchain

CARGO = """#!/bin/sh
echo "$@ $RUSTUP_HOME" >> "{calls}"
while [ $# -gt 1 ]; do
    [ "$1" = --target-dir ] && target=$2
    shift
done
[ -f src/lib.rs ] && [ -f Cargo.lock ] || exit 9
mkdir -p "$target/release"
printf '#!/bin/sh\\n' > "$target/release/mine"
chmod +x "$target/release/mine"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home folder on a machine that has no Cargo but there."""
    folder = tmp_path / "modules" / "mine"
    folder.mkdir(parents=True)
    (folder / "Cargo.toml").write_text('[dependencies]\nmine = { version = "=0.7.0" }\n')
    (folder / "Cargo.lock").write_text("version = 4\n")
    monkeypatch.setattr(paths, "MODULES", tmp_path / "modules")
    monkeypatch.setattr(toolchain, "BUILD_PACKAGES", ())
    monkeypatch.setattr(toolchain, "search_path", lambda: str(tmp_path / "nothing"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUSTUP_HOME", raising=False)
    monkeypatch.delenv("SUDO_USER", raising=False)
    return tmp_path / "home"


def install(home: Path, script: str) -> Path:
    """Install a Cargo as its installer does; return the file that gets its arguments."""
    program = home / ".cargo" / "bin" / "cargo"
    program.parent.mkdir(parents=True)
    program.write_text(script.format(calls=home / "calls"))
    program.chmod(0o755)
    return home / "calls"


def test_a_crate_is_built_once_by_its_lock(home: Path) -> None:
    calls = install(home, CARGO)
    folder = cargo.ensure("mine", "8/9", lambda _: None)
    assert cargo.ensure("mine", "8/9", lambda _: None) == folder
    [call] = calls.read_text().splitlines()
    assert call.startswith("build --release --locked --package mine --bin mine --target-dir ")
    assert call.endswith(f" {home / '.rustup'}")
    assert (folder / "mine").stat().st_mode & stat.S_IXUSR
    assert cargo.version("mine") == "mine v0.7.0"


def test_the_key_changes_with_what_it_is_made_from(home: Path) -> None:
    install(home, CARGO)
    folders = {cargo.ensure("mine", "8/9", lambda _: None)}
    for name in cargo.FILES:
        with cargo.file("mine", name).open("a") as file:
            file.write("# another\n")
        folders.add(cargo.ensure("mine", "8/9", lambda _: None))
    assert len(folders) == 3


@pytest.mark.usefixtures("home")
def test_a_machine_without_cargo_is_told_so() -> None:
    with pytest.raises(ClusterError, match=r"^mine is built by cargo, which this machine lacks: install Rust, or "):
        cargo.ensure("mine", "8/9", lambda _: None)


def test_under_sudo_it_is_the_cargo_of_the_user_who_typed_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = home.parent / "other"
    calls = install(other, CARGO)
    monkeypatch.setenv("SUDO_USER", "somebody")
    monkeypatch.setattr(Path, "expanduser", lambda path: other if str(path) == "~somebody" else path)
    cargo.ensure("mine", "8/9", lambda _: None)
    assert calls.read_text().strip().endswith(f" {other / '.rustup'}")


def test_a_crate_that_does_not_build_tells_why(home: Path) -> None:
    install(home, "#!/bin/sh\necho '   Compiling mine' >&2\necho 'error: no rustc' >&2\nexit 101\n")
    with pytest.raises(ClusterError, match=r"^mine does not build: error: no rustc; it was built by: cargo build "):
        cargo.ensure("mine", "8/9", lambda _: None)
    assert not list((Path(os.environ["XDG_CACHE_HOME"]) / "podproof" / "binaries").glob("mine-*"))


def test_every_crate_here_is_pinned_by_hash() -> None:
    assert cargo.version("youki").startswith("youki v0.")
    lock = cargo.file("youki", "Cargo.lock").read_text()
    release = cargo.version("youki").partition(" v")[2]
    assert f'name = "youki"\nversion = "{release}"\nsource = ' in lock
    packages = lock.split("[[package]]")[1:]
    assert len(packages) > 100
    assert [each for each in packages if "checksum" not in each] == [
        each for each in packages if 'name = "podproof-youki"' in each
    ]
