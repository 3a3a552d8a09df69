"""The badge as SVG: what was run, and what it claims. It loads nothing, and is the same for the same report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from reports.run.conformance import CLAIMS, NOT_PROVEN, claim_of

if TYPE_CHECKING:
    from reports.models.conformance import Report

COLOURS = {CLAIMS[True]: "#1a7f37", CLAIMS[False]: "#c62828", NOT_PROVEN: "#9a6700"}
"""The background of a claim; white on each has a contrast of more than 4.5 (WCAG 2.2, AA)."""
NO_CLAIM_COLOUR, LABEL_COLOUR = "#57606a", "#24292f"
HEIGHT, PADDING, OF_A_CHARACTER, BASELINE = 20, 8, 6.4, 14  # pixels; a text is drawn as wide as it is reckoned


def badge(report: Report) -> str:
    """Return the badge of a conformance report, as text of an SVG file."""
    claim, label = claim_of(report), label_of(report)
    widths = [2 * PADDING + round(OF_A_CHARACTER * len(text)) for text in (label, claim)]
    total = sum(widths)
    size = {"width": str(total), "height": str(HEIGHT)}
    top = {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "font-family": "Verdana, sans-serif"}
    svg = ET.Element("svg", {**top, "font-size": "11", "fill": "#fff"})
    ET.SubElement(svg, "title").text = f"{label}: {claim}"
    clip = ET.SubElement(svg, "clipPath", {"id": "round"})
    ET.SubElement(clip, "rect", {**size, "rx": "3"})
    drawn = ET.SubElement(svg, "g", {"clip-path": "url(#round)"})
    left = 0
    for text, width, colour in zip(
        (label, claim), widths, (LABEL_COLOUR, COLOURS.get(claim, NO_CLAIM_COLOUR)), strict=True
    ):
        ET.SubElement(drawn, "rect", {"x": str(left), "width": str(width), "height": str(HEIGHT), "fill": colour})
        at = {"x": str(left + PADDING), "y": str(BASELINE), "textLength": str(width - 2 * PADDING)}
        ET.SubElement(drawn, "text", at).text = text
        left += width
    return ET.tostring(svg, encoding="unicode") + "\n"


def label_of(report: Report) -> str:
    """Return what a badge says on its left: the suite, and the Kubernetes minor that was tried where it is known."""
    minor = report.cluster.minor
    return f"podproof, Kubernetes {minor}" if minor else "podproof"
