"""The help: every key of a screen, from the one table."""

from collections.abc import Sequence

from tui.cells import fit
from tui.presence.status import LOOKS, Status
from tui.screens.keys import On, bindings, keys_on
from tui.screens.reading import Line, ReadingScreen
from tui.widgets.palette import Palette

_SEARCH = (
    ("words", "number, name, department, site or the other party"),
    ("state:ringing", "a state: hold, free, offline and so on; the bare word does as well"),
    ("department: site: queue: type:", "one of these holds the word"),
    ("!word", "not"),
    ("one|other", "either"),
    ('"two words"', "with the blank between"),
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
        found += [(f"{fit(key.label, 22)} {key.help}", False) for key in keys_on(self._about)]
        found += [("", False), ("Search", True), *((f"{fit(text, 32)} {help_}", False) for text, help_ in _SEARCH)]
        if self._about is On.WALL:
            found += [("", False), ("Signs", True)]
            found += [(f"{self._palette.glyph(status)}  {look.word}", False) for status, look in LOOKS.items()]
            found += [
                ("~  before a timer: at least so long; it began before Ringwall saw it", False),
                ("?  after a timer: nothing has confirmed the tile for so long", False),
                ("!  has lasted long   !! far too long   a acknowledges", False),
                ("Q  through a queue   to  outbound   +1  one call more", False),
                (f"{self._palette.glyph(Status.DND)}  behind a name: takes no further calls", False),
            ]
        return found
