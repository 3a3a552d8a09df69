"""An eviction is awaited for as long as the node's kubelet may take to measure, by its own configuration."""

from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.errors import LackingError
from fixtures.timeouts import Timeouts
from suite.volumes.limits.test_limits import eviction_window


def window(period: str, scale: float = 1.0) -> float:
    """Return the window for a kubelet with that volumeStatsAggPeriod."""
    deploy: Any = SimpleNamespace(timeouts=Timeouts().scaled(scale))
    pod: Any = SimpleNamespace(kubelet=lambda _field, _default: period, view=SimpleNamespace(node="one"))
    return eviction_window(deploy, pod)


def test_a_kubelet_that_measures_less_often_is_given_more_time() -> None:
    eviction = Timeouts().eviction
    assert [window(period) for period in ("1m0s", "10s", "5m0s")] == [eviction, eviction, eviction + 3 * 240]
    assert window("5m0s", scale=2.0) == 2 * (eviction + 3 * 240)


def test_a_kubelet_that_measures_no_volumes_evicts_for_none() -> None:
    with pytest.raises(LackingError, match="the kubelet of node one measures no volumes: volumeStatsAggPeriod is -1s"):
        window("-1s")
