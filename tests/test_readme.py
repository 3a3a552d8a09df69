"""The README tells the truth about what it repeats."""

from pathlib import Path

from fixtures import requirements

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_requirement_with_its_level() -> None:
    rows = [f"| [{r.id}]({r.url}) | {r.level} | {r.title} |" for _, r in sorted(requirements.load().items())]
    assert [line for line in README.splitlines() if line.startswith("| [")] == rows
