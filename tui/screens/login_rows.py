"""How the login screen looks: a form in, the rows of a screen out. Pure; nothing here knows of an app.

Drawn for 80 x 24. A lower terminal loses the empty rows first, then the hint, the heading and the title; the steps of a
login take what they need in the same way. On a larger one the form stands in the middle.
"""

from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui import __version__
from tui.cells import fit
from tui.credentials import LoginStep, StepState
from tui.screens.form import WAYS, Form, Item
from tui.widgets.field import Field, field_pieces
from tui.widgets.palette import BOLD, NORMAL, REVERSE, Palette
from tui.widgets.rows import Piece, first_fitting, hints, row, two_sides, wrapped
from tui.widgets.themes import Colors

FORM_WIDTH = 80
LABEL, MARK = 15, 6
NARROW = (11, 4)
"""The same two columns of the steps on a terminal that is narrower than the form."""
FEWEST_STEPS, USUAL_STEPS = 3, 5
_COLOURS: dict[StepState, Callable[[Colors], Style]] = {
    StepState.RUNNING: lambda _: NORMAL,
    StepState.OK: lambda colors: colors.good,
    StepState.WARNING: lambda colors: colors.amiss,
    StepState.NO: lambda colors: colors.bad,
}


class LoginRow(NamedTuple):
    """One row, what in it can be clicked, and how soon it goes where there is no room: 0 never, 1 first."""

    strip: Strip
    item: Field | Item | None = None
    goes: int = 0


