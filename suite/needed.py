"""What a case rests on, and a policy may take away from the stored Pod: then the case is not applicable."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from records.record import containers_of
from suite.stored import (
    MEBIBYTE,
    TOLD,
    Amount,
    Json,
    amount,
    container,
    effective,
    fs_group,
    identity,
    qos_class,
    size_in_memory,
    size_limit,
    sum_of_limits,
    sum_of_storage,
    sysctls,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from records import Record

LEAST = 2  # s, the grace period that the kubelet gives to every container; minimumGracePeriodInSeconds there
GRACE_PERIOD = "spec.terminationGracePeriodSeconds"
PROBE = 24  # MiB: the probe uses 12 to 16 of them; a container that may have less than this is ended for it


@dataclass(frozen=True)
class Needed:
    """What a case rests on, and a policy may take away.

    Attributes:
        path: of the field, or in words what is reckoned from several.
        value: returns it for a Pod.
        fits: returns whether the case can stand a value.
        why: what the case needs, in words.
    """

    path: str
    value: Callable[[Json], object]
    fits: Callable[[Any], bool]
    why: str


def _bounded(path: str, value: Callable[[Json], Amount], above: int | None, below: int | None) -> Needed:
    def fits(found: Amount) -> bool:
        high = above is None or found is None or found > above * MEBIBYTE
        return high and (below is None or (found is not None and found < below * MEBIBYTE))

    bounds = [f"above {above} MiB"] * (above is not None) + [f"below {below} MiB"] * (below is not None)
    return Needed(path, value, fits, f"it must be {' and '.join(bounds)}")


def limit(name: str, resource: str, *, above: int | None = None, below: int | None = None) -> Needed:
    """Return the need of a container's limit above or below so many MiB; no limit is above all."""
    path = f"spec.containers[{name}].resources.limits.{resource}"
    return _bounded(path, lambda pod: amount(container(pod, name), resource), above, below)


def sum_of(resource: str, *, above: int | None = None, below: int | None = None) -> Needed:
    """Return the need of a sum of all limits above or below so many MiB."""
    path = f"the sum of spec.containers[*].resources.limits.{resource}"
    value = sum_of_storage if resource == "ephemeral-storage" else lambda pod: sum_of_limits(pod, resource)
    return _bounded(path, value, above, below)


def size(volume: str, *, above: int | None = None, below: int | None = None) -> Needed:
    """Return the need of a volume's size limit above or below so many MiB."""
    path = f"spec.volumes[{volume}].emptyDir.sizeLimit"
    return _bounded(path, lambda pod: size_limit(pod, volume), above, below)


def of_known_size(volume: str) -> Needed:
    """Return the need of a volume in memory whose size the Pod says: else it is the node's."""
    path = f"spec.volumes[{volume}].emptyDir.sizeLimit, the sum of spec.containers[*].resources.limits.memory"

    def value(pod: Json) -> Amount:
        return None if pod.get("spec", {}).get("resources") else size_in_memory(pod, volume)

    return Needed(path, value, lambda found: found is not None, "the Pod's containers must say how large it is")


def void(record: Record, *needed: Needed, role: str | None = None) -> list[str]:
    """Return what was taken away that a case rests on: path, sent, stored; empty where the case can be judged.

    A policy took it, or an option of the run that is put on every Pod. Under a control a value that was stored as it
    was sent voids nothing: the control may have set it.

    Args:
        record: of the case.
        needed: what the case rests on.
        role: of the Pod in question, by default the first, one that was sent as a dry run where there is no other.
    """
    pods = [(pod.role, pod.sent, pod.got) for pod in record.pods]
    pods += [(answer.role, answer.sent, answer.body) for answer in record.answers if "spec" in answer.body]
    sent, got = next(((sent, got) for name, sent, got in pods if role in {None, name}), ({}, {}))
    if not got:
        return []
    values = [(each, each.value(sent), each.value(got)) for each in needed]
    return [
        f"{each.path}: sent {_words(sent)}, got {_words(got)} ({each.why})"
        for each, sent, got in values
        if (sent != got or record.control is None) and not each.fits(got)
    ]


