"""Which tiles want attention: how long a state may last before it is a warning, and then an alarm. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from tui.presence.board import Entry
from tui.presence.status import PRECEDENCE, Status


class Level(IntEnum):
    """How much attention a tile wants."""

    NONE = 0
    WARNING = 1
    ALARM = 2


THRESHOLDS = {
    Status.RINGING_IN: (20.0, 40.0),
    Status.RINGING_OUT: (20.0, 40.0),
    Status.HOLD: (60.0, 180.0),
    Status.ON_CALL: (1800.0, 3600.0),
}
"""Seconds after which a state is a warning, and an alarm."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An extension that wants attention."""

    entry: Entry
    level: Level
    seconds: float


def level_of(entry: Entry, at: float) -> Level:
    """How much attention an extension wants at a moment of server time; what is stale wants none of this kind."""
    warning, alarm = THRESHOLDS.get(entry.shown_status, (float("inf"), float("inf")))
    lasted = seconds_in_state(entry, at)
    return Level.ALARM if lasted >= alarm else Level.WARNING if lasted >= warning else Level.NONE


def seconds_in_state(entry: Entry, at: float) -> float:
    """How long the state has lasted, as far as is known; never below zero."""
    return 0.0 if entry.since is None else max(0.0, at - entry.since)


def alerts(entries: Iterable[Entry], at: float) -> list[Alert]:
    """The extensions that want attention, the worst first: by level, by urgency of the state, by how long it lasts."""
    found = [
        Alert(entry, level, seconds_in_state(entry, at))
        for entry in entries
        if (level := level_of(entry, at)) > Level.NONE
    ]
    found.sort(key=lambda alert: (-alert.level, PRECEDENCE[alert.entry.status], -alert.seconds))
    return found
