"""The wheel carries what a run needs, and nothing else. It is built and tried by .ci/run."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.helpers.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
FOR_DEVELOPERS = {"verify"}


def test_the_tree_in_it_has_every_package_that_a_command_may_import() -> None:
    packages = set(PROJECT["tool"]["importlinter"]["root_packages"]) - FOR_DEVELOPERS
    assert set(WHEEL["only-include"]) == packages | {"manifests", "console"}
    assert WHEEL["sources"] == {"console": "podproof"} | {
        name: f"podproof/tree/{name}" for name in WHEEL["only-include"] if name != "console"
    }
    assert WHEEL["force-include"] == {"pyproject.toml": "podproof/tree/pyproject.toml"}


def test_nothing_in_it_is_a_link() -> None:
    """A wheel is an archive without links: the file would be there twice, or not at all."""
    assert [path for name in WHEEL["only-include"] for path in (ROOT / name).rglob("*") if path.is_symlink()] == []


def test_the_command_runs_the_tree_beside_it_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "commands.py").write_text("raise SystemExit('a file of the user was run')")
    begin = f"import sys; sys.path.append({str(ROOT)!r}); import console; console.TREE = {str(ROOT)!r}; console.main()"
    said = subprocess.run([sys.executable, "-c", begin], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("podproof COMMAND")


def test_an_installed_podproof_writes_where_it_was_called(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for file in ("fixtures/paths.py", "machine/installation.py"):
        (tree / file).parent.mkdir(parents=True)
        (tree / file).write_text((ROOT / file).read_text())

    def said(root: Path) -> list[str]:
        ask = f"import sys; sys.path[0] = {str(root)!r}; from fixtures.paths import ROOT, OUT; print(ROOT, OUT)"
        done = subprocess.run([sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert said(tree) == [str(tree), str(tmp_path / "podproof" / "out")]
    assert said(ROOT) == [str(ROOT), str(ROOT / "reports" / "out")]
