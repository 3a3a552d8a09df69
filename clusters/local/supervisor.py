"""PID 1 of a node: makes its namespaces a node's, runs every part as a plain process, reaps, and ends it all.

Started as ``python -I -S supervisor.py PLAN HOST_NETWORK LOCK`` by ``processes.py``; needs the standard library only.
PLAN is a JSON file (see ``boot.plan``), the other two are inherited descriptors: the network namespace that the node is
joined to, this machine's or node 1's, and a lock that is held for as long as this process lives.

It reads orders on standard input: ``start PART``, and ``stay``: outlive whoever started this. Until ``stay``, standard
input is the lifeline: its end is the end of the node. It reports on standard output: ``prepared``, ``ready PART``
(the part wrote so to its NOTIFY_SOCKET), ``exited PART STATUS``, and ``failed SENTENCE``.

At the socket ORDERS of the node it takes orders from anybody, and writes ``ready`` once they are done. ``restart PART``
ends the part by SIGTERM and starts it again, and writes its process before and after: ``ready 7 9``; ``exited`` is
written where it then ended. ``kill PID`` kills a process of the node. ``unknown`` is written where there is no such
part, process or order.
"""

import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC = 1, 32, 4096, 16384
MS_PRIVATE, MS_SHARED = 1 << 18, 1 << 20
CLONE_NEWNS = 0x00020000
ORDERS = "/run/podproof/orders"
ORDER_SECONDS = 1.0  # in which whoever connects has to write
CGROUP_SECONDS = 5
"""A dying process leaves its cgroup within milliseconds; the kernel has no event for that in version 1."""

_C = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    """Mount by the system call; an error names both sides."""
    texts = [text.encode() if text is not None else None for text in (source, target, kind, data)]
    if _C.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {source} on {target}: {os.strerror(number)}")


def remove_cgroup(top: Path) -> bool:
    """Remove a tree of cgroups, deepest first, after its dying processes; return False where one lives on."""
    deadline = time.monotonic() + CGROUP_SECONDS
    for folder, _, _ in os.walk(top, topdown=False):
        while True:
            try:
                Path(folder).rmdir()
            except FileNotFoundError:
                break
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.005)
            else:
                break
    return True


