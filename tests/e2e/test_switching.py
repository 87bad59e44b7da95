"""Another transport in the middle of a running wall: nothing that could be known to be lost is lost in silence.

PubNub is refused while calls come and go, then the WebSocket is cut, then it is refused too, and at last PubNub is
granted again. A judge lays truth and board side by side all the while, as in `bench.faults`; after each step the calls
stop for a moment, and the board has to equal the truth.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from bench.scenes import Scene
from bench.walls import Judge, running_wall, short_box
from tui.feed.link import Gap, Link
from tui.feed.ports import Waits
from tui.files import write_private
from tui.presence.board import Change
from tui.ringcentral.push.auto import REMEMBERED, TransportFile
from tui.widgets.header import Header, status_row

WAITS = Waits(confirm_after=4.0, reconcile_every=600.0, retry_cap=0.5, directory_every=600.0)
"""No reconciliation: nothing but the switch itself may repair what it has missed."""
LOOK_EVERY = 0.1
UNDER_WAY = 1.5
"""Seconds for an event, a read and a look at the clock that are under way."""
BUSY = 600
"""Calls a minute, twenty times as fast as people talk."""


class Watch:
    """Looks at truth and board again and again, and remembers what was shown as true for too long and was not."""

    def __init__(self, scene: Scene) -> None:
        self.falsely_confirmed: list[str] = []
        self._judge = Judge(scene.wall)
        self._loop = asyncio.get_running_loop()

    async def look(self) -> None:
        while True:
            began = self._loop.time()
            await asyncio.sleep(LOOK_EVERY)
            stalled = self._loop.time() - began - LOOK_EVERY
            for wrong in self._judge.look():
                if wrong.seconds > WAITS.confirm_after + UNDER_WAY + stalled:
                    self.falsely_confirmed.append(str(wrong))


@asynccontextmanager
async def busy_wall(folder: Path) -> AsyncIterator[Scene]:
    """A wall on whatever is granted, with calls that come and go; what it learns of transports stays in the folder."""
    options = short_box(calls_per_minute=BUSY, speed=20, subscription_ttl=30, token_ttl=60)
    memory = TransportFile(folder / "transport.json")
    async with running_wall(options, WAITS, chosen=24, transport="auto", memory=memory) as wall:
        at = Scene(wall, "auto")
        watch = Watch(at)
        watching = asyncio.create_task(watch.look())
        try:
            yield at
        finally:
            watching.cancel()
        assert watch.falsely_confirmed == []


def header(at: Scene) -> str:
    """The first row of the wall."""
    return status_row(Header("Wall", 24, 24, "", at.wall.feed.link, is_demo=False), at.wall.feed.clock.now(), 80).text


def gaps(at: Scene) -> list[Gap]:
    return [event for event in at.told if isinstance(event, Gap)]


async def until_calls_are_told(at: Scene) -> None:
    """Wait until some more have come by events, or by the reads that polling has in their place."""
    before = sum(isinstance(event, Change) for event in at.told)
    await at.until(lambda: sum(isinstance(event, Change) for event in at.told) > before + 5, "calls told")


async def until_equal(at: Scene) -> None:
    """Let the calls end, and wait until the whole board equals the truth; then let them go on."""
    await at.wall.ask("POST", "traffic", {"calls_per_minute": 0})
    await at.until(at.wall.is_right_and_sure, "equal to the truth")
    await at.wall.ask("POST", "traffic", {"calls_per_minute": BUSY})


async def broken(at: Scene, strike: Callable[[], Awaitable[None]], transport: str, words: str) -> None:
    """After a strike the wall goes on over a transport, and what was missed meanwhile stands among the gaps."""
    feed = at.wall.feed
    before, lost_at = len(gaps(at)), feed.clock.now()
    links = len(at.links)
    await strike()
    await at.until(
        lambda: (
            any(one.link is Link.WAITING for one in at.links[links:])
            and feed.link.link is Link.LIVE
            and feed.link.transport == transport
        ),
        f"live over {transport}",
    )
    assert words in header(at)
    back_at = next(one.at for one in reversed(at.links) if one.link is Link.LIVE)
    told = gaps(at)[before:]
    assert any(gap.start <= lost_at + 1 and gap.end >= back_at - 1 for gap in told), told
    assert all(gap.reason and gap.healed_by == "snapshot" for gap in told)
    await until_calls_are_told(at)
    await until_equal(at)


@pytest.mark.timeout(120)
async def test_pubnub_is_refused_the_websocket_is_cut_then_refused_too_and_nothing_is_lost(tmp_path: Path) -> None:
    async with busy_wall(tmp_path) as at:
        assert "LIVE PubNub" in header(at)
        await until_calls_are_told(at)

        async def refuse_pubnub() -> None:
            await at.fault("no_pubnub")
            await at.fault("forget_subscription")

        await broken(at, refuse_pubnub, "websocket", "LIVE WebSocket")
        await broken(at, lambda: at.fault("ws_cut"), "websocket", "LIVE WebSocket")

        async def refuse_websocket() -> None:
            await at.fault("drop_permission", permission="WebSocket")
            await at.fault("ws_cut")

        await broken(at, refuse_websocket, "polling", "LIVE polling")
        assert TransportFile(tmp_path / "transport.json").refused(at.wall.feed.clock.now()) == {"pubnub", "websocket"}


@pytest.mark.parametrize(
    ("days", "words"), [(1.0, "LIVE WebSocket"), (REMEMBERED / 86400 + 1, "LIVE PubNub")], ids=["a day", "a week"]
)
async def test_the_next_start_asks_for_what_was_refused_after_a_week_and_not_before(
    tmp_path: Path, days: float, words: str
) -> None:
    write_private(tmp_path / "transport.json", msgspec.json.encode({"pubnub": time.time() - days * 86400}))
    async with busy_wall(tmp_path) as at:
        assert words in header(at)
        await until_calls_are_told(at)
        await until_equal(at)
