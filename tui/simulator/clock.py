"""The box's clock: time that never jumps inside, and what the platform claims the time is outside."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970 on a clock that never jumps.

    Attributes:
        shift: Seconds that the platform's clock is wrong by. It moves all that is told (`Date` headers and
            timestamps) and no wait, so that a shifted platform is still consistent with itself.
    """

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()
        self.shift = 0.0

    def now(self) -> float:
        """The box's own time."""
        return self._start + time.monotonic()

    def told(self, at: float) -> float:
        """What the platform claims the moment `at` to be."""
        return at + self.shift

    def iso(self, at: float) -> str:
        """The moment `at` as the platform tells it: ISO 8601, UTC, milliseconds."""
        return utc(self.told(at))


def utc(at: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
