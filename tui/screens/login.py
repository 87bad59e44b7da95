"""The login: credentials in, an account out."""

from textual.app import ComposeResult
from textual.events import Click, Key, Paste
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.worker import Worker

from tui.screens.browser_rows import browser_rows
from tui.screens.form import Form, Item
from tui.screens.in_order import KeysInOrder, typed
from tui.screens.keys import NO_SUSPEND
from tui.screens.login_rows import LoginRow, login_rows
from tui.screens.ports import Account, Door
from tui.widgets.palette import NORMAL, Palette
from tui.widgets.rows import Painted, row

SLOW_AFTER = 2.0
"""Seconds after which a login says how to give it up; a quick one does not make the keys flicker."""
_KEYS = {
    "tab,down": "move(1)",
    "shift+tab,up": "move(-1)",
    "enter": "log_in",
    "escape": "cancel",
    "ctrl+c": "leave",
    "ctrl+l": "repaint",
    "ctrl+z": "no_suspend",
    "ctrl+p,ctrl+q,ctrl+s": "nothing",
}
"""The keys of a form, which people know from every other one: they stand on the screen, not in the help."""


class LoginScreen(KeysInOrder):
    """Asks for what is needed to log in, logs in, and tells how that goes.

    Args:
        door: The way in.
        palette: How it is painted.
        start_now: Whether to log in at once with what is there.
        refusal: Why the login of a wall that has been up is refused, where this screen lies over one.
    """

    class LoggedIn(Message):
        """All steps of the login went well.

        Attributes:
            account: What somebody logged in to.
        """

        def __init__(self, account: Account) -> None:
            super().__init__()
            self.account = account

    class Left(Message):
        """Somebody does not want to log in."""

    def __init__(self, door: Door, palette: Palette, *, start_now: bool = False, refusal: str = "") -> None:
        super().__init__({key: action for keys, action in _KEYS.items() for key in keys.split(",")})
        self.form = Form(door.prefilled, refusal)
        self._door = door
        self._palette = palette
        self._start_now = start_now
        self._painted = Painted(self._paint)
        self._rows: list[LoginRow] = []
        self._said = ""
        self._attempt: Worker[None] | None = None
        self._patience: Timer | None = None

    def compose(self) -> ComposeResult:
        """One widget paints everything."""
        yield self._painted

    def on_mount(self) -> None:
        """Log in at once where that is wanted, but draw first: a login has much to import."""
        if self._start_now:
            # What an app is asked for while it starts comes after that, and before that nothing is painted.
            self.app.call_later(self.call_after_refresh, self.action_log_in)

    async def on_key(self, event: Key) -> None:
        """What was said has been read; Textual calls the base's method too."""
        if self._said:
            self._said = ""
            self._painted.repaint()

    async def take_text(self, event: Key) -> bool:
        """Edit the field, or turn what has the focus."""
        character = typed(event)
        if self.form.field is not None:
            if not self.form.field.press(event.key, character):
                return False
        elif self.form.busy:
            return False
        elif character == " " and self.form.focused is Item.BUTTON:
            self.action_log_in()
        elif character == " ":
            self.form.toggle()
        else:
            return False
        self._painted.repaint()
        return True

    def on_paste(self, event: Paste) -> None:
        """Put a pasted text into the field; it never logs in by itself, whatever its line breaks."""
        event.stop()
        if self.form.field is not None:
            self.form.field.insert(event.text)
            self._painted.repaint()

    def on_click(self, event: Click) -> None:
        """Do what a click means where it was made."""
        item = self._rows[event.screen_y].item if event.screen_y < len(self._rows) else None
        if item is None or self.form.busy:
            return
        self.form.focus(item)
        if item is Item.BUTTON:
            self.action_log_in()
        else:
            self.form.toggle()
        self._painted.repaint()

    def action_move(self, by: int) -> None:
        """Move the focus."""
        if not self.form.busy:
            self.form.move(by)
            self._painted.repaint()

    def action_log_in(self) -> None:
        """Log in with what is filled in, or hand on what was pasted; go on after a login with something to be read."""
        if self.form.done:
            self._go_on()
        elif self.form.asked is not None:
            if pasted := self.form.take_answer():
                self._door.answer(pasted)
        elif not self.form.busy and self.form.begin():
            self._attempt = self.run_worker(self._log_in(), name="login")
            self._patience = self.set_timer(SLOW_AFTER, self._grow_slow)
        self._painted.repaint()

    def action_cancel(self) -> None:
        """Give up the login that is going on; where none is, go back to the wall beneath."""
        if self._attempt is not None and self.form.busy:
            self._attempt.cancel()
            self._settle()
            self.form.cancel()
            self._painted.repaint()
        elif self.form.is_over_wall:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave."""
        self.post_message(self.Left())

    def action_no_suspend(self) -> None:
        """Say that Ctrl-Z does nothing."""
        self._said = NO_SUSPEND
        self._painted.repaint()

    def action_nothing(self) -> None:
        """Keys that mean something else elsewhere mean nothing here."""

    def _settle(self) -> None:
        """No login is going on any more."""
        self._attempt = None
        if self._patience is not None:
            self._patience.stop()

    def _grow_slow(self) -> None:
        self.form.slow = self.form.busy
        self._painted.repaint()

    async def _log_in(self) -> None:
        async for step in self._door.log_in(self.form.credentials, remember=self.form.remember):
            self.form.tell(step)
            self._painted.repaint()
        self._settle()
        if self.form.end() and (self._start_now or not self.form.done):
            self._go_on()
        self._painted.repaint()

    def _go_on(self) -> None:
        self.form.done = False
        account = self._door.account
        if account is None:
            raise RuntimeError("The login went well and gave no account")
        self.post_message(self.LoggedIn(account))

    def _paint(self, size: Size) -> list[Strip]:
        if self.form.asked is not None:
            self._rows = []
            shown = browser_rows(self.form, self.form.asked, size, self._palette)
        else:
            self._rows = login_rows(self.form, size, remembers_at=self._door.remembers_at, palette=self._palette)
            shown = [one.strip for one in self._rows]
        if self._said:
            shown[-1] = row([(f" {self._said}", NORMAL)], size.width)
        return shown
