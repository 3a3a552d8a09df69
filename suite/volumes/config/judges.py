"""Configuration: the same for all containers, kept up to date where it is mounted whole, and there alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from records.timeline import words
from suite.evidence import did_not, last_word
from suite.order import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from records import Event, Record

NEED = "the update must have been seen in its Pod meanwhile"


def not_the_same(record: Record, *containers: str, content: str | None = None) -> list[Violation]:
    """Check that every container first read the same content, and the given one.

    Args:
        record: of containers that mount one volume, whole or a part of it.
        containers: those that follow a file of it.
        content: the given content; None if nobody knows it before (a token).

    Rules:
        unread: a container did not read its file, or there was nothing in it.
        differs: it read something else than was given, or than the first of the containers did.
    """
    violations = [v for name in containers for v in did_not(record, name, "read", "unread")]
    if violations:
        return violations
    reads = {name: _first(record, name, "read") for name in containers}
    if empty := [name for name, read in reads.items() if content is None and not read.fields["bytes"]]:
        return [Violation("unread", f"{name} read an empty file", "", (reads[name],)) for name in empty]
    expected = content if content is not None else _seen(reads[containers[0]])
    by = "was given" if content is not None else f"{containers[0]} read"
    return [
        Violation("differs", f"{name} read {_seen(read)!r}, and {expected!r} {by}", f"{name}  read {expected}", (read,))
        for name, read in reads.items()
        if _seen(read) != expected
    ]


def not_updated(record: Record, *containers: str, content: str | None = None) -> list[Violation]:
    """Check that an update reached every container that mounts the whole volume, while it ran.

    Args:
        record: of containers that follow a file of it.
        containers: they mount the volume whole, and none of them may be restarted.
        content: the new content; None if nobody knows it before (a token).

    Rules:
        unread: a container did not read its file before the update, or a second run of it did.
        not-updated: it did not see another content, or the old one again at any look after that.
        altered: it saw something else than was given, at any look, or than the first of the containers saw at last.
    """
    violations = [v for name in containers for v in _not_read_once(record, name)]
    if violations:
        return violations
    for name in containers:
        violations += did_not(record, name, "changed", "not-updated", need=_watched(record))
        first, *looks = _from_the_first_change(record, name)
        violations += [
            Violation("not-updated", f"{name} read the old content again: {words(look)}", "", (look,))
            for look in looks
            if _seen(look) == _seen(first)
        ][:1]
    if violations:
        return violations
    by_name = {name: _from_the_first_change(record, name)[1:] for name in containers}
    expected = content if content is not None else _seen(by_name[containers[0]][-1])
    return [
        Violation("altered", f"{name} saw {_seen(look)!r}, not {expected!r}", f"{name}  changed {expected}", (look,))
        for name, looks in by_name.items()
        for look in (looks if content is not None else looks[-1:])
        if _seen(look) != expected
    ]


def torn(record: Record, container: str, *, before: str, after: str) -> list[Violation]:
    """Check that two files of a volume were updated at one moment, once, at every look of a container.

    Args:
        record: of a container that follows both.
        container: its name.
        before: the content of both before the update.
        after: the content of both after it.

    Rules:
        unwitnessed: the container did not look, or did not see the update before its last look.
        torn: at one look the two were not of one version.
        went-back: after the update it saw what was before.
    """
    looks = _all(record, container, "pair", "pair-changed")
    pairs = [(look.fields["first"], look.fields["other"]) for look in looks]
    rules = {pair: "torn" for pair in pairs if pair not in {(before, before), (after, after)}}
    bad = [(rules[pair], look) for pair, look in zip(pairs, looks, strict=True) if pair in rules]
    updated = pairs.index((after, after)) if (after, after) in pairs else len(pairs)
    later = zip(pairs[updated:], looks[updated:], strict=True)
    bad += [("went-back", look) for pair, look in later if pair == (before, before)]
    if bad:
        expected = f"{container}  pair-changed first={after} other={after}"
        return [Violation(rule, f"{container} saw {words(look)}", expected, (look,)) for rule, look in bad]
    if (before, before) not in pairs or (after, after) not in pairs or looks[-1].name != "pair":
        said = f"; its last word was {words(looks[-1])}" if looks else ""
        text = f"{container} did not look at both files before, during and after the update{said}"
        return [Violation("unwitnessed", text, f"{container}  pair-changed")]
    return []


def update_untold(record: Record, container: str, *, name: str) -> list[Violation]:
    """Check that the kernel told a container of the update that it saw.

    Rules:
        unwitnessed: the container saw no update, or did not say what it was told, or could not watch the folder.
        not-notified: it was not told that the name was moved into the folder that it watches.
    """
    violations = did_not(record, container, "pair-changed", "unwitnessed", need=NEED)
    violations += did_not(record, container, "notices", "unwitnessed")
    if violations:
        return violations
    event = _last(record, container, "notices")
    if any(notice["name"] == name and "moved-to" in notice["told"] for notice in event.fields["notices"]):
        return []
    told = ", ".join(f"{notice['name']} {'+'.join(notice['told'])}" for notice in event.fields["notices"])
    text = (
        f"{container} was not told that {name} was moved to {event.fields['folder']}; it was told {told or 'nothing'}"
    )
    return [Violation("not-notified", text, f"{container}  notices name={name} moved-to", (event,))]


def writable(record: Record, container: str) -> list[Violation]:
    """Check that a container could not write to its configuration, because the mount is read-only.

    Rules:
        untried: it did not try.
        written: it could.
        other-errno: it could not, but not because of the read-only mount (EROFS).
    """
    tries = _all(record, container, "write-refused", "write-done")
    if not tries:
        return did_not(record, container, "write-refused", "untried")
    expected = f"{container}  write-refused errno=EROFS"
    return [
        Violation("written", f"{container} wrote to {event.fields['file']}", expected, (event,))
        if event.name == "write-done"
        else Violation("other-errno", f"{container} was refused with {event.fields['errno']}", expected, (event,))
        for event in tries
        if event.fields.get("errno") != "EROFS"
    ]


def updated_by_subpath(record: Record, fixed: str, *followers: str) -> list[Violation]:
    """Check that a container with a subPath mount did not see the update that the others saw.

    Rules:
        unwitnessed: a follower did not see the update before the container looked for the last time.
        updated: it saw another content than at first.
    """
    violations = [v for name in (fixed, *followers) for v in _not_read_once(record, name, "unwitnessed")]
    if violations:
        return violations
    first = _first(record, fixed, "read")
    others = [event for event in _all(record, fixed, "read", "changed") if _seen(event) != _seen(first)]
    violations = [
        Violation("updated", f"{fixed} had {_seen(first)!r}, and saw {words(event)}", "", (event,)) for event in others
    ]
    if not others:
        violations += _unwitnessed(record, fixed, _all(record, fixed, "read")[1:], followers)
    return violations


def environment_updated(record: Record, container: str, *, name: str) -> list[Violation]:
    """Check that a container's variable kept its value, though it saw the update in a volume.

    Rules:
        unset: the container did not print its variable, or it had no value.
        unwitnessed: the container did not look again after it had seen the update.
        updated: the container, or a run that followed it, had another value.
    """
    if violations := did_not(record, container, "environment", "unset"):
        return violations
    first, *others = _all(record, container, "environment")
    value = first.fields["values"].get(name)
    if value is None:
        return [Violation("unset", f"{container} has no variable {name}", f"{container}  environment {name}", (first,))]
    if changed := [event for event in others if event.fields["values"].get(name) != value]:
        now = changed[0].fields["values"].get(name)
        return [Violation("updated", f"{container} had {name}={value!r}, and later {now!r}", "", tuple(changed))]
    return _unwitnessed(record, container, others, [container])


def not_from_file(record: Record, writer: str, *readers: str, names: Mapping[str, str]) -> list[Violation]:
    """Check that every container has the variables that another wrote to a file, with the same values.

    Args:
        record: of all of them.
        writer: writes the file.
        readers: print their variables; they do not mount the volume with the file.
        names: key in the file by name of the variable.

    Rules:
        unwitnessed: the writer did not write the file, or a container did not print its variables.
        unset: it does not have one of them.
        differs: one has another value.
    """
    if violations := did_not(record, writer, "wrote-environment", "unwitnessed"):
        return violations
    written = _first(record, writer, "wrote-environment").fields["values"]
    violations = [v for reader in readers for v in did_not(record, reader, "environment", "unwitnessed")]
    for reader in readers:
        for event in _all(record, reader, "environment"):
            for name, key in names.items():
                value, expected = event.fields["values"].get(name), written[key]
                if value != expected:
                    rule, what = ("unset", "no") if value is None else ("differs", "another")
                    text = f"{reader} has {what} {name}: {value!r}, and {writer} wrote {key}={expected!r}"
                    violations.append(Violation(rule, text, f"{reader}  environment {name}={expected!r}", (event,)))
    return violations


def set_without_key(record: Record, *readers: str, name: str) -> list[Violation]:
    """Check that an optional variable is not set if its key is not in the file.

    Rules:
        unwitnessed: a container did not print its variables.
        set: it has the variable.
    """
    violations = [v for reader in readers for v in did_not(record, reader, "environment", "unwitnessed")]
    return violations + [
        Violation(
            "set", f"{reader} has {name}={value!r}, and its key was to be missing", f"{reader}  no {name}", (event,)
        )
        for reader in readers
        for event in _all(record, reader, "environment")
        if (value := event.fields["values"].get(name)) is not None
    ]


def _not_read_once(record: Record, container: str, rule: str = "unread") -> list[Violation]:
    """Return violations unless a container's reads are of one run that began before the update."""
    if violations := did_not(record, container, "read", rule):
        return violations
    runs = runs_of(record, container)
    if len(runs) > 1:
        text = (
            f"{container} ran {len(runs)} times: what a new run reads is no update; it ended with {last_word(runs[0])}"
        )
        return [Violation(rule, text)]
    return []


