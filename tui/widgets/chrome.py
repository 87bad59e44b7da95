"""The rows around the tiles but the first: counts, attention, the selected extension and the keys. Pure.

Each function gives a row as text with styles, in exactly the width it is given.
"""

from collections.abc import Iterable, Mapping, Sequence

from rich.style import Style
from textual.strip import Strip

from tui.cells import fit, printable, width
from tui.presence.alerts import Alert, Level, seconds_in_state
from tui.presence.board import Entry
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS, Status
from tui.presence.words import timer
from tui.widgets.header import clock_time
from tui.widgets.palette import BOLD, NORMAL, REVERSE, Palette
from tui.widgets.rows import Piece, first_fitting, hints, row, two_sides
from tui.widgets.tile import leading_call, other_party, why_unknown

WITH_WORDS = (Status.RINGING_IN, Status.HOLD, Status.ON_CALL, Status.AVAILABLE)
"""The states that matter most, which are counted first, in order of urgency."""
ORDERED = (*WITH_WORDS, *(status for status in Status if status not in {*WITH_WORDS, Status.NO_PRESENCE}))
"""The states that are counted, in the order of the row."""
HINT_FROM = 60
"""Columns from which the third row says how to acknowledge."""


def counts_row(counts: Mapping[Status, int], palette: Palette, columns: int) -> Strip:
    """The second row: how many are in each state, which is the legend as well.

    As many states as fit have their words, in the order of the row; where not even the glyphs fit, first the blanks
    between them get fewer, then the states that nobody is in go.
    """
    inhabited = [status for status in ORDERED if counts.get(status)]
    variants = [(ORDERED, worded, 2) for worded in range(len(ORDERED), -1, -1)] + [(ORDERED, 0, 1), (inhabited, 0, 1)]
    pieces = (_count_pieces(counts, shown, worded, palette, gap) for shown, worded, gap in variants)
    return row(_first_that_fits(pieces, columns - 1), columns)


def _count_pieces(
    counts: Mapping[Status, int], statuses: Sequence[Status], worded: int, palette: Palette, gap: int
) -> list[Piece]:
    """The counts of some states, the first ones with their words and one blank more around them."""
    pieces: list[Piece] = []
    for place, status in enumerate(statuses):
        count = counts.get(status, 0)
        text = f" {LOOKS[status].word} {count}" if place < worded else str(count)
        blanks = 1 if place == 0 else gap + 1 if place <= worded else gap
        style = palette.fill(status) if count else palette.quiet
        pieces += [(" " * blanks, NORMAL), (palette.glyph(status) + text, style)]
    return pieces


def _first_that_fits(variants: Iterable[list[Piece]], columns: int) -> list[Piece]:
    """The first of these that fits into so many cells, else the last one."""
    pieces: list[Piece] = []
    for pieces in variants:
        if sum(width(text) for text, _ in pieces) <= columns:
            break
    return pieces


def attention_row(
    alerts: Sequence[Alert], entries: Iterable[Entry], now: float, columns: int, key: str = "a", *, quiet: Style
) -> Strip:
    """The third row: the three that want attention most; else that all is quiet, and how quiet. Never empty.

    Where it does not fit, first the names go from the last one on, then the last alerts; narrow, the hint goes first.

    Args:
        alerts: What wants attention, the worst first.
        entries: Everybody, for how quiet it is.
        now: Server time.
        columns: How wide the row is.
        key: What acknowledges; empty where nothing does.
        quiet: How what matters less is painted.
    """
    if not alerts:
        return row([(fit(" " + _quiet(entries, now, columns - 2), columns), quiet)], columns)
    end = f"   {key} ack " if key and columns >= HINT_FROM else " "
    room = columns - width(end)
    most = min(len(alerts), 3)
    counts = range(most, 0, -1)
    variants = (_alert_pieces(alerts, shown, named) for shown in counts for named in range(shown, -1, -1))
    return Strip.join([row(_first_that_fits(variants, room), room), row([(end, quiet)], columns - room)])


