"""The facts about a cluster, in its state folder."""

import json
from pathlib import Path

from clusters.local.node import Running

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
