"""The filter of a list while somebody types it. Pure."""

from typing import Protocol

from tui.widgets.field import Field

_MOVES = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}


class Filtered(Protocol):
    """A list that can be filtered."""

    @property
    def text(self) -> str:
        """The filter as it was typed."""

    def filter(self, text: str) -> None:
        """Show what matches a filter."""


class Finding:
    """A line of text that filters a list with every key.

    Args:
        filtered: The list.

    Attributes:
        field: The text; None while nobody types.
    """

    def __init__(self, filtered: Filtered) -> None:
        self.field: Field | None = None
        self._filtered = filtered

    def open(self) -> None:
        """Begin to type, with the filter there is."""
        self.field = Field("", self._filtered.text)

    def drop(self) -> None:
        """End, and show everything."""
        self.field = None
        self._filtered.filter("")

    def insert(self, text: str) -> None:
        """Take a pasted text; while nobody types there is no place for one."""
        if self.field is not None:
            self.field.insert(text)
            self._filtered.filter(self.field.text)

    def press(self, key: str, character: str | None) -> str | None:
        """Take a key; gives where the cursor of the table is to go instead, where it is one of those.

        Args:
            key: The key as Textual names it.
            character: What it types, where it types anything that can be printed.
        """
        if key == "enter":
            self.field = None
        elif key == "escape":
            self.drop()
        elif self.field is not None and self.field.press(key, character) and self.field.text != self._filtered.text:
            self._filtered.filter(self.field.text)
        return _MOVES.get(key)
