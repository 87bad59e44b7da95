"""How the choice looks: a selection in, the rows of a screen out. Pure; nothing here knows of an app.

Drawn for 80 columns. With fewer, the site goes first, then the department, then the type is shortened; with more, name
and department grow.
"""

from dataclasses import dataclass

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui.cells import fit
from tui.presence.extension import Extension
from tui.screens.keys import KEYS, On, Table, key_words
from tui.screens.ports import Directory
from tui.screens.selection import COLUMNS, Selection
from tui.widgets.field import Field
from tui.widgets.list_rows import filter_row, keys_row, place_of, status_row
from tui.widgets.palette import BOLD, NORMAL, Palette
from tui.widgets.rows import Piece, first_fitting, row, two_sides

ROWS_AROUND = 6
"""Rows that are no extension: three above the table and three below it."""
_RAIL_AND_MARK = 5
_NUMBER, _NAME, _DEPARTMENT, _SITE, _TYPE, _SHORT_TYPE = 6, 24, 16, 11, 14, 8
_LONGEST_NUMBER = 9
_MOST_GROWTH = 20
"""How much wider than drawn a column becomes: what stands far apart is hard to read across."""
_LEGENDS = ("[x] chosen   [ ] not chosen   - has no presence or is disabled", "[x] chosen   - cannot be watched")
_DOES = {
    "find": "find",
    "toggle": "choose",
    "all-shown": "all shown",
    "none-shown": "none shown",
    "invert": "invert",
    "undo": "undo",
    "sort": "order",
    "wall": "wall",
    "help": "help",
}
"""What the last row says of the keys, by the names of the table."""
_LESS_AND_LESS = (
    (),
    ("sort", "help"),
    ("sort", "help", "none-shown", "invert"),
    ("sort", "help", "none-shown", "invert", "all-shown", "undo"),
)
"""What it leaves out, on narrower and narrower terminals."""
_PROMPT_KEYS = ("Enter keep   Esc drop   Up/Down move   Ctrl-U clear", "Enter keep   Esc drop")


@dataclass(frozen=True, slots=True)
class View:
    """What is to be drawn beside the selection itself.

    Attributes:
        directory: The extensions, and how far reading them has come.
        sentence: What there is to say of the last key; empty where it is the row under the cursor.
        prompt: The filter as it is typed; None while it is not.
        palette: How it is painted.
        table: The keys as they are bound.
    """

    directory: Directory
    sentence: str
    prompt: Field | None
    palette: Palette
    table: Table = KEYS


def choose_rows(selection: Selection, view: View, size: Size) -> list[Strip]:
    """All rows of the screen."""
    wide, high = size
    page = max(1, high - ROWS_AROUND)
    selection.scroll(page)
    silent = view.palette.quiet
    widths = column_widths(wide, selection.longest_number)
    table = [
        extension_row(one, widths, selection.is_chosen(one), one is selection.current, view.palette)
        for one in selection.shown[selection.top : selection.top + page]
    ]
    if not table and selection.text:
        table = [row([(" " * _RAIL_AND_MARK + "Nothing matches. Esc drops the filter.", silent)], wide)]
    keys = first_fitting(_keys(view.table) if view.prompt is None else _PROMPT_KEYS, wide - 2)
    return [
        two_sides([("Choose extensions", BOLD)], _counts(selection, view, wide), wide),
        _filter_row(selection, view, wide),
        _heading(selection.column, widths, wide, silent),
        *table,
        *[Strip.blank(wide)] * (page - len(table)),
        _status_row(selection, view, page, wide),
        row([(" " + first_fitting(_LEGENDS, wide - 2), silent)], wide),
        keys_row(keys, silent, wide),
    ]


def _keys(table: Table) -> list[str]:
    """What the keys do, in more and in fewer words."""
    variants = [{name: does for name, does in _DOES.items() if name not in less} for less in _LESS_AND_LESS]
    return ["  ".join(key_words(words, On.CHOOSE, table)) for words in variants]


