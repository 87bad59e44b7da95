"""The help: every key of a screen, from the one table."""

from collections.abc import Sequence

from tui.cells import fit
from tui.presence.status import LOOKS, Status
from tui.screens.keys import On, bindings, keys_on
from tui.screens.reading import Line, ReadingScreen
from tui.widgets.palette import Palette
from tui.widgets.rows import wrapped

LABELS = 22
"""Cells of the column that says what to press, and what to type."""
NARROW = 60
"""Columns below which what a key does stands below it."""
_SEARCH = (
    ("words", "in number, name, department, site or the other party"),
    ("state:ringing", "a state: hold, free, offline; the bare word does as well"),
    ("department: site:", "one of these holds the word behind it"),
    ("queue: type:", "so do these"),
    ("!word", "not"),
    ("one|other", "either"),
    ('"two words"', "with the blank between"),
)
_SIGNS = (
    ("~", "before a timer: at least so long; it began before Ringwall saw it"),
    ("?", "after a timer: nothing has confirmed the tile for so long"),
    ("!", "has lasted long;  !! far too long;  a acknowledges"),
    ("Q", "through a queue;  to  outbound;  +1  one call more"),
)


class HelpScreen(ReadingScreen):
    """The keys of a screen, and the language of the search.

    Args:
        about: The screen whose keys are listed.
        palette: Whose signs are explained.
    """

    BINDINGS = bindings(On.HELP)

    def __init__(self, about: On, palette: Palette) -> None:
        super().__init__()
        self.heading = f"Help: the keys of the {'wall' if about is On.WALL else 'choice'}"
        self._about = about
        self._palette = palette
        self.plain = palette.is_plain

    def lines(self) -> Sequence[Line]:
        """Keys, search, and on the wall the signs."""
        found: list[Line] = [("", False)]
        for key in keys_on(self._about):
            found += self._explained(key.label, key.help)
        found += [("", False), ("Search", True)]
        for text, meaning in _SEARCH:
            found += self._explained(text, meaning)
        if self._about is On.WALL:
            found += [("", False), ("Signs", True)]
            found += [(f"{self._palette.glyph(status)}  {look.word}", False) for status, look in LOOKS.items()]
            found += [
                ("", False),
            ]
            for sign, meaning in (*_SIGNS, (self._palette.glyph(Status.DND), "behind a name: takes no further calls")):
                found += self._explained(sign, meaning, 4)
        return found

    def _explained(self, what: str, meaning: str, column: int = LABELS) -> list[Line]:
        """What is explained, and beside it what it means; on a narrow terminal below it."""
        columns = self.size.width
        if columns < NARROW and column == LABELS:
            return [(what, False), *((f"    {line}", False) for line in wrapped(meaning, columns - 6))]
        lines = wrapped(meaning, columns - column - 3)
        return [(f"{fit(what if place == 0 else '', column)} {line}", False) for place, line in enumerate(lines)]
