"""What goes together in a local cluster, by containerd's support table, and what a Kubernetes minor has by default."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from clusters.cluster import ChoiceError
from clusters.local import build, cargo
from clusters.local.axes import KINDS, Axes, option

if TYPE_CHECKING:
    from clusters.local.traits import Traits


def checked(traits: Traits, minor: str) -> Traits:
    """Return traits without what is the default of a Kubernetes minor.

    Raises:
        ChoiceError: They do not go with that minor, or with each other.
    """
    axes = full(traits.axes, minor)
    for part in ("containerd", "runc"):
        if (chosen := getattr(axes, part)) not in build.minors(part):
            raise ChoiceError(f"no {part} {chosen} here: there are {', '.join(build.minors(part))}")
    release = build.containerd_version(axes.containerd)
    if not build.goes_with(release, minor):
        row = build.support(minor) or "no row of it yet"
        others = [each for each in build.minors("containerd") if each in build.supported(minor)]
        raise ChoiceError(
            f"containerd {release} does not go with Kubernetes {minor}: containerd's support table (RELEASES.md) has "
            f"{row}; choose {option('containerd')} {' or '.join(others)}"
        )
    if traits.axes.runc and axes.oci != "runc":
        raise ChoiceError(f"--runc {axes.runc} and --oci {axes.oci}: Pods are run by one of them; leave one out")
    if axes.oci in traits.runtimes:
        raise ChoiceError(f"--oci {axes.oci} builds a runtime of that name, and another is named so: leave one out")
    default = asdict(full(Axes(), minor))
    usual = {axis: "" for axis, value in asdict(axes).items() if value == default[axis]}
    return replace(traits, axes=replace(traits.axes, **usual))


def full(axes: Axes, minor: str) -> Axes:
    """Return a choice with the defaults of a Kubernetes minor in it.

    Raises:
        ChoiceError: There is no such minor.
    """
    default = {"containerd": build.containerd(minor), "runc": build.minors("runc")[-1]}
    default |= {axis: values[0] for axis, values in KINDS.items()}
    return replace(axes, **{axis: value for axis, value in default.items() if not getattr(axes, axis)})


def parts(axes: Axes) -> dict[str, str]:
    """Return the parts of a cluster with this choice, which is full, and their versions, for its report."""
    return {
        "containerd": build.containerd_version(axes.containerd),
        "ociRuntime": f"runc {build.runc_version(axes.runc)}" if axes.oci == "runc" else cargo.version(axes.oci),
        "cni": axes.cni,
        "kubeProxy": axes.kube_proxy,
        "families": axes.families,
    }
