"""What of a wall reaches people who do not look at it: new alarms, and the title of its window. Pure."""

from dataclasses import dataclass

from tui.feed.link import LinkState
from tui.presence.alerts import Alert, Level
from tui.presence.new_alarms import NewAlarms
from tui.presence.status import Status
from tui.screens.picture import Picture
from tui.widgets.header import is_lost

NAME = "Ringwall"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be told.

    Attributes:
        alarms: The alarms that are new.
        title: The title of the window. It names nobody: titles stand in task bars, and in the logs of multiplexers.
    """

    alarms: tuple[Alert, ...]
    title: str


class Outlook:
    """Looks at a wall again and again, and tells each thing once."""

    def __init__(self) -> None:
        self._new_alarms = NewAlarms()
        self._title = ""

    def look(self, picture: Picture, link: LinkState, now: float) -> Seen | None:
        """What is to be told now; None where all was told before.

        Args:
            picture: What is shown.
            link: The link.
            now: Server time.
        """
        alerts = picture.alerts(now)
        alarms = tuple(self._new_alarms.take(alerts))
        count = sum(alert.level is Level.ALARM for alert in alerts)
        before, self._title = self._title, _title(picture.counts.get(Status.RINGING_IN, 0), count, link, now)
        return Seen(alarms, self._title) if alarms or self._title != before else None


def _title(ringing: int, alarms: int, link: LinkState, now: float) -> str:
    if is_lost(link, now):
        return f"{NAME}: link lost"
    words = [f"{ringing} ringing"] if ringing else []
    words += [f"{alarms} alarm{'s' if alarms > 1 else ''}"] if alarms else []
    return f"{NAME}: {', '.join(words)}" if words else NAME
