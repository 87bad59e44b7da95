"""The line that takes text in the place of the wall's last row: `/` to find, `:` for a command. Pure."""

from textual.strip import Strip

from tui.cells import fit, width
from tui.presence.filter import FilterError
from tui.screens.commands import commands, endings
from tui.screens.keys import Table
from tui.screens.picture import Picture
from tui.widgets.field import Field, prompt_pieces
from tui.widgets.palette import BOLD, NORMAL
from tui.widgets.rows import first_fitting, two_sides

LEAST_TEXT = 12
"""Cells that the text keeps, whatever is said beside it."""
FIND, COMMAND = "/", ":"
_FIND_HINTS = ("Enter keep   Esc drop   ", "Esc drop   ", "")
_COMMAND_HINT = "Enter does it   Esc drop"


class Prompting:
    """A text that filters the picture with every letter, or names a command, which Tab completes.

    Args:
        picture: What is filtered.
        table: The commands.

    Attributes:
        lead: What kind of text is typed: `/` or `:`; empty while nobody types one.
    """

    def __init__(self, picture: Picture, table: Table) -> None:
        self.lead = ""
        self._picture = picture
        self._table = table
        self._field = Field("")
        self._problem = ""
        self._endings: list[str] = []
        self._ending = -1

    def open(self, lead: str) -> None:
        """Begin a command, or go on with the filter there is."""
        self.lead = lead
        self._field = Field("", self._picture.filter_text if lead == FIND else "")
        self._problem = ""
        self._follow()

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
        if key in {"tab", "shift+tab"}:
            self._complete(1 if key == "tab" else -1)
            return ""
        if key == "enter" and self._problem:
            # What shows is not what stands here: to end now would keep a filter that nobody has typed.
            return ""
        if key not in {"enter", "escape"}:
            if self._field.press(key, character):
                self._follow()
            return ""
        lead, self.lead = self.lead, ""
        if lead == FIND and key == "escape":
            self._picture.find("")
        return self._field.text.strip() if lead == COMMAND and key == "enter" else ""

    def row(self, cells: int) -> Strip:
        """The line in so many cells: the text, what the keys do or how it may go on. Its last cell stays blank."""
        most = max(0, cells - 4 - LEAST_TEXT)
        hint = self._problem or (self._find_hint(most) if self.lead == FIND else self._command_hint(most))
        hint = fit(hint, min(most, width(hint)))
        room = max(2, cells - 5 - width(hint))
        return two_sides([(f"{self.lead} ", BOLD), *prompt_pieces(self._field, room)], [(hint, NORMAL)], cells)

    def _find_hint(self, cells: int) -> str:
        shown, chosen = self._picture.shown_of_all
        return first_fitting([f"{hint}{shown}/{chosen}" for hint in _FIND_HINTS], cells)

    def _command_hint(self, cells: int) -> str:
        """How the text may go on, from the one that Tab put there on; as many as fit."""
        said = [self._beyond(ending) for ending in self._endings[max(0, self._ending) :]]
        texts = [
            "   ".join(["Tab", *said[:count], *(["..."] if count < len(said) else [])])
            for count in range(len(said), 0, -1)
        ]
        return first_fitting(texts, cells) if texts else first_fitting((_COMMAND_HINT, ""), cells)

    def _beyond(self, ending: str) -> str:
        """What an ending says beyond the command that stands there already."""
        name = max((one for one in commands(self._table) if ending.startswith(f"{one} ")), key=len, default="")
        return ending[len(name) :].strip() if self._field.text.startswith(f"{name} ") else ending

    def _complete(self, by: int) -> None:
        """Go on to the next way in which the text may go on."""
        if self.lead == COMMAND and self._endings:
            self._ending = (max(self._ending, -1 if by > 0 else 0) + by) % len(self._endings)
            self._field = Field("", self._endings[self._ending])

    def _follow(self) -> None:
        """Filter by what stands there now; where it cannot be read, the tiles stay and the line says why."""
        if self.lead == COMMAND:
            self._endings, self._ending = endings(self._field.text, self._table, self._picture), -1
            return
        self._problem = ""
        try:
            self._picture.find(self._field.text)
        except FilterError as error:
            self._problem = error.with_place
