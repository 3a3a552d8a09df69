"""Signals reach the command that runs, which ends as it likes; afterwards they are ours again."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commands.relay import relayed

WAITS = """
import os, signal, sys, time
signal.signal(int(sys.argv[2]), lambda *_: sys.exit(7))
os.close(os.open(sys.argv[1], os.O_WRONLY))
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_handed_on_and_the_exit_code_is_the_commands(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    os.mkfifo(tmp_path / "begun")

    def send() -> None:
        (tmp_path / "begun").read_bytes()  # until the command has opened it, and closed it again
        os.kill(os.getpid(), number)

    sender = threading.Thread(target=send)
    sender.start()
    with relayed() as relay:
        assert relay.run([sys.executable, "-c", WAITS, tmp_path / "begun", str(int(number))]) == 7
        sender.join()
        assert relay.came
    assert signal.getsignal(number) is before


def test_a_signal_reaches_all_commands_that_run_side_by_side(tmp_path: Path) -> None:
    names = ["one", "other"]
    for name in names:
        os.mkfifo(tmp_path / name)

    def send() -> None:
        for name in names:
            (tmp_path / name).read_bytes()
        os.kill(os.getpid(), signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    with relayed() as relay, ThreadPoolExecutor() as pool:
        number = str(int(signal.SIGTERM))
        assert list(
            pool.map(lambda name: relay.run([sys.executable, "-c", WAITS, tmp_path / name, number]), names)
        ) == [7, 7]
        sender.join()


def test_a_command_that_begins_after_a_signal_is_ended_at_once() -> None:
    with relayed() as relay:
        os.kill(os.getpid(), signal.SIGINT)
        assert relay.run([sys.executable, "-c", "import time; time.sleep(60)"]) == -signal.SIGTERM


def test_without_a_signal_a_command_runs_where_and_with_what_it_is_given(tmp_path: Path) -> None:
    code = "import os, pathlib; pathlib.Path('here').write_text(os.environ['GIVEN'])"
    with relayed() as relay:
        assert relay.run([sys.executable, "-c", code], cwd=tmp_path, env={"GIVEN": "it"}) == 0
        assert not relay.came
    assert (tmp_path / "here").read_text() == "it"
