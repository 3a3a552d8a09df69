"""Controls of names: one of the apps runs in a Pod of its own, which has others."""

from __future__ import annotations

from suite.control import Control, Json, apart, pods_of

_apart = apart("right")


def right_under_another_name(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod with another hostname."""
    others = [item for item in objects if item is not pods_of(objects)[0]]
    first, second = _apart(objects)
    for field in ("subdomain", "setHostnameAsFQDN", "hostnameOverride"):
        second["spec"].pop(field, None)
    second["spec"]["hostname"] = "elsewhere"
    return [first, second, *others]


def right_without_aliases(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod without hostAliases."""
    first, second = _apart(objects)
    del second["spec"]["hostAliases"]
    return [first, second]


def right_with_another_resolver(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod with another nameserver and nothing else."""
    first, second = _apart(objects)
    second["spec"]["dnsConfig"] = {"nameservers": ["192.0.2.99"]}
    return [first, second]


def right_without_dns_config(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod that adds nothing to its resolver."""
    first, second = _apart(objects)
    del second["spec"]["dnsConfig"]
    return [first, second]


RIGHT_WITHOUT_DNS_CONFIG = Control("right-without-dns-config", ("lacking",), right_without_dns_config)
RIGHT_UNDER_ANOTHER_NAME = Control("right-under-another-name", ("hostname", "fqdn"), right_under_another_name)
RIGHT_WITHOUT_ALIASES = Control("right-without-aliases", ("not-resolved",), right_without_aliases)
RIGHT_WITH_ANOTHER_RESOLVER = Control(
    "right-with-another-resolver", ("nameservers", "searches", "options"), right_with_another_resolver
)
