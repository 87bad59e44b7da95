"""Keys that act in the order in which they were typed."""

from textual.events import Key
from textual.screen import Screen

from tui.screens.keys import NEVER_TEXT


class KeysInOrder(Screen[None], inherit_bindings=False):
    """A screen that does what a key is bound to before it looks at the next one.

    Textual has the app do it, one queue further on: of keys that arrive together, as over a slow line, the later ones
    would reach the screen before the first has acted, and the text behind a `/` would be taken for commands.
    """

    async def on_key(self, event: Key) -> None:
        """Take the key as text, or do what it is bound to."""
        if event.key not in NEVER_TEXT and self.take_text(event):
            event.stop()
            return
        bound = self.active_bindings.get(event.key)
        if bound is not None and bound.node is self:
            event.stop()
            await self.run_action(bound.binding.action)

    def take_text(self, event: Key) -> bool:
        """Let the key go into a text, where somebody is typing one; whether it did."""
        return False


def typed(event: Key) -> str | None:
    """What a key types, where that can be printed."""
    return event.character if event.is_printable else None
