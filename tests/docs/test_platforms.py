"""docs/platforms.md: its commands are ones that podproof takes, and it says that nobody has run it there."""

import re
import shlex

import pytest

from fixtures.session import pod_options
from tests.helpers.paths import ROOT

PAGE = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"`(\./podproof conformance [^`]+)`", PAGE)


def test_it_says_that_nobody_has_run_it_there() -> None:
    assert "**Nobody has run\nit on the platforms below.**" in PAGE
    assert len(COMMANDS) == len(re.findall(r"^\| [A-Z\w]", PAGE, re.MULTILINE)) - 1


@pytest.mark.parametrize("command", sorted(set(COMMANDS)), ids=range(len(set(COMMANDS))))
def test_its_options_are_there(command: str, pytestconfig: pytest.Config) -> None:
    words = shlex.split(command)
    for word in words:
        if word.startswith("--"):
            assert hasattr(pytestconfig.option, word.removeprefix("--").replace("-", "_")), word
    if "--resources" in words:
        assert pod_options.resources(words[words.index("--resources") + 1])
