"""docs/by-hand.md names existing files, Pods and containers, and events as the probe prints them."""

import json
import re
import shlex
from typing import Any

import yaml

from tests.helpers.paths import ROOT
from tests.helpers.pod_security import containers_of

PAGE = ROOT / "docs" / "by-hand.md"
TEXT = PAGE.read_text(encoding="utf-8")
INDENTED = "\n".join(re.findall(r"^    (.+)$", TEXT, re.MULTILINE))
INLINE = re.findall(r"`(kubectl [^`]* --namespace [^`]*)`", TEXT)
COMMANDS = [shlex.split(line) for line in [*INDENTED.splitlines(), *INLINE] if line.startswith("kubectl ")]
APPLIED = [command[command.index("-f") + 1] for command in COMMANDS if "-f" in command]


def pods() -> dict[str, Any]:
    """Return the Pods of the manifests that the page applies, by name."""
    items = [item for path in APPLIED if path != "-" for item in yaml.safe_load_all((ROOT / path).read_text())]
    return {item["metadata"]["name"]: item for item in items if item["kind"] == "Pod"}


def test_the_commands_name_files_that_are_there() -> None:
    named = [word for word in re.split(r"[\s=]", INDENTED) if word.startswith("manifests/")]
    assert len(set(named)) == 4
    assert all((ROOT / path).exists() for path in named)
    assert [path for path in APPLIED if path != "-"] == [path for path in dict.fromkeys(named) if path.endswith("yaml")]


def test_the_links_lead_to_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links
    assert all((PAGE.parent / link).exists() for link in links)


def test_every_command_says_in_which_namespace() -> None:
    assert len(COMMANDS) > 10
    for command in COMMANDS:
        before = "namespace" if command[2] == "namespace" else "--namespace"
        assert command[command.index(before) + 1] == "try", command


def test_what_is_asked_for_is_a_container_of_a_pod_of_the_manifests() -> None:
    known = pods()
    logs = [command[command.index("try") + 1 :] for command in COMMANDS if command[1] == "logs"]
    assert len(logs) > 3
    for name, *more in logs:
        containers = {container["name"] for container in containers_of(known[name])}
        assert len(containers) == 1 or more[more.index("-c") + 1] in containers
    waited = [word.partition("/")[2] for command in COMMANDS for word in command if word.startswith("pod/")]
    assert set(waited) <= set(known)


def test_what_is_quoted_are_events_of_the_probe() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("{")]
    assert len(lines) > 10
    assert all({"event", "seq", "clock"} <= set(json.loads(line)) for line in lines)
    probe = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "manifests" / "probe").glob("*.py"))
    assert all(f'"{json.loads(line)["event"]}"' in probe for line in lines)