def _unwitnessed(record: Record, container: str, looks: Iterable[Event], followers: Iterable[str]) -> list[Violation]:
    """Return violations unless a container looked again after the update, by the node's clock."""
    last = max((event.clock for event in looks), default=None)
    violations = []
    for follower in followers:
        violations += did_not(record, follower, "changed", "unwitnessed", need=NEED)
        clocks = [event.clock for event in _all(record, follower, "changed")]
        if clocks and (last is None or not min(clocks) < last):
            text = f"{container} did not look after {follower} had seen the update"
            violations.append(Violation("unwitnessed", text))
    return violations


def _watched(record: Record) -> str:
    """Return how long the update was awaited, in words."""
    since = [act.seen for act in record.acts if act.what == "changed"] or [
        act.seen for act in record.acts if act.what == "created"
    ]
    until = [act.seen for act in record.acts if act.what == "deleted"]
    return f"it was awaited for {until[0] - since[-1]:.0f} s" if since and until else ""


def _all(record: Record, container: str, *names: str) -> list[Event]:
    """Return the events of these names, run by run."""
    return [event for run in runs_of(record, container) for event in run.events if event.name in names]


def _first(record: Record, container: str, *names: str) -> Event:
    return _all(record, container, *names)[0]


def _last(record: Record, container: str, *names: str) -> Event:
    return _all(record, container, *names)[-1]


def _from_the_first_change(record: Record, container: str) -> list[Event]:
    """Return a container's first look, and then all from the first change on."""
    first, *looks = _all(record, container, "read", "changed")
    place = next((index for index, look in enumerate(looks) if look.name == "changed"), len(looks))
    return [first, *looks[place:]]


def _seen(event: Event) -> str:
    """Return the content that was read, or its digest."""
    return str(event.fields.get("content", event.fields.get("sha256")))
