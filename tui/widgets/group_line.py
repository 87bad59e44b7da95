"""The line above a group of tiles: its title, and how many are in each state. Pure."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from rich.segment import Segment
from textual.strip import Strip

from tui.cells import fit, width
from tui.presence.status import RINGING, Status
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, row

TITLE = 15
"""Cells that a title takes at least, so that the counts of several groups stand beneath each other."""


def group_line(title: str, counts: Mapping[Status, int], palette: Palette, widths: Sequence[int]) -> list[Strip]:
    """The title and the counts, cut into parts for columns of these widths; what does not fit goes from the end on.

    It is quiet beside the tiles: only a state that rings is painted as its tiles are.
    """
    cells = sum(widths)
    pieces: list[Piece] = []
    for status in Status:
        if count := counts.get(status):
            style = palette.fill(status) if status in RINGING else palette.quiet
            pieces += [("  ", NORMAL), (f"{palette.glyph(status)}{count}", style)]
    room = max(TITLE, cells - 1 - sum(width(text) for text, _ in pieces))
    line = row([(" ", NORMAL), (fit(title, min(room, max(TITLE, width(title)))), BOLD), *pieces], cells)
    # Not by Strip.divide: what it makes comes to hold itself, and waits for Python's collector.
    return [Strip(part, wide) for part, wide in zip(Segment.divide(line, accumulate(widths)), widths, strict=True)]
