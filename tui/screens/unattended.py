"""The wall that nobody sits before: its pages go round, it moves against burn-in, and callers stay masked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from textual.geometry import Size
from textual.message import Message

from tui.presence.alerts import Level
from tui.presence.new_alarms import AlarmKey, alarm_key
from tui.presence.rounds import Rounds, drift, is_dim
from tui.screens.keys import On, keys_on
from tui.screens.live import LiveScreen
from tui.screens.looks import Looks
from tui.screens.ports import CallRecord, Shown
from tui.screens.privacy import Privacy
from tui.settings import KioskConfig

ALLOWED = frozenset({"acknowledge", "reread", "repaint", ""})
"""The commands whose keys work: those that leave nothing behind for who comes next."""
WAY_OUT, TWICE_WITHIN = "ctrl+c", 3.0
"""The key that has to be pressed twice to leave, and the seconds in which."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a wall goes on by itself; see `[kiosk]` of the configuration.

    Attributes:
        page_every: Seconds of a page's turn.
        alarm_holds: Seconds for which the page of a new alarm is held, at most.
        drift_every: Seconds from one move of the picture to the next.
        dim: The hours in which it is dim; empty for never.
    """

    page_every: float = 20.0
    alarm_holds: float = 60.0
    drift_every: float = 300.0
    dim: str = ""


def pace_of(config: KioskConfig) -> Pace:
    """The pace that is configured."""
    return Pace(config.page_every, config.alarm_holds, config.drift_every, config.dim)


class UnattendedScreen(LiveScreen):
    """The chosen extensions, live, for everybody who passes by.

    Args:
        watching: The feed.
        looks: How the wall starts.
        pace: How it goes on by itself.
        is_alone: Whether no other wall is beneath it. Else Ctrl-C, pressed twice, leads back to that one, which goes on
            telling of alarms.
    """

    class Dimmed(Message):
        """It is to be dim from now on, or no longer.

        Attributes:
            dim: Which of the two.
        """

        def __init__(self, *, dim: bool) -> None:
            super().__init__()
            self.dim = dim

    def __init__(self, watching: Shown, looks: Looks, pace: Pace, *, is_alone: bool) -> None:
        super().__init__(watching, replace(looks, privacy=Privacy(masked=True, fixed=True), unattended=True))
        self._actions = {
            key: row.asked() for row in keys_on(On.WALL, looks.table) if row.name in ALLOWED for key in row.keys
        }
        self._is_alone = is_alone
        if not is_alone:
            self._actions[WAY_OUT] = "leave"
        self._pace = pace
        self._rounds: Rounds[AlarmKey] = Rounds(pace.page_every, pace.alarm_holds)
        self._moved = (0, 0)
        self._is_dim = False
        self._asked_at = float("-inf")

    def on_mount(self) -> None:
        """Begin in the first corner; Textual calls the base's method too."""
        self._grid.shows_cursor = False
        self._move_to(self._moved)

    def follow(self, watching: Shown, record: CallRecord, *, secret_file: str) -> None:
        """Go on with another feed, whose extensions may be the first with which the view of the start is there."""
        super().follow(watching, record, secret_file=secret_file)
        self._show_first_view()
        self.call_next(self._show_anew)

    async def _fit(self, size: Size, *, anew: bool = False) -> None:
        """Take a row and a column less than there are, so that there is room to move."""
        await super()._fit(Size(self.app.size.width - 1, self.app.size.height - 1), anew=anew)

    def _tick(self) -> None:
        super()._tick()
        running = self._watching.clock.running()
        self._grid.turn_to(self._rounds.page(running, self._grid.geometry.pages, self._alarm_pages()))
        moved = drift(running, self._pace.drift_every)
        if moved != self._moved:
            self._move_to(moved)
            # Nobody sits there who could do it: whatever something else has written on the glass goes.
            self.app.refresh()
        now = datetime.fromtimestamp(self._now).astimezone()
        dim = is_dim(self._pace.dim, now.hour * 60 + now.minute)
        if dim != self._is_dim:
            self._is_dim = dim
            self.post_message(self.Dimmed(dim=dim))

    def _look_out(self) -> None:
        if self._is_alone:
            super()._look_out()

    def _alarm_pages(self) -> Mapping[AlarmKey, int]:
        alarms = (alert for alert in self._picture.alerts(self._now) if alert.level is Level.ALARM)
        pages = ((alarm_key(alarm), self._grid.page_of(alarm.entry.id)) for alarm in alarms)
        return {key: page for key, page in pages if page is not None}

    def _move_to(self, moved: tuple[int, int]) -> None:
        """Leave the one free column and row on the other side."""
        self._moved = right, down = moved
        self.styles.padding = (down, 1 - right, 1 - down, right)

    def action_leave(self) -> None:
        """Leave, if this was asked for a moment ago."""
        running = self._watching.clock.running()
        if running - self._asked_at <= TWICE_WITHIN:
            if self._is_dim:
                self.app.post_message(self.Dimmed(dim=False))
            self.dismiss()
        else:
            self._asked_at = running
            self.say("Ctrl-C once more leaves the kiosk")

    def action_no_suspend(self) -> None:
        """Do nothing, and say nothing of keys that do more."""
