"""Where labels stand, so that none covers another: what has no room of its own is counted with what is before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.picture.clean import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.picture.scene import Mark

CHARACTER = 6.6  # the mean width of a character of a label, px
GAP = 10.0  # between labels of one row, px
LONGEST = 30  # characters of a label
TIMES, TO = "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"


@dataclass
class Label:
    """Marks that share one text.

    Attributes:
        x: where the first of them stands, as a part of the axis: 0 to 1, less or more beyond its ends.
        row: 0 is the nearest to the lane.
        ends: whether the text ends at ``x``, rather than begins there.
    """

    x: float
    row: int
    marks: list[Mark] = field(default_factory=list)
    text: str = ""
    ends: bool = False

    def extent(self, width: float) -> tuple[float, float]:
        """Return the label's left and right end, px."""
        at, wide = min(max(self.x, 0.0), 1.0) * width, len(self.text) * CHARACTER
        return (at - wide, at) if self.ends else (at, at + wide)


def arranged(
    marks: Sequence[Mark], place: Callable[[float], float], width: float, rows: int, wording: Callable[[Label], str]
) -> list[Label]:
    """Return labels for all marks.

    Args:
        marks: of one lane, of one sort.
        place: turns seconds into a part of the axis.
        width: of the axis, px.
        rows: the most rows of labels.
        wording: the text for a label by its marks.
    """
    labels: list[Label] = []
    free = [-GAP] * rows  # up to where each row is taken, px
    for mark in sorted(marks, key=lambda each: each.at):
        label = Label(place(mark.at), 0, [mark])
        label.text = wording(label)
        label.ends = label.extent(width)[1] > width
        left, right = label.extent(width)
        if left < 0 and label.ends:  # it fits on neither side of its mark
            label.x, label.ends = max(width - (right - left), 0.0) / width, False
            label.text = cut(label.text, int(width / CHARACTER))
            left, right = label.extent(width)
        row = next((number for number, end in enumerate(free) if end + GAP <= left), None)
        if row is None and labels:
            _join(labels, mark, wording, width, free)
            continue
        label.row = row or 0
        free[label.row] = right
        labels.append(label)
    return labels


def _join(labels: list[Label], mark: Mark, wording: Callable[[Label], str], width: float, free: list[float]) -> None:
    last = labels[-1]
    last.marks.append(mark)
    last.text = wording(last)
    others = max((each.extent(width)[1] for each in labels[:-1] if each.row == last.row), default=-GAP)
    left, right = last.extent(width)
    if right > width and not last.ends:
        last.ends = True
        last.x = max(last.x, (others + GAP + right - left) / width)
        left, right = last.extent(width)
    if left < max(others + GAP, 0.0) and last.ends:
        last.text = cut(last.text, max(4, int((right - max(others + GAP, 0.0)) / CHARACTER)))
    free[last.row] = last.extent(width)[1]


def counted(label: Label) -> str:
    """Return the names of a label's marks, those of one name counted, the first numbers and the last before them."""
    names = Counter(mark.text for mark in label.marks)
    numbers = [mark.number for mark in label.marks if mark.number]
    said = [name if count == 1 else f"{name} {TIMES}{count}" for name, count in names.items()]
    prefix = "" if not numbers else f"{numbers[0]} " if len(numbers) == 1 else f"{numbers[0]}{TO}{numbers[-1]} "
    text, shown = prefix + said[0], 1
    for more in said[1:]:
        if len(text) + len(more) + 6 > LONGEST:
            break
        text, shown = f"{text}, {more}", shown + 1
    rest = sum([*names.values()][shown:])
    return _aside(label) + (f"{text} +{rest}" if rest else text)


def alarms(label: Label) -> str:
    """Return the rules that are broken where a label stands, and the numbers of the lines."""
    rules = list(dict.fromkeys(rule for mark in label.marks for rule in mark.rules))
    numbers = [mark.number for mark in label.marks if mark.number]
    lines = "" if not numbers else f"{numbers[0]} " if len(set(numbers)) == 1 else f"{numbers[0]}{TO}{numbers[-1]} "
    missing = [mark.text for mark in label.marks if mark.shape == "missing" and mark.text]
    return f"✗ {lines}{cut(', '.join(rules), LONGEST)}" + (f", {cut(', '.join(missing), LONGEST)}" if missing else "")


def _aside(label: Label) -> str:
    return "◂ " if label.x < 0 else "▸ " if label.x > 1 else ""
