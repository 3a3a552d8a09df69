"""Durations as Go writes them."""

import pytest

from fixtures.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1m0s", 60), ("10s", 10), ("1h2m3s", 3723), ("1.5s", 1.5), ("250ms", 0.25), ("0s", 0), ("1m0.5s", 60.5)],
)
def test_a_duration_is_told_in_seconds(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "10", "s", "1m 0s", "ten seconds", "10s!"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)
