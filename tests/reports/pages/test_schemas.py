"""docs/schema: the published schemas are those of the models, and take what podproof writes and nothing else."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from jsonschema_rs import Draft202012Validator, ValidationError

from reports.matrix.compare import compare, known_issues
from reports.models.conformance import FIRST
from reports.models.examination import Examination
from reports.pages import schemas
from reports.run import conformance, read
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.helpers.runs import plain
from tests.reports.run import test_doctor as doctor

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = sorted((ROOT / "tests" / "records").glob("*/*.json"))
REPORTS = sorted((ROOT / "docs" / "reports").glob("*/conformance.json"))
OF_A_RUN: dict[str, Any] = {
    "suite": "0.1.0",
    "started": "2026-11-27T21:26:33+00:00",
    "wallSeconds": 1.0,
    "cluster": {"notReadable": {"nodes": "forbidden"}, "nodes": {}},
    "podsCreated": 1,
    "apiRequests": 1,
    "inFlight": 1,
    "options": {},
    "settings": {},
}


def validator(name: str) -> Any:
    return Draft202012Validator(json.loads((schemas.FOLDER / name).read_text(encoding="utf-8")))


def fields(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every property of a schema, by its place."""
    parts = {"": schema, **schema.get("$defs", {})}
    return {f"{at}.{key}": each for at, part in parts.items() for key, each in part.get("properties", {}).items()}


@pytest.mark.parametrize("name", schemas.schemas())
def test_a_published_schema_is_that_of_its_model_and_is_one(name: str) -> None:
    text = (schemas.FOLDER / name).read_text(encoding="utf-8")
    assert text == schemas.pages()[schemas.FOLDER / name], "./podproof pages"
    jsonschema_rs.meta.validate(json.loads(text))


@pytest.mark.parametrize("name", [each for each in schemas.schemas() if not each.startswith("record")])
def test_every_key_is_described(name: str) -> None:
    without = [place for place, each in fields(schemas.schemas()[name]).items() if "description" not in each]
    assert without == []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kept_record_is_as_its_schema_says(path: Path) -> None:
    validator("record-1.json").validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_a_kept_report_is_as_the_schema_says_once_it_is_read(path: Path) -> None:
    schema = validator("conformance-2.json")
    schema.validate(plain(path))
    as_kept = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(ValidationError) if as_kept["format"] == FIRST else contextlib.nullcontext():
        schema.validate(as_kept)


def test_all_that_a_report_may_tell_is_as_the_schema_says() -> None:
    case = said("A", "violated", rule="lost") | {"skip": {"reason": "known", "until": "2027-01-01"}, "run": "earlier"}
    cases: list[Any] = [
        case,
        said("A", "not run", "two", cause="slow"),
        said("A", "recorded", "three", level="INFO", told=["x"]),
    ]
    report = conformance.build({"A": "MUST"}, cases, OF_A_RUN)
    schema = validator("conformance-2.json")
    schema.validate(report)
    for key in ("suite", "cluster", "totals", "requirements", "format"):
        with pytest.raises(ValidationError):
            schema.validate({name: value for name, value in report.items() if name != key})
    wrong = copy.deepcopy(report)
    del wrong["requirements"]["A"]["cases"][0]["id"]
    with pytest.raises(ValidationError):
        schema.validate(wrong)


def test_a_matrix_is_as_the_schema_says() -> None:
    reports = {path.parent.name: read.conformance(path, whole=True) for path in REPORTS}
    found = compare({**reports, "local-1.32": "its run left no report"}, known_issues()).plain()
    assert found["wrong"]
    assert found["differences"]
    schema = validator("matrix-1.json")
    schema.validate(found)
    with pytest.raises(ValidationError):
        schema.validate(found | {"format": 2})


def test_an_examination_is_as_the_schema_says() -> None:
    facts = doctor.FACTS | {"provider": "local", "name": "one", "minor": "1.37", "refused": None}
    schema = validator("doctor-1.json")
    schema.validate(Examination.of(facts).plain())
    with pytest.raises(ValidationError):
        schema.validate({key: value for key, value in facts.items() if key != "rights"})
