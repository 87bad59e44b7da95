"""The line that takes text in the place of the wall's last row: `/` to find, `:` for a command. Pure."""

from textual.strip import Strip

from tui.cells import fit, width
from tui.presence.filter import FilterError
from tui.screens.picture import Picture
from tui.widgets.field import Field, prompt_pieces
from tui.widgets.palette import BOLD, NORMAL
from tui.widgets.rows import first_fitting, two_sides

LEAST_TEXT = 12
"""Cells that the text keeps, whatever is said beside it."""
FIND, COMMAND = "/", ":"
_HINTS = {FIND: ("Enter keep   Esc drop   ", "Esc drop   ", ""), COMMAND: ("Enter does it   Esc drop   seen, q   ", "")}


class Prompting:
    """A text that filters the picture with every letter, or names a command.

    Args:
        picture: What is filtered.

    Attributes:
        lead: What kind of text is typed: `/` or `:`; empty while nobody types one.
    """

    def __init__(self, picture: Picture) -> None:
        self.lead = ""
        self._picture = picture
        self._field = Field("")
        self._problem = ""

    def open(self, lead: str) -> None:
        """Begin a command, or go on with the filter there is."""
        self.lead = lead
        self._field = Field("", self._picture.filter_text if lead == FIND else "")
        self._problem = ""

    def insert(self, text: str) -> None:
        """Take a pasted text; while nobody types there is no place for one."""
        if self.lead:
            self._field.insert(text)
            self._follow()

    def press(self, key: str, character: str | None) -> str:
        """Take a key; gives the command that it ended, else nothing.

        Args:
            key: The key as Textual names it.
            character: What it types, where it types anything that can be printed.
        """
        if key not in {"enter", "escape"}:
            self._field.press(key, character)
            self._follow()
            return ""
        lead, self.lead = self.lead, ""
        if lead == FIND and key == "escape":
            self._picture.find("")
        return self._field.text.strip() if lead == COMMAND and key == "enter" else ""

    def row(self, cells: int) -> Strip:
        """The line in so many cells: the text, what the keys do, how many tiles are left. Its last cell stays blank."""
        shown, chosen = self._picture.shown_of_all
        hints = [self._problem] if self._problem else [f"{hint}{shown}/{chosen}" for hint in _HINTS[self.lead]]
        most = max(0, cells - 4 - LEAST_TEXT)
        hint = first_fitting(hints, most)
        hint = fit(hint, min(most, width(hint)))
        room = max(2, cells - 5 - width(hint))
        return two_sides([(f"{self.lead} ", BOLD), *prompt_pieces(self._field, room)], [(hint, NORMAL)], cells)

    def _follow(self) -> None:
        """Filter by what stands there now; where it cannot be read, the tiles stay and the line says why."""
        if self.lead != FIND:
            return
        self._problem = ""
        try:
            self._picture.find(self._field.text)
        except FilterError as error:
            self._problem = str(error)
