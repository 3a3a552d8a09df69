"""The diagnosis of a case that does not hold: its record as text, in parts.

Pure: a record in, text out. The HTML report attaches the parts to the test; ``OUT/diagnostics`` has the same parts as
Markdown, for a terminal or a CI artifact.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

import records
from records import Timeline
from records.record import GROUPS, statuses_of
from reports.layout.columns import aligned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from records import Act, Event, Instance, PodRecord, Record, Violation

Json = dict[str, Any]

MOST_LINES = 400  # of one part, or of one container's output; the middle of a longer one is left out
CLOCK = slice(11, 19)  # the time of day in RFC 3339
LONGEST_LINE = 1_000  # characters
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # libyaml's is ten times as fast; a PyYAML may be without it


@dataclass(frozen=True)
class Part:
    """A piece of a diagnosis.

    Attributes:
        name: its heading.
        text: laid out for a fixed-width font.
        kind: ``text``, ``yaml`` or ``json``.
    """

    name: str
    text: str
    kind: str = "text"


def parts(record: Record, violations: Sequence[Violation] = ()) -> list[Part]:
    """Return the diagnosis, the most telling part first, without empty parts."""
    timeline = Timeline(record, tuple(violations))
    seen = capped(str(timeline).splitlines())
    found = [
        Part("what the record misses", capped(records.gaps(record))),
        Part("timeline, expected", "\n".join(timeline.expected)),
        Part("timeline, seen", seen),
        Part("API answers", "\n".join(line for answer in record.answers for line in _answer(answer))),
        Part("containers", "\n\n".join(containers(pod) for pod in record.pods)),
        Part("status over time", capped(history(record))),
        Part("cluster events", capped(cluster_events(record))),
        Part(
            "output of every container", "\n\n".join(output(pod, run) for pod in record.pods for run in pod.instances)
        ),
        Part("nodes", json.dumps(record.nodes, indent=2) if record.nodes else "", "json"),
        *(Part(f"Pod {pod.role} as got", _yaml(as_got(pod)), "yaml") for pod in record.pods),
        sent(record),
    ]
    return [part for part in found if part.text.strip()]


def sent(record: Record) -> Part:
    """Return every object as sent. ``kubectl apply`` takes them, once there is the ConfigMap of the probe."""
    all_of_it = [*record.objects, *(pod.sent for pod in record.pods), *(answer.sent for answer in record.answers)]
    text = yaml.dump_all(all_of_it, Dumper=DUMPER, sort_keys=False, allow_unicode=True) if all_of_it else ""
    return Part("Pods as sent", text, "yaml")


def markdown(head: Iterable[str], body: Iterable[Part]) -> str:
    """Return a page: the paragraphs of ``head`` (Markdown), then each part of ``body`` under its heading."""
    paragraphs = list(head)
    for part in body:
        fence = "`" * max(3, 1 + max((len(run) for run in _backticks(part.text)), default=0))
        paragraphs += [f"## {part.name}", f"{fence}{part.kind}\n{part.text.rstrip()}\n{fence}"]
    return "\n\n".join(paragraphs) + "\n"


def containers(pod: PodRecord) -> str:
    """Return a table of a Pod's containers with their last state, then one of their instances with their output."""
    statuses = _last_statuses(pod)
    rows: list[tuple[str, ...]] = [("container", "kind", "state", "last state", "restarts", "ready")]
    for kind, name in declared(pod):
        status = statuses.get(name, {})
        ready = str(status.get("ready", "-")).lower()
        states = [_state(status.get(key) or {}) for key in ("state", "lastState")]
        rows.append((name, kind, *states, str(status.get("restartCount", "-")), ready))
    runs: list[tuple[str, ...]] = [("instance", "id", "events", "other lines", "output", "ended")]
    for name in dict.fromkeys(run.container for run in pod.instances):
        for number, run in enumerate(pod.instances_of(name), 1):
            ended = _state({"terminated": run.terminated}) if run.terminated else "not seen to end"
            counts = (str(len(run.events)), str(len(run.other)))
            runs.append((f"{name} #{number}", run.container_id[-12:], *counts, run.output, ended))
    head = f"Pod {pod.role}: {pod.phase or 'no phase'}{_why(_last_status(pod))}, {_place(pod)}, uid {pod.uid}"
    instances = aligned(runs) if len(runs) > 1 else ["no instance was seen"]
    return "\n".join([head, *aligned(rows), *_messages(statuses.values()), "", *instances])


def _did(act: Act) -> str:
    return f"{act.what} {json.dumps(act.sent)[:LONGEST_LINE]}" if act.sent else act.what


def history(record: Record) -> list[str]:
    """Return a line for each act of the scenario and each change of a Pod's status, with the seconds since its start.

    The seconds are those of the suite's clock.
    """
    moments = [(act.seen, act.role, f"the scenario: {_did(act)}") for act in record.acts]
    for pod in record.pods:
        before: dict[str, str] = {}
        for observation in pod.observations:
            now = _by_part(observation.status, observation.metadata)
            changes = [f"{part} {state}" for part, state in now.items() if before.get(part) != state]
            changes = [*changes, "gone"] if observation.type == "DELETED" else changes
            if changes:
                moments.append((observation.seen, pod.role, "; ".join(changes)))
            before = now
    width = max((len(role) for _, role, _ in moments), default=0)
    return [f"{seen:9.3f} s  {role:{width}}  {what}" for seen, role, what in sorted(moments, key=lambda m: m[0])]


