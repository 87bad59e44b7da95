"""The grid in a terminal that is not there: groups, densities, palettes, a followed tile, and terminals that change."""

from collections import Counter
from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from tests.screens.drawn_wall import NOW, PEOPLE
from tests.screens.running import running_wall
from tests.screens.screen_text import screen_text
from tui.config import Config
from tui.presence.board import Entry
from tui.presence.status import Status
from tui.presence.view import GroupOfTiles
from tui.settings import WallConfig
from tui.widgets.geometry import Density, room_for_tiles
from tui.widgets.grid import Lane, TileGrid
from tui.widgets.palette import Depth, Palette
from tui.widgets.tile import Tile, tile_of

PLAIN = Palette(depth=Depth.NONE)
ENTRIES = {entry.id: entry for entry in PEOPLE}


def group(title: str, people: Sequence[Entry]) -> GroupOfTiles:
    counts = Counter(entry.shown_status for entry in people)
    return GroupOfTiles(title, [entry.id for entry in people], counts)


ALL = [group("", PEOPLE)]
SALES, CARE = group("Sales", PEOPLE[:6]), group("Care", PEOPLE[6:])


class Stage(App[None]):
    """A grid and nothing else.

    Attributes:
        laid_out: For which sizes it was laid out.
    """

    CSS = "TileGrid { height: 100%; }"

    def __init__(self, groups: Sequence[GroupOfTiles] = ALL, density: Density = Density.NORMAL) -> None:
        super().__init__(ansi_color=True)
        self._groups = groups
        self._density = density
        self.laid_out: list[Size] = []

    def compose(self) -> ComposeResult:
        yield TileGrid(self._tile, PLAIN, self._density)

    def _tile(self, extension_id: str) -> Tile | None:
        entry = ENTRIES.get(extension_id)
        return tile_of(entry, NOW, confirmed_at=entry.confirmed_at, mask=True) if entry else None

    @property
    def grid(self) -> TileGrid:
        return self.query_one(TileGrid)

    async def on_resize(self, event: Resize) -> None:
        self.laid_out.append(event.size)
        height = room_for_tiles(event.size.height, self.grid.geometry.density)
        await self.grid.fit(Size(event.size.width, height))
        self.grid.show(self._groups)


def text(stage: Stage) -> str:
    return "\n".join(screen_text(stage))


async def test_groups_have_a_line_with_their_counts() -> None:
    stage = Stage([CARE, SALES])
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = screen_text(stage)
        assert rows[0] == " Care             ▸1  ◂1  ▪5  P1  ◷1  ⊘1  -1  ◦4  .2  ?1"
        assert rows[1].startswith("|◦107 Grace Kim      ⊘108 Hugo Meyer")
        assert rows[16] == " Sales            ▸1  ❚1  ▪2  ◦2"
        assert rows[17].startswith(" ▸101 Ana Martins")
        assert stage.grid.geometry.pages == 1


async def test_a_page_that_begins_within_a_group_repeats_its_line() -> None:
    stage = Stage([CARE, SALES])
    async with stage.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        stage.grid.move("page_down")
        await pilot.pause()
        rows = screen_text(stage)
        assert rows[0].startswith(" Care ")
        assert rows[1].startswith("|▪119 Rosa Jimenez")


async def test_a_groups_line_is_as_wide_as_the_grid() -> None:
    stage = Stage([CARE, SALES], Density.COMPACT)
    async with stage.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        rows = screen_text(stage)
        assert rows[0] == " Care             ▸1  ◂1  ▪5  P1  ◷1  ⊘1"
        assert rows[1] == "|◦107 Grace Kim   ~18m"


async def test_counts_change_where_tiles_stay() -> None:
    stage = Stage([CARE, SALES])
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = screen_text(stage)
        stage.grid.update_tiles((), [CARE, SALES._replace(ids=(), counts={Status.DND: 6})])
        await pilot.pause()
        rows = screen_text(stage)
        assert rows[16] == " Sales            ⊘6"
        assert rows[:16] + rows[17:] == before[:16] + before[17:]


async def test_density_and_cursor_change_while_it_runs() -> None:
    stage = Stage()
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        stage.grid.move("down")
        stage.grid.move("right")
        for density, first in [
            (Density.COMPACT, " ▸101 Ana Marti.  0:24 ! ▪102 Ben Okafor   12m   ◦103 Carla Ros.  3:41"),
            (Density.LARGE, "  ▸ 101                                 ▪ 102"),
            (Density.NORMAL, " ▸101 Ana Martins    ▪102 Ben Okafor     ◦103 Carla Rossi    ◦104 David Lim"),
        ]:
            await stage.grid.fit(Size(80, room_for_tiles(24, density)), density)
            await pilot.pause()
            assert screen_text(stage)[0] == first
            assert stage.grid.selected == "4106"


