"""The themes, computed: states that matter stay apart for everybody, texts can be read, and sixteen colours suffice."""

import math
from itertools import combinations

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from tui.presence.status import LOOKS, RINGING, Status
from tui.widgets.palette import Depth, Palette
from tui.widgets.themes import MONO, THEMES

Light = tuple[float, float, float]
"""Red, green and blue, linear, from 0 to 1."""
Matrix = tuple[Light, Light, Light]

SIGHTS: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What people see of a colour, by Machado, Oliveira and Fernandes (2009), at full severity."""
BACKGROUNDS = {"safe": "#000000", "classic": "#000000", "high-contrast": "#000000", "light": "#ffffff"}
"""The themes with colours of their own, and the terminal's background that they are for."""
APART = 0.09
"""The least distance in OKLab."""


def light(color: Color) -> Light:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in color.get_truecolor()
    )
    return red, green, blue


def times(matrix: Matrix, vector: Light) -> Light:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def oklab(seen: Light) -> Light:
    """By Ottosson (2020)."""
    to_cones: Matrix = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    to_lab: Matrix = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    long, middle, short = (cone ** (1 / 3) for cone in times(to_cones, seen))
    return times(to_lab, (long, middle, short))


def distance(one: Color, other: Color, sight: Matrix) -> float:
    first, second = (
        oklab(tuple(min(1.0, max(0.0, part)) for part in times(sight, light(color))))  # type: ignore[arg-type]  # three
        for color in (one, other)
    )
    return math.dist(first, second)


def luminance(color: Color) -> float:
    red, green, blue = light(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """By WCAG 2.2."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def shown(color: Color | None, colors: int, background: str) -> Color:
    """The colour as a terminal shows it."""
    known = color or Color.parse(background)
    return known if colors > 256 else known.downgrade(ColorSystem.EIGHT_BIT)


def seen_distance(one: Style, other: Style, sight: Matrix, colors: int, background: str) -> float:
    """How far apart two tiles are: filled ones by their fills; where one is not filled, by its text as well."""
    fills = distance(shown(one.bgcolor, colors, background), shown(other.bgcolor, colors, background), sight)
    if one.bgcolor and other.bgcolor:
        return fills
    return max(fills, distance(shown(one.color, colors, background), shown(other.color, colors, background), sight))


@pytest.mark.parametrize("colors", [256, 2**24])
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["safe", "high-contrast", "light"])
def test_ringing_and_on_call_are_like_nothing_else(theme: str, sight: str, colors: int) -> None:
    palette, background = Palette(theme), BACKGROUNDS[theme]
    states = [status for status in Status if status is not Status.NO_PRESENCE]
    pairs = [pair for pair in combinations(states, 2) if {*pair} & {*RINGING, Status.ON_CALL}]
    distances = {
        pair: seen_distance(palette.fill(pair[0]), palette.fill(pair[1]), SIGHTS[sight], colors, background)
        for pair in pairs
    }
    assert {pair: far for pair, far in distances.items() if far < APART} == {}


@pytest.mark.parametrize("colors", [256, 2**24])
@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_texts_can_be_read(theme: str, colors: int) -> None:
    palette, background = Palette(theme), BACKGROUNDS[theme]
    least = 7.0 if theme == "high-contrast" else 4.5
    styles = {str(status): palette.fill(status) for status in Status}
    for name in ("quiet", "good", "amiss", "bad", "bar", "focused", "shut"):
        style = getattr(palette.colors, name)
        styles[name] = style if style.color else Style(color="#ffffff")
    contrasts = {
        name: contrast(shown(style.color, colors, background), shown(style.bgcolor, colors, background))
        for name, style in styles.items()
    }
    assert {name: found for name, found in contrasts.items() if found < least} == {}


@pytest.mark.parametrize("theme", ["safe", "high-contrast"])
def test_what_is_urgent_is_bright_in_grey_too(theme: str) -> None:
    by_urgency = [Status.RINGING_IN, Status.HOLD, Status.ON_CALL, Status.AVAILABLE, Status.OFFLINE]
    grey = [luminance(Palette(theme).fill(status).bgcolor or Color.parse("#000000")) for status in by_urgency]
    assert grey == sorted(grey, reverse=True)


def test_every_two_states_differ_in_glyph_and_word() -> None:
    for each in ("word", "glyph", "ascii"):
        assert len({getattr(look, each) for look in LOOKS.values()}) == len(Status)


@pytest.mark.parametrize("theme", THEMES)
def test_sixteen_colours_are_the_terminals_own(theme: str) -> None:
    palette = Palette(theme, Depth.SIXTEEN)
    styles = [palette.quiet, *(paint(status) for status in Status for paint in (palette.fill, palette.strong))]
    colors = [color for style in styles for color in (style.color, style.bgcolor) if color is not None]
    assert all(color.number is not None and color.number < 16 for color in colors)


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_bold_black_in_sixteen_colours(theme: str) -> None:
    palette = Palette(theme, Depth.SIXTEEN)
    for status in Status:
        for style in (palette.strong(status), palette.alarm(status)):
            assert not (style.bold and style.color and style.color.name == "black"), status


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("depth", Depth)
def test_an_alarm_is_filled_in_every_theme(theme: str, depth: Depth) -> None:
    palette = Palette(theme, depth)
    assert all(palette.alarm(status).bgcolor or palette.alarm(status).reverse for status in Status)


def test_without_colours_there_are_none() -> None:
    for palette in (Palette(MONO), *(Palette(theme, Depth.NONE) for theme in THEMES)):
        assert not palette.has_colors
        assert palette.is_plain
        assert all(palette.fill(status).color is palette.fill(status).bgcolor is None for status in Status)


def test_the_terminals_own_colours_are_used_by_name() -> None:
    colors = [Palette("ansi").fill(status).color for status in Status]
    assert all(color is None or color.number is not None for color in colors)
