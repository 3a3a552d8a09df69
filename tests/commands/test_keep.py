"""``python -m commands.keep``: what is kept of a run's records, under which names, and what is not kept."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import records
from commands import keep
from commands.keep import KeepError, main, redacted
from commands.terminal import USAGE
from records import Act, Record
from tests.helpers.histories import did, exited, pod, ran, record
from tests.helpers.paths import RECORDS

SEED = "api.seed_name[seed-name]"  # small, and judged in a moment


def text_of(history: Record, folder: Path) -> str:
    return records.save(history, folder).read_text(encoding="utf-8")


def told(content: str, node: str = "machine-7") -> Record:
    """Return a record of one container on that node that told this."""
    whole = record(pod(ran("main", 0.0, did(0.1, "read", content=content), exited(0.2)), node=node))
    return replace(whole, scenario="a.b", case="c", nodes={node: {"kernel": "6.1"}})


def test_names_of_nodes_are_replaced_wherever_they_stand(tmp_path: Path) -> None:
    history = told("assigned to machine-7")
    text = redacted(history, text_of(history, tmp_path))
    assert "machine-7" not in text
    assert json.loads(text)["nodes"] == {"node-1": {"kernel": "6.1"}}
    assert text.count("node-1") == text_of(history, tmp_path).count("machine-7")


def test_names_of_nodes_on_which_nothing_ran_are_replaced_too(tmp_path: Path) -> None:
    looked = replace(told("x"), acts=(Act(0.0, "cpus", "nodes", {"machine-7": 2.0, "machine-80": 4.0}),))
    text = redacted(looked, text_of(looked, tmp_path))
    assert json.loads(text)["acts"][0]["sent"] == {"node-2": 2.0, "node-1": 4.0}
    assert "machine" not in text


@pytest.mark.parametrize(
    ("history", "why"),
    [
        (told("Bearer abc"), r"a\.b\[c\]\.json tells 'Bearer' in "),
        (told("/home/someone/x"), "tells '/home/'"),
        (told("x" * keep.MOST), "more than 175000: keep a smaller one"),
        (replace(told("x"), interruptions=("the watch broke",)), "is no evidence: the watch broke"),
        (replace(told("x"), lacks="no feature"), "is no evidence: no feature"),
    ],
)
def test_what_proves_nothing_is_large_or_nobodys_business_is_not_kept(
    history: Record, why: str, tmp_path: Path
) -> None:
    with pytest.raises(KeepError, match=why):
        redacted(history, text_of(history, tmp_path))


def test_a_record_is_kept_with_its_verdict(tmp_path: Path) -> None:
    lines = keep.keep(RECORDS / "healthy", "healthy", [SEED], tmp_path)
    assert lines == [f"kept: healthy/{SEED}.json", "1 cases of healthy hold"]
    assert records.load(tmp_path / "healthy" / f"{SEED}.json").case == "seed-name"
    assert json.loads((tmp_path / keep.VERDICTS).read_text()) == {"healthy": {"holds": 1, "fails": 0, "fired": {}}}


def test_what_cannot_be_judged_is_not_kept_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Path) -> keep.Verdicts:
        raise KeepError("healthy cannot be judged")

    monkeypatch.setattr(keep, "judged", fails)
    with pytest.raises(KeepError):
        keep.keep(RECORDS / "healthy", "healthy", [SEED], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_a_control_is_kept_alone(tmp_path: Path) -> None:
    assert keep.keep(RECORDS / "healthy", keep.CONTROLS, [SEED], tmp_path) == [f"kept: controls/{SEED}.json"]
    assert not (tmp_path / keep.VERDICTS).exists()


def test_violations_are_found_in_what_a_run_prints() -> None:
    lines = "A-B [one]: it was lost [lost]\nSTATUS-TRUE [a.b[one]]: its phase is Failed [wrong-phase]\n"
    assert keep.VIOLATION.findall(lines) == [("A-B [one]", "lost"), ("STATUS-TRUE [a.b[one]]", "wrong-phase")]


def test_what_is_not_there_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "healthy", "missing"]) == USAGE
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "missing.json" in error
