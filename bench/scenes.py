"""A scene: a wall that is live and quiet over a box of its own, one fault, and what the wall tells from then on."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.walls import Wall, running_wall, short_box
from tui.feed.link import FeedEvent, Link, LinkState
from tui.feed.ports import Waits
from tui.presence.board import Change
from tui.presence.entry import Entry
from tui.presence.status import Status

WAITS = Waits(confirm_after=4.0, reconcile_every=2.5, retry_cap=0.5, directory_every=600.0)
PATIENCE = 25.0
"""Seconds in which all that a scene waits for has to happen."""


@dataclass
class Scene:
    """A wall, and what it has told since the scene began.

    Attributes:
        struck_at: When the first fault struck, or what stands for one.
        seconds: From then to the truth.
    """

    wall: Wall
    transport: str
    told_before: int = field(init=False)
    struck_at: float | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.told_before = len(self.wall.told)

    @property
    def told(self) -> list[FeedEvent]:
        """All that the wall has told in this scene."""
        return self.wall.told[self.told_before :]

    @property
    def links(self) -> list[LinkState]:
        """What it has told of the link."""
        return [event for event in self.told if isinstance(event, LinkState)]

    @property
    def events(self) -> int:
        """How many changes came by an event."""
        return sum(isinstance(event, Change) and event.by == "event" for event in self.told)

    def entry(self, number: str) -> Entry:
        """What is known of an extension."""
        return next(entry for entry in self.wall.feed.board if entry.extension.number == number)

    async def fault(self, name: str, /, **wish: Any) -> None:
        """Let something go wrong."""
        await self.wall.fault(name, **wish)
        self.strike()

    def strike(self) -> None:
        """From here on the time to the truth is counted."""
        self.struck_at = self.struck_at or time.monotonic()

    async def ring(self, number: str = "102", **plan: Any) -> None:
        """Let somebody be called."""
        plan = {"from": "+4930123456", "to": number, "ring": 600} | plan
        await self.wall.ask("POST", "calls", plan)

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait until something is so.

        Raises:
            AssertionError: It has not become so in time.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    self.wall.changed.clear()
                    if not condition():
                        await asyncio.wait([asyncio.ensure_future(self.wall.changed.wait())], timeout=0.1)
        except TimeoutError:
            raise AssertionError(f"not {what}: {self.wall.feed.link}, {self.wall.wrong()}, {self.links}") from None

    async def until_told(self, reason: str, *links: Link) -> None:
        """Wait until one of these states of the link has been told for this reason, whatever came of it since."""
        await self.until(
            lambda: any(one.link in links and reason in one.reason for one in self.links), f"{links}, {reason}"
        )

    async def until_true(self, number: str = "102", status: Status = Status.RINGING_IN) -> None:
        """Wait until the link is live, nothing is stale and the whole board equals the truth."""
        await self.until(
            lambda: self.wall.is_right_and_sure() and self.entry(number).status is status,
            f"true, and {number} {status}",
        )
        if self.struck_at is not None:
            self.seconds = time.monotonic() - self.struck_at

    async def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass."""
        clock = self.wall.feed.clock
        await clock.sleep_until(clock.now() + seconds)

    async def requests(self, method: str, path: str) -> int:
        """How often this was asked of the box."""
        asked = await self.wall.ask("GET", "requests")
        return sum(1 for one in asked if one["method"] == method and one["path"] == path)


@asynccontextmanager
async def scene(transport: str = "pubnub", waits: Waits = WAITS, **options: Any) -> AsyncIterator[Scene]:
    """A scene on a transport.

    Args:
        transport: What the wall is told by.
        waits: The feed's.
        options: Of the box; it is quiet unless they say otherwise.
    """
    quiet: dict[str, Any] = {"calls_per_minute": 0, "speed": 1, "subscription_ttl": 30, "token_ttl": 60}
    async with running_wall(short_box(**{**quiet, **options}), waits, chosen=6, transport=transport) as wall:
        yield Scene(wall, transport)
