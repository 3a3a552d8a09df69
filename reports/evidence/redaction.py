"""What a bug report does not tell: names and addresses of a cluster, where its images come from, secrets."""

from __future__ import annotations

import itertools
import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from records import Record
    from reports.models.conformance import Cluster

PUBLIC_REGISTRIES = frozenset({"docker.io", "registry.k8s.io", "ghcr.io", "quay.io", "gcr.io", "localhost"})
REGISTRY = "registry.example"
SECRETS = (
    (re.compile(r"-----BEGIN [^-]+-----.*?-----END [^-]+-----", re.DOTALL), "[a PEM block]"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+"), "[a token]"),
    (re.compile(r"(?i)\bbearer +[\w.~+/=-]{8,}"), "Bearer [a token]"),
    (re.compile(r"/(home|Users)/[^/\s\"']+"), r"/\1/user"),
    (re.compile(r"/root(?=/\.)"), "/home/user"),
)
"""What is a secret wherever it stands, or a person's name, with what stands there instead."""

DOCUMENTED = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
FOUR_NUMBERS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
SIX = re.compile(r"(?<![\w:.])[0-9a-fA-F]{1,4}(?::{1,2}[0-9a-fA-F]{1,4}){1,7}(?![\w:.])")


def redacted(text: str, others: Mapping[str, str]) -> str:
    """Return the text with other words for what ``of`` names, each where it stands by itself, and without secrets."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    longest_first = sorted(others, key=len, reverse=True)
    for around, words in (
        (r"(?<![\w.:-])({})(?![\w.:-])", [each for each in longest_first if ":" in each]),  # addresses of IPv6
        (r"(?<![\w.-])({})(?![\w-]|\.\w)", [each for each in longest_first if ":" not in each]),
    ):
        found = re.compile(around.format("|".join(map(re.escape, words))))
        text = found.sub(lambda match: others[match[1]], text) if words else text
    return text


def of(record: Record, cluster: Cluster) -> dict[str, str]:
    """Return the word that stands for each name and address of a cluster in a record and in its run's report.

    Addresses become those that RFC 5737 and RFC 3849 keep for documentation; equal ones stay equal. An address of
    podproof's own that stands for nobody's is one of those already, and stays.

    Args:
        record: the case's record.
        cluster: ``cluster`` of the run's report.
    """
    nodes = sorted({*(cluster.nodes or {}), *record.nodes, *filter(None, (pod.node for pod in record.pods))})
    others = {name: f"node-{number}" for number, name in enumerate(nodes, 1)}
    if (name := cluster.name) and name not in others:
        others[name] = "cluster"
    for host in sorted({_registry(image) for image in (cluster.images or {}).values()}):
        if host and host.partition(":")[0] not in PUBLIC_REGISTRIES:
            others[host] = REGISTRY
    four, six = itertools.count(1), itertools.count(1)
    statuses = [observation.status for pod in record.pods for observation in pod.observations]
    printed = [event.fields for pod in record.pods for run in pod.instances for event in run.events]
    for address in dict.fromkeys(_addresses(f"{statuses} {record.objects} {printed}")):
        others[address] = f"2001:db8::{next(six):x}" if ":" in address else f"198.51.100.{next(four)}"
    return others


def _registry(image: str) -> str:
    """Return the host in an image's name; empty where it has none, as the names of Docker Hub may."""
    host, slash, _ = image.partition("/")
    return host if slash and (set(".:") & set(host) or host == "localhost") else ""


def _addresses(text: str) -> Iterator[str]:
    """Yield each address in a text that tells of somebody's network."""
    for pattern in (FOUR_NUMBERS, SIX):
        for found in pattern.findall(text):
            try:
                address = ip_address(found)
            except ValueError:
                continue
            documented = any(address in net for net in DOCUMENTED if net.version == address.version)
            if not (documented or address.is_loopback or address.is_unspecified or address.is_link_local):
                yield found
