"""A tile drawn: one function for each density, which says what stands in which column. Pure.

Column 1 is the rail: blank, or marked under the cursor, so that neighbours of one colour stay apart. The state's colour
fills the other columns, except in the lines that tell of a call, which are filled in an alarm only. Positions never
move: what a tile says of its state takes the same cells whatever that is.

compact  2 glyph, 3- number, blank, name; 17-22 timer, right-aligned; 23-24 mark, or ⊘ in its first cell. What is not
         confirmed has the glyph of its last state before its age, for there is no line to say it in words.

normal   2 glyph, 3- number, blank, name (⊘ in 20)
         2-12 word; 13-18 timer, right-aligned; 19-20 mark
         2-4 `Q` or `to`; 5- other party, queue; 19-20 +1

large    3 glyph, 5- number; ⊘ in 37
         5- name
         blank
         5- word; 29-34 timer, right-aligned; 36-37 mark
         2-4 `Q` or `to`; 5- other party
         5- their number, queue; 36-37 +1

The mark is ` !` for a warning, `!!` for an alarm, ` ?` for what is not confirmed.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.cells import cut, fit, width
from tui.presence.alerts import Level
from tui.presence.status import Status
from tui.widgets.geometry import SIZES, Density
from tui.widgets.palette import NORMAL, Palette
from tui.widgets.rows import wrapped
from tui.widgets.tile import Tile

Strips = tuple[Strip, ...]
"""A tile, drawn: its lines from above."""
LEAST_NAME = 8
"""Cells that a name keeps, even at the cost of what stands beside it."""
LEAST_QUEUE = 3
"""Cells that the name of a queue needs behind the other party to be worth reading."""
TIMER = 6
"""Cells of a timer."""
WORD = 11
"""Cells of the longest word."""
INDENT = 3
"""Cells before the text in the lines that tell of a call."""
_COMPACT, _NORMAL, _LARGE = (SIZES[density].width - 1 for density in Density)
"""Cells beside the rail."""
_MARKS = {Level.NONE: "  ", Level.WARNING: " !", Level.ALARM: "!!"}


class Paint(Enum):
    """How a line of a tile is painted."""

    STATE = "state"
    """In the state's colour, bold where it wants attention."""
    STRONG = "strong"
    """The same, always bold."""
    BESIDE = "beside"
    """On the terminal's own background, in an alarm in the state's colour."""


def lines(tile: Tile, palette: Palette, density: Density, *, under_cursor: bool) -> Strips:
    """The lines of a tile."""
    rail, of_rail = (palette.rail, palette.rail_style) if under_cursor else (" ", NORMAL)
    return tuple(
        _strip(rail, of_rail, text, _style(paint, tile, palette)) for text, paint in _TEXTS[density](tile, palette)
    )


def _style(paint: Paint, tile: Tile, palette: Palette) -> Style:
    match paint:
        case Paint.STATE if not tile.level:
            return palette.fill(tile.status)
        case Paint.STATE | Paint.STRONG:
            return palette.fill(tile.status) if tile.stale and not tile.level else palette.strong(tile.status)
        case Paint.BESIDE if tile.level is Level.ALARM:
            return palette.alarm(tile.status)
        case Paint.BESIDE:
            return palette.fill(tile.status) if tile.stale else NORMAL


@lru_cache(maxsize=2048)
def _strip(rail: str, of_rail: Style, text: str, style: Style) -> Strip:
    """A line behind its rail; cached, for most lines look as they did a second ago."""
    return Strip([Segment(rail, of_rail), Segment(text, style)], 1 + width(text))


@lru_cache(maxsize=64)
def blank(cells: int) -> Strip:
    """A line where no tile is."""
    return Strip([Segment(" " * cells, NORMAL)], cells)


def name_cells(number: str, density: Density) -> int:
    """How many cells a name has beside its number, or above it."""
    return _NAME_CELLS[density](width(_lead(number)))


def _lead(number: str) -> str:
    """The number, whole, and the blank behind it."""
    return f"{number} " if number else ""


def _mark(tile: Tile) -> str:
    """The two cells that want attention."""
    return " ?" if tile.stale and not tile.level else _MARKS[tile.level]


_Drawn = Sequence[tuple[str, Paint]]
"""The lines of a tile without the rail."""


