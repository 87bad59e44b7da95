"""A widget of lines and nothing else: what they are is what stands on the glass."""

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Bare(Widget):
    """Shows the lines of its `render_line` as they are; no border, padding, tint or link is drawn.

    Textual's own way makes a strip anew of each line that is painted, and that comes to hold itself (`Strip.divide`):
    only Python's collector finds it then, and what has gathered until it comes by is memory for good.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the widget."""
        strips = [self.render_line(y) for y in crop.line_range]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, self.background_colors[1]) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]
