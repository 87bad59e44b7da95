"""How well a Feed is: what is proven, what may have been missed, and what is left to ask with.

For the diagnostics screen, and for monitoring that has no login of its own. Gaps are told once and kept nowhere else,
so `Health` listens for them; all else is asked for when a report is made.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tui import __version__
from tui.clock import Clock
from tui.feed.link import FeedEvent, Gap, Link, LinkState, Subscription
from tui.logs import without_secrets
from tui.presence.board import Counts
from tui.ringcentral.limits import Group, GroupLimit

if TYPE_CHECKING:
    # What people see knows reports, and is drawn before HTTP is imported.
    from tui.feed.feed import Feed

GAPS_KEPT = 200
"""How many gaps are remembered; a day with more is told by its last ones."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of the rate limit of one group of calls.

    Attributes:
        left: Calls that may still be sent in this window, as far as is known.
        limit: Calls in one window.
        window: Seconds of the window.
        silent_until: Until when nothing may be sent after a 429, in server time; None where that is not so.
    """

    left: int
    limit: int
    window: float
    silent_until: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """How well the feed is at one moment. All times are server time.

    Attributes:
        subscription: None while there is none.
        session_expires_at: When the access token ends; it is renewed ahead of that. None before the login.
        gaps: Those of today that are over, oldest first; the last 200 at most.
        open_gap: Since when, while it lasts, the board may differ from the platform; None while it is in step.
        chosen: How many extensions are watched.
        stale: How many of them nothing has confirmed for a while.
        reconcile_period: Seconds between two reads of everything.
        reconcile_reason: Why that is longer than what is configured; empty where it is not.
        budgets: What is left of the rate limits.
    """

    at: float
    pid: int
    version: str
    link: LinkState
    subscription: Subscription | None
    session_expires_at: float | None
    gaps: tuple[Gap, ...]
    open_gap: float | None
    counts: Counts
    chosen: int
    stale: int
    reconcile_period: float
    reconcile_reason: str
    budgets: Mapping[Group, Budget]


class Health:
    """Makes reports on a feed.

    Args:
        feed: The feed, which it listens to from now on.
        limits: The rate limits of the client.
        session_expires_at: Gives when the access token ends, in server time.
        reconcile_every: The configured seconds between two reads of everything.
        earlier: How the feed was that this one goes on for, after a new login: its gaps are ours, and one that lasts
            is healed once this feed is live.
    """

    def __init__(
        self,
        feed: "Feed",
        limits: Mapping[Group, GroupLimit],
        session_expires_at: Callable[[], float | None],
        reconcile_every: float,
        earlier: Report | None = None,
    ) -> None:
        self._feed = feed
        self._limits = limits
        self._session_expires_at = session_expires_at
        self._reconcile_every = reconcile_every
        self._gaps: deque[Gap] = deque(earlier.gaps if earlier else (), maxlen=GAPS_KEPT)
        self._lost_before = earlier if earlier and earlier.open_gap is not None else None
        feed.subscribe(self._hear)

    def report(self) -> Report:
        """How the feed is now."""
        feed = self._feed
        now = feed.clock.now()
        link = replace(feed.link, reason=without_secrets(feed.link.reason))
        return Report(
            at=now,
            pid=os.getpid(),
            version=__version__,
            link=link,
            subscription=feed.subscription,
            session_expires_at=self._session_expires_at(),
            gaps=of_today(self._gaps, now),
            open_gap=None if link.link is Link.CLOSED else self._open_gap(link),
            counts=replace(feed.board.counts),
            chosen=len(feed.board),
            stale=sum(entry.stale for entry in feed.board),
            reconcile_period=feed.reconcile_period,
            reconcile_reason=self._why_stretched(),
            budgets={group: _budget(limit, feed.clock) for group, limit in self._limits.items()},
        )

    def _open_gap(self, link: LinkState) -> float | None:
        return self._lost_before.open_gap if self._lost_before else link.lost_since

    def _hear(self, event: FeedEvent) -> None:
        before = self._lost_before
        if isinstance(event, LinkState) and event.link is Link.LIVE and before and before.open_gap is not None:
            self._gaps.append(Gap(before.open_gap, event.at, before.link.reason, "snapshot"))
            self._lost_before = None
        if isinstance(event, Gap):
            self._gaps.append(replace(event, reason=without_secrets(event.reason)))

    def _why_stretched(self) -> str:
        if self._feed.reconcile_period <= self._reconcile_every:
            return ""
        return f"reading {len(self._feed.board):,} extensions takes much of the rate limit"


def of_today(gaps: Iterable[Gap], now: float) -> tuple[Gap, ...]:
    """The gaps that ended since the last midnight of this machine's time zone."""
    midnight = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(gap for gap in gaps if gap.end >= midnight.timestamp())


def _budget(limit: GroupLimit, clock: Clock) -> Budget:
    running = clock.running()
    silent_for = limit.silent_until - running
    silent_until = clock.now() + silent_for if silent_for > 0 else None
    return Budget(limit.remaining(running), limit.limit, limit.window, silent_until)
