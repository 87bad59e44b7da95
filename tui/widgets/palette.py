"""How the states are painted and written on one terminal: a theme, as many of its colours as there are, and glyphs."""

from dataclasses import dataclass
from enum import Enum

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.presence.status import LOOKS, Status
from tui.widgets.themes import BOLD, DIM, MONO, NORMAL, REVERSE, THEMES, Colors

__all__ = ["BOLD", "DIM", "NORMAL", "REVERSE", "Colorless", "Depth", "Palette"]


class Depth(Enum):
    """How many colours the terminal has."""

    MANY = "many"
    SIXTEEN = "sixteen"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Palette:
    """How everything is painted on one kind of terminal.

    Attributes:
        theme: The name of a theme; see `themes.THEMES`.
        depth: How many colours there are; where there are none, the theme does not matter.
        ascii: Whether only ASCII characters are used.
    """

    theme: str = next(iter(THEMES))
    depth: Depth = Depth.MANY
    ascii: bool = False

    @property
    def colors(self) -> Colors:
        """The colours that there are."""
        if self.depth is Depth.NONE:
            return THEMES[MONO].many
        theme = THEMES[self.theme]
        return theme.many if self.depth is Depth.MANY else theme.sixteen

    @property
    def has_colors(self) -> bool:
        """Whether anything is painted in colours."""
        return self.depth is not Depth.NONE and self.theme != MONO

    @property
    def is_plain(self) -> bool:
        """Whether brackets and bars stand in for colour."""
        return self.ascii or not self.has_colors

    @property
    def quiet(self) -> Style:
        """How what matters less is painted."""
        return self.colors.quiet

    def fill(self, status: Status) -> Style:
        """How a state's tile is filled."""
        return self.colors.fills[status]

    def strong(self, status: Status) -> Style:
        """How the tile is filled where it is a warning or an alarm.

        It is bold, but not black in sixteen colours: many terminals make bold black a grey that nobody can read.
        """
        fill = self.fill(status)
        return fill if fill.color is not None and fill.color.name == "black" else fill + BOLD

    def alarm(self, status: Status) -> Style:
        """How what else the tile says is filled in an alarm: as the tile, in reverse where that has no background."""
        strong = self.strong(status)
        return strong if strong.bgcolor is not None or strong.reverse else strong + REVERSE

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
