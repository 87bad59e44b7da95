"""The wall: a live grid of tiles, with what stands around it.

Events of the feed come through a queue; what they change is noted, and painted by one flush that comes at once when
the last frame is old enough, else at the frame rate, and never while the terminal takes nothing.
"""

import asyncio
from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.presence.alerts import Alert, Level, alerts, level_of
from tui.presence.board import Change, Entry
from tui.presence.damping import Damping
from tui.presence.filter import FilterError, parse
from tui.presence.notification import MessageNews
from tui.presence.status import Status
from tui.presence.view import Arrangement, Sort, View
from tui.screens.details import DetailsScreen
from tui.screens.help import HelpScreen
from tui.screens.keys import On, bindings
from tui.screens.ports import Watching
from tui.terminal import is_writable
from tui.widgets import chrome
from tui.widgets.chrome import Header
from tui.widgets.geometry import TILE_HEIGHT
from tui.widgets.grid import TileGrid
from tui.widgets.lines import Lines
from tui.widgets.palette import Palette
from tui.widgets.prompt import Prompt
from tui.widgets.tile import Tile, tile_of

FRAME = 0.1
"""Seconds between two frames, at least, while much happens."""
HOLDS_STILL = 5.0
"""Seconds after a key in which the order of the tiles holds still, so that nothing jumps under the eye."""
NOTICE = 4.0
"""Seconds for which a notice stands in the last row."""
AROUND = 4
"""Rows that are no tiles: three above, one below."""
HINTS = ("? help", "/ find", "v free only", "1-9 views", "Enter details", "q quit")
FIND_HINT = "Enter keep   Esc drop"
ALL = "All"
EVERYBODY = Arrangement()


@dataclass(frozen=True, slots=True)
class Looks:
    """How the wall starts.

    Attributes:
        mask: Whether callers are masked.
        is_demo: Whether the account is a simulator's.
        arrangement: The order and the filter.
        filter_text: The filter as it was written.
    """

    palette: Palette
    mask: bool = False
    is_demo: bool = False
    arrangement: Arrangement = EVERYBODY
    filter_text: str = ""


