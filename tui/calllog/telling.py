"""What is said of a recorded call, for people. Pure."""

from collections.abc import Sequence
from datetime import datetime

from tui.calllog.payload import GapRow
from tui.calllog.privacy import is_of_extension
from tui.calllog.rows import ANSWERED, CallRow, PartyRow
from tui.calllog.standing import RINGING
from tui.presence.words import masked, timer


def caller(call: CallRow, *, mask: bool) -> Sequence[str]:
    """Who called, in more and in fewer words."""
    return party(call.from_number, call.from_name, mask=mask, nobody="withheld" if call.from_withheld else "unknown")


def called(call: CallRow, *, mask: bool) -> Sequence[str]:
    """Who took the call; else who was called, or how many were rung; in more and in fewer words."""
    rung = [one for one in call.parties if one.direction == "Inbound"]
    took = taker(call)
    one = took or (rung[0] if len({party.extension_id for party in rung}) == 1 else None)
    if one is not None and (one.extension_number or one.extension_name):
        return extension(one)
    if rung and took is None:
        return (f"{len({party.extension_id for party in rung})} rung",)
    return party(call.to_number, call.to_name, mask=mask, nobody="unknown")


def taker(call: CallRow) -> PartyRow | None:
    """Who of ours took the call; None where nobody did, or nobody knows."""
    return next((one for one in call.parties if one.direction == "Inbound" and one.result == ANSWERED), None)


def extension(one: PartyRow | GapRow) -> Sequence[str]:
    """One of ours, in more and in fewer words."""
    whole = f"{one.extension_number} {one.extension_name}".strip() or f"extension {one.extension_id}"
    return (whole, one.extension_number or whole)


def party(number: str, name: str, *, mask: bool, nobody: str) -> Sequence[str]:
    """Somebody in more and in fewer words; of people outside, masked, only the ends of their number.

    Args:
        number: Their number; empty where it is not known.
        name: Their name.
        mask: Whether people outside are masked.
        nobody: What is said where nothing is known.
    """
    if is_of_extension(number):
        return (f"{number} {name}".strip(), number)
    if mask:
        return (masked(number) or nobody,)
    return tuple(words for words in (f"{name} {number}".strip(), name, number) if words) or (nobody,)


def talked(call: CallRow | PartyRow, now: float) -> float | None:
    """The seconds from answer to end, or until now; None where nobody took it, or saw it end."""
    end = _until(call, now)
    return None if call.answered_at is None or end is None else max(0.0, end - call.answered_at)


def waited(call: CallRow, now: float) -> float | None:
    """The seconds until somebody took it, or until it ended; None where that is not known."""
    end = call.answered_at
    if end is None and call.result != ANSWERED:
        end = _until(call, now)
    return None if call.started_at is None or end is None else max(0.0, end - call.started_at)


def lasted(call: CallRow, now: float) -> str:
    """How long was talked, or how long it has been ringing; about that where nobody saw the answer."""
    seconds = waited(call, now) if RINGING.holds(call) else talked(call, now)
    end = _until(call, now)
    if seconds is None and call.result == ANSWERED and call.started_at is not None and end is not None:
        return f"~{timer(end - call.started_at)}"
    return "" if seconds is None else timer(seconds)


def _until(call: CallRow | PartyRow, now: float) -> float | None:
    """When it ended, or now while it goes on; None where nobody saw it end."""
    return call.ended_at if call.is_over else now


def when(at: float | None, now: float) -> str:
    """A time of day; of another day than today with the day."""
    if at is None:
        return "?"
    moment, today = local(at), local(now)
    return f"{moment:%H:%M:%S}" if moment.date() == today.date() else f"{moment.day:2} {moment:%b %H:%M}"


def local(at: float) -> datetime:
    """A moment by the clock on the wall."""
    return datetime.fromtimestamp(at).astimezone()


def midnight(now: float) -> float:
    """When today began."""
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def gap_words(gap: GapRow, now: float) -> Sequence[str]:
    """When calls went unseen, whose and why, in more and in fewer words."""
    whose = f" of {extension(gap)[0]}" if gap.extension_id else ""
    until = "now" if gap.ended_at is None else when(gap.ended_at, now)
    filled = "" if gap.filled_at is None else "; filled from the call log"
    begin = f"not seen{whose} {when(gap.started_at, now)} to {until}"
    return (f"{begin}: {gap.reason}{filled}", f"{begin}: {gap.reason}", begin)