def cluster_events(record: Record) -> list[str]:
    """Return the lines of the API's Events, in order of arrival. They explain; no verdict rests on them."""
    if not record.cluster_events:
        return ["none had come by the end of the scenario"]
    rows = [("seen", "time", "type", "reason", "count", "object")]
    rows += [
        (f"{event.seen:.3f} s", event.time[CLOCK], event.type, event.reason, str(event.count), event.object)
        for event in record.cluster_events
    ]
    head, *lines = aligned(rows)
    pairs = zip(lines, record.cluster_events, strict=True)
    return [head, *(line for row, event in pairs for line in (row, f"    {event.message}"))]


def output(pod: PodRecord, run: Instance) -> str:
    """Return the output of one instance: its events by number, then its other lines."""
    of_it = pod.instances_of(run.container)
    number = 1 + next(place for place, each in enumerate(of_it) if each is run)
    extent = {"whole": "read to its end", "window": "read to the end of the window", "cut": "CUT SHORT"}[run.output]
    head = f"--- Pod {pod.role}, {run.kind} {run.container}, instance {number} of {len(of_it)}: {extent}"
    lines = [_printed(event) for event in run.events]
    if run.other:
        lines += ["lines that are no events:", *run.other]
    return "\n".join([head, capped(lines) or "it printed nothing"])


def as_got(pod: PodRecord) -> Json:
    """Return the stored Pod, with metadata, node and status of the last event of the watch."""
    if not pod.observations:
        return pod.got
    last = pod.observations[-1]
    metadata = {key: value for key, value in last.metadata.items() if key != "nodeName"}
    spec = pod.got.get("spec", {}) | ({"nodeName": pod.node} if pod.node else {})
    return {**pod.got, "metadata": {**pod.got["metadata"], **metadata}, "spec": spec, "status": last.status}


def capped(lines: Sequence[str]) -> str:
    """Return the lines as text, at most MOST_LINES of LONGEST_LINE characters, with a note where some are left out."""
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        left_out = f"… {len(lines) - 2 * half} lines left out here; the record has them …"
        lines = [*lines[:half], left_out, *lines[-half:]]
    return "\n".join(
        line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line) - LONGEST_LINE} characters more)"
        for line in lines
    )


def declared(pod: PodRecord) -> list[tuple[str, str]]:
    """Return kind and name of each of the Pod's containers, in the order of its spec."""
    spec = pod.got.get("spec") or pod.sent.get("spec") or {}
    found = []
    for group in GROUPS:
        for container in spec.get(group) or []:
            sidecar = group == "initContainers" and container.get("restartPolicy") == "Always"
            kind = "sidecar" if sidecar else {"initContainers": "init", "containers": "app"}.get(group, "ephemeral")
            found.append((kind, str(container["name"])))
    return found


def _last_status(pod: PodRecord) -> Json:
    return pod.observations[-1].status if pod.observations else {}


def _last_statuses(pod: PodRecord) -> dict[str, Json]:
    return {status["name"]: status for status in statuses_of(_last_status(pod))}


def _state(state: Json) -> str:
    """Return a container's state in words, with the kubelet's reason, exit code and signal."""
    if not state:
        return "-"
    [(name, what), *_] = state.items()
    details = [str(what["reason"])] if what.get("reason") else []
    if "exitCode" in what:
        details.append(f"exit code {what['exitCode']}")
    if what.get("signal"):
        details.append(f"signal {what['signal']}")
    return f"{name}: {', '.join(details)}" if details else str(name)


def _messages(statuses: Iterable[Json]) -> list[str]:
    """Return the kubelet's messages on the containers' states, after an empty line."""
    messages = [
        f"{status['name']}, {name}: {what['message'].rstrip()}"
        for status in statuses
        for key in ("state", "lastState")
        for name, what in (status.get(key) or {}).items()
        if what.get("message")
    ]
    return ["", *messages] if messages else []


def _why(status: Json) -> str:
    reasons = [str(status[key]) for key in ("reason", "message") if status.get(key)]
    reasons += [
        " ".join([f"{condition['type']} {condition['status']}:", condition["reason"], condition.get("message", "")])
        for condition in status.get("conditions") or []
        if condition["type"] in {"PodScheduled", "DisruptionTarget"} and condition.get("reason")
    ]
    return f" ({'; '.join(reasons)})" if reasons else ""


def _place(pod: PodRecord) -> str:
    return f"on {pod.node}" if pod.node else "on no node"


def _by_part(status: Json, metadata: Json) -> dict[str, str]:
    """Return the parts of a status that change, in words: the Pod's phase, its deletion, each container's state."""
    parts = {"Pod": str(status.get("phase", "has no phase"))}
    if metadata.get("deletionTimestamp"):
        parts["to be deleted"] = f"in {metadata.get('deletionGracePeriodSeconds')} s"
    for each in statuses_of(status):
        again = f" (restarts: {each['restartCount']})" if each.get("restartCount") else ""
        parts[each["name"]] = _state(each.get("state") or {}) + again
    return parts


def _answer(answer: Any) -> list[str]:
    message = answer.body.get("message", "") if answer.body.get("kind") == "Status" else "accepted"
    return [
        f"Pod {answer.role}, sent as a dry run: {answer.code} {answer.body.get('reason', '')} {message}".rstrip(),
        *(f"  warning: {warning}" for warning in answer.warnings),
    ]


def _printed(event: Event) -> str:
    return json.dumps({"event": event.name, "seq": event.seq, "clock": event.clock, **event.fields}, ensure_ascii=False)


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=DUMPER, sort_keys=False, allow_unicode=True, width=120))


def _backticks(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.strip("`")]
