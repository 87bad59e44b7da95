"""Which tiles are shown, in which groups and in which order. Kept up to date by changes, never recomputed for one.

What a view shows is a function of its arrangement, its entries and a moment. An entry's place in it depends on nothing
but that entry, so a change moves one tile. What time alone changes (a `time>` or `alert:` filter, an alert, the order
of attention) does so at moments that are known beforehand: each entry's next one waits in a list, and `take_due` places
anew only those whose moment has come.

To arrange everything anew, the entries are gone through in the order of their numbers, which leaves little to sort.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui.presence.alerts import NEVER, USUAL, Alert, AlertRules, Level
from tui.presence.attention import Attention, Confirmed
from tui.presence.board import Change, Entry
from tui.presence.extension import number_key
from tui.presence.filter import EVERYTHING, Filter
from tui.presence.moments import Moments
from tui.presence.orders import GROUP_OF, UNGROUPED, Group, GroupKey, Sort, before_number, title
from tui.presence.status import Status
from tui.presence.tiles import Key, Number, Tiles

__all__ = ["Arrangement", "Due", "Group", "GroupOfTiles", "Sort", "View"]

_Pair = tuple[GroupKey, Status]
"""What an entry counts in."""
JUMP = 1.0
"""Seconds by which time has to go back for everything to be placed anew; less is the clock being set."""


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
        self.counts: Counter[Status] = Counter()
        self._attention = Attention(rules)
        self._at = -NEVER
        self._entries: dict[str, Entry] = {}
        self._numbers: dict[str, Number] = {}
        self._is_in_order = True
        self._count_all()
        self.arrange(arrangement)

    # What it shows

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def ids(self) -> list[str]:
        """The ids of the tiles shown, in order, group after group."""
        return [one for key in sorted(self._tiles) for one in self._tiles[key].ids]

    @property
    def groups(self) -> list[GroupOfTiles]:
        """The tiles shown, by their groups; one without a title where nothing is grouped."""
        group = self.arrangement.group
        if group is Group.NONE:
            return [GroupOfTiles("", self.ids, self.counts)]
        return [
            GroupOfTiles(title(key, group), self._tiles[key].ids, self._group_counts[key])
            for key in sorted(self._tiles)
        ]

    @property
    def due(self) -> float | None:
        """The next moment, in server time, at which time alone changes something; None for never."""
        return min((one for one in (self._attention.due, self._moments.next) if one is not None), default=None)

    def level(self, extension_id: str) -> Level:
        """How much attention an extension wants, less what was acknowledged."""
        return self._attention.level(extension_id)

    def alerts(self, at: float) -> list[Alert]:
        """The extensions that want attention and were not acknowledged, the worst first."""
        return self._attention.alerts(at)

    # What happens

    def begin(self, entries: Iterable[Entry], at: float, confirmed_at: Confirmed | None = None) -> None:
        """Show these entries and no others.

        Args:
            entries: What is known.
            at: The moment, in server time.
            confirmed_at: When an entry was last known to be true; by itself only where nothing is given.
        """
        self._entries = {entry.id: entry for entry in entries}
        self._numbers = {one: number_key(entry.extension) for one, entry in self._entries.items()}
        self._is_in_order = False
        self._at = at
        self._attention.begin(self._entries.values(), at, confirmed_at)
        self._count_all()
        self.arrange(self.arrangement)

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the same entries by another arrangement."""
        before, self.arrangement = self.arrangement, arrangement
        self._states = arrangement.filter.only_states()
        self._pins = {one: place for place, one in enumerate(arrangement.pins)}
        self._reverse = arrangement.reverse and not arrangement.free_only
        sort = Sort.LONGEST if arrangement.free_only else arrangement.sort
        listed = {one: place for place, one in enumerate(arrangement.listed)} if sort is Sort.CONFIG else {}
        self._before_number = before_number(sort, self._attention.level, listed)
        if _whom(before) != _whom(arrangement):
            self._count_all()
        self._place_all()

    def update(self, change: Change) -> bool:
        """Take one change of the board; True when other tiles are shown now, or in another order."""
        self._at = max(self._at, change.at)
        entry = change.new
        if entry is None:
            self._entries.pop(change.id, None)
            self._numbers.pop(change.id, None)
            self._attention.drop(change.id)
        else:
            number = number_key(entry.extension)
            # The same one is kept, for it is the key of the tile as well: 0.6 MB with ten thousand extensions.
            if self._numbers.get(change.id) != number:
                self._numbers[change.id], self._is_in_order = number, False
            self._entries[change.id] = entry
            self._attention.put(entry, self._at)
        return self._place(change.id)

    def take_due(self, at: float) -> Due:
        """Place anew what time has changed until a moment."""
        went_back = at < self._at - JUMP
        self._at = at
        if went_back:
            self.begin(self._entries.values(), at, self._attention.confirmed_at)
            return Due(frozenset(self._entries), reordered=True)
        for one in (relevelled := self._attention.come(at)):
            self._attention.put(self._entries[one], at)
        return self._place_some(frozenset((*relevelled, *self._moments.come(at))))

    def acknowledge(self) -> Due:
        """Let nobody who wants attention now want it again before their state changes."""
        return self._place_some(frozenset(self._attention.acknowledge()))

    def _place_some(self, ids: frozenset[str]) -> Due:
        moved = [self._place(one) for one in ids]
        return Due(ids, any(moved))

    # All entries

    def _all(self) -> list[Entry]:
        """All entries, in the order of their numbers."""
        if not self._is_in_order:
            in_order = sorted(self._numbers.values())
            self._entries = {number[-1]: self._entries[number[-1]] for number in in_order}
            self._is_in_order = True
        return list(self._entries.values())

    def _count_all(self) -> None:
        """Count everything anew, in the order of numbers."""
        arrangement, entries = self.arrangement, self._all()
        self._before_states = arrangement.filter.without_states()
        self._group_of = group_of = GROUP_OF[arrangement.group]
        if arrangement.department:
            entries = [one for one in entries if one.extension.department == arrangement.department]
        if self._before_states.groups:
            matches = self._before_states.matches
            entries = [one for one in entries if matches(one.extension, one)]
        # Ten thousand people are in a few hundred groups and states: each pair is kept once.
        self._pairs: dict[_Pair, _Pair] = {}
        pairs = self._pairs
        self._counted = {
            one.extension.id: pairs.setdefault(pair := (group_of(one), one.shown_status), pair) for one in entries
        }
        self.counts.clear()
        self._group_counts: dict[GroupKey, Counter[Status]] = {}
        for (group, status), count in Counter(self._counted.values()).items():
            self._count(group, status, count)

    def _place_all(self) -> None:
        """Place everything that counts and is shown."""
        entries = [entry for entry in self._all() if entry.extension.id in self._counted]
        states, at, level = self._states, self._at, self._attention.level
        self._moments = Moments()
        if states.times:
            self._moments.fill({one.extension.id: states.next_match_at(one, at) for one in entries})
        if states.groups:
            entries = [one for one in entries if states.matches(one.extension, one, at, level(one.extension.id))]
        if self.arrangement.free_only:
            entries = [one for one in entries if one.shown_status is Status.AVAILABLE]
        before, numbers, counted = self._before_number, self._numbers, self._counted
        # By number the keys are the numbers themselves, not copies: 0.7 MB with ten thousand extensions.
        self._keys: dict[str, Key] = {
            (one := entry.extension.id): (*first, *numbers[one]) if (first := before(entry)) else numbers[one]
            for entry in entries
        }
        keys = sorted(self._keys.values())
        by_group: dict[GroupKey, list[Key]] = {}
        if self.arrangement.group is not Group.NONE:
            for key in keys:
                by_group.setdefault(counted[str(key[-1])][0], []).append(key)
        elif keys:
            by_group[UNGROUPED] = keys
        self._tiles: dict[GroupKey, Tiles] = {}
        for group, of_group in by_group.items():
            self._tiles_of(group).fill(of_group)

    # One entry

    def _place(self, extension_id: str) -> bool:
        """Place one entry as it is now, or no more; whether that moved it."""
        counted_before, key_before = self._counted.pop(extension_id, None), self._keys.pop(extension_id, None)
        group_before = group = None
        if counted_before is not None:
            group_before = counted_before[0]
            self._count(*counted_before, -1)
        key, moment = None, NEVER
        entry = self._entries.get(extension_id)
        if entry is not None and self._counts_in(entry):
            group = self._group_of(entry)
            pair = (group, entry.shown_status)
            self._counted[extension_id] = self._pairs.setdefault(pair, pair)
            self._count(group, entry.shown_status, 1)
            moment = self._states.next_match_at(entry, self._at)
            if self._shows(entry):
                first, number = self._before_number(entry), self._numbers[extension_id]
                key = self._keys[extension_id] = (*first, *number) if first else number
        self._moments.set(extension_id, moment)
        if key_before == key and (key is None or group_before == group):
            return False
        if key_before is not None and group_before is not None:
            self._take_out(group_before, key_before)
        if key is not None and group is not None:
            self._tiles_of(group).add(key)
        return True

    def _counts_in(self, entry: Entry) -> bool:
        department = self.arrangement.department
        if department and entry.extension.department != department:
            return False
        return self._before_states.matches(entry.extension, entry)

    def _shows(self, entry: Entry) -> bool:
        """Whether one that counts is shown."""
        if self.arrangement.free_only and entry.shown_status is not Status.AVAILABLE:
            return False
        return self._states.matches(entry.extension, entry, self._at, self._attention.level(entry.id))

    def _count(self, group: GroupKey, status: Status, by: int) -> None:
        self.counts[status] += by
        self._group_counts.setdefault(group, Counter())[status] += by

    def _take_out(self, group: GroupKey, key: Key) -> None:
        tiles = self._tiles[group]
        tiles.remove(key)
        if not tiles:
            del self._tiles[group]

    def _tiles_of(self, group: GroupKey) -> Tiles:
        if group not in self._tiles:
            self._tiles[group] = Tiles(self._pins, reverse=self._reverse)
        return self._tiles[group]


def _whom(arrangement: Arrangement) -> tuple[str, Filter, Group]:
    """What counting depends on."""
    return arrangement.department, arrangement.filter.without_states(), arrangement.group
