"""Which alarms are new: what rings a bell, starts a program and holds a kiosk's page. Pure."""

from collections.abc import Sequence

from tui.presence.alerts import Alert, Level
from tui.presence.status import Status

AlarmKey = tuple[str, Status, float | None]
"""What tells an alarm from every other one: whose it is, the state, and when that began."""


def alarm_key(alert: Alert) -> AlarmKey:
    """What tells an alarm from every other one; the next call that rings too long is another."""
    return alert.entry.id, alert.entry.status, alert.entry.since


class NewAlarms:
    """Tells each alarm once."""

    def __init__(self) -> None:
        self._known: frozenset[AlarmKey] = frozenset()

    def take(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Of all that wants attention, the alarms that were not there the last time."""
        alarms = [alert for alert in alerts if alert.level is Level.ALARM]
        before, self._known = self._known, frozenset(map(alarm_key, alarms))
        return [alert for alert in alarms if alarm_key(alert) not in before]
