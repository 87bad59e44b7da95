"""The choice of the extensions to watch."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.events import Click, Key, Paste
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.presence.extension import Extension
from tui.screens.choose_rows import ROWS_AROUND, View, choose_rows
from tui.screens.finding import Finding
from tui.screens.in_order import KeysInOrder, typed
from tui.screens.keys import KEYS, NO_SUSPEND, On, Table, actions_on, first_key
from tui.screens.ports import Directory
from tui.screens.selection import Selection
from tui.widgets.palette import Palette
from tui.widgets.rows import Painted

LOOK_EVERY = 0.2
"""Seconds between two looks at a directory that is still being read."""
_FIRST_ROW = 3


class ChooseScreen(KeysInOrder):
    """Shows all extensions, and lets people choose those that they want to watch.

    Args:
        directory: The extensions; they may still be being read.
        chosen: The ids of those that are chosen already.
        palette: How it is painted.
        table: The keys as they are bound.
    """

    class Chosen(Message):
        """The choice is made.

        Attributes:
            extensions: What is to be watched, by number; at least one.
            ids: What is to be saved: also what was chosen before and is not in the directory, or not yet.
        """

        def __init__(self, extensions: list[Extension], ids: list[str]) -> None:
            super().__init__()
            self.extensions = extensions
            self.ids = ids

    class Left(Message):
        """Somebody goes without choosing."""

    class HelpWanted(Message):
        """Somebody wants to see the keys."""

    def __init__(self, directory: Directory, chosen: Sequence[str], palette: Palette, table: Table = KEYS) -> None:
        super().__init__(actions_on(On.CHOOSE, table))
        self.selection = Selection(chosen)
        self._directory = directory
        self._palette = palette
        self._table = table
        self._sentence = ""
        self._finding = Finding(self.selection)
        self._looking: Timer | None = None
        self._seen: tuple[int, int | None, bool, str] | None = None
        self._painted = Painted(self._paint)

    def compose(self) -> ComposeResult:
        """One widget paints everything."""
        yield self._painted

    def on_mount(self) -> None:
        """Look at what there is, and again for as long as there may be more."""
        self._looking = self.set_interval(LOOK_EVERY, self.look)
        self.look()

    def look(self) -> None:
        """Take what has been read of the directory since the last look."""
        directory = self._directory
        now = (len(directory.extensions), directory.total, directory.complete, directory.problem)
        if now == self._seen:
            return
        self._seen = now
        self.selection.read(directory.extensions)
        if directory.complete and self._looking is not None:
            self._looking.stop()
        self._painted.repaint()

    async def take_text(self, event: Key) -> bool:
        """While the filter is typed, every key is its own."""
        if self._finding.field is None:
            return False
        move = self._finding.press(event.key, typed(event))
        if move is not None:
            self.action_move(move)
        self._say("")
        return True

    def on_paste(self, event: Paste) -> None:
        """Paste into the filter; a table takes no text."""
        event.stop()
        self._finding.insert(event.text)
        self._say("")

    async def on_click(self, event: Click) -> None:
        """Go to the row; on its mark, choose it or not."""
        place = self.selection.top + event.screen_y - _FIRST_ROW
        if _FIRST_ROW <= event.screen_y < _FIRST_ROW + self._page and place < len(self.selection.shown):
            self._go(place)
            if event.screen_x <= len(" [x]"):
                await self.action_toggle()

    def on_painted_scrolled(self, event: Painted.Scrolled) -> None:
        """Move as the wheel was turned."""
        self._go(self.selection.cursor + event.by)

    def action_move(self, to: str) -> None:
        """Move the cursor."""
        at, page = self.selection.cursor, self._page
        last, half = len(self.selection.shown) - 1, max(1, page // 2)
        pages = {"page_up": -page, "page_down": page, "half_up": -half, "half_down": half}
        steps = {"up": -1, "down": 1, "first": -at, "last": last - at, **pages}
        self._go(at + steps[to])

    def action_find(self) -> None:
        """Type a filter."""
        self._finding.open()
        self._say("")

    def action_back(self) -> None:
        """One step back: out of the prompt and its filter, or out of a filter that was kept."""
        self._finding.drop()
        self._say("")

    def action_sort(self) -> None:
        """Order by the next column."""
        self.selection.sort()
        self._say(f"in order of {self.selection.column}")

    async def action_toggle(self, attribute_name: str = "") -> None:
        """Choose the row, or not; one that cannot be chosen says why.

        Args:
            attribute_name: Wanted by the action of this name that Textual has; nothing here.
        """
        self.selection.toggle()
        self._say("")

    def action_all_shown(self) -> None:
        """Choose all that is shown."""
        self._say(f"{self.selection.choose_shown():,} more chosen{self._undoes}")

    def action_none_shown(self) -> None:
        """Choose none of what is shown."""
        self._say(f"{self.selection.choose_none_shown():,} less chosen{self._undoes}")

    def action_invert(self) -> None:
        """Turn round what is shown."""
        self._say(f"{self.selection.invert_shown():,} turned round{self._undoes}")

    def action_undo(self) -> None:
        """Undo the last choice."""
        undone = self.selection.undo()
        self._say(f"undone: {undone:,}" if undone else "There is nothing to undo.")

    def action_wall(self) -> None:
        """Go on with what is chosen."""
        extensions = self.selection.extensions
        if extensions:
            self.post_message(self.Chosen(extensions, list(self.selection.chosen)))
        elif self.selection.count_chosen(complete=self._directory.complete):
            self._say("What is chosen has not been read yet; a moment, then Enter.")
        else:
            self._say(self._nothing_chosen)

    def action_leave(self) -> None:
        """Leave."""
        self.post_message(self.Left())

    def action_help(self) -> None:
        """Show the keys."""
        self.post_message(self.HelpWanted())

    def action_no_suspend(self) -> None:
        """Say that Ctrl-Z does nothing."""
        self._say(NO_SUSPEND)

    def action_nothing(self) -> None:
        """Keys that mean something else elsewhere mean nothing here."""

    @property
    def _undoes(self) -> str:
        key = first_key("undo", On.CHOOSE, self._table)
        return f"; {key} undoes it" if key else ""

    @property
    def _nothing_chosen(self) -> str:
        one, all_shown, wall = (first_key(name, On.CHOOSE, self._table) for name in ("toggle", "all-shown", "wall"))
        return f"Nothing is chosen yet. {one} chooses one, {all_shown} all shown, then {wall}."

    @property
    def _page(self) -> int:
        return max(1, self.size.height - ROWS_AROUND)

    def _go(self, place: int) -> None:
        self.selection.move(place)
        self._say("")

    def _say(self, sentence: str) -> None:
        self._sentence = sentence
        self._painted.repaint()

    def _paint(self, size: Size) -> list[Strip]:
        view = View(self._directory, self._sentence, self._finding.field, self._palette, self._table)
        return choose_rows(self.selection, view, size)
