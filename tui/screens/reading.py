"""A screen of text that scrolls: what details and help have in common."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen
from textual.strip import Strip

from tui.cells import fit
from tui.screens.keys import NO_SUSPEND
from tui.widgets.lines import Lines
from tui.widgets.palette import BOLD, NORMAL
from tui.widgets.rows import first_fitting, hints, quiet, two_sides

_BACK, _SCROLL = "Esc back", "Up/Down/PgUp/PgDn scroll"
Line = tuple[str, bool]
"""A line of text, and whether it is a heading."""


class ReadingScreen(Screen[None]):
    """A title, lines that scroll, and how to go back. Subclasses say what stands in it by `lines`.

    Attributes:
        heading: The title.
        plain: Whether no colours are used.
    """

    DEFAULT_CSS = """
    ReadingScreen { layout: vertical; overflow: hidden hidden; }
    ReadingScreen #body { height: 1fr; }
    """
    heading = ""
    plain = True

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
        body = [
            Strip([Segment(fit(f" {text}", columns), BOLD if is_heading else NORMAL)], columns)
            for text, is_heading in shown
        ]
        self.query_one("#title", Lines).show([Strip([Segment(fit(f" {self.heading}", columns), BOLD)], columns)])
        self.query_one("#body", Lines).show(body)
        last = self._first + len(shown)
        place = f"{self._first + 1}-{last} of {len(lines)}" if len(lines) > room else ""
        keys = first_fitting((said or f"{_BACK}   {_SCROLL}", said or _BACK), columns - len(place) - 4)
        end = [(place, quiet(plain=self.plain))]
        left = [(keys, NORMAL)] if said else hints(keys, plain=self.plain)
        self.query_one("#keys", Lines).show([two_sides(left, end, columns)])

    def action_move(self, direction: str) -> None:
        """Scroll."""
        room = max(1, self.size.height - 2)
        steps = {"up": -1, "down": 1, "page_up": -room, "page_down": room, "first": -(10**6), "last": 10**6}
        self._first = max(0, self._first + steps[direction])
        self.show()

    def action_back(self) -> None:
        """Back to where it was opened."""
        self.dismiss()

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss()

    def action_repaint(self) -> None:
        """Paint everything again."""
        self.refresh(layout=True)

    def action_no_suspend(self) -> None:
        """Say that Ctrl-Z does nothing."""
        self.show(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Nothing."""