def _words(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{float(value / MEBIBYTE):g} MiB" if value >= MEBIBYTE else f"{float(value):g}"
    return "nothing" if value is None else str(value)


def of_class(wanted: str) -> Needed:
    """Return the need that the limits and requests of all containers give a Pod that class of quality of service."""
    path = "spec.containers[*].resources, spec.initContainers[*].resources"
    return Needed(path, qos_class, lambda found: found == wanted, f"they must give the Pod the class {wanted}")


def more_cpu_than(number: Fraction | int) -> Needed:
    """Return the need that a Pod's containers request more CPUs than that together, and each of them fewer."""

    def requested(pod: Json) -> tuple[Fraction, Fraction]:
        every = [amount(each, "cpu", "requests") or Fraction(0) for each in containers_of(pod.get("spec", {}))]
        return effective(pod, "cpu"), max(every, default=Fraction(0))

    def fits(found: tuple[Fraction, Fraction]) -> bool:
        return found[1] < number < found[0]

    path = "spec.containers[*].resources.requests.cpu"
    return Needed(path, requested, fits, f"all must be above {float(number):g} CPUs together, and each below")


def as_user(name: str, user: int) -> Needed:
    """Return the need that a container runs as a user."""
    path = f"spec.containers[{name}].securityContext.runAsUser"
    return Needed(path, lambda pod: identity(pod, name).get("uid"), lambda found: found == user, f"it must be {user}")


def one_user() -> Needed:
    """Return the need that all containers, others' too, run as one user."""

    def users(pod: Json) -> list[object]:
        everyone = [each["name"] for each in containers_of(pod.get("spec", {}))]
        return sorted({identity(pod, name).get("uid") for name in everyone}, key=str)

    def fits(found: list[object]) -> bool:
        return len(found) == 1 and None not in found

    return Needed("spec.containers[*].securityContext.runAsUser", users, fits, "all must run as one user")


def several_users(*names: str) -> Needed:
    """Return the need that each of these containers runs as a user of its own."""

    def users(pod: Json) -> list[object]:
        return [identity(pod, name).get("uid") for name in names]

    def fits(found: list[object]) -> bool:
        return len(set(found)) == len(names)

    return Needed("spec.containers[*].securityContext.runAsUser", users, fits, "each must run as another user")


def grouped(name: str) -> Needed:
    """Return the need that the Pod has an fsGroup, which is not that container's own group."""

    def groups(pod: Json) -> tuple[object, object]:
        return fs_group(pod), identity(pod, name).get("gid")

    def fits(found: tuple[object, object]) -> bool:
        return found[0] is not None and found[0] != found[1]

    path = f"spec.securityContext.fsGroup, spec.containers[{name}].securityContext.runAsGroup"
    return Needed(path, groups, fits, "there must be an fsGroup, which is not the container's own group")


def with_sysctl(name: str) -> Needed:
    """Return the need that the Pod sets a sysctl."""
    path = "spec.securityContext.sysctls"
    return Needed(path, lambda pod: sysctls(pod).get(name), lambda found: found is not None, f"it must set {name}")


def same_sysctl(name: str, value: str | None) -> Needed:
    """Return the need that the Pod sets a sysctl to that very value; None: that it sets none."""
    why = f"{name} must be {value}" if value else f"it must not set {name}"
    return Needed("spec.securityContext.sysctls", lambda pod: sysctls(pod).get(name), lambda v: v == value, why)


def hook_sleeps(name: str, hook: str, seconds: int) -> Needed:
    """Return the need that a hook of a container (``postStart``, ``preStop``) is to sleep for so many seconds."""

    def slept(pod: Json) -> object:
        handler = (container(pod, name).get("lifecycle") or {}).get(hook) or {}
        return (handler.get("sleep") or {}).get("seconds")

    path = f"spec.containers[{name}].lifecycle.{hook}.sleep.seconds"
    return Needed(path, slept, lambda found: found == seconds, f"it must be {seconds}")


def told_of(name: str) -> Needed:
    """Return the need that a container has limits and requests of CPU and memory: of others it is told the node's."""
    path = f"spec.containers[{name}].resources"
    every = 2 * len(TOLD)
    return Needed(
        path, lambda pod: told(pod, name), lambda found: len(found) == every, "it must have limits and requests"
    )


def grace_periods(name: str, probe: str, *, pod: int) -> Needed:
    """Return the need that a container's probe has a grace period of its own, and its Pod one of so many seconds.

    The kubelet gives two seconds to every container: a period that is no longer shows nothing.
    """

    def periods(stored: Json) -> tuple[object, object]:
        own = (container(stored, name).get(probe) or {}).get("terminationGracePeriodSeconds")
        return own, stored.get("spec", {}).get("terminationGracePeriodSeconds")

    def fits(found: tuple[int | None, int | None]) -> bool:
        return found[0] is not None and found[0] > LEAST and found[1] is not None and found[1] >= pod

    field = "terminationGracePeriodSeconds"
    path = f"spec.containers[{name}].{probe}.{field}, spec.{field}"
    why = f"the first must be above {LEAST}, and the second {pod} or more"
    return Needed(path, periods, fits, why)


def grace_period(seconds: int) -> Needed:
    """Return the need that a Pod's grace period is so many seconds, or more."""

    def fits(found: int | None) -> bool:
        return found is not None and found >= seconds

    return Needed(GRACE_PERIOD, _grace_period, fits, f"it must be {seconds} or more")


def same_grace_period(seconds: int) -> Needed:
    """Return the need that a Pod's grace period is so many seconds."""
    return Needed(GRACE_PERIOD, _grace_period, lambda found: found == seconds, f"it must be {seconds}")


def _grace_period(pod: Json) -> object:
    return pod.get("spec", {}).get("terminationGracePeriodSeconds")


def same_stop_signal(name: str, wanted: str | None) -> Needed:
    """Return the need that a container names that stop signal; None: that it names none."""
    path = f"spec.containers[{name}].lifecycle.stopSignal"
    why = f"it must be {wanted}" if wanted else "it must name none"

    def found(pod: Json) -> object:
        return (container(pod, name).get("lifecycle") or {}).get("stopSignal")

    return Needed(path, found, lambda value: value == wanted, why)


def same_deadline(seconds: int) -> Needed:
    """Return the need that a Pod may be active for so many seconds."""
    path = "spec.activeDeadlineSeconds"
    why = f"it must be {seconds}"
    return Needed(
        path, lambda pod: pod.get("spec", {}).get("activeDeadlineSeconds"), lambda found: found == seconds, why
    )
