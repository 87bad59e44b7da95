"""Who wants attention, kept up to date by changes and by time, less what was acknowledged. Pure."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from tui.presence.alerts import NEVER, Alert, AlertRules, Level, alert_of, level_of, next_level_at, urgency
from tui.presence.board import Entry
from tui.presence.extension import number_key
from tui.presence.moments import Moments

Confirmed = Callable[[Entry], float | None]
"""When an entry was last known to be true, in server time; None where it never was."""
_Urgency = tuple[int, int, float, int, str, str]
"""The order of attention; equals are in order of their numbers. The last part is the id."""


def confirmed_by_itself(entry: Entry) -> float | None:
    """When an entry's own event or read last confirmed it."""
    return entry.confirmed_at


class Attention:
    """The level of each extension, and the worst ones first.

    An acknowledgement is of a state: it ends with that.

    Args:
        rules: When a state is a warning, and an alarm.

    Attributes:
        confirmed_at: When an entry was last known to be true.
    """

    def __init__(self, rules: AlertRules) -> None:
        self.rules = rules
        self.confirmed_at: Confirmed = confirmed_by_itself
        self._levels: dict[str, tuple[Level, Entry, _Urgency]] = {}
        self._worst: list[_Urgency] = []
        self._acknowledged: dict[str, object] = {}
        self._moments = Moments()

    @property
    def due(self) -> float | None:
        """The next moment, in server time, at which a level changes by itself; None for never."""
        return self._moments.next

    def level(self, extension_id: str) -> Level:
        """How much attention an extension wants."""
        found = self._levels.get(extension_id)
        return Level.NONE if found is None else found[0]

    def alerts(self, at: float) -> list[Alert]:
        """Those who want attention, the worst first."""
        found = [self._levels[one[-1]] for one in self._worst]
        return [alert_of(entry, level, at, self.confirmed_at(entry)) for level, entry, _ in found]

    def begin(self, entries: Iterable[Entry], at: float, confirmed_at: Confirmed | None = None) -> None:
        """Look at these entries and no others; what was acknowledged stays so."""
        self.confirmed_at = confirmed_at or confirmed_by_itself
        self._levels.clear()
        moments = {}
        for entry in entries:
            moments[entry.id] = self._look_at(entry, at)
        self._moments.fill(moments)
        self._worst = sorted(urgent for _, _, urgent in self._levels.values())
        self._acknowledged = {one: state for one, state in self._acknowledged.items() if one in moments}

    def put(self, entry: Entry, at: float) -> None:
        """Look at an entry anew."""
        self._take_out(entry.id)
        self._moments.set(entry.id, self._look_at(entry, at))
        if entry.id in self._levels:
            insort(self._worst, self._levels[entry.id][2])

    def drop(self, extension_id: str) -> None:
        """Look at an extension no more."""
        self._take_out(extension_id)
        self._moments.set(extension_id, NEVER)
        self._acknowledged.pop(extension_id, None)

    def come(self, at: float) -> list[str]:
        """The ids of those whose level changes until a moment; they are to be put anew."""
        return self._moments.come(at)

    def acknowledge(self) -> list[str]:
        """Nobody who wants attention now wants it again before their state changes; gives who that is."""
        acknowledged = list(self._levels)
        for one in acknowledged:
            self._acknowledged[one] = _state_of(self._levels[one][1])
            self._take_out(one)
            self._moments.set(one, NEVER)
        return acknowledged

    def _take_out(self, extension_id: str) -> None:
        found = self._levels.pop(extension_id, None)
        if found is not None:
            del self._worst[bisect_left(self._worst, found[2])]

    def _look_at(self, entry: Entry, at: float) -> float:
        """Note its level; gives when that changes by itself, infinity for never."""
        if self._acknowledged.get(entry.id) == _state_of(entry):
            return NEVER
        confirmed_at = self.confirmed_at(entry) if entry.stale else None
        level = level_of(entry, at, self.rules, confirmed_at)
        if level:
            self._levels[entry.id] = (level, entry, (*urgency(entry, level), *number_key(entry.extension)))
        return next_level_at(entry, at, self.rules, confirmed_at)


def _state_of(entry: Entry) -> object:
    """What an acknowledgement is of."""
    return entry.status, entry.since, entry.stale
