"""The rate limits: four groups, each a sliding window for one user of one app. Pure: time is passed in.

Source: the platform's guide to rate limits. Over the limit a group is shut for the penalty, and every request made
meanwhile starts the penalty anew.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil


class Group(StrEnum):
    """A group of endpoints that share one limit."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    AUTH = "auth"


PER_WINDOW = {Group.LIGHT: 50, Group.MEDIUM: 40, Group.HEAVY: 10, Group.AUTH: 5}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request costs; `retry_after` is the penalty in seconds if it was one too many."""

    group: Group
    limit: int
    remaining: int
    window: float
    retry_after: float | None

    @property
    def headers(self) -> dict[str, str]:
        """As the platform tells it."""
        told = {
            "X-Rate-Limit-Group": self.group,
            "X-Rate-Limit-Limit": str(self.limit),
            "X-Rate-Limit-Remaining": str(self.remaining),
            "X-Rate-Limit-Window": f"{self.window:g}",
        }
        return told if self.retry_after is None else told | {"Retry-After": f"{max(1, ceil(self.retry_after))}"}


@dataclass(slots=True)
class _Window:
    spent: deque[float] = field(default_factory=deque)
    shut_until: float = 0.0


class RateLimits:
    """Counts the requests of each user and app in each group."""

    def __init__(self, window: float, penalty: float) -> None:
        self._window = window
        self._penalty = penalty
        self._windows: dict[tuple[str, str, Group], _Window] = {}

    def spend(self, client_id: str, user: str, group: Group, now: float) -> Verdict:
        """Count one request.

        Args:
            client_id: The app.
            user: The extension id of its user; empty where it is not known.
            group: What is asked for.
            now: When, in seconds.
        """
        window = self._windows.setdefault((client_id, user, group), _Window())
        while window.spent and window.spent[0] <= now - self._window:
            window.spent.popleft()
        limit = PER_WINDOW[group]
        if now < window.shut_until or len(window.spent) >= limit:
            # A penalty shorter than the window would end while the window is still full.
            full_for = window.spent[0] + self._window - now if len(window.spent) >= limit else 0.0
            retry_after = max(self._penalty, full_for)
            window.shut_until = now + retry_after
            return Verdict(group, limit, 0, self._window, retry_after)
        window.spent.append(now)
        return Verdict(group, limit, limit - len(window.spent), self._window, None)
