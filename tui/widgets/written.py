"""What was written on the glass, cell by cell, so that a frame writes only what differs.

Textual writes whole lines of a widget, and of a full update everything. What comes here is remembered as it is wanted,
and what is written as it was; the difference is what a terminal is sent. Where a line is slow it goes out in parts, and
what was wanted last goes first: nobody waits for what has been painted over since.

Source of the sequences: ECMA-48: CUP is CSI row ; column H, CHA is CSI column G, SGR is CSI ... m, where 0 ends all
that was set before.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import ColorSystem
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui.cells import width

WORTH_A_MOVE = 5
"""Cells that are as wanted already from which on going past them is shorter than writing them again."""
Cell = tuple[str, str]
"""A character with the marks upon it, and the parameters of SGR for how it looks. The second half of a wide character
is empty."""
_Row = list[Cell | None]
"""Cells of a row; None for what is not known."""


class Written:
    """The glass as it is wanted, and as it was written."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._wanted: list[_Row] = []
        self._written: list[_Row] = []
        self._differ: dict[int, None] = {}

    @property
    def is_complete(self) -> bool:
        """Whether all that is wanted was written."""
        return not self._differ

    def take(self, update: CompositorUpdate, colors: ColorSystem) -> None:
        """Want what an update of Textual's paints. One of another size begins anew."""
        if isinstance(update, LayoutUpdate):
            if (update.region.width, update.region.height) != self._size:
                self._size = (update.region.width, update.region.height)
                self._wanted = self._unknown()
                self.forget()
            self._want(_of_layout(update), colors)
        elif isinstance(update, ChopsUpdate):
            self._want(_of_chops(update), colors)

    def forget(self) -> None:
        """Write all of it once more: nobody knows what stands on the glass."""
        self._written = self._unknown()
        self._differ = dict.fromkeys(range(len(self._written)))

    def _unknown(self) -> list[_Row]:
        columns, height = self._size
        return [[None] * columns for _ in range(height)]

    def _want(self, strips: Iterable[tuple[int, int, Strip]], colors: ColorSystem) -> None:
        columns, height = self._size
        rows: dict[int, None] = {}
        for x, y, strip in strips:
            if y < height:
                cells = _cells(strip, colors)[: columns - x]
                self._wanted[y][x : x + len(cells)] = cells
                rows[y] = None
        self._differ = rows | self._differ

    def next(self, room: float = float("inf")) -> str:
        """What is to be written next, of about so many bytes; empty where all is as it is wanted."""
        pen = _Pen(room)
        for y in list(self._differ):
            if not pen.write_row(y, self._wanted[y], self._written[y]):
                break
            del self._differ[y]
        return pen.text()


class _Pen:
    """Collects what makes some cells of the glass others."""

    def __init__(self, room: float) -> None:
        self._room = room
        self._parts: list[str] = []
        self._look = ""

    def write_row(self, y: int, wanted: _Row, written: _Row) -> bool:
        """Write what differs in a row, and note it; whether there was room for all of it."""
        at, is_sure = None, False
        for x in [x for x, (new, old) in enumerate(zip(wanted, written, strict=True)) if new != old]:
            if self._room <= 0:
                return False
            cell = wanted[x]
            text, look = cell or ("", "")
            # Both halves of a wide character come at once.
            end = x + width(text)
            written[x : max(end, x + 1)] = wanted[x : max(end, x + 1)]
            if not text:
                continue
            # Terminals disagree about how wide some characters are: behind them no place is taken for granted.
            if at != x or (text.isascii() and not is_sure):
                if at is not None and is_sure and x - at < WORTH_A_MOVE and self._is_short(wanted[at:x]):
                    self._add("".join(passed[0] for passed in wanted[at:x] if passed))
                else:
                    self._add(f"\x1b[{y + 1};{x + 1}H" if at is None else f"\x1b[{x + 1}G")
            if look != self._look:
                self._add(_change(self._look, look))
                self._look = look
            self._add(text)
            at, is_sure = end, text.isascii()
        return True

    def _is_short(self, passed: Sequence[Cell | None]) -> bool:
        """Whether these can be written again as they are, in the look of now."""
        return all(cell is not None and cell[1] == self._look and cell[0].isascii() and cell[0] for cell in passed)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._room -= len(text)

    def text(self) -> str:
        """All of it; the terminal's own look is left behind."""
        return "".join(self._parts) + _change(self._look, "")


def _change(before: str, after: str) -> str:
    """What makes the terminal write in another look."""
    if before == after:
        return ""
    return f"\x1b[{'0;' if before and after else ''}{after}m"


def _of_layout(update: LayoutUpdate) -> Iterable[tuple[int, int, Strip]]:
    """The strips of a full update, each with its place."""
    for y, row in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in row:
            yield x, y, strip
            x += strip.cell_length


def _of_chops(update: ChopsUpdate) -> Iterable[tuple[int, int, Strip]]:
    """The strips that a partial update paints, each with its place: what Textual would write, but not cut."""
    for y, begin, end in update.spans:
        for ends, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= end and ends > begin:
                yield x, y, strip


def _cells(strip: Strip, colors: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    last = 0
    for text, style, _ in strip:
        look = _look(style, colors)
        if text.isascii():
            cells += [(character, look) for character in text]
            last = len(cells) - 1
            continue
        for character in text:
            if wide := width(character):
                last = len(cells)
                cells += [(character, look), *[("", look)] * (wide - 1)]
            elif cells:
                cells[last] = (cells[last][0] + character, cells[last][1])
    return cells


@lru_cache(maxsize=256)
def _look(style: Style | None, colors: ColorSystem) -> str:
    """The parameters of SGR for a style; none for the terminal's own look."""
    return Strip.render_ansi(style, colors) if style is not None else ""
