"""The grid of tiles: one widget for each column of tiles, drawn line by line.

Textual crops a partial update only at the edges of widgets: in one wide widget a changed tile would rewrite its lines
from the left edge on. So each column is a widget of its own (a lane), and a tile's change costs a tile's bytes; what is
left at the right edge is one more, into which the lines of groups reach. Lanes live long: where there is room for more
columns some are added, and for fewer some go. Each keeps what it shows, line by line, and paints what comes to differ.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.strip import Strip

from tui.presence.view import GroupOfTiles
from tui.widgets.bare import Bare
from tui.widgets.geometry import Density, Layout
from tui.widgets.group_line import group_line
from tui.widgets.palette import Palette
from tui.widgets.tile import Tile
from tui.widgets.tile_lines import blank, lines

MOSTLY = 0.6
"""The part of a lane's lines from which on painting all of it costs less than painting them one by one."""
_Lines = dict[int, Strip]
"""What a lane shows by its rows of cells; where nothing is, it is blank."""


class Lane(Bare):
    """One column of tiles."""

    DEFAULT_CSS = """
    Lane { height: 100%; }
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.shown: _Lines = {}
        self.widen(width)

    def widen(self, width: int) -> None:
        """Be so many cells wide."""
        self.blank = blank(width)
        self.styles.width = width

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        return self.shown.get(y, self.blank)

    def show(self, changed: _Lines, height: int) -> None:
        """Show these lines in place of those in the same rows, and paint the ones that look different."""
        dirty = [y for y, strip in changed.items() if self.render_line(y) != strip]
        self.shown.update(changed)
        if len(dirty) > MOSTLY * height:
            self.refresh()
        elif dirty:
            self.refresh(*(Region(0, y, self.blank.cell_length, 1) for y in dirty))


class TileGrid(Horizontal):
    """The page of tiles that is shown, and the cursor.

    Args:
        draw: Gives the tile of an extension as it is now; None where it has gone.
        palette: How tiles are painted.
        density: How large they are.

    Attributes:
        geometry: Where tiles lie.
        followed: The id of the tile that the cursor, and with it the page, goes after when others are shown, or in
            another order; empty for none.
        shows_cursor: Whether people can see where the cursor is.
    """

    DEFAULT_CSS = """
    TileGrid { width: 100%; height: 1fr; overflow: hidden hidden; }
    """

    can_focus = False

    def __init__(self, draw: Callable[[str], Tile | None], palette: Palette, density: Density = Density.NORMAL) -> None:
        super().__init__()
        self._draw = draw
        self._palette = palette
        self._groups: Sequence[GroupOfTiles] = ()
        self._ids: Sequence[str] = ()
        self._cursor = 0
        self._lanes: list[Lane] = []
        self.followed = ""
        self.shows_cursor = True
        self.geometry = Layout(1, 1, density)

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
        return [self._ids[index] for index in self.geometry.tiles_on(self.page)]

    async def fit(
        self, size: Size, density: Density | None = None, groups: Sequence[GroupOfTiles] | None = None
    ) -> None:
        """Lay the grid out anew.

        Args:
            size: The room, in cells.
            density: How large tiles are from now on; None leaves it as it is.
            groups: The tiles from now on, so ordered, as for `show`; None leaves them as they are.
        """
        density = density or self.geometry.density
        self.geometry = replace(self.geometry, width=size.width, height=size.height, density=density)
        widths = self.geometry.widths
        kept, gone = self._lanes[: len(widths)], self._lanes[len(widths) :]
        for lane, width in zip(kept, widths, strict=False):
            if lane.blank.cell_length != width:
                lane.widen(width)
        added = [Lane(width) for width in widths[len(kept) :]]
        self._lanes = kept + added
        if added:
            await self.mount_all(added)
        if gone:
            await self.remove_children(gone)
        if groups is None:
            self._show_page()
        else:
            self.show(groups)
        for lane in self._lanes:
            lane.refresh()

    def paint_in(self, palette: Palette) -> None:
        """Paint everything in another palette."""
        self._palette = palette
        self.repaint()

    def show(self, groups: Sequence[GroupOfTiles]) -> None:
        """Show these tiles so ordered.

        The cursor goes after a tile that is followed. Else it stays on its extension while that is on the page, and in
        its place where it is not.
        """
        selected, page = self.selected, self.page
        self._groups = [group for group in groups if group.ids]
        self._ids = [extension_id for group in self._groups for extension_id in group.ids]
        sizes, titled = tuple(len(group.ids) for group in self._groups), any(group.title for group in self._groups)
        if (sizes, titled) != (self.geometry.sizes, self.geometry.titled):
            self.geometry = replace(self.geometry, sizes=sizes, titled=titled)
        followed = self._place_of(self.followed)
        if followed is not None:
            self._cursor = followed
        else:
            place = self._place_of(selected or "")
            index = self._cursor if place is None else place
            last = max(0, len(self._ids) - 1)
            self._cursor = min(index if self.geometry.page_of(min(index, last)) == page else self._cursor, last)
        self._show_page()

    def move(self, direction: str) -> None:
        """Move the cursor; see `Layout.moved`."""
        self._go_to(self.geometry.moved(self._cursor, direction))

    def turn_to(self, page: int) -> None:
        """Show a page, with the cursor on its first tile; the nearest page, where there is no such one."""
        tiles = self.geometry.tiles_on(min(max(page, 0), self.geometry.pages - 1))
        if tiles and self.page != page:
            self._go_to(tiles[0])

    def page_of(self, extension_id: str) -> int | None:
        """The page that a tile is on, counted from 0; None where it is not shown."""
        index = self._place_of(extension_id)
        return None if index is None else self.geometry.page_of(index)

    def update_tiles(self, ids: Iterable[str], groups: Sequence[GroupOfTiles]) -> None:
        """Paint those of these tiles that are on the page and look different now, and only their changed lines.

        Args:
            ids: Whose tiles.
            groups: The groups as they are now. Only their counts are painted: the tiles stay where they are.
        """
        counts = {group.title: group.counts for group in groups}
        self._groups = [group._replace(counts=counts.get(group.title, {})) for group in self._groups]
        wanted = frozenset(ids)
        self._paint([index for index in self.geometry.tiles_on(self.page) if self._ids[index] in wanted])

    def repaint(self) -> None:
        """Paint the whole page."""
        self._show_page()
        for lane in self._lanes:
            lane.refresh()

    def _place_of(self, extension_id: str) -> int | None:
        """The place of a tile among all; None where it is not shown."""
        return self._ids.index(extension_id) if extension_id and extension_id in self._ids else None

    def _go_to(self, index: int) -> None:
        before, page = self._cursor, self.page
        self._cursor = index
        if self.page == page:
            self._paint({before, index})
        else:
            self._show_page()

    def _show_page(self) -> None:
        """Show the page that the cursor is on in place of whatever was shown."""
        blanks = [dict.fromkeys(lane.shown, lane.blank) for lane in self._lanes]
        self._paint(self.geometry.tiles_on(self.page), blanks)

    def _paint(self, indexes: Iterable[int], changed: list[_Lines] | None = None) -> None:
        """Draw these tiles of the page anew, and the group lines; what is not as before is painted."""
        changed = changed or [{} for _ in self._lanes]
        widths = self.geometry.widths
        for row in self.geometry.on_page(self.page):
            if not row.count:
                group = self._groups[row.group]
                parts = group_line(group.title, group.counts, self._palette, widths)
                for lines_of_lane, part in zip(changed, parts, strict=True):
                    lines_of_lane[row.y] = part
        for index in indexes:
            tile = self._draw(self._ids[index])
            if tile is not None:
                column, y = self.geometry.place_of(index)
                drawn = lines(
                    tile, self._palette, self.geometry.density, under_cursor=self.shows_cursor and index == self._cursor
                )
                changed[column].update(enumerate(drawn, y))
        for lane, lines_of_lane in zip(self._lanes, changed, strict=True):
            lane.show(lines_of_lane, self.geometry.height)
