"""Less light: what a wall looks like at night."""

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.color import Color as Background
from textual.filter import LineFilter

FILL_LEFT, TEXT_LEFT = 0.3, 0.6
"""The parts of the light that are left of a fill, and of a text on no fill."""
_TEXT = Color.from_rgb(168, 168, 168)
"""Text on a fill: what was black on a bright one could not be read on a dark one."""
_DIM = Style(dim=True)
_LAMP = Style(color="#000000", bgcolor="#6c6c6c", reverse=False)
"""What is in reverse, and would be the brightest of all."""


class Dimmed(LineFilter):
    """Takes light from everything. Among sixteen colours there are no dark ones, so fills become coloured text.

    Args:
        sixteen: Whether the terminal has sixteen colours only.
    """

    def __init__(self, *, sixteen: bool) -> None:
        super().__init__()
        self._less = _less_of_sixteen if sixteen else _less_of_many
        self._known: LRUCache[Style, Style] = LRUCache(512)

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """The same text with less light."""
        return [Segment(text, self._dimmed(style or Style()), control) for text, style, control in segments]

    def _dimmed(self, style: Style) -> Style:
        known = self._known.get(style)
        if known is None:
            known = self._known[style] = self._less(style)
        return known


def _is_default(color: Color | None) -> bool:
    return color is None or color.type is ColorType.DEFAULT


def _less_of_many(style: Style) -> Style:
    color, fill = style.color, style.bgcolor
    if fill is not None and not _is_default(fill):
        return style + Style(color=_TEXT, bgcolor=_darker(fill, FILL_LEFT), bold=False)
    if style.reverse:
        return style + _LAMP
    if color is None or _is_default(color):
        return style + _DIM
    return style + Style(color=_darker(color, TEXT_LEFT), bold=False)


def _darker(color: Color, left: float) -> Color:
    red, green, blue = color.get_truecolor()
    return Color.from_rgb(red * left, green * left, blue * left)


def _less_of_sixteen(style: Style) -> Style:
    fill = style.bgcolor
    if style.reverse:
        return style + Style(reverse=False, bold=True)
    if fill is None or fill.number is None:
        return style + _DIM
    # Blue and the like can be read on black only where they are bright.
    text = Color.from_ansi(fill.number % 8 + 8 if fill.number % 8 else 7)
    return style + Style(color=text, bgcolor="default", bold=False)
