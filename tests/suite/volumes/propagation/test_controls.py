"""Controls of volumes propagation: each changes what it says, and nothing else."""

from __future__ import annotations

from suite.volumes.propagation import controls
from tests.helpers.controls import Change, Json, by_name, of


def data(pods: list[Json], container: str) -> Json:
    """Return the container's mount of the judged volume."""
    mounts: list[Json] = by_name(pods)[container]["volumeMounts"]
    [mount] = [mount for mount in mounts if mount["name"] == "data"]
    return mount


@of(controls.RECEIVER_ISOLATED)
def test_who_was_to_receive_receives_nothing(changes: list[Change]) -> None:
    for before, after in changes:
        assert data(before, "receiver").pop("mountPropagation") == "HostToContainer"
        assert data(after, "receiver").pop("mountPropagation") == "None"
        assert after == before


@of(controls.GIVER_RECEIVES_ONLY)
def test_one_of_two_passes_on_nothing(changes: list[Change]) -> None:
    for before, after in changes:
        assert data(before, "two").pop("mountPropagation") == "Bidirectional"
        assert data(after, "two").pop("mountPropagation") == "HostToContainer"
        assert after == before


@of(controls.ISOLATED_TAKES_PART)
def test_who_was_isolated_takes_part(changes: list[Change]) -> None:
    for before, after in changes:
        assert data(before, "isolated").pop("mountPropagation") == "None"
        assert data(after, "isolated").pop("mountPropagation") == "Bidirectional"
        assert after == before


@of(controls.OUTERMOST_ONLY)
def test_what_lies_inside_is_not_read_only(changes: list[Change]) -> None:
    for before, after in changes:
        for name, mode in (("enabled", "Enabled"), ("if-possible", "IfPossible")):
            assert data(before, name).pop("recursiveReadOnly") == mode
            assert data(after, name).pop("recursiveReadOnly") == "Disabled"
        assert after == before


@of(controls.NOT_READ_ONLY)
def test_the_volume_is_mounted_read_write(changes: list[Change]) -> None:
    for before, after in changes:
        name = "reader" if "reader" in by_name(before) else "if-possible"
        mount = data(before, name)
        assert (mount.pop("readOnly"), mount.pop("recursiveReadOnly")) == (True, "IfPossible")
        assert after == before


@of(controls.ONE_OUTERMOST_ONLY)
def test_what_lies_inside_is_not_read_only_for_who_asked_for_it_if_possible(changes: list[Change]) -> None:
    for before, after in changes:
        assert data(before, "if-possible").pop("recursiveReadOnly") == "IfPossible"
        assert data(after, "if-possible").pop("recursiveReadOnly") == "Disabled"
        assert after == before


@of(controls.RECEIVER_PASSES_ON)
def test_who_was_to_receive_only_passes_on(changes: list[Change]) -> None:
    for before, after in changes:
        assert data(before, "receiver").pop("mountPropagation") == "HostToContainer"
        assert data(after, "receiver").pop("mountPropagation") == "Bidirectional"
        assert after == before


@of(controls.LEFT_BELOW)
def test_a_file_lies_where_the_first_giver_had_mounted(changes: list[Change]) -> None:
    for before, after in changes:
        arguments = by_name(after)["one"]["args"]
        place = arguments.index("/data/of-one/below")
        assert arguments[place - 4 : place + 1] == ["unmount", "/data/of-one", "then", "write", "/data/of-one/below"]
        del arguments[place - 2 : place + 1]
        assert after == before
