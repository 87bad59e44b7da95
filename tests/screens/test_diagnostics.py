"""Diagnostics: the health of the wall as text, at two sizes to the cell, live, and without secrets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.drawn_wall import LIVE, NOW
from tests.screens.screen_text import screen_text
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.feed.health import Budget, Report
from tui.feed.link import Gap, Link, LinkState, Subscription
from tui.presence.board import Counts
from tui.ringcentral.limits import Group
from tui.screens.diagnostics import DiagnosticsScreen
from tui.screens.wall import WallScreen

GOLDENS = Path(__file__).parent / "goldens"
REPORT = Report(
    at=NOW,
    pid=4242,
    version="0.1.0",
    link=LIVE,
    subscription=Subscription("a6f3-0b41-4821", NOW + 843, renewals=4),
    session_expires_at=NOW + 1800,
    gaps=(
        Gap(NOW - 7200, NOW - 7193, "no answer from PubNub", "snapshot"),
        Gap(NOW - 600, NOW - 597, "the machine slept", "snapshot"),
    ),
    open_gap=None,
    counts=Counts(events=12345, applied=12300, duplicates=31, late=12, strangers=2, ghosts=1, undecodable=3),
    chosen=31,
    stale=0,
    reconcile_period=180.0,
    reconcile_reason="",
    budgets={
        Group.LIGHT: Budget(47, 50, 60.0, None),
        Group.MEDIUM: Budget(38, 40, 60.0, None),
        Group.HEAVY: Budget(0, 10, 60.0, NOW + 34),
        Group.AUTH: Budget(4, 5, 60.0, None),
    },
)
LOG = [
    "09:00:01 INFO tui.feed.feed: link: subscribing",
    "09:00:02 INFO tui.feed.feed: link: live",
    "14:22:10 ERROR tui.feed.feed: a listener failed\nTraceback (most recent call last):\nValueError: ***",
]


class Diagnostics:
    """The screen above a wall, and what it is told."""

    def __init__(self, app: RingwallApp, pilot: Pilot[None], account: WatchingAccount) -> None:
        self.app = app
        self.pilot = pilot
        self.account = account

    @property
    def rows(self) -> list[str]:
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def report(self, report: Report) -> None:
        """Another report, as a second later."""
        self.account.report = report
        screen = self.app.screen
        assert isinstance(screen, DiagnosticsScreen)
        screen.show()
        await self.pilot.pause()

    async def all_rows(self) -> str:
        """Everything that stands in it, page by page."""
        await self.press("g")
        seen = self.rows[1:-1]
        while not self._is_at_the_end():
            await self.press("pagedown")
            seen += self.rows[1:-1]
        return "\n".join(seen)

    def _is_at_the_end(self) -> bool:
        place = self.rows[-1].split("scroll")[-1]
        return not place.strip() or place.split("-")[1].split(" of ")[0].strip() == place.split(" of ")[1].strip()


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the log says."""
    entries = list(LOG)
    monkeypatch.setattr("tui.app.last_entries", lambda: entries)
    return entries


@asynccontextmanager
async def diagnostics(size: tuple[int, int] = (80, 24), report: Report | None = REPORT) -> AsyncIterator[Diagnostics]:
    account = WatchingAccount(ScriptedFeed())
    account.report = report
    app = RingwallApp(OpenDoor(account), Config(color=False), skip_login=True)
    async with app.run_test(size=size) as pilot:
        for _ in range(500):
            if isinstance(app.screen, WallScreen) and app.screen.size.width:
                break
            await pilot.pause(0.01)
        await pilot.press("D")
        await pilot.pause()
        yield Diagnostics(app, pilot, account)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_it_is_the_drawn_one(size: tuple[int, int]) -> None:
    async with diagnostics(size) as screen:
        rows = screen.rows
        await screen.press("end")
        drawn = (GOLDENS / f"diagnostics-{size[0]}x{size[1]}.txt").read_text().split("\n---\n")
        assert ["\n".join(rows), "\n".join(screen.rows)] == [page.strip("\n") for page in drawn]


