"""One tile: what it says of an entry. Pure; `tile_lines` draws it."""

from dataclasses import dataclass

from tui.presence.alerts import Level, level_of, seconds_in_state
from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS, PRECEDENCE, TALKING, Reason, Status, call_status, unknown_value
from tui.presence.words import age, masked, timer

_REASONS = {
    Reason.NOT_READ: "not read yet",
    Reason.NOT_WATCHED: "not watched",
    Reason.HIDDEN: "hides presence",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """Everything that can be seen of a tile.

    Attributes:
        status: The state as it may be shown: unknown where the tile is stale.
        word: The state's word.
        timer: How long, as it is written.
        lead: What stands before the other party: `Q` through a queue, `to` outbound, else blank; None without a call.
        text: The other party, or the person's message.
        number_too: The other party's number, where `text` is their name; else empty.
        queue: The queue that the call came through; empty where none.
        more: Calls beside the first one.
        badge: Whether the person takes no calls while talking.
        was: The state that was known last, where the tile is stale; None where there was none.
    """

    status: Status
    number: str
    name: str
    word: str
    timer: str
    level: Level
    stale: bool
    lead: str | None
    text: str
    number_too: str
    queue: str
    more: int
    badge: bool
    was: Status | None = None


def tile_of(
    entry: Entry,
    at: float,
    *,
    confirmed_at: float | None,
    mask: bool,
    level: Level | None = None,
    name: str | None = None,
) -> Tile:
    """What a tile says of an entry at a moment.

    Args:
        entry: What is known.
        at: Server time.
        confirmed_at: When it was last confirmed.
        mask: Whether callers are masked.
        level: How much attention it wants, where that is not simply by its age: it may be acknowledged.
        name: How its name is written, where that is not simply by its name: two may have to be told apart.
    """
    call = None if entry.stale or entry.reason else leading_call(entry)
    return Tile(
        status=entry.shown_status,
        number=entry.extension.number,
        name=entry.extension.name if name is None else name,
        word=LOOKS[entry.shown_status].word,
        timer=_timer(entry, at, confirmed_at),
        level=level_of(entry, at) if level is None else level,
        stale=entry.stale,
        lead=None if call is None else "Q" if call.queue else "" if call.is_inbound else "to",
        text=_idle_words(entry) if call is None else other_party(call, mask=mask),
        number_too=call.other_number if call and call.other_name and not mask else "",
        queue="" if call is None or call.queue == "queue" else call.queue,
        more=0 if call is None else further_calls(entry),
        badge=entry.presence is not None
        and entry.presence.dnd_status == "DoNotAcceptAnyCalls"
        and entry.shown_status in TALKING,
        was=entry.status if entry.stale and entry.reason is None else None,
    )


def other_party(call: Call, *, mask: bool) -> str:
    """The other side of a call: the name, else the number; masked, only the number's ends."""
    if mask:
        return masked(call.other_number) or "withheld"
    return call.other_name or call.other_number or "withheld"


def _timer(entry: Entry, at: float, confirmed_at: float | None) -> str:
    if entry.stale:
        return "" if confirmed_at is None else age(at - confirmed_at)
    if entry.since is None or entry.status is Status.NO_PRESENCE or entry.reason is Reason.NOT_READ:
        return ""
    return ("~" if entry.since_is_seen else "") + timer(seconds_in_state(entry, at))


def leading_call(entry: Entry) -> Call | None:
    """The call that makes the state: the first of the most urgent ones."""
    calls = (entry.presence.calls if entry.presence else None) or ()
    return min(calls, key=_urgency) if calls else None


def _urgency(call: Call) -> int:
    return PRECEDENCE[call_status(call.telephony_status, inbound=call.is_inbound)]


def further_calls(entry: Entry) -> int:
    """How many calls there are beside the leading one."""
    presence = entry.presence or Presence()
    return max(presence.total_calls or 0, len(presence.calls or ()), 1) - 1


def why_unknown(entry: Entry) -> str:
    """Why the state is unknown, in people's words; empty where it is known."""
    if entry.reason is Reason.UNKNOWN_VALUE:
        return unknown_value(entry.presence or Presence())
    if entry.reason is Reason.NOT_WATCHED and not entry.extension.watchable:
        return entry.extension.status_word
    return _REASONS[entry.reason] if entry.reason else ""


def _idle_words(entry: Entry) -> str:
    """The third line where there is no call to tell of: why nothing is known, or the person's message."""
    presence = entry.presence or Presence()
    if entry.reason is not None:
        return why_unknown(entry)
    if entry.stale:
        return f"was {LOOKS[entry.status].word}"
    if entry.status is Status.AVAILABLE and presence.dnd_status == "TakeDepartmentCallsOnly" and not presence.message:
        return "queue calls only"
    return presence.message or ""