def login_rows(form: Form, size: Size, *, remembers_at: str, palette: Palette) -> list[LoginRow]:
    """All rows of the screen."""
    wide, high = size
    blank, silent = Strip.blank(wide), palette.quiet
    form_width = min(wide, FORM_WIDTH)
    left = (wide - form_width) // 2
    is_narrow = form_width < FORM_WIDTH
    indent = left + (1 if is_narrow else 4)

    def line(*pieces: Piece, item: Field | Item | None = None, goes: int = 0) -> LoginRow:
        return LoginRow(row([(" " * indent, NORMAL), *pieces], wide), item, goes)

    def instead(item: Item, way: str, whose: str) -> list[Piece]:
        return _instead(form, item, way, whose, silent, wide - indent)

    room = left + form_width - 2 - indent - LABEL
    fields = [line(*_field(form, field, room + 1 if is_narrow else room, palette), item=field) for field in form.fields]
    steps = [
        line(*pieces)
        for pieces in chain.from_iterable(
            _step(step, *(NARROW if is_narrow else (LABEL, MARK)), min(wide, left + form_width) - indent - 1, palette)
            for step in form.steps
        )
    ]
    head = [
        LoginRow(blank, goes=2),
        LoginRow(two_sides([("RINGWALL", BOLD)], [(__version__, silent)], wide), goes=6),
        LoginRow(blank, goes=2),
        line((_heading(form), BOLD), goes=5),
        LoginRow(blank, goes=2),
    ]
    body = [
        *fields,
        # User and password have one field more than the JWT, the browser has one less: nothing below them moves.
        *[LoginRow(blank, goes=3)] * (5 - len(fields)),
        line(*_remember(form, remembers_at, silent, left + form_width - 1 - indent), item=Item.REMEMBER),
        line(*instead(Item.PASSWORD, "User and password", "legacy servers"), item=Item.PASSWORD),
        line(
            *instead(Item.BROWSER, "A browser", "companies that allow no JWT"),
            item=Item.BROWSER,
            # What a login tells counts more, and meanwhile nobody can choose.
            goes=6 if form.busy else 0,
        ),
        line((" " * LABEL, NORMAL), (_button(form, palette)), item=Item.BUTTON),
        LoginRow(blank, goes=3),
    ]
    foot = [
        LoginRow(blank, goes=1),
        LoginRow(blank, goes=1) if form.is_over_wall else line(*_no_credentials(wide - indent, silent), goes=4),
        LoginRow(blank, goes=1),
    ]
    # The last cell of the last row stays empty: some terminals scroll when it is written.
    keys = LoginRow(Strip.join([row([(" ", NORMAL), *hints(_keys(form, wide - 2), silent)], wide - 1), Strip.blank(1)]))
    extra = max(0, high - 24)
    head[3:3] = [LoginRow(blank, goes=1)] * (extra // 3)
    return _fitted([*head, *body], steps, foot, keys, high, blank)


def _fitted(
    above: list[LoginRow], steps: list[LoginRow], foot: list[LoginRow], keys: LoginRow, high: int, blank: Strip
) -> list[LoginRow]:
    """Exactly so many rows: those that may go give way to the steps, of which the last ones count most."""
    wanted = max(len(steps), USUAL_STEPS if high >= 24 else FEWEST_STEPS)
    for rank in range(1, 7):
        for rows in (foot, above):
            for at in range(len(rows) - 1, -1, -1):
                if len(above) + wanted + len(foot) + 1 > high and rows[at].goes == rank:
                    del rows[at]
    room = max(0, high - len(above) - len(foot) - 1)
    shown = steps[-room:] if room else []
    padding = min(room, wanted) - len(shown)
    rows = [*above, *shown, *[LoginRow(blank)] * padding, *foot]
    return [*rows[: high - 1], *[LoginRow(blank)] * (high - 1 - len(rows)), keys]


def _heading(form: Form) -> str:
    return "Log in again; the wall stays as it is" if form.is_over_wall else "Log in to RingCentral"


def _field(form: Form, field: Field, cells: int, palette: Palette) -> list[Piece]:
    focused = form.focused is field
    label = (fit(field.label, LABEL), BOLD if focused and not form.busy else NORMAL)
    return [label, *field_pieces(field, cells, focused=focused, editable=not form.busy, palette=palette)]


def _remember(form: Form, remembers_at: str, silent: Style, cells: int) -> list[Piece]:
    tick = _box(form.remember) + " Remember me"
    where = first_fitting((f"    {remembers_at}, only you can read it", f"    {remembers_at}", ""), cells - len(tick))
    return [(tick, _style_of_choice(form, Item.REMEMBER, silent)), (where, silent)]


def _instead(form: Form, item: Item, way: str, whose: str, silent: Style, cells: int) -> list[Piece]:
    tick = f"{_box(form.way is WAYS[item])} {way} instead of a JWT"
    whose = first_fitting((f" ({whose})", ""), cells - len(tick))
    return [(tick, _style_of_choice(form, item, silent)), (whose, silent)]


def _style_of_choice(form: Form, item: Item, silent: Style) -> Style:
    return silent if form.busy else BOLD + REVERSE if form.focused is item else NORMAL


def _box(ticked: bool) -> str:
    return "[x]" if ticked else "[ ]"


def _button(form: Form, palette: Palette) -> Piece:
    focused, colors = form.focused is Item.BUTTON, palette.colors
    taking = colors.focused + BOLD if palette.has_colors else BOLD + REVERSE
    style = colors.shut if form.busy else taking if focused else colors.bar
    return "[ Log in ]" if palette.is_plain else "  Log in  ", style


def _step(step: LoginStep, label_cells: int, mark_cells: int, cells: int, palette: Palette) -> list[list[Piece]]:
    """The lines of a step. Under one that failed stands what to do, under others what is amiss."""
    name = "" if step.state is StepState.WARNING else step.name
    below = "" if step.state is StepState.NO else StepState.WARNING
    drawn: list[list[Piece]] = []
    for label, state, text in [(name, step.state, step.text), *(("", below, more) for more in step.more)]:
        mark = f" {state}" if state is StepState.WARNING else str(state)
        style = _COLOURS[StepState(state)](palette.colors) if state else NORMAL
        for place, part in enumerate(wrapped(text, cells - label_cells - mark_cells) or [""]):
            is_first = place == 0
            drawn.append(
                [
                    (fit(label * is_first, label_cells), NORMAL),
                    (fit(mark * is_first, mark_cells), style),
                    (part, NORMAL),
                ]
            )
    return drawn


def _no_credentials(cells: int, silent: Style) -> list[Piece]:
    text = first_fitting(
        ("No credentials yet?  Leave, and run   ", "No credentials? Run  "), cells - len("ringwall setup")
    )
    return [(text, silent), ("ringwall setup", BOLD)]


def _keys(form: Form, cells: int) -> str:
    leave = "Esc back to the wall" if form.is_over_wall else "Ctrl-C leave"
    if form.done:
        return f"Enter go on   {leave}"
    if form.slow:
        return f"Esc cancel   Ctrl-C {'back to the wall' if form.is_over_wall else 'leave'}"
    return first_fitting(
        (
            f"Enter log in   Tab next field   Ctrl-U clear field   {leave}",
            f"Enter log in   Tab next   {leave}",
            f"Enter log in   {leave}",
        ),
        cells,
    )
