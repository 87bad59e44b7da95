"""How the calls look: a list in, the rows of a screen out. Pure; nothing here knows of an app.

Drawn for 80 columns. With more, who called and whom grow, then comes how long it rang, and from `BESIDE` columns on the
counts of today stand beside. With fewer, who called and whom shrink a little, then the queue goes, then how long was
talked, then the seconds of the time, and of extensions the number stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.strip import Strip

from tui.calllog import telling
from tui.calllog.payload import GapRow
from tui.calllog.rows import CallRow
from tui.calllog.standing import RINGING
from tui.cells import fit
from tui.presence.words import timer
from tui.screens import call_words
from tui.screens.call_counts import COUNTS_WIDE, CountList, counts_rows
from tui.screens.call_list import CallList
from tui.screens.call_truth import state_words, unrecorded
from tui.screens.keys import On, Table, first_key, key_words
from tui.screens.ports import CallRecord
from tui.widgets.field import Field
from tui.widgets.list_rows import filter_row, keys_row, place_of, status_row
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, first_fitting, row, two_sides, wrapped

ROWS_AROUND = 5
"""Rows that are no call: three above the list and two below it."""
BESIDE = 140
"""Columns from which the counts of today stand beside the calls."""
_CLOCK, _MINUTES, _DAY, _DAY_ALONE = 8, 5, 12, 6
_NARROW = 52
"""Columns below which times have no seconds, and of other days there is no time."""
_FROM, _TO, _QUEUE, _TALK = 19, 18, 9, 6
_RAIL_AND_MARK = 2
_MOST_GROWTH = 18
"""How much wider than drawn a column becomes: what stands far apart is hard to read across."""
_MOST_QUEUE = 10
_MOST_SHRINK = 3
"""How much narrower who called and whom become before a column goes."""
_RIGHT = frozenset({"rang", "talk"})
"""Columns whose texts end at their right edge."""
_HEADINGS = {
    "began": "BEGAN",
    "from": "FROM",
    "to": "TO",
    "queue": "QUEUE",
    "word": "  RESULT",
    "rang": "RANG",
    "talk": "TALK",
}
_DOES = {
    "find": "find",
    "missed": "missed",
    "today": "today",
    "call": "the call",
    "help": "help",
    "first": "newest",
    "mask": "mask",
    "back": "back",
}
_DOES_IN_COUNTS = {"today": "the calls", "sort": "order", "back": "back"}
_PROMPT_KEYS = ("Enter keep   Esc drop   Up/Down move   Ctrl-U clear", "Enter keep   Esc drop")


@dataclass(frozen=True, slots=True)
class CallsView:
    """What is to be drawn beside the calls themselves.

    Attributes:
        record: Where they come from.
        counts: The counts of today.
        in_counts: Whether these are shown in place of the calls.
        now: Server time.
        seen_until: Until when it is known that calls went on, in server time.
        sentence: What there is to say of the last key; empty where it is the row under the cursor.
        problem: Why the record could not be read; empty where it could.
        is_read: Whether it has been read at all.
        prompt: The filter as it is typed; None while it is not.
        mask: Whether people outside are masked.
        palette: How it is painted.
        table: The keys as they are bound.
    """

    record: CallRecord
    counts: CountList
    in_counts: bool
    now: float
    seen_until: float
    sentence: str
    problem: str
    is_read: bool
    prompt: Field | None
    mask: bool
    palette: Palette
    table: Table


def calls_rows(calls: CallList, view: CallsView, size: Size) -> list[Strip]:
    """All rows of the screen."""
    wide, high = size
    page = max(1, high - ROWS_AROUND)
    does = _DOES_IN_COUNTS if view.in_counts else _DOES
    words = key_words(does, On.CALLS, view.table)
    said = ["  ".join([*words[:some], *words[-1:]]) for some in range(len(words) - 1, -1, -1)]
    keys = first_fitting(said if view.prompt is None else _PROMPT_KEYS, wide - 2)
    silent = view.palette.quiet
    if view.in_counts:
        body = counts_rows(view.counts, view.palette, Size(wide, page + 1))
    elif wide >= BESIDE and calls.page is not None:
        beside = counts_rows(view.counts, view.palette, Size(COUNTS_WIDE, page + 1), is_beside=True)
        room = wide - COUNTS_WIDE - 2
        both = zip(_body(calls, view, Size(room, page + 1)), beside, strict=True)
        body = [Strip.join([left, row([], 2), right]) for left, right in both]
    else:
        body = _body(calls, view, Size(wide, page + 1))
    return [
        two_sides([(_heading_words(view), BOLD)], [(_today(calls, wide), NORMAL)], wide),
        _filter_row(calls, view, wide),
        *body,
        _status_row(calls, view, page, wide),
        keys_row(keys, silent, wide),
    ]


def _heading_words(view: CallsView) -> str:
    return "Calls of today" if view.in_counts else "Calls"


def _today(calls: CallList, wide: int) -> str:
    """The counts of today, in as many words as fit."""
    if calls.page is None:
        return ""
    count = calls.page.count
    words = [f"today {count.calls:,}", f"{count.missed:,} missed", f"{count.inbound:,} in", f"{count.outbound:,} out"]
    words.append(f"talked {timer(count.talked)}")
    texts = ["   ".join(words[:some]) for some in range(len(words), 0, -1)]
    return first_fitting(texts, wide - len(" Calls of today   ") - 1)


def _filter_row(calls: CallList, view: CallsView, wide: int) -> Strip:
    right, style = state_words(calls.page, view.record, view.problem, view.now, view.palette)
    return filter_row("" if view.in_counts else calls.text, view.prompt, right, style, wide)


def _body(calls: CallList, view: CallsView, size: Size) -> list[Strip]:
    """The headings and the list, or what there is to say in its place."""
    wide, page = size.width, size.height - 1
    calls.scroll(page)
    shown = calls.rows[calls.top : calls.top + page]
    widths = column_widths(wide, _time_wide(shown, view.now, wide))
    silent = view.palette.quiet
    if not shown:
        said = _nothing(calls, view, wide - 2)
        if len(said) > page + 1:
            said = [line for line in said if line]
        lines = [row([(f" {line}", NORMAL)], wide) for line in said[: page + 1]]
        return lines + [row([], wide)] * (page + 1 - len(lines))
    heading = " " * _RAIL_AND_MARK + "".join(
        f" {fit(_HEADINGS.get(name, ''), cells, right=name in _RIGHT)}" for name, cells in widths.items()
    )
    current = calls.current
    table = [_row(one, widths, wide, view, under_cursor=one is current) for one in shown]
    if len(table) < page and (below := _below(calls, view)):
        table.append(row([(f"   {below}", silent)], wide))
    return [row([(heading, silent)], wide), *table, *[row([], wide)] * (page - len(table))]


def _below(calls: CallList, view: CallsView) -> str:
    """What stands below the oldest row: when the record begins, or that no call matches."""
    if calls.text and not any(isinstance(one, CallRow) for one in calls.rows):
        return f"No call matches. {first_key('back', On.CALLS, view.table)} drops the filter."
    if calls.page is None or calls.page.has_more or calls.page.since is None:
        return ""
    since = telling.local(calls.page.since)
    return f"recorded since {since.day} {since:%b %Y, %H:%M:%S}"


def _nothing(calls: CallList, view: CallsView, cells: int) -> Sequence[str]:
    """What stands in the place of calls where there are none, and what leads to some."""
    if view.problem:
        return wrapped(f"The record cannot be read: {view.problem}", cells)
    if not view.is_read:
        return ["Reading the record ..."]
    if calls.text and calls.page is not None:
        return ["", *wrapped(_below(calls, view), cells)]
    if calls.page is None and not view.record.is_wanted:
        return [
            "",
            *wrapped("No calls are recorded. To record them, write into config.toml", cells),
            "",
            "    [record]",
            "    enabled = true",
            "",
            *wrapped("and start Ringwall again, or run as a service beside it", cells),
            "",
            "    ringwall watch --record",
            "",
            *wrapped(
                f"The record is {view.record.place}, on this machine only; docs/record.md tells what stands there, and "
                "what of people's numbers.",
                cells,
            ),
        ]
    if calls.page is not None and unrecorded(calls.page, view.now):
        return ["", "There are no calls."]
    return ["", *wrapped("No calls yet. The next one stands here as soon as it rings.", cells)]


def _time_wide(shown: Sequence[CallRow | GapRow], now: float, wide: int) -> int:
    """The cells of the times: narrow without seconds, and wide enough for days where there are other days."""
    today = telling.midnight(now)
    if any(isinstance(one, CallRow) and (one.began or now) < today for one in shown):
        return _DAY_ALONE if wide < _NARROW else _DAY
    return _MINUTES if wide < _NARROW else _CLOCK


def column_widths(cells: int, time_wide: int) -> Mapping[str, int]:
    """The columns that fit, and how wide they are.

    Args:
        cells: Of the list.
        time_wide: Of the times.
    """
    widths = {"began": time_wide, "from": _FROM, "to": _TO, "queue": _QUEUE, "word": call_words.WORD, "talk": _TALK}
    for column in ("queue", "talk"):
        if _extra(widths, cells) < -2 * _MOST_SHRINK:
            del widths[column]
    extra = _extra(widths, cells)
    if extra >= _TALK + 14:
        widths = {name: widths[name] for name in ("began", "from", "to", "queue", "word")}
        widths |= {"rang": _TALK, "talk": _TALK}
        extra = _extra(widths, cells)
    growth = [("from", extra - extra // 2), ("to", extra // 2)]
    if extra > 2 * _MOST_GROWTH:
        widths["queue"] += min(extra - 2 * _MOST_GROWTH, _MOST_QUEUE)
    for column, more in growth:
        widths[column] += min(more, _MOST_GROWTH)
    return widths


def _extra(widths: Mapping[str, int], cells: int) -> int:
    return cells - _RAIL_AND_MARK - sum(1 + wide for wide in widths.values())


def _row(one: CallRow | GapRow, widths: Mapping[str, int], wide: int, view: CallsView, *, under_cursor: bool) -> Strip:
    palette, bold = view.palette, BOLD if under_cursor else NORMAL
    rail = (palette.rail, palette.rail_style) if under_cursor else (" ", NORMAL)
    if isinstance(one, GapRow):
        said = first_fitting(telling.gap_words(one, view.now), wide - 5)
        style = palette.quiet if one.filled_at is not None else palette.colors.amiss
        return row([rail, ("-- ", style + bold), (fit(said, wide - 5), style + bold)], wide)
    pieces: list[Piece] = [rail, ("+" if one.is_backfilled else " ", palette.quiet + bold)]
    for name, cells in widths.items():
        text, style = _cell(one, name, cells, view)
        if name == "talk" and "rang" in widths and RINGING.holds(one):
            text = ""
        pieces += [(" ", NORMAL), (fit(text, cells, right=name in _RIGHT), style + bold)]
    return row(pieces, wide)


def _cell(call: CallRow, name: str, cells: int, view: CallsView) -> Piece:
    if name == "began":
        return telling.when(call.began, view.now)[:cells], NORMAL
    if name == "from":
        return first_fitting(telling.caller(call, mask=view.mask), cells), NORMAL
    if name == "to":
        return first_fitting(telling.called(call, mask=view.mask), cells), NORMAL
    if name == "queue":
        return call.queue, view.palette.quiet
    if name == "word":
        return call_words.standing(call, view.palette)
    if name == "rang":
        seconds = telling.waited(call, view.seen_until)
        return "" if seconds is None else timer(seconds), view.palette.quiet
    return telling.lasted(call, view.seen_until), NORMAL


def _status_row(calls: CallList, view: CallsView, page: int, wide: int) -> Strip:
    if view.prompt is not None and calls.error is not None:
        return row([(f" / {calls.error.with_place}", view.palette.colors.amiss)], wide)
    if view.in_counts:
        return two_sides([(view.sentence, NORMAL)], [(view.counts.place(page), view.palette.quiet)], wide)
    current = calls.current
    said = view.sentence or ("" if current is None else described(current, view, wide - 2))
    style = NORMAL
    if not said and calls.rows:
        said, style = "the newest, as they come", view.palette.quiet
    more = "+" if calls.page is not None and calls.page.has_more else ""
    return status_row(said, style, place_of(calls.top, page, len(calls.rows), more), view.palette.quiet, wide)


def described(one: CallRow | GapRow, view: CallsView, cells: int) -> str:
    """The row under the cursor in words, in as many as fit."""
    if isinstance(one, GapRow):
        return first_fitting(telling.gap_words(one, view.now), cells)
    who, whom = (words[0] for words in (telling.caller(one, mask=view.mask), telling.called(one, mask=view.mask)))
    said = f"{who} to {whom}"
    through = f" through {one.queue}" if one.queue else ""
    how = "   from the call log: nobody saw it" if one.is_backfilled else ""
    return first_fitting((f"{said}{through}{how}", f"{said}{through}", said), cells)
