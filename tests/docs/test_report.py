"""The page of conformance.json tells every format that there was, and what is said of a newer one."""

import json
import re
from pathlib import Path

import pytest

from reports.models.conformance import FIRST, FORMAT
from reports.run import read
from tests.helpers.paths import ROOT

PAGE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_every_format_is_told_with_the_versions_that_write_and_read_it() -> None:
    table = PAGE.partition("## Formats and versions")[2]
    rows = re.findall(r"^\| (\d+)(?:, or none)? \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    assert rows == [str(number) for number in range(FIRST, FORMAT + 1)]
    assert f"Its `format` is {FORMAT};" in PAGE


def test_a_newer_format_is_refused_with_the_words_of_the_page(tmp_path: Path) -> None:
    file = tmp_path / "conformance.json"
    file.write_text(json.dumps({"format": FORMAT + 1}))
    with pytest.raises(read.ReportError) as refused:
        read.conformance(file)
    [words] = re.findall(r"`(is of format \d+, and this podproof knows \d+)`", " ".join(PAGE.split()))
    assert re.sub(r"\d+", "N", words) in re.sub(r"\d+", "N", str(refused.value))
