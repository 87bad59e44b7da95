"""A live grid of tiles, with what stands around it.

Events of the feed come through a queue; what they change is noted in the picture, and painted with the next frame. What
people ask for changes the picture at once (`arranging`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.events import Key, Resize, ScreenResume, ScreenSuspend
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.presence.board import Change
from tui.presence.notification import MessageNews
from tui.presence.view import GroupOfTiles
from tui.presence.views import ViewError
from tui.screens.arranging import ARRANGING, Asked
from tui.screens.commands import NoCommand
from tui.screens.frames import FRAME, Frames
from tui.screens.in_order import KeysInOrder
from tui.screens.keys import NO_SUSPEND, On, actions_on
from tui.screens.looks import Looks
from tui.screens.outlook import NAME, Outlook, Seen
from tui.screens.picture import Picture
from tui.screens.ports import CallRecord, Shown
from tui.screens.snapshot import Snapshot, snapshot
from tui.screens.wall_rows import LastRow, rows_above, selected_rows
from tui.widgets.geometry import room_for_tiles, that_fits
from tui.widgets.grid import TileGrid
from tui.widgets.lines import Lines
from tui.widgets.names import Names
from tui.widgets.palette import Palette
from tui.widgets.tile import Tile, tile_of

HOLDS_STILL = 5.0
"""Seconds after a key in which the order of the tiles holds still, so that nothing jumps under the eye."""
AROUND = 4
"""Rows that are no tiles: three above, one below."""


class LiveScreen(KeysInOrder):
    """The chosen extensions, live: what is on the glass whether somebody sits before it or not.

    Args:
        watching: The feed.
        looks: How the wall starts.
    """

    DEFAULT_CSS = """
    LiveScreen { layout: vertical; overflow: hidden hidden; }
    """

    class PaletteChanged(Message):
        """The wall is painted otherwise.

        Attributes:
            palette: How.
        """

        def __init__(self, palette: Palette) -> None:
            super().__init__()
            self.palette = palette

    class LookedOut(Message):
        """There is something for people who do not look at the wall.

        Attributes:
            seen: What.
        """

        def __init__(self, seen: Seen) -> None:
            super().__init__()
            self.seen = seen

    def __init__(self, watching: Shown, looks: Looks) -> None:
        super().__init__(actions_on(On.WALL, looks.table))
        self._watching = watching
        self._looks = looks
        self._secret_file = looks.secret_file
        self._picture = Picture(looks.start)
        self._names = Names(lambda: (entry.extension for entry in self._picture.entries.values()))
        self._last_row = LastRow()
        self._events: asyncio.Queue[FeedEvent] = asyncio.Queue()
        self._holds_until = float("-inf")
        self._waits_for_held = False
        self._was_beneath = False
        self._frames = self._new_frames()
        self._outlook = Outlook()

    # What it is made of

    def compose(self) -> ComposeResult:
        """The rows above, the grid, the selected extension and the keys."""
        yield Lines(3, id="above")
        yield TileGrid(self._draw, self._looks.palette, self._picture.density)
        yield Lines(2, id="selected")
        yield Lines(1, id="keys")

    def on_mount(self) -> None:
        """Take what the feed knows already, and listen from now on."""
        self._listen()
        self._show_first_view()
        self.run_worker(self._take_events(), name="wall events", exit_on_error=True)
        self._ticking = self.set_interval(1.0, self._tick)
        self.set_interval(1.0, self._look_out)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._forget()

    def follow(self, watching: Shown, record: CallRecord, *, secret_file: str) -> None:
        """Go on with another feed, after a new login: view, filter and cursor stay.

        Args:
            watching: The feed.
            record: As in `Looks`.
            secret_file: As in `Looks`.
        """
        self._forget()
        while not self._events.empty():
            self._events.get_nowait()
        self._watching = watching
        self._secret_file = secret_file
        self._looks = replace(self._looks, record=record)
        self._holds_until = float("-inf")
        self._frames = self._new_frames()
        self._listen()

    def _listen(self) -> None:
        self._forget = self._watching.subscribe(self._events.put_nowait)
        self._picture.begin(self._watching.board, self._now, self._watching.board.last_confirmed)

    def _show_first_view(self) -> None:
        """Show the view that it starts with."""
        if self._looks.view and not self._picture.show_view(self._looks.view):
            names = ", ".join(self._picture.view_names) or "none"
            self._last_row.say(f"There is no view {self._looks.view}; there are: {names}", self._now)

    def list_as(self, ids: Sequence[str]) -> None:
        """Take the order of a new choice, for those who sort by it."""
        self._picture.arrange(listed=tuple(ids))

    async def on_resize(self, event: Resize) -> None:
        """Lay everything out for another size: whole tiles, and what is left over shows the selected extension."""
        await self._fit(event.size)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """Come back from another screen: what happened meanwhile was not painted."""
        self._ticking.resume()
        if self._was_beneath:
            self._was_beneath = False
            await self._fit(self.size)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Do nothing beneath another screen: each time that Textual calls us there, it paints the other one anew."""
        self._ticking.pause()
        self._was_beneath = True

    async def _fit(self, size: Size, *, anew: bool = False) -> None:
        """Lay everything out.

        Args:
            size: The room, in cells.
            anew: Whether tiles are shown in the order of now although that holds still.
        """
        room = max(1, size.height - AROUND)
        density = that_fits(self._picture.density, size.width, room)
        tiles = room_for_tiles(room, density, grouped=self._picture.is_grouped, selecting=not self._looks.unattended)
        self.query_one("#selected", Lines).styles.height = max(0, room - tiles)
        self.query_one("#selected", Lines).display = room > tiles
        keeps = self._holds_still and self._grid.selected is not None and not anew
        await self._grid.fit(Size(size.width, tiles), density, None if keeps else self._groups_of_now())
        self._grid.styles.height = tiles
        self._show_chrome()

    @property
    def _grid(self) -> TileGrid:
        return self.query_one(TileGrid)

    @property
    def _now(self) -> float:
        return self._watching.clock.now()

    @property
    def _holds_still(self) -> bool:
        """Whether the order of the tiles stays as it is for now."""
        return self._picture.frozen_at is not None or self._watching.clock.running() < self._holds_until

    # What happens

    async def _take_events(self) -> None:
        while True:
            self._take(await self._events.get())
            while not self._events.empty():
                self._take(self._events.get_nowait())
            self._frames.soon()

    def _take(self, event: FeedEvent) -> None:
        match event:
            case Change():
                if not self._picture.take(event):
                    self._wait_for_held()
                if event.old is None or event.new is None:
                    # Somebody chose others, who are not to wait.
                    self._holds_until = float("-inf")
            case MessageNews():
                self._picture.take_messages(event)
            case LinkState() | Gap():
                pass

    def _wait_for_held(self) -> None:
        """Come back for what is held back; one timer serves for all of it."""
        due = self._picture.held_until
        if due is not None and not self._waits_for_held:
            self._waits_for_held = True
            self.set_timer(max(FRAME, due - self._now), self._take_held)

    def _take_held(self) -> None:
        self._waits_for_held = False
        self._picture.take_due(self._now)
        self._wait_for_held()
        self._frames.soon()

    def _new_frames(self) -> Frames:
        return Frames(self._paint, self.set_timer, self._watching.clock.running, lambda: self.is_on_top)

    def _paint(self) -> None:
        """Paint what has changed; in a new order only once that no longer holds still."""
        if self._picture.reordered and not self._holds_still:
            self._show()
            return
        self._grid.update_tiles(self._picture.dirty, self._picture.groups)
        self._picture.dirty.clear()
        self._show_chrome()

    def _tick(self) -> None:
        """Once a second: timers, the clock, what time alone changes, and an order that was held still."""
        self._picture.take_due(self._now)
        self._picture.dirty.update(self._grid.on_page)
        self._frames.soon()

    def _look_out(self) -> None:
        """Once a second, beneath other screens too: see what is to be told to people who do not look."""
        self._picture.take_due(self._now)
        seen = self._outlook.look(self._picture, self._watching.link, self._now)
        if seen is not None:
            self.post_message(self.LookedOut(seen))

    # What is shown

    def _draw(self, extension_id: str) -> Tile | None:
        entry = self._picture.entries.get(extension_id)
        if entry is None:
            return None
        return tile_of(
            entry,
            self._now,
            confirmed_at=self._watching.board.last_confirmed(entry),
            mask=self._looks.privacy.masked,
            level=self._picture.level(extension_id),
            name=self._names.written(entry.extension, self._grid.geometry.density),
        )

    def _show(self) -> None:
        """Show the tiles in the order that they have by now, and everything around them."""
        self._grid.show(self._groups_of_now())
        self._show_chrome()

    def _groups_of_now(self) -> Sequence[GroupOfTiles]:
        """All that is to be shown, and nothing is left to be painted of it."""
        self._picture.reordered = False
        self._picture.dirty.clear()
        self._grid.followed = self._picture.following
        return self._picture.groups

    def _show_chrome(self) -> None:
        watching, columns = self._watching, self.size.width
        above = rows_above(self._picture, watching, self._looks, columns, secret_file=self._secret_file)
        chosen = self._grid.selected if self._grid.shows_cursor else None
        selected = selected_rows(self._picture, watching, self._looks, chosen, columns)
        self.query_one("#above", Lines).show(above)
        self.query_one("#selected", Lines).show(selected)
        self.query_one("#keys", Lines).show([self._last_line(columns)])

    def _last_line(self, columns: int) -> Strip:
        page = self._grid.page, self._grid.geometry.pages
        return self._last_row.row(self._looks, columns, self._now, self._watching.link.link, page)

    def snapshot(self, *, masked: bool) -> Snapshot:
        """The wall as it looks now, or would look with callers masked or not."""
        with self._looks.privacy.being(masked=masked):
            self._repaint()
            taken = snapshot(self.app, NAME)
        self._repaint()
        return taken

    def _repaint(self) -> None:
        self._grid.repaint()
        self._show_chrome()

    def say(self, notice: str) -> None:
        """Show a notice in the last row for a while, in place of one that stands there."""
        self._last_row.say(notice, self._now)
        self._show_chrome()

    # What people may do, whoever they are

    async def take_text(self, event: Key) -> bool:
        """Whatever is pressed, the order holds still for a while."""
        self._holds_until = self._watching.clock.running() + HOLDS_STILL
        self._last_row.key_pressed()
        return False

    async def action_arrange(self, what: str, argument: str = "") -> None:
        """Show the tiles otherwise; see `arranging`."""
        try:
            notice = ARRANGING[what](self._picture, Asked(argument, self._grid.selected or "", self._now))
        except NoCommand as error:
            notice = str(error)
        except ViewError as error:
            notice = f"{error}. {error.hint}".rstrip()
        await self._show_anew()
        self.say(notice or "")

    async def _show_anew(self) -> None:
        """Show the tiles as they are asked for by now, their size and colours too."""
        if self._looks.palette.theme != self._picture.theme:
            palette = replace(self._looks.palette, theme=self._picture.theme)
            self._looks = replace(self._looks, palette=palette)
            self._grid.paint_in(palette)
            self.post_message(self.PaletteChanged(palette))
        shown = self._grid.geometry
        if (shown.density, shown.titled) != (self._picture.density, self._picture.is_grouped):
            await self._fit(self.size, anew=True)
        else:
            self._show()

    def action_reread(self) -> None:
        """Read everything again now."""
        is_down = self._watching.link.link in {Link.WAITING, Link.REFUSED}
        self._watching.reread()
        self.say("Trying the link now" if is_down else "Reading everything again")

    async def action_repaint(self) -> None:
        """Lay everything out again, and paint it."""
        await self._fit(self.size)
        await super().action_repaint()

    def action_no_suspend(self) -> None:
        """Say that the wall does not stop."""
        self.say(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Keys that mean something in other programs do nothing here."""
