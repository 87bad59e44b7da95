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

from tui.cells import fit
from tui.presence.alerts import Level, level_of, seconds_in_state
from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS, TALKING, Reason, Status, unknown_value
from tui.presence.words import masked, timer
from tui.widgets.geometry import TILE_WIDTH
from tui.widgets.palette import BOLD, DIM, NORMAL, Palette

_REASONS = {
    Reason.NOT_READ: "not read yet",
    Reason.NOT_WATCHED: "not watched",
    Reason.HIDDEN: "hides presence",
}
_MARKS = {Level.NONE: "  ", Level.WARNING: " !", Level.ALARM: "!!"}


@dataclass(frozen=True, slots=True)
class Tile:
    """Everything that can be seen of a tile.

    Attributes:
        status: The state as it may be shown: unknown where the tile is stale.
        word: The state's word.
        timer: How long, as it is written.
        lead: What stands before the other party: `Q` through a queue, `to` outbound, else blank; None without a call.
        text: The third line: the other party and the queue, or the person's message.
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
    lead, text, more = _third_line(entry, mask=mask)
    return Tile(
        status=entry.shown_status,
        number=entry.extension.number,
        name=entry.extension.name,
        word=LOOKS[entry.shown_status].word,
        timer=_timer(entry, at, confirmed_at),
        level=level_of(entry, at) if level is None else level,
        stale=entry.stale,
        lead=lead,
        text=text,
        more=more,
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
        return "" if confirmed_at is None else timer(at - confirmed_at)
    if entry.since is None or entry.status is Status.NO_PRESENCE or entry.reason is Reason.NOT_READ:
        return ""
    return ("~" if entry.since_is_seen else "") + timer(seconds_in_state(entry, at))


def _third_line(entry: Entry, *, mask: bool) -> tuple[str | None, str, int]:
    presence = entry.presence or Presence()
    if entry.stale:
        return None, f"was {LOOKS[entry.status].word}", 0
    if entry.reason is Reason.UNKNOWN_VALUE:
        return None, unknown_value(presence), 0
    if entry.reason is not None:
        return None, _REASONS[entry.reason], 0
    if presence.calls:
        call = max(presence.calls, key=lambda one: one.telephony_status == presence.telephony_status)
        lead = "Q" if call.queue else "" if call.is_inbound else "to"
        queue = "" if call.queue == "queue" else call.queue
        more = max(0, (presence.total_calls or len(presence.calls)) - 1)
        return lead, f"{other_party(call, mask=mask)} {queue}".rstrip(), more
    if entry.status is Status.AVAILABLE and presence.dnd_status == "TakeDepartmentCallsOnly" and not presence.message:
        return None, "queue calls only", 0
    return None, presence.message or "", 0


def lines(tile: Tile, palette: Palette, *, under_cursor: bool) -> tuple[Strip, Strip, Strip]:
    """The three lines of a tile."""
    return (
        _first(tile.status, tile.number, tile.name, tile.badge, palette, under_cursor),
        _second(tile.status, tile.word, tile.timer, tile.level, tile.stale, palette, under_cursor),
        _third(tile.level, tile.lead, tile.text, tile.more, tile.stale, palette, under_cursor),
    )


@lru_cache(maxsize=2048)
def _first(status: Status, number: str, name: str, badge: bool, palette: Palette, under_cursor: bool) -> Strip:
    room = TILE_WIDTH - 2
    text = f"{number} {name}" if number else name
    end = ""
    if badge:
        end = f" {palette.glyph(Status.DND)}"
        room -= 2
    return _strip(palette.glyph(status) + fit(text, room) + end, palette.fill(status), palette, under_cursor)


@lru_cache(maxsize=4096)
def _second(
    status: Status, word: str, lasted: str, level: Level, stale: bool, palette: Palette, under_cursor: bool
) -> Strip:
    mark = " ?" if stale else _MARKS[level]
    style = palette.fill(status)
    if level:
        style += BOLD
    return _strip(fit(word, 11) + fit(lasted, 6, right=True) + mark, style, palette, under_cursor)


@lru_cache(maxsize=2048)
def _third(
    level: Level, lead: str | None, text: str, more: int, stale: bool, palette: Palette, under_cursor: bool
) -> Strip:
    begin = "" if lead is None else fit(lead, 3)
    end = f" +{min(more, 9)}" if more else ""
    body = begin + fit(text, TILE_WIDTH - 1 - len(begin) - len(end)) + end
    style = palette.alarm if level is Level.ALARM else DIM if stale else NORMAL
    return _strip(body, style, palette, under_cursor)


def _strip(text: str, style: Style, palette: Palette, under_cursor: bool) -> Strip:
    rail = Segment(palette.rail, palette.rail_style) if under_cursor else Segment(" ", NORMAL)
    return Strip([rail, Segment(text, style)], TILE_WIDTH)


def blank() -> Strip:
    """A line where no tile is."""
    return Strip([Segment(" " * TILE_WIDTH, NORMAL)], TILE_WIDTH)
