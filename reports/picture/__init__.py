"""One scenario as a picture: lanes of containers on one axis, as SVG without script or anything to load."""

from reports.picture.draw import STYLE, svg
from reports.picture.scene import Note, notes

__all__ = ["STYLE", "Note", "notes", "svg"]
