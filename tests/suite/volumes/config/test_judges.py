"""Judges of configuration: their histories, and what lies at the edges of their rules."""

from typing import Any

import pytest

from records import Act, Event, Instance, Record
from suite.volumes.config import judges
from tests.helpers.histories import (
    altered,
    did,
    exited,
    instead,
    moved,
    pod,
    ran,
    record,
    rules,
    said,
    without,
)
from tests.helpers.trial import Trial


def followed(container: str, began: float, first: str, last: str, *, updated: float | None = None) -> Instance:
    """Return a run that read a content, saw another one at that time, and read once more at its end."""
    change = [] if updated is None else [did(updated, "changed", file="/settings/setting", content=last)]
    return ran(
        container,
        began,
        did(began + 0.1, "read", file="/settings/setting", content=first),
        *change,
        did(9.0, "terminated", signal="SIGTERM"),
        did(9.1, "read", file="/settings/setting", content=last),
        exited(9.2),
    )


def history(*runs: Instance) -> Record:
    acts = [Act(0.0, "created", "pod"), Act(1.0, "changed", "ConfigMap settings"), Act(8.9, "deleted", "pod")]
    return record(pod(*runs), acts=acts)


def looked(seconds: float, value: str | None, **others: str | None) -> Event:
    return did(seconds, "environment", values={"setting": value, **others})


LEFT = followed("left", 0.0, "before", "after", updated=4.0)
RIGHT = followed("right", 0.1, "before", "after", updated=4.1)
FIXED = followed("fixed", 0.2, "before", "before")
UPDATED = history(LEFT, RIGHT, FIXED)
STALE = history(LEFT, followed("right", 0.1, "before", "before"), FIXED)
TWICE = history(LEFT, RIGHT, followed("right", 5.0, "after", "after"), FIXED)

SAME = Trial(
    judges.not_the_same,
    ("left", "right", "fixed"),
    options={"content": "before"},
    good=UPDATED,
    broken=(
        ("unread", "one did not read", without(UPDATED, "fixed", "read")),
        ("unread", "one never ran", without(UPDATED, "right")),
        ("differs", "one read something else", history(LEFT, followed("right", 0.1, "other", "other"), FIXED)),
        (
            "differs",
            "all read the same, and not what was given",
            history(*(followed(name, 0.0, "other", "other") for name in ("left", "right", "fixed"))),
        ),
    ),
)


def seen_in_turn(*contents: str) -> Instance:
    """Return a run that saw these contents one after another, the last one once more at its end."""
    changes = [did(4.0 + at, "changed", file="/settings/setting", content=each) for at, each in enumerate(contents)]
    read, at_last = (
        did(at, "read", file="/settings/setting", content=each) for at, each in ((0.2, "before"), (9.1, contents[-1]))
    )
    return ran("right", 0.1, read, *changes, did(9.0, "terminated", signal="SIGTERM"), at_last, exited(9.2))


FLAPPING = seen_in_turn("after", "before", "after")
IN_BETWEEN = seen_in_turn("aft", "after")

UPDATE = Trial(
    judges.not_updated,
    ("left", "right"),
    options={"content": "after"},
    good=UPDATED,
    broken=(
        ("unread", "one did not read before", without(UPDATED, "right", "read")),
        ("unread", "one was run again", TWICE),
        ("not-updated", "one never saw it", STALE),
        (
            "not-updated",
            "one saw the old content in the end",
            history(LEFT, followed("right", 0.1, "before", "before", updated=4.0)),
        ),
        ("not-updated", "one saw the old content in between", history(LEFT, FLAPPING)),
        ("altered", "one saw something else in between", history(LEFT, IN_BETWEEN)),
        ("altered", "one saw something else", history(LEFT, followed("right", 0.1, "before", "aft", updated=4.1))),
        (
            "altered",
            "all saw something else",
            history(*(followed(name, 0.1, "before", "aft", updated=4.1) for name in ("left", "right"))),
        ),
    ),
)


def paired(*changes: tuple[float, str | None, str | None], last: str = "after", **told: Any) -> Record:
    """Return a run that saw two files change so, and once more at its end; and what the kernel told it."""
    notice = did(9.2, "notices", folder="/settings", notices=told.get("notices", [DATA_MOVED]))
    return history(
        ran(
            "pair",
            0.0,
            did(0.1, "pair", first="before", other="before"),
            *(did(at, "pair-changed", first=first, other=other) for at, first, other in changes),
            did(9.0, "terminated", signal="SIGTERM"),
            did(9.1, "pair", first=last, other=last, looks=400),
            notice,
            exited(9.3),
        )
    )


