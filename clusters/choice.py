"""Which cluster a run uses: the one that the user named, else the best that there is."""

from __future__ import annotations

import contextlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from clusters import existing, kind, local
from clusters.cluster import ChoiceError, Cluster, ClusterError
from clusters.local import traits as local_traits
from clusters.local.axes import Axes
from clusters.local.traits import Traits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clusters.cluster import Hand
    from clusters.progress import Report

Provider = Literal["existing", "kind", "local"]

ADVICE: dict[Provider, str] = {
    "existing": "an existing cluster has the version and the images that it has",
    "kind": "kind's version is that of its node image (--kind-image)",
    "local": "the local cluster's version is a minor (--kubernetes), its image is its own",
}
"""What to know of a provider that was asked for with another one's option."""


@dataclass(frozen=True)
class Wanted:
    """What the user said of the cluster; None where nothing was said.

    Attributes:
        provider: ``--cluster``.
        kubeconfig: ``--kubeconfig``.
        context: ``--kube-context``.
        namespace: ``--namespace``, one that is there.
        kubernetes: The local cluster's minor, ``1.37``.
        runtimes: The local cluster's further runtimes: name → program.
        lie: What the local cluster's containerd is to say otherwise (``faults.lies``).
        gates: Feature gates of the local cluster's Kubernetes: name → on.
        axes: Which containerd, runc, CNI plugin and the like the local cluster is to have.
        nodes: How many nodes the local cluster has.
        node_runtimes: The default runtimes of its nodes that have another than runc: number → handler.
        kind: What is wanted of kind.
    """

    provider: Provider | None = None
    kubeconfig: str | None = None
    context: str | None = None
    namespace: str | None = None
    kubernetes: str | None = None
    runtimes: Mapping[str, str] | None = None
    lie: str | None = None
    gates: Mapping[str, bool] | None = None
    axes: Axes = field(default_factory=Axes)
    nodes: int | None = None
    node_runtimes: Mapping[int, str] | None = None
    kind: kind.Wanted = field(default_factory=kind.Wanted)

    def options(self) -> dict[str, Provider]:
        """Return the provider of each option that was given and belongs to one provider alone."""
        given: list[tuple[str, Provider, object]] = [
            ("--kube-context", "existing", self.context),
            ("--kubeconfig", "existing", self.kubeconfig),
            ("--namespace", "existing", self.namespace),
            ("--kubernetes", "local", self.kubernetes),
            ("--local-runtime", "local", self.runtimes),
            ("--lie", "local", self.lie),
            ("--feature-gate", "local", self.gates),
            *((option, "local", value) for option, value in self.axes.options().items()),
            ("--nodes", "local", self.nodes),
            ("--node-runtime", "local", self.node_runtimes),
            *((option, "kind", value) for option, value in self.kind.options().items()),
        ]
        return {option: provider for option, provider, value in given if value is not None}


def decide(wanted: Wanted, kind_lacks: Callable[[], str]) -> tuple[Provider, str]:
    """Return the provider, and the reason for it.

    Args:
        wanted: What the user said.
        kind_lacks: What keeps kind from being used here, empty if nothing does; asked only where it matters.

    Raises:
        ChoiceError: The options are for different providers.
    """
    asked = {f"--cluster {wanted.provider}": wanted.provider} if wanted.provider else {}
    asked |= wanted.options()
    for option, provider in asked.items():
        first, meant = next(iter(asked.items()))
        if provider != meant:
            raise ChoiceError(f"{option} is for {provider}, and {first} means {meant}: leave one out; {ADVICE[meant]}")
    if asked:
        option, provider = next(iter(asked.items()))
        return provider, f"{option} was given"
    if lacks := kind_lacks():
        return "local", f"no --kube-context was given, and kind is not used: {lacks}"
    return "kind", "no --kube-context was given, and Docker and kind are there"


@contextmanager
def open_cluster(wanted: Wanted, *, report: Callable[[str], None]) -> Iterator[Cluster]:
    """Open the cluster that was asked for, or the best that there is; one made for it ends with the context.

    Raises:
        ClusterError: There can be none; the message is one line, the type tells what is wrong.
    """
    provider, why = decide(wanted, kind.lacks)
    kind.sweep(report)
    with contextlib.ExitStack() as exits:
        try:
            cluster = exits.enter_context(_open(provider, wanted, report))
        except ClusterError as error:
            if wanted.provider or wanted.options():
                raise
            raise type(error)(f"{error} (the {provider} cluster was chosen because {why})") from error
        yield replace(cluster, reason=f"{why}; {cluster.reason}")


def hand(provider: str, name: str) -> Hand | None:
    """Return a hand on the nodes of an open cluster; None where there is none."""
    if provider == "kind":
        return kind.Hand()
    return local.hand_on(name) if provider == "local" else None


def _open(provider: Provider, wanted: Wanted, report: Report) -> contextlib.AbstractContextManager[Cluster]:
    if provider == "existing":
        return contextlib.nullcontext(existing.find(wanted.kubeconfig, wanted.context))
    if provider == "kind":
        return kind.open_cluster(wanted.kind, report=report)
    runtimes = wanted.runtimes or {}
    nodes = local_traits.nodes(wanted.nodes, wanted.node_runtimes or {}, runtimes)
    traits = Traits(runtimes, wanted.lie or "", wanted.gates or {}, wanted.axes, nodes)
    return local.open_cluster(wanted.kubernetes, traits=traits, report=report)