class Supervisor:
    """The supervisor of this process."""

    def __init__(self, plan: dict[str, Any], host_network: int) -> None:
        self.plan = plan
        self.host_network = host_network
        self.parts: dict[int, tuple[str, subprocess.Popen[bytes]]] = {}
        self.lifeline = True
        self.home: dict[str, str] = {}
        self.pending = b""
        self.notices: dict[str, socket.socket] = {}
        self.ending: set[int] = set()
        self.restarting: dict[str, tuple[socket.socket, int]] = {}
        self.orders = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.selector = selectors.DefaultSelector()

    def prepare(self) -> None:
        """Make the namespaces a node's."""
        self._enter_cgroups()
        socket.sethostname(self.plan["hostname"])
        self._mount()
        self._connect()

    def _enter_cgroups(self) -> None:
        # A process in the tree shows others that it is in use.
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        for controller, leaf in self.plan["enter"].items():
            for _, names, path in own:
                if controller in names.split(",") or (not controller and not names):
                    root = Path(self.plan["cgroup_roots"][controller])
                    self.home[controller] = str(root / path.lstrip("/") / "cgroup.procs")
            Path(leaf, "cgroup.procs").write_text("0")

    def _mount(self) -> None:
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        # Needed files below the two folders that get covered are held open and bound back.
        covered = [path for path in self.plan["keep"] if path.startswith(("/run/", "/var/"))]
        kept = {path: os.open(path, os.O_PATH) for path in covered}
        cgroups = os.open("/sys/fs/cgroup", os.O_PATH)
        mount("tmpfs", "/run", "tmpfs", 0, "mode=755")
        for name in ("upper", "work"):
            Path("/run/podproof", name).mkdir(parents=True)
        mount("overlay", "/var", "overlay", 0, "lowerdir=/var,upperdir=/run/podproof/upper,workdir=/run/podproof/work")
        for path, descriptor in kept.items():
            Path(path).mkdir(parents=True, exist_ok=True)
            mount(f"/proc/self/fd/{descriptor}", path, None, MS_BIND | MS_REC)
        mount("sysfs", "/sys", "sysfs")
        mount(f"/proc/self/fd/{cgroups}", "/sys/fs/cgroup", None, MS_BIND | MS_REC)
        for descriptor in (*kept.values(), cgroups):
            os.close(descriptor)
        for source, target, read_only in self.plan["binds"]:
            if Path(source).is_dir():
                Path(target).mkdir(parents=True, exist_ok=True)
            else:
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                Path(target).touch()
            mount(source, target, None, MS_BIND)
            if read_only:
                mount(source, target, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
        # The kubelet's mounts must reach containers, and theirs (Bidirectional) the kubelet.
        mount("none", "/", None, MS_REC | MS_SHARED)

    def _connect(self) -> None:
        link, host = self.plan["link"], f"/proc/self/fd/{self.host_network}"
        for name, value in self.plan["sysctls"].items():
            path = Path("/proc/sys", name)
            if path.exists():
                path.write_text(value)
        made = ["link set lo up", f"link add eth0 type veth peer name {link['interface']} netns {host}"]
        self._run(["ip", "-batch", "-"], "\n".join([*made, *link["inside"]]))
        self._run(["nsenter", f"--net={host}", "ip", "-batch", "-"], "\n".join(link["outside"]))
        self._run(["nft", "--file", "-"], self.plan["rules"])

    def _run(self, command: list[str], text: str) -> None:
        done = subprocess.run(
            command, input=text, pass_fds=[self.host_network], env=self.plan["environment"], capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            reason = " / ".join(done.stderr.strip().splitlines()[:4])
            raise OSError(f"{' '.join(command)}: {reason}")

    def serve(self) -> None:
        """Obey and watch until the end."""
        wake, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        self.selector.register(0, selectors.EVENT_READ, self._obey)
        self.selector.register(wake, selectors.EVENT_READ, lambda: self._reap(os.read(wake, 4096)))
        self.orders.bind(ORDERS)
        self.orders.listen()
        self.selector.register(self.orders, selectors.EVENT_READ, self._take_order)
        tell("prepared")
        while True:
            for key, _ in self.selector.select():
                key.data()

    def _obey(self) -> None:
        data = os.read(0, 4096)
        if not data:
            self.selector.unregister(0)
            if self.lifeline:
                self.stop()
            return
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            order, _, part = line.decode().partition(" ")
            if order == "stay":
                self.lifeline = False
            elif order == "start":
                self._start(part)

    def _take_order(self) -> None:
        asker, _ = self.orders.accept()
        asker.settimeout(ORDER_SECONDS)
        with contextlib.suppress(OSError):
            order, _, name = asker.recv(4096).decode().partition(" ")
            if order == "kill":
                answer(asker, kill(int(name) if name.isdecimal() else 0))
                return
            pid = self._process(name)
            if order == "restart" and pid is not None and name not in self.restarting:
                self.ending.add(pid)
                self.restarting[name] = asker, pid
                os.kill(pid, signal.SIGTERM)
            else:
                answer(asker, "unknown")

    def _start(self, name: str) -> None:
        part = self.plan["parts"][name]
        if name not in self.notices:
            # An abstract address: it belongs to the network namespace, and has no file and no folder with a long name.
            notice = self.notices[name] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            notice.bind(f"\0podproof/{name}")
            self.selector.register(notice, selectors.EVENT_READ, lambda: self._notice(notice, name))
        with Path(self.plan["logs"], f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                part["command"],
                env={**self.plan["environment"], "NOTIFY_SOCKET": f"@podproof/{name}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: show_instead(part["shown"]),  # noqa: PLW1509 -- there is one thread
            )
        self.parts[process.pid] = (name, process)

    def _notice(self, notice: socket.socket, name: str) -> None:
        if b"READY=1" in notice.recv(4096):
            tell(f"ready {name}")
            if name in self.restarting:
                asker, before = self.restarting.pop(name)
                answer(asker, f"ready {before} {self._process(name)}")

    def _process(self, name: str) -> int | None:
        """Return the process of a part; None where it does not run."""
        return next((pid for pid, (part, _) in self.parts.items() if part == name), None)

    def _reap(self, signals: bytes) -> None:
        if signal.SIGTERM in signals:
            self.stop()
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.parts:
                name, _ = self.parts.pop(pid)
                if pid in self.ending:
                    self.ending.remove(pid)
                    self._start(name)
                    continue
                if name in self.restarting:
                    answer(self.restarting.pop(name)[0], "exited")
                code = os.waitstatus_to_exitcode(status)
                note(f"{name} exited with {code}")
                tell(f"exited {name} {code}")

    def stop(self) -> NoReturn:
        """Kill everything, remove the cgroups, and end: the kernel takes the mounts, the link and the rules away."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        for procs in self.home.values():
            Path(procs).write_text("0")
        left = [path for path in self.plan["cgroups"] if not remove_cgroup(Path(path))]
        if left:
            note(f"cgroups left: {' '.join(left)}")
        sys.exit(0)


def show_instead(files: dict[str, str]) -> None:
    """Show this process and its children other files in place of some of /proc.

    Its mount namespace is a new one whose mounts still reach the node's, but for those below /proc.
    """
    if not files:
        return
    if _C.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", "/proc", None, MS_REC | MS_PRIVATE)
    for target, source in files.items():
        mount(source, target, None, MS_BIND)


def kill(pid: int) -> str:
    """Kill a process of the node; return the word for whoever ordered it.

    0 is no process: containerd says so of a sandbox that has ended, and for the kernel it means this whole group.
    """
    if pid <= 1:
        return "unknown"
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return "unknown"
    return "ready"


def answer(asker: socket.socket, word: str) -> None:
    """Write a word to whoever gave an order, if they still read."""
    with contextlib.suppress(OSError), asker:
        asker.send(word.encode())


def tell(line: str) -> None:
    """Send a report to whoever started this, if they still read."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, f"{line}\n".encode())


def note(line: str) -> None:
    """Write a line to this process's own log."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """Prepare, then serve until the order to end."""
    plan_file, host_network, lock = sys.argv[1:]
    for descriptor in (int(host_network), int(lock)):
        os.set_inheritable(descriptor, False)
    # Without a handler the kernel keeps these from PID 1.
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    supervisor = Supervisor(json.loads(Path(plan_file).read_text()), int(host_network))
    try:
        supervisor.prepare()
    except OSError as error:
        tell(f"failed {error}")
        supervisor.stop()
    os.close(int(host_network))
    supervisor.serve()


if __name__ == "__main__":
    main()
