"""What a cluster lacks is told by a record, and only there is a case not applicable."""

from dataclasses import replace

import pytest

from fixtures.features import (
    needs_address,
    needs_file,
    needs_hardware_address,
    needs_no_fs_group,
    needs_one_disk,
    needs_writable,
)
from records import Record
from tests.helpers.histories import did, exited, pod, ran, record

IPV4, IPV6 = "10.0.0.7", "fd00::7"


def history(*addresses: str, mac: str | None = "02:00:00:00:00:07") -> Record:
    """A Pod with these addresses, and a container that lists one of them and the loopback's."""
    seen = [did(1.0, "address", address=a, interface="eth0", index=2, mac=mac) for a in addresses[:1]]
    loopback = did(1.0, "address", address="127.0.0.1", interface="lo", index=1, mac="00:00:00:00:00:00")
    return record(pod(ran("main", 0.0, loopback, *seen, exited(2.0)), addresses=addresses))


def no_address(history: Record, family: str) -> str:
    """Why a case that needs an address of that family is not applicable."""
    with pytest.raises(pytest.skip.Exception) as skipped:
        needs_address(history, family)
    return str(skipped.value)


def test_a_family_that_the_pod_has_is_there() -> None:
    for family in ("ipv4", "ipv6"):
        needs_address(history(IPV4, IPV6), family)
    needs_address(history(IPV6), "ipv6")


def test_a_family_that_the_pod_does_not_have_is_what_is_missing() -> None:
    told = "the cluster gives its Pods no {} address: status.podIPs is {}"
    assert no_address(history(IPV4), "ipv6") == told.format("IPv6", IPV4)
    assert no_address(history(IPV6), "ipv4") == told.format("IPv4", IPV6)


def test_a_second_pods_addresses_say_nothing_of_the_first_ones() -> None:
    [first], [second] = history(IPV4).pods, history(IPV6).pods
    assert "no IPv6" in no_address(record(first, second), "ipv6")


def test_a_pod_without_any_address_is_left_to_the_judge() -> None:
    needs_address(history(), "ipv6")
    needs_address(record(), "ipv6")
    needs_hardware_address(history())
    needs_hardware_address(record())


def test_a_hardware_address_is_missing_only_where_no_container_saw_one() -> None:
    needs_hardware_address(history(IPV4))
    with_it, without_it = history(IPV4), history(IPV4, mac=None)
    needs_hardware_address(record(*with_it.pods, *without_it.pods))
    with pytest.raises(pytest.skip.Exception, match="the Pod's interface eth0 has no hardware address"):
        needs_hardware_address(without_it)


def test_a_token_is_its_users_alone_only_where_no_policy_gave_the_pod_a_group() -> None:
    needs_no_fs_group(record())
    needs_no_fs_group(history(IPV4))
    [given] = history(IPV4).pods
    given = replace(given, got=given.got | {"spec": {"securityContext": {"fsGroup": 5}}})
    with pytest.raises(pytest.skip.Exception, match="the cluster gave the Pod the fsGroup 5"):
        needs_no_fs_group(record(given))


def disks(layer: int | None, volume: int | None) -> Record:
    """A container that tells the size of the file systems that its layer and a volume lie on."""
    told = {"/tmp": layer, "/data": volume}  # noqa: S108 # in a container
    return record(
        pod(ran("writer", 0.0, *(did(0.1, "space", folder=f, size=size) for f, size in told.items() if size)))
    )


def test_layers_that_lie_elsewhere_than_volumes_are_not_counted() -> None:
    where = {"layer": "/tmp", "volume": "/data"}  # noqa: S108 # in a container
    needs_one_disk(disks(100, 100), "writer", **where)
    with pytest.raises(pytest.skip.Exception, match=r"another file system \(200 bytes\) than volumes \(100 bytes\)"):
        needs_one_disk(disks(200, 100), "writer", **where)


def test_a_container_that_did_not_tell_where_its_layer_lies_is_left_to_the_judge() -> None:
    for history in (disks(None, 100), disks(100, None), record(), record(pod())):
        needs_one_disk(history, "writer", layer="/tmp", volume="/data")  # noqa: S108 # in a container


def kept(path: str, errno: str, role: str = "persistent") -> Record:
    """A Pod whose first container could not write a file."""
    failed = did(0.1, "failed", verb="keep /kept/file", errno=errno, path=path)
    return record(pod(ran("first", 0.0, failed, exited(0.2, code=1), kind="init"), role=role))


def test_a_volume_that_is_not_for_the_pods_user_proves_nothing() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"/kept/file\.partial was refused with EACCES"):
        needs_writable(kept("/kept/file.partial", "EACCES"), "first", "/kept")


def test_a_volume_that_cannot_be_written_for_another_reason_is_left_to_the_judge() -> None:
    needs_writable(kept("/kept/file.partial", "EIO"), "first", "/kept")
    needs_writable(kept("/scratch/file.partial", "EACCES"), "first", "/kept")
    needs_writable(record(), "first", "/kept")
    [second] = kept("/kept/file.partial", "EACCES", "persistent@2").pods
    needs_writable(record(pod(), second), "first", "/kept")


def test_an_image_without_the_file_that_is_compared_proves_nothing() -> None:
    missed = did(0.1, "not-read", file="/usr/lib/os-release", errno="ENOENT", awaited=0.0)
    history = record(pod(ran("left", 0.0, missed, exited(0.2, code=1))))
    with pytest.raises(pytest.skip.Exception, match="has no /usr/lib/os-release"):
        needs_file(history, "/usr/lib/os-release")
    needs_file(history, "/image/usr/lib/os-release")
    needs_file(record(), "/usr/lib/os-release")
