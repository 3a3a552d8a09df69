"""The cases of the suite: every requirement has one at least, each by its own name."""

from commands import cases
from records import requirements


def test_every_requirement_has_a_case_and_every_case_a_requirement() -> None:
    names = cases.names()
    assert names == sorted(set(names))
    assert {name.partition(" [")[0] for name in names} == set(requirements.load())
    assert all(name.endswith("]") for name in names)
