"""Where tiles and group lines lie on the glass. Pure.

A page is as high as the room for it. It is filled from above: a group begins with its line, one row of cells as wide as
the grid, and goes on with rows of tiles. A group's line never stands alone at the end of a page, and a page that
begins within a group repeats its line.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate


class Density(StrEnum):
    """How large tiles are; `z` goes through them."""

    COMPACT = "compact"
    NORMAL = "normal"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class TileSize:
    """A tile in cells."""

    width: int
    height: int


SIZES = {
    Density.COMPACT: TileSize(24, 1),
    Density.NORMAL: TileSize(20, 3),
    Density.LARGE: TileSize(38, 6),
}
MOST_SELECTED = 2
"""Rows that the selected extension takes in full."""
ROOMY = 30
"""Rows from which on the selected extension has all of its rows: there it costs little."""
LEAST_LEFT = 6
"""Rows below which small tiles leave none of theirs to the selected extension."""


def that_fits(density: Density, width: int, height: int) -> Density:
    """The density that is asked for, or the next smaller one of which a whole tile fits; compact where none does."""
    smaller = [one for one in reversed(Density) if SIZES[one].height <= SIZES[density].height]
    fitting = (one for one in smaller if SIZES[one].width <= width and SIZES[one].height <= height)
    return next(fitting, Density.COMPACT)


def room_for_tiles(height: int, density: Density, *, grouped: bool = False, selecting: bool = True) -> int:
    """How many of these rows of cells the tiles get; what is left, two at most, shows the selected extension in full.

    Tiles of one row do not tell what their state is called, so they leave two rows if there are rows enough.

    Args:
        height: How many rows there are.
        density: How large tiles are.
        grouped: Whether they are in groups, so that at least one line of a group stands on each page.
        selecting: Whether there is a selected extension.
    """
    row = SIZES[density].height
    if selecting and height >= ROOMY:
        return height - MOST_SELECTED
    if row == 1:
        return max(1, height - MOST_SELECTED if height >= LEAST_LEFT else height)
    line = 1 if grouped and height > row else 0
    return height - min(MOST_SELECTED, (height - line) % row) if height > row else height


@dataclass(frozen=True, slots=True)
class Row:
    """A group's line, or a row of tiles.

    Attributes:
        page: The page that it is on, counted from 0.
        y: Its first row of cells on that page.
        group: The place of its group among the groups.
        first: The index of its first tile; for a group's line the one of the tile below it.
        count: How many tiles stand in it; none in a group's line.
    """

    page: int
    y: int
    group: int
    first: int
    count: int


@dataclass(frozen=True)
class Layout:
    """Tiles in rows, in groups, on pages.

    Tiles are known by their index: all groups' tiles one after the other.

    Attributes:
        width: Cells beside each other.
        height: Cells above each other.
        density: How large the tiles are.
        sizes: How many tiles each group has.
        titled: Whether groups have lines.
    """

    width: int
    height: int
    density: Density = Density.NORMAL
    sizes: tuple[int, ...] = ()
    titled: bool = False

    @cached_property
    def columns(self) -> int:
        """Tiles beside each other, at least one."""
        return max(1, self.width // self.tile.width)

    @property
    def widths(self) -> Sequence[int]:
        """How wide each column of cells is: one for each column of tiles, and what is left beside them."""
        rest = self.width - self.columns * self.tile.width
        return [self.tile.width] * self.columns + ([rest] if rest > 0 else [])

    @property
    def tile(self) -> TileSize:
        """The size of a tile."""
        return SIZES[self.density]

    @cached_property
    def count(self) -> int:
        """How many tiles there are in all."""
        return sum(self.sizes)

    @cached_property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return self.rows[-1].page + 1 if self.rows else 1

    @cached_property
    def rows(self) -> Sequence[Row]:
        """All group lines and rows of tiles, from the first page to the last."""
        rows: list[Row] = []
        page = y = 0
        line, tile = int(self._has_lines), self.tile.height
        for group, (size, begin) in enumerate(zip(self.sizes, accumulate(self.sizes, initial=0), strict=False)):
            for first in range(begin, begin + size, self.columns):
                starts = first == begin
                if y and y + tile + (line if starts else 0) > self.height:
                    page, y = page + 1, 0
                if line and (starts or y == 0):
                    rows.append(Row(page, y, group, first, 0))
                    y += line
                rows.append(Row(page, y, group, first, min(self.columns, begin + size - first)))
                y += tile
        return rows

    @property
    def _has_lines(self) -> bool:
        """Whether groups have lines; where there is room for a row of tiles only, they have none."""
        return self.titled and self.height > self.tile.height

    def on_page(self, page: int) -> Sequence[Row]:
        """The rows of a page."""
        starts = self._starts
        return self.rows[starts[page] : starts[page + 1]] if page < len(starts) - 1 else ()

    def tiles_on(self, page: int) -> range:
        """The indexes of the tiles on a page."""
        rows = self.on_page(page)
        return range(rows[0].first, rows[-1].first + rows[-1].count) if rows else range(0)

    def page_of(self, index: int) -> int:
        """The page that a tile is on, counted from 0."""
        return self._tile_rows[self._row_of(index)].page if self.count else 0

    def place_of(self, index: int) -> tuple[int, int]:
        """The column that a tile stands in, and its first row of cells on its page."""
        row = self._tile_rows[self._row_of(index)]
        return index - row.first, row.y

    def moved(self, index: int, direction: str) -> int:
        """The tile that lies in a direction; the same one where there is none.

        Args:
            index: Where from.
            direction: left, right, up, down, half_up, half_down, page_up, page_down, first or last. Up and down keep
                the column where the row is long enough; a page further keeps the place on the page.
        """
        last, half = self.count - 1, max(1, self.height // self.tile.height // 2)
        if last < 0:
            return 0
        steps = {"left": index - 1, "right": index + 1, "first": 0, "last": last}
        rows = {"up": -1, "down": 1, "half_up": -half, "half_down": half}
        pages = {"page_up": -1, "page_down": 1}
        if direction in rows:
            return self._at(self._row_of(index) + rows[direction], self.place_of(index)[0])
        if direction in pages:
            return self._turned(index, pages[direction])
        return min(max(steps.get(direction, index), 0), last)

    def _turned(self, index: int, way: int) -> int:
        """The tile in the same place a page further; the first or the last one where there is no such page."""
        page = self.page_of(index) + way
        if not 0 <= page < self.pages:
            return 0 if way < 0 else self.count - 1
        column, y = self.place_of(index)
        above = [row.first for row in self.on_page(page) if row.count and row.y <= y]
        return self._at(self._row_of(above[-1] if above else self.tiles_on(page)[0]), column)

    def _at(self, row: int, column: int) -> int:
        """The tile in a column of a row, or the nearest one that there is."""
        one = self._tile_rows[min(max(row, 0), len(self._tile_rows) - 1)]
        return one.first + min(column, one.count - 1)

    def _row_of(self, index: int) -> int:
        """The row that a tile stands in, among the rows of tiles."""
        return bisect_right(self._firsts, index) - 1

    @cached_property
    def _tile_rows(self) -> Sequence[Row]:
        return [row for row in self.rows if row.count]

    @cached_property
    def _firsts(self) -> Sequence[int]:
        return [row.first for row in self._tile_rows]

    @cached_property
    def _starts(self) -> Sequence[int]:
        """The place among the rows at which each page begins, and their end."""
        starts = [place for place, row in enumerate(self.rows) if row.y == 0]
        return [*starts, len(self.rows)]
