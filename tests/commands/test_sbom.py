"""The SBOM of a release: valid, and with every pin of the checkout."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from commands import sbom
from commands.terminal import USAGE
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture(scope="module")
def text() -> str:
    return sbom.text(ROOT)


@pytest.fixture(scope="module")
def places(text: str) -> dict[str, set[str]]:
    """Return the files that pin each component, by its purl."""
    components: list[Json] = json.loads(text)["components"]
    return {each["purl"]: {told["value"] for told in each["properties"]} for each in components}


def test_it_is_valid_cyclonedx(text: str) -> None:
    assert VALIDATOR.validate_str(text) is None
    assert VALIDATOR.validate_str(text.replace('"library"', '"books"', 1)) is not None


def test_it_is_of_this_version_which_depends_on_all(text: str, places: dict[str, set[str]]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    told = json.loads(text)
    assert told["metadata"]["component"]["purl"] == f"pkg:pypi/podproof@{version}"
    [own] = [each for each in told["dependencies"] if each["ref"] == f"pkg:pypi/podproof@{version}"]
    assert set(own["dependsOn"]) == set(places)


def test_every_line_of_the_constraints_is_in_it(places: dict[str, set[str]]) -> None:
    lines = [line for line in (ROOT / sbom.CONSTRAINTS).read_text().splitlines() if not line.startswith("#")]
    assert len(lines) > 50
    assert len(lines) == sum(sbom.CONSTRAINTS in files for files in places.values())


def test_every_npm_package_of_the_report_is_in_it(places: dict[str, set[str]]) -> None:
    locked: Json = json.loads((ROOT / sbom.LOCK).read_text())["packages"]
    there = {(place.rpartition("node_modules/")[2], each["version"]) for place, each in locked.items() if place}
    found = {unquote(purl).removeprefix("pkg:npm/") for purl, files in places.items() if sbom.LOCK in files}
    assert any(name.startswith("@") for name, _ in there)
    assert found == {f"{name}@{version}" for name, version in there}


@pytest.mark.parametrize("file", sorted(ROOT.glob(sbom.MODULES)), ids=lambda file: file.parent.name)
def test_every_go_module_of_the_local_cluster_is_in_it_as_it_is_built(file: Path, places: dict[str, set[str]]) -> None:
    """go.sum has the hash of every module of which a file is built, after what replaces it."""
    place = file.relative_to(ROOT).as_posix()
    found = {unquote(purl).removeprefix("pkg:golang/") for purl, files in places.items() if place in files}
    hashed = {"@".join(line.split()[:2]) for line in file.with_name("go.sum").read_text().splitlines()}
    required = [line.split() for line in file.read_text().splitlines() if line.endswith("// indirect")]
    assert len(required) > 5
    assert len(found) >= len(required)
    assert found <= hashed


def test_the_file_is_written_where_one_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new" / "sbom.json"
    assert sbom.main(["--output", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert VALIDATOR.validate_str(file.read_text()) is None
    assert sbom.main(["--output", str(tmp_path)]) == USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1
