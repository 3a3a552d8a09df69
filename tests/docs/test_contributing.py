"""CONTRIBUTING.md names files that are there, and its example is what stands in them."""

import re

from tests.helpers.paths import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"(?<![\w/.<-])((?:\.?[\w-]+/)+[\w.-]*|[\w-]+\.(?:toml|txt|md))(?![\w/*<])")
MADE = ("reports/out",)  # what runs write


def test_every_file_and_folder_that_is_named_is_there() -> None:
    prose = FENCED.sub("", PAGE)
    inside = {name for span in re.findall(r"`([^`]+)`", prose) for name in PLACE.findall(span)}
    linked = {name.partition("#")[0] for name in re.findall(r"\]\(([^)]+)\)", prose)}
    drawn = set(re.findall(r"^ ?\d+  (\S+)", PAGE, re.MULTILINE))
    assert len(drawn) == 10
    own = {"requirements.toml", "test_<behaviour>.py", "out/"}
    missing = {name for name in inside | linked | drawn if not (ROOT / name).exists() and name not in own}
    assert {name for name in missing if not _is_part(name)} == set()


def _is_part(name: str) -> bool:
    """Return whether it is a folder or a file of a folder that the table names, such as ``kind/`` of clusters/."""
    return any(
        (parent / name).exists()
        for parent in (ROOT / "clusters", ROOT / "fixtures", ROOT / "reports", ROOT / "records")
    )


def test_the_example_is_what_stands_in_its_files() -> None:
    [diff] = [block for block in FENCED.findall(PAGE) if block.startswith("+++")]
    parts = re.split(r"^\+\+\+ (\S+)\n", diff, flags=re.MULTILINE)[1:]
    files = list(zip(parts[::2], parts[1::2], strict=True))
    assert len(files) == 7
    for name, lines in files:
        there = [line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        for line in lines.splitlines():
            quoted = line.removeprefix("+").strip()
            if not quoted:
                continue
            begin = quoted.partition("…")[0]
            assert any(each == quoted or ("…" in quoted and each.startswith(begin)) for each in there), (name, quoted)
