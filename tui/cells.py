"""The width of text in terminal cells, and text cut to fit it.

Text from outside was cleaned when it was read; what is cut here may still hold wide characters (CJK, emoji) and
combining marks, and whatever is handed in, exactly as many cells come out as were asked for.
"""

import unicodedata
from itertools import dropwhile

from rich.cells import get_character_cell_size

CUT = "."
"""What a cut name ends in."""
AMBIGUOUS = "A"
"""The class of characters that are narrow in the West and wide in East Asia, by Unicode's annex 11."""
_ambiguous_cells = 1
_NO_TEXT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKS = {"Mn", "Me"}


def measure_for(*, ambiguous: int) -> None:
    """Say how the terminal of this process measures what Unicode leaves open.

    Args:
        ambiguous: How many cells it gives to characters of the class `AMBIGUOUS`, 1 or 2.
    """
    global _ambiguous_cells
    _ambiguous_cells = ambiguous


def _cells_of(character: str) -> int:
    cells = get_character_cell_size(character)
    if cells == 1 < _ambiguous_cells and unicodedata.east_asian_width(character) == AMBIGUOUS:
        return _ambiguous_cells
    return cells


def width(text: str) -> int:
    """How many cells a text takes, once it is `printable`.

    Not by `rich.cells.cell_len`: that keeps the last 4,096 texts, and a clock or a timer makes new ones all the time.
    """
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def printable(text: str) -> str:
    """The text without anything whose width terminals disagree on: control, format, joiners, variation selectors.

    Text that was cleaned on reading passes unchanged; this is the last gate before the glass.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(dropwhile(_is_mark, filter(_is_text, composed)))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in _MARKS


def _is_text(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _NO_TEXT or "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return False
    return _is_mark(character) or _cells_of(character) > 0


def cut(text: str, cells: int) -> str:
    """As much of the text as fits into so many cells."""
    text = printable(text)
    if width(text) <= cells:
        return text
    if text.isascii():
        return text[: max(0, cells)]
    kept, used = [], 0
    for character in text:
        used += _cells_of(character)
        if used > cells:
            break
        kept.append(character)
    return "".join(kept)


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """The text in exactly so many cells: padded with blanks, or cut so that it ends in a dot.

    Args:
        text: Any text.
        cells: How many cells.
        right: Pad on the left instead.
    """
    text = printable(text)
    missing = cells - width(text)
    if missing < 0:
        text = cut(text, cells - 1).rstrip() + CUT if cells > 1 else cut(text, cells)
        missing = cells - width(text)
    return " " * missing + text if right else text + " " * missing
