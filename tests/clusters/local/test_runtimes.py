"""The local cluster's runtimes: runc, and the faulty ones, each runc with one change."""

from pathlib import Path

from faults import RUNTIMES
from tests.helpers.runtimes import called_by, install


def test_every_faulty_runtime_is_installed_beside_runc(tmp_path: Path) -> None:
    assert set(install(tmp_path)) == {"runc", *(fault.name for fault in RUNTIMES)}


def test_a_runtime_hands_to_runc_what_it_does_not_change(tmp_path: Path) -> None:
    for runtime in install(tmp_path).values():
        assert called_by(runtime, "--root", "/r", "--version") == ["--root", "/r", "--version"]


def test_a_faulty_runtime_has_a_name_that_a_runtime_class_can_have() -> None:
    for fault in RUNTIMES:
        assert fault.name.replace("-", "").isalnum()
