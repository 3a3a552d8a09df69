"""Controls of names: one of the apps runs in a Pod of its own, which has others."""

from __future__ import annotations

from suite.control import Control, Json, apart, pods_of

_apart = apart("right")

HOSTS = """
import socket, sys
name = socket.gethostname()
begins = name[: name.index(".svc.") + 5]
with open(sys.argv[1], "w") as file:
    file.write(f"192.0.2.99 {begins}another.test {name}\\n")
"""


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


def right_with_other_aliases(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod whose aliases are of another address."""
    first, second = _apart(objects)
    for alias in second["spec"]["hostAliases"]:
        alias["ip"] = "192.0.2.99"
    return [first, second]


def right_in_another_domain(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod with a hosts file of its own, which gives its full name with another domain."""
    others = [item for item in objects if item is not pods_of(objects)[0]]
    first, second = _apart(objects)
    [right] = second["spec"]["containers"]
    right["volumeMounts"].append({"name": "own", "mountPath": "/etc/hosts", "subPath": "hosts"})
    write = {
        "name": "hosts",
        "command": ["python3", "-c", HOSTS],
        "args": ["/own/hosts"],
        "volumeMounts": [{"name": "own", "mountPath": "/own"}],
    }
    second["spec"]["initContainers"] = [{key: right[key] for key in ("image", "securityContext")} | write]
    second["spec"]["volumes"].append({"name": "own", "emptyDir": {}})
    return [first, second, *others]


def right_with_another_resolver(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod with another nameserver and nothing else."""
    first, second = _apart(objects)
    second["spec"]["dnsConfig"] = {"nameservers": ["192.0.2.99"]}
    return [first, second]


def right_with_one_search_more(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod that searches one more domain."""
    first, second = _apart(objects)
    second["spec"]["dnsConfig"]["searches"].append("second.podproof.test")
    return [first, second]


def right_with_the_nodes_resolver(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod whose DNS policy does not put the cluster first."""
    first, second = _apart(objects)
    second["spec"]["dnsPolicy"] = "Default"
    return [first, second]


def right_without_dns_config(objects: list[Json]) -> list[Json]:
    """Run one app in a Pod that adds nothing to its resolver."""
    first, second = _apart(objects)
    del second["spec"]["dnsConfig"]
    return [first, second]


RIGHT_IN_ANOTHER_DOMAIN = Control("right-in-another-domain", ("differs",), right_in_another_domain)
RIGHT_WITH_OTHER_ALIASES = Control("right-with-other-aliases", ("elsewhere",), right_with_other_aliases)
RIGHT_WITH_ONE_SEARCH_MORE = Control("right-with-one-search-more", ("differs",), right_with_one_search_more)
RIGHT_WITH_THE_NODES_RESOLVER = Control(
    "right-with-the-nodes-resolver", ("not-searched",), right_with_the_nodes_resolver
)
RIGHT_WITHOUT_DNS_CONFIG = Control("right-without-dns-config", ("lacking",), right_without_dns_config)
RIGHT_UNDER_ANOTHER_NAME = Control("right-under-another-name", ("hostname", "fqdn"), right_under_another_name)
RIGHT_WITHOUT_ALIASES = Control("right-without-aliases", ("not-resolved",), right_without_aliases)
RIGHT_WITH_ANOTHER_RESOLVER = Control(
    "right-with-another-resolver", ("nameservers", "searches", "options"), right_with_another_resolver
)
