"""The keys and commands: one table.

What keys do, the line behind `:`, the help, `[keys]` of the configuration, the README and the tests come from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.vocabulary import DENSITIES, GROUPS, SORTS, THEMES

if TYPE_CHECKING:
    from tui.screens.picture import Picture


class On(StrEnum):
    """The screens that have keys of their own."""

    WALL = "wall"
    CHOOSE = "choose"
    DETAILS = "details"
    HELP = "help"
    DIAGNOSTICS = "diagnostics"
    CALLS = "calls"


class Takes(Struct, frozen=True):
    """What may stand behind a command.

    Attributes:
        what: As the help writes it: `[ORDER]`.
        among: What there is to choose from, as it is typed; nothing where it may be any text.
    """

    what: str
    among: "Callable[[Picture], Iterable[str]]" = lambda _: ()


class Key(Struct, frozen=True):
    """One line of the help: what people can ask for, by keys and, on the wall, by name.

    Attributes:
        name: The command, and the name in `[keys]`; no other of the same screen has it. Empty: it is neither.
        keys: What can be printed as it is, all else as Textual names it; the first is the one that people are told.
        action: The screen's method `action_…`; `{}` in it becomes what stands behind the command.
        help: What it does, in a few words.
        on: Where it works.
        takes: What may stand behind the command.
        counted: Whether the nth of its keys stands for the command with n behind it.
    """

    name: str
    keys: tuple[str, ...]
    action: str
    help: str
    on: frozenset[On]
    takes: Takes | None = None
    counted: bool = False

    @property
    def label(self) -> str:
        """The keys as people read them; empty where there are none."""
        if self.counted and "".join(self.keys) == "123456789":
            return "1-9"
        return " ".join(label(key) for key in self.keys)

    @property
    def command(self) -> str:
        """The command as people type it: `:sort [ORDER]`; empty where it is none."""
        if not self.name or On.WALL not in self.on:
            return ""
        return f":{self.name} {self.takes.what}" if self.takes else f":{self.name}"

    def asked(self, argument: str = "") -> str:
        """The action with what stands behind the command."""
        return self.action.format(repr(argument))


LABELS = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
"""How people read the keys that have names."""


def label(key: str) -> str:
    """A key as people read it: `Ctrl-F`, `PgDn`, `s`."""
    *held, last = key.split("+") if len(key) > 1 else [key]
    named = LABELS.get(last, last.upper() if held or len(last) > 1 else last)
    return "-".join([*(one.capitalize() for one in held), named])


_TILES = frozenset({On.WALL})
_LIST = frozenset({On.CHOOSE})
_CALLS = frozenset({On.CALLS})
_TEXTS = frozenset({On.DETAILS, On.HELP, On.DIAGNOSTICS})
_ALL = frozenset(On)
_DOWN = ("pagedown", "ctrl+f")

FULL = "full"
"""What is written behind :snapshot for one that is not masked."""
_FULL = Takes(f"[{FULL}]", lambda _: (FULL,))
_VIEW = Takes("NAME", lambda picture: picture.view_names)
_SAVED = Takes("NAME", lambda picture: [view.name for view in picture.views.saved])

KEYS: tuple[Key, ...] = (
    Key("up", ("up", "k"), "move('up')", "one up", _ALL),
    Key("down", ("down", "j"), "move('down')", "one down", _ALL),
    Key("left", ("left", "h"), "move('left')", "one to the left", _TILES),
    Key("right", ("right", "l"), "move('right')", "one to the right", _TILES),
    Key("page-down", (*_DOWN, "space"), "move('page_down')", "a page down", _TILES | _TEXTS | _CALLS),
    Key("page-down", _DOWN, "move('page_down')", "a page down", _LIST),
    Key("page-up", ("pageup",), "move('page_up')", "a page up", _ALL),
    Key("half-down", ("ctrl+d",), "move('half_down')", "half a page down", _ALL),
    Key("half-up", ("ctrl+u",), "move('half_up')", "half a page up", _ALL),
    Key("first", ("g", "home"), "move('first')", "to the first", _ALL),
    Key("last", ("G", "end"), "move('last')", "to the last", _ALL),
    Key("details", ("enter",), "details", "everything about the tile", _TILES),
    Key("wall", ("enter",), "wall", "to the wall", _LIST),
    Key("call", ("enter",), "call", "everything about the call", _CALLS),
    Key("find", ("/",), "find({})", "find: filters as you type", _TILES, Takes("[FILTER]")),
    Key("find", ("/",), "find", "find: filters as you type", _LIST | _CALLS),
    Key("missed", ("v",), "missed", "calls that nobody took; or back", _CALLS),
    Key("today", ("tab",), "today", "today's counts by extension; or back", _CALLS),
    Key("free", ("v",), "arrange('free')", "who is free, longest first; or back", _TILES),
    Key("sort", ("s",), "arrange('sort', {})", "next order", _TILES, Takes("[ORDER]", lambda _: SORTS)),
    Key("sort", ("s",), "sort", "order by the next column", _LIST | _CALLS),
    Key("group", ("o",), "arrange('group', {})", "next grouping", _TILES, Takes("[GROUP]", lambda _: GROUPS)),
    Key("reverse", ("S",), "arrange('reverse')", "turn the order round", _TILES),
    Key(
        "view",
        tuple("123456789"),
        "arrange('view', {})",
        "a saved view, else a department",
        _TILES,
        _VIEW,
        counted=True,
    ),
    Key("all", ("0",), "arrange('all')", "all extensions", _TILES),
    Key("view save", (), "arrange('view save', {})", "keep filter, order and looks as a view", _TILES, _SAVED),
    Key("view rename", (), "arrange('view rename', {})", "rename the view that is shown", _TILES, Takes("NAME")),
    Key("view delete", (), "arrange('view delete', {})", "delete a saved view", _TILES, _SAVED),
    Key(
        "density", ("z",), "arrange('density', {})", "next size of tiles", _TILES, Takes("[SIZE]", lambda _: DENSITIES)
    ),
    Key("theme", (), "arrange('theme', {})", "next colours", _TILES, Takes("[THEME]", lambda _: THEMES)),
    Key("pin", ("p",), "arrange('pin')", "pin the tile to the front, or no more", _TILES),
    Key("follow", ("f",), "arrange('follow')", "follow: the cursor stays on its tile", _TILES),
    Key("freeze", ("F",), "arrange('freeze')", "freeze the order, or release it", _TILES),
    Key("acknowledge", ("a",), "arrange('acknowledge')", "acknowledge alarms until states change", _TILES),
    Key("mask", ("m",), "mask", "mask callers, or not", _TILES | _CALLS),
    Key("copy", ("y",), "copy", "number and name alone, to copy them", _TILES),
    Key("calls", ("c",), "ask('calls', {})", "the recorded calls", _TILES, Takes("[FILTER]")),
    Key("choose", ("e",), "ask('choose')", "choose extensions", _TILES),
    Key("reread", ("r",), "reread", "read everything again now", _TILES),
    Key("legend", (), "legend", "what colours and signs mean", _TILES),
    Key("diagnostics", ("D",), "ask('diagnostics')", "link, gaps, limits, log", _TILES),
    Key("snapshot", (), "ask('snapshot', {})", "save picture and text, callers masked", _TILES, _FULL),
    Key("bell", (), "ask('bell')", "ring the bell at new alarms, or not", _TILES),
    Key("kiosk", (), "ask('kiosk')", "for who passes by; Ctrl-C twice: back", _TILES),
    Key("seen", (), "arrange('seen')", "new messages have been seen", _TILES),
    Key("toggle", ("space",), "toggle", "choose, or not", _LIST),
    Key("all-shown", ("a",), "all_shown", "choose all that is shown", _LIST),
    Key("none-shown", ("n",), "none_shown", "choose none of what is shown", _LIST),
    Key("invert", ("i",), "invert", "turn round what is shown", _LIST),
    Key("undo", ("u",), "undo", "undo the last choice", _LIST),
    Key("command", (":",), "command", "a command by name; Tab completes", _TILES),
    Key("help", ("?",), "help", "this help", _TILES | _LIST | _CALLS),
    Key("back", ("escape",), "back", "one step back; never quits", _ALL),
    Key("quit", ("q", "ctrl+c"), "ask('quit')", "quit", _TILES),
    Key("leave", ("q", "ctrl+c"), "leave", "back to the wall; before there is one, quit", _LIST),
    Key("leave", ("q", "ctrl+c"), "leave", "back", _TEXTS | _CALLS),
    Key("repaint", ("ctrl+l",), "repaint", "paint everything again", _ALL),
    Key("", ("ctrl+z",), "no_suspend", "nothing, and says so", _ALL),
    Key("", ("ctrl+s", "ctrl+q", "ctrl+p"), "nothing", "nothing", _ALL),
)

ALIASES = {"q": "quit", "q!": "quit", "x": "quit", "wq": "quit"}
"""What people type who come from other programs."""
NEVER_TEXT = frozenset({"ctrl+c", "ctrl+l", "ctrl+p", "ctrl+q", "ctrl+s", "ctrl+z"})
"""Keys that mean the same while a prompt is open: no editing of text wants them."""

LOG_IN = "log in"
"""What the app is asked for where the login was refused: no key stands for it, the wall offers it."""
NO_SUSPEND = "Ctrl-Z does nothing here; Ctrl-C leaves"
"""What every screen says to who wants it to stop: a wall that stands still would show what is no longer true."""

Table = Sequence[Key]
"""All keys as they are bound; `KEYS` unless people bound others."""


def keys_on(screen: On, table: Table = KEYS) -> list[Key]:
    """The keys and commands of a screen, in the order of the help."""
    return [key for key in table if screen in key.on]


def actions_on(screen: On, table: Table = KEYS) -> dict[str, str]:
    """What each key of a screen does."""
    return {
        key: row.asked(str(place) if row.counted else "")
        for row in keys_on(screen, table)
        for place, key in enumerate(row.keys, 1)
    }


def first_key(name: str, screen: On, table: Table = KEYS) -> str:
    """The key of a screen that stands for a command, as people read it; empty where none does."""
    key = next(key for key in keys_on(screen, table) if key.name == name)
    return key.label if key.counted else label(key.keys[0]) if key.keys else ""


def key_words(words: Mapping[str, str], screen: On, table: Table = KEYS) -> list[str]:
    """What keys do, in a word or two: `s order`. What no key stands for is left out.

    Args:
        words: The names of commands, and what is said of each.
        screen: Where the keys are pressed.
        table: The keys as they are bound.
    """
    return [f"{key} {does}" for name, does in words.items() if (key := first_key(name, screen, table))]
