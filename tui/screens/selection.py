"""What the choice holds: the extensions, the filter, the order, the cursor and what is chosen. Pure."""

from collections.abc import Callable, Iterable, Sequence

from tui.presence.extension import Extension
from tui.presence.filter import EVERYTHING, Filter, FilterError, parse

MOST_UNDO = 100
"""How many changes can be undone; further ones fall out at the back."""

COLUMNS: dict[str, Callable[[Extension], str]] = {
    "number": lambda extension: extension.number,
    "name": lambda extension: extension.name,
    "department": lambda extension: extension.department,
    "site": lambda extension: extension.site,
    "type": lambda extension: extension.type_word,
}
"""The columns that rows can be ordered by, in the order of `s`. Numbers are in order as texts: 1108 beside 110."""


class Selection:
    """A choice that somebody makes.

    Args:
        chosen: The ids that are chosen already. Those that the directory does not have (yet) are kept.

    Attributes:
        text: The filter as it was typed.
        error: What is wrong with it; the rows are then those of the last filter that could be read.
        column: The column that the rows are ordered by.
        shown: The rows.
        cursor: The place of the cursor in `shown`.
        top: The place of the first row that can be seen.
        chosen: The ids that are chosen.
        watchable: How many of all extensions can be chosen.
        longest_number: How long the longest number is.
    """

    def __init__(self, chosen: Iterable[str]) -> None:
        self.text = ""
        self.error: FilterError | None = None
        self.column = next(iter(COLUMNS))
        self.shown: Sequence[Extension] = []
        self.cursor = self.top = 0
        self.watchable = self.longest_number = 0
        self.chosen = dict.fromkeys(chosen)
        self._filter: Filter = EVERYTHING
        self._known: dict[str, Extension] = {}
        self._ordered: list[Extension] = []
        self._undo: list[tuple[str, ...]] = []

    @property
    def current(self) -> Extension | None:
        """The extension under the cursor."""
        return self.shown[self.cursor] if self.shown else None

    @property
    def extensions(self) -> list[Extension]:
        """The chosen extensions that can be watched, by number."""
        chosen = [self._known[one] for one in self.chosen if one in self._known]
        return sorted((one for one in chosen if one.watchable), key=_key("number"))

    def is_chosen(self, extension: Extension) -> bool:
        """Whether an extension is chosen, and can be."""
        return extension.watchable and extension.id in self.chosen

    def read(self, extensions: Sequence[Extension]) -> None:
        """Take the extensions that have been read so far."""
        self._known = {extension.id: extension for extension in extensions}
        self.watchable = sum(extension.watchable for extension in extensions)
        self.longest_number = max((len(extension.number) for extension in extensions), default=0)
        self._arrange()

    def filter(self, text: str) -> None:
        """Show what matches a filter; where it cannot be read, `error` says why and the rows stay."""
        self.text = text
        try:
            self._filter = parse(text)
        except FilterError as error:
            self.error = error
            return
        self.error = None
        self._show()

    def sort(self) -> None:
        """Order by the next column."""
        columns = list(COLUMNS)
        self.column = columns[(columns.index(self.column) + 1) % len(columns)]
        self._arrange()

    def move(self, to: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        self.cursor = max(0, min(len(self.shown) - 1, to))

    def scroll(self, page: int) -> None:
        """Scroll as little as brings the cursor among so many rows, and leave none of them empty."""
        lowest = max(0, len(self.shown) - page)
        self.top = min(lowest, max(self.cursor - page + 1, min(self.top, self.cursor)))

    def toggle(self) -> bool:
        """Choose the extension under the cursor, or not; whether that could be done."""
        current = self.current
        if current is None or not current.watchable:
            return False
        self._turn([current])
        return True

    def choose_shown(self) -> int:
        """Choose all that is shown and can be; gives how many that changed."""
        return self._turn([one for one in self.shown if one.watchable and one.id not in self.chosen])

    def choose_none_shown(self) -> int:
        """Choose nothing of what is shown; gives how many that changed."""
        return self._turn([one for one in self.shown if self.is_chosen(one)])

    def invert_shown(self) -> int:
        """Choose of what is shown exactly what is not chosen; gives how many that changed."""
        return self._turn([one for one in self.shown if one.watchable])

    def undo(self) -> int:
        """Take the last change back; gives how many extensions it was of."""
        if not self._undo:
            return 0
        turned = self._undo.pop()
        self._turn_ids(turned)
        return len(turned)

    def count_chosen(self, *, complete: bool) -> int:
        """How many are chosen; while not all extensions are read, those count that may still come."""
        waiting = 0 if complete else sum(one not in self._known for one in self.chosen)
        return waiting + sum(one in self._known and self._known[one].watchable for one in self.chosen)

    def _turn(self, extensions: Sequence[Extension]) -> int:
        if extensions:
            turned = tuple(extension.id for extension in extensions)
            self._turn_ids(turned)
            self._undo = [*self._undo, turned][-MOST_UNDO:]
        return len(extensions)

    def _turn_ids(self, ids: Iterable[str]) -> None:
        for one in ids:
            if one in self.chosen:
                del self.chosen[one]
            else:
                self.chosen[one] = None

    def _arrange(self) -> None:
        self._ordered = sorted(self._known.values(), key=_key(self.column))
        self._show()

    def _show(self) -> None:
        """Filter anew; the cursor stays on its extension, or else goes to the first."""
        current = self.current
        matches = self._filter.matches
        self.shown = [one for one in self._ordered if matches(one)] if self._filter.groups else self._ordered
        at = next((place for place, one in enumerate(self.shown) if current and one.id == current.id), 0)
        self.move(at)


def _key(column: str) -> Callable[[Extension], tuple[bool, str, str, str]]:
    """The order by a column: what has nothing there comes last, and equals are in order of their numbers."""
    value = COLUMNS[column]

    def key(extension: Extension) -> tuple[bool, str, str, str]:
        text = value(extension).casefold()
        return not text, text, extension.number, extension.id

    return key
