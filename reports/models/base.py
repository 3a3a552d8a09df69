"""What all documents have in common: how they are read from JSON, written as JSON, and refused in one line."""

from __future__ import annotations

import json
import re
import reprlib
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic_core import ErrorDetails

Json = dict[str, Any]

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]

INSTANCE = re.compile(r"a valid dictionary or instance of \w+")  # pydantic's words for an object of JSON
MISSING = "missing"  # pydantic's type of the error of a key that is not there


class Model(BaseModel):
    """A part of a document.

    Its keys in JSON are the attributes' names in camelCase. Keys that it does not know are kept: a newer podproof may
    tell more in the same format. What is not set is not written.
    """

    model_config = ConfigDict(
        frozen=True,
        strict=True,  # a text is no number, and true is none either
        extra="allow",
        defer_build=True,  # a run needs few of them
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def of(cls, data: object) -> Self:
        """Return the model of a document's data, as JSON would give them back.

        Raises:
            ValueError: the data have another shape; the message is one line, and says where.
        """
        try:
            return cls.model_validate(as_written(data))
        except ValidationError as error:
            raise ValueError(fault(error.errors()[0])) from error

    def plain(self) -> Json:
        """Return its data, as JSON has them."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def written(self) -> str:
        """Return the text of its file."""
        return json.dumps(self.plain(), indent=1, ensure_ascii=False) + "\n"


def as_written(data: object) -> Any:
    """Return data as they come back from a file: tuples as lists, and a question mark for half a surrogate pair."""
    return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


def fault(error: ErrorDetails) -> str:
    """Return what is wrong with a document, and where: ``cluster.nodes.one.cpus should be a valid number, not 'x'``."""
    where = place(error["loc"])
    if error["type"] == MISSING:
        return f"{where or 'it'} is missing"
    what = INSTANCE.sub("an object", error["msg"].removeprefix("Value error, ").removeprefix("Input "))
    given = "" if error["type"] == "value_error" else f", not {reprlib.repr(error['input'])}"
    return " ".join(f"{where or 'it'} {what}{given}".split())


def place(keys: Iterable[str | int]) -> str:
    """Return the way to a value in a document: ``requirements.NET-LOCALHOST.cases[0].seconds``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def always(*names: str) -> Callable[[Json], None]:
    """Return a change of a JSON Schema: these keys are always written, though a reader can do without them."""

    def change(schema: Json) -> None:
        schema["required"] = list(dict.fromkeys([*schema.get("required", []), *names]))

    return change
