"""What the local cluster builds, and under which key."""

from pathlib import Path

import pytest

from clusters import ClusterError
from clusters.local import build, paths, toolchain


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, requirement in {
        "kubernetes-1.9": "require k8s.io/kubernetes v1.9.4 // indirect",
        "kubernetes-1.35": "require (\n\tgithub.com/x/y v1.0.0\n\tk8s.io/kubernetes v1.35.4 // indirect\n)",
        "runc-1.4": "require github.com/opencontainers/runc v1.4.4",
        "runc-1.10": "require github.com/opencontainers/runc v1.10.0",
        "containerd-1.7": "require github.com/containerd/containerd v1.7.35",
        "etcd": "require go.etcd.io/etcd/server/v3 v3.6.16",
    }.items():
        folder = tmp_path / "modules" / name
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text(f"module m\n\ngo 1.26.0\n\n{requirement}\n")
        (folder / "go.sum").write_text("x h1:y=\n")
    monkeypatch.setattr(paths, "MODULES", tmp_path / "modules")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "modules"


def test_the_version_is_read_from_go_mod(modules: Path) -> None:
    assert build.kubernetes_version("1.35") == "v1.35.4"
    assert build.kubernetes_version("1.9") == "v1.9.4"
    (modules / "etcd" / "go.mod").write_text("module m\n")
    with pytest.raises(ClusterError, match=r"requires no k8s.io/kubernetes"):
        build.version("etcd", build.KUBERNETES)


def test_a_folder_makes_a_minor_and_minors_are_ordered_as_numbers(modules: Path) -> None:
    assert modules.is_dir()
    assert build.minors() == ["1.9", "1.35"]
    assert (build.minors("runc"), build.minors("containerd")) == (["1.4", "1.10"], ["1.7"])
    (modules / "kubernetes-1.35" / "containerd").write_text("containerd-2.2\n| 1.35 | 2.2.0+, 1.7.28+ | v1 |\n")
    runc = build.Module("runc-1.10", cgo=True, tags="seccomp", output="runc")
    assert build.modules("1.35")[:3] == (build.Module("kubernetes-1.35"), build.Module("containerd-2.2"), runc)
    chosen = build.modules("1.35", of_containerd="1.7", of_runc="1.4")
    assert [module.name for module in chosen[:3]] == ["kubernetes-1.35", "containerd-1.7", "runc-1.4"]
    with pytest.raises(ClusterError, match=r"no Kubernetes 1.36 here: .* has 1.9, 1.35"):
        build.modules("1.36")


def test_the_support_table_says_what_goes_with_a_kubernetes(modules: Path) -> None:
    file = modules / "kubernetes-1.35" / "containerd"
    file.write_text("containerd-2.2\n| 1.35 | 2.2.0+, 2.1.5+, 1.7.28+ | v1 |\n")
    assert build.supported("1.35") == ["2.2", "2.1", "1.7"]
    releases = ["v2.2.0", "v2.1.5", "v1.7.35", "v2.1.4", "v2.3.0", "v2.0.14"]
    assert [release for release in releases if build.goes_with(release, "1.35")] == ["v2.2.0", "v2.1.5", "v1.7.35"]
    file.write_text("containerd-2.2\n")
    assert (build.support("1.35"), build.supported("1.35")) == ("", ["2.2"])
    assert build.goes_with("v2.2.9", "1.35")
    assert not build.goes_with("v1.7.35", "1.35")
    assert build.containerd_version("1.7") == "v1.7.35"
    assert build.runc_version("1.10") == "v1.10.0"


def test_kubernetes_and_runc_are_stamped_with_their_versions(modules: Path) -> None:
    assert modules.is_dir()
    flags = " ".join(build.Module("kubernetes-1.35").flags())
    assert "-X k8s.io/component-base/version.gitVersion=v1.35.4" in flags
    assert "version.gitMinor=35" in flags
    assert "-X main.version=1.10.0" in " ".join(build.Module("runc-1.10").flags())
    assert "version" not in " ".join(build.Module("etcd").flags())


def test_the_key_changes_with_all_that_the_binaries_are_made_from(modules: Path) -> None:
    keys = {build.Module("etcd").key(), build.Module("etcd").key()}
    assert len(keys) == 1
    keys |= {build.Module("etcd", cgo=True).key(), build.Module("etcd", tags="seccomp").key()}
    for name in ("go.mod", "go.sum"):
        with (modules / "etcd" / name).open("a") as file:
            file.write("\n// another\n")
        keys.add(build.Module("etcd").key())
    assert len(keys) == 5


def test_every_module_is_pinned_by_hash() -> None:
    names = [module.name for minor in build.minors() for module in build.modules(minor)]
    names += [f"{part}-{minor}" for part in ("containerd", "runc") for minor in build.minors(part)]
    assert names
    for name in names:
        assert "tool" in (paths.MODULES / name / "go.mod").read_text()
        assert " h1:" in (paths.MODULES / name / "go.sum").read_text()


def test_go_from_pypi_satisfies_every_module() -> None:
    pinned = toolchain.version("go " + toolchain.GO_WHEEL.partition("==")[2])
    assert pinned >= max(toolchain.version(path.read_text()) for path in paths.MODULES.glob("*/go.mod"))


def test_a_build_that_fails_tells_why_and_how_to_try_it(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = modules.parent / "go"
    go.write_text("#!/bin/sh\necho 'go: no such module' >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setattr(toolchain, "go", lambda _: go)
    monkeypatch.setattr(toolchain, "BUILD_PACKAGES", ())
    lines: list[str] = []
    with pytest.raises(
        ClusterError, match=r"^etcd does not build: go: no such module; try it: cd .*/etcd && .*go build"
    ):
        build.ensure(build.Module("etcd", output="etcd"), "2/7", lines.append)
    assert lines[0] == "2/7 etcd: downloading and compiling …"
    assert lines[1].startswith("2/7 etcd: downloading and compiling: stopped after ")
