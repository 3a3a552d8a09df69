"""``python -m tests.helpers.macos MODULE ARGUMENT...``: run a module as if this were macOS, as far as Python can tell.

What only Linux has is taken away. At the end it prints, on standard error, each file of /proc and /sys that was opened,
and each module of the local cluster that was imported.
"""

import atexit
import fcntl
import os
import resource
import runpy
import select
import signal
import socket
import sys
import sysconfig
import time
import types

LINUX_ALONE = {
    os: (
        "copy_file_range eventfd eventfd_read eventfd_write fdatasync getrandom getresgid getresuid getxattr listxattr "
        "memfd_create pidfd_open pipe2 posix_fadvise posix_fallocate removexattr sched_getaffinity sched_getscheduler "
        "sched_setaffinity sched_setscheduler setns setresgid setresuid setxattr splice unshare P_PIDFD O_DIRECT "
        "O_NOATIME O_PATH O_TMPFILE CLONE_NEWNS"
    ),
    signal: "pidfd_send_signal sigtimedwait sigwaitinfo SIGCLD SIGPOLL SIGPWR SIGRTMAX SIGRTMIN SIGSTKFLT",
    select: "epoll",
    socket: "AF_NETLINK AF_PACKET AF_VSOCK SOCK_CLOEXEC SOCK_NONBLOCK SO_PEERCRED SO_BINDTODEVICE",
    resource: "prlimit",
    fcntl: "F_ADD_SEALS F_GET_SEALS F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_SETPIPE_SZ",
    time: "CLOCK_BOOTTIME pthread_getcpuclockid",
}
"""Names that Python has on Linux and lacks on macOS, by their module."""


def main() -> None:
    """Run the module that the arguments name."""
    sysconfig.get_config_vars()  # kept from now on: it is of the Python that runs, and there is no other
    sys.platform = "darwin"
    for module, names in LINUX_ALONE.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    proxies = types.ModuleType("_scproxy")  # of macOS: urllib asks it for the machine's proxies
    vars(proxies).update(_get_proxies=dict, _get_proxy_settings=dict)
    sys.modules["_scproxy"] = proxies
    opened: set[str] = set()
    sys.addaudithook(lambda event, given: opened.add(str(given[0])) if event == "open" else None)
    atexit.register(_tell, opened)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _tell(opened: set[str]) -> None:
    for path in sorted(path for path in opened if path.startswith(("/proc/", "/sys/"))):
        sys.stderr.write(f"opened {path}\n")
    for name in sorted(name for name in sys.modules if name.startswith("clusters.local")):
        sys.stderr.write(f"imported {name}\n")


if __name__ == "__main__":
    main()
