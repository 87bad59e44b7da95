"""The rows around the tiles: status, counts, attention, the selected extension and the keys. Pure.

Each function gives a row as text with styles, in exactly the width it is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.cells import fit, width
from tui.feed.link import Link, LinkState
from tui.presence.alerts import Alert, Level, seconds_in_state
from tui.presence.board import Entry
from tui.presence.presence import Presence
from tui.presence.status import LOOKS, Status
from tui.presence.words import masked, timer
from tui.widgets.palette import BOLD, DIM, REVERSE, Palette
from tui.widgets.tile import other_party

LINK_END, CLOCK_START, CLOCK_END = 70, 71, 79
"""Where the link ends and the clock stands in 80 columns; wider, they move with the right edge."""
WITH_WORDS = (Status.RINGING_IN, Status.HOLD, Status.ON_CALL, Status.AVAILABLE)
"""The states that are counted with their words, in order of urgency."""
COUNTED = tuple(status for status in Status if status is not Status.NO_PRESENCE)
ALL_WORDS_FROM = 104
"""Columns from which every state is counted with its word."""
AGE_FROM = 10.0
"""Seconds without a sign of life after which the link's age is shown."""
LOST_AFTER = 3.0
"""Seconds of doubt after which the link counts as lost for the header: most doubts are over in one."""
TRANSPORTS = {"pubnub": "PubNub", "websocket": "WebSocket", "polling": "polling"}
_WORKING = {
    Link.AUTHORISING: "LOGGING IN",
    Link.SUBSCRIBING: "SUBSCRIBING",
    Link.SYNCING: "READING",
    Link.DOUBTFUL: "CHECKING",
    Link.CLOSED: "CLOSED",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the first row says while all is well."""

    view: str
    shown: int
    chosen: int
    order: str
    link: LinkState
    is_demo: bool
    messages: str = ""


def is_lost(link: LinkState, now: float) -> bool:
    """Whether the header says that the link is lost: it was there, and has not been for a while."""
    if link.link in {Link.WAITING, Link.REFUSED}:
        return True
    return link.link is not Link.LIVE and link.lost_since is not None and now - link.lost_since > LOST_AFTER


def status_row(header: Header, now: float, columns: int) -> Strip:
    """The first row."""
    clock = _clock(now)
    if is_lost(header.link, now):
        return _bar(_lost_words(header.link, now), clock, columns)
    counts = f"{header.shown}/{header.chosen}"
    left = " " + fit(header.view, 15) + fit(counts, max(5, width(counts)), right=True)
    left = left + " " * max(2, 23 - width(left)) + header.order
    parts = [header.messages, "DEMO" if header.is_demo else "", _link_words(header.link, now)]
    right = "  ".join(part for part in parts if part)
    room = columns - 10 - width(right) - 1
    text = fit(left, max(0, room)) + " " + right + "  " + clock
    return _row([Segment(fit(text, columns))], columns)


def _link_words(link: LinkState, now: float) -> str:
    if link.link is not Link.LIVE:
        return _WORKING.get(link.link, link.link.value.upper())
    words = f"LIVE {TRANSPORTS.get(link.transport, link.transport)}"
    age = 0.0 if link.proof_at is None else now - link.proof_at
    return f"{words} {timer(age)}" if age >= AGE_FROM else words


def _lost_words(link: LinkState, now: float) -> str:
    what = "LOGIN REFUSED" if link.link is Link.REFUSED else "LINK LOST" if link.lost_since else "NO LINK"
    since = f" since {_clock(link.lost_since)}" if link.lost_since else ""
    retry = "" if link.retry_at is None else f"   next try in {_wait(link.retry_at - now)}"
    return f"{what}{since}   {link.reason}{'' if link.link is Link.REFUSED else retry}"


def _bar(text: str, clock: str, columns: int) -> Strip:
    return _row([Segment(" " + fit(text, columns - 11) + " " + clock + " ", REVERSE + BOLD)], columns)


def counts_row(counts: Mapping[Status, int], palette: Palette, columns: int) -> Strip:
    """The second row: how many are in each state, which is the legend as well.

    Where it does not fit, first the blanks between get fewer, then the words go, then the states that nobody is in.
    """
    worded = COUNTED if columns >= ALL_WORDS_FROM else WITH_WORDS
    ordered = [*worded, *(status for status in COUNTED if status not in worded)]
    for words, gap, narrow, statuses in (
        (worded, 3, 2, ordered),
        (worded, 2, 1, ordered),
        ((), 2, 2, ordered),
        ((), 1, 1, ordered),
        ((), 1, 1, [status for status in ordered if counts.get(status)]),
    ):
        segments = _count_segments(counts, statuses, words, palette, gap, narrow)
        if sum(width(segment.text) for segment in segments) < columns:
            break
    return _row(segments, columns)


def _count_segments(
    counts: Mapping[Status, int],
    statuses: Sequence[Status],
    words: Sequence[Status],
    palette: Palette,
    gap: int,
    narrow: int,
) -> list[Segment]:
    segments = [Segment(" ")]
    for status in statuses:
        look, count = LOOKS[status], counts.get(status, 0)
        text = f" {look.word} {count}" if status in words else str(count)
        segments.append(Segment(palette.glyph(status) + text, _legend_style(palette.fill(status), count)))
        segments.append(Segment(" " * (gap if status in words else narrow)))
    return segments


def _legend_style(fill: Style, count: int) -> Style:
    return fill if count else DIM


def attention_row(alerts: Sequence[Alert], entries: Sequence[Entry], now: float, columns: int) -> Strip:
    """The third row: the three that want attention most; else that all is quiet, and how quiet. Never empty."""
    if not alerts:
        return _row([Segment(fit(" " + _quiet(entries, now), columns), DIM)], columns)
    segments = [Segment(" ")]
    for place, alert in enumerate(alerts[:3]):
        mark, style = ("!!", BOLD + REVERSE) if alert.level is Level.ALARM else ("!", BOLD)
        name = f" {alert.entry.extension.name}" if place == 0 else ""
        who = f"{alert.entry.extension.number}{name}"
        word = LOOKS[alert.entry.status].word
        segments += [Segment(f"{mark} {who} {word} {timer(alert.seconds)}", style), Segment("   ")]
    if len(alerts) > 3:
        segments.append(Segment(f"+{len(alerts) - 3}   "))
    end = "a ack "
    strip = Strip(segments)
    room = columns - len(end)
    return Strip([*strip.adjust_cell_length(room), Segment(end, DIM)], columns)


def _quiet(entries: Sequence[Entry], now: float) -> str:
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
    said = [f"{kind} {timer(longest[kind])}" for kind in dict.fromkeys(kinds.values()) if kind in longest]
    return "   ".join(["quiet", *said])


def picture_row(link: LinkState, columns: int) -> Strip:
    """The third row while the link is lost: what the picture is, and what can be done."""
    seen = f"The picture is of {_clock(link.lost_since)[:5]}. " if link.lost_since else ""
    todo = "Press r to try again" if link.link is Link.REFUSED else "r tries now"
    return _row([Segment(fit(f" {seen}{todo}", columns), BOLD)], columns)


def selected_rows(
    entry: Entry | None, confirmed_at: float | None, now: float, columns: int, *, mask: bool
) -> list[Strip]:
    """The two rows that show the selected extension in full."""
    if entry is None:
        return [_row([], columns), _row([], columns)]
    extension = entry.extension
    where = ", ".join(part for part in (extension.department, extension.site) if part)
    who = f" {extension.number} {extension.name}  {where}"
    confirmed = "not confirmed yet" if confirmed_at is None else f"confirmed {_clock(confirmed_at)}"
    if entry.stale:
        confirmed = f"NOT {confirmed}" if confirmed_at is None else f"last {confirmed}"
    first = fit(who, columns - len(confirmed) - 2) + " " + confirmed
    second = fit(f" {_in_full(entry, now, mask=mask)}", columns - 1)
    return [_row([Segment(first, BOLD)], columns), _row([Segment(second)], columns)]


def _in_full(entry: Entry, now: float, *, mask: bool) -> str:
    presence = entry.presence or Presence()
    lasted = (
        "" if entry.since is None else f" {'~' if entry.since_is_seen else ''}{timer(seconds_in_state(entry, now))}"
    )
    said = [f"{LOOKS[entry.status].word}{lasted}"]
    if entry.refused:
        said.append(entry.refused)
    for call in (presence.calls or ())[:2]:
        whole = "" if call.started_at is None else f"in a call of {timer(now - call.started_at)}  "
        side = "from" if call.is_inbound else "to"
        number = masked(call.other_number) if mask or not call.other_name else f"{call.other_name} {call.other_number}"
        way = f"through {call.queue}" if call.queue else "direct" if call.is_inbound else ""
        said.append(f"{whole}{side} {number or other_party(call, mask=mask)}  {way}".rstrip())
    if presence.message:
        said.append(presence.message)
    return "  ".join(said).replace("  in a call", " in a call", 1)


def footer_row(hints: Sequence[str], page: int, pages: int, columns: int) -> Strip:
    """The last row: the keys that matter most, and the page. Its last cell stays blank."""
    end = f"{page + 1}/{pages} "
    kept = list(hints)
    while kept and width("   ".join(kept)) + 2 + len(end) > columns - 1:
        kept.pop(-2 if len(kept) > 1 else -1)
    text = " " + "   ".join(kept)
    return _row([Segment(fit(text, columns - len(end)) + end, DIM)], columns)


def _row(segments: Sequence[Segment], columns: int) -> Strip:
    return Strip(segments).adjust_cell_length(columns)


def _clock(moment: float | None) -> str:
    return "--:--:--" if moment is None else datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")


def _wait(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60:02}s"
