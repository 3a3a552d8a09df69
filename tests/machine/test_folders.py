"""The folders follow the XDG rules, which ask to ignore a relative path."""

from pathlib import Path

import pytest

from machine import folders


@pytest.mark.parametrize(
    ("named", "cache", "state"),
    [
        pytest.param("/named", Path("/named"), Path("/named"), id="absolute"),
        pytest.param("relative", None, None, id="relative"),
        pytest.param("", None, None, id="empty"),
        pytest.param(None, None, None, id="unset"),
    ],
)
def test_the_folders_follow_xdg(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str | None, cache: Path | None, state: Path | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if named is not None:
            monkeypatch.setenv(variable, named)
    assert folders.cache() == (cache or tmp_path / ".cache") / "podproof"
    assert folders.state() == (state or tmp_path / ".local" / "state") / "podproof"
