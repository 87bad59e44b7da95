"""The grid of tiles: one widget for each column of tiles, drawn line by line.

Textual crops a partial update only at the edges of widgets: in one wide widget a changed tile would rewrite its lines
from the left edge on. So each column is a widget of its own (a lane), and a tile's change costs a tile's bytes. Lanes
are made when their number changes, and live long; what they show they ask the grid for.
"""

from collections.abc import Callable, Sequence

from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets import tile as tiles
from tui.widgets.geometry import TILE_HEIGHT, TILE_WIDTH, GridGeometry
from tui.widgets.palette import Palette
from tui.widgets.tile import Tile


class Lane(Widget):
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
        self._shown: dict[str, Tile | None] = {}
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
        """Show these tiles in this order; the cursor stays on its extension while that is among them."""
        selected = self.selected
        self._ids = ids
        self._places = {extension_id: index for index, extension_id in enumerate(ids)}
        self.geometry = GridGeometry(self.geometry.columns, self.geometry.rows, len(ids))
        place = self._places.get(selected or "", self._cursor)
        self._cursor = min(place, max(0, len(ids) - 1))
        self.repaint()

    def select(self, extension_id: str) -> None:
        """Put the cursor on a tile, if it is shown."""
        if extension_id in self._places:
            self._move_to(self._places[extension_id])

    def move(self, direction: str) -> None:
        """Move the cursor; see `GridGeometry.moved`."""
        self._move_to(self.geometry.moved(self._cursor, direction))

    def update_tiles(self, ids: Sequence[str]) -> None:
        """Paint those of these tiles that are visible and do not look as before, and only their changed lines."""
        page = self.page
        for extension_id in ids:
            index = self._places.get(extension_id)
            place = None if index is None else self.geometry.place_of(index, page)
            if place is not None:
                self._update_tile(extension_id, *place)

    def repaint(self) -> None:
        """Paint the whole page."""
        self._shown = {extension_id: self._draw(extension_id) for extension_id in self.on_page}
        for lane in self._lanes:
            lane.refresh()

    def _update_tile(self, extension_id: str, column: int, row: int) -> None:
        old, new = self._shown.get(extension_id), self._draw(extension_id)
        if old == new:
            return
        self._shown[extension_id] = new
        if old is None or new is None:
            first, last = 0, TILE_HEIGHT - 1
        else:
            before, after = self._lines(old, extension_id), self._lines(new, extension_id)
            changed = [y for y in range(TILE_HEIGHT) if before[y] is not after[y]]
            if not changed:
                return
            first, last = changed[0], changed[-1]
        if column < len(self._lanes):
            self._lanes[column].refresh(Region(0, row * TILE_HEIGHT + first, TILE_WIDTH, last - first + 1))

    def _move_to(self, index: int) -> None:
        before, page = self._cursor, self.page
        if index == before:
            return
        self._cursor = index
        if self.page != page:
            self.repaint()
            return
        for changed in (before, index):
            place = self.geometry.place_of(changed, page)
            if place and place[0] < len(self._lanes):
                self._lanes[place[0]].refresh(Region(0, place[1] * TILE_HEIGHT, TILE_WIDTH, TILE_HEIGHT))

    def _line_at(self, column: int, y: int) -> Strip:
        row, line = divmod(y, TILE_HEIGHT)
        index = self.geometry.index_at(column, row, self.page)
        if index is None:
            return tiles.blank()
        extension_id = self._ids[index]
        tile = self._shown.get(extension_id)
        return tiles.blank() if tile is None else self._lines(tile, extension_id)[line]

    def _lines(self, tile: Tile, extension_id: str) -> tuple[Strip, Strip, Strip]:
        return tiles.lines(tile, self._palette, under_cursor=extension_id == self.selected)
