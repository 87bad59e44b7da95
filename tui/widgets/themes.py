"""The themes: which colour each state has, as tables. Pure.

A theme fills tiles only: the background is the terminal's own, which the names tell (`light` is for light ones). Each
has a table for terminals with many colours and one for those with sixteen; where there are 256, the library that
writes them takes the nearest ones, and tests compute that the states stay apart in those as well.

Glyph and word stand beside the colour in all of them: with ten states no palette can do it by hue alone.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from rich.style import Style

from tui.presence.status import Status

NORMAL = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
REVERSE = Style(reverse=True)


class Colors(Struct, frozen=True):
    """How everything is painted.

    Attributes:
        fills: Each state's tile. Without a background it is not filled.
        quiet: What matters less: keys' meanings, page numbers, titles' counts.
        good: What went well, and what is chosen.
        amiss: What is not quite so.
        bad: What went wrong.
        bar: A field of a form, or its button.
        focused: The one that takes the keys.
        shut: One that takes nothing just now.
    """

    fills: Mapping[Status, Style]
    quiet: Style
    good: Style
    amiss: Style
    bad: Style
    bar: Style
    focused: Style
    shut: Style


class Theme(Struct, frozen=True):
    """A theme.

    Attributes:
        about: What it is for, in a few words.
        many: Its colours where there are many.
        sixteen: Its colours where there are sixteen.
    """

    about: str
    many: Colors
    sixteen: Colors


GREY = Style(color="#767676")
"""Of the same contrast on black as on white, 4.5:1. Not dim: not every terminal knows dim."""


def _style(color: str, background: str | None = None) -> Style:
    return Style(color=color, bgcolor=background)


def _fills(unknown: Style, table: Mapping[Status, Style]) -> Mapping[Status, Style]:
    """A table, with what is not known and what has no presence painted alike. A stale tile must never be bright."""
    return {**table, Status.UNKNOWN: unknown, Status.NO_PRESENCE: unknown}


_SIXTEEN = Colors(
    _fills(
        DIM,
        {
            Status.RINGING_IN: _style("black", "bright_yellow"),
            Status.RINGING_OUT: _style("yellow"),
            Status.HOLD: _style("black", "magenta"),
            Status.ON_CALL: _style("black", "red"),
            Status.PARKED: _style("black", "cyan"),
            Status.BUSY: _style("white", "blue"),
            Status.DND: _style("white", "magenta"),
            Status.NO_QUEUE: _style("white", "bright_black"),
            Status.AVAILABLE: _style("black", "green"),
            Status.OFFLINE: _style("bright_black"),
        },
    ),
    quiet=_style("bright_black"),
    good=_style("green"),
    amiss=_style("yellow"),
    bad=_style("bright_red"),
    bar=_style("white", "blue"),
    focused=_style("black", "cyan"),
    shut=_style("cyan", "blue"),
)
_SAFE = Colors(
    _fills(
        _style("#8a8a8a"),
        {
            Status.RINGING_IN: _style("#000000", "#ffe14d"),
            Status.RINGING_OUT: _style("#ffe14d"),
            Status.HOLD: _style("#000000", "#d787af"),
            Status.ON_CALL: _style("#000000", "#d55e00"),
            Status.PARKED: _style("#000000", "#56b4e9"),
            Status.BUSY: _style("#ffffff", "#0060a8"),
            Status.DND: _style("#ffffff", "#4b1a52"),
            Status.NO_QUEUE: _style("#ffffff", "#444444"),
            Status.AVAILABLE: _style("#ffffff", "#00664b"),
            Status.OFFLINE: _style("#b0b0b0", "#262626"),
        },
    ),
    quiet=GREY,
    good=_style("#5faf5f") + BOLD,
    amiss=_style("#ffd75f"),
    bad=_style("#ff8787") + BOLD,
    bar=_style("#d0d0d0", "#303030"),
    focused=_style("#000000", "#87afd7"),
    shut=_style("#a8a8a8", "#303030"),
)
_CLASSIC = Colors(
    _fills(
        _style("#8a8a8a"),
        {
            Status.RINGING_IN: _style("#000000", "#ffd700"),
            Status.RINGING_OUT: _style("#ffd700"),
            Status.HOLD: _style("#000000", "#ffaf5f"),
            Status.ON_CALL: _style("#ffffff", "#c01c28"),
            Status.PARKED: _style("#000000", "#5fafd7"),
            Status.BUSY: _style("#ffffff", "#875f00"),
            Status.DND: _style("#ffffff", "#870000"),
            Status.NO_QUEUE: _style("#ffffff", "#585858"),
            Status.AVAILABLE: _style("#ffffff", "#00702a"),
            Status.OFFLINE: _style("#b2b2b2", "#303030"),
        },
    ),
    quiet=GREY,
    good=_style("#5faf5f") + BOLD,
    amiss=_style("#ffd75f"),
    bad=_style("#ff8787") + BOLD,
    bar=_style("#d0d0d0", "#303030"),
    focused=_style("#000000", "#87afd7"),
    shut=_style("#a8a8a8", "#303030"),
)
_HIGH_CONTRAST = Colors(
    _fills(
        _style("#b2b2b2"),
        {
            Status.RINGING_IN: _style("#000000", "#ffff00"),
            Status.RINGING_OUT: _style("#ffff00"),
            Status.HOLD: _style("#000000", "#ffafd7"),
            Status.ON_CALL: _style("#000000", "#ff8700"),
            Status.PARKED: _style("#000000", "#5fd7ff"),
            Status.BUSY: _style("#ffffff", "#00478f"),
            Status.DND: _style("#ffffff", "#4b1a52"),
            Status.NO_QUEUE: _style("#ffffff", "#444444"),
            Status.AVAILABLE: _style("#ffffff", "#005f3c"),
            Status.OFFLINE: _style("#d0d0d0", "#1c1c1c"),
        },
    ),
    quiet=NORMAL,
    good=_style("#87d787") + BOLD,
    amiss=_style("#ffd75f"),
    bad=_style("#ff8787") + BOLD,
    bar=_style("#ffffff", "#444444"),
    focused=_style("#000000", "#87d7ff"),
    shut=_style("#d0d0d0", "#262626"),
)
_LIGHT = Colors(
    _fills(
        _style("#6c6c6c"),
        {
            Status.RINGING_IN: _style("#ffd700", "#000000"),
            Status.RINGING_OUT: _style("#af5f00"),
            Status.HOLD: _style("#000000", "#d787af"),
            Status.ON_CALL: _style("#000000", "#d75f00"),
            Status.PARKED: _style("#000000", "#87d7d7"),
            Status.BUSY: _style("#000000", "#afd7ff"),
            Status.DND: _style("#000000", "#d7afd7"),
            Status.NO_QUEUE: _style("#000000", "#d0d0d0"),
            Status.AVAILABLE: _style("#000000", "#afd7af"),
            Status.OFFLINE: _style("#5f5f5f", "#eeeeee"),
        },
    ),
    quiet=GREY,
    good=_style("#00702a") + BOLD,
    amiss=_style("#875f00"),
    bad=_style("#af0000") + BOLD,
    bar=_style("#1c1c1c", "#dadada"),
    focused=_style("#000000", "#87afd7"),
    shut=_style("#5f5f5f", "#eeeeee"),
)
_LIGHT_SIXTEEN = Colors(
    _fills(
        _style("bright_black"),
        {
            Status.RINGING_IN: _style("bright_yellow", "black"),
            Status.RINGING_OUT: _style("red"),
            Status.HOLD: _style("black", "bright_magenta"),
            Status.ON_CALL: _style("black", "bright_red"),
            Status.PARKED: _style("black", "bright_cyan"),
            Status.BUSY: _style("white", "blue"),
            Status.DND: _style("white", "magenta"),
            Status.NO_QUEUE: _style("black", "white"),
            Status.AVAILABLE: _style("black", "bright_green"),
            Status.OFFLINE: _style("bright_black"),
        },
    ),
    quiet=_style("bright_black"),
    good=_style("green"),
    amiss=_style("magenta"),
    bad=_style("red"),
    bar=_style("black", "white"),
    focused=_style("black", "bright_cyan"),
    shut=_style("bright_black", "white"),
)
_ANSI = replace(_SIXTEEN, fills={**_SIXTEEN.fills, Status.OFFLINE: DIM}, quiet=DIM)
"""Without bright black, which some people's sixteen colours have as their background."""
_MONO = Colors(
    _fills(
        DIM,
        {
            **dict.fromkeys(Status, NORMAL),
            Status.RINGING_IN: REVERSE,
            Status.RINGING_OUT: BOLD,
            Status.HOLD: REVERSE,
            Status.OFFLINE: DIM,
        },
    ),
    quiet=DIM,
    good=NORMAL,
    amiss=NORMAL,
    bad=NORMAL,
    bar=NORMAL,
    focused=BOLD,
    shut=DIM,
)

MONO = "mono"
"""The theme that has no colours."""
THEMES: Mapping[str, Theme] = {
    "safe": Theme("for everybody, colour-blind people too: what is urgent is bright, even in grey", _SAFE, _SIXTEEN),
    "classic": Theme("as on desk phones: green free, red on a call, yellow ringing, grey offline", _CLASSIC, _SIXTEEN),
    "high-contrast": Theme("text that stands out by 7:1 at least", _HIGH_CONTRAST, _SIXTEEN),
    "light": Theme("for a light background: pale where all is quiet, black where it rings", _LIGHT, _LIGHT_SIXTEEN),
    "ansi": Theme("your terminal's own sixteen colours, as you have set them", _ANSI, _ANSI),
    MONO: Theme("no colours: reverse, bold and dim", _MONO, _MONO),
}
"""The themes by their names, the default one first."""
