"""What stands on the screen of an app, as text."""

from typing import Any

from textual.app import App


def screen_text(app: App[Any]) -> list[str]:
    """The rows of the screen on top, without blanks at their ends."""
    # The compositor is Textual's own affair, but nothing public gives the screen as text.
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
