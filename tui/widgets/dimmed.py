"""Less light: what a wall looks like at night."""

from functools import lru_cache

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter

LEFT = 0.35
"""The part of the light that is left."""


class Dimmed(LineFilter):
    """Takes light from every colour; the bright ones of sixteen become the others, and what is bold no longer is."""

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """The same text with less light."""
        return [
            Segment(text, dimmed(style) if style is not None else DIM, control) for text, style, control in segments
        ]


DIM = Style(dim=True)


@lru_cache(maxsize=512)
def dimmed(style: Style) -> Style:
    """A style with less light."""
    darker = Style(color=_darker(style.color), bgcolor=_darker(style.bgcolor), bold=False)
    if style.color is None or style.color.type is ColorType.DEFAULT or style.color.type is ColorType.STANDARD:
        darker += DIM
    return style + darker


def _darker(color: Color | None) -> Color | None:
    if color is None or color.type is ColorType.DEFAULT:
        return color
    if color.type is ColorType.STANDARD and color.number is not None:
        return Color.from_ansi(color.number % 8 or 8 * (color.number // 8))
    red, green, blue = color.get_truecolor()
    return Color.from_rgb(red * LEFT, green * LEFT, blue * LEFT)
