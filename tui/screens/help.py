"""The help: every key and command of a screen as it is bound, from the one table."""

from collections.abc import Sequence
from itertools import zip_longest

from tui.screens.keys import On, Table, keys_on, label
from tui.screens.legend import signs, states
from tui.screens.reading import NOTHING, Line, ReadingScreen, explained, title
from tui.widgets.palette import Palette

KEYS, COMMANDS, TERMS = 19, 19, 22
"""Cells of the columns: which keys, which command, which term of a search."""
_OPERATORS = (("!word", "not"), ("one|other", "either"), ('"two words"', "with the blank between"))
_SEARCH = (
    ("words", "in number, name, department or site"),
    ("department: site:", "one of these holds the word behind it"),
    ("number: name: type:", "so do these"),
    *_OPERATORS,
)
_SEARCH_LIVE = (
    ("words", "in number, name, department, site or the other party"),
    ("state:ringing", "a state: hold, free, offline; the bare word does as well"),
    ("alert:alarm", "wants attention: warning, alarm or any"),
    ("time>5m", "in its state for so long; time<30s: not yet"),
    ("queue:", "has a call through a queue that holds the word behind it"),
    *_SEARCH[1:],
)
_SEARCH_CALLS = (
    ("words", "in numbers, names and queue; in department and site of our own"),
    ("missed", "called in, and nobody took it; so does state:missed"),
    ("ringing talking", "goes on"),
    ("answered voicemail", "what came of it; also no_answer, rejected, busy, failed"),
    ("inbound outbound", "which way it went; backfilled: only the call log knows of it"),
    ("number: name:", "one of these holds the word behind it"),
    ("department: site:", "so do these, of our own; and queue:"),
    ("time>5m", "lasted so long; time<30s: less"),
    *_OPERATORS,
)
_SIGNS_OF_CALLS = (
    ("!", "nobody took it: to be called back"),
    ("+", "nobody saw it: added from the account's call log"),
    ("--", "a time in which calls went unseen, and why"),
)
_NAMES = {On.WALL: "wall", On.CHOOSE: "choice", On.CALLS: "calls"}
_SEARCHES = {On.WALL: _SEARCH_LIVE, On.CHOOSE: _SEARCH, On.CALLS: _SEARCH_CALLS}


class HelpScreen(ReadingScreen):
    """The keys of a screen, and the language of the search.

    Args:
        about: The screen whose keys are listed.
        table: The keys as they are bound.
        palette: Whose signs are explained.
        views: The views by name, in the order of their keys.
    """

    def __init__(self, about: On, table: Table, palette: Palette, views: Sequence[str] = ()) -> None:
        super().__init__(On.HELP, table, palette)
        self.heading = f"Help: the keys of the {_NAMES[about]}"
        self._about = about
        self._table = table
        self._views = views

    def lines(self) -> Sequence[Line]:
        """Keys and commands, search, and on the wall the views, the states and signs."""
        columns, on_wall = self.size.width, self._about is On.WALL
        found: list[Line] = [NOTHING]
        for key in keys_on(self._about, self._table):
            command = [(key.command, COMMANDS)] if on_wall else []
            if key.label or key.command:
                found += explained([(key.label, KEYS), *command], key.help, columns)
        if self._views:
            found += [NOTHING, title("Views"), *self._views_by_key(columns)]
        found += [NOTHING, title("Search")]
        for term, meaning in _SEARCHES[self._about]:
            found += explained([(term, TERMS)], meaning, columns)
        if self._about is On.CALLS:
            found += [NOTHING, title("Signs")]
            for sign, meaning in _SIGNS_OF_CALLS:
                found += explained([(sign, TERMS)], meaning, columns)
        if on_wall:
            found += [NOTHING, title("Signs"), *states(self.palette, {}, columns), NOTHING]
            found += signs(self.palette, columns)
        return found

    def _views_by_key(self, columns: int) -> list[Line]:
        """Each view and its key; behind the last key those that only the command shows."""
        keys = next(key.keys for key in keys_on(self._about, self._table) if key.name == "view")
        by_key = zip_longest((label(key) for key in keys[: len(self._views)]), self._views, fillvalue=":view")
        return [line for key, name in by_key for line in explained([(key, KEYS)], name, columns)]
