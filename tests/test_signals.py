"""A signal ends a run although the line that tells of it cannot be written."""

import signal

import pytest

from fixtures.signals import ENDING, EndOnce


@pytest.mark.parametrize("error", [BrokenPipeError(), RuntimeError("reentrant call"), ValueError("closed file")])
def test_a_signal_ends_a_run_that_cannot_tell_of_it(error: Exception) -> None:
    def tell(_line: str) -> None:
        raise error

    before = [signal.getsignal(number) for number in ENDING]
    signals = EndOnce(tell)
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)  # finds the run at its clean-up
        assert signals.came
    finally:
        signals.give_back()
    assert [signal.getsignal(number) for number in ENDING] == before
