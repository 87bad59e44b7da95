"""Which tiles are shown, and in which order. Kept up to date by changes, never recomputed for one."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sortedcontainers import SortedKeyList

from tui.presence.board import Change, Entry
from tui.presence.extension import number_key
from tui.presence.filter import EVERYTHING, Filter
from tui.presence.status import PRECEDENCE, Status


class Sort(StrEnum):
    """The orders that `s` goes through; the value is the word in the header."""

    NUMBER = "number"
    NAME = "name"
    STATE = "state"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is asked of a view.

    Attributes:
        department: The department that is shown; empty for all.
        free_only: Whether only those who are free are shown, the longest free first.
    """

    sort: Sort = Sort.NUMBER
    reverse: bool = False
    filter: Filter = EVERYTHING
    department: str = ""
    free_only: bool = False

    def counts_in(self, entry: Entry) -> bool:
        """Whether an entry counts: the same as being shown, but for states."""
        return self._is_here(entry) and self.filter.without_states().matches(entry.extension, entry)

    def shows(self, entry: Entry) -> bool:
        """Whether an entry is shown."""
        if self.free_only and entry.shown_status is not Status.AVAILABLE:
            return False
        return self._is_here(entry) and self.filter.matches(entry.extension, entry)

    def _is_here(self, entry: Entry) -> bool:
        return not self.department or entry.extension.department == self.department


_Key = tuple[object, ...]


def _since(entry: Entry) -> float:
    return entry.since if entry.since is not None else float("inf")


_KEYS: dict[Sort, Callable[[Entry], _Key]] = {
    Sort.NUMBER: lambda entry: number_key(entry.extension),
    Sort.NAME: lambda entry: (entry.extension.name.casefold(), *number_key(entry.extension)),
    Sort.STATE: lambda entry: (PRECEDENCE[entry.shown_status], _since(entry), *number_key(entry.extension)),
    Sort.LONGEST: lambda entry: (_since(entry), *number_key(entry.extension)),
}


class View:
    """The entries that pass a filter, in order, and the counts of their states.

    The counts are over everything that passes the filter without its `state:` terms and without "free only", so
    that they never fall to zero by filtering.
    """

    def __init__(self, arrangement: Arrangement = Arrangement()) -> None:
        self.arrangement = arrangement
        self.counts: Counter[Status] = Counter()
        self._shown: SortedKeyList[str, _Key] = SortedKeyList(key=self._key_of)
        self._keys: dict[str, _Key] = {}
        self._counted: dict[str, Status] = {}

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def ids(self) -> list[str]:
        """The ids of the tiles shown, in order."""
        ids = list(self._shown)
        return ids[::-1] if self.arrangement.reverse else ids

    def arrange(self, arrangement: Arrangement, entries: Iterable[Entry]) -> None:
        """Show these entries by another arrangement."""
        self.arrangement = arrangement
        self.counts.clear()
        self._keys.clear()
        self._counted.clear()
        for entry in entries:
            if arrangement.counts_in(entry):
                self._counted[entry.id] = entry.shown_status
                self.counts[entry.shown_status] += 1
            if arrangement.shows(entry):
                self._keys[entry.id] = self._sort_key(entry)
        self._shown = SortedKeyList(self._keys, key=self._key_of)

    def update(self, change: Change) -> bool:
        """Take one change of the board; True when other tiles are shown now, or in another order."""
        self._count(change)
        before = self._keys.get(change.id)
        after = self._sort_key(change.new) if change.new and self.arrangement.shows(change.new) else None
        if before == after:
            return False
        if before is not None:
            self._shown.remove(change.id)
            del self._keys[change.id]
        if after is not None:
            self._keys[change.id] = after
            self._shown.add(change.id)
        return True

    def _count(self, change: Change) -> None:
        before = self._counted.pop(change.id, None)
        if before is not None:
            self.counts[before] -= 1
        entry = change.new
        if entry and self.arrangement.counts_in(entry):
            self._counted[entry.id] = entry.shown_status
            self.counts[entry.shown_status] += 1

    def _sort_key(self, entry: Entry) -> _Key:
        return _KEYS[Sort.LONGEST if self.arrangement.free_only else self.arrangement.sort](entry)

    def _key_of(self, extension_id: str) -> _Key:
        return self._keys[extension_id]
