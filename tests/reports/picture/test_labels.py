"""Labels beside each other."""

from itertools import pairwise

import pytest

from reports.picture import labels
from reports.picture.labels import GAP, Label
from reports.picture.scene import Mark

CROWDS = {
    "spread": [number / 10 for number in range(11)],
    "at once": [0.5] * 40,
    "at the ends": [0.0] * 5 + [1.0] * 5,
    "beyond": [-3.0, -2.0, 0.4, 7.0, 8.0],
    "dense": [number / 300 for number in range(300)],
}


def arranged(places: list[float], width: float = 330, rows: int = 2) -> list[Label]:
    """Return the labels of events at these parts of the axis."""
    marks = [Mark(at, f"event-{number % 3}", "event", number) for number, at in enumerate(places, 1)]
    return labels.arranged(marks, lambda at: at, width, rows, labels.counted)


@pytest.mark.parametrize("crowd", CROWDS)
@pytest.mark.parametrize("width", [330, 800])
def test_no_label_covers_another_or_leaves_the_picture(crowd: str, width: float) -> None:
    found = arranged(CROWDS[crowd], width)
    for row in (0, 1):
        extents = [label.extent(width) for label in found if label.row == row]
        assert all(left >= -1 and right <= width + 1 for left, right in extents)
        assert all(before[1] + GAP <= after[0] + 1 for before, after in pairwise(extents))


@pytest.mark.parametrize("crowd", CROWDS)
def test_every_mark_is_named_or_counted(crowd: str) -> None:
    assert sum(len(label.marks) for label in arranged(CROWDS[crowd])) == len(CROWDS[crowd])


def test_marks_of_one_name_are_counted_with_the_numbers_of_their_lines() -> None:
    marks = [Mark(0.1, "probed", "probe", number) for number in (7, 8, 9)]
    [label] = labels.arranged(marks, lambda at: at, 330, 1, labels.counted)
    assert label.text == "7\N{EN DASH}9 probed \N{MULTIPLICATION SIGN}3"


def test_what_stands_beyond_the_axis_says_so() -> None:
    assert [label.text[0] for label in arranged([-1.0, 2.0])] == ["◂", "▸"]


def test_an_alarm_names_its_rules_and_what_is_missing() -> None:
    mark = Mark(0.2, "missing: terminated", "missing", rules=("not-told",))
    [label] = labels.arranged([mark], lambda at: at, 330, 1, labels.alarms)
    assert label.text == "✗ not-told, missing: terminated"


@pytest.mark.parametrize("at", [0.0, 0.4, 0.6, 1.0])
@pytest.mark.parametrize("length", [10, 30, 200])
def test_a_label_with_no_room_on_either_side_of_its_mark_is_in_the_picture_whole(at: float, length: int) -> None:
    mark = Mark(at, "x" * length, "event")
    [label] = labels.arranged([mark], lambda place: place, 330, 1, lambda label: label.marks[0].text)
    left, right = label.extent(330)
    assert left >= 0
    assert right <= 330
    assert len(label.text) == min(length, 50)
