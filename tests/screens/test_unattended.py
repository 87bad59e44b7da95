"""The wall that nobody sits before, in a terminal that is not there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from tests.screens.drawn_wall import NOW, idle, person, talking
from tests.screens.running import running_wall
from tests.screens.screen_text import screen_text
from tests.screens.scripted import ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.feed.link import Link, LinkState
from tui.kiosk import KioskApp
from tui.presence.entry import Entry
from tui.presence.status import Status
from tui.screens.unattended import UnattendedScreen
from tui.screens.wall import WallScreen
from tui.settings import KioskConfig, WallConfig
from tui.widgets.grid import TileGrid
from tui.widgets.palette import Palette

USUAL = Config()
WEBER = "+4930123454821"
LOST = LinkState(Link.WAITING, NOW, reason="No answer", todo="Check the network.", retry_at=NOW + 30.0)
FREE = [person(str(number), f"Person {number}", idle(), 60.0) for number in range(101, 125)]


class ScriptedStart(ScriptedFeed):
    """A start whose login succeeds when a test lets it.

    Attributes:
        let_in: Set to let the login succeed.
        mended: Set when there is another configuration.
    """

    is_demo = False
    secret_file = ""

    def __init__(self, account: WatchingAccount, entries: Sequence[Entry] = (), *, waits: bool = False) -> None:
        super().__init__(entries, LOST)
        self.next_account = account
        self.let_in = asyncio.Event()
        self.mended = asyncio.Event()
        if not waits:
            self.let_in.set()

    async def account(self) -> WatchingAccount:
        await self.let_in.wait()
        return self.next_account

    async def configured_anew(self) -> None:
        await self.mended.wait()


class Kiosk:
    """A kiosk that runs."""

    def __init__(self, app: KioskApp, pilot: Pilot[None], feed: ScriptedFeed, start: ScriptedStart) -> None:
        self.app = app
        self.pilot = pilot
        self.feed = feed
        self.start = start

    @property
    def rows(self) -> list[str]:
        return screen_text(self.app)

    @property
    def grid(self) -> TileGrid:
        return self.app.screen.query_one(TileGrid)

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(500):
            if holds():
                return
            await self.pilot.pause(0.01)
        pytest.fail("\n".join(self.rows))

    async def at(self, seconds: float) -> None:
        """Let so many seconds pass, and the wall see it."""
        self.feed.time = seconds
        before = self.rows[0]
        await self.until(lambda: self.rows[0] != before)


@asynccontextmanager
async def running_kiosk(
    entries: Sequence[Entry] = FREE,
    config: Config = USUAL,
    size: tuple[int, int] = (41, 13),
    *,
    known: Sequence[Entry] = (),
    waits: bool = False,
) -> AsyncIterator[Kiosk]:
    feed = ScriptedFeed(entries)
    start = ScriptedStart(WatchingAccount(feed), known, waits=waits)
    app = KioskApp(start, config)
    async with app.run_test(size=size) as pilot:
        kiosk = Kiosk(app, pilot, feed, start)
        await kiosk.until(lambda: isinstance(app.screen, UnattendedScreen))
        if not waits:
            await kiosk.until(lambda: any(grid.on_page for grid in app.screen.query(TileGrid)))
        await pilot.pause()
        yield kiosk


def first_style(strips: Sequence[Strip], text: str) -> str:
    """How the first piece that begins with a text is painted."""
    return next(str(segment.style) for strip in strips for segment in strip if segment.text.lstrip().startswith(text))


async def test_its_pages_go_round() -> None:
    async with running_kiosk() as kiosk:
        assert kiosk.grid.geometry.pages == 6
        await kiosk.at(1.0)
        shown = [kiosk.grid.page]
        for turn in range(1, 7):
            await kiosk.at(1.0 + turn * 20.0)
            shown.append(kiosk.grid.page)
        assert shown == [0, 1, 2, 3, 4, 5, 0]


async def test_the_page_of_a_new_alarm_is_held_and_the_attention_row_is_of_all_pages() -> None:
    async with running_kiosk() as kiosk:
        await kiosk.at(2.0)
        kiosk.feed.change("124", presence=talking(WEBER, status="OnHold"), status=Status.HOLD, since=NOW - 300)
        await kiosk.until(lambda: kiosk.grid.page == 5)
        assert "!! 124" in kiosk.rows[2]
        await kiosk.at(62.0)
        assert kiosk.grid.page == 5
        await kiosk.at(64.0)
        assert kiosk.grid.page == 0
        assert "!! 124" in kiosk.rows[2]
        await kiosk.at(84.0)
        assert kiosk.grid.page == 5
        await kiosk.at(104.0)
        assert kiosk.grid.page == 1


async def test_the_picture_moves_by_a_cell_into_the_room_that_is_kept_for_that() -> None:
    async with running_kiosk(size=(41, 13)) as kiosk:
        assert kiosk.rows[0].startswith(" All")
        assert kiosk.rows[12] == ""
        assert kiosk.grid.geometry.columns == 2
        await kiosk.at(301.0)
        await kiosk.until(lambda: kiosk.rows[0].startswith("  All"))
        await kiosk.at(601.0)
        await kiosk.until(lambda: kiosk.rows[1].startswith("  All"))
        assert kiosk.rows[0] == ""
        assert kiosk.rows[12].endswith("/6")


async def test_callers_are_masked_whatever_is_configured_and_pressed() -> None:
    async with running_kiosk([person("101", "Ana", talking(WEBER), 5)], Config(mask=False)) as kiosk:
        await kiosk.until(lambda: "+49..4821" in "\n".join(kiosk.rows))
        await kiosk.pilot.press("m", "enter", "colon", *"mask", "enter")
        await kiosk.at(1.0)
        assert "+49..4821" in "\n".join(kiosk.rows)
        assert "3012345" not in "\n".join(kiosk.rows)


async def test_no_key_leads_anywhere_and_none_is_told() -> None:
    async with running_kiosk() as kiosk:
        keys = ("q", "ctrl+c", "ctrl+c", "e", "D", "question_mark", "slash", "colon", "x", "enter", "escape", "ctrl+z")
        await kiosk.pilot.press(*keys)
        await kiosk.at(1.0)
        assert isinstance(kiosk.app.screen, UnattendedScreen)
        assert kiosk.app.is_running
        assert "help" not in kiosk.rows[-2]
        assert "24/24" in kiosk.rows[0]


async def test_alarms_can_be_acknowledged() -> None:
    held = person("101", "Ana", talking(WEBER, status="OnHold"), 300)
    async with running_kiosk([held]) as kiosk:
        await kiosk.until(lambda: "!! 101" in kiosk.rows[2])
        await kiosk.pilot.press("a")
        await kiosk.until(lambda: "quiet" in kiosk.rows[2])


async def test_nobody_sees_a_cursor() -> None:
    async with running_kiosk(config=Config(color=False)) as kiosk:
        assert kiosk.rows[3].startswith(" ")
        assert "|" not in "\n".join(kiosk.rows)


async def test_at_night_there_is_less_light() -> None:
    async with running_kiosk(config=Config(kiosk=KioskConfig(dim="14:33-15:00"))) as kiosk:
        kiosk.app.palette = Palette()
        day = first_style(kiosk.app.screen._compositor.render_strips(), "◦101")
        await kiosk.at(60.0)
        await kiosk.until(lambda: first_style(kiosk.app.screen._compositor.render_strips(), "◦") != day)
        night = first_style(kiosk.app.screen._compositor.render_strips(), "◦")
        assert brightness(night) < brightness(day) / 2


def brightness(style: str) -> int:
    """The sum of all light in the fill of a style such as `#ffffff on #00664b`."""
    fill = style.split("on #")[1]
    return sum(int(fill[place : place + 2], 16) for place in (0, 2, 4))


async def test_it_begins_with_the_last_picture_and_goes_on_to_the_next() -> None:
    old = [replace(one, stale=True, confirmed_at=NOW - 240) for one in FREE[:4]]
    async with running_kiosk(known=old, waits=True, size=(81, 25)) as kiosk:
        await kiosk.until(lambda: "?101 Person 101" in kiosk.rows[3])
        assert kiosk.rows[0].startswith(" NO LINK   No answer")
        assert kiosk.rows[2] == " Check the network."
        assert "Press" not in "\n".join(kiosk.rows)
        kiosk.start.let_in.set()
        await kiosk.until(lambda: "◦101 Person 101" in kiosk.rows[3])
        assert "24/24" in kiosk.rows[0]
        assert kiosk.feed.asked == ["choose 24", "run"]


async def test_its_own_view_is_shown_once_its_people_are_known() -> None:
    some = [replace(one, extension=replace(one.extension, department="Care")) for one in FREE[:3]]
    config = Config(wall=WallConfig(view="Care"))
    async with running_kiosk([*some, *FREE[3:]], config) as kiosk:
        await kiosk.until(lambda: "3/24" in kiosk.rows[0])
        assert "Care" in kiosk.rows[0]


async def test_another_configuration_ends_it_to_begin_anew() -> None:
    async with running_kiosk() as kiosk:
        kiosk.start.mended.set()
        await kiosk.until(lambda: not kiosk.app.is_running or kiosk.app.begins_anew)
        await kiosk.pilot.pause()
    assert kiosk.app.begins_anew
    assert kiosk.feed.asked == ["choose 24", "run", "close"]


async def test_a_wall_is_left_alone_by_a_command_and_taken_back_by_ctrl_c_twice() -> None:
    async with running_wall(config=Config(color=False)) as wall:
        await wall.press("colon", *"kiosk", "enter")
        await wall.until(lambda: wall.is_on(UnattendedScreen))
        await wall.press("q", "escape")
        assert wall.is_on(UnattendedScreen)
        await wall.press("ctrl+c")
        assert "Ctrl-C once more leaves the kiosk" in "\n".join(wall.rows)
        wall.feed.time += 4.0
        await wall.press("ctrl+c")
        assert wall.is_on(UnattendedScreen)
        await wall.press("ctrl+c")
        await wall.until(lambda: wall.is_on(WallScreen) and not wall.is_on(UnattendedScreen))
        assert wall.app.is_running
        assert wall.rows[-1].startswith(" ? help")
        assert isinstance(wall.app, RingwallApp)
        # Its own switch is as it was: callers are not masked.
        assert "+4930123454821" in "\n".join(wall.rows)
