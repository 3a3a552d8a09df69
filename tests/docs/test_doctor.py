"""docs/doctor.md: its table is as long as the manifest of rights."""

from fixtures.api import rights
from tests.helpers.paths import ROOT


def test_its_table_has_as_many_rights_as_the_manifest() -> None:
    given = len(rights.listed())
    assert f"{given} of {given} given" in (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
