"""Which page a wall shows that nobody sits before, and when it moves and grows dim. Pure: every moment is an argument.

Three kinds of pages may be on the glass:

    round   a page of the round, for a turn
    hold    the page of a new alarm, until that ends or `alarm_holds` have passed
    alarm   a page with alarms between two of the round, for a turn

| shown | what happens                                     | shown next                                   |
|-------|--------------------------------------------------|----------------------------------------------|
| round | an alarm is new, and no hold came before this    | hold; the round goes on with the same page   |
| round | its turn is over, and an alarm is new            | hold; the round goes on with its next page   |
| round | its turn is over, and another page has alarms    | alarm: such pages by turns                   |
| round | its turn is over                                 | round: its next page                         |
| hold  | its alarm has ended, or was held for long enough | round: the page that it goes on with         |
| alarm | an alarm is new                                  | hold                                         |
| alarm | its turn is over, or its page has no more alarms | round: its next page                         |

After a hold the page of the round has its whole turn, however many alarms are new by then. So the round goes on in any
storm: between the ends of two of its turns lie at most a hold and three turns. Alarms that are new on one page are held
together, and the round passes over a page that has just been on the glass for another reason.
"""

import re
from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Generic, TypeVar

_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))
K = TypeVar("K", bound=Hashable)


class Shown(Enum):
    """What kind of page is on the glass."""

    ROUND = "round"
    HOLD = "hold"
    ALARM = "alarm"


class Rounds(Generic[K]):
    """Goes through the pages.

    Args:
        page_every: Seconds of a turn.
        alarm_holds: Seconds for which the page of a new alarm is held, at most.

    Attributes:
        shown: What kind of page is on the glass.
    """

    def __init__(self, page_every: float, alarm_holds: float) -> None:
        self.shown = Shown.ROUND
        self._turn = page_every
        self._hold = alarm_holds
        self._page = 0
        self._until: float | None = None
        self._is_whole = False
        self._round = 0
        self._last_alarm = -1
        self._held: K | None = None
        self._known: frozenset[K] = frozenset()
        self._new: list[K] = []

    def page(self, at: float, pages: int, alarms: Mapping[K, int]) -> int:
        """The page to be shown, counted from 0.

        Args:
            at: The moment, in seconds of a clock that never jumps.
            pages: How many pages there are, at least one.
            alarms: The page of each alarm, by what tells it from every other one.
        """
        self._new = [one for one in (*self._new, *(one for one in alarms if one not in self._known)) if one in alarms]
        self._known = frozenset(alarms)
        if self._until is None:
            self._until = at + self._turn
        is_over = at >= self._until
        match self.shown:
            case Shown.ROUND if self._new and (is_over or not self._is_whole):
                self._round += is_over
                self._show_held(at)
            case Shown.ROUND if is_over:
                self._round += 1
                with_alarms = sorted(set(alarms.values()) - {self._page})
                if with_alarms:
                    self._show_alarm(at, with_alarms)
                else:
                    self._show_round(at, pages)
            case Shown.HOLD if is_over or self._held not in alarms:
                self._show_round(at, pages, whole=True)
            case Shown.ALARM if self._new:
                self._show_held(at)
            case Shown.ALARM if is_over or self._page not in alarms.values():
                self._show_round(at, pages)
        if self.shown is Shown.HOLD and self._held is not None:
            self._page = alarms[self._held]
            self._new = [one for one in self._new if alarms[one] != self._page]
        self._page = min(self._page, pages - 1)
        return self._page

    def _show_round(self, at: float, pages: int, *, whole: bool = False) -> None:
        if self.shown is not Shown.ROUND and self._round % pages == self._page:
            self._round += 1
        self._round %= pages
        self._page, self._is_whole = self._round, whole
        self.shown, self._until = Shown.ROUND, at + self._turn

    def _show_alarm(self, at: float, pages: list[int]) -> None:
        self._page = self._last_alarm = next((page for page in pages if page > self._last_alarm), pages[0])
        self.shown, self._until = Shown.ALARM, at + self._turn

    def _show_held(self, at: float) -> None:
        self._held = self._new.pop(0)
        self.shown, self._until = Shown.HOLD, at + self._hold


def drift(at: float, every: float) -> tuple[int, int]:
    """By how many cells the picture is moved, to the right and down: one at most, round a square.

    Args:
        at: The moment, in seconds of a clock that never jumps.
        every: Seconds from one move to the next.
    """
    return _CORNERS[int(at // every) % len(_CORNERS)]


def is_dim(hours: str, minute: int) -> bool:
    """Whether it is dim at a minute of the day.

    Args:
        hours: From when until when, such as `22:00-06:00`, over midnight too; empty for never.
        minute: Minutes since midnight, in local time.
    """
    parts = _HOURS.fullmatch(hours)
    if parts is None:
        return False
    from_hour, from_minute, to_hour, to_minute = map(int, parts.groups())
    begin, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    return begin <= minute < end if begin <= end else minute >= begin or minute < end
