"""``python -m clusters.local.go ARGUMENT…``: run the local cluster's Go, for tools that are Go modules."""

import subprocess
import sys

from clusters.cluster import ClusterError
from clusters.local import toolchain
from clusters.progress import to_stderr


def main(arguments: list[str]) -> int:
    """Run Go; return its exit code, or 1 after a line that says why there is no Go."""
    try:
        return subprocess.run([toolchain.go(to_stderr), *arguments], check=False).returncode
    except ClusterError as error:
        to_stderr(f"podproof: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
