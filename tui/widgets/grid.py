"""The grid of tiles: one widget for each column of tiles, drawn line by line.

Textual crops a partial update only at the edges of widgets: in one wide widget a changed tile would rewrite its lines
from the left edge on. So each column is a widget of its own (a lane), and a tile's change costs a tile's bytes. Lanes
are made when their number changes, and live long; what they show they ask the grid for.
"""

from collections.abc import Callable, Iterable, Sequence

from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.strip import Strip

from tui.widgets import tile as tiles
from tui.widgets.bare import Bare
from tui.widgets.geometry import TILE_HEIGHT, TILE_WIDTH, GridGeometry
from tui.widgets.palette import Palette
from tui.widgets.tile import Tile

MOSTLY = 0.6
"""The part of a lane's tiles from which on painting all of it costs less than tile by tile."""
Strips = tuple[Strip, Strip, Strip]
"""A tile, drawn."""


class Lane(Bare):
    """One column of tiles."""

    DEFAULT_CSS = f"""
    Lane {{ width: {TILE_WIDTH}; height: 100%; }}
    """

    def __init__(self, line_at: Callable[[int, int], Strip], column: int) -> None:
        super().__init__()
        self._line_at = line_at
        self._column = column

    def render_line(self, y: int) -> Strip:
        """One line of cells, as the grid has it."""
        return self._line_at(self._column, y)


class TileGrid(Horizontal):
    """The page of tiles that is shown, and the cursor.

    Args:
        draw: Gives the tile of an extension as it is now; None where it has gone.
        palette: How tiles are painted.
    """

    DEFAULT_CSS = """
    TileGrid { width: 100%; height: 1fr; overflow: hidden hidden; }
    """

    can_focus = False

    def __init__(self, draw: Callable[[str], Tile | None], palette: Palette) -> None:
        super().__init__()
        self._draw = draw
        self._palette = palette
        self._ids: Sequence[str] = ()
        self._places: dict[str, int] = {}
        self._shown: dict[int, Strips | None] = {}
        self._cursor = 0
        self._lanes: list[Lane] = []
        self.geometry = GridGeometry(1, 1, 0)

    @property
    def page(self) -> int:
        """The page that is shown, counted from 0: the one the cursor is on."""
        return self.geometry.page_of(self._cursor)

    @property
    def selected(self) -> str | None:
        """The id of the tile under the cursor."""
        return self._ids[self._cursor] if self._ids else None

    @property
    def on_page(self) -> Sequence[str]:
        """The ids of the tiles on the page that is shown."""
        start = self.page * self.geometry.page_size
        return self._ids[start : start + self.geometry.page_size]

    async def fit(self, size: Size) -> None:
        """Lay the grid out anew for a size in cells."""
        self.geometry = GridGeometry.fitting(size.width, size.height, len(self._ids))
        if len(self._lanes) != self.geometry.columns:
            await self.remove_children()
            self._lanes = [Lane(self._line_at, column) for column in range(self.geometry.columns)]
            await self.mount_all(self._lanes)
        self.repaint()

    def show(self, ids: Sequence[str]) -> None:
        """Show these tiles so ordered; the cursor stays on its extension while that is on the page, else in place."""
        selected, page = self.selected, self.page
        self._ids = ids
        self._places = {extension_id: index for index, extension_id in enumerate(ids)}
        self.geometry = GridGeometry(self.geometry.columns, self.geometry.rows, len(ids))
        index = self._places.get(selected or "", self._cursor)
        wanted = index if self.geometry.page_of(index) == page else self._cursor
        self._cursor = min(wanted, max(0, len(ids) - 1))
        self._look_at(range(self.geometry.page_size))

    def select(self, extension_id: str) -> None:
        """Put the cursor on a tile, if it is shown."""
        if extension_id in self._places:
            self._move_to(self._places[extension_id])

    def move(self, direction: str) -> None:
        """Move the cursor; see `GridGeometry.moved`."""
        self._move_to(self.geometry.moved(self._cursor, direction))

    def update_tiles(self, ids: Iterable[str]) -> None:
        """Paint those of these tiles that are on the page and look different now, and only their changed lines."""
        indexes = (self._places.get(extension_id) for extension_id in ids)
        page = self.page
        self._look_at(
            index % self.geometry.page_size
            for index in indexes
            if index is not None and self.geometry.page_of(index) == page
        )

    def repaint(self) -> None:
        """Paint the whole page."""
        self._shown.clear()
        self._look_at(range(self.geometry.page_size))
        for lane in self._lanes:
            lane.refresh()

    def _move_to(self, index: int) -> None:
        before, page = self._cursor, self.page
        self._cursor = index
        if self.page == page:
            self._look_at(each % self.geometry.page_size for each in (before, index))
        else:
            self._look_at(range(self.geometry.page_size))

    def _look_at(self, places: Iterable[int]) -> None:
        """Draw the tiles at these places of the page anew, and paint the lines that are not as before."""
        dirty: dict[int, list[Region]] = {}
        for place in places:
            old, new = self._shown.get(place), self._strips_at(place)
            changed = [y for y in range(TILE_HEIGHT) if (old and old[y]) is not (new and new[y])]
            if changed:
                self._shown[place] = new
                row, column = divmod(place, self.geometry.columns)
                region = Region(0, row * TILE_HEIGHT + changed[0], TILE_WIDTH, changed[-1] - changed[0] + 1)
                dirty.setdefault(column, []).append(region)
        for column, regions in dirty.items():
            if column < len(self._lanes):
                whole = len(regions) > MOSTLY * self.geometry.rows
                self._lanes[column].refresh(*(() if whole else regions))

    def _strips_at(self, place: int) -> Strips | None:
        index = self.page * self.geometry.page_size + place
        tile = self._draw(self._ids[index]) if index < len(self._ids) else None
        return None if tile is None else tiles.lines(tile, self._palette, under_cursor=index == self._cursor)

    def _line_at(self, column: int, y: int) -> Strip:
        row, line = divmod(y, TILE_HEIGHT)
        strips = self._shown.get(row * self.geometry.columns + column)
        return tiles.blank() if strips is None else strips[line]
