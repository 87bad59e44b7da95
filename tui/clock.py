"""Time as a port: one line of seconds on which everything is measured, which is the platform's own.

`Clock.now` is server time: it runs on a monotonic clock that goes on while the machine sleeps, is set once, when the
platform is first heard, and never jumps again. So a wrong local clock changes no duration, and a duration is a
difference of two `now`s. Should the platform's own clock be set while we run, its timestamps are brought onto our line
where they are read (`ahead`), and the line drifts towards it.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

STEP = 1.0
"""Seconds after which a wait looks at the clock again."""
SLEW = 5e-4
"""How fast our line drifts towards the platform's time, in seconds a second: nobody sees that in a duration."""
DRIFT = 1e-4
"""How fast a bound on the offset loosens, in seconds a second: cheap clocks drift less than 100 ppm."""


def running_time() -> float:
    """Seconds of a clock that never jumps and goes on through sleep (on Linux and macOS)."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(time.CLOCK_MONOTONIC if boot_time is None else boot_time)


def iso(moment: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC with milliseconds: how every time is written for programs."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(text: str) -> float:
    """What `iso` gave, as seconds since 1970."""
    return datetime.fromisoformat(text).timestamp()


class Clock:
    """Server time, from what the platform's answers and events say of it.

    Every sighting bounds the offset between the running clock and the platform's: a `Date` header (whole seconds)
    from both sides, an event's timestamp from below, for no event arrives before it happened. The offset is kept
    inside the bounds. Two `Date` headers in a row that contradict them and not each other say that a clock was set,
    and start them anew; a single one may come from something between us and the platform.

    Args:
        running: A clock that never jumps, in seconds.
        wall: The local clock, in seconds since 1970; believed only until the platform has been heard.
    """

    def __init__(self, running: Callable[[], float] = running_time, wall: Callable[[], float] = time.time) -> None:
        self._running = running
        self._wall = wall
        self._offset = self._line = wall() - running()
        self._low = float("-inf")
        self._high = float("inf")
        self._bounded_at = running()
        self._doubted: tuple[float, float] | None = None

    def now(self) -> float:
        """Server time in seconds since 1970, as well as it is known."""
        return self._running() + self._line

    @property
    def ahead(self) -> float:
        """How far the platform's timestamps are ahead of our line, in seconds: subtracted from each that is read."""
        return self._offset - self._line

    @property
    def is_set(self) -> bool:
        """Whether the platform's time has been heard."""
        return self._high < float("inf")

    @property
    def local_error(self) -> float:
        """How far the local clock is ahead of the platform's, in seconds (negative: behind)."""
        return self._wall() - self.now()

    def running(self) -> float:
        """The running clock, in seconds: what `saw_date` is given, for it does not move when the offset does."""
        return self._running()

    def saw_date(self, date: float, sent: float, received: float) -> None:
        """An answer's `Date` header.

        Args:
            date: What it said, in whole seconds since 1970.
            sent: When its request was sent, by `running`.
            received: When the answer arrived, by `running`.
        """
        low, high = date - received, date + 1 - sent
        self._loosen()
        if low > self._high or high < self._low:
            before, self._doubted = self._doubted, (low, high)
            if before is None or low > before[1] or high < before[0]:
                return
            self._low, self._high = before
        self._doubted = None
        self._bound(low, high)

    def saw_event(self, timestamp: float) -> None:
        """The timestamp of an event that has just arrived, in seconds since 1970; not believed against `Date`."""
        if self.is_set:
            self._loosen()
            if (low := timestamp - self._running()) <= self._high:
                self._bound(low, self._high)

    async def sleep_until(self, moment: float) -> None:
        """Wait for a moment of server time, in steps, so that a machine that slept wakes up late by one step only.

        How long is settled when the wait begins: setting a clock meanwhile neither shortens nor lengthens it.
        """
        end = self._running() + moment - self.now()
        while True:
            left = end - self._running()
            if left <= 0:
                return
            await asyncio.sleep(min(left, STEP))

    def _loosen(self) -> None:
        running = self._running()
        passed = running - self._bounded_at
        self._bounded_at = running
        self._line += min(max(self.ahead, -SLEW * passed), SLEW * passed)
        slack = passed * DRIFT
        self._low, self._high = self._low - slack, self._high + slack

    def _bound(self, low: float, high: float) -> None:
        is_first = not self.is_set
        self._low, self._high = max(self._low, low), min(self._high, high)
        self._offset = min(max(self._offset, self._low), self._high)
        if is_first:
            self._line = self._offset
