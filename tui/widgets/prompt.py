"""The line that takes text: `/` to find, `:` for a command. It takes the place of the last row."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static


class Prompt(Horizontal):
    """A lead, the text, and what the keys do."""

    DEFAULT_CSS = """
    Prompt { width: 100%; height: 1; display: none; }
    Prompt Static { width: auto; height: 1; }
    Prompt Input { width: 1fr; height: 1; border: none; padding: 0; background: ansi_default; }
    Prompt Input:focus { border: none; background: ansi_default; }
    """

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield Static("", id="lead", markup=False)
        text = Input(id="text", compact=True, select_on_focus=False)
        text.cursor_blink = False
        yield text
        yield Static("", id="hint", markup=False)

    @property
    def lead(self) -> str:
        """What kind of text is asked for: `/` or `:`; empty while it is closed."""
        return str(self.query_one("#lead", Static).content).strip() if self.display else ""

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.query_one(Input).value

    def open(self, lead: str, text: str, hint: str) -> None:
        """Ask for text."""
        self.query_one("#lead", Static).update(f" {lead} ")
        self.hint(hint)
        box = self.query_one(Input)
        box.value = text
        box.cursor_position = len(text)
        self.display = True
        box.focus()

    def hint(self, hint: str) -> None:
        """Say something else at the right."""
        self.query_one("#hint", Static).update(f"  {hint} ")

    def close(self) -> None:
        """Ask no more."""
        self.display = False
        self.screen.set_focus(None)
