"""The wall that somebody sits before: what keys and commands do.

What arranges the tiles changes the picture at once (`arranging`); what else the wall cannot do, the app is asked for.
The screens above it are imported when somebody asks for them: most starts do not.
"""

from collections.abc import Sequence

from textual.events import Key, Paste
from textual.message import Message
from textual.strip import Strip

from tui.feed.link import Link
from tui.presence.filter import FilterError
from tui.presence.views import SavedView
from tui.screens.commands import NoCommand, read
from tui.screens.in_order import typed
from tui.screens.keys import LOG_IN, On
from tui.screens.live import LiveScreen
from tui.screens.looks import Looks
from tui.screens.ports import Shown
from tui.screens.prompting import COMMAND, FIND, Prompting

MOVES_WHILE_TYPING = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}


class WallScreen(LiveScreen):
    """The chosen extensions, live, and all that people can ask of them.

    Args:
        watching: The feed.
        looks: How the wall starts.
    """

    class Asked(Message):
        """Somebody wants something that is not the wall's own affair.

        Attributes:
            what: The name of the command; `LOG_IN` where the login was refused and somebody wants to log in anew.
            argument: What stands behind it.
        """

        def __init__(self, what: str, argument: str = "") -> None:
            super().__init__()
            self.what = what
            self.argument = argument

    class ViewsChanged(Message):
        """The views that Ringwall keeps are others now.

        Attributes:
            saved: All of them.
        """

        def __init__(self, saved: Sequence[SavedView]) -> None:
            super().__init__()
            self.saved = saved

    def __init__(self, watching: Shown, looks: Looks) -> None:
        super().__init__(watching, looks)
        self._prompting = Prompting(self._picture, looks.table)

    def _last_line(self, columns: int) -> Strip:
        return self._prompting.row(columns) if self._prompting.lead else super()._last_line(columns)

    # What people type

    async def take_text(self, event: Key) -> bool:
        """While a prompt is open every key is its own."""
        await super().take_text(event)
        if not self._prompting.lead:
            return False
        if event.key in MOVES_WHILE_TYPING:
            self.action_move(MOVES_WHILE_TYPING[event.key])
            return True
        command = self._prompting.press(event.key, typed(event))
        self._show()
        if command:
            await self._do(command)
        return True

    def on_paste(self, event: Paste) -> None:
        """Paste into the prompt; tiles take no text."""
        event.stop()
        self._prompting.insert(event.text)
        self._show()

    async def _do(self, command: str) -> None:
        try:
            key, argument = read(command, self._looks.table)
        except NoCommand as error:
            self.say(str(error))
        else:
            await self.run_action(key.asked(argument))

    # What people do

    async def action_arrange(self, what: str, argument: str = "") -> None:
        """Show the tiles otherwise; see `arranging`. Views that this has changed are to be saved."""
        views = self._picture.views
        await super().action_arrange(what, argument)
        if self._picture.views is not views:
            self.post_message(self.ViewsChanged(self._picture.views.saved))

    def action_ask(self, what: str, argument: str = "") -> None:
        """Ask the app for it."""
        self.post_message(self.Asked(what, argument))

    def action_move(self, direction: str) -> None:
        """Move the cursor, which then follows its tile no longer."""
        self._picture.following = ""
        self._grid.move(direction)
        self._show_chrome()

    def action_find(self, filter_text: str = "") -> None:
        """Filter as somebody types; or at once, by what stands behind the command."""
        if filter_text:
            self._find(filter_text)
        else:
            self._prompting.open(FIND)
            self._show_chrome()

    def _find(self, filter_text: str) -> None:
        try:
            self._picture.find(filter_text)
        except FilterError as error:
            self.say(error.with_place)
        else:
            self.say("")
            self._show()

    def action_command(self) -> None:
        """A command by its name."""
        self._prompting.open(COMMAND)
        self._show_chrome()

    async def action_back(self) -> None:
        """One step back; see `Picture.step_back`."""
        self._picture.step_back()
        await self._show_anew()

    def action_mask(self) -> None:
        """Mask callers, or not."""
        notice = self._looks.privacy.turn()
        self._grid.repaint()
        self.say(notice)

    def action_copy(self) -> None:
        """Number and name alone on the last row, where nothing stands beside what a terminal selects."""
        entry = self._picture.entries.get(self._grid.selected or "")
        if entry is not None:
            self._last_row.show_alone(f"{entry.extension.number} {entry.extension.name}".strip())
            self._show_chrome()

    def action_details(self) -> None:
        """Everything known of the extension under the cursor; while the login is refused, the way to a new one."""
        from tui.screens.details import DetailsScreen, Known

        selected, looks = self._grid.selected, self._looks
        if self._watching.link.link is Link.REFUSED:
            self.action_ask(LOG_IN)
        elif selected is not None:
            known = Known(self._watching, self._picture.history, looks.privacy, looks.record)
            self.app.push_screen(DetailsScreen(known, selected, looks.table, looks.palette))

    def action_legend(self) -> None:
        """What colours and signs mean."""
        from tui.screens.legend import LegendScreen

        self.app.push_screen(LegendScreen(lambda: self._picture.counts, self._looks.table, self._looks.palette))

    def action_help(self) -> None:
        """All keys and commands."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(On.WALL, self._looks.table, self._looks.palette, self._picture.view_names))
