"""Kubeconfig files, read as kubectl reads them: their contexts, and whether the named one can be used."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from clusters.cluster import Cluster, ContextError

Json = dict[str, Any]

DEFAULT = "~/.kube/config"
KINDS = {"contexts": "context", "clusters": "cluster", "users": "user"}
"""The lists of a kubeconfig → the key of what each of their entries holds beside its name."""
MOST_LISTED = 20


def find(kubeconfig: str | None, context: str | None) -> Cluster:
    """Return the cluster of a context.

    Args:
        kubeconfig: A file; None leaves it to ``$KUBECONFIG``, and that to ``~/.kube/config``.
        context: Its name; None is a mistake that is answered with the names that there are.

    Raises:
        ContextError: There is no such file or context, or it lacks what it needs.
    """
    paths = files(kubeconfig)
    where = os.pathsep.join(map(str, paths))
    contexts, clusters, users = (merged(paths)[kind] for kind in KINDS)
    listed = f"{where} has {_listed(sorted(contexts))}"
    if context is None:
        raise ContextError(f"--kube-context NAME must say which one; no context is used that was not named; {listed}")
    if context not in contexts:
        raise ContextError(f"--kube-context {context}: there is no such context; {listed}")
    names = contexts[context]
    if not clusters.get(names.get("cluster", ""), {}).get("server"):
        raise ContextError(f"{where}: context {context} names no cluster with a server: {names.get('cluster')!r}")
    user = names.get("user")  # none is needed where a proxy puts the credentials in, as kubectl proxy does
    if user and user not in users:
        raise ContextError(f"{where}: context {context} names a user that is not there: {user!r}")
    command = users.get(user or "", {}).get("exec", {}).get("command", "")
    if command and os.sep not in command and not shutil.which(command):  # a path is relative to its file
        raise ContextError(f"{where}: context {context} has its credentials from {command!r}, which is not on PATH")
    return Cluster("existing", context, where, context, None, f"as {where} knows it", stays=True)


def files(kubeconfig: str | None) -> list[Path]:
    """Return the files that make the kubeconfig, the most important first; at least one.

    Raises:
        ContextError: None of them is there.
    """
    variable = [part for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    named = [kubeconfig] if kubeconfig else variable or [DEFAULT]
    source = "--kubeconfig" if kubeconfig else "$KUBECONFIG" if variable else "neither --kubeconfig nor $KUBECONFIG"
    found = [path for path in (Path(name).expanduser() for name in named) if path.is_file()]
    if not found:
        raise ContextError(f"no kubeconfig at {', '.join(named)} ({source}): name the file with --kubeconfig FILE")
    return found


def merged(paths: list[Path]) -> dict[str, dict[str, Json]]:
    """Return contexts, clusters and users of the files by name; the first of two with one name counts.

    Raises:
        ContextError: One of the files cannot be read, or is no kubeconfig.
    """
    found: dict[str, dict[str, Json]] = {kind: {} for kind in KINDS}
    for path in paths:
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            for kind, one in KINDS.items():
                for entry in content.get(kind) or []:
                    found[kind].setdefault(str(entry["name"]), dict(entry.get(one) or {}))
        except OSError as error:
            raise ContextError(f"{path} cannot be read: {error.strerror}") from error
        except (yaml.YAMLError, ValueError, AttributeError, TypeError, KeyError) as error:
            raise ContextError(f"{path} is no kubeconfig: {' '.join(str(error).split())}") from error
    return found


def _listed(names: list[str]) -> str:
    """Return some of the names, joined by commas for a sentence."""
    if not names:
        return "no contexts"
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"the contexts {', '.join(names[:MOST_LISTED])}{more}" if len(names) > 1 else f"the context {names[0]}"
