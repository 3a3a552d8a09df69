"""A page as HTML: one file that loads nothing, runs no script, and does no harm whatever a container printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from machine.installation import PODPROOF
from reports import picture
from reports.picture.clean import clean

if TYPE_CHECKING:
    from reports.page import several
    from reports.page.content import Page

TEMPLATES = Path(__file__).parent / "templates"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def html(page: Page) -> str:
    """Return the page of a run."""
    environment = _environment()
    # Both are of podproof's own making: the drawing escapes what it draws.
    environment.filters["drawn"] = Markup
    style = Markup(picture.STYLE)  # noqa: S704
    return environment.get_template("page.html").render(
        page=page, policy=POLICY, picture_style=style, podproof=PODPROOF
    )


def side_by_side(page: several.Page) -> str:
    """Return the page of several runs."""
    return _environment().get_template("several.html").render(page=page, policy=POLICY)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """Return text without characters that do something; escaping comes after it."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
