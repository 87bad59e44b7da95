"""Which tiles are shown, in which groups and in which order. Kept up to date by changes, never recomputed for one.

What a view shows is a function of its arrangement, its entries and a moment. An entry's place in it depends on nothing
but that entry, so a change moves one tile. What time alone changes (a `time>` or `alert:` filter, an alert, the order
of attention) does so at moments that are known beforehand: each entry's next one waits in a list, and `take_due` places
anew only those whose moment has come.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sortedcontainers import SortedKeyList, SortedList

from tui.presence.alerts import (
    NEVER,
    USUAL,
    Alert,
    AlertRules,
    Level,
    alert_of,
    level_of,
    next_level_at,
    urgency,
)
from tui.presence.board import Change, Entry
from tui.presence.extension import number_key
from tui.presence.filter import EVERYTHING, Filter
from tui.presence.status import LOOKS, PRECEDENCE, Status

JUMP = 1.0
"""Seconds by which time has to go back for everything to be placed anew; less is the clock being set."""


class Sort(StrEnum):
    """The orders that `s` goes through; the value is the word in the header."""

    NUMBER = "number"
    NAME = "name"
    STATE = "state"
    ATTENTION = "attention"
    LONGEST = "longest"
    CHANGED = "changed"
    CONFIG = "config"


class Group(StrEnum):
    """What `o` groups by."""

    NONE = "none"
    DEPARTMENT = "department"
    SITE = "site"
    QUEUE = "queue"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is asked of a view.

    Attributes:
        department: The department that is shown, by its exact name; empty for all.
        free_only: Whether only those who are free are shown, the longest free first.
        group: What they are grouped by; the order holds within each group.
        pins: Ids that come first in their group, in this order.
        listed: The ids in the order of the choice, for `Sort.CONFIG`; others come behind them, by number.
    """

    sort: Sort = Sort.NUMBER
    reverse: bool = False
    filter: Filter = EVERYTHING
    department: str = ""
    free_only: bool = False
    group: Group = Group.NONE
    pins: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


class GroupOfTiles(NamedTuple):
    """The tiles of one group: its title (empty where there are no groups), their ids in order, and its counts.

    The counts are over what the view's counts are over, so that a group line tells what the filter hides.
    """

    title: str
    ids: Sequence[str]
    counts: Mapping[Status, int]


class Due(NamedTuple):
    """What time has changed: the ids concerned, and whether other tiles are shown now, or in another order."""

    ids: frozenset[str]
    reordered: bool