DATA_MOVED = {"name": "..data", "told": ["moved-to"]}
AT_ONCE = paired((4.0, "after", "after"))

TORN = Trial(
    judges.torn,
    ("pair",),
    options={"before": "before", "after": "after"},
    good=AT_ONCE,
    broken=(
        ("unwitnessed", "it did not look", without(AT_ONCE, "pair")),
        ("unwitnessed", "it saw no update", paired(last="before")),
        ("unwitnessed", "it did not look at last", without(AT_ONCE, "pair", "pair")),
        ("torn", "one file came first", paired((4.0, "after", "before"), (4.001, "after", "after"))),
        ("torn", "one file was empty for a moment", paired((4.0, "after", ""), (4.001, "after", "after"))),
        ("torn", "one file was not there for a moment", paired((4.0, None, "before"), (4.001, "after", "after"))),
        (
            "went-back",
            "it flapped",
            paired((4.0, "after", "after"), (5.0, "before", "before"), (6.0, "after", "after")),
        ),
        ("went-back", "it did at last", paired((4.0, "after", "after"), last="before")),
    ),
)

NOTIFIED = Trial(
    judges.update_untold,
    ("pair",),
    options={"name": "..data"},
    good=AT_ONCE,
    broken=(
        ("unwitnessed", "it saw no update", paired(last="before")),
        ("unwitnessed", "it did not say", without(AT_ONCE, "pair", "notices")),
        ("not-notified", "it was told nothing", paired((4.0, "after", "after"), notices=[])),
        (
            "not-notified",
            "it was told of something else",
            paired((4.0, "after", "after"), notices=[{"name": "..data_tmp", "told": ["create"]}]),
        ),
    ),
)

REFUSED = instead(UPDATED, "left", "terminated", did(9.0, "write-refused", file="/settings/other", errno="EROFS"))

READ_ONLY = Trial(
    judges.writable,
    ("left",),
    good=REFUSED,
    broken=(
        ("untried", "it did not try", UPDATED),
        ("untried", "it never ran", without(REFUSED, "left")),
        (
            "written",
            "it wrote",
            instead(REFUSED, "left", "write-refused", did(9.0, "write-done", file="/settings/other")),
        ),
        ("other-errno", "its user may not", altered(REFUSED, "left", "write-refused", errno="EACCES")),
    ),
)

SUBPATH = Trial(
    judges.updated_by_subpath,
    ("fixed", "left", "right"),
    good=UPDATED,
    broken=(
        ("unwitnessed", "it did not read", without(UPDATED, "fixed", "read")),
        ("unwitnessed", "nobody saw the update", without(UPDATED, "left", "changed")),
        ("unwitnessed", "another was run again", TWICE),
        ("unwitnessed", "its last look came too early", moved(UPDATED, "right", "changed", 9.15)),
        ("unwitnessed", "its last look was at that very time", moved(UPDATED, "right", "changed", 9.1)),
        ("updated", "it saw the update", history(LEFT, RIGHT, followed("fixed", 0.2, "before", "after", updated=4.0))),
        ("updated", "it read the update in the end", history(LEFT, RIGHT, followed("fixed", 0.2, "before", "after"))),
    ),
)

VARIABLE = ran(
    "variable",
    0.0,
    looked(0.1, "before"),
    did(0.2, "read", file="/settings/setting", content="before"),
    did(4.0, "changed", file="/settings/setting", content="after"),
    looked(4.1, "before"),
    did(4.2, "waiting", signal="SIGTERM"),
    did(9.0, "terminated", signal="SIGTERM"),
    exited(9.1),
)
KEPT = history(VARIABLE)
FIRST_RUN = ran(
    "variable",
    0.0,
    looked(0.1, "before"),
    did(4.0, "changed", file="/settings/setting", content="after"),
    exited(4.2, code=1),
)

VARIABLE_KEPT = Trial(
    judges.environment_updated,
    ("variable",),
    options={"name": "setting"},
    good=KEPT,
    broken=(
        ("unset", "it did not look", without(KEPT, "variable", "environment")),
        ("unset", "it has no such variable", altered(KEPT, "variable", "environment", values={"setting": None})),
        ("unwitnessed", "it did not see the update", without(KEPT, "variable", "changed")),
        ("unwitnessed", "it did not look again", history(FIRST_RUN)),
        ("unwitnessed", "it looked at that very time", moved(KEPT, "variable", "changed", 4.1)),
        ("updated", "a new run has another value", history(FIRST_RUN, ran("variable", 5.0, looked(5.1, "after")))),
    ),
)

