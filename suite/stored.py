"""What the stored Pods of a record promise: the expectations of judges.

Policies add to what was sent, and rewrite it: so judges expect what was stored.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from records.record import CPUS, containers_of

if TYPE_CHECKING:
    from records import Record

Json = dict[str, Any]
Amount = Fraction | None

MEBIBYTE = 1 << 20
UNITS = {
    **{unit: Fraction(1024**power) for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)},
    **{unit: Fraction(1000**power) for power, unit in enumerate(("k", "M", "G", "T", "P", "E"), 1)},
    **{unit: Fraction(1, 1000**power) for power, unit in enumerate(("m", "u", "n"), 1)},
}  # of quantities
FILTERED = {"Unconfined": 0}  # the mode of seccomp in /proc/PID/status; any profile is a filter
FILTER = 2


def quantity(text: object) -> Fraction:
    """Return a quantity of the API as a number, ``500m`` as a half."""
    written = str(text)
    unit = next((unit for unit in UNITS if written.endswith(unit)), "")
    return Fraction(written.removesuffix(unit)) * UNITS.get(unit, 1)


def container(pod: Json, name: str) -> Json:
    """Return a container of a Pod; empty where it has none of that name."""
    return next((each for each in containers_of(pod.get("spec", {})) if each["name"] == name), {})


def environment(pod: Json, name: str) -> dict[str, str]:
    """Return the variables of a container whose values the Pod spells out."""
    return {each["name"]: each["value"] for each in container(pod, name).get("env") or [] if "value" in each}


def amount(of: Json, resource: str, group: str = "limits") -> Amount:
    """Return a container's limit (or request) of a resource; None where it has none."""
    found = ((of.get("resources") or {}).get(group) or {}).get(resource)
    return None if found is None else quantity(found)


def sum_of_limits(pod: Json, resource: str) -> Amount:
    """Return the sum of the limits of the containers that run together, with the overhead of the RuntimeClass.

    None where a container has none: then their sum limits nothing. An init container that may have more than all of
    these counts in their place, as the kubelet reckons (``PodLimits`` of k8s.io/component-helpers/resource).
    """
    limits = [amount(each, resource) for each in containers_of(pod.get("spec", {}), "initContainers", "containers")]
    return None if None in limits else effective(pod, resource, "limits")


def effective(pod: Json, resource: str, group: str = "requests") -> Fraction:
    """Return the most that a Pod asks for at one time, with the overhead of the RuntimeClass; who asks for none adds 0.

    An init container counts with the sidecars before it, an app with all sidecars and apps, as the scheduler and quotas
    reckon (``PodRequests`` of k8s.io/component-helpers/resource).
    """
    spec = pod.get("spec", {})
    together, most = Fraction(0), Fraction(0)
    for each in spec.get("initContainers") or []:
        own = amount(each, resource, group) or 0
        most = max(most, together + own)
        together += own if each.get("restartPolicy") == "Always" else 0
    together += sum(amount(each, resource, group) or 0 for each in spec.get("containers") or [])
    return max(together, most) + quantity((spec.get("overhead") or {}).get(resource, 0))


def qos_class(pod: Json) -> str | None:
    """Return the class of quality of service that all its containers give a Pod; None where the Pod says it itself.

    https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ has the criteria. Zero is as good as none.
    """
    spec = pod.get("spec", {})
    if spec.get("resources"):
        return None
    pairs = [
        tuple(amount(each, resource, group) or None for group in ("limits", "requests"))
        for each in containers_of(spec, "initContainers", "containers")
        for resource in ("memory", "cpu")
    ]
    if all(limit is not None and limit == request for limit, request in pairs):
        return "Guaranteed"
    return "BestEffort" if all(pair == (None, None) for pair in pairs) else "Burstable"


def cpus(record: Record) -> dict[str, Fraction]:
    """Return how many CPUs each node has for Pods, by its name, as the record tells; empty where it does not."""
    looks = [act.sent for act in record.acts if act.what == CPUS and act.sent]
    return {name: Fraction(str(number)) for look in looks[-1:] for name, number in look.items()}


def sum_of_storage(pod: Json) -> Amount:
    """Return the sum of those limits of ephemeral storage that there are; None where there is none.

    Other than of memory's, the kubelet takes what sum there is where a container has no limit.
    """
    limits = [amount(each, "ephemeral-storage") for each in containers_of(pod.get("spec", {}))]
    return sum((each for each in limits if each is not None), Fraction(0)) if any(limits) else None


