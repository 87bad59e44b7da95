"""Rows of text for whole screens: built from styled pieces, and painted by one widget that asks for them."""

import re
from collections.abc import Callable, Sequence
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import fit, printable, width
from tui.widgets.themes import BOLD, NORMAL

WHEEL = 3
"""Rows that one turn of the mouse's wheel goes."""
Piece = tuple[str, Style]
"""Some text and how it is painted."""


def row(pieces: Sequence[Piece], cells: int) -> Strip:
    """The pieces beside each other in exactly so many cells; what does not fit is cut."""
    segments, left = [], cells
    for piece, style in pieces:
        text = printable(piece)
        wide = width(text)
        if wide > left:
            text, wide = fit(text, left), left
        if text:
            segments.append(Segment(text, style))
        left -= wide
    if left:
        segments.append(Segment(" " * left, NORMAL))
    return Strip(segments, cells).simplify()


def two_sides(left: Sequence[Piece], right: Sequence[Piece], cells: int) -> Strip:
    """Pieces at the left and pieces at the right, a cell off either edge; the left ones give way."""
    ending = sum(width(printable(text)) for text, _ in right)
    room = max(0, cells - ending - 2)
    return Strip.join([row([(" ", NORMAL), *left], room), row([(" ", NORMAL), *right], cells - room)])


def first_fitting(texts: Sequence[str], cells: int) -> str:
    """The first of some texts that fits into so many cells, else the last one."""
    return next((text for text in texts if width(text) <= cells), texts[-1])


def wrapped(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, broken between words; one that is too long is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(lines[-1]) + 1 + width(word) <= cells:
            lines[-1] += f" {word}"
        else:
            lines.append(word if width(word) <= cells else fit(word, cells))
    return lines


def hints(text: str, silent: Style) -> list[Piece]:
    """A line of keys, `Enter log in   Tab next field`: the keys stand out, what they do stays quiet."""
    pieces: list[Piece] = []
    for key, does in re.findall(r"(\S+)((?: \S+)*\s*)", text):
        pieces += [(key, BOLD), (does, silent)]
    return pieces


class Painted(Widget):
    """A widget that shows the rows a function gives for its size; they are asked for once a change, not once a row."""

    DEFAULT_CSS = """
    Painted {
        width: 1fr;
        height: 1fr;
    }
    """

    class Scrolled(Message):
        """The wheel of the mouse was turned.

        Attributes:
            by: How many rows down; up where it is negative.
        """

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, paint: Callable[[Size], Sequence[Strip]]) -> None:
        super().__init__()
        self._paint = paint
        self._rows: Sequence[Strip] = ()
        self._painted_at: Size | None = None

    def repaint(self) -> None:
        """Ask for the rows again, and paint those that have changed."""
        before, size = self._rows, self.size
        if self._painted_at != size or not size:
            self._painted_at = None
            self.refresh()
            return
        self._rows = self._paint(size)
        if changed := [y for y, (old, new) in enumerate(zip_longest(before, self._rows)) if old != new]:
            self.refresh(*(Region(0, y, size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One row of the widget."""
        if self._painted_at != self.size:
            self._rows = self._paint(self.size)
            self._painted_at = self.size
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Say that the wheel was turned."""
        event.stop()
        self.post_message(self.Scrolled(WHEEL))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Say that the wheel was turned."""
        event.stop()
        self.post_message(self.Scrolled(-WHEEL))
