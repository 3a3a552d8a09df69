"""What commands print, say and exit with: whoever reads them may have gone, and not every terminal knows a ``→``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands.terminal import USAGE, Parser, fail
from tests.helpers.paths import ROOT

SHOW = "import sys; from commands.terminal import show; sys.exit(show(['a → b']) or 7)"
SAY = "import sys; from commands.terminal import fail; sys.exit(fail('no\\nsuch  file', 9))"
FULL = Path("/dev/full")


def closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def command(program: str, *, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE) -> tuple[int, str, str]:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    call = [sys.executable, "-c", program]
    ended = subprocess.run(call, cwd=ROOT, env=environment, stdout=stdout, stderr=stderr, check=False, timeout=60)
    return ended.returncode, (ended.stdout or b"").decode(), (ended.stderr or b"").decode()


def test_what_a_terminal_cannot_show_is_a_question_mark() -> None:
    assert command(SHOW) == (7, "a ? b\n", "")


def test_a_reader_that_has_gone_changes_no_exit_code() -> None:
    assert command(SHOW, stdout=closed_pipe()) == (7, "", "")
    assert command(SAY, stderr=closed_pipe()) == (9, "", "")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_disk_that_is_full_is_said_in_one_line_and_is_no_verdict() -> None:
    with FULL.open("wb", buffering=0) as full:
        code, _, err = command(SHOW, stdout=full.fileno())
    assert (code, err) == (USAGE, "podproof: cannot write to standard output (No space left on device)\n")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_was_never_there_is_written_to_by_nobody(stream: str) -> None:
    program = {"stdout": SHOW, "stderr": SAY}[stream]
    code, *written = command(program.replace("import sys;", f"import sys; sys.{stream} = None;", 1))
    assert (code, written) == ({"stdout": 7, "stderr": 9}[stream], ["", ""])


def test_a_refusal_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail("no\nsuch  file") == USAGE
    assert capsys.readouterr().err == "podproof: no such file\n"


def test_arguments_that_cannot_be_are_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        Parser(prog="diff").parse_args(["--no", "such\noption"])
    assert refused.value.code == USAGE
    line = "podproof: diff: unrecognized arguments: --no such option; --help tells what can be given\n"
    assert capsys.readouterr() == ("", line)
