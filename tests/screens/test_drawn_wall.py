"""The wall as it was drawn, to the cell, from its pure parts: tiles by the grid's geometry and the rows around them."""

from collections.abc import Sequence
from pathlib import Path

from textual.strip import Strip

from tests.screens.drawn_wall import COUNTS, FARID, LIVE, NOW, PEOPLE
from tui.presence.alerts import alerts
from tui.presence.board import Entry
from tui.widgets import chrome, header
from tui.widgets.geometry import Density, Layout, room_for_tiles
from tui.widgets.palette import DIM, Depth, Palette
from tui.widgets.tile import tile_of
from tui.widgets.tile_lines import blank, lines

GOLDENS = Path(__file__).parent / "goldens"
PLAIN = Palette(depth=Depth.NONE)
FOOTER = ["? help", "/ find", "v free only", "1-9 views", "Enter details", "q quit"]


def grid_rows(people: Sequence[Entry], layout: Layout, palette: Palette) -> list[Strip]:
    """The first page of tiles, row by row of cells, with the cursor on Farid Haddad."""
    empty = Strip.join([blank(layout.tile.width)] * layout.columns)
    strips = [empty] * layout.height
    for row in layout.on_page(0):
        drawn = [
            lines(
                tile_of(entry, NOW, confirmed_at=entry.confirmed_at, mask=True),
                palette,
                layout.density,
                under_cursor=entry is FARID,
            )
            for entry in people[row.first : row.first + row.count]
        ]
        for line in range(layout.tile.height):
            cells = [tile[line] for tile in drawn]
            cells += [blank(layout.tile.width)] * (layout.columns - row.count)
            strips[row.y + line] = Strip.join(cells)
    return strips


def wall(columns: int, height: int, palette: Palette = PLAIN, density: Density = Density.NORMAL) -> list[str]:
    """The wall as text."""
    first = header.Header("Sales", 24, 31, "sort number", LIVE, is_demo=False)
    layout = Layout(columns, room_for_tiles(height - 4, density), density, (len(PEOPLE),))
    below = [
        *chrome.selected_rows(FARID, FARID.confirmed_at, NOW, columns, mask=True)[: height - 4 - layout.height],
        chrome.footer_row(FOOTER, 0, layout.pages, columns, quiet=DIM),
    ]
    strips = [
        header.status_row(first, NOW, columns),
        chrome.counts_row(COUNTS, palette, columns),
        chrome.attention_row(alerts(PEOPLE, NOW), PEOPLE, NOW, columns, quiet=DIM),
        *grid_rows(PEOPLE, layout, palette),
        *below,
    ]
    assert [strip.cell_length for strip in strips[:3] + below] == [columns] * (3 + len(below))
    return [strip.text.rstrip() for strip in strips]


def golden(name: str) -> list[str]:
    return (GOLDENS / name).read_text().splitlines()


def test_at_80x24() -> None:
    assert wall(80, 24) == golden("wall-80x24.txt")


def test_at_40x12() -> None:
    assert wall(40, 12) == golden("wall-40x12.txt")


def test_at_160x45() -> None:
    assert wall(160, 45) == golden("wall-160x45.txt")


def test_at_300x80() -> None:
    assert wall(300, 80) == golden("wall-300x80.txt")


def test_compact() -> None:
    assert wall(80, 24, density=Density.COMPACT) == golden("wall-80x24-compact.txt")


def test_large() -> None:
    assert wall(190, 50, density=Density.LARGE) == golden("wall-190x50-large.txt")


def test_in_ascii() -> None:
    assert wall(80, 24, Palette(depth=Depth.NONE, ascii=True)) == golden("wall-80x24-ascii.txt")


def test_the_last_cell_stays_blank() -> None:
    for columns in range(20, 200):
        assert chrome.footer_row(FOOTER, 11, 12, columns, quiet=DIM).text[-1] == " "
