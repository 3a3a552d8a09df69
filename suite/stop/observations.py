"""What becomes of a Pod without a grace period, in words. Pure, as judges are, but nothing is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suite.evidence import events_of

if TYPE_CHECKING:
    from records import Record


def at_once(record: Record, role: str, *names: str, witness: str) -> list[str]:
    """Return when a Pod was gone, its last phase, and of each container whether it was told to end, and when it did."""
    pod, deleted, gone = record.pod(role), record.act("deleted", role), record.act("gone", role)
    if pod is None or deleted is None:
        return [f"Pod {role} was not deleted"]
    when = f"gone {gone.seen - deleted.seen:.1f} s after the request" if gone else "still there"
    lines = [f"Pod {role} was {when}, its last phase {pod.phase or 'none'}"]
    for name in names:
        heard = [event for event in events_of(record, witness) if event.fields.get("who") == name]
        told = events_of(record, name, "terminated") or any(event.name == "hears-told" for event in heard)
        was = "told to end" if told else "not seen to be told to end"
        ends = [f"{event.seen - deleted.seen:.1f} s after the request" for event in heard if event.name == "let-go"]
        lines.append(f"{name} was {was}, and gone {ends[0] if ends else 'never'}")
    return lines
