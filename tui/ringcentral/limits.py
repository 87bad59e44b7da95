"""How often the platform may be asked: a sliding window for each of its four groups of calls. Pure.

Source: the platform's page on rate limits. The limits are per user and app, so other programs share them; what they
use is inferred from the remaining count that each answer carries. After a 429 nothing of the group may be sent until
the penalty is over, for each call inside it starts it anew.
"""

from collections import deque
from enum import StrEnum


class Group(StrEnum):
    """The platform's usage-plan groups."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    AUTH = "auth"


DEFAULT_LIMITS = {Group.LIGHT: 50, Group.MEDIUM: 40, Group.HEAVY: 10, Group.AUTH: 5}
"""Calls a minute, where no answer has said otherwise."""
DEFAULT_PENALTY = 60.0
"""Seconds to be silent after a 429 that does not say how long."""


class GroupLimit:
    """The window of one group. All times are seconds of one running clock.

    Args:
        limit: Calls in one window.
        window: Seconds of the window.
    """

    def __init__(self, limit: int, window: float = 60.0) -> None:
        self.limit = limit
        self.window = window
        self.silent_until = float("-inf")
        self._sent: deque[float] = deque()
        self._others = 0
        self._others_until = float("-inf")

    def remaining(self, now: float) -> int:
        """Calls that may still be sent in this window, as far as is known."""
        self._forget(now)
        others = self._others if now < self._others_until else 0
        return max(0, self.limit - len(self._sent) - others)

    def delay(self, now: float, reserve: int = 0) -> float:
        """Seconds until a call may be sent; 0 for now.

        Args:
            now: The running clock.
            reserve: Calls that are to stay free for what is more urgent.
        """
        if now < self.silent_until:
            return self.silent_until - now
        if self.remaining(now) > min(reserve, self.limit - 1):
            return 0.0
        oldest = self._sent[0] + self.window if self._sent else float("inf")
        others = self._others_until if self._others and now < self._others_until else float("inf")
        first = min(oldest, others)
        return max(0.01, first - now) if first < float("inf") else 0.0

    def sent(self, now: float) -> None:
        """A call goes out."""
        self._sent.append(now)

    def answered(self, now: float, limit: int | None, remaining: int | None, window: float | None) -> None:
        """What the headers of an answer said; None where they said nothing."""
        if limit and limit > 0:
            self.limit = limit
        if window and window > 0:
            self.window = window
        if remaining is not None:
            self._forget(now)
            self._others = max(0, self.limit - max(0, remaining) - len(self._sent))
            self._others_until = now + self.window

    def refused(self, now: float, retry_after: float | None) -> float:
        """A 429: nothing may be sent for this many seconds, which it gives."""
        penalty = DEFAULT_PENALTY if retry_after is None else max(0.0, retry_after)
        self.silent_until = max(self.silent_until, now + penalty)
        return penalty

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - self.window:
            self._sent.popleft()


def default_limits() -> dict[Group, GroupLimit]:
    """The four groups with the platform's defaults."""
    return {group: GroupLimit(limit) for group, limit in DEFAULT_LIMITS.items()}
