"""A scene as SVG.

Places along the axis are percents, texts have a size in px: the picture is as wide as where it stands, and its letters
are never smaller. Labels are arranged twice, for a wide place and for a phone, and a media query shows one of both.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from reports.picture import axis, labels, scene
from reports.picture.clean import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import Record, Violation
    from reports.picture.labels import Label
    from reports.picture.scene import Lane, Mark, Note, Scene

NARROW, WIDE = 330, 800  # px: for such a place each set of labels is arranged
BREAK = 860  # px of the window: in a wider one, the wide labels are shown
MARGIN = 1.5  # percent, left and right of the axis
LINE = 14  # px from one line of text to the next
HEAD, BAR, BELOW, FOOT = 26, 12, 9, 8  # px: the axis' labels, a bar, the space below a lane, below all
LAST = 0.97  # of the axis: from here on, a time has no room on its right side
MOST_NOTES = 6
MOST_PLACES = 3
ROWS = {"alarm": 2, "event": 2, "status": 1}  # of labels below a lane
POD_ROWS = 2
FINEST = 0.004  # of the axis: marks of one shape that are nearer are drawn once
BOLD = 0.88  # of the characters of a line, where they are bold

STYLE = (Path(__file__).parent / "picture.css").read_text(encoding="utf-8").strip()
"""The style of every picture, for a page that shows several and has it once."""

SHAPES = {
    "event": "M0-4A4 4 0 1 1 0 4 4 4 0 1 1 0-4Z",
    "probe": "M-3.5-3.5h7v7h-7Z",
    "signal": "M-5-4H5L0 5Z",
    "status": "M0-5L5 0 0 5-5 0Z",
    "act": "M-5 4H5L0-5Z",
    "missing": "M0-5A5 5 0 1 1 0 5 5 5 0 1 1 0-5Z",
}

TOLD = {
    "event": "○: printed by a container",
    "probe": "□: a probe that it was asked",
    "signal": "▽: a signal that it was sent",
    "missing": "A red ○: something is missing here",
    "status": "◇: what the Pod's status told",
    "act": "△: what the suite did",
}
"""What the shapes mean, for the legend."""


def svg(record: Record, violations: Sequence[Violation] = (), *, alone: bool = True) -> str:
    """Return the picture of a record as SVG; empty where it deployed no Pod.

    Args:
        record: what was seen.
        violations: what a judge found in it.
        alone: whether it carries its style, and the violations in words; a page has ``STYLE`` once, and its own words.
    """
    return _Canvas(scene.of(record, violations), alone=alone).drawn() if record.pods else ""


class _Canvas:
    """The picture while it is drawn, from top to bottom."""

    def __init__(self, content: Scene, *, alone: bool) -> None:
        self._scene = content
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "pic", "role": "img"})
        self._alone = alone
        self._y = HEAD

    def drawn(self) -> str:
        _sub(self._root, "title", f"Timeline of {self._scene.title}")
        _sub(self._root, "desc", "\n".join(described(self._scene)))
        if self._alone:
            _sub(self._root, "style", STYLE)
        grid = _sub(self._root, "g")
        for lane in self._scene.lanes:
            self._lane(lane)
        bottom = self._y
        for at, label in axis.ticks(self._scene.start, self._scene.end):
            x = _percent(self._part(at))
            css = {"class": "zero"} if at == 0 else {}
            _sub(grid, "line", x1=x, x2=x, y1="18", y2=str(bottom), **css)
            _sub(grid, "text", label, x=x, y="12", **{"class": "e dim" if self._part(at) > LAST else "t dim"})
        heights = {name: self._notes(name, width) for name, width in (("narrow", NARROW), ("wide", WIDE))}
        self._root.set("style", f"--n:{heights['narrow']}px;--w:{heights['wide']}px")
        self._root.set("width", "100%")
        return ET.tostring(self._root, encoding="unicode")

    def _part(self, at: float) -> float:
        return (at - self._scene.start) / (self._scene.end - self._scene.start)

    def _lane(self, lane: Lane) -> None:
        self._y += LINE + 2
        title = _sub(self._root, "text", x=_percent(0), y=str(self._y - 3))
        _sub(title, "tspan", lane.title, **{"class": "b"})
        for name, width in (("narrow", NARROW), ("wide", WIDE)):
            room = int(width / labels.CHARACTER) - len(lane.title) - 2
            _sub(title, "tspan", f"  {cut(lane.told, max(room, 8))}", **{"class": f"dim {name}"})
        if not (lane.bars or lane.marks):
            return
        middle = self._y + BAR // 2
        if lane.kind == "pod":
            _sub(self._root, "line", x1=_percent(0), x2=_percent(1), y1=str(middle), y2=str(middle))
        for bar in lane.bars:
            x, end = _clamped(self._part(bar.start)), _clamped(self._part(bar.end))
            wide = f"{max((end - x) * (100 - 2 * MARGIN), 0.3):.2f}%"
            css = lane.kind if bar.sure else f"{lane.kind} told"
            _sub(
                self._root, "rect", x=_percent(x), y=str(self._y), width=wide, height=str(BAR), rx="2", **{"class": css}
            )
        self._y += BAR
        rows = self._labels(lane)
        self._marks(lane, middle, self._y + LINE * rows)
        self._y += LINE * rows + BELOW

    def _marks(self, lane: Lane, middle: int, bottom: int) -> None:
        drawn = set()
        for mark in sorted(lane.marks, key=lambda each: bool(each.rules)):
            if mark.text in {"started", "exit"} and not mark.rules and lane.bars:
                continue  # the bar's own ends
            part = _clamped(self._part(mark.at))
            x, same = _percent(part), (round(part / FINEST), mark.shape, mark.rules)
            if same in drawn:
                continue
            drawn.add(same)
            if mark.rules:
                _sub(self._root, "line", x1=x, x2=x, y1=str(middle), y2=str(bottom), **{"class": "cry"})
            place = _sub(self._root, "svg", x=x, y=str(middle), overflow="visible")
            css = "gap" if mark.shape == "missing" else "hit" if mark.rules else _side(mark)
            path = _sub(place, "path", d=SHAPES[mark.shape], **{"class": css})
            if mark.detail:
                _sub(path, "title", mark.detail)

    def _labels(self, lane: Lane) -> int:
        """Draw a lane's labels below its bar; return how many lines they take."""
        ends = {"started", "exit"} if lane.bars else set()
        sorts = {
            "alarm": [mark for mark in lane.marks if mark.rules],
            "event": [m for m in lane.marks if not m.rules and _side(m) == "in" and m.text not in ends],
            "status": [mark for mark in lane.marks if _side(mark) == "out"],
        }
        taken = 0
        for sort, marks in sorts.items():
            if not marks:
                continue
            rows = POD_ROWS if lane.kind == "pod" else ROWS[sort]
            wording = labels.alarms if sort == "alarm" else labels.counted
            most = 0
            for name, width in (("narrow", NARROW), ("wide", WIDE)):
                found = labels.arranged(marks, self._part, width, rows, wording)
                group = _sub(self._root, "g", **{"class": name})
                for label in found:
                    self._label(group, label, sort, taken)
                most = max([most, *(label.row + 1 for label in found)])
            taken += most
        return taken

    def _label(self, group: ET.Element, label: Label, sort: str, taken: int) -> None:
        css = {"alarm": "alarm", "event": "", "status": "dim"}[sort] + (" e" if label.ends else "")
        y = self._y + LINE * (taken + label.row + 1) - 2
        attributes = {"class": css.strip()} if css.strip() else {}
        _sub(group, "text", label.text, x=_percent(_clamped(label.x)), y=str(y), **attributes)

    def _notes(self, name: str, width: int) -> int:
        """Draw the legend, and what was expected beside what was seen; return where the picture ends, px."""
        y, room = self._y + 4, int(width / labels.CHARACTER)
        group = _sub(self._root, "g", **{"class": name})
        notes = _written(self._scene.notes, room) if self._alone else []
        for line, css in [*_legend(self._scene, room), *notes]:
            y += LINE
            _sub(group, "text", line, x=_percent(0), y=str(y), **({"class": css} if css else {}))
        return y + FOOT


