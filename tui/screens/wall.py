"""The wall: a live grid of tiles, with what stands around it.

Events of the feed come through a queue; what they change is noted in the picture, and painted with the next frame.
"""

import asyncio
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.events import Key, Paste, Resize, ScreenResume, ScreenSuspend
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.presence.board import Change
from tui.presence.notification import MessageNews
from tui.presence.view import Arrangement
from tui.screens.details import DetailsScreen
from tui.screens.frames import Frames
from tui.screens.help import HelpScreen
from tui.screens.in_order import KeysInOrder, typed
from tui.screens.keys import NO_SUSPEND, On, bindings
from tui.screens.picture import Picture
from tui.screens.ports import Watching
from tui.screens.prompting import COMMAND, FIND, Prompting
from tui.screens.wall_rows import rows_above, selected_rows
from tui.widgets import chrome
from tui.widgets.geometry import room_for_tiles
from tui.widgets.grid import TileGrid
from tui.widgets.lines import Lines
from tui.widgets.names import Names
from tui.widgets.palette import Palette
from tui.widgets.tile import Tile, tile_of

HOLDS_STILL = 5.0
"""Seconds after a key in which the order of the tiles holds still, so that nothing jumps under the eye."""
NOTICE = 4.0
"""Seconds for which a notice stands in the last row."""
AROUND = 4
"""Rows that are no tiles: three above, one below."""
HINTS = ("? help", "/ find", "v free only", "1-9 views", "Enter details", "q quit")
REFUSED_HINTS = ("? help", "r try again", "D diagnostics", "Enter log in", "q quit")
MOVES_WHILE_TYPING = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}
EVERYBODY = Arrangement()


@dataclass(frozen=True, slots=True)
class Looks:
    """How the wall starts.

    Attributes:
        mask: Whether callers are masked.
        is_demo: Whether the account is a simulator's.
        arrangement: The order and the filter.
        filter_text: The filter as it was written.
        secret_file: The file that the login's secret comes from, as a person writes it; empty where it was typed in.
    """

    palette: Palette
    mask: bool = False
    is_demo: bool = False
    arrangement: Arrangement = EVERYBODY
    filter_text: str = ""
    secret_file: str = ""


