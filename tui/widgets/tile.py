"""One tile: what it says, and the three lines of twenty cells that say it. Pure; nothing here knows of an app.

    column  1    the rail: blank, or marked under the cursor
            2    the glyph; the word of the state begins here
            3-   the number, whole, a blank, and the name
            13-18  the timer, right-aligned
            19-20  a mark: ` !` warning, `!!` alarm, ` ?` not confirmed; or ⊘, or +1 for one call more

The state's colour fills rows one and two from the second column on, so that neighbours of one colour stay apart.
"""

from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.cells import cut, fit, width
from tui.presence.alerts import Level, level_of, seconds_in_state
from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS, PRECEDENCE, TALKING, Reason, Status, call_status, unknown_value
from tui.presence.words import age, masked, timer
from tui.widgets.geometry import TILE_WIDTH
from tui.widgets.palette import NORMAL, Palette

_REASONS = {
    Reason.NOT_READ: "not read yet",
    Reason.NOT_WATCHED: "not watched",
    Reason.HIDDEN: "hides presence",
}
ROOM = TILE_WIDTH - 1
"""Cells beside the rail."""
LEAST_NAME = 8
"""Cells that a name keeps, even at the cost of the blank before the mark beside it."""
LEAST_QUEUE = 3
"""Cells that the name of a queue needs behind the other party to be worth reading."""
_MARKS = {Level.NONE: "  ", Level.WARNING: " !", Level.ALARM: "!!"}


@dataclass(frozen=True, slots=True)
class Tile:
    """Everything that can be seen of a tile.

    Attributes:
        status: The state as it may be shown: unknown where the tile is stale.
        word: The state's word.
        timer: How long, as it is written.
        lead: What stands before the other party: `Q` through a queue, `to` outbound, else blank; None without a call.
        text: The third line: the other party, or the person's message.
        queue: The queue that the call came through; empty where none.
        more: Calls beside the first one.
        badge: Whether the person takes no calls while talking.
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
    queue: str
    more: int
    badge: bool


def tile_of(entry: Entry, at: float, *, confirmed_at: float | None, mask: bool, level: Level | None = None) -> Tile:
    """What a tile says of an entry at a moment.

    Args:
        entry: What is known.
        at: Server time.
        confirmed_at: When it was last confirmed.
        mask: Whether callers are masked.
        level: How much attention it wants, where that is not simply by its age: it may be acknowledged.
    """
    call = None if entry.stale or entry.reason else leading_call(entry)
    return Tile(
        status=entry.shown_status,
        number=entry.extension.number,
        name=entry.extension.name,
        word=LOOKS[entry.shown_status].word,
        timer=_timer(entry, at, confirmed_at),
        level=level_of(entry, at) if level is None else level,
        stale=entry.stale,
        lead=None if call is None else "Q" if call.queue else "" if call.is_inbound else "to",
        text=_idle_words(entry) if call is None else other_party(call, mask=mask),
        queue="" if call is None or call.queue == "queue" else call.queue,
        more=0 if call is None else further_calls(entry),
        badge=entry.presence is not None
        and entry.presence.dnd_status == "DoNotAcceptAnyCalls"
        and entry.shown_status in TALKING,
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


def lines(tile: Tile, palette: Palette, *, under_cursor: bool) -> tuple[Strip, Strip, Strip]:
    """The three lines of a tile."""
    fill = palette.strong(tile.status) if tile.level else palette.fill(tile.status)
    below = palette.alarm(tile.status) if tile.level is Level.ALARM else fill if tile.stale else NORMAL
    who = (tile.status, tile.number, tile.name, tile.badge)
    return (
        _strip(_first(*who, palette), fill, palette, under_cursor),
        _strip(_second(tile.word, tile.timer, " ?" if tile.stale else _MARKS[tile.level]), fill, palette, under_cursor),
        _strip(_third(tile.lead, tile.text, tile.queue, tile.more), below, palette, under_cursor),
    )


def _first(status: Status, number: str, name: str, badge: bool, palette: Palette) -> str:
    number = f"{number} " if number else ""
    room = ROOM - 1 - width(number)
    if not badge:
        return palette.glyph(status) + number + fit(name, room)
    gap = 1 if room - 2 >= LEAST_NAME else 0
    return palette.glyph(status) + number + fit(name, room - 1 - gap) + " " * gap + palette.glyph(Status.DND)


def _second(word: str, lasted: str, mark: str) -> str:
    return fit(word, 11) + fit(lasted, 6, right=True) + mark


def _third(lead: str | None, text: str, queue: str, more: int) -> str:
    end = f" +{min(more, 9)}" if more else ""
    if lead is None:
        return fit(text, ROOM - len(end)) + end
    room = ROOM - 3 - len(end)
    text = fit(text, min(width(text), room))
    if queue and room - width(text) > LEAST_QUEUE:
        text += cut(f" {queue}", room - width(text))
    return fit(lead, 3) + fit(text, room) + end


@lru_cache(maxsize=2048)
def _strip(text: str, style: Style, palette: Palette, under_cursor: bool) -> Strip:
    """A line behind its rail; cached, so that a line which looks as before is the same object."""
    rail = Segment(palette.rail, palette.rail_style) if under_cursor else Segment(" ", NORMAL)
    return Strip([rail, Segment(text, style)], TILE_WIDTH)


def blank() -> Strip:
    """A line where no tile is."""
    return Strip([Segment(" " * TILE_WIDTH, NORMAL)], TILE_WIDTH)
