"""Rows that screens of a list have around it: its filter, what is said and where one is, and the keys."""

from rich.style import Style
from textual.strip import Strip

from tui.cells import fit, width
from tui.widgets.field import Field, prompt_pieces
from tui.widgets.palette import BOLD, NORMAL
from tui.widgets.rows import Piece, hints, row, two_sides


def filter_row(text: str, prompt: Field | None, right: str, style: Style, cells: int) -> Strip:
    """The filter at the left, and at the right what there is to say of the list.

    Args:
        text: The filter that is kept; empty where there is none.
        prompt: The filter as it is typed; None while it is not.
        right: What there is to say.
        style: How that is painted.
        cells: How wide the row is.
    """
    if prompt is None:
        left: list[Piece] = [(f"/ {text}", NORMAL)] if text else []
        right = fit(right, min(width(right), max(0, cells - 3 - sum(width(piece) for piece, _ in left))))
    else:
        right = fit(right, min(width(right), cells // 2))
        left = [("/ ", BOLD), *prompt_pieces(prompt, max(2, cells - width(right) - 5))]
    return two_sides(left, [(right, style)], cells)


def place_of(top: int, page: int, count: int, more: str = "") -> str:
    """Which of so many rows can be seen, `1-19 of 24`; empty where there are none.

    Args:
        top: The first row that can be seen, counted from 0.
        page: How many fit.
        count: How many there are.
        more: What says that there are more than that.
    """
    return f"{top + 1:,}-{min(top + page, count):,} of {count:,}{more}" if count else ""


def status_row(said: str, style: Style, place: str, quiet: Style, cells: int) -> Strip:
    """A sentence at the left and a place at the right; what has to be said comes before where one is."""
    if width(said) + width(place) + 5 > cells:
        return row([(" ", NORMAL), (fit(said, cells - 2), style)], cells)
    return two_sides([(said, style)], [(place, quiet)], cells)


def keys_row(keys: str, quiet: Style, cells: int) -> Strip:
    """The keys, in the last row of a screen. Its last cell stays empty: some terminals scroll when it is written."""
    return Strip.join([row([(" ", NORMAL), *hints(keys, quiet)], cells - 1), Strip.blank(1)])
