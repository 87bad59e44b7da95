"""Where tiles lie on the glass. Pure."""

from dataclasses import dataclass

TILE_WIDTH = 20
TILE_HEIGHT = 3


@dataclass(frozen=True, slots=True)
class GridGeometry:
    """A grid of tiles, filled row by row, shown a page at a time.

    Attributes:
        columns: Tiles beside each other, at least one.
        rows: Tiles above each other on one page, at least one.
        count: How many tiles there are in all.
    """

    columns: int
    rows: int
    count: int

    @classmethod
    def fitting(cls, width: int, height: int, count: int) -> "GridGeometry":
        """The grid that fits into so many cells."""
        return cls(max(1, width // TILE_WIDTH), max(1, height // TILE_HEIGHT), count)

    @property
    def page_size(self) -> int:
        """Tiles on one page."""
        return self.columns * self.rows

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // self.page_size))

    def page_of(self, index: int) -> int:
        """The page a tile is on, counted from 0."""
        return index // self.page_size

    def place_of(self, index: int, page: int) -> tuple[int, int] | None:
        """Column and row of a tile on a page; None where it is on another."""
        if self.page_of(index) != page:
            return None
        row, column = divmod(index - page * self.page_size, self.columns)
        return column, row

    def index_at(self, column: int, row: int, page: int) -> int | None:
        """The tile at a place; None where there is none."""
        index = page * self.page_size + row * self.columns + column
        return index if 0 <= column < self.columns and 0 <= row < self.rows and 0 <= index < self.count else None

    def moved(self, index: int, direction: str) -> int:
        """The tile that lies in a direction; the same one where the grid ends.

        Args:
            index: Where from.
            direction: left, right, up, down, page_up, page_down, first or last.
        """
        if self.count == 0:
            return 0
        last = self.count - 1
        match direction:
            case "left":
                wanted = index - 1
            case "right":
                wanted = index + 1
            case "up":
                wanted = index - self.columns if index >= self.columns else index
            case "down":
                wanted = index + self.columns
                if wanted > last:
                    wanted = last if index // self.columns < last // self.columns else index
            case "page_up":
                wanted = index - self.page_size
            case "page_down":
                wanted = index + self.page_size
            case "first":
                wanted = 0
            case "last":
                wanted = last
            case _:
                wanted = index
        return min(max(wanted, 0), last)
