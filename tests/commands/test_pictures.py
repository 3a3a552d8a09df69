"""``./podproof pictures``: the pictures of the docs show what the pages look like today."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from commands import browser, pictures
from commands.terminal import USAGE
from tests.helpers.paths import ROOT
from tests.reports.page.test_render import needs_browser

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 250_000  # bytes
PNG = b"\x89PNG"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a folder with a copy of all that the pictures are made of, and of the pictures."""
    for name in (*pictures.made_of(ROOT), str(pictures.MADE_OF)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_pictures_show_the_pages_as_they_look_today() -> None:
    assert pictures.stale(ROOT) == []


def test_every_picture_is_there_and_small_and_no_other_is() -> None:
    files = {ROOT / picture.file for picture in pictures.PICTURES}
    assert files == {ROOT / "docs" / "report.png", *(ROOT / pictures.MADE_OF.parent).glob("*.png")}
    assert all(file.stat().st_size < LARGEST for file in files)


@pytest.mark.parametrize(
    "name",
    [
        "reports/page/templates/style.css",
        "reports/page/templates/several.html",
        "reports/picture/picture.css",
        "docs/reports/local-1.33/conformance.json",
        "tests/records/own-ipc/ipc.sysv_queue[one].json",
        "docs/report.png",
        "docs/pictures/case-dark.png",
    ],
)
def test_what_was_changed_since_is_named_with_the_command(copied: Path, name: str) -> None:
    assert pictures.stale(copied) == []
    with (copied / name).open("a") as file:
        file.write(" ")
    told = f"{name} is not what the pictures of docs/ were made with: make them again: ./podproof pictures"
    assert pictures.stale(copied) == [told]
    (copied / name).unlink()
    assert pictures.stale(copied) == [told]


def test_a_new_template_is_named_and_a_lost_list_too(copied: Path) -> None:
    (copied / "reports/page/templates/new.css").touch()
    [line] = pictures.stale(copied)
    assert line.startswith("reports/page/templates/new.css is not")
    (copied / pictures.MADE_OF).unlink()
    [line] = pictures.stale(copied)
    assert line.startswith(f"{pictures.MADE_OF} cannot be read")


def test_without_a_browser_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "found", lambda: "")
    assert pictures.main([]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert "no Chromium on PATH" in line
    assert "apt-get install chromium" in line


def test_the_faulty_run_is_judged_as_its_records_were(
    suite_items: list[pytest.Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.session.cases.items", lambda: suite_items)
    report, _ = pictures.faulty()
    verdicts = json.loads((ROOT / "tests" / "records" / "verdicts.json").read_text(encoding="utf-8"))
    found = {
        f"{name} [{case.name}]": sorted({each.rule for each in case.violations})
        for name, case in report.cases_of("violated")
    }
    assert found == verdicts["own-ipc"]["fired"] | verdicts["youki"]["fired"]
    made = pictures.pages()
    assert sorted(made) == sorted({picture.page for picture in pictures.PICTURES})
    assert not [name for name, text in made.items() if str(ROOT) in text]


@needs_browser
def test_each_picture_is_of_its_size(tmp_path: Path) -> None:
    page = "<style>body{margin:0;height:3000px}</style><p id='IPC-SYSV-QUEUE'>"
    taken = pictures.take(browser.found(), tmp_path, {picture.page: page for picture in pictures.PICTURES})
    for picture in pictures.PICTURES:
        data = taken[picture.file]
        assert data.startswith(PNG)
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (picture.width, picture.height)
