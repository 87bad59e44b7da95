"""The recorded calls: the newest first, live, with what nobody saw between them."""

import asyncio
import contextlib
import time

from textual.app import ComposeResult
from textual.events import Key, Paste, ScreenResume
from textual.geometry import Size
from textual.strip import Strip

from tui.calllog.rows import CallRow
from tui.calllog.telling import midnight
from tui.errors import RingwallError
from tui.screens.call import CallScreen
from tui.screens.call_counts import CountList
from tui.screens.call_list import CallList
from tui.screens.call_truth import seen_until
from tui.screens.calls_rows import ROWS_AROUND, CallsView, calls_rows
from tui.screens.finding import Finding
from tui.screens.help import HelpScreen
from tui.screens.in_order import KeysInOrder, typed
from tui.screens.keys import NO_SUSPEND, On, Table, actions_on
from tui.screens.ports import CallRecord, Shown
from tui.screens.privacy import Privacy
from tui.widgets.palette import Palette
from tui.widgets.rows import Painted

READ_EVERY = 0.7
"""Seconds between two reads, at least: what happens is shown within a second."""
SHARE = 5
"""How many times as long as a read took nothing is read, so that a large record takes little of the machine."""
MISSED = "missed"
"""The filter of the key that shows missed calls only."""


class CallsScreen(KeysInOrder):
    """The record of calls, and the counts of today.

    Args:
        record: Where they come from.
        watching: The feed, for its time and for who is chosen.
        privacy: Whether people outside are masked.
        table: The keys as they are bound.
        palette: How it is painted.
        text: The filter that it begins with.
    """

    def __init__(
        self, record: CallRecord, watching: Shown, privacy: Privacy, table: Table, palette: Palette, text: str = ""
    ) -> None:
        super().__init__(actions_on(On.CALLS, table))
        self.calls = CallList()
        self.calls.filter(text)
        self._record = record
        self._watching = watching
        self._privacy = privacy
        self._table = table
        self._palette = palette
        self._counts = CountList()
        self._in_counts = False
        self._finding = Finding(self.calls)
        self._sentence = "" if self.calls.error is None else f"/ {self.calls.error.with_place}"
        self._problem = ""
        self._is_read = False
        self._wants_more = asyncio.Event()
        self._painted = Painted(self._paint)

    def compose(self) -> ComposeResult:
        """One widget paints everything."""
        yield self._painted

    def on_mount(self) -> None:
        """Read, and read again."""
        self.run_worker(self._keep_reading(), name="calls", exit_on_error=True)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Come back from a call: what happened meanwhile was not read."""
        self._wants_more.set()

    async def _keep_reading(self) -> None:
        while True:
            began = time.monotonic()
            if self.is_on_top:
                await self._read()
            wait = max(READ_EVERY, SHARE * (time.monotonic() - began))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wants_more.wait()
            self._wants_more.clear()

    async def _read(self) -> None:
        asked, now = self.calls.asked, self._watching.clock.now()
        try:
            page = await self._record.page(asked, self.calls.wanted, now, midnight(now))
        except RingwallError as error:
            self._problem = str(error)
        else:
            self._problem, self._is_read = "", True
            if asked == self.calls.asked:
                self.calls.take(page)
            if page is not None:
                chosen = (entry.extension for entry in self._watching.board)
                self._counts.take(chosen, page.known, page.counts)
        self._painted.repaint()

    async def take_text(self, event: Key) -> bool:
        """While the filter is typed, every key is its own."""
        if self._finding.field is None:
            return False
        asked = self.calls.asked
        move = self._finding.press(event.key, typed(event))
        if move is not None:
            self.action_move(move)
        self._say("")
        if asked != self.calls.asked:
            self._wants_more.set()
        return True

    def on_paste(self, event: Paste) -> None:
        """Paste into the filter; a list takes no text."""
        event.stop()
        self._finding.insert(event.text)
        self._say("")
        self._wants_more.set()

    def on_painted_scrolled(self, event: Painted.Scrolled) -> None:
        """Move as the wheel was turned."""
        self._move(event.by)

    def action_move(self, to: str) -> None:
        """Move the cursor; to the first is back to the newest calls, as they come."""
        page = max(1, self.size.height - ROWS_AROUND)
        half = max(1, page // 2)
        steps = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "half_up": -half, "half_down": half}
        if to in steps:
            self._move(steps[to])
        elif to == "last":
            self._move(10**9)
        elif self._in_counts:
            self._move(-(10**9))
        else:
            self.calls.newest()
            self._say("")

    def _move(self, by: int) -> None:
        if self._in_counts:
            self._counts.move(by)
        else:
            wanted = self.calls.wanted
            self.calls.move(by)
            if wanted != self.calls.wanted:
                self._wants_more.set()
        self._say("")

    def action_find(self) -> None:
        """Type a filter."""
        self._in_counts = False
        self._finding.open()
        self._say("")

    def action_missed(self) -> None:
        """Only what somebody should call back, or everything."""
        self._in_counts = False
        self.calls.filter("" if self.calls.text == MISSED else MISSED)
        self._say("")
        self._wants_more.set()

    def action_today(self) -> None:
        """The counts of today in place of the calls, or back."""
        self._in_counts = not self._in_counts
        self._say("")

    def action_sort(self) -> None:
        """The next order of the counts."""
        if self._in_counts:
            self._counts.sort()
            self._say(f"in order of {self._counts.order}")
        else:
            self._say("Calls are in order of time; today's counts have other orders.")

    def action_call(self) -> None:
        """All of the call under the cursor, or of the newest one."""
        if self._in_counts or not self.calls.rows:
            return
        one = self.calls.current or self.calls.rows[0]
        if isinstance(one, CallRow):
            self.app.push_screen(
                CallScreen(self._record, one, self._watching, self._privacy, self._table, self._palette)
            )

    def action_mask(self) -> None:
        """Mask callers, or not."""
        self._say(self._privacy.turn())

    def action_back(self) -> None:
        """One step back: out of the prompt, the counts, a filter that was kept, and the screen."""
        if self._in_counts:
            self._in_counts = False
        elif self.calls.text or self._finding.field is not None:
            self._finding.drop()
            self._wants_more.set()
        else:
            self.dismiss()
            return
        self._say("")

    def action_leave(self) -> None:
        """Back to the wall."""
        self.dismiss()

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(On.CALLS, self._table, self._palette))

    def action_no_suspend(self) -> None:
        """Say that Ctrl-Z does nothing."""
        self._say(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Keys that mean something else elsewhere mean nothing here."""

    def _say(self, sentence: str) -> None:
        self._sentence = sentence
        self._painted.repaint()

    def _paint(self, size: Size) -> list[Strip]:
        now = self._watching.clock.now()
        view = CallsView(
            self._record,
            self._counts,
            self._in_counts,
            now,
            seen_until(self.calls.page, now),
            self._sentence,
            self._problem,
            self._is_read,
            self._finding.field,
            self._privacy.masked,
            self._palette,
            self._table,
        )
        return calls_rows(self.calls, view, size)
