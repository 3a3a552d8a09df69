"""docs/seed-run.json: the excerpt of a run that docs/seed.md shows."""

from __future__ import annotations

from pydantic import Field

from records.outcome import Outcome
from reports.models.base import Model
from reports.models.conformance import Violation


class Case(Model):
    """What came of one case."""

    name: str = Field(validation_alias="case", serialization_alias="case")
    """Its name."""
    outcome: Outcome
    """What was found."""
    reason: str = ""
    """Why it is in trouble, not applicable, or was not run."""
    told: list[str] = Field(default_factory=list)
    """The lines of an observation."""
    violations: list[Violation] = Field(default_factory=list)
    """The broken rules."""


class Requirement(Model):
    """What came of one requirement."""

    level: str
    """``MUST``, ``EXPECTED`` or ``INFO``."""
    outcome: Outcome
    """The worst of its cases'."""
    cases: list[Case]
    """In the order of the run."""


class SeedRun(Model):
    """One run, as far as the claims speak of it."""

    date: str
    """The day of the run, YYYY-MM-DD."""
    suite: str
    """podproof's version."""
    kubernetes: str
    """The API server's version."""
    runtime: str
    """The container runtimes, and the RuntimeClass where one was asked for."""
    requirements: dict[str, Requirement]
    """By id."""
