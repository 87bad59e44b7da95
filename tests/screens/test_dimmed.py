"""Less light, and still to be read."""

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background

from tui.presence.status import Status
from tui.widgets.dimmed import Dimmed
from tui.widgets.palette import REVERSE, Depth, Palette
from tui.widgets.themes import THEMES

BLACK = Background(0, 0, 0)
FILLED = [
    (theme, status)
    for theme in THEMES
    if theme not in {"mono", "ansi"}
    for status in Status
    if (fill := Palette(theme).fill(status).bgcolor) is not None and not fill.is_default
]


def dimmed(style: Style, *, sixteen: bool = False) -> Style:
    segment = Dimmed(sixteen=sixteen).apply([Segment("x", style)], BLACK)[0]
    assert segment.style is not None
    return segment.style


def light(color: Color | None) -> float:
    """Relative luminance, as the contrast of text is computed (WCAG 2)."""
    assert color is not None
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("theme", "status"), FILLED)
def test_a_fill_has_far_less_light_and_its_text_can_be_read(theme: str, status: Status) -> None:
    day = Palette(theme).fill(status)
    night = dimmed(day)
    assert light(night.bgcolor) <= light(day.bgcolor) / 4
    assert (light(night.color) + 0.05) / (light(night.bgcolor) + 0.05) >= 3.0


@pytest.mark.parametrize("status", Status)
def test_of_sixteen_colours_none_fills_anything(status: Status) -> None:
    day = Palette(depth=Depth.SIXTEEN).fill(status)
    night = dimmed(day, sixteen=True)
    assert night.bgcolor is None or night.bgcolor.is_default
    assert night.dim or night.color != day.color or day.bgcolor is None


def test_what_is_in_reverse_is_no_lamp() -> None:
    night = dimmed(REVERSE)
    assert not night.reverse
    assert light(night.bgcolor) < 0.2
    assert not dimmed(REVERSE, sixteen=True).reverse


def test_text_without_a_style_is_dim_too() -> None:
    assert dimmed(Style()).dim
    assert dimmed(Style(), sixteen=True).dim
