"""The cells of the matrix: every local minor, every node image of kind, chosen by name."""

from __future__ import annotations

import pytest

from clusters.kind import images
from clusters.local import build
from commands import cells
from fixtures.errors import CannotRunError


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
