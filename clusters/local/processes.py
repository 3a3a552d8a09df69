"""The supervisor of a node, from outside: start it, give it orders, read its reports."""

import fcntl
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from clusters.cluster import ClusterError
from clusters.local import toolchain
from clusters.local.limits import LIMITS

Detail = Callable[[], str]

LAST_LINES = 5
"""How many lines of a part's log the message about its failure has."""

LINE = 400
"""Characters of each of these at most; the parts print whole configurations in one line."""


class Supervised:
    """A running supervisor.

    Its standard input is the lifeline: the supervisor ends with this process, however that ends, unless ``stay`` was
    called.
    """

    def __init__(self, folder: Path, logs: Path | None = None, first: int | None = None) -> None:
        """Start the supervisor of the node with that state folder, which holds its plan.

        Args:
            folder: The state folder.
            logs: The folder of its logs; None for ``logs`` in the state folder.
            first: This machine's id of node 1's supervisor, for another node: whose network this node is joined to, and
                with whom it ends.
        """
        self._logs = logs or folder / "logs"
        self._enter = ["nsenter", f"--target={first}", "--pid"] if first else []
        self._further: list[Supervised] = []
        self._heard = threading.Condition()
        self._ready: set[str] = set()
        self._failure = ""
        self._deadline = time.monotonic() + LIMITS.boot
        self.waiting_for = "the supervisor"
        self.detail: Detail = lambda: ""
        """What there is to say about that if it does not come."""

        # Held by the supervisor and by unshare alone; unshare lives until all the node's processes are dead.
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        network = os.open(f"/proc/{first or 'self'}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # at most a probe by `alive` holds it, for microseconds
            namespaces = ["--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"]
            supervisor = [os.path.realpath(sys.executable), "-I", "-S", str(Path(__file__).with_name("supervisor.py"))]
            with (self._logs / "supervisor.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [*self._enter, "unshare", *namespaces, *supervisor, folder / "plan.json", str(network), str(lock)],
                    env={**os.environ, "PATH": toolchain.search_path()},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    pass_fds=(lock, network),
                    start_new_session=True,  # Ctrl-C goes to the suite alone, which ends this process in its turn
                )
        finally:
            os.close(lock)
            os.close(network)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def unshare(self) -> int:
        """Return the id of the process that holds the namespaces' PID 1."""
        return _child(self._process.pid) if self._enter else self._process.pid

    def pid(self) -> int:
        """Return this machine's id of the namespaces' PID 1."""
        return _child(self.unshare)

    def join(self, folder: Path, logs: Path) -> Self:
        """Start the supervisor of a further node of this one's cluster; return it, once the node is prepared.

        It is told to stay, and to end, with this one, whose ``check`` sees its failures, too.
        """
        further = type(self)(folder, logs, self.pid())
        self._further.append(further)
        further.wait("prepared")
        return further

    def start(self, *parts: str) -> None:
        """Start parts."""
        for part in parts:
            self._tell(f"start {part}")

    def stay(self) -> None:
        """Have the supervisor outlive this process."""
        for each in self._further:
            each.stay()
        self._tell("stay")
        self._close()

    def wait(self, what: str) -> None:
        """Wait until a part has reported that it is ready, or for ``prepared``.

        Raises:
            ClusterError: A part has exited, or the time for the boot is up.
        """
        self.waiting_for = what
        with self._heard:
            while what not in self._ready:
                self._heard.wait(self._remaining())

    def check(self) -> None:
        """Raise what ``wait`` would raise."""
        with self._heard:
            self._remaining()
        for each in self._further:
            each.check()

    def kill(self) -> None:
        """End the supervisor now and wait for its end."""
        self._close()
        try:
            self._process.wait(LIMITS.stop)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        if self._process.stdout:
            self._process.stdout.close()
        for each in self._further:  # dead by now: the kernel ends them with this one
            each.kill()

    def _close(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def _remaining(self) -> float:
        if self._failure:
            raise ClusterError(self._failure)
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            detail = f" ({seen})" if (seen := self.detail()) else ""
            wanted = f"waiting for {self.waiting_for}{detail}"
            raise ClusterError(f"no cluster within {LIMITS.boot:.0f} s, {wanted}; logs: {self._logs}")
        return remaining

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise ValueError
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            self._listener.join(LIMITS.stop)  # it knows why
            self.check()

    def _listen(self) -> None:
        if self._process.stdout is None:
            raise ValueError
        for line in self._process.stdout:
            event, _, rest = line.decode().strip().partition(" ")
            with self._heard:
                if event == "exited":
                    part, _, status = rest.partition(" ")
                    self._fail(f"{part} exited with {status}", part)
                elif event == "failed":
                    self._failure = self._failure or f"the node could not be prepared: {rest}"
                else:
                    self._ready.add(rest or event)
                self._heard.notify_all()
        with self._heard:
            self._fail("the supervisor ended", "supervisor")
            self._heard.notify_all()

    def _fail(self, what: str, part: str) -> None:
        if not self._failure:
            log = self._logs / f"{part}.log"
            self._failure = f"{what}; {log} ends: {last_lines(log)}"


def _child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def last_lines(log: Path) -> str:
    """Return the end of a log as one line."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return " / ".join(line.strip()[:LINE] for line in lines[-LAST_LINES:]) or "(nothing)"


def alive(folder: Path) -> bool:
    """Return whether the cluster of that state folder has a supervisor."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def ended(pid: int, seconds: float) -> bool:
    """Wait for the end of a process that is no child of ours; return whether it came."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