def column_widths(cells: int, longest_number: int) -> dict[str, int]:
    """The columns that fit, and how wide they are."""
    number = max(_NUMBER, min(_LONGEST_NUMBER, longest_number))
    widths = {"number": number, "name": _NAME - number + _NUMBER, "department": _DEPARTMENT, "site": _SITE}
    widths["type"] = _TYPE
    extra = cells - _taken(widths)
    for column in ("site", "department"):
        if extra < 0:
            del widths[column]
            extra = cells - _taken(widths)
    if extra < 0:
        widths["type"] = _SHORT_TYPE
        extra = cells - _taken(widths)
    if extra <= 0 or "department" not in widths:
        widths["name"] += min(extra, _MOST_GROWTH)
    else:
        widths["name"] += min(extra - extra // 2, _MOST_GROWTH)
        widths["department"] += min(extra // 2, _MOST_GROWTH)
    return widths


def extension_row(
    extension: Extension, widths: dict[str, int], is_chosen: bool, under_cursor: bool, palette: Palette
) -> Strip:
    """One extension."""
    style = NORMAL if extension.watchable else palette.quiet
    if under_cursor:
        style += BOLD
    mark = ("[x]" if is_chosen else "[ ]") if extension.watchable else " - "
    mark_style = style + palette.colors.good if is_chosen else style
    rail = (palette.rail, palette.rail_style) if under_cursor else (" ", NORMAL)
    text = " ".join(fit(COLUMNS[column](extension), cells) for column, cells in widths.items())
    return row([rail, (mark, mark_style), (" " + text, style)], _taken(widths))


def described(selection: Selection, extension: Extension) -> str:
    """The extension under the cursor in words."""
    name = f"{extension.number} {extension.name}".strip()
    return f"{name}   {extension.why_not_watchable or ('chosen' if selection.is_chosen(extension) else 'not chosen')}"


def _taken(widths: dict[str, int]) -> int:
    return _RAIL_AND_MARK - 1 + sum(1 + cells for cells in widths.values())


def _counts(selection: Selection, view: View, wide: int) -> list[Piece]:
    directory = view.directory
    total = max(directory.total or 0, len(directory.extensions))
    counts = [
        f"{selection.count_chosen(complete=directory.complete):,} chosen",
        f"{selection.watchable:,} can be watched",
        f"{total:,} in all",
    ]
    room = wide - len(" Choose extensions   ") - 1
    texts = ["   ".join(counts[:some]) for some in (3, 2, 1)]
    return [(first_fitting(texts, room), NORMAL)]


def _filter_row(selection: Selection, view: View, wide: int) -> Strip:
    directory = view.directory
    progress = f"{len(directory.extensions):,} of {directory.total:,}" if directory.total else ""
    shown = f"{len(selection.shown):,} shown"
    style = NORMAL
    if directory.problem:
        right = f"{progress}, then reading stopped: {directory.problem}".removeprefix(", then ")
        style = view.palette.colors.amiss
    elif directory.complete:
        right = shown
    else:
        loading = f"loading {progress}".rstrip()
        right = f"{loading}   {shown}" if selection.text else loading
    return filter_row(selection.text, view.prompt, right, style, wide)


def _heading(column: str, widths: dict[str, int], wide: int, silent: Style) -> Strip:
    pieces: list[Piece] = [(" " * (_RAIL_AND_MARK - 1), NORMAL)]
    for name, cells in widths.items():
        pieces += [(" ", NORMAL), (fit(name.upper(), cells), BOLD if name == column else silent)]
    return row(pieces, wide)


def _status_row(selection: Selection, view: View, page: int, wide: int) -> Strip:
    style = NORMAL
    if selection.error is not None:
        said = f"/ {selection.error.with_place}"
        style = view.palette.colors.amiss
    else:
        said = view.sentence or (described(selection, selection.current) if selection.current else "")
    place = place_of(selection.top, page, len(selection.shown))
    return status_row(said, style, place, view.palette.quiet, wide)
