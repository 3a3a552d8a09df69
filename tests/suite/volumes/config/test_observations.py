"""Observations of configuration."""

from suite.volumes.config import observations
from tests.helpers.histories import did, exited, pod, ran, record


def test_what_each_run_found_is_told_and_who_did_not_look() -> None:
    first = ran("again", 0.0, did(0.1, "read", file="/fixed/setting", content="before"), exited(0.2, code=1))
    second = ran("again", 1.0, did(1.1, "not-read", file="/fixed/setting", errno="ENOENT"), exited(1.2))
    history = record(pod(first, second, ran("again", 2.0)))
    assert observations.found_by_runs(history, "again", "/fixed/setting") == [
        "run 1 of again: read file=/fixed/setting content=before",
        "run 2 of again: not-read file=/fixed/setting errno=ENOENT",
        "run 3 of again: did not look at /fixed/setting",
    ]
    assert observations.found_by_runs(record(), "again", "/fixed/setting") == ["again never ran"]
