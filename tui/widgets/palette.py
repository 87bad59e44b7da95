"""The colours of the states: one table for terminals with many colours, one for those with sixteen, one for none.

The "safe" palette: brightness rises with urgency, so that it works for colour-blind people and in grey; glyph and word
always stand beside the colour. The terminal's own background stays; only tiles are filled.
"""

from dataclasses import dataclass, field
from enum import Enum

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.presence.status import LOOKS, Status


class Depth(Enum):
    """How many colours the terminal has."""

    MANY = "many"
    SIXTEEN = "sixteen"
    NONE = "none"


NORMAL = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
REVERSE = Style(reverse=True)
_GREY = Style(color="#8a8a8a")
"""What is not known is grey and not only dim: not every terminal knows dim, and a stale tile must never be bright."""

_MANY = {
    Status.RINGING_IN: Style(color="#000000", bgcolor="#ffe14d"),
    Status.RINGING_OUT: Style(color="#ffe14d"),
    Status.HOLD: Style(color="#000000", bgcolor="#f0b0d0"),
    Status.ON_CALL: Style(color="#000000", bgcolor="#d55e00"),
    Status.PARKED: Style(color="#000000", bgcolor="#56b4e9"),
    Status.BUSY: Style(color="#ffffff", bgcolor="#0060a8"),
    Status.DND: Style(color="#ffffff", bgcolor="#4b1a52"),
    Status.NO_QUEUE: Style(color="#ffffff", bgcolor="#444444"),
    Status.AVAILABLE: Style(color="#ffffff", bgcolor="#00664b"),
    Status.OFFLINE: Style(color="#b0b0b0", bgcolor="#262626"),
    Status.UNKNOWN: _GREY,
    Status.NO_PRESENCE: _GREY,
}
_SIXTEEN = {
    Status.RINGING_IN: Style(color="black", bgcolor="bright_yellow"),
    Status.RINGING_OUT: Style(color="yellow"),
    Status.HOLD: Style(color="black", bgcolor="magenta"),
    Status.ON_CALL: Style(color="black", bgcolor="red"),
    Status.PARKED: Style(color="black", bgcolor="cyan"),
    Status.BUSY: Style(color="white", bgcolor="blue"),
    Status.DND: Style(color="white", bgcolor="magenta"),
    Status.NO_QUEUE: Style(color="white", bgcolor="bright_black"),
    Status.AVAILABLE: Style(color="black", bgcolor="green"),
    Status.OFFLINE: Style(color="bright_black"),
    Status.UNKNOWN: DIM,
    Status.NO_PRESENCE: DIM,
}
_NONE = dict.fromkeys(Status, NORMAL) | {
    Status.RINGING_IN: REVERSE,
    Status.RINGING_OUT: BOLD,
    Status.HOLD: REVERSE,
    Status.OFFLINE: DIM,
    Status.UNKNOWN: DIM,
    Status.NO_PRESENCE: DIM,
}
_TABLES = {Depth.MANY: _MANY, Depth.SIXTEEN: _SIXTEEN, Depth.NONE: _NONE}


@dataclass(frozen=True)
class Palette:
    """How everything is painted on one kind of terminal.

    Attributes:
        depth: How many colours there are.
        ascii: Whether only ASCII characters are used.
    """

    depth: Depth = Depth.MANY
    ascii: bool = False
    _fills: dict[Status, Style] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fills", _TABLES[self.depth])

    @property
    def is_plain(self) -> bool:
        """Whether brackets and bars stand in for colour."""
        return self.ascii or self.depth is Depth.NONE

    def fill(self, status: Status) -> Style:
        """How a state's tile is filled."""
        return self._fills[status]

    def glyph(self, status: Status) -> str:
        """The state's one character."""
        look = LOOKS[status]
        return look.ascii if self.ascii else look.glyph

    @property
    def rail(self) -> str:
        """The first column of the tile under the cursor: a blank in reverse, or a bar where there is no colour."""
        return "|" if self.is_plain else " "

    @property
    def rail_style(self) -> Style:
        """How the rail is painted."""
        return NORMAL if self.is_plain else REVERSE


class Colorless(LineFilter):
    """Takes every colour away, the terminal's default ones too; bold, dim and reverse stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text without colours."""
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]
