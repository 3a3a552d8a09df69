"""The facts about a cluster, in its state folder."""

import json
from pathlib import Path

from clusters.local.axes import Axes
from clusters.local.node import Running
from clusters.local.traits import Traits

FACTS = {
    "name": "local",
    "minor": "1.37",
    "version": "v1.37.2",
    "image": "localhost/podproof/workload:1",
    "unshare": 7,
    "supervisor": 8,
    "stays": True,
    "ready": True,
}


def test_facts_that_another_checkout_wrote_beside_ours_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS | {"later": "of a newer podproof"}))
    assert Running.read(tmp_path) == Running(**FACTS)  # type: ignore[arg-type]


def test_a_cluster_has_the_parts_that_it_was_booted_with(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS | {"axes": {"runc": "1.1", "later": "x"}}))
    assert Running.read(tmp_path).traits == Traits(axes=Axes(runc="1.1"))
    (tmp_path / "cluster.json").write_text(json.dumps(FACTS))  # as a podproof that knew no axes wrote it
    assert Running.read(tmp_path).traits == Traits()
