"""A judge on trial: what it is asked, a history that it must let pass, and one for every rule that must break."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from records import Record, Violation


@dataclass(frozen=True, repr=False)
class Trial:
    """One judge with its arguments.

    Attributes:
        good: breaks no rule.
        broken: the rule that breaks alone, in which way, the history.
    """

    judge: Callable[..., list[Violation]]
    arguments: tuple[Any, ...]
    good: Record
    broken: tuple[tuple[str, str, Record], ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, history: Record) -> list[Violation]:
        """The judge's violations."""
        return self.judge(history, *self.arguments, **self.options)

    @property
    def name(self) -> str:
        """The judge's name."""
        return self.judge.__name__
