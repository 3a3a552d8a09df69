"""A report that was kept, read again: what an older podproof told in words alone has its cause."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from records.completeness import INCOMPLETE
from records.outcome import WHY, Cause
from reports.run import conformance, read
from tests.helpers.paths import ROOT
from tests.helpers.results import said
from tests.helpers.runs import plain

FACTS: dict[str, Any] = {"suite": "0.1.0"}
POD_SECURITY = "--pod-security baseline leaves it out, it needs privileged"


def written(folder: Path, report: dict[str, Any]) -> Path:
    (folder / read.NAME).write_text(json.dumps(report), encoding="utf-8")
    return folder


@pytest.mark.parametrize("cause", get_args(Cause))
def test_why_a_case_was_not_run_is_known_with_and_without_a_cause(tmp_path: Path, cause: Cause) -> None:
    result = said("A", "not run", cause=cause, reason=WHY.get(cause, POD_SECURITY))
    new = conformance.build({"A": "MUST"}, [result, said("A", "holds", "two")], FACTS)
    assert plain(written(tmp_path, new)) == new
    old = json.loads(json.dumps(new))
    del old["requirements"]["A"]["cases"][0]["cause"]
    assert plain(written(tmp_path, old)) == new


def test_an_unknown_reason_has_no_cause_and_what_was_run_never_has_one(tmp_path: Path) -> None:
    cases = [said("A", "not run", reason="on the skip list"), said("A", "not applicable", "two", reason="deselected")]
    report = conformance.build({"A": "MUST"}, cases, FACTS)
    assert plain(written(tmp_path, report)) == report


def test_a_cause_that_is_no_text_is_refused(tmp_path: Path) -> None:
    report = conformance.build({"A": "MUST"}, [said("A", "not run", cause="slow")], FACTS)
    report["requirements"]["A"]["cases"][0]["cause"] = 1
    with pytest.raises(read.ReportError, match=r"\(requirements\.A\.cases\[0\]\.cause should be .*, not 1\)"):
        plain(written(tmp_path, report))


def test_a_report_of_format_1_is_read_as_one_of_this_format(tmp_path: Path) -> None:
    words = f"TroubleError: {INCOMPLETE}: Pod one: its end was not seen"
    results = [said("A", "trouble", reason=words), said("A", "not run", "two", cause="slow"), said("A", "holds", "b")]
    results[0]["incomplete"] = True
    new = conformance.build({"A": "MUST"}, results, FACTS)
    old = json.loads(json.dumps(new)) | {"format": 1}
    for case in old["requirements"]["A"]["cases"]:
        for key in ("id", "incomplete", "cause"):
            case.pop(key, None)
    assert new["format"] == 2
    assert plain(written(tmp_path, old)) == new
    del old["format"]
    assert plain(written(tmp_path, old)) == new


def test_a_real_report_of_format_1_is_read_whole_and_loses_nothing() -> None:
    file = ROOT / "tests" / "reports" / "run" / "format-1" / read.NAME
    old = json.loads(file.read_text(encoding="utf-8"))
    assert old["format"] == 1
    new = plain(file, whole=True)
    cases = [case for each in new["requirements"].values() for case in each["cases"]]
    ids = [case.pop("id") for case in cases]
    assert {case.pop("cause") for case in cases if case["outcome"] == "not run"} == {"slow"}
    assert len(set(ids)) == len(ids) > 100
    assert "NET-LOCALHOST[tcp-ipv4]" in ids
    assert new == old | {"format": 2}


def test_what_a_newer_podproof_tells_in_the_same_format_is_kept(tmp_path: Path) -> None:
    new = conformance.build({"A": "MUST"}, [said("A", "holds")], FACTS) | {"colour": "green"}
    assert plain(written(tmp_path, new)) == new
