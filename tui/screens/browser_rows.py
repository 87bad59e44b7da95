"""How the login screen looks while it waits for a browser. Pure; nothing here knows of an app.

The address begins in the first column and fills whole rows, so that a terminal copies nothing else with it; a browser
leaves out the line breaks. On a low terminal all else gives way to it and to the field for the answer.
"""

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui import __version__
from tui.credentials import LoginStep
from tui.screens.form import Form
from tui.widgets.field import field_pieces
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, first_fitting, hints, row, two_sides, wrapped

TOO_SMALL = "The terminal is too small for the address. Make it larger, or leave and run   ringwall setup"
LABEL = 9
LONGEST_FIELD = 76

Row = tuple[int, Strip]
"""How soon it goes where there is no room, 0 never and 1 first; and what it shows."""


def browser_rows(form: Form, asked: LoginStep, size: Size, palette: Palette) -> list[Strip]:
    """All rows of the screen."""
    wide, high = size
    indent = 4 if wide >= 80 else 1
    blank = (1, Strip.blank(wide))

    def line(goes: int, *pieces: Piece) -> Row:
        return goes, row([(" " * indent, NORMAL), *pieces], wide)

    def words(goes: int, text: str, style: Style = NORMAL) -> list[Row]:
        return [line(goes, (part, style)) for part in wrapped(text, wide - indent - 1)]

    field = field_pieces(
        form.answer, min(wide - indent - 1, LONGEST_FIELD) - LABEL, focused=True, editable=True, palette=palette
    )
    rows = [
        blank,
        (2, two_sides([("RINGWALL", BOLD)], [(__version__, palette.quiet)], wide)),
        blank,
        *words(3, "Log in in a browser", BOLD),
        blank,
        *words(5, "Open this address in a browser, on any machine, and allow Ringwall there:"),
        blank,
        *[
            (0, row([(asked.address[start : start + wide], NORMAL)], wide))
            for start in range(0, len(asked.address), wide)
        ],
        blank,
        *words(4, " ".join(asked.more)),
        blank,
        line(0, (f"{form.answer.label:{LABEL}}", BOLD), *field),
        blank,
        *words(6, asked.text),
    ]
    for goes in range(1, 7):
        for at in range(len(rows) - 1, -1, -1):
            if len(rows) > high - 1 and rows[at][0] == goes:
                del rows[at]
    if len(rows) > high - 1:
        rows = words(0, TOO_SMALL)[: high - 1]
    shown = [strip for _, strip in rows] + [Strip.blank(wide)] * (high - 1 - len(rows))
    keys = first_fitting(
        ("Enter hand on what was pasted   Esc cancel   Ctrl-C leave", "Enter hand on   Esc cancel"), wide - 2
    )
    # The last cell of the last row stays empty: some terminals scroll when it is written.
    return [*shown, Strip.join([row([(" ", NORMAL), *hints(keys, palette.quiet)], wide - 1), Strip.blank(1)])]
