"""A model of the hand-overs in a manifest: which verbs look at a neighbour's life, and which wait for its word.

A word is a file on a shared volume: ``write FILE`` in one container, ``read FILE`` in another. What it does not know:
verbs that look at what outlives a process (files, IPC objects), and time.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from records.record import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
Verb = list[str]
Place = tuple[str, str]  # a volume, and a path in it

# What a verb keeps alive, and the verbs of neighbours that look at it: it is gone when its process ends.
LOOKERS = {
    "mark": {"signal", "read-root", "list-processes"},
    "serve": {"ask"},
    "serve-abstract": {"ask-abstract"},
    "serve-http": {"ask-http", "request", "browse", "load-http"},
    "bind": {"bind"},
    "take-lock": {"take-lock"},
    "mount": {"read", "list", "try-write"},
}
WAITS_FOR = {"read", "await"}  # a word
FREES = {"free", "free-lock", "unmount"}
# Verbs that live until somebody has looked, or until TERM.
OUTLASTS = {"until-asked", "until-requested"}
UNTIL_TERM = {
    "expect-term",
    "outlast-term",
    "expect-stop",
    "hear",
    "request",
    "reload",
    "follow-log",
    "publish",
    "follow",
    "follow-limits",
}
LAST_RESERVED = 1023  # port
# What a sidecar may still do when it gets TERM: nobody looks at that.
LAST = {"expect-term", "unmount"}


@dataclass(frozen=True)
class Container:
    """A container that runs the probe: its verbs, its volumes, its part in the Pod, and the files that hooks write."""

    name: str
    verbs: tuple[Verb, ...]
    mounts: tuple[tuple[str, str], ...]  # mount path; volume and the path in it
    sidecar: bool
    hooked: frozenset[str] = frozenset()

    def place(self, path: str) -> str:
        """Return where a path lies, by volume: the same for all containers of the Pod."""
        for point, volume in sorted(self.mounts, key=lambda mount: -len(mount[0])):
            if path == point or path.startswith(f"{point.rstrip('/')}/"):
                return posixpath.normpath(f"{volume}/{path[len(point) :]}")
        return path if path.startswith("/dev/shm/") else f"{self.name}:{path}"  # noqa: S108 # the Pod's own

    def said(self, after: int = -1) -> set[str]:
        """Return the words that it writes after its verb of that number; a count of its runs is one, too."""
        written = {"write", "mark"}
        words = {verb[1] for verb in self.verbs[after + 1 :] if verb[0] in written and len(verb) > 1}
        words |= {verb[verb.index("--runs") + 1] for verb in self.verbs[after + 1 :] if "--runs" in verb}
        return {self.place(word) for word in words}

    def heard(self, before: int | None = None) -> set[str]:
        """Return the words that it waits for, before its verb of that number or at all."""
        return {self.place(verb[1]) for verb in self.verbs[:before] if verb[0] in WAITS_FOR}

    def terms(self, before: int | None = None) -> int:
        """Return how many times it lives until TERM, by its verb of that number or at all."""
        return sum(verb[0] in UNTIL_TERM for verb in self.verbs[:before])

    def ends_by_itself(self) -> bool:
        """Return whether no verb of it waits for TERM."""
        return self.terms() == 0


def probes_of(pod: Json, expand: Any) -> list[Container]:
    """Return the containers of a Pod that run the probe; ``expand`` gives a container's verbs."""
    found = []
    for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
        if container["name"] not in programs(pod):
            mounts = tuple(
                (mount["mountPath"], posixpath.join(mount["name"], mount.get("subPath", mount.get("subPathExpr", ""))))
                for mount in container.get("volumeMounts", [])
            )
            sidecar = container.get("restartPolicy") == "Always"
            verbs, hooked = tuple(expand(container)), frozenset(written_by_hooks(container))
            found.append(Container(container["name"], verbs, mounts, sidecar, hooked))
    return found


def written_by_hooks(container: Json) -> Iterator[str]:
    """Yield the files that the hooks of a container write: the probe in it, or the neighbour that serves hooks."""
    for hook in (hook for name, hook in container.get("lifecycle", {}).items() if name != "stopSignal"):
        command = hook.get("exec", {}).get("command", [])
        yield from (file for verb, file in pairwise(command) if verb == "write")
        asked = parse_qs(urlsplit(hook.get("httpGet", {}).get("path", "")).query)
        yield from (f"/turn/{file}" for file in asked.get("write", []))