VALUES = {"NONCE": "4f", "LITERAL": " $HOME\n", "MORE": "5a"}
HAVE = {"NONCE": "4f", "RENAMED": " $HOME\n", "OPTIONAL": None}


def from_file(**app: Any) -> Record:
    values = HAVE | app
    return record(
        pod(
            ran("writer", 0.0, did(0.1, "wrote-environment", values=VALUES), exited(0.2), kind="init"),
            ran("second", 1.0, did(1.1, "environment", values=HAVE), exited(1.2), kind="init"),
            ran("app", 2.0, did(2.1, "environment", values=values), exited(2.2)),
        )
    )


GIVEN = from_file()

FROM_FILE = Trial(
    judges.not_from_file,
    ("writer", "second", "app"),
    options={"names": {"NONCE": "NONCE", "RENAMED": "LITERAL"}},
    good=GIVEN,
    broken=(
        ("unwitnessed", "nothing was written", without(GIVEN, "writer", "wrote-environment")),
        ("unwitnessed", "one did not look", without(GIVEN, "second", "environment")),
        ("unwitnessed", "one never ran", without(GIVEN, "app")),
        ("unset", "one has no such variable", from_file(NONCE=None)),
        ("differs", "one has another value", from_file(NONCE="00")),
        ("differs", "one has a value that was interpreted", from_file(RENAMED=" /root\n")),
    ),
)

OPTIONAL = Trial(
    judges.set_without_key,
    ("second", "app"),
    options={"name": "OPTIONAL"},
    good=GIVEN,
    broken=(
        ("unwitnessed", "one did not look", without(GIVEN, "second", "environment")),
        ("set", "one has it", from_file(OPTIONAL="x")),
        ("set", "one has it, empty", from_file(OPTIONAL="")),
    ),
)

TRIALS = (SAME, UPDATE, TORN, NOTIFIED, READ_ONLY, SUBPATH, VARIABLE_KEPT, FROM_FILE, OPTIONAL)


def test_an_update_that_did_not_come_is_told_with_how_long_it_was_awaited() -> None:
    assert said(UPDATE(STALE)) == (
        "right has no event changed; its last word was read file=/settings/setting content=before; "
        "it was awaited for 8 s [not-updated]"
    )


def test_a_token_need_only_be_the_same_for_all_and_another_one_later() -> None:
    def token(container: str, before: str, after: str) -> Instance:
        look = [did(0.1, "read", sha256=before, bytes=len(before)), did(4.0, "changed", sha256=after)]
        return ran(container, 0.0, *look, did(9.0, "terminated"), did(9.1, "read", sha256=after), exited(9.2))

    none = history(token("left", "", "2b"), token("right", "", "2b"))
    assert rules(judges.not_the_same(none, "left", "right")) == {"unread"}

    good = history(token("left", "1a", "2b"), token("right", "1a", "2b"))
    assert judges.not_the_same(good, "left", "right") == []
    assert judges.not_updated(good, "left", "right") == []
    other = history(token("left", "1a", "2b"), token("right", "1c", "2d"))
    assert said(judges.not_the_same(other, "left", "right")) == "right read '1c', and '1a' left read [differs]"
    assert rules(judges.not_updated(other, "left", "right")) == {"altered"}


@pytest.mark.parametrize("container", ["left", "right"])
def test_every_container_has_to_see_the_update(container: str) -> None:
    assert rules(UPDATE(without(UPDATED, container, "changed"))) == {"not-updated"}


def test_a_subpath_that_was_updated_is_told_with_both_contents() -> None:
    seen = history(LEFT, RIGHT, followed("fixed", 0.2, "before", "after"))
    assert said(SUBPATH(seen)) == ("fixed had 'before', and saw read file=/settings/setting content=after [updated]")


def test_a_variable_that_was_updated_is_told_with_both_values() -> None:
    again = history(FIRST_RUN, ran("variable", 5.0, looked(5.1, "after")))
    assert said(VARIABLE_KEPT(again)) == "variable had setting='before', and later 'after' [updated]"


def test_a_look_that_failed_is_told_with_its_errno() -> None:
    failed = did(0.2, "failed", verb="follow /settings/setting", errno="ENOENT")
    assert "errno=ENOENT" in said(SAME(instead(UPDATED, "fixed", "read", failed)))
