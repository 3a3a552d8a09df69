"""docs/doctor.md: its table is as long as the manifest of rights, and has the features that are detected."""

import re

from fixtures.api import detection, rights
from tests.helpers.paths import ROOT

PAGE = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")


def test_its_table_has_as_many_rights_as_the_manifest() -> None:
    given = len(rights.listed())
    assert f"{given} of {given} given" in PAGE


def test_its_table_has_every_feature() -> None:
    shown = re.findall(r"^feature (\w+) ", PAGE, re.MULTILINE)
    elsewhere = {"DefaultStorageClass", "LocalStorageCapacityIsolation"}
    assert shown == sorted({*detection.FIELDS, *detection.NODES, *elsewhere})
