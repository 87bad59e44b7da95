"""A screen of text that scrolls: what details, help, legend and diagnostics have in common."""

from collections.abc import Sequence
from itertools import zip_longest

from textual.app import ComposeResult
from textual.events import Resize

from tui.cells import fit
from tui.screens.in_order import KeysInOrder
from tui.screens.keys import NO_SUSPEND, On, Table, actions_on
from tui.widgets.lines import Lines
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, first_fitting, hints, row, two_sides, wrapped

_BACK, _SCROLL = "Esc back", "Up/Down/PgUp/PgDn scroll"
Line = Sequence[Piece]
"""A line of text."""
NOTHING: Line = ()
NARROW = 60
"""Columns below which what something means stands below it."""


def text(words: str) -> Line:
    """A line as most are."""
    return [(words, NORMAL)]


def title(words: str) -> Line:
    """The line above others."""
    return [(words, BOLD)]


def explained(parts: Sequence[tuple[str, int]], meaning: str, columns: int) -> list[Line]:
    """What is explained, and beside it what it means; on a narrow terminal below it. Nothing is cut.

    Args:
        parts: Texts beside each other, each with the cells of its column. The first one stands out.
        meaning: What they mean.
        columns: How wide the screen is.
    """
    if columns < NARROW and sum(cells for _, cells in parts) > columns // 4:
        what = "  ".join(part for part, _ in parts if part)
        return [title(line) for line in wrapped(what, columns - 2)] + [
            text(f"    {line}") for line in wrapped(meaning, columns - 6)
        ]
    beside = [wrapped(part, cells) for part, cells in parts]
    room = columns - 2 - sum(cells + 1 for _, cells in parts)
    found: list[Line] = []
    for line in zip_longest(*beside, wrapped(meaning, room), fillvalue=""):
        first, *others = (fit(part, cells) for part, (_, cells) in zip(line, parts, strict=False))
        found.append([(first, BOLD), (" " + " ".join([*others, line[-1]]), NORMAL)])
    return found


class ReadingScreen(KeysInOrder):
    """A title, lines that scroll, and how to go back. Subclasses say what stands in it by `lines`.

    Args:
        on: Which of these screens it is.
        table: The keys as they are bound.
        palette: How it is painted.

    Attributes:
        heading: The title.
        palette: How it is painted.
    """

    DEFAULT_CSS = """
    ReadingScreen { layout: vertical; overflow: hidden hidden; }
    ReadingScreen #body { height: 1fr; }
    """
    heading = ""

    def __init__(self, on: On, table: Table, palette: Palette) -> None:
        super().__init__(actions_on(on, table))
        self.palette = palette

    def compose(self) -> ComposeResult:
        """The title, the text and the keys."""
        yield Lines(1, id="title")
        yield Lines(1, id="body")
        yield Lines(1, id="keys")

    def on_mount(self) -> None:
        """Begin at the top."""
        self._first = 0
        self.query_one("#body", Lines).styles.height = "1fr"

    def on_resize(self, event: Resize) -> None:
        """Show as much as there is room for."""
        self.show()

    def lines(self) -> Sequence[Line]:
        """What stands in it now."""
        return ()

    def show(self, said: str = "") -> None:
        """Paint what stands in it now, and something said in place of the keys."""
        columns, room = self.size.width, max(1, self.size.height - 2)
        lines = self.lines()
        self._first = max(0, min(self._first, len(lines) - room))
        shown = lines[self._first : self._first + room]
        self.query_one("#title", Lines).show([row([(fit(f" {self.heading}", columns), BOLD)], columns)])
        self.query_one("#body", Lines).show([row([(" ", NORMAL), *line], columns) for line in shown])
        last = self._first + len(shown)
        place = f"{self._first + 1}-{last} of {len(lines)}" if len(lines) > room else ""
        keys = first_fitting((f"{_BACK}   {_SCROLL}", _BACK), columns - len(place) - 4)
        begin = [(said, NORMAL)] if said else hints(keys, self.palette.quiet)
        self.query_one("#keys", Lines).show([two_sides(begin, [(place, self.palette.quiet)], columns)])

    def action_move(self, direction: str) -> None:
        """Scroll."""
        room = max(1, self.size.height - 2)
        half = max(1, room // 2)
        pages = {"page_up": -room, "page_down": room, "half_up": -half, "half_down": half}
        steps = {"up": -1, "down": 1, "first": -(10**6), "last": 10**6, **pages}
        self._first = max(0, self._first + steps[direction])
        self.show()

    def action_back(self) -> None:
        """Back to where it was opened."""
        self.dismiss()

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss()

    def action_no_suspend(self) -> None:
        """Say that Ctrl-Z does nothing."""
        self.show(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Nothing."""
