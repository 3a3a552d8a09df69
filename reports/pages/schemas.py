"""docs/schema: the JSON Schemas of what podproof writes for machines, a file for each format.

``commands.pages`` writes them. A file of an older format stays as it is: its documents are still read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from records import files
from reports.models import conformance, examination, matrix, record

Json = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Json]:
    """Return the JSON Schema of each document's current format, by the name of its file."""
    found = {
        f"conformance-{conformance.FORMAT}.json": _fixed(conformance.Report.model_json_schema(), conformance.FORMAT),
        f"matrix-{matrix.FORMAT}.json": _fixed(matrix.Matrix.model_json_schema(), matrix.FORMAT),
        f"record-{files.FORMAT}.json": record.schema(),
        f"doctor-{examination.FORMAT}.json": examination.Examination.model_json_schema(),
    }
    return {name: {"$schema": DIALECT, "$id": name} | _untitled(schema) for name, schema in found.items()}


def pages() -> dict[Path, str]:
    """Return the text of every schema, by its file."""
    return {
        FOLDER / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in schemas().items()
    }


def _fixed(schema: Json, number: int) -> Json:
    """Return a schema that takes one format alone."""
    told = {"description": "The version of the format.", "const": number}
    return schema | {"properties": schema["properties"] | {"format": told}}


def _untitled(schema: Json) -> Json:
    """Return a schema without the titles of its properties: they repeat the keys."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for each in part.get("properties", {}).values():
            each.pop("title", None)
    return schema
