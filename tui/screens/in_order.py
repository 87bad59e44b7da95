"""Keys that act in the order in which they were typed."""

from collections.abc import Mapping

from textual.events import Key
from textual.screen import Screen

from tui.screens.keys import NEVER_TEXT


class KeysInOrder(Screen[None], inherit_bindings=False):
    """A screen that does what a key stands for before it looks at the next one.

    By Textual's own bindings the app would do it, one queue further on: of keys that arrive together, as over a slow
    line, the later ones would reach the screen before the first has acted, and the text behind a `/` would be taken for
    commands.

    Args:
        actions: What each key does. What it prints names it, else Textual's name of it.
    """

    def __init__(self, actions: Mapping[str, str]) -> None:
        super().__init__()
        self._actions = actions

    async def on_key(self, event: Key) -> None:
        """Take the key as text, or do what it stands for."""
        if event.key not in NEVER_TEXT and await self.take_text(event):
            event.stop()
            return
        character = typed(event)
        action = self._actions.get(event.key if character in {None, " "} else character or "")
        if action is not None:
            event.stop()
            await self.run_action(action)

    async def take_text(self, event: Key) -> bool:
        """Let the key go into a text, where somebody is typing one; whether it did."""
        return False

    @property
    def is_on_top(self) -> bool:
        """Whether it is the screen that people see; Textual's `is_current` holds beneath others, too."""
        # Textual knows when there is no screen at all any more.
        return self.is_current and self.app.screen is self

    def _compositor_refresh(self) -> None:
        """Paint what has changed, but nothing beneath another screen: for that Textual paints the other one anew.

        It asks itself to do so again each time, without end. Whoever comes up again is painted as a whole.
        """
        if self.is_on_top:
            super()._compositor_refresh()
        else:
            self._dirty_widgets.clear()

    async def action_repaint(self) -> None:
        """Paint everything again, whatever something else wrote on the terminal."""
        self.app.refresh()


def typed(event: Key) -> str | None:
    """What a key types, where that can be printed."""
    return event.character if event.is_printable else None
