"""Controls of names: one of the apps runs in a Pod of its own, which has others."""

from __future__ import annotations

from suite.controls import Control, Json, moved


def right_under_another_name(objects: list[Json]) -> list[Json]:
    """One of the apps runs in a Pod that is called otherwise."""
    first, second = moved(objects, "containers", ["right"], "right")
    for field in ("subdomain", "setHostnameAsFQDN", "hostnameOverride"):
        second["spec"].pop(field, None)
    second["spec"]["hostname"] = "elsewhere"
    return [first, second]


def right_without_aliases(objects: list[Json]) -> list[Json]:
    """One of the apps runs in a Pod that was given no aliases."""
    first, second = moved(objects, "containers", ["right"], "right")
    del second["spec"]["hostAliases"]
    return [first, second]


def right_with_another_resolver(objects: list[Json]) -> list[Json]:
    """One of the apps runs in a Pod that was given another server, and nothing else."""
    first, second = moved(objects, "containers", ["right"], "right")
    second["spec"]["dnsConfig"] = {"nameservers": ["192.0.2.99"]}
    return [first, second]


RIGHT_UNDER_ANOTHER_NAME = Control("right-under-another-name", ("hostname", "fqdn"), right_under_another_name)
RIGHT_WITHOUT_ALIASES = Control("right-without-aliases", ("not-resolved",), right_without_aliases)
RIGHT_WITH_ANOTHER_RESOLVER = Control(
    "right-with-another-resolver", ("nameservers", "searches", "options"), right_with_another_resolver
)
