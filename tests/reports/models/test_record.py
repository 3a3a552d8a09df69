"""The record's schema: it knows every kept record, and each key that its classes tell of."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

import records
from records import files
from reports.models import record
from tests.helpers.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KEPT = sorted(path for path in (ROOT / "tests" / "records").glob("*/*.json"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kept_record_is_the_model_that_its_file_is_read_as(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["format"]
    strict = record.adapter().validate_json(json.dumps(data), strict=True)
    assert dataclasses.replace(strict, scenario=files.current(strict.scenario)) == records.load(path)


def test_what_is_no_record_is_refused() -> None:
    data: dict[str, Any] = json.loads(KEPT[0].read_text(encoding="utf-8"))
    data["pods"] = [{"role": "one"}]
    with pytest.raises(ValueError, match=r"pods\.0\.name"):
        record.adapter().validate_python(data)


def test_what_the_docstring_of_a_class_says_of_a_field_stands_in_the_schema() -> None:
    schema = record.schema()
    events = schema["$defs"]["Instance"]["properties"]["events"]
    assert events["description"] == "in the order of their numbers."
    assert schema["properties"]["nodes"]["description"] == "facts of each node a Pod ran on: kernel, runtime, kubelet."
    output = record.described_in(records.Instance)["output"]
    assert output.startswith("``whole``, read to its end;")
    assert output.endswith("could not be read.")
    assert schema["$defs"]["Event"]["description"] == "One line that the probe printed."
