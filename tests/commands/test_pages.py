"""``./podproof pages``: it writes the stale pages, and with ``--check`` only names them."""

from pathlib import Path

import pytest

from commands import pages as command
from tests.helpers.paths import ROOT


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a page that is the only one, and is to say ``new``."""
    file = tmp_path / "page.md"
    monkeypatch.setattr(command, "pages", lambda: {file: "new\n"})
    return file


def test_every_generated_page_is_written() -> None:
    names = {str(file.relative_to(ROOT)) for file in command.pages()}
    pages = {f"docs/{name}.md" for name in ("requirements", "rules", "seed", "seed.ko", "upgrade", "when")}
    schemas = {f"docs/schema/{name}.json" for name in ("conformance-2", "doctor-1", "matrix-1", "record-1")}
    assert names == pages | schemas


def test_a_check_names_a_stale_page_and_leaves_it(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text("old\n")
    assert command.main(["--check"]) == command.STALE
    assert capsys.readouterr().out == f"{page} is stale: ./podproof pages\n"
    assert page.read_text() == "old\n"


@pytest.mark.parametrize("old", ["old\n", None])
def test_a_stale_page_is_written_and_then_up_to_date(page: Path, old: str | None) -> None:
    if old is not None:
        page.write_text(old)
    assert command.main([]) == 0
    assert page.read_text() == "new\n"
    assert command.main(["--check"]) == 0
