"""The calls of today, counted for each extension. Pure; nothing here knows of an app."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.strip import Strip

from tui.calllog.standing import Count
from tui.cells import fit
from tui.presence.extension import Extension, number_key
from tui.presence.words import timer
from tui.widgets.list_rows import place_of
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, row

NONE = Count()


@dataclass(frozen=True, slots=True)
class Counted:
    """One extension and its calls of today."""

    extension: Extension
    count: Count


COLUMNS: Mapping[str, Callable[[Count], str]] = {
    "in": lambda count: f"{count.inbound:,}",
    "out": lambda count: f"{count.outbound:,}",
    "answered": lambda count: f"{count.answered:,}",
    "missed": lambda count: f"{count.missed:,}",
    "talked": lambda count: timer(count.talked) if count.talked else "",
}
_HEADINGS = {"in": "IN", "out": "OUT", "answered": "ANSW.", "missed": "MISSED", "talked": "TALKED"}
_ORDERS: Mapping[str, Callable[[Counted], tuple[object, ...]]] = {
    "number": lambda one: number_key(one.extension),
    "missed": lambda one: (-one.count.missed, number_key(one.extension)),
    "calls": lambda one: (-one.count.calls, number_key(one.extension)),
    "talked": lambda one: (-one.count.talked, number_key(one.extension)),
}
"""The orders of `s`."""
_WIDE, _TALKED, _NUMBER, _LEAST_NAME, _MOST_NAME = 6, 7, 6, 8, 30
COUNTS_WIDE = 62
"""Columns of the counts where they stand beside the calls."""


class CountList:
    """The counts of today, and where somebody is in them.

    Attributes:
        order: What they are in order of.
        rows: The chosen extensions, and whoever else had calls today.
        top: The place of the first row that can be seen.
    """

    def __init__(self) -> None:
        self.order = next(iter(_ORDERS))
        self.rows: Sequence[Counted] = ()
        self.top = 0

    def take(self, chosen: Iterable[Extension], known: Mapping[str, Extension], counts: Mapping[str, Count]) -> None:
        """Show what was counted."""
        extensions = {one.id: one for one in chosen}
        for extension_id in counts:
            extensions.setdefault(extension_id, known.get(extension_id, Extension(extension_id)))
        self.rows = [Counted(one, counts.get(one.id, NONE)) for one in extensions.values()]
        self._arrange()

    def sort(self) -> None:
        """The next order."""
        orders = list(_ORDERS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.top = 0
        self._arrange()

    def move(self, by: int) -> None:
        """Scroll by so many rows."""
        self.top = max(0, min(len(self.rows) - 1, self.top + by))

    def place(self, page: int) -> str:
        """Which rows can be seen."""
        return place_of(self.top, page, len(self.rows))

    def _arrange(self) -> None:
        self.rows = sorted(self.rows, key=_ORDERS[self.order])


def counts_rows(counts: CountList, palette: Palette, size: Size, *, is_beside: bool = False) -> list[Strip]:
    """The headings and the counts. Narrow, the answered go first, then the time that was talked.

    Args:
        counts: The counts.
        palette: How it is painted.
        size: How wide and how high.
        is_beside: Whether they stand beside the calls, where nobody scrolls them.
    """
    wide, page = size.width, size.height - 1
    columns = dict.fromkeys(COLUMNS, _WIDE) | {"talked": _TALKED}
    for column in ("answered", "talked"):
        if _name(columns, wide) < _LEAST_NAME:
            del columns[column]
    name = min(_MOST_NAME, _name(columns, wide))
    if not is_beside:
        counts.top = max(0, min(counts.top, len(counts.rows) - page))
    top = 0 if is_beside else counts.top
    heading = "".join(f" {fit(_HEADINGS[column], cells, right=True)}" for column, cells in columns.items())
    title = "TODAY" if is_beside else f"BY {counts.order.upper()}"
    lines = [row([(f" {fit(title, _NUMBER + 1 + name)}{heading}", palette.quiet)], wide)]
    lines += [row(_pieces(one, columns, name, palette), wide) for one in counts.rows[top : top + page]]
    return lines + [row([], wide)] * (page + 1 - len(lines))


def _name(columns: Mapping[str, int], wide: int) -> int:
    """The cells that are left for names."""
    return wide - 3 - _NUMBER - sum(1 + cells for cells in columns.values())


def _pieces(one: Counted, columns: Mapping[str, int], name: int, palette: Palette) -> list[Piece]:
    style = NORMAL if one.count.calls else palette.quiet
    who = f" {fit(one.extension.number, _NUMBER)} {fit(one.extension.name, name)}"
    pieces: list[Piece] = [(who, style)]
    for column, cells in columns.items():
        is_loud = column == "missed" and one.count.missed > 0
        loud = palette.colors.bad + BOLD if is_loud else style
        pieces.append((f" {fit(COLUMNS[column](one.count), cells, right=True)}", loud))
    return pieces