def _compact(tile: Tile, palette: Palette) -> _Drawn:
    number, room = _lead(tile.number), name_cells(tile.number, Density.COMPACT)
    who = palette.glyph(tile.status) + number + fit(tile.name, room)
    mark = _mark(tile)
    if tile.badge and mark.startswith(" "):
        mark = palette.glyph(Status.DND) + mark[1]
    lasted = max(0, _COMPACT - width(who) - 2)
    timer = tile.timer if tile.was is None else f"{palette.glyph(tile.was)} {tile.timer}"
    text = who + (fit(timer, lasted, right=True) if lasted else "") + mark
    return [(fit(text, _COMPACT), Paint.STATE)]


def _compact_name_cells(lead: int) -> int:
    """A name gets what number and timer leave. A long number takes the timer's cells first."""
    beside = _COMPACT - 1 - lead - 2
    return next((beside - timer for timer in (TIMER, TIMER - 1) if beside - timer >= LEAST_NAME), max(0, beside))


def _normal(tile: Tile, palette: Palette) -> _Drawn:
    first, second = _normal_first(tile, palette), _second(tile)
    return [(first, Paint.STATE), (second, Paint.STATE), (_third(tile), Paint.BESIDE)]


def _normal_first(tile: Tile, palette: Palette) -> str:
    room = name_cells(tile.number, Density.NORMAL)
    number = fit(_lead(tile.number), _NORMAL - 1 - room)
    if not tile.badge:
        return palette.glyph(tile.status) + number + fit(tile.name, room)
    gap = 1 if room - 2 >= LEAST_NAME else 0
    name = fit(tile.name, max(0, room - 1 - gap))
    return fit(palette.glyph(tile.status) + number + name + " " * gap, _NORMAL - 1) + palette.glyph(Status.DND)


def _second(tile: Tile) -> str:
    return fit(tile.word, WORD) + fit(tile.timer, TIMER, right=True) + _mark(tile)


def _third(tile: Tile) -> str:
    end = _more(tile)
    if tile.lead is None:
        return fit(tile.text, _NORMAL - len(end)) + end
    room = _NORMAL - INDENT - len(end)
    return fit(tile.lead, INDENT) + _with_queue(tile.text, tile.queue, room) + end


def _more(tile: Tile) -> str:
    return f" +{min(tile.more, 9)}" if tile.more else ""


def _with_queue(text: str, queue: str, room: int, shorten: Callable[[str, int], str] = cut) -> str:
    """The other party and, where it can be read, the queue, in so many cells.

    Of a few cells none is to spare for a dot; where there are more, `fit` tells `Support 9.` from `Support 9`.
    """
    text = fit(text, min(width(text), room))
    if queue and room - width(text) > LEAST_QUEUE:
        text += shorten(f" {queue}" if text else queue, room - width(text))
    return fit(text, room)


def _large(tile: Tile, palette: Palette) -> _Drawn:
    inset, room = " " * INDENT, _LARGE - INDENT - 1
    badge = palette.glyph(Status.DND) if tile.badge else " "
    end = fit(_more(tile), INDENT)
    state = fit(tile.word, room - TIMER - INDENT) + fit(tile.timer, TIMER, right=True) + f" {_mark(tile)}"
    if tile.lead is None:
        first, second = (*wrapped(tile.text, room), "", "")[:2]
    else:
        first, second = tile.text, _with_queue(tile.number_too, tile.queue, room - INDENT, fit)
    return [
        (fit(f" {palette.glyph(tile.status)} {tile.number}", _LARGE - 2) + f"{badge} ", Paint.STATE),
        (f"{inset}{fit(tile.name, room)} ", Paint.STRONG),
        (" " * _LARGE, Paint.STATE),
        (f"{inset}{state} ", Paint.STRONG),
        (f"{fit(tile.lead or '', INDENT)}{fit(first, room)} ", Paint.BESIDE),
        (f"{inset}{fit(second, room - INDENT)}{end} ", Paint.BESIDE),
    ]


_TEXTS: dict[Density, Callable[[Tile, Palette], _Drawn]] = {
    Density.COMPACT: _compact,
    Density.NORMAL: _normal,
    Density.LARGE: _large,
}
_NAME_CELLS: dict[Density, Callable[[int], int]] = {
    Density.COMPACT: _compact_name_cells,
    Density.NORMAL: lambda lead: max(0, _NORMAL - 1 - lead),
    Density.LARGE: lambda lead: _LARGE - INDENT - 1,
}
