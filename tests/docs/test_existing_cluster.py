"""docs/existing-cluster.md tells of every exit code, and its table's options are there."""

import re

import pytest

from fixtures import errors
from fixtures.play import obstacles
from tests.helpers.paths import ROOT

PAGE = (ROOT / "docs" / "existing-cluster.md").read_text(encoding="utf-8")
RUN = (ROOT / "docs" / "run.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
CODES = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
ELSEWHERE = {"--context", "--follow", "--watch"}  # kubectl's


def test_the_table_has_every_exit_code_of_ours_and_no_other() -> None:
    assert {int(code) for code, _, _ in ROWS} == CODES
    assert [int(code) for code, _, _ in ROWS] == sorted(int(code) for code, _, _ in ROWS)


def test_the_page_of_a_run_names_every_exit_code_from_six_on() -> None:
    told = RUN[RUN.index("Exit codes: 0") :].partition("\n\n")[0]
    assert CODES - {errors.USAGE} <= {int(number) for number in re.findall(r"\d+", told)}


def test_every_option_that_is_offered_is_there(pytestconfig: pytest.Config) -> None:
    texts = [*(f"{line} {do}" for _, line, do in ROWS), *obstacles.WAYS_OUT.values()]
    offered = {option for text in texts for option in OPTION.findall(text)} - ELSEWHERE
    assert len(offered) > 5
    for option in offered:
        assert hasattr(pytestconfig.option, option.removeprefix("--").replace("-", "_")), option
