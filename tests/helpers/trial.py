"""A judge with a history that it must let pass, and one for every rule that must break."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fixtures.session.rules import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from records import Record, Violation


@dataclass(frozen=True, repr=False)
class Trial:
    """One judge with its arguments.

    Attributes:
        good: a record that breaks no rule.
        broken: the only rule broken, how it is broken, the record.
    """

    judge: Callable[..., list[Violation]]
    arguments: tuple[Any, ...]
    good: Record
    broken: tuple[tuple[str, str, Record], ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, history: Record) -> list[Violation]:
        """Return the judge's violations."""
        return self.judge(history, *self.arguments, **self.options)

    @property
    def name(self) -> str:
        """Return the judge's name, after its behaviour's: two behaviours may have a judge of one name."""
        return name_of(self.judge)