def _alert_pieces(alerts: Sequence[Alert], count: int, named: int) -> list[Piece]:
    """So many alerts, the first ones with names, and how many there are besides."""
    pieces: list[Piece] = []
    for place, alert in enumerate(alerts[:count]):
        mark, style = ("!!", BOLD + REVERSE) if alert.level is Level.ALARM else ("!", BOLD)
        extension = alert.entry.extension
        who = f"{extension.number} {extension.name}" if place < named else extension.number or extension.name
        text = f"{mark} {printable(who)} {LOOKS[alert.entry.shown_status].word} {timer(alert.seconds)}"
        pieces += [("   " if place else " ", NORMAL), (text, style)]
    more = len(alerts) - count
    return [*pieces, (f"   +{more}", NORMAL)] if more else pieces


def _quiet(entries: Iterable[Entry], now: float, columns: int) -> str:
    longest: dict[str, float] = {}
    kinds = {
        Status.RINGING_IN: "longest ring",
        Status.RINGING_OUT: "longest ring",
        Status.HOLD: "longest hold",
        Status.ON_CALL: "longest call",
    }
    for entry in entries:
        if kind := kinds.get(entry.shown_status):
            longest[kind] = max(longest.get(kind, 0.0), seconds_in_state(entry, now))
    said = ["quiet", *(f"{kind} {timer(longest[kind])}" for kind in dict.fromkeys(kinds.values()) if kind in longest)]
    return first_fitting(["   ".join(said[:some]) for some in range(len(said), 0, -1)], columns)


def selected_rows(
    entry: Entry | None, confirmed_at: float | None, now: float, columns: int, *, mask: bool
) -> list[Strip]:
    """The two rows that show the selected extension in full."""
    if entry is None:
        return [row([], columns), row([], columns)]
    extension = entry.extension
    where = ", ".join(part for part in (extension.department, extension.site) if part)
    confirmed = "not confirmed yet" if confirmed_at is None else f"confirmed {clock_time(confirmed_at)}"
    if entry.stale:
        confirmed = f"NOT {confirmed}" if confirmed_at is None else f"last {confirmed}"
    who = f" {extension.number} {extension.name}"
    room = max(0, columns - len(confirmed) - 2)
    first = fit(f"{who}  {where}" if width(f"{who}  {where}") <= room else who, room) + f" {confirmed}"
    full = _in_full(entry, now, mask=mask, age_of_call=True)
    if width(full) > columns - 2:
        full = _in_full(entry, now, mask=mask, age_of_call=False)
    second = f" {fit(full, columns - 2)}"
    return [row([(first, BOLD)], columns), row([(second, NORMAL)], columns)]


def _in_full(entry: Entry, now: float, *, mask: bool, age_of_call: bool) -> str:
    """The state and its time, the calls with their other parties, the message."""
    presence = entry.presence or Presence()
    if entry.stale:
        return f"{LOOKS[Status.UNKNOWN].word}  {why_unknown(entry) or f'was {LOOKS[entry.status].word}'}"
    lasted = "" if entry.since is None else timer(seconds_in_state(entry, now))
    state = f"{LOOKS[entry.status].word} {'~' if lasted and entry.since_is_seen else ''}{lasted}".rstrip()
    call = leading_call(entry)
    if age_of_call and call and call.started_at is not None and timer(now - call.started_at) != lasted:
        state += f" in a call of {timer(now - call.started_at)}"
    calls = sorted(presence.calls or (), key=lambda one: one is not call)[:2]
    sides = [_side(one, mask=mask) for one in calls]
    why = entry.refused or ("" if calls else why_unknown(entry))
    return "  ".join(part for part in (state, why, *sides, presence.message) if part)


def _side(call: Call, *, mask: bool) -> str:
    """The other side of a call, and which way it came: `from +33..7742  direct`."""
    number = call.other_number if call.other_name and not mask else ""
    who = f"{other_party(call, mask=mask)} {number}".rstrip()
    way = f"through {call.queue}" if call.queue else "direct" if call.is_inbound else ""
    return f"{'from' if call.is_inbound else 'to'} {who}  {way}".rstrip()


def footer_row(says: Sequence[str], page: int, pages: int, columns: int, *, quiet: Style) -> Strip:
    """The last row: the keys that matter most, or one sentence; and the page. Its last cell stays blank."""
    end = f"{page + 1}/{pages}"
    kept = list(says)
    while len(kept) > 1 and width("   ".join(kept)) + width(end) + 4 > columns:
        kept.pop(-2)
    text = "   ".join(kept)
    left = hints(text, quiet) if len(says) > 1 else [(text, NORMAL)]
    return two_sides(left, [(end, quiet)], columns)