def faults_of(pod: Json, expand: Any) -> list[str]:
    """Return the hand-overs of a Pod that a stop at the wrong time breaks."""
    containers = probes_of(pod, expand)
    inits = {each["name"] for each in pod["spec"].get("initContainers", []) if each.get("restartPolicy") != "Always"}
    beside = [each for each in containers if each.name not in inits]
    early = set().union(*(each.heard() for each in containers if each.name in inits))
    faults = [
        fault
        for owner in beside
        for looker in beside
        if looker != owner
        for fault in too_short(owner, looker, containers, early)
    ]
    apps = [each for each in beside if not each.sidecar]
    if len(apps) == len(pod["spec"]["containers"]) and all(each.ends_by_itself() for each in apps):
        waiting = [*apps, *(each for each in containers if each.name in inits)]
        faults += [fault for each in beside if each.sidecar for fault in too_early(each, waiting)]
    return faults + [fault for each in containers for fault in unsaid(each, containers)]


def too_short(owner: Container, looker: Container, containers: list[Container], early: set[str]) -> Iterator[str]:
    """Yield each thing of a container that may be gone before its neighbour has looked at it.

    ``early`` are the words that init containers wait for: what a sidecar did before such a word, no app comes before.
    """
    for place, (thing, *arguments) in enumerate(owner.verbs):
        freed = [number for number, verb in enumerate(owner.verbs) if number > place and verb[0] in FREES]
        for look in looks_at(looker, thing, arguments, owner):
            outlasts = any(verb[0] in OUTLASTS for verb in owner.verbs[place:])
            outlasts |= owner.terms() > looker.terms(before=look)
            told = known(owner.heard(), containers) & looker.said(after=look)
            after_all = freed and looker.heard(before=look) & owner.said(after=freed[0])
            before_apps = looker.sidecar and not owner.sidecar and looker.said(after=look) & early
            if not (outlasts or told or after_all or before_apps):
                yield f"{owner.name} may end its {thing} before {looker.name} has done its {looker.verbs[look][0]}"


def looks_at(looker: Container, thing: str, arguments: list[str], owner: Container) -> Iterator[int]:
    """Yield the number of each verb of a container that looks at a neighbour's thing."""
    for number, (kind, *asked) in enumerate(looker.verbs):
        if kind not in LOOKERS.get(thing, ()):
            continue
        if thing == "mount":
            folder = owner.place(arguments[0])
            seen = f"{looker.place(asked[0])}/".startswith(f"{folder}/")
        elif kind in {"signal", "read-root"}:
            seen = bool(arguments) and looker.place(asked[0]) == owner.place(arguments[0])
        elif kind == "list-processes":
            seen = True
        elif thing in {"serve", "bind"} and (ports := ports_in(arguments)):
            seen = bool(ports & ports_in(asked))
        else:  # a name, or a file
            seen = bool(set(arguments) & set(asked))
        if seen:
            yield number


def ports_in(arguments: list[str]) -> set[str]:
    """Return the port numbers among a verb's arguments; what is smaller is a time or a count."""
    return {each for each in arguments if each.isdigit() and int(each) > LAST_RESERVED}


def known(heard: set[str], containers: list[Container]) -> set[str]:
    """Return the words that were written before those that a container heard, by whomever: it knows of them, too."""
    before = set(heard)
    for container in containers:
        for number, verb in enumerate(container.verbs):
            if verb[0] == "write" and container.place(verb[1]) in heard:
                before |= container.heard(before=number)
    return heard if before == heard else known(before, containers)


def too_early(sidecar: Container, waiting: list[Container]) -> Iterator[str]:
    """Yield what a sidecar may not have done when the apps have ended, and it gets TERM.

    ``waiting`` are the apps, and the init containers before them.

    TERM waits for the verb that expects it, once the probe has begun; but where it has mounted something, TERM ends it.
    """
    awaited = set().union(*(each.heard() for each in waiting))
    words = [number for number, verb in enumerate(sidecar.verbs) if sidecar.said(number - 1) - sidecar.said(number)]
    heard = [number for number in words if sidecar.place(sidecar.verbs[number][1]) in awaited]
    if not heard:
        yield f"{sidecar.name} may get TERM before it has begun: no app waits for a word of it"
    elif any(verb[0] == "mount" for verb in sidecar.verbs):
        late = [verb[0] for verb in sidecar.verbs[max(heard) + 1 :] if verb[0] not in LAST]
        if late:
            yield f"{sidecar.name} may get TERM, which ends it, before {', '.join(late)}"


def unsaid(container: Container, containers: list[Container]) -> Iterator[str]:
    """Yield each word in the folder for words, /turn, that a container waits for and neither others nor hooks write."""
    said = set().union(*(other.said() for other in containers if other != container))
    said |= {each.place(file) for each in containers for file in each.hooked}
    for verb in container.verbs:
        if verb[0] in WAITS_FOR and verb[1].startswith("/turn/") and container.place(verb[1]) not in said:
            yield f"{container.name} waits for {verb[1]}, which no neighbour writes"
