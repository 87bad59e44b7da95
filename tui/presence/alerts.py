"""Which tiles want attention: how long a state may last before it is a warning, and then an alarm. Pure.

A level begins at a moment, `since + seconds`, and everything here compares moments with `at`: so that a level that is
said to change at a moment has changed at exactly that moment, whatever the arithmetic of seconds rounds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from tui.presence.board import Entry
from tui.presence.status import PRECEDENCE, Status


class Level(IntEnum):
    """How much attention a tile wants."""

    NONE = 0
    WARNING = 1
    ALARM = 2


Limits = tuple[float, float]
"""Seconds after which something is a warning, and an alarm; 0 is never."""
OFF: Limits = (0.0, 0.0)
NEVER = float("inf")
"""The moment of what does not happen by itself."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How long each state may last. `age` is how long ago a stale tile was last confirmed, whatever it shows."""

    ringing: Limits = (20.0, 40.0)
    hold: Limits = (60.0, 180.0)
    talk: Limits = (1800.0, 3600.0)
    dnd: Limits = OFF
    offline: Limits = OFF
    age: Limits = OFF

    def of(self, entry: Entry) -> Limits:
        """What holds for an entry as it is."""
        if entry.stale:
            return self.age
        measure = _MEASURES.get(entry.status)
        return OFF if measure is None else measure(self)


_MEASURES: dict[Status, Callable[[Thresholds], Limits]] = {
    Status.RINGING_IN: lambda thresholds: thresholds.ringing,
    Status.RINGING_OUT: lambda thresholds: thresholds.ringing,
    Status.HOLD: lambda thresholds: thresholds.hold,
    Status.ON_CALL: lambda thresholds: thresholds.talk,
    Status.DND: lambda thresholds: thresholds.dnd,
    Status.OFFLINE: lambda thresholds: thresholds.offline,
}
"""The threshold that a state is measured by; the other states may last for ever."""


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The thresholds: those by default, and those of departments that have their own."""

    default: Thresholds = Thresholds()
    departments: Mapping[str, Thresholds] = field(default_factory=dict)

    def of(self, department: str) -> Thresholds:
        """The thresholds of a department, by its exact name."""
        return self.departments.get(department, self.default)


USUAL = AlertRules()


@dataclass(frozen=True, slots=True)
class Alert:
    """An extension that wants attention, and how many seconds its state has lasted; stale, how old its picture is."""

    entry: Entry
    level: Level
    seconds: float


def level_of(entry: Entry, at: float, rules: AlertRules = USUAL, confirmed_at: float | None = None) -> Level:
    """How much attention an extension wants.

    Args:
        entry: What is known of it.
        at: The moment, in server time.
        rules: The thresholds.
        confirmed_at: When it was last confirmed, which counts where it is stale.
    """
    warning, alarm = _moments(entry, rules, confirmed_at)
    return Level.ALARM if at >= alarm else Level.WARNING if at >= warning else Level.NONE


def next_level_at(entry: Entry, at: float, rules: AlertRules, confirmed_at: float | None) -> float:
    """The first moment after `at` at which its level changes by itself; infinity where it never does."""
    return min((moment for moment in _moments(entry, rules, confirmed_at) if moment > at), default=NEVER)


def _moments(entry: Entry, rules: AlertRules, confirmed_at: float | None) -> Limits:
    begun = confirmed_at if entry.stale else entry.since
    warning, alarm = rules.of(entry.extension.department).of(entry)
    if begun is None:
        return NEVER, NEVER
    return begun + warning if warning else NEVER, begun + alarm if alarm else NEVER


def seconds_in_state(entry: Entry, at: float) -> float:
    """How long the state has lasted, as far as is known; never below zero."""
    return 0.0 if entry.since is None else max(0.0, at - entry.since)


def alert_of(entry: Entry, level: Level, at: float, confirmed_at: float | None) -> Alert:
    """What there is to say of an extension that wants attention."""
    old = entry.stale and confirmed_at is not None
    return Alert(entry, level, max(0.0, at - (confirmed_at or 0.0)) if old else seconds_in_state(entry, at))


def urgency(entry: Entry, level: Level) -> tuple[int, int, float]:
    """The order of attention: the worst level first, then the most urgent state, then what has lasted longest."""
    return -level, PRECEDENCE[entry.status], NEVER if entry.since is None else entry.since


def alerts(entries: Iterable[Entry], at: float, rules: AlertRules = USUAL) -> list[Alert]:
    """The extensions that want attention, the worst first; each stale one was confirmed by its own event or read."""
    found = [
        alert_of(entry, level, at, entry.confirmed_at)
        for entry in entries
        if (level := level_of(entry, at, rules, entry.confirmed_at)) > Level.NONE
    ]
    found.sort(key=lambda alert: urgency(alert.entry, alert.level))
    return found
