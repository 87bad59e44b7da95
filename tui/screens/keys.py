"""The keys: one table. Bindings, the help screen, the README and the tests come from it."""

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class On(StrEnum):
    """The screens that have keys of their own."""

    WALL = "wall"
    CHOOSE = "choose"
    DETAILS = "details"
    HELP = "help"
    DIAGNOSTICS = "diagnostics"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the help: keys that do one thing.

    Attributes:
        keys: As Textual names them; the first is the one that people are told.
        action: The screen's method `action_…`; `{key}` in it becomes the key.
        help: What it does, in a few words.
        on: Where it works.
        shown: How people read it, where the names do not say it.
    """

    keys: tuple[str, ...]
    action: str
    help: str
    on: frozenset[On]
    shown: str = ""

    @property
    def label(self) -> str:
        """The keys as people read them."""
        return self.shown or " ".join(_LABELS.get(key, key) for key in self.keys)


_LABELS = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "up": "Up",
    "down": "Down",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "ctrl+l": "Ctrl-L",
    "ctrl+c": "Ctrl-C",
}

_TILES = frozenset({On.WALL})
_LIST = frozenset({On.CHOOSE})
_BOTH = frozenset({On.WALL, On.CHOOSE})
_TEXTS = frozenset({On.DETAILS, On.HELP, On.DIAGNOSTICS})
_ALL = frozenset(On)

KEYS: tuple[Key, ...] = (
    Key(("up", "k"), "move('up')", "one up", _ALL, "Up k"),
    Key(("down", "j"), "move('down')", "one down", _ALL, "Down j"),
    Key(("left", "h"), "move('left')", "one to the left", _TILES, "Left h"),
    Key(("right", "l"), "move('right')", "one to the right", _TILES, "Right l"),
    Key(("pagedown", "ctrl+f", "ctrl+d"), "move('page_down')", "a page down", _ALL, "PgDn Ctrl-F Ctrl-D"),
    Key(("space",), "move('page_down')", "a page down", _TILES | _TEXTS),
    Key(("pageup", "ctrl+u"), "move('page_up')", "a page up", _ALL, "PgUp Ctrl-U"),
    Key(("g", "home"), "move('first')", "to the first", _ALL, "g Home"),
    Key(("G", "end"), "move('last')", "to the last", _ALL, "G End"),
    Key(("enter",), "details", "details of the tile", _TILES),
    Key(("enter",), "wall", "to the wall", _LIST),
    Key(("slash",), "find", "find: filters as you type", _BOTH),
    Key(("v",), "free_only", "only who is free, longest first; again: back", _TILES),
    Key(("s",), "sort", "next order", _TILES),
    Key(("s",), "sort", "order by the next column", _LIST),
    Key(("S",), "reverse", "turn the order round", _TILES),
    Key(tuple("123456789"), "view({key})", "the view of that number: the departments of the choice", _TILES, "1-9"),
    Key(("0",), "view(0)", "the view of all", _TILES),
    Key(("m",), "mask", "mask callers, or not", _TILES),
    Key(("a",), "acknowledge", "acknowledge the alarms until the state changes", _TILES),
    Key(("e",), "choose", "choose extensions", _TILES),
    Key(("r",), "reread", "read everything again now", _TILES),
    Key(("D",), "diagnostics", "diagnostics: link, gaps, limits, log", _TILES),
    Key(("space",), "toggle", "choose, or not", _LIST),
    Key(("a",), "all_shown", "choose all that is shown", _LIST),
    Key(("n",), "none_shown", "choose none of what is shown", _LIST),
    Key(("i",), "invert", "turn round what is shown", _LIST),
    Key(("u",), "undo", "undo the last choice", _LIST),
    Key(("question_mark",), "help", "this help", _BOTH),
    Key(("colon",), "command", "a command by name: :seen :q", _TILES),
    Key(("escape",), "back", "one step back; never quits", _ALL),
    Key(("q", "ctrl+c"), "leave", "quit", _TILES, "q Ctrl-C"),
    Key(("q", "ctrl+c"), "leave", "back to the wall; before there is one, quit", _LIST, "q Ctrl-C"),
    Key(("q", "ctrl+c"), "leave", "back", _TEXTS, "q Ctrl-C"),
    Key(("ctrl+l",), "repaint", "paint everything again", _ALL),
    Key(("ctrl+z",), "no_suspend", "nothing, and says so", _ALL, "Ctrl-Z"),
    Key(("ctrl+s", "ctrl+q", "ctrl+p"), "nothing", "nothing", _ALL, "Ctrl-S Ctrl-Q Ctrl-P"),
)


def keys_on(screen: On) -> list[Key]:
    """The keys that work on a screen, in the order of the help."""
    return [key for key in KEYS if screen in key.on]


NO_SUSPEND = "Ctrl-Z does nothing here; Ctrl-C leaves"
"""What every screen says to who wants it to stop: a wall that stands still would show what is no longer true."""
NEVER_TEXT = frozenset({"ctrl+c", "ctrl+l", "ctrl+p", "ctrl+q", "ctrl+s", "ctrl+z"})
"""Keys that mean the same while a prompt is open: no editing of text wants them."""


def bindings(screen: On) -> list[BindingType]:
    """Textual's bindings for a screen."""
    return [
        Binding(
            name,
            key.action.format(key=name),
            key.help,
            show=False,
            priority=name in NEVER_TEXT,
            id=f"{screen}.{name}",
        )
        for key in keys_on(screen)
        for name in key.keys
    ]