@pytest.mark.parametrize("size", [(40, 12), (41, 13), (80, 24), (120, 40), (300, 80)])
async def test_at_every_size_all_of_it_can_be_read(size: tuple[int, int]) -> None:
    async with diagnostics(size) as screen:
        assert len(screen.rows) == size[1]
        said = " ".join((await screen.all_rows()).split())
        for fact in ("31 duplicates", "12 late", "undecodable 3", "47 of 50", "renewed 4", "no answer from PubNub"):
            assert fact in said
        assert "ValueError: ***" in said


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
async def test_it_is_left_for_the_wall(key: str) -> None:
    async with diagnostics() as screen:
        await screen.press(key)
        assert isinstance(screen.app.screen, WallScreen)


async def test_it_goes_on_by_itself_while_it_is_open(log: list[str]) -> None:
    async with diagnostics() as screen:
        screen.account.report = replace(REPORT, counts=Counts(events=99999))
        log.append("14:32:08 WARNING tui.feed.feed: something new")
        for _ in range(500):
            if "99,999" in "\n".join(screen.rows):
                break
            await screen.pilot.pause(0.01)
        else:
            pytest.fail("\n".join(screen.rows))
        assert "something new" in await screen.all_rows()


async def test_a_lost_link_says_since_when_and_why_and_when_it_is_tried_again() -> None:
    lost = LinkState(Link.WAITING, NOW - 90, "pubnub", "no answer from PubNub", NOW - 95, NOW + 12, NOW - 95)
    async with diagnostics() as screen:
        await screen.report(replace(REPORT, link=lost, open_gap=NOW - 95, stale=31))
        said = await screen.all_rows()
        assert "link          waiting by PubNub since 14:30:37" in said
        assert "reason        no answer from PubNub" in said
        assert "next try      14:32:19, in 0:12" in said
        assert "31 chosen, 31 not confirmed" in said
        assert "Gaps today: 3" in said
        assert "14:30:32 until now: no answer from PubNub" in said


async def test_before_there_is_anything_it_says_so() -> None:
    bare = replace(
        REPORT, link=LinkState(Link.AUTHORISING, NOW), subscription=None, session_expires_at=None, gaps=(), budgets={}
    )
    async with diagnostics(report=bare) as screen:
        said = await screen.all_rows()
        for fact in ("subscription  none", "session       none", "last proof    not yet", "Gaps today: none"):
            assert fact in said


async def test_without_a_report_the_log_is_there() -> None:
    async with diagnostics(report=None) as screen:
        assert "Log, newest first" in await screen.all_rows()


async def test_a_stretched_period_says_why() -> None:
    async with diagnostics() as screen:
        why = "reading 1,204 extensions takes much of the rate limit"
        await screen.report(replace(REPORT, reconcile_period=540.0, reconcile_reason=why))
        assert f"reconciling every 9:00, {why}" in " ".join((await screen.all_rows()).split())


async def test_the_subscription_is_known_by_its_last_characters_only() -> None:
    async with diagnostics() as screen:
        said = await screen.all_rows()
        assert "..4821" in said
        assert "0b41" not in said


@pytest.mark.parametrize(
    ("subscription", "said"),
    [
        (Subscription("a6f3-0b41-4821", None), "subscription  ..4821, lives as long as its connection"),
        (Subscription("", None), "subscription  none"),
        (Subscription("a6f3-0b41-4821", NOW + 899), "until 14:47:06, in 14m, not renewed yet"),
        (Subscription("a6f3-0b41-4821", NOW + 899, 1), "until 14:47:06, in 14m, renewed once"),
    ],
)
async def test_a_subscription_is_told_as_its_transport_has_it(subscription: Subscription, said: str) -> None:
    async with diagnostics(report=replace(REPORT, subscription=subscription)) as screen:
        assert said in "\n".join(screen.rows)


async def test_what_comes_from_outside_is_text_and_nothing_else(log: list[str]) -> None:
    log.append("14:32:08 INFO tui: \x1b[2J[bold]not markup[/bold] \u202eright to left")
    async with diagnostics() as screen:
        said = await screen.all_rows()
        assert "[bold]not markup[/bold]" in said
        assert "\x1b" not in said
        assert "\u202e" not in said
