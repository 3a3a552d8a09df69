"""What is to be done with a namespace: by its label and its owner, and never to one whose run may go on."""

from typing import Any

import pytest

from fixtures.announced import RUN_LABEL
from fixtures.leftovers import KEEP, OWNER, fate

HERE = "here"
ALIVE = {7: "100"}


def _namespace(owner: str, keep: str = "never", **metadata: Any) -> dict[str, Any]:
    annotations = {OWNER: owner, KEEP: keep}
    return {"metadata": {"name": "podproof-1", "labels": {RUN_LABEL: "1"}, "annotations": annotations, **metadata}}


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        (_namespace("here/7/100"), "alive"),
        (_namespace("here/7/100", "always"), "alive"),
        (_namespace("here/7/99"), "dead"),
        (_namespace("here/8/100"), "dead"),
        (_namespace("here/8/100", "always"), "kept"),
        (_namespace("there/7/100"), "unknown"),
        (_namespace("there/8/100", "always"), "unknown"),  # it may go on, with its Pods to be kept
        (_namespace("no owner", "always"), "unknown"),
        (_namespace("here/8/100", deletionTimestamp="2026-11-22T18:55:00Z"), "going"),
        (_namespace("here/8/100", name="others"), "not ours"),
        ({"metadata": {"name": "podproof-1", "labels": {RUN_LABEL: "1"}}}, "unknown"),
        ({"metadata": {"name": "podproof-"}}, "not ours"),
    ],
)
def test_the_fate_of_a_namespace(namespace: dict[str, Any], expected: str) -> None:
    assert fate(namespace, HERE, ALIVE) == expected
