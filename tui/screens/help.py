"""The help: every key of a screen, from the one table."""

from collections.abc import Sequence

from tui.cells import fit
from tui.presence.status import LOOKS
from tui.screens.keys import On, bindings, keys_on
from tui.screens.reading import Line, ReadingScreen

_SEARCH = (
    ("words", "number, name, department, site or the other party"),
    ("state:ringing", "a state; also hold, free, offline, …; a bare state word does as well"),
    ("department: site: queue: type:", "one of these holds the word"),
    ("!word", "not"),
    ("one|other", "either"),
    ('"two words"', "with the blank between"),
)


class HelpScreen(ReadingScreen):
    """The keys of a screen, and the language of the search.

    Args:
        about: The screen whose keys are listed.
    """

    BINDINGS = bindings(On.HELP)

    def __init__(self, about: On) -> None:
        super().__init__()
        self.heading = f"Help: the keys of the {'wall' if about is On.WALL else 'choice'}"
        self._about = about

    def lines(self) -> Sequence[Line]:
        """Keys, search, and on the wall the signs."""
        found: list[Line] = [("", False)]
        found += [(f"{fit(key.label, 22)} {key.help}", False) for key in keys_on(self._about)]
        found += [("", False), ("Search", True), *((f"{fit(text, 32)} {help_}", False) for text, help_ in _SEARCH)]
        if self._about is On.WALL:
            found += [("", False), ("Signs", True)]
            found += [(f"{look.glyph} {look.ascii}   {look.word}", False) for look in LOOKS.values()]
            found += [
                ("~  before a timer: at least so long; it began before Ringwall saw it", False),
                ("?  after a timer: nothing has confirmed the tile for so long", False),
                ("!  has lasted long   !! far too long   a acknowledges", False),
                ("Q  through a queue   to  outbound   +1  one call more   ⊘  takes no calls", False),
            ]
        return found
