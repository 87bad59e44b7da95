"""The legend: every state with its colour, glyph and word, and the other signs of the tiles."""

from collections.abc import Callable, Mapping, Sequence

from tui.cells import fit
from tui.presence.status import LOOKS, Status
from tui.screens.keys import On, Table
from tui.screens.reading import NOTHING, Line, ReadingScreen, explained, text
from tui.widgets.palette import NORMAL, Palette
from tui.widgets.rows import wrapped

WORDS, COUNTS = 15, 4
"""Cells of a state, its glyph and word with a blank on either side; and of how many are in it."""
_SIGNS = (
    ("~", "before a timer: at least so long; it began before Ringwall saw it"),
    ("?", "after a timer: nothing has confirmed the tile for so long; a compact one has what it was before that"),
    ("!", "has lasted long; !! far too long"),
    ("Q", "through a queue; to outbound; +1 one call more"),
)


def states(palette: Palette, counts: Mapping[Status, int], columns: int) -> list[Line]:
    """Each state as it is painted, how many are in it, where anybody is, and what it means."""
    found: list[Line] = []
    for status, look in LOOKS.items():
        first, *others = wrapped(look.means, columns - WORDS - COUNTS - 5) or [""]
        what = fit(f" {palette.glyph(status)} {look.word}", WORDS)
        found.append([(what, palette.fill(status)), (f" {counts.get(status) or '':>{COUNTS}}  {first}", NORMAL)])
        found += [text(f"{'':{WORDS + COUNTS + 3}}{line}") for line in others]
    return found


def signs(palette: Palette, columns: int) -> list[Line]:
    """What else stands in tiles."""
    badge = (palette.glyph(Status.DND), "behind a name: takes no further calls")
    return [line for sign, meaning in (*_SIGNS, badge) for line in explained([(sign, 2)], meaning, columns)]


class LegendScreen(ReadingScreen):
    """What colours and signs mean, and how many are in each state.

    Args:
        counts: Gives how many of the view are in each state, as the second row of the wall has it.
        table: The keys as they are bound.
        palette: Whose colours and signs are explained.
    """

    heading = "Legend"

    def __init__(self, counts: Callable[[], Mapping[Status, int]], table: Table, palette: Palette) -> None:
        super().__init__(On.HELP, table, palette)
        self._counts = counts

    def on_mount(self) -> None:
        """Count anew each second."""
        super().on_mount()
        self.set_interval(1.0, self.show)

    def lines(self) -> Sequence[Line]:
        """The states and the signs."""
        return [
            NOTHING,
            *states(self.palette, self._counts(), self.size.width),
            NOTHING,
            *signs(self.palette, self.size.width),
        ]
