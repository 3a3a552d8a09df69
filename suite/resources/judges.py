"""What is a container's own, and no neighbour's: variables, limits, security context."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from records import Violation
from suite.evidence import did_not, events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from records import Event, Record

PAGE = 1 << 16  # bytes: the largest that a kernel is built with; it rounds limits down to whole pages
STEP = Fraction(1, 100)  # CPUs: systemd takes whole hundredths, and runc rounds up to them
NET_BIND_SERVICE = 1 << 10  # a bit of the masks in /proc/PID/status; capabilities(7)


def variables_leaked(record: Record, expected: Mapping[str, Mapping[str, str | None]]) -> list[Violation]:
    """Check that every container has its own variables, with its own values, and none of a neighbour's.

    Args:
        record: of containers that print ``environment``.
        expected: the value of each variable in each container; None where it is not set there.

    Rules:
        unwitnessed: a container did not print its variables.
        differs: a variable has another value, or none.
        leaked: it has one that its container was not given.
    """
    violations = [v for name in expected for v in did_not(record, name, "environment", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "environment"):
            for variable, value in wanted.items():
                seen = event.fields["values"][variable]
                if seen != value:
                    rule = "leaked" if value is None else "differs"
                    text = f"{variable} is {_told(seen)} in {name}, and was to be {_told(value)}"
                    violations.append(Violation(rule, text, f"{name}  environment {variable}={value}", (event,)))
    return violations


def _told(value: str | None) -> str:
    return "not set" if value is None else f"“{value}”"


def limits_differ(record: Record, expected: Mapping[str, Mapping[str, Fraction | None]]) -> list[Violation]:
    """Check that the control group of every container has the limits of that container.

    Args:
        record: of containers that print ``limits``.
        expected: the limits of each container: ``memory`` in bytes, ``cpu`` in CPUs; None where it has none.

    Rules:
        unwitnessed: a container did not print its limits.
        memory: its limit of memory is another.
        cpu: its limit of CPU is another.
    """
    violations = [v for name in expected for v in did_not(record, name, "limits", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "limits"):
            for resource, value in wanted.items():
                if not is_limit(event.fields[resource], value, resource):
                    text = (
                        f"the limit of {resource} is {event.fields[resource]} in {name}, and was to be {_amount(value)}"
                    )
                    violations.append(
                        Violation(resource, text, f"{name}  limits {resource}={_amount(value)}", (event,))
                    )
    return violations


def is_limit(seen: float | None, wanted: Fraction | None, resource: str) -> bool:
    """Return whether a container that was to have a limit sees that one, as kernels and runtimes round it."""
    if seen is None or wanted is None:
        return seen is None and wanted is None
    step = PAGE if resource == "memory" else STEP
    return abs(Fraction(str(seen)) - wanted) < step


def _amount(value: Fraction | None) -> str:
    return "None" if value is None else f"{int(value) if value == int(value) else float(value)}"


def context_leaked(record: Record, expected: Mapping[str, Mapping[str, Any]]) -> list[Violation]:
    """Check that every container is confined by its own security context, and by no neighbour's.

    Args:
        record: of containers that print ``identity``.
        expected: of each container: ``user``, if it is known, whether its root is read-only (``root``), and whether it
            has the capability NET_BIND_SERVICE, all others being dropped (``capability``).

    Rules:
        unwitnessed: a container did not print who it is.
        user: its user is another.
        root: its root is read-only, and was not to be, or the other way round.
        capability: it may come to have the capability, and was not to, or the other way round.
    """
    violations = [v for name in expected for v in did_not(record, name, "identity", "unwitnessed")]
    for name, wanted in expected.items():
        for event in events_of(record, name, "identity"):
            seen = _context(event)
            for field, value in wanted.items():
                if field in seen and seen[field] != value:
                    text = f"{name} was to have {field} {value}, and has {seen[field]}"
                    violations.append(Violation(field, text, f"{name}  identity {field}={value}", (event,)))
    return violations


def _context(event: Event) -> dict[str, object]:
    """Return what a container told of its security context; not of capabilities, where the kernel tells of none."""
    told: dict[str, object] = {"user": event.fields["uid"][0], "root": event.fields["read_only_root"]}
    mask = event.fields["bounding"]
    return told if mask is None else told | {"capability": bool(int(mask, 16) & NET_BIND_SERVICE)}
