"""A broken rule."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """One broken rule of a requirement.

    Attributes:
        rule: a stable word that controls, faults and reports refer to, such as ``overlap``.
        text: one sentence for the operator: what, where, expected, seen.
    """

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.text} [{self.rule}]"
