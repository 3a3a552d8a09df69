"""What two containers do to one file, the kernel tells each of the other: one FIFO, one lock, one inode, one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from records import Violation
from suite.evidence import did_not, events_of, given, only, tries
from suite.order import in_turn

if TYPE_CHECKING:
    from records import Record

TRIES = 2  # of the challenger: while the lock is held, and once it is freed
HELD_BY_ANOTHER = frozenset({"EAGAIN", "EACCES"})  # EWOULDBLOCK is EAGAIN; fcntl(2) allows EACCES, too
NAMES = 2  # of the inode that was linked


def fifo_not_shared(record: Record, writer: str, reader: str) -> list[Violation]:
    """Check that one container received what the other sent through a FIFO.

    Rules:
        not-sent: the writer did not: the kernel lets it once another has the FIFO open for reading.
        not-received: the reader received nothing.
        altered: it received something else.
    """
    violations = did_not(record, writer, "fifo-sent", "not-sent")
    violations += did_not(record, reader, "fifo-received", "not-received")
    return violations or _altered(record, writer, "fifo-sent", reader, "fifo-received")


def _altered(record: Record, giver: str, given: str, taker: str, taken: str) -> list[Violation]:
    gave, took = only(record, giver, given), only(record, taker, taken)
    if gave.fields["content"] == took.fields["content"]:
        return []
    text = f"{giver} has {given} {gave.fields['content']}, and {taker} {taken} {took.fields['content']!r}"
    return [Violation("altered", text, f"{taker}  {taken} content={gave.fields['content']}", (gave, took))]


def socket_not_shared(record: Record, server: str, client: str) -> list[Violation]:
    """Check that the server answered the client at the path of a Unix socket, nonce for nonce.

    Rules:
        not-bound: the server did not come to listen.
        not-answered: the client got no answer.
        altered: one got something else than the other sent.
    """
    violations = did_not(record, server, "serving", "not-bound")
    violations += did_not(record, client, "answered", "not-answered")
    if violations:
        return violations
    answered = only(record, client, "answered")
    exchanged = (answered.fields["sent"], answered.fields["answer"])
    if answered.fields["back"] != answered.fields["sent"] or exchanged not in given(record, server):
        text = f"{client} sent {exchanged[0]} and got {exchanged[1]}; {server} did not get the one and give the other"
        expected = f"{server}  asked nonce={exchanged[0]} answer={exchanged[1]}"
        return [Violation("altered", text, expected, (*events_of(record, server, "asked"), answered))]
    return []


def lock_not_shared(record: Record, holder: str, challenger: str) -> list[Violation]:
    """Check that another container could not take a lock while it was held, and could once it was freed.

    By the node's clock: the holder took it, the challenger tried, the holder began to free it and had freed it, the
    challenger tried again.

    Rules:
        unwitnessed: nothing proves that the tries took place, and when they were to; or the first was refused, but not
            because another held the lock.
        locked-twice: the challenger got the lock that the holder held.
        not-freed: it was refused again once the holder had freed the lock.
    """
    events = ("lock-taken", "lock-freeing", "lock-freed")
    violations = [v for event in events for v in did_not(record, holder, event, "unwitnessed")]
    tried = tries(record, challenger, "taking", "lock-taken", "lock-refused")
    if len(tried) != TRIES:
        text = f"{challenger} tried to take the lock {len(tried)} times, not {TRIES}"
        violations.append(Violation("unwitnessed", text))
    if violations:
        return violations
    taken, freeing, freed = (only(record, holder, event) for event in events)
    (begun, outcome), (begun_again, outcome_again) = tried
    moments = [(holder, taken), (challenger, begun), (challenger, outcome), (holder, freeing), (holder, freed)]
    violations = in_turn(record.pods[0], "unwitnessed", *moments, (challenger, begun_again))
    lock, refused = f"the {taken.fields['kind']} lock", f"{challenger}  lock-refused errno=EAGAIN"
    if outcome.name == "lock-taken":
        text = f"{challenger} took {lock} while {holder} held it"
        violations.append(Violation("locked-twice", text, refused, (taken, outcome)))
    elif outcome.fields["errno"] not in HELD_BY_ANOTHER:
        text = f"{challenger} was refused {lock} with {outcome.fields['errno']}, not EAGAIN or EACCES"
        violations.append(Violation("unwitnessed", text, refused, (outcome,)))
    if outcome_again.name != "lock-taken":
        text = f"{challenger} was refused {lock} once {holder} had freed it: {outcome_again.fields['errno']}"
        violations.append(Violation("not-freed", text, f"{challenger}  lock-taken", (freed, outcome_again)))
    return violations


def not_notified(record: Record, writer: str, watcher: str) -> list[Violation]:
    """Check that the kernel notified the watcher of a folder of the writer's file that was moved there.

    Rules:
        unwitnessed: nothing proves that the watcher watched, or that the writer wrote after that.
        not-notified: the watcher was not notified of that file.
    """
    violations = did_not(record, watcher, "watching", "unwitnessed", need="it must watch")
    violations += did_not(record, writer, "wrote", "unwitnessed", need="it must write")
    wrote = events_of(record, writer, "wrote")
    if not violations:
        moments = ((watcher, only(record, watcher, "watching")), (writer, wrote[0]))
        violations = in_turn(record.pods[0], "unwitnessed", *moments)
    notices = [event.fields for event in events_of(record, watcher, "notified")]
    file = wrote[0].fields["file"] if wrote else "its file"
    if not any(f"{each['folder']}/{each['name']}" == file and "moved-to" in each["told"] for each in notices):
        heard = ", ".join(f"{each['name']} ({' '.join(each['told'])})" for each in notices) or "nothing"
        text = f"{watcher} was told of {heard}, and not that {writer} moved {file} there"
        violations.append(Violation("not-notified", text, f"{watcher}  notified told=[moved-to]", wrote))
    return violations


def mapping_not_shared(record: Record, left: str, right: str) -> list[Violation]:
    """Check that each of two containers loaded from its mapping of a file what the other stored.

    Both mappings lasted until both had loaded, so that no unmapping wrote the page to the file.

    Rules:
        unwitnessed: nothing proves that a container stored, and still had its mapping when the other loaded.
        not-loaded: a container did not find in its mapping what the other stored.
        altered: it found something else.
    """
    violations = []
    for giver, taker in ((left, right), (right, left)):
        unproven = did_not(record, giver, "stored", "unwitnessed", need="it must store")
        unfound = did_not(record, taker, "loaded", "not-loaded")
        violations += unproven + unfound
        if unproven or unfound:
            continue
        violations += _altered(record, giver, "stored", taker, "loaded")
        unproven = did_not(record, giver, "unmapping", "unwitnessed", need="it must keep its mapping until then")
        violations += unproven
        if not unproven:
            moments = ((taker, only(record, taker, "loaded")), (giver, only(record, giver, "unmapping")))
            violations += in_turn(record.pods[0], "unwitnessed", *moments)
    return violations


def torn_by_rename(record: Record, writer: str, reader: str, *, versions: int) -> list[Violation]:
    """Check that the reader found a whole file at every read, while the writer renamed new ones over it.

    Args:
        record: of both.
        writer: the container that prints ``replacing`` and ``replaced``.
        reader: the container that prints ``versions-read``.
        versions: how many the reader was to see, each newer than the one before: so the writer went on meanwhile.

    Rules:
        unwitnessed: nothing proves that the writer replaced the file, and that the reader saw as many versions: it may
            have been too slow.
        missing: the reader found no file.
        torn: it found one that was not whole.
        backwards: it found an older one after a newer one.
    """
    violations = [
        v for e in ("replacing", "replaced") for v in did_not(record, writer, e, "unwitnessed", need="it must replace")
    ]
    counts = events_of(record, reader, "versions-read", "versions-not-read")
    if not counts or counts[0].fields["versions"] < versions:
        saw = counts[0].fields["versions"] if counts else "no"
        text = f"{reader} saw {saw} versions, not {versions}"
        violations.append(Violation("unwitnessed", text, f"{reader}  versions-read", counts[:1]))
    for rule, found in (
        ("missing", "no file"),
        ("torn", "one that was not whole"),
        ("backwards", "an older one after a newer one"),
    ):
        violations += [
            Violation(
                rule,
                f"{reader} found {found} in {event.fields[rule]} of {event.fields['reads']} reads",
                f"{reader}  versions-read {rule}=0",
                (event,),
            )
            for event in counts
            if event.fields[rule]
        ]
    return violations


def not_one_inode(record: Record, writer: str, reader: str) -> list[Violation]:
    """Check that the reader found the writer's link as one inode with two names, and its content by the other name.

    Rules:
        unwitnessed: the writer did not write, or did not link its file.
        not-found: the reader did not find both names, or could not read by the second.
        other-inode: the two names are of two inodes.
        wrong-count: the inode has another number of names than two.
        altered: it read something else than was written.
    """
    violations = [
        v
        for e in ("wrote", "linked")
        for v in did_not(record, writer, e, "unwitnessed", need="there must be two names")
    ]
    if violations:
        return violations
    wrote, linked = only(record, writer, "wrote"), only(record, writer, "linked")
    stats = {event.fields["file"]: event for event in events_of(record, reader, "stat")}
    names = (linked.fields["file"], linked.fields["name"])
    violations = [
        Violation("not-found", f"{reader} did not find {name}, which {writer} linked", f"{reader}  stat file={name}")
        for name in names
        if name not in stats
    ]
    reads = [event for event in events_of(record, reader, "read") if event.fields["file"] == names[1]]
    if not reads:
        text = f"{reader} did not read {names[1]}, which {writer} linked"
        violations.append(Violation("not-found", text, f"{reader}  read file={names[1]}"))
    if violations:
        return violations
    found = [stats[name] for name in names]
    inodes = [(event.fields["device"], event.fields["inode"]) for event in found]
    if len(set(inodes)) != 1:
        text = f"{reader} found inode {inodes[0][1]} at {names[0]} and {inodes[1][1]} at {names[1]}: two files, not one"
        violations.append(Violation("other-inode", text, events=tuple(found)))
    counts = [event.fields["links"] for event in found]
    if set(counts) != {NAMES}:
        text = f"{reader} found {counts[0]} names of the inode at {names[0]}, {counts[1]} at {names[1]}, not {NAMES}"
        violations.append(Violation("wrong-count", text, f"{reader}  stat links={NAMES}", tuple(found)))
    if reads[0].fields["content"] != wrote.fields["content"]:
        text = (
            f"{writer} wrote {wrote.fields['content']}, {reader} read {reads[0].fields['content']!r} by its other name"
        )
        violations.append(Violation("altered", text, events=(wrote, reads[0])))
    return violations


def not_kept_open(record: Record, writer: str, reader: str) -> list[Violation]:
    """Check that the reader could read its open file after the writer had removed it, and its name was gone.

    Rules:
        unwitnessed: nothing proves that the reader had it open before the writer removed it, and looked after that.
        lost: the reader could not read its open file, or not what was written.
        still-there: the file has a name yet.
    """
    violations = did_not(record, reader, "opened", "unwitnessed", need="it must have the file open")
    violations += did_not(record, writer, "wrote", "unwitnessed", need="there must be a file")
    gone = did_not(record, reader, "not-there", "still-there")
    unread = did_not(record, reader, "open-read", "lost")
    if violations or unread:
        return violations + unread + gone
    opened, read, wrote = (
        only(record, *each) for each in ((reader, "opened"), (reader, "open-read"), (writer, "wrote"))
    )
    removed = events_of(record, writer, "removed")
    moments = [(reader, opened), *((writer, event) for event in removed), (reader, read)]
    violations += in_turn(record.pods[0], "unwitnessed", *moments) + gone
    if not removed and not gone:
        violations += did_not(record, writer, "removed", "unwitnessed", need="it must remove the file")
    if read.fields["links"] and not gone:
        text = f"what {reader} has open has {read.fields['links']} names yet, and {writer} removed its one"
        violations.append(Violation("still-there", text, f"{reader}  open-read links=0", (read,)))
    violations += [
        Violation("still-there", f"{reader} could not look for the name: {event.fields['errno']}", events=(event,))
        for event in events_of(record, reader, "not-there")
        if event.fields["errno"] != "ENOENT"
    ]
    if read.fields["content"] != wrote.fields["content"]:
        text = f"{writer} wrote {wrote.fields['content']}, {reader} has {read.fields['content']!r} open"
        violations.append(Violation("lost", text, f"{reader}  open-read content={wrote.fields['content']}", (read,)))
    return violations
