"""A few lines of text that change now and then: only the lines that differ are painted."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip

from tui.widgets.bare import Bare


class Lines(Bare):
    """So many lines, each as wide as the widget.

    Args:
        height: How many lines.
    """

    DEFAULT_CSS = """
    Lines { width: 100%; }
    """

    def __init__(self, height: int, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.styles.height = height
        self._strips: list[Strip] = []

    def show(self, strips: Sequence[Strip]) -> None:
        """Show these lines; those that are as before are left alone."""
        before, self._strips = self._strips, list(strips)
        if len(before) != len(self._strips):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._strips, strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        return self._strips[y].adjust_cell_length(width) if y < len(self._strips) else Strip.blank(width)
