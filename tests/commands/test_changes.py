"""The text of a release, or why it cannot be made; and the changelog of this checkout."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from commands import changes
from commands.terminal import USAGE
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2027-01-02

### Added

- Two.

## [0.1.0] - 2026-12-01

- One.
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    (tmp_path / changes.FILE).write_text(LOG)
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    return tmp_path


def test_the_text_of_its_version_is_printed_or_written(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert changes.main(["v0.2.0"]) == 0
    assert capsys.readouterr().out == "### Added\n\n- Two.\n"
    assert changes.main(["v0.2.0", "--output", str(checkout / "new" / "notes.md")]) == 0
    assert (checkout / "new" / "notes.md").read_text() == "### Added\n\n- Two.\n"


@pytest.mark.parametrize(
    ("tag", "old", "new", "said"),
    [
        ("v0.1.0", "", "", "v0.1.0 is not the tag of this version, v0.2.0"),
        ("0.2.0", "", "", "0.2.0 is not the tag of this version, v0.2.0"),
        ("v0.2.0", " - 2027-01-02", "", "no text below a heading ## [0.2.0] - YYYY-MM-DD"),
        ("v0.2.0", "### Added\n\n- Two.\n", "", "no text below a heading"),
        ("v0.2.0", "[0.2.0]", "[0.2.1]", "no text below a heading"),
    ],
    ids=["another-version", "no-tag", "no-day", "no-text", "no-heading"],
)
def test_what_cannot_be_released_is_refused_in_one_line(
    checkout: Path, capsys: pytest.CaptureFixture[str], tag: str, old: str, new: str, said: str
) -> None:
    (checkout / changes.FILE).write_text(LOG.replace(old, new) if old else LOG)
    assert changes.main([tag]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


def test_what_is_not_released_stands_first_and_a_version_of_the_project_once() -> None:
    versions = [heading["version"] for heading in changes.HEADING.finditer((ROOT / changes.FILE).read_text())]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert versions[0] == "Unreleased"
    assert len(versions) == len(set(versions))
    assert versions[1:2] in ([], [project])


def test_every_heading_of_a_version_is_read_as_one() -> None:
    told = (ROOT / changes.FILE).read_text()
    headings = [line for line in told.splitlines() if line.startswith("## ")]
    assert [match.group() for match in changes.HEADING.finditer(told)] == headings
