"""What a terminal can show, by one rule over the environment and the encoding."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Colors(Enum):
    """How many colours."""

    NONE = 0
    SIXTEEN = 16
    MANY = 256
    TRUE = 2**24


TITLED = ("xterm", "tmux", "screen", "rxvt", "alacritty", "kitty", "foot", "konsole", "vte", "wezterm", "mintty")
"""How TERM begins where OSC 2 sets a title, and where what keeps and restores it (CSI 22 and 23 t) does no harm."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the terminal can show.

    Attributes:
        colors: How many colours there are.
        ascii: Whether only ASCII characters come out right.
        titled: Whether its window has a title.
        no_screen: Why no screen can be drawn at all; empty where one can.
    """

    colors: Colors = Colors.MANY
    ascii: bool = False
    titled: bool = False
    no_screen: str = ""

    @property
    def color_system(self) -> str:
        """The colours by the name that Rich and Textual give them; where there are none it does not matter which."""
        return {Colors.MANY: "256", Colors.TRUE: "truecolor"}.get(self.colors, "standard")


def find_abilities(environment: Mapping[str, str], encoding: str, *, is_terminal: bool) -> Abilities:
    """What the terminal can show: in each column of this table the first row that fits.

    | screen                           | colours                       | characters               |
    |----------------------------------|-------------------------------|--------------------------|
    | no tty: none                     | NO_COLOR: none                | encoding not UTF-8: ASCII|
    | TERM empty, dumb, unknown: none  | TERM=linux: 16                | TERM=linux: ASCII        |
    | any other: yes                   | COLORTERM=truecolor: all      | any other: Unicode       |
    |                                  | COLORTERM=24bit: all          |                          |
    |                                  | TERM=*-direct: all            |                          |
    |                                  | TERM=*256color*, *kitty*: 256 |                          |
    |                                  | any other: 16                 |                          |

    The console of Linux has 16 colours, and a font of 256 or 512 characters without most of our glyphs. An empty
    NO_COLOR does not count (no-color.org). What people ask for, `--ascii` and `--no-color`, goes before all this. A
    window has a title where TERM names one of the terminals that are known to keep the title they had (`TITLED`): what
    does not know the sequence would print it.

    Args:
        environment: The environment variables.
        encoding: In which text is written to the terminal.
        is_terminal: Whether input and output are a tty.
    """
    term = environment.get("TERM", "").lower()
    is_utf8 = encoding.lower().replace("-", "").replace("_", "") == "utf8"
    colors = Colors.NONE if environment.get("NO_COLOR") else _colors(term, environment.get("COLORTERM", ""))
    return Abilities(
        colors, not is_utf8 or term == "linux", term.startswith(TITLED), _no_screen(term, is_terminal=is_terminal)
    )


def _colors(term: str, colorterm: str) -> Colors:
    if term == "linux":
        return Colors.SIXTEEN
    if colorterm.strip().lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return Colors.TRUE
    return Colors.MANY if "256color" in term or "kitty" in term else Colors.SIXTEEN


def _no_screen(term: str, *, is_terminal: bool) -> str:
    if not is_terminal:
        return "this is no terminal"
    if term in {"dumb", "unknown"}:
        return f"TERM={term} can draw no screen"
    return "" if term else "TERM does not say what the terminal is"
