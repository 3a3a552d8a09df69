"""What several of the suite's own tests need."""

import pytest

pytest_plugins = ["pytester"]


class _Collected:
    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


@pytest.fixture(scope="session")
def suite_items(pytestconfig: pytest.Config) -> list[pytest.Item]:
    """Every test of the suite, as pytest collects them: a cluster is not looked for."""
    collected = _Collected()
    quiet = ["--collect-only", *(f"-pno:{plugin}" for plugin in ("terminal", "cacheprovider", "faulthandler"))]
    assert pytest.main([*quiet, str(pytestconfig.rootpath / "suite")], plugins=[collected]) == pytest.ExitCode.OK
    return collected.items
