"""A report that was kept, read again: what an older podproof told in words alone has its cause."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from records.outcome import WHY, Cause
from reports.run import conformance, read
from tests.helpers.results import said

FACTS: dict[str, Any] = {"suite": "0.1.0"}
POD_SECURITY = "--pod-security baseline leaves it out, it needs privileged"


def written(folder: Path, report: dict[str, Any]) -> Path:
    (folder / read.NAME).write_text(json.dumps(report), encoding="utf-8")
    return folder


@pytest.mark.parametrize("cause", get_args(Cause))
def test_why_a_case_was_not_run_is_known_with_and_without_a_cause(tmp_path: Path, cause: Cause) -> None:
    result = said("A", "not run", cause=cause, reason=WHY.get(cause, POD_SECURITY))
    new = conformance.build({"A": "MUST"}, [result, said("A", "holds", "two")], FACTS)
    assert read.report(written(tmp_path, new)) == new
    old = json.loads(json.dumps(new))
    del old["requirements"]["A"]["cases"][0]["cause"]
    assert read.report(written(tmp_path, old)) == new


def test_an_unknown_reason_has_no_cause_and_what_was_run_never_has_one(tmp_path: Path) -> None:
    cases = [said("A", "not run", reason="on the skip list"), said("A", "not applicable", "two", reason="deselected")]
    report = conformance.build({"A": "MUST"}, cases, FACTS)
    assert read.report(written(tmp_path, report)) == report


def test_a_cause_that_is_no_text_is_refused(tmp_path: Path) -> None:
    report = conformance.build({"A": "MUST"}, [said("A", "not run", cause="slow")], FACTS)
    report["requirements"]["A"]["cases"][0]["cause"] = 1
    with pytest.raises(read.ReportError, match="its cause"):
        read.report(written(tmp_path, report))
