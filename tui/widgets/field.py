"""A field of a form: a text that is edited in one line, and how it looks. Pure; nothing here knows of an app."""

from msgspec import Struct
from rich.style import Style

from tui.cells import fit, width
from tui.widgets.palette import NORMAL, REVERSE, Palette
from tui.widgets.rows import Piece

MOST_STARS = 30


class Field(Struct, eq=False):
    """A text that somebody edits.

    Attributes:
        cursor: The place in the text where the next character goes; at the end in a secret field.
        secret: Whether stars stand for the text. Nobody edits what cannot be seen: a text that was there before is
            replaced by what is typed, and removed by what deletes.
        touched: Whether anything was changed.
    """

    label: str
    text: str = ""
    secret: bool = False
    cursor: int = -1
    touched: bool = False

    def __post_init__(self) -> None:
        self.cursor = len(self.text)

    def insert(self, text: str) -> None:
        """Type or paste something; line breaks and everything else that is no text is left out."""
        new = "".join(character for character in text if character.isprintable())
        if not new:
            return
        if self.secret and not self.touched:
            self._clear()
        self.touched = True
        self.text = self.text[: self.cursor] + new + self.text[self.cursor :]
        self.cursor += len(new)

    def press(self, key: str, character: str | None) -> bool:
        """Take a key that edits; whether it was one.

        Args:
            key: The key as Textual names it.
            character: What it types, where it types anything that can be printed.
        """
        if key in {"left", "right", "home", "end"}:
            places = {"left": self.cursor - 1, "right": self.cursor + 1, "home": 0, "end": len(self.text)}
            self._move(places[key])
        elif key in {"backspace", "ctrl+h"}:
            self._delete(self.cursor - 1)
        elif key == "delete":
            self._delete(self.cursor)
        elif key == "ctrl+u":
            self._clear()
        elif character is not None:
            self.insert(character)
        else:
            return False
        return True

    def _delete(self, place: int) -> None:
        if self.secret and not self.touched:
            self._clear()
        elif 0 <= place < len(self.text):
            self.touched = True
            self.text = self.text[:place] + self.text[place + 1 :]
            self.cursor = place

    def _clear(self) -> None:
        self.touched = self.touched or bool(self.text)
        self.text, self.cursor = "", 0

    def _move(self, to: int) -> None:
        if not self.secret:
            self.cursor = max(0, min(len(self.text), to))


def field_pieces(field: Field, cells: int, *, focused: bool, editable: bool, palette: Palette) -> list[Piece]:
    """The field in so many cells: a filled bar, or brackets where there is no colour."""
    room = cells - 4
    text, cursor = _stars(field, room) if field.secret else _window(field, room, field.cursor if focused else 0)
    colors = palette.colors
    style = colors.shut if not editable else colors.focused if focused else colors.bar
    begin, end = ("[ ", " ]") if palette.is_plain else ("  ", "  ")
    if not (focused and editable):
        return [(begin + text + end, style)]
    # The cursor may stand behind a text that fills the field: there it takes the blank before the bracket.
    return [(begin, style), *_with_cursor(text + end, cursor, style)]


def prompt_pieces(field: Field, cells: int) -> list[Piece]:
    """The text of a field in so many cells, with its cursor and with nothing around it."""
    text, cursor = _window(field, cells - 1, field.cursor)
    return _with_cursor(text + " ", cursor, NORMAL)


def _stars(field: Field, room: int) -> tuple[str, int]:
    """Stars, their number, and the cell of the cursor."""
    count = len(field.text)
    noun = "character" if count == 1 else "characters"
    if room >= MOST_STARS + 8 + len(" characters"):
        stars = min(count, MOST_STARS)
        return fit(fit("*" * stars, MOST_STARS) + fit(f"{count:,}", 8, right=True) + f" {noun}", room), stars
    said = f"  {count:,} {noun}"
    stars = max(0, min(count, room - width(said)))
    return fit("*" * stars + fit(said, room - stars, right=True), room), stars


def _window(field: Field, room: int, cursor: int) -> tuple[str, int]:
    """The part of the text that the cursor is in, and the cell of the cursor within it."""
    start = 0
    while start < cursor and width(field.text[start:cursor]) > room:
        start += 1
    return fit(field.text[start:], room), width(field.text[start:cursor])


def _with_cursor(text: str, cell: int, style: Style) -> list[Piece]:
    """The text, and in reverse the character in the cell of the cursor."""
    place = 0
    while place < len(text) - 1 and width(text[: place + 1]) <= cell:
        place += 1
    return [(text[:place], style), (text[place], style + REVERSE), (text[place + 1 :], style)]
