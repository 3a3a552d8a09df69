"""What several tests of the suite's behaviours need."""

import copy

import pytest

from fixtures.session.marks import case_of, controls_of
from tests.helpers.controls import Change


@pytest.fixture
def changes(request: pytest.FixtureRequest, suite_items: list[pytest.Item]) -> list[Change]:
    """Return the stimulus before and after the control, for every case of its requirements."""
    found = []
    for item in suite_items:
        case = case_of(item)
        assert case is not None
        if any(control is request.param for control in controls_of(item)):
            given = case.stimulus()
            before = copy.deepcopy(given)
            after = request.param.apply(given)
            assert given == before
            found.append((before, after))
    assert found
    return found
