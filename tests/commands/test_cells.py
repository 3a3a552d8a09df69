"""The cells of the matrix: every local minor, every node image of kind, chosen by name."""

from __future__ import annotations

import pytest

from clusters.kind import images
from clusters.local import build
from commands import cells
from fixtures.errors import USAGE, CannotRunError
from reports.models.conformance import Cluster, Report


def test_every_local_minor_is_a_cell_and_every_node_image_of_kind() -> None:
    all_cells = cells.every(images.FILE)
    assert [cell.name for cell in all_cells if cell.provider == "local"] == [
        f"local-{minor}" for minor in build.minors()
    ]
    assert [cell.image for cell in all_cells if cell.provider == "kind"] == list(images.images().values())
    assert all((cell.image is None) == (cell.provider == "local") for cell in all_cells)


def test_cells_are_chosen_by_name_in_the_order_of_the_matrix() -> None:
    some = [cells.Cell("local-1.36", "local", "1.36"), cells.Cell("local-1.37", "local", "1.37")]
    some.append(cells.Cell("kind-1.37", "kind", "1.37", "kindest/node:v1.37.0"))
    assert [cell.name for cell in cells.chosen(some, ["local-*"])] == ["local-1.36", "local-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["kind-1.37", "1.37"])] == ["local-1.37", "kind-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["*-1.37"])] == ["local-1.37", "kind-1.37"]
    assert [cell.name for cell in cells.chosen(some, ["kind-*", "local"])] == ["local-1.37", "kind-1.37"]
    with pytest.raises(CannotRunError, match=r"^no cell 1.9: there are local-1.36, local-1.37, kind-1.37$"):
        cells.chosen(some, ["1.9"])
    assert some[0].options() == ["--cluster", "local", "--kubernetes", "1.36"]
    assert some[2].options() == ["--cluster", "kind", "--kind-image", "kindest/node:v1.37.0"]


def test_a_local_cell_is_made_of_the_parts_that_its_name_has() -> None:
    every = cells.every(images.FILE)
    newest = build.minors()[-1]
    names = [f"{newest}+ptp+runc-1.1", "local-1.35+containerd-1.7", "local+youki", f"{newest}"]
    found = cells.chosen(every, names)
    assert [cell.name for cell in found] == [
        f"local-{newest}",
        f"local-{newest}+runc-1.1+ptp",
        "local-1.35+containerd-1.7",
        f"local-{newest}+youki",
    ]
    assert found[1].options() == ["--cluster", "local", "--kubernetes", newest, "--runc", "1.1", "--cni", "ptp"]
    assert [cell.name for cell in cells.chosen(every, ["local-1.3*+youki"])] == [
        f"local-{minor}+youki" for minor in build.minors()
    ]
    assert {"name": found[1].name, "provider": "local", "kubernetes": newest} in cells.listed(found, images.FILE)[
        "include"
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "1.37+containerd-1.7",
            "no cell local-1.37+containerd-1.7: containerd v1.7.35 does not go with Kubernetes 1.37: ",
        ),
        ("1.37+runc-9.9", "no cell local-1.37+runc-9.9: no runc 9.9 here: there are "),
        ("1.37+", "no cell local-1.37+: an empty word is no part of a cluster"),
        ("1.37+ptp+bridge", "no cell local-1.37+ptp+bridge: ptp and bridge are two of one kind"),
        ("kind-1.37+ptp", "no cell kind-1.37+ptp: what kind makes has the parts of its node image"),
        ("1.9+ptp", "no cell 1.9+ptp: there are local-1.33, "),
    ],
)
def test_a_cell_that_cannot_be_is_refused_before_anything_runs(name: str, line: str) -> None:
    with pytest.raises(CannotRunError) as refused:
        cells.chosen(cells.every(images.FILE), [name])
    assert str(refused.value).startswith(line)
    assert refused.value.exit_code == USAGE


def test_cells_of_parts_are_known_by_the_names_of_their_runs() -> None:
    every = cells.every(images.FILE)
    known = cells.known(every, ["local-1.37+ptp", "1.37+ptp", "prod+west", "local-1.37", "local-1.37+runc-9.9"])
    assert [cell.name for cell in known[len(every) :]] == ["local-1.37+ptp"]


def test_a_report_is_told_from_that_of_a_cell_with_other_parts() -> None:
    [cell] = cells.chosen(cells.every(images.FILE), ["1.37+runc-1.1"])
    parts = {"ociRuntime": "runc v1.1.14"}
    like = Report(cluster=Cluster(provider="local", kubernetes="v1.37.2", minor="1.37", parts=parts), requirements={})
    assert cell.unlike(like) == ""
    other = like.model_copy(
        update={"cluster": like.cluster.model_copy(update={"parts": {"ociRuntime": "runc v1.5.2"}})}
    )
    assert cell.unlike(other) == "its report is of another cluster: ociRuntime is runc v1.5.2, not runc v1.1"
