"""The record: everything that one scenario saw. ``records`` has its shape as dataclasses, and writes and reads it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from records.files import FORMAT
from records.record import Act, Answer, ClusterEvent, Event, Instance, Observation, PodRecord, Record

Json = dict[str, Any]

PARTS = (Act, Answer, ClusterEvent, Event, Instance, Observation, PodRecord, Record)
ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)  # below ``Attributes:`` of a docstring


@cache
def adapter() -> TypeAdapter[Record]:
    """Return what validates a record; it is made once, in some 10 ms."""
    return TypeAdapter(Record)


def schema() -> Json:
    """Return the JSON Schema of a record's file, each key with what the docstring of its class says of it."""
    whole = adapter().json_schema()
    definitions = whole.setdefault("$defs", {})
    for part in PARTS:
        described = whole if part is Record else definitions[part.__name__]
        described["description"] = _sentence(part)
        for name, words in described_in(part).items():
            described["properties"][name]["description"] = words
    whole["properties"] = {"format": {"const": FORMAT, "type": "integer"}, **whole["properties"]}
    whole["required"] = ["format", *whole["required"]]
    return whole | {"title": "a record"}


def described_in(part: type) -> dict[str, str]:
    """Return what the docstring of a dataclass says of its fields, by their names."""
    text = inspect.getdoc(part) or ""
    listed = text.partition("Attributes:\n")[2]
    names = {field.name for field in dataclasses.fields(part)}
    return {name: " ".join(words.split()) for name, words in ATTRIBUTE.findall(listed) if name in names}


def _sentence(part: type) -> str:
    return " ".join((inspect.getdoc(part) or "").partition("\n\n")[0].split())
