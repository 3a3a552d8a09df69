"""A badge says what its report claims, in a colour that can be read."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reports.badge import svg
from reports.models.conformance import Report

NEEDED = 4.5  # of WCAG 2.2, level AA
CASE = {"case": "one", "outcome": "trouble", "seconds": 1.0, "violations": []}
TROUBLE = {"X": {"level": "MUST", "cases": [CASE]}}


def texts(report: dict[str, Any]) -> list[str]:
    drawn = ET.fromstring(svg.badge(Report.of(report)))  # noqa: S314 -- ours
    return [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("conformant", "requirements", "claim"),
    [
        (True, {}, "conformant"),
        (False, {}, "NOT conformant"),
        (None, TROUBLE, "not proven"),
        (None, {}, "no claim of conformance"),
    ],
)
def test_it_says_which_minor_and_what_is_claimed(conformant: bool | None, requirements: Any, claim: str) -> None:
    report = {"conformant": conformant, "requirements": requirements, "cluster": {"minor": "1.37"}}
    assert texts(report) == ["podproof, Kubernetes 1.37", claim]
    assert f"<title>podproof, Kubernetes 1.37: {claim}</title>" in svg.badge(Report.of(report))


def test_a_report_of_an_unknown_cluster_has_one_too_and_nothing_breaks_out() -> None:
    assert texts({"conformant": True, "requirements": {}}) == ["podproof", "conformant"]
    hostile = {"conformant": True, "requirements": {}, "cluster": {"minor": "</text><script>"}}
    assert texts(hostile)[0] == "podproof, Kubernetes </text><script>"


@pytest.mark.parametrize("colour", [*svg.COLOURS.values(), svg.NO_CLAIM_COLOUR, svg.LABEL_COLOUR])
def test_white_on_every_colour_can_be_read(colour: str) -> None:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (light + 0.05) >= NEEDED
