"""Time as a port: one line of seconds on which everything is measured, which is the platform's own.

`Clock.now` is server time: it runs on a monotonic clock that goes on while the machine sleeps, and is set once the
platform's time is known. So a wrong local clock changes no duration, and a duration is a difference of two `now`s.
"""

import time
from collections.abc import Callable

DRIFT = 1e-4
"""How fast a bound on the offset loosens, in seconds a second: cheap clocks drift less than 100 ppm."""


def running_time() -> float:
    """Seconds of a clock that never jumps and goes on through sleep (on Linux and macOS)."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(time.CLOCK_MONOTONIC if boot_time is None else boot_time)


class Clock:
    """Server time, from what the platform's answers and events say of it.

    Every sighting bounds the offset between the running clock and the platform's: a `Date` header (whole seconds)
    from both sides, an event's timestamp from below, for no event arrives before it happened. The offset is kept
    inside the bounds; a sighting that contradicts them says that a clock was set, and starts them anew.

    Args:
        running: A clock that never jumps, in seconds.
        wall: The local clock, in seconds since 1970; believed only until the platform has been heard.
    """

    def __init__(self, running: Callable[[], float] = running_time, wall: Callable[[], float] = time.time) -> None:
        self._running = running
        self._wall = wall
        self._offset = wall() - running()
        self._low = float("-inf")
        self._high = float("inf")
        self._bounded_at = running()

    def now(self) -> float:
        """Server time in seconds since 1970, as well as it is known."""
        return self._running() + self._offset

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
        self._bound(date - received, date + 1 - sent)

    def saw_event(self, timestamp: float) -> None:
        """The timestamp of an event that has just arrived, in seconds since 1970."""
        if self.is_set:
            self._bound(timestamp - self._running(), float("inf"))

    def _bound(self, low: float, high: float) -> None:
        running = self._running()
        slack = (running - self._bounded_at) * DRIFT
        self._bounded_at = running
        self._low, self._high = max(self._low - slack, low), min(self._high + slack, high)
        if self._low > self._high:
            self._low, self._high = low, high
        self._offset = min(max(self._offset, self._low), self._high)