class WallScreen(Screen[None]):
    """The chosen extensions, live.

    Args:
        watching: The feed.
        looks: How the wall starts.
    """

    DEFAULT_CSS = """
    WallScreen { layout: vertical; overflow: hidden hidden; }
    """
    BINDINGS = bindings(On.WALL)
    AUTO_FOCUS = ""  # else the prompt, though closed, would take every key from the start

    class ChooseAsked(Message):
        """Somebody wants to choose extensions."""

    class LeaveAsked(Message):
        """Somebody wants to quit."""

    def __init__(self, watching: Watching, looks: Looks) -> None:
        super().__init__()
        self._watching = watching
        self._palette = looks.palette
        self._mask = looks.mask
        self._is_demo = looks.is_demo
        self._filter_text = looks.filter_text
        self._view = View(looks.arrangement)
        self._entries: dict[str, Entry] = {}
        self._damping = Damping()
        self._events: asyncio.Queue[FeedEvent] = asyncio.Queue()
        self._dirty: set[str] = set()
        self._reordered = False
        self._holds_until = float("-inf")
        self._flushed_at = float("-inf")
        self._flush_timer: Timer | None = None
        self._acknowledged: dict[str, tuple[Status, float | None]] = {}
        self._messages = {"voicemail": 0, "sms": 0, "fax": 0}
        self._notice = ("", float("-inf"))

    # What it is made of

    def compose(self) -> ComposeResult:
        """The rows above, the grid, the selected extension, the prompt and the keys."""
        yield Lines(3, id="above")
        yield TileGrid(self._draw, self._palette)
        yield Lines(2, id="selected")
        yield Prompt()
        yield Lines(1, id="keys")

    def on_mount(self) -> None:
        """Take what the feed knows already, and listen from now on."""
        self._forget = self._watching.subscribe(self._events.put_nowait)
        self._entries = {entry.id: entry for entry in self._watching.board}
        self._view.arrange(self._view.arrangement, self._entries.values())
        self.run_worker(self._take_events(), name="wall events", exit_on_error=True)
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._forget()

    async def on_resize(self, event: Resize) -> None:
        """Lay everything out for another size: whole tiles, and what is left over shows the selected extension."""
        await self._fit(event.size)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """Come back from another screen: what happened meanwhile was not painted."""
        if self.size.width:
            await self._fit(self.size)

    async def _fit(self, size: Size) -> None:
        room = max(TILE_HEIGHT, size.height - AROUND)
        left = min(2, room % TILE_HEIGHT)
        self.query_one("#selected", Lines).styles.height = left
        self.query_one("#selected", Lines).display = left > 0
        await self._grid.fit(Size(size.width, room - room % TILE_HEIGHT))
        self._grid.styles.height = self._grid.geometry.rows * TILE_HEIGHT
        self._grid.show(self._view.ids)
        self._show_chrome()

    @property
    def _grid(self) -> TileGrid:
        return self.query_one(TileGrid)

    @property
    def _prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def _now(self) -> float:
        return self._watching.clock.now()

    # What happens

    async def _take_events(self) -> None:
        while True:
            self._take(await self._events.get())
            while not self._events.empty():
                self._take(self._events.get_nowait())
            self._flush_soon()

    def _take(self, event: FeedEvent) -> None:
        match event:
            case Change():
                if shown := self._damping.take(event):
                    self._show_change(shown)
                else:
                    self.set_timer(1.05, self._show_held)
            case MessageNews(voicemail=voicemail, sms=sms, fax=fax):
                for kind, count in (("voicemail", voicemail), ("sms", sms), ("fax", fax)):
                    self._messages[kind] += count
            case LinkState() | Gap():
                pass

    def _show_change(self, change: Change) -> None:
        if change.new is None:
            self._entries.pop(change.id, None)
        else:
            self._entries[change.id] = change.new
        self._reordered |= self._view.update(change)
        self._dirty.add(change.id)

    def _show_held(self) -> None:
        for change in self._damping.due(self._now):
            self._show_change(change)
        self._flush_soon()

    def _flush_soon(self) -> None:
        """Paint now, if the last frame is old enough; else when it will be."""
        if self._flush_timer is not None:
            return
        wait = self._flushed_at + FRAME - self._watching.clock.running()
        if wait <= 0:
            self._flush()
        else:
            self._flush_timer = self.set_timer(wait, self._flush)

    def _flush(self) -> None:
        self._flush_timer = None
        self._flushed_at = self._watching.clock.running()
        if not is_writable():
            self._flush_timer = self.set_timer(FRAME, self._flush)
            return
        if not self.is_current:
            return
        if self._reordered and self._flushed_at >= self._holds_until:
            self._reordered = False
            self._grid.show(self._view.ids)
        else:
            self._grid.update_tiles(tuple(self._dirty))
        self._dirty.clear()
        self._show_chrome()

    def _tick(self) -> None:
        """Once a second: timers, the clock, and an order that was held still."""
        self._dirty.update(self._grid.on_page)
        self._flush_soon()

    # What is shown

    def _draw(self, extension_id: str) -> Tile | None:
        entry = self._entries.get(extension_id)
        if entry is None:
            return None
        now = self._now
        level = Level.NONE if self._is_acknowledged(entry) else level_of(entry, now)
        confirmed_at = self._watching.board.last_confirmed(entry)
        return tile_of(entry, now, confirmed_at=confirmed_at, mask=self._mask, level=level)

    def _is_acknowledged(self, entry: Entry) -> bool:
        return self._acknowledged.get(entry.id) == (entry.status, entry.since)

    def _alerts(self) -> list[Alert]:
        open_ones = (entry for entry in self._entries.values() if not self._is_acknowledged(entry))
        return alerts(open_ones, self._now)

    def _show_chrome(self) -> None:
        now, columns = self._now, self.size.width
        link = self._watching.link
        header = Header(
            view=self._view.arrangement.department or ALL,
            shown=len(self._view),
            chosen=len(self._entries),
            order=self._order_words(),
            link=link,
            is_demo=self._is_demo,
            messages=" ".join(f"{kind} {count}" for kind, count in self._messages.items() if count),
        )
        if chrome.is_lost(link, now):
            third = chrome.picture_row(link, columns)
        else:
            third = chrome.attention_row(self._alerts(), list(self._entries.values()), now, columns)
        self.query_one("#above", Lines).show(
            [
                chrome.status_row(header, now, columns),
                chrome.counts_row(self._view.counts, self._palette, columns),
                third,
            ]
        )
        entry = self._entries.get(self._grid.selected or "")
        confirmed_at = None if entry is None else self._watching.board.last_confirmed(entry)
        self.query_one("#selected", Lines).show(
            chrome.selected_rows(entry, confirmed_at, now, columns, mask=self._mask)
        )
        notice, until = self._notice
        hints = (notice,) if now < until else HINTS
        geometry = self._grid.geometry
        self.query_one("#keys", Lines).show([chrome.footer_row(hints, self._grid.page, geometry.pages, columns)])

    def _order_words(self) -> str:
        arrangement = self._view.arrangement
        sort = Sort.LONGEST if arrangement.free_only else arrangement.sort
        words = [f"sort {sort}{' reversed' if arrangement.reverse else ''}"]
        words += ["free only"] if arrangement.free_only else []
        words += [f"/ {self._filter_text}"] if self._filter_text else []
        return "  ".join(words)

    def say(self, notice: str) -> None:
        """Show a notice in the last row for a while."""
        self._notice = (notice, self._now + NOTICE)
        self._show_chrome()

    def _arrange(self, arrangement: Arrangement) -> None:
        self._view.arrange(arrangement, self._entries.values())
        self._reordered = False
        self._grid.show(self._view.ids)
        self._show_chrome()

    # What people do

    def action_move(self, direction: str) -> None:
        """Move the cursor."""
        self._holds_until = self._watching.clock.running() + HOLDS_STILL
        self._grid.move(direction)
        self._show_chrome()

    def action_free_only(self) -> None:
        """Only who is free, the longest free first; again: back."""
        arrangement = self._view.arrangement
        self._arrange(replace(arrangement, free_only=not arrangement.free_only))

    def action_sort(self) -> None:
        """The next order."""
        orders = list(Sort)
        following = orders[(orders.index(self._view.arrangement.sort) + 1) % len(orders)]
        self._arrange(replace(self._view.arrangement, sort=following))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._arrange(replace(self._view.arrangement, reverse=not self._view.arrangement.reverse))

    def action_view(self, number: int) -> None:
        """The view of a number: 0 is all, the others are the departments of the choice by name."""
        departments = sorted({entry.extension.department for entry in self._entries.values()} - {""})
        if number > len(departments):
            self.say(f"There is no view {number}: the choice has {len(departments)} departments")
            return
        self._arrange(replace(self._view.arrangement, department=departments[number - 1] if number else ""))

    def action_mask(self) -> None:
        """Mask callers, or not."""
        self._mask = not self._mask
        self._grid.repaint()
        self.say("Callers are masked" if self._mask else "Callers are shown")

    def action_acknowledge(self) -> None:
        """Acknowledge what the third row names, until the state changes."""
        for alert in self._alerts():
            self._acknowledged[alert.entry.id] = (alert.entry.status, alert.entry.since)
        self._grid.repaint()
        self._show_chrome()

    def action_choose(self) -> None:
        """Choose other extensions."""
        self.post_message(self.ChooseAsked())

    def action_reread(self) -> None:
        """Read everything again now."""
        self._watching.reread()
        self.say("Reading everything again" if self._watching.link.link is not Link.WAITING else "Trying the link now")

    def action_details(self) -> None:
        """Everything known of the extension under the cursor."""
        selected = self._grid.selected
        if selected is not None:
            self.app.push_screen(DetailsScreen(self._watching, selected, self._palette, mask=self._mask))

    def action_help(self) -> None:
        """All keys."""
        self.app.push_screen(HelpScreen(On.WALL, self._palette))

    def action_leave(self) -> None:
        """Quit."""
        self.post_message(self.LeaveAsked())

    async def action_repaint(self) -> None:
        """Paint everything again, whatever something else wrote on the terminal."""
        await self._fit(self.size)
        self.refresh(layout=True)

    def action_no_suspend(self) -> None:
        """Say that the wall does not stop."""
        self.say("Ctrl-Z does nothing here; q quits")

    def action_nothing(self) -> None:
        """Keys that mean something in other programs do nothing here."""

    # Prompts

    def action_find(self) -> None:
        """Filter as somebody types."""
        self._open_prompt("/", self._filter_text, FIND_HINT)

    def action_command(self) -> None:
        """A command by its name."""
        self._open_prompt(":", "", "Enter does it   Esc drop   seen, q")

    def action_back(self) -> None:
        """One step back: the prompt, then "free only", then the filter; then nothing."""
        if self._prompt.lead:
            if self._prompt.lead == "/":
                self._filter("")
            self._close_prompt()
        elif self._view.arrangement.free_only:
            self.action_free_only()
        elif self._filter_text:
            self._filter("")
        elif self._view.arrangement.department:
            self.action_view(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter with every letter."""
        if self._prompt.lead == "/" and event.value != self._filter_text:
            self._filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or do the command."""
        lead = self._prompt.lead
        self._close_prompt()
        if lead == ":":
            self._do(event.value.strip())

    def _open_prompt(self, lead: str, text: str, hint: str) -> None:
        self.query_one("#keys", Lines).display = False
        self._prompt.open(lead, text, self._with_counts(hint))

    def _close_prompt(self) -> None:
        self._prompt.close()
        self.query_one("#keys", Lines).display = True
        self._show_chrome()

    def _filter(self, text: str) -> None:
        try:
            wanted = parse(text)
        except FilterError as error:
            self._prompt.hint(str(error))
            return
        self._filter_text = text.strip()
        self._arrange(replace(self._view.arrangement, filter=wanted))
        self._prompt.hint(self._with_counts(FIND_HINT))

    def _with_counts(self, hint: str) -> str:
        return f"{hint}   {len(self._view)}/{len(self._entries)}"

    def _do(self, command: str) -> None:
        if command in {"q", "q!", "x", "wq"}:
            self.action_leave()
        elif command == "seen":
            self._messages = dict.fromkeys(self._messages, 0)
            self._show_chrome()
        elif command:
            self.say(f"There is no command {command}; there are seen and q")
