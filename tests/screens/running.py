"""A wall that runs in a terminal that is not there, and what tests want of it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.drawn_wall import PEOPLE
from tests.screens.screen_text import screen_text
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.presence.status import Status
from tui.presence.views import SavedView
from tui.screens.configured import saved_view
from tui.screens.keys import KEYS, Table
from tui.screens.ports import Outside
from tui.screens.wall import WallScreen
from tui.widgets.grid import TileGrid

ELSEWHERE = [
    replace(
        one, extension=replace(one.extension, id=f"5{one.id}", number=f"9{one.extension.number}", department="Care")
    )
    for one in [one for one in PEOPLE if one.status in {Status.AVAILABLE, Status.NO_QUEUE}]
]
OUTSIDE = Outside(save_snapshot=lambda svg, text, at: "~/wall.svg")
NAMED = {"enter", "escape", "tab", "shift+tab"}
PLAIN = Config(color=False, mask=True)


class Wall:
    """A wall that runs, and what a test wants of it."""

    def __init__(self, app: RingwallApp, pilot: Pilot[None], feed: ScriptedFeed) -> None:
        self.app = app
        self.pilot = pilot
        self.feed = feed

    @property
    def rows(self) -> list[str]:
        return screen_text(self.app)

    @property
    def selected(self) -> str:
        """The number of the extension under the cursor."""
        screen = self.app.screen
        assert isinstance(screen, WallScreen)
        entry = self.feed.board.get(screen.query_one(TileGrid).selected or "")
        return entry.extension.number if entry else ""

    def is_on(self, kind: type[Screen[None]]) -> bool:
        """Whether such a screen is on top."""
        return isinstance(self.app.screen, kind)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, *texts: str) -> None:
        """Press the letters of texts, and keys that have names."""
        for text in texts:
            await self.press(*([text] if len(text) > 1 and text in NAMED else text))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to come true."""
        for _ in range(500):
            if holds():
                return
            await self.pilot.pause(0.01)
        pytest.fail("\n".join(self.rows))

    async def scroll_to(self, beginning: str) -> None:
        """Scroll down until a row begins so."""
        for _ in range(100):
            for _ in range(10):
                if any(row.startswith(beginning) for row in self.rows):
                    return
                await self.pilot.pause(0.01)
            await self.press("pagedown")
        pytest.fail("\n".join(self.rows))

    def grid_names(self) -> str:
        """The numbers of the tiles on the page, in order."""
        grid = self.app.screen.query_one(TileGrid)
        entries = [self.feed.board.get(extension_id) for extension_id in grid.on_page]
        return " ".join(entry.extension.number for entry in entries if entry)


@asynccontextmanager
async def running_wall(
    feed: ScriptedFeed | None = None,
    config: Config = PLAIN,
    size: tuple[int, int] = (80, 24),
    *,
    is_demo: bool = False,
    door: OpenDoor | None = None,
    table: Table = KEYS,
    views: Sequence[SavedView] = (),
    view: str = "",
) -> AsyncIterator[Wall]:
    feed = feed or ScriptedFeed()
    own = tuple(saved_view(one) for one in views)
    config = msgspec.structs.replace(config, view=own, wall=msgspec.structs.replace(config.wall, view=view))
    app = RingwallApp(
        door or OpenDoor(WatchingAccount(feed, is_demo=is_demo)), config, skip_login=True, table=table, outside=OUTSIDE
    )
    async with app.run_test(size=size) as pilot:
        wall = Wall(app, pilot, feed)
        # The screen is there a moment before what it is made of.
        await wall.until(lambda: wall.is_on(WallScreen) and any(grid.on_page for grid in app.screen.query(TileGrid)))
        await pilot.pause()
        yield wall
