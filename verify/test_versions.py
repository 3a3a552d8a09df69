"""Adding a minor, by the real Go command, from a module proxy that is a folder.

Needs Go, or makes one; run it by its path: ``pytest verify/test_versions.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import build, paths, toolchain, versions

MAIN = 'package main\n\nimport _ "k8s.io/api"\n\nfunc main() {}\n'
PLAIN = "package main\n\nfunc main() {}\n"
STAGING = "replace k8s.io/api => ./staging/src/k8s.io/api\n"
TABLE = "| 1.38               | 2.5.0+, 2.4.0+ | v1 |\n"
CONTAINERD_FILES = {f"{program}/main.go": PLAIN for program in versions.CONTAINERD_PROGRAMS} | {"RELEASES.md": TABLE}


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a proxy with two minors of Kubernetes and of containerd, and an empty folder of modules."""
    folder = tmp_path / "proxy"
    for version in ("v1.37.9", "v1.38.0", "v1.38.1", "v1.39.0-alpha.1"):
        files = {f"{program}/main.go": MAIN for program in versions.KUBERNETES_PROGRAMS}
        _publish(folder, build.KUBERNETES, version, "require k8s.io/api v0.0.0\n\n" + STAGING, files)
    for version in ("v0.37.9", "v0.38.0", "v0.38.1"):
        _publish(folder, "k8s.io/api", version, "", {"api.go": "package api\n"})
    for version in ("v2.4.7", "v2.5.0", "v2.5.1", "v2.6.0-rc.1"):
        _publish(folder, build.CONTAINERD, version, "", CONTAINERD_FILES)
    modules = tmp_path / "modules"
    modules.mkdir()
    monkeypatch.setattr(paths, "MODULES", modules)
    for name, value in {
        "GOPROXY": folder.as_uri(),
        "GONOSUMDB": "*",
        "GOMODCACHE": str(tmp_path / "cache"),
        "GOFLAGS": "-modcacherw",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(build, "ENVIRONMENT", {**build.ENVIRONMENT, "GOFLAGS": "-modcacherw"})
    return folder


def _publish(proxy: Path, module: str, version: str, requires: str, files: dict[str, str]) -> None:
    """Put a release on the proxy, laid out as https://go.dev/ref/mod#goproxy-protocol says."""
    place = proxy / module / "@v"
    place.mkdir(parents=True, exist_ok=True)
    go_mod = f"module {module}\n\ngo 1.24.0\n\n{requires}"
    (place / f"{version}.mod").write_text(go_mod)
    (place / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
    with (place / "list").open("a") as listed:
        listed.write(f"{version}\n")
    with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
        for name, content in {"go.mod": go_mod, **files}.items():
            archive.writestr(f"{module}@{version}/{name}", content)


def add(minor: str) -> str:
    """Add a minor; drop the lines of progress."""
    return versions.add(minor, lambda _: None)


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.usefixtures("proxy")
def test_a_minor_is_added_at_its_newest_patch_with_the_containerd_that_suits_it() -> None:
    assert add("1.38") == "Kubernetes v1.38.1 with containerd v2.5.1: ./podproof cluster up --kubernetes 1.38"
    assert build.minors() == ["1.38"]
    assert build.kubernetes_version("1.38") == "v1.38.1"
    assert build.containerd("1.38") == "2.5"
    named = [module.name for module in build.modules("1.38", of_runc="1.5")]
    assert named[:2] == ["kubernetes-1.38", "containerd-2.5"]
    for name in ("kubernetes-1.38", "containerd-2.5"):
        built = subprocess.run(
            [toolchain.go(print), "build", "-o", "/dev/null", "tool"], cwd=paths.MODULES / name, check=False
        )
        assert built.returncode == 0
    assert "k8s.io/api => k8s.io/api v0.38.1" in (paths.MODULES / "kubernetes-1.38" / "go.mod").read_text()


def test_adding_it_again_changes_nothing_until_there_is_a_newer_patch(proxy: Path) -> None:
    add("1.38")
    before = _files(paths.MODULES)
    add("1.38")
    assert _files(paths.MODULES) == before
    files = {f"{program}/main.go": PLAIN for program in versions.KUBERNETES_PROGRAMS}
    _publish(proxy, build.KUBERNETES, "v1.38.2", "", files)
    assert add("1.38").startswith("Kubernetes v1.38.2, was v1.38.1, with containerd v2.5.1")


def test_an_unknown_minor_gets_the_newest_containerd_and_an_unused_one_goes(proxy: Path) -> None:
    lines: list[str] = []
    assert "containerd v2.5.1" in versions.add("1.37", lines.append)
    assert "containerd v2.5.1 recommends none for Kubernetes 1.37 yet: its own newest is taken" in lines
    _publish(proxy, build.CONTAINERD, "v2.6.0", "", CONTAINERD_FILES | {"RELEASES.md": "| 1.37 | 2.6.0+ | v1 |\n"})
    assert "containerd v2.6.0" in add("1.37")
    assert [path.name for path in paths.MODULES.glob("containerd-*")] == ["containerd-2.6"]


def test_a_newer_containerd_that_other_minors_share_is_told_with_their_names(proxy: Path) -> None:
    both = CONTAINERD_FILES | {"RELEASES.md": TABLE + "| 1.37 | 2.5.0+ | v1 |\n"}
    _publish(proxy, build.CONTAINERD, "v2.5.2", "", both)
    assert add("1.37").endswith("./podproof cluster up --kubernetes 1.37")
    assert add("1.38").endswith("./podproof cluster up --kubernetes 1.38")
    _publish(proxy, build.CONTAINERD, "v2.5.3", "", both)
    first, second = add("1.38").splitlines()
    assert first == "Kubernetes v1.38.1 with containerd v2.5.3: ./podproof cluster up --kubernetes 1.38"
    assert second == "containerd-2.5, which 1.37 shares, is v2.5.3 now, was v2.5.2"
    assert build.version("containerd-2.5", build.CONTAINERD) == "v2.5.3"
    assert build.containerd("1.37") == build.containerd("1.38") == "2.5"


def test_what_ends_between_two_files_leaves_what_adding_it_again_mends(
    proxy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("1.38")
    _publish(proxy, build.CONTAINERD, "v2.5.2", "", CONTAINERD_FILES)
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if self.name == "go.mod":
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            add("1.38")
    assert build.version("containerd-2.5", build.CONTAINERD) == "v2.5.1"
    add("1.38")
    mended = _files(paths.MODULES)
    assert "v2.5.2" in mended["containerd-2.5/go.mod"]
    for folder in paths.MODULES.iterdir():
        shutil.rmtree(folder)
    add("1.38")
    assert _files(paths.MODULES) == mended


def test_what_cannot_be_added_leaves_everything_as_it_was(proxy: Path) -> None:
    add("1.38")
    before = _files(paths.MODULES)
    # A newer patch of the containerd that is there, which only what can be added may bring.
    _publish(proxy, build.CONTAINERD, "v2.5.2", "", CONTAINERD_FILES)
    with pytest.raises(ClusterError, match=r"no release of Kubernetes 1.39 at .*; the newest of all is v1.38.1"):
        add("1.39")
    importing = 'package main\n\nimport _ "k8s.io/none"\n'
    files = {f"{program}/main.go": importing for program in versions.KUBERNETES_PROGRAMS}
    _publish(proxy, build.KUBERNETES, "v1.38.2", "", files)
    with pytest.raises(ClusterError, match=r"^go mod tidy failed: .*k8s.io/none"):
        add("1.38")
    assert _files(paths.MODULES) == before
    for broken in (proxy / build.KUBERNETES / "@v").glob("v1.37.9.*"):
        broken.unlink()
    with pytest.raises(ClusterError, match=r"^go mod download .* failed: "):
        add("1.37")
    assert _files(paths.MODULES) == before
    assert sorted(path.name for path in paths.MODULES.iterdir()) == ["containerd-2.5", "kubernetes-1.38"]


def test_a_runc_is_added_whose_own_replacement_nobody_publishes(proxy: Path) -> None:
    own = "require k8s.io/api v0.38.1\n\nreplace k8s.io/api => ./internal/third_party/api\n"
    for version in ("v1.2.7", "v1.2.8", "v1.3.0"):
        _publish(proxy, build.RUNC, version, own, {"main.go": MAIN})
    assert versions.add_part("runc", "1.2", lambda _: None) == "runc v1.2.8: ./podproof cluster up --runc 1.2"
    assert (build.minors("runc"), build.runc_version("1.2")) == (["1.2"], "v1.2.8")
    built = subprocess.run(
        [toolchain.go(print), "build", "-o", "/dev/null", "tool"], cwd=paths.MODULES / "runc-1.2", check=False
    )
    assert built.returncode == 0
    before = _files(paths.MODULES)
    versions.add_part("runc", "1.2", lambda _: None)
    assert _files(paths.MODULES) == before
    _publish(proxy, build.RUNC, "v1.2.9", own, {"main.go": MAIN})
    assert versions.add_part("runc", "1.2", lambda _: None).startswith("runc v1.2.9, was v1.2.8: ")


def test_a_containerd_that_goes_with_a_kubernetes_stays(proxy: Path) -> None:
    _publish(proxy, build.containerd_module("1.7"), "v1.7.35", "", CONTAINERD_FILES)
    for minor in ("2.4", "1.7"):
        versions.add_part("containerd", minor, lambda _: None)
    assert [build.containerd_version(minor) for minor in build.minors("containerd")] == ["v1.7.35", "v2.4.7"]
    add("1.38")
    assert build.support("1.38") == "| 1.38 | 2.5.0+, 2.4.0+ | v1 |"
    assert build.minors("containerd") == ["2.4", "2.5"]
    with pytest.raises(ClusterError, match=r"no release of containerd 2\.3 at the Go module proxy"):
        versions.add_part("containerd", "2.3", lambda _: None)
