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
SOON = 0.05
"""Seconds until what calls under way may have told is looked at again."""
LONGEST_PENALTY = 3600.0
"""Seconds that a 429 may silence us for: the platform's own penalty is a minute."""


class GroupLimit:
    """The window of one group. All times are seconds of one running clock.

    The platform counts a call somewhere between its sending and its answer, so a call fills a place from the one until
    a window after the other. What an answer says of the places left is exact only if its call was the only one of ours
    under way; otherwise it may be older than what is known, and is believed only where it leaves fewer.

    Args:
        limit: Calls in one window.
        window: Seconds of the window.
    """

    def __init__(self, limit: int, window: float = 60.0) -> None:
        self.limit = limit
        self.window = window
        self.silent_until = float("-inf")
        self._under_way = 0
        self._is_alone = True
        self._ended: deque[float] = deque()
        self._others = 0
        self._others_until = float("-inf")

    def remaining(self, now: float) -> int:
        """Calls that may still be sent in this window, as far as is known."""
        return max(0, self.limit - self._ours(now) - self.others(now))

    def others(self, now: float) -> int:
        """Calls of this window that were not ours, as far as the answers' remaining counts tell."""
        return self._others if now < self._others_until else 0

    def is_silent(self, now: float) -> bool:
        """Whether a penalty is running, in which nothing may be sent."""
        return now < self.silent_until

    def is_unknown(self, now: float) -> bool:
        """Whether no call of this window was answered, and one is under way that will tell what others use."""
        self._forget(now)
        return self._under_way > 0 and not self._ended

    def delay(self, now: float, reserve: int = 0) -> float:
        """Seconds until a call may be sent, as far as is known; 0 for now.

        Args:
            now: The running clock.
            reserve: Calls that are to stay free for what is more urgent.
        """
        if self.is_silent(now):
            return self.silent_until - now
        if self.remaining(now) > min(reserve, self.limit - 1):
            return 0.0
        ends = [self._ended[0] + self.window] if self._ended else []
        if self.others(now):
            ends.append(self._others_until)
        # Where all places are filled by calls under way, their answers say more before long.
        return max(0.01, min(ends) - now) if ends else SOON

    def sent(self) -> None:
        """A call goes out; `ended` has to follow."""
        self._is_alone = self._under_way == 0
        self._under_way += 1

    def ended(self, now: float) -> None:
        """A call was answered, or has failed."""
        self._under_way -= 1
        self._ended.append(now)

    def told(self, now: float, limit: int | None, remaining: int | None, window: float | None) -> None:
        """What the headers of an answer said, after its call has ended; None where they said nothing."""
        if limit and limit > 0:
            self.limit = limit
        if window and window > 0:
            self.window = window
        if remaining is None:
            return
        others = max(0, self.limit - remaining - self._ours(now))
        if self._is_alone or others >= self.others(now):
            self._others, self._others_until = others, now + self.window

    def refused(self, now: float, seconds: float) -> None:
        """A 429: nothing may be sent for so many seconds."""
        self.silent_until = max(self.silent_until, now + seconds)

    def _ours(self, now: float) -> int:
        self._forget(now)
        return self._under_way + len(self._ended)

    def _forget(self, now: float) -> None:
        while self._ended and self._ended[0] <= now - self.window:
            self._ended.popleft()


def penalty(retry_after: float | None, otherwise: float = DEFAULT_PENALTY) -> float:
    """Seconds to be silent after a 429 with this Retry-After, if it had one."""
    return otherwise if retry_after is None else min(max(1.0, retry_after), LONGEST_PENALTY)


def default_limits() -> dict[Group, GroupLimit]:
    """The four groups with the platform's defaults."""
    return {group: GroupLimit(limit) for group, limit in DEFAULT_LIMITS.items()}
