"""The screen as it is, as a picture and as text."""

from dataclasses import dataclass

from textual.app import App


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands on the screen.

    Attributes:
        svg: As a picture.
        text: As text, a line for each row.
    """

    svg: str
    text: str


def snapshot(app: App[None], title: str) -> Snapshot:
    """The screen on top, as it is now.

    Args:
        app: Whose screen.
        title: What stands above the picture.
    """
    # The compositor is Textual's own affair, but nothing public gives the screen as text.
    rows = (strip.text.rstrip() for strip in app.screen._compositor.render_strips())
    return Snapshot(app.export_screenshot(title=title), "".join(f"{row}\n" for row in rows))