async def test_another_palette_paints_everything_anew() -> None:
    stage = Stage()
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        stage.grid.paint_in(Palette(depth=Depth.NONE, ascii=True))
        await pilot.pause()
        assert text(stage).isascii()
        assert screen_text(stage)[0].startswith("|>101 Ana Martins")


async def test_a_followed_tile_takes_the_page_with_it() -> None:
    stage = Stage()
    async with stage.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        stage.grid.followed = "4101"
        assert stage.grid.page == 0
        stage.grid.show([group("", [*PEOPLE[1:], PEOPLE[0]])])
        assert (stage.grid.selected, stage.grid.page) == ("4101", 1)
        await pilot.pause()
        assert "|▸101 Ana Martins" in text(stage)
        stage.grid.followed = ""
        stage.grid.show(ALL)
        assert (stage.grid.selected, stage.grid.page) == ("4124", 1)


async def test_pages_are_turned_to() -> None:
    stage = Stage()
    async with stage.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        stage.grid.turn_to(1)
        assert (stage.grid.page, stage.grid.selected) == (1, "4117")
        stage.grid.turn_to(99)
        assert stage.grid.page == 1
        assert [stage.grid.page_of(one) for one in ("4101", "4124", "nobody")] == [0, 1, None]


STORM = [Size(40 + (step * 37) % 260, 12 + (step * 13) % 68) for step in range(60)]
"""As somebody drags the corner of a window."""


async def resize_at_once(app: App[None], pilot: Pilot[None], sizes: Sequence[Size]) -> None:
    """Let the terminal change faster than anything can be painted."""
    for size in sizes:
        app.post_message(Resize(size, size))
    await pilot.resize_terminal(*sizes[-1])
    await pilot.pause()


@pytest.mark.parametrize("last", [Size(40, 12), Size(500, 140), Size(81, 25)])
@pytest.mark.parametrize("density", Density)
async def test_a_storm_of_sizes_ends_as_if_there_had_been_the_last_one_only(last: Size, density: Density) -> None:
    calm = Stage([CARE, SALES], density)
    async with calm.run_test(size=last) as pilot:
        await pilot.pause()
        expected = text(calm)
    stage = Stage([CARE, SALES], density)
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        kept = list(stage.query(Lane))
        await resize_at_once(stage, pilot, [*STORM, last])
        assert text(stage) == expected
        assert len(stage.laid_out) < len(STORM) / 2
        assert list(stage.query(Lane))[: len(kept)] == kept[: len(stage.grid.geometry.widths)]
        assert len(stage.query(Lane)) == len(stage.grid.geometry.widths)


async def test_the_whole_wall_settles_after_a_storm() -> None:
    async with running_wall(size=(120, 37)) as calm:
        expected = calm.rows
    async with running_wall() as wall:
        await resize_at_once(wall.app, wall.pilot, [*STORM, Size(120, 37)])
        assert wall.rows == expected


async def test_where_large_tiles_do_not_fit_the_wall_shows_the_next_smaller_until_they_do() -> None:
    config = Config(color=False, mask=True, wall=WallConfig(density="large"))
    async with running_wall(config=config, size=(60, 9)) as wall:
        assert wall.rows[3].startswith("|▸101 Ana Martins    ▪102 Ben Okafor")
        assert wall.rows[-1].startswith(" ? help")
        await wall.pilot.resize_terminal(80, 24)
        await wall.pilot.pause()
        assert wall.rows[3].startswith("| ▸ 101                                 ▪ 102")


async def test_the_wall_is_laid_out_anew_where_groups_come_and_go() -> None:
    async with running_wall() as wall:
        before = wall.rows
        await wall.press("o")
        rows = wall.rows
        assert rows[3].startswith(" Sales            ▸2")
        assert [rows[4 + 3 * row][1:5] for row in range(6)] == ["▸101", "▪105", "▪109", "-113", "▪117", "P121"]
        assert rows[22].startswith(" 101 Ana Martins")
        await wall.type(":", "group none", "enter")
        assert wall.rows[3:23] == before[3:23]