_Key = tuple[object, ...]
_GroupKey = tuple[int, str, str]
"""The order of a group among the others, and its name: without one it comes last."""
_ALL: _GroupKey = (0, "", "")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tile stands: its group, its place among the pins (or none), and its key in the order."""

    group: _GroupKey
    pin: int
    key: _Key


def _since(entry: Entry) -> float:
    return NEVER if entry.since is None else entry.since


def _changed_at(entry: Entry) -> float:
    return entry.changed_at if entry.changed_at is not None else -NEVER if entry.since is None else entry.since


_KEYS: dict[Sort, Callable[[Entry], _Key]] = {
    Sort.NUMBER: lambda entry: number_key(entry.extension),
    Sort.NAME: lambda entry: (entry.extension.name.casefold(), *number_key(entry.extension)),
    Sort.STATE: lambda entry: (PRECEDENCE[entry.shown_status], _since(entry), *number_key(entry.extension)),
    Sort.LONGEST: lambda entry: (_since(entry), *number_key(entry.extension)),
    Sort.CHANGED: lambda entry: (-_changed_at(entry), *number_key(entry.extension)),
}
"""The orders that depend on nothing but the entry."""


def _named(name: str) -> _GroupKey:
    return (0 if name else 1, name.casefold(), name)


def _queue_of(entry: Entry) -> str:
    calls = (entry.presence.calls if entry.presence else None) or ()
    return next((call.queue for call in calls if call.queue), "")


_GROUPS: dict[Group, Callable[[Entry], _GroupKey]] = {
    Group.NONE: lambda entry: _ALL,
    Group.DEPARTMENT: lambda entry: _named(entry.extension.department),
    Group.SITE: lambda entry: _named(entry.extension.site),
    Group.QUEUE: lambda entry: _named(_queue_of(entry)),
    Group.STATE: lambda entry: (PRECEDENCE[entry.shown_status], "", LOOKS[entry.shown_status].word),
}


class _Tiles:
    """The ids of one group in order; the list is made once for all who ask before the next change."""

    def __init__(self, places: Mapping[str, _Place], *, reverse: bool) -> None:
        self._pinned: SortedKeyList[str, int] = SortedKeyList(key=lambda one: places[one].pin)
        self._others: SortedKeyList[str, _Key] = SortedKeyList(key=lambda one: places[one].key)
        self._reverse = reverse
        self._ids: tuple[str, ...] | None = None
        self.places = places

    def __len__(self) -> int:
        return len(self._pinned) + len(self._others)

    @property
    def ids(self) -> tuple[str, ...]:
        if self._ids is None:
            others = reversed(self._others) if self._reverse else self._others
            self._ids = (*self._pinned, *others)
        return self._ids

    def fill(self, ids: Sequence[str]) -> None:
        self._pinned.update(one for one in ids if self.places[one].pin >= 0)
        self._others.update(one for one in ids if self.places[one].pin < 0)
        self._ids = None

    def add(self, extension_id: str) -> None:
        (self._others if self.places[extension_id].pin < 0 else self._pinned).add(extension_id)
        self._ids = None

    def remove(self, extension_id: str) -> None:
        (self._others if self.places[extension_id].pin < 0 else self._pinned).remove(extension_id)
        self._ids = None


class View:
    """The entries that pass a filter, in groups and in order, the counts of their states, and who wants attention.

    The counts are over everything that passes the filter without the terms that ask for how somebody is just now
    (`state:`, `alert:`, `time>`) and without "free only", so that they never fall to zero by filtering. Attention is
    over all entries, shown or not.

    Args:
        arrangement: What is asked of it.
        rules: When a state is a warning, and an alarm.
    """

    def __init__(self, arrangement: Arrangement = Arrangement(), rules: AlertRules = USUAL) -> None:
        self.arrangement = arrangement
        self.rules = rules
        self.counts: Counter[Status] = Counter()
        self._at = -NEVER
        self._confirmed_at: Callable[[Entry], float | None] = _confirmed_itself
        self._entries: dict[str, Entry] = {}
        self._acknowledged: dict[str, object] = {}
        self._alarming: dict[str, tuple[Level, tuple[int, int, float]]] = {}
        self._prepare()

    def _prepare(self) -> None:
        arrangement = self.arrangement
        self._before_states = arrangement.filter.without_states()
        self._states = arrangement.filter.only_states()
        self._pins = {one: place for place, one in enumerate(arrangement.pins)}
        self._listed = {one: place for place, one in enumerate(arrangement.listed)}
        self._group_of = _GROUPS[arrangement.group]
        self._reverse = arrangement.reverse and not arrangement.free_only
        self.counts.clear()
        self._group_counts: dict[_GroupKey, Counter[Status]] = {}
        self._counted: dict[str, tuple[_GroupKey, Status]] = {}
        self._places: dict[str, _Place] = {}
        self._tiles: dict[_GroupKey, _Tiles] = {}
        self._due_at: dict[str, float] = {}
        self._dues: SortedList[tuple[float, str]] = SortedList()

    # What it shows

    def __len__(self) -> int:
        return len(self._places)

    @property
    def ids(self) -> list[str]:
        """The ids of the tiles shown, in order, group after group."""
        return [one for key in sorted(self._tiles) for one in self._tiles[key].ids]

    @property
    def groups(self) -> list[GroupOfTiles]:
        """The tiles shown, by their groups; one without a title where nothing is grouped."""
        if self.arrangement.group is Group.NONE:
            return [GroupOfTiles("", self.ids, self.counts)]
        return [
            GroupOfTiles(self._title(key), self._tiles[key].ids, self._group_counts.get(key, Counter()))
            for key in sorted(self._tiles)
        ]

    def _title(self, key: _GroupKey) -> str:
        return key[-1] or f"no {self.arrangement.group}"

    @property
    def due(self) -> float | None:
        """The next moment, in server time, at which time alone changes something; None for never."""
        return self._dues[0][0] if self._dues else None

    def level(self, extension_id: str) -> Level:
        """How much attention an extension wants, less what was acknowledged."""
        return self._alarming[extension_id][0] if extension_id in self._alarming else Level.NONE

    def alerts(self, at: float) -> list[Alert]:
        """The extensions that want attention and were not acknowledged, the worst first."""
        ids = sorted(self._alarming, key=lambda one: (self._alarming[one][1], number_key(self._entries[one].extension)))
        entries = [self._entries[one] for one in ids]
        return [alert_of(entry, self._alarming[entry.id][0], at, self._confirmed_at(entry)) for entry in entries]

    # What happens

    def begin(
        self,
        entries: Iterable[Entry],
        at: float,
        confirmed_at: Callable[[Entry], float | None] | None = None,
    ) -> None:
        """Show these entries and no others.

        Args:
            entries: What is known.
            at: The moment, in server time.
            confirmed_at: When an entry was last known to be true; by itself only where nothing is given.
        """
        self._entries = {entry.id: entry for entry in entries}
        self._confirmed_at = confirmed_at or _confirmed_itself
        self._at = at
        self.arrange(self.arrangement)

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the same entries by another arrangement."""
        self.arrangement = arrangement
        self._prepare()
        self._alarming.clear()
        by_group: dict[_GroupKey, list[str]] = {}
        for entry in self._entries.values():
            self._look_at(entry)
            place = self._count_and_place(entry)
            if place is not None:
                self._places[entry.id] = place
                by_group.setdefault(place.group, []).append(entry.id)
        for key, ids in by_group.items():
            self._tiles[key] = _Tiles(self._places, reverse=self._reverse)
            self._tiles[key].fill(ids)
        self._dues.update((moment, one) for one, moment in self._due_at.items())

    def update(self, change: Change) -> bool:
        """Take one change of the board; True when other tiles are shown now, or in another order."""
        self._at = max(self._at, change.at)
        if change.new is None:
            self._entries.pop(change.id, None)
            self._acknowledged.pop(change.id, None)
        else:
            self._entries[change.id] = change.new
        return self._place(change.id)

    def take_due(self, at: float) -> Due:
        """Place anew what time has changed until a moment."""
        went_back = at < self._at - JUMP
        self._at = at
        if went_back:
            self.arrange(self.arrangement)
            return Due(frozenset(self._entries), reordered=True)
        touched: set[str] = set()
        reordered = False
        while self._dues and self._dues[0][0] <= at:
            one = self._dues[0][1]
            touched.add(one)
            reordered |= self._place(one)
        return Due(frozenset(touched), reordered)

    def acknowledge(self) -> Due:
        """Let nobody who wants attention now want it again before their state changes."""
        ids = frozenset(self._alarming)
        self._acknowledged.update((one, _state_of(self._entries[one])) for one in ids)
        reordered = False
        for one in ids:
            reordered |= self._place(one)
        return Due(ids, reordered)

    # Where one entry stands

    def _place(self, extension_id: str) -> bool:
        """Place one entry as it is now, or no more; whether that moved it."""
        if extension_id in self._due_at:
            self._dues.remove((self._due_at.pop(extension_id), extension_id))
        if counted := self._counted.pop(extension_id, None):
            self._count(*counted, -1)
        self._alarming.pop(extension_id, None)
        before, after = self._places.get(extension_id), None
        if entry := self._entries.get(extension_id):
            self._look_at(entry)
            after = self._count_and_place(entry)
            if (moment := self._due_at.get(extension_id)) is not None:
                self._dues.add((moment, extension_id))
        if before == after:
            return False
        if before is not None:
            self._take_out(extension_id, before)
        if after is not None:
            self._places[extension_id] = after
            self._tiles.setdefault(after.group, _Tiles(self._places, reverse=self._reverse)).add(extension_id)
        return True

    def _take_out(self, extension_id: str, place: _Place) -> None:
        tiles = self._tiles[place.group]
        tiles.remove(extension_id)
        del self._places[extension_id]
        if not tiles:
            del self._tiles[place.group]

    def _look_at(self, entry: Entry) -> None:
        """How much attention an entry wants, and when time alone changes something of it."""
        confirmed_at = self._confirmed_at(entry) if entry.stale else None
        moment = self._states.next_match_at(entry, self._at) if self._states.groups else NEVER
        if self._acknowledged.get(entry.id) != _state_of(entry):
            level = level_of(entry, self._at, self.rules, confirmed_at)
            if level:
                self._alarming[entry.id] = (level, urgency(entry, level))
            moment = min(moment, next_level_at(entry, self._at, self.rules, confirmed_at))
        if moment < NEVER:
            self._due_at[entry.id] = moment

    def _count_and_place(self, entry: Entry) -> _Place | None:
        """Count an entry where it counts; gives its place where it is shown."""
        arrangement, level = self.arrangement, self.level(entry.id)
        if arrangement.department and entry.extension.department != arrangement.department:
            return None
        if not self._before_states.matches(entry.extension, entry):
            return None
        group, status = self._group_of(entry), entry.shown_status
        self._counted[entry.id] = (group, status)
        self._count(group, status, 1)
        if arrangement.free_only and status is not Status.AVAILABLE:
            return None
        if not self._states.matches(entry.extension, entry, self._at, level):
            return None
        return _Place(group, self._pins.get(entry.id, -1), self._key(entry, level))

    def _count(self, group: _GroupKey, status: Status, by: int) -> None:
        self.counts[status] += by
        self._group_counts.setdefault(group, Counter())[status] += by

    def _key(self, entry: Entry, level: Level) -> _Key:
        sort = Sort.LONGEST if self.arrangement.free_only else self.arrangement.sort
        if sort is Sort.ATTENTION:
            return (-level, PRECEDENCE[entry.shown_status], _since(entry), *number_key(entry.extension))
        if sort is Sort.CONFIG:
            return (self._listed.get(entry.id, len(self._listed)), *number_key(entry.extension))
        return _KEYS[sort](entry)


def _confirmed_itself(entry: Entry) -> float | None:
    return entry.confirmed_at


def _state_of(entry: Entry) -> object:
    """What an acknowledgement is of: it ends with this."""
    return entry.status, entry.since, entry.stale
