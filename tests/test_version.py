"""The suite's version: it moves with what verdicts are made of, and with nothing else."""

from pathlib import Path

import pytest

from fixtures.version import version


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "suite" / "ipc").mkdir(parents=True)
    (tmp_path / "suite" / "ipc" / "judges.py").write_text("judge\n")
    return tmp_path


def test_it_is_the_projects_with_a_hash() -> None:
    project, _, told = version().partition("+")
    assert project
    assert len(told) == 12
    assert version() == version()


@pytest.mark.parametrize("name", ["suite/ipc/judges.py", "manifests/pod.yaml", "records/new.py", "suite/new.toml"])
def test_it_moves_with_what_verdicts_are_made_of(root: Path, name: str) -> None:
    before = version(root)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("another\n")
    assert version(root).partition("+")[0] == "1.2.3"
    assert version(root) != before


@pytest.mark.parametrize("name", ["README.md", "clusters/kind.py", "suite/ipc/judges.pyc", "suite/notes~"])
def test_it_stays_with_all_else(root: Path, name: str) -> None:
    before = version(root)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("another\n")
    assert version(root) == before


def test_a_file_that_is_renamed_is_another_suite(root: Path) -> None:
    before = version(root)
    (root / "suite" / "ipc" / "judges.py").rename(root / "suite" / "ipc" / "judges2.py")
    assert version(root) != before