def size_limit(pod: Json, volume: str) -> Amount:
    """Return the size limit of an emptyDir; None where it has none."""
    volumes = pod.get("spec", {}).get("volumes") or []
    found = next((each["emptyDir"].get("sizeLimit") for each in volumes if each["name"] == volume), None)
    return None if found is None else quantity(found)


def size_in_memory(pod: Json, volume: str) -> Amount:
    """Return what an emptyDir in memory holds: its size limit, or the sum of all memory limits if that is less.

    "The maximum usage on memory medium EmptyDir would be the minimum value between the SizeLimit specified here and the
    sum of memory limits of all containers in a pod." None where there is neither.
    """
    both = (size_limit(pod, volume), sum_of_limits(pod, "memory"))
    return min((each for each in both if each is not None), default=None)


def memory_limit(record: Record, name: str) -> int:
    """Return a container's memory limit in the first Pod as stored, MiB; 0 where it has none."""
    return int((amount(container(record.pods[0].got, name), "memory") or 0) / MEBIBYTE)


def size_of(record: Record, volume: str) -> int:
    """Return what a volume in memory of the first Pod as stored holds, MiB."""
    return int((size_in_memory(record.pods[0].got, volume) or 0) / MEBIBYTE)


def identity(pod: Json, name: str) -> Json:
    """Return who a container is to be, by its own security context, else the Pod's: ``uid``, ``gid`` and ``groups``.

    A user or group that neither names is the image's, and left out.
    """
    of_pod, own = _contexts(pod, name)
    groups = [*of_pod.get("supplementalGroups", []), *([of_pod["fsGroup"]] if "fsGroup" in of_pod else [])]
    who = {"uid": own.get("runAsUser", of_pod.get("runAsUser")), "gid": own.get("runAsGroup", of_pod.get("runAsGroup"))}
    return {field: number for field, number in who.items() if number is not None} | {"groups": tuple(groups)}


def confinement(pod: Json, name: str) -> Json:
    """Return how a container is to be confined: ``seccomp``, unless nobody says how, and ``no_new_privs``."""
    of_pod, own = _contexts(pod, name)
    profile = (own.get("seccompProfile") or of_pod.get("seccompProfile") or {}).get("type")
    confined = {"no_new_privs": int(own.get("allowPrivilegeEscalation") is False)}
    return confined | ({"seccomp": FILTERED.get(profile, FILTER)} if profile else {})


def fs_group(pod: Json) -> int | None:
    """Return the Pod's fsGroup; None where it has none."""
    group: int | None = (pod.get("spec", {}).get("securityContext") or {}).get("fsGroup")
    return group


def context(pod: Json, name: str) -> Json:
    """Return what a container's security context makes of it, where it drops all capabilities.

    Its ``user``, if either context names one, whether its ``root`` is read-only, and whether it has the ``capability``
    NET_BIND_SERVICE.
    """
    own = container(pod, name).get("securityContext") or {}
    added = (own.get("capabilities") or {}).get("add") or []
    user = {"user": uid} if (uid := identity(pod, name).get("uid")) is not None else {}
    return user | {"root": bool(own.get("readOnlyRootFilesystem")), "capability": "NET_BIND_SERVICE" in added}


def limits(pod: Json, name: str) -> dict[str, Amount]:
    """Return a container's limits of ``memory``, in bytes, and of ``cpu``, in CPUs; None where it has none."""
    of = container(pod, name)
    return {resource: amount(of, resource) for resource in ("memory", "cpu")}


def sysctls(pod: Json) -> dict[str, str]:
    """Return the Pod's sysctls, by their names."""
    context = pod.get("spec", {}).get("securityContext") or {}
    return {each["name"]: str(each["value"]) for each in context.get("sysctls") or []}


def _contexts(pod: Json, name: str) -> tuple[Json, Json]:
    return pod.get("spec", {}).get("securityContext") or {}, container(pod, name).get("securityContext") or {}


TOLD = {"CPU": ("cpu", Fraction(1, 1000)), "MEMORY": ("memory", Fraction(MEBIBYTE))}  # variable → resource, divisor


def told(pod: Json, name: str) -> dict[str, str]:
    """Return the variables about a container's own resources: in thousandths of a CPU, in MiB, rounded up."""
    of = container(pod, name)
    amounts = {
        f"{variable}_{group[:-1].upper()}": (amount(of, resource, group), divisor)
        for group in ("limits", "requests")
        for variable, (resource, divisor) in TOLD.items()
    }
    return {name: str(math.ceil(value / divisor)) for name, (value, divisor) in amounts.items() if value is not None}
