"""Known deviations: violations that are expected, with the reason. What they explain stays violated in every report."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NotRequired, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class Deviation(TypedDict):
    """One known deviation.

    ``cases`` is a pattern of names of a requirement's cases, ``violations`` a pattern of ``rule: text``, ``kubernetes``
    the minors on which it is known, empty for all, and ``why`` the reason. ``parts`` are those of a local cluster, each
    alone, of which it is known (``runc-1.1``); without it, it is known of every cluster.
    """

    requirement: str
    cases: str
    violations: str
    kubernetes: list[str]
    why: str
    parts: NotRequired[list[str]]


Known = TypeVar("Known", bound=Deviation)


def explaining(
    known: Iterable[Known], requirement: str, case: str, violations: Sequence[Mapping[str, str]], minor: str = ""
) -> list[Known]:
    """Return the deviations that explain a case's violations; none where they leave one of these unexplained.

    Args:
        known: the known deviations.
        requirement: the case's requirement.
        case: its name.
        violations: ``{rule, text}`` each.
        minor: of Kubernetes; a deviation that names none is known on all.
    """
    of_case = [each for each in known if concerns(each, requirement, case, minor)]
    found = [[each for each in of_case if matches(each, violation)] for violation in violations]
    return [each for each in of_case if any(each in some for some in found)] if all(found) else []


def of_parts(known: Iterable[Known], parts: Collection[str]) -> list[Known]:
    """Return the deviations that are known of a cluster which is made of these parts."""
    return [each for each in known if "parts" not in each or not set(parts).isdisjoint(each["parts"])]


def in_words(skip: Mapping[str, str]) -> str:
    """Return for a person why a violated case is excused, and until when: the ``skip`` of its result."""
    return f"a known deviation until {skip['until']}: {skip['reason']}"


def concerns(deviation: Deviation, requirement: str, case: str, minor: str = "") -> bool:
    """Return whether a deviation is one of a case, on a minor of Kubernetes."""
    minors = deviation["kubernetes"]
    ours = deviation["requirement"] == requirement and fnmatchcase(case, deviation["cases"])
    return ours and (not minors or minor in minors)


def matches(deviation: Deviation, violation: Mapping[str, str]) -> bool:
    """Return whether a deviation names a violation, ``{rule, text}``."""
    return fnmatchcase(f"{violation['rule']}: {violation['text']}", deviation["violations"])