def described(content: Scene) -> list[str]:
    """Return the picture in words: a line for each lane, then one for each violation."""
    lines = [f"{lane.title}: {lane.told}" if lane.told else lane.title for lane in content.lanes]
    for note in content.notes:
        expected = f"; expected: {note.expected}" if note.expected else ""
        lines.append(f"violated, {note.rule}: {note.seen}{expected}")
    return lines


def _legend(content: Scene, room: int) -> list[tuple[str, str]]:
    marks = [mark for lane in content.lanes for mark in lane.marks]
    shapes, printed = {mark.shape for mark in marks}, any(mark.number for mark in marks)
    words = (
        "0 s: the first process began. Numbers are lines of the timeline." if printed else "0 s: the scenario began."
    )
    if any(mark.rules and mark.shape != "missing" for mark in marks):
        words += " Red: a rule is broken here."
    told = [word for shape, word in TOLD.items() if shape in shapes]
    words += "".join(f" {word}." for word in told)
    if printed and {"status", "act"} & shapes:
        words += " These two have the suite's clock, and may stand a little aside."
    if any(not bar.sure for lane in content.lanes for bar in lane.bars):
        words += " Pale: by the Pod's status alone."
    if any(not content.start <= mark.at <= content.end for mark in marks):
        words += " ◂ ▸: before and after."
    return [(line, "dim") for line in textwrap.wrap(words, room)]


def _written(notes: Sequence[Note], room: int) -> list[tuple[str, str]]:
    lines = []
    for note in notes[:MOST_NOTES]:
        lines += [
            (line, "alarm")
            for line in textwrap.wrap(f"✗ {note.rule}: {note.seen}", int(room * BOLD), placeholder=" …", max_lines=3)
        ]
        if note.expected:
            lines += [
                (f"  {line}", "")
                for line in textwrap.wrap(f"expected: {note.expected}", room - 2, placeholder=" …", max_lines=2)
            ]
        for place in note.places[:MOST_PLACES]:
            lines += [
                (f"  {line}", "") for line in textwrap.wrap(f"seen: {place}", room - 2, placeholder=" …", max_lines=2)
            ]
        if len(note.places) > MOST_PLACES:
            lines.append((f"  and in {len(note.places) - MOST_PLACES} more places", "dim"))
    if len(notes) > MOST_NOTES:
        lines.append((f"and {len(notes) - MOST_NOTES} more violations", "alarm"))
    return lines


def _side(mark: Mark) -> str:
    return "out" if mark.shape in {"status", "act"} else "in"


def _clamped(part: float) -> float:
    return min(max(part, 0.0), 1.0)


def _percent(part: float) -> str:
    return f"{MARGIN + part * (100 - 2 * MARGIN):.2f}%"


def _sub(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text or None
    return element