class WallScreen(KeysInOrder):
    """The chosen extensions, live.

    Args:
        watching: The feed.
        looks: How the wall starts.
    """

    DEFAULT_CSS = """
    WallScreen { layout: vertical; overflow: hidden hidden; }
    """
    BINDINGS = bindings(On.WALL)

    class ChooseAsked(Message):
        """Somebody wants to choose extensions."""

    class DiagnosticsAsked(Message):
        """Somebody wants to know how well the wall is."""

    class LogInAsked(Message):
        """The login was refused, and somebody wants to log in anew."""

    class LeaveAsked(Message):
        """Somebody wants to quit."""

    def __init__(self, watching: Watching, looks: Looks) -> None:
        super().__init__()
        self._watching = watching
        self._looks = looks
        self._mask = looks.mask
        self._secret_file = looks.secret_file
        self._picture = Picture(looks.arrangement, looks.filter_text)
        self._names = Names(lambda: (entry.extension for entry in self._picture.entries.values()))
        self._prompting = Prompting(self._picture)
        self._events: asyncio.Queue[FeedEvent] = asyncio.Queue()
        self._holds_until = float("-inf")
        self._frames = self._new_frames()
        self._notice = ("", float("-inf"))

    # What it is made of

    def compose(self) -> ComposeResult:
        """The rows above, the grid, the selected extension and the keys."""
        yield Lines(3, id="above")
        yield TileGrid(self._draw, self._looks.palette)
        yield Lines(2, id="selected")
        yield Lines(1, id="keys")

    def on_mount(self) -> None:
        """Take what the feed knows already, and listen from now on."""
        self._listen()
        self.run_worker(self._take_events(), name="wall events", exit_on_error=True)
        self._ticking = self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._forget()

    def follow(self, watching: Watching, *, secret_file: str) -> None:
        """Go on with another feed, after a new login: view, filter and cursor stay.

        Args:
            watching: The feed.
            secret_file: As in `Looks`.
        """
        self._forget()
        while not self._events.empty():
            self._events.get_nowait()
        self._watching = watching
        self._secret_file = secret_file
        self._holds_until = float("-inf")
        self._frames = self._new_frames()
        self._listen()

    def _listen(self) -> None:
        self._forget = self._watching.subscribe(self._events.put_nowait)
        self._picture.begin(self._watching.board, self._now, self._watching.board.last_confirmed)

    async def on_resize(self, event: Resize) -> None:
        """Lay everything out for another size: whole tiles, and what is left over shows the selected extension."""
        await self._fit(event.size)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """Come back from another screen: what happened meanwhile was not painted."""
        self._ticking.resume()
        if self.size.width:
            await self._fit(self.size)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Do nothing beneath another screen: each time that Textual calls us there, it paints the other one anew."""
        self._ticking.pause()

    async def _fit(self, size: Size) -> None:
        room = max(1, size.height - AROUND)
        tiles = room_for_tiles(room, self._grid.geometry.density)
        self.query_one("#selected", Lines).styles.height = max(0, room - tiles)
        self.query_one("#selected", Lines).display = room > tiles
        await self._grid.fit(Size(size.width, tiles))
        self._grid.styles.height = tiles
        self._show()

    @property
    def _grid(self) -> TileGrid:
        return self.query_one(TileGrid)

    @property
    def _now(self) -> float:
        return self._watching.clock.now()

    # What happens

    async def _take_events(self) -> None:
        while True:
            self._take(await self._events.get())
            while not self._events.empty():
                self._take(self._events.get_nowait())
            if self.is_current:
                self._frames.soon()

    def _take(self, event: FeedEvent) -> None:
        match event:
            case Change():
                if not self._picture.take(event):
                    self.set_timer(1.05, self._take_due)
            case MessageNews():
                self._picture.take_messages(event)
            case LinkState() | Gap():
                pass

    def _take_due(self) -> None:
        self._picture.take_due(self._now)
        self._frames.soon()

    def _new_frames(self) -> Frames:
        return Frames(self._paint, self.set_timer, self._watching.clock.running)

    def _paint(self) -> None:
        """Paint what has changed; in a new order only once that no longer holds still."""
        if not self.is_current:
            return
        if self._picture.reordered and self._watching.clock.running() >= self._holds_until:
            self._show()
            return
        self._grid.update_tiles(tuple(self._picture.dirty))
        self._picture.dirty.clear()
        self._show_chrome()

    def _tick(self) -> None:
        """Once a second: timers, the clock, what time alone changes, and an order that was held still."""
        self._picture.take_due(self._now)
        self._picture.dirty.update(self._grid.on_page)
        self._frames.soon()

    # What is shown

    def _draw(self, extension_id: str) -> Tile | None:
        entry = self._picture.entries.get(extension_id)
        if entry is None:
            return None
        now = self._now
        confirmed_at = self._watching.board.last_confirmed(entry)
        name = self._names.written(entry.extension, self._grid.geometry.density)
        level = self._picture.level(extension_id)
        return tile_of(entry, now, confirmed_at=confirmed_at, mask=self._mask, level=level, name=name)

    def _show(self) -> None:
        """Show the tiles in the order that they have by now, and everything around them."""
        self._picture.reordered = False
        self._picture.dirty.clear()
        self._grid.show(self._picture.groups)
        self._show_chrome()

    def _show_chrome(self) -> None:
        watching, palette, columns = self._watching, self._looks.palette, self.size.width
        above = rows_above(
            self._picture,
            watching,
            palette,
            columns,
            is_demo=self._looks.is_demo,
            secret_file=self._secret_file,
        )
        selected = selected_rows(self._picture, watching, self._grid.selected, columns, mask=self._mask)
        self.query_one("#above", Lines).show(above)
        self.query_one("#selected", Lines).show(selected)
        self.query_one("#keys", Lines).show([self._last_row(columns)])

    def _last_row(self, columns: int) -> Strip:
        if self._prompting.lead:
            return self._prompting.row(columns)
        notice, until = self._notice
        hints = REFUSED_HINTS if self._watching.link.link is Link.REFUSED else HINTS
        says = (notice,) if self._now < until else hints
        pages = self._grid.geometry.pages
        return chrome.footer_row(says, self._grid.page, pages, columns, plain=self._looks.palette.is_plain)

    def say(self, notice: str) -> None:
        """Show a notice in the last row for a while."""
        self._notice = (notice, self._now + NOTICE)
        self._show_chrome()

    # What people do

    def action_move(self, direction: str) -> None:
        """Move the cursor."""
        self._grid.move(direction)
        self._show_chrome()

    def action_free_only(self) -> None:
        """Only who is free, the longest free first; again: back."""
        self._picture.free_only()
        self._show()

    def action_sort(self) -> None:
        """The next order."""
        self._picture.sort()
        self._show()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._picture.reverse()
        self._show()

    def action_view(self, number: int) -> None:
        """The view of a number: 0 is all, the others are the departments of the choice by name."""
        departments = self._picture.departments
        if number > len(departments):
            some = f"has {len(departments)} departments" if len(departments) > 1 else "is of one department"
            self.say(f"There is no view {number}: the choice {some if departments else 'has no departments'}")
            return
        self._picture.arrange(department=departments[number - 1] if number else "")
        self._show()

    def action_mask(self) -> None:
        """Mask callers, or not."""
        self._mask = not self._mask
        self._grid.repaint()
        self.say("Callers are masked" if self._mask else "Callers are shown")

    def action_acknowledge(self) -> None:
        """Acknowledge what the third row names, until the state changes."""
        self._picture.acknowledge()
        self._grid.repaint()
        self._show_chrome()

    def action_choose(self) -> None:
        """Choose other extensions."""
        self.post_message(self.ChooseAsked())

    def action_reread(self) -> None:
        """Read everything again now."""
        is_down = self._watching.link.link in {Link.WAITING, Link.REFUSED}
        self._watching.reread()
        self.say("Trying the link now" if is_down else "Reading everything again")

    def action_details(self) -> None:
        """Everything known of the extension under the cursor; while the login is refused, the way to a new one."""
        selected = self._grid.selected
        if self._watching.link.link is Link.REFUSED:
            self.post_message(self.LogInAsked())
        elif selected is not None:
            self.app.push_screen(DetailsScreen(self._watching, selected, self._looks.palette, mask=self._mask))

    def action_diagnostics(self) -> None:
        """How well the wall is."""
        self.post_message(self.DiagnosticsAsked())

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(On.WALL, self._looks.palette))

    def action_leave(self) -> None:
        """Quit."""
        self.post_message(self.LeaveAsked())

    async def action_repaint(self) -> None:
        """Paint everything again, whatever something else wrote on the terminal."""
        await self._fit(self.size)
        self.refresh(layout=True)

    def action_no_suspend(self) -> None:
        """Say that the wall does not stop."""
        self.say(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Keys that mean something in other programs do nothing here."""

    def action_back(self) -> None:
        """One step back: "free only", then the filter, then the view; then nothing."""
        self._picture.step_back()
        self._show()

    # What people type

    def action_find(self) -> None:
        """Filter as somebody types."""
        self._prompting.open(FIND)
        self._show_chrome()

    def action_command(self) -> None:
        """A command by its name."""
        self._prompting.open(COMMAND)
        self._show_chrome()

    def take_text(self, event: Key) -> bool:
        """While a prompt is open every key is its own; and whatever is pressed, the order holds still for a while."""
        self._holds_until = self._watching.clock.running() + HOLDS_STILL
        if not self._prompting.lead:
            return False
        if event.key in MOVES_WHILE_TYPING:
            self.action_move(MOVES_WHILE_TYPING[event.key])
        else:
            self._do(self._prompting.press(event.key, typed(event)))
            self._show()
        return True

    def on_paste(self, event: Paste) -> None:
        """Paste into the prompt; tiles take no text."""
        event.stop()
        self._prompting.insert(event.text)
        self._show()

    def _do(self, command: str) -> None:
        if command in {"q", "q!", "x", "wq"}:
            self.action_leave()
        elif command == "seen":
            self._picture.see_messages()
        elif command:
            self.say(f"There is no command {command}; there are seen and q")
