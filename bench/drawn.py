"""One page of tiles, drawn by three programs: the wall's own grid, curses, and Textual with a `Static` for each tile.

    python -m bench.drawn grid|curses|static

All draw the same words in the same colours, and take the same keys: `o` one tile changes, `t` one timer ticks, `m` many
tiles change, `p` another page, `c` the clock of the last row ticks, `q` the end. Bytes are counted by whoever holds the
terminal.
"""

import curses
import os
import sys
from collections.abc import Callable, Iterator

from rich.color import Color, ColorSystem
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Grid
from textual.events import Key, Resize
from textual.geometry import Size
from textual.strip import Strip
from textual.widgets import Static

from tui.commands.on_glass import run_on_glass
from tui.config import Config
from tui.glass import Glass
from tui.presence.alerts import Level
from tui.presence.status import LOOKS, TALKING, Status
from tui.presence.view import GroupOfTiles
from tui.presence.words import timer
from tui.screens.ports import NOTHING_OUTSIDE, Watching
from tui.terminal.abilities import find_abilities
from tui.widgets.geometry import SIZES, Density
from tui.widgets.grid import TileGrid
from tui.widgets.lines import Lines
from tui.widgets.palette import NORMAL, Palette
from tui.widgets.rows import row
from tui.widgets.tile import Tile
from tui.widgets.tile_lines import lines

COLUMNS, ROWS = 10, 16
"""Tiles of a page: 200 columns of cells, 49 rows and the clock's."""
PAGE, MANY = COLUMNS * ROWS, 20
SIZE = SIZES[Density.NORMAL]
STATUSES = (Status.AVAILABLE, Status.OFFLINE, Status.ON_CALL, Status.BUSY, Status.RINGING_IN)
NAMES = ("Ana Martins", "Ben Okafor", "Carla Rossi", "David Lim", "Eva Novak", "Farid Haddad", "Grace Kim")


class Page:
    """The tiles of three pages, and what each key makes of them."""

    def __init__(self) -> None:
        self.first, self.clock = 0, 0
        self._seconds = [(17 * index) % 1000 for index in range(3 * PAGE)]
        self._statuses = [STATUSES[index * 7 % 5] for index in range(3 * PAGE)]

    def tile(self, index: int) -> Tile:
        """A tile as it is now."""
        status, seconds = self._statuses[index], self._seconds[index]
        talks = status in TALKING or status is Status.RINGING_IN
        text = f"+49 30 12345{index:03}" if talks else ""
        name, written = NAMES[index % len(NAMES)], timer(seconds)
        lead = "" if talks else None
        return Tile(
            status,
            str(1000 + index),
            name,
            LOOKS[status].word,
            written,
            Level.NONE,
            False,
            lead,
            text,
            "",
            "",
            0,
            False,
        )

    @property
    def shown(self) -> range:
        """The tiles of the page that is shown."""
        return range(self.first, self.first + PAGE)

    def press(self, key: str) -> list[int]:
        """Which tiles look different, by their index, once a key was pressed."""
        match key:
            case "o":
                return [self._change(self.first + 23)]
            case "t":
                self._seconds[self.first + 22] += 1
                return [self.first + 22]
            case "m":
                return [self._change(self.first + 3 + 7 * count) for count in range(MANY)]
            case "p":
                self.first = (self.first + PAGE) % (3 * PAGE)
                return list(self.shown)
        self.clock += 1
        return []

    def clock_text(self) -> str:
        """What stands in the last row."""
        return f"12:{self.clock // 60:02}:{self.clock % 60:02}"

    def _change(self, index: int) -> int:
        rings = self._statuses[index] is not Status.RINGING_IN
        self._statuses[index] = Status.RINGING_IN if rings else Status.AVAILABLE
        self._seconds[index] = 0
        return index


def _drawn(tile: Tile, palette: Palette) -> tuple[Strip, ...]:
    return lines(tile, palette, Density.NORMAL, under_cursor=False)


class _Nothing:
    async def close(self) -> None:
        """Close nothing."""


class GridApp(Glass):
    """The wall's grid."""

    _watching: Watching | None = None

    def __init__(self, config: Config) -> None:
        abilities = find_abilities(os.environ, "utf-8", is_terminal=True)
        super().__init__(config, _Nothing(), abilities, None, NOTHING_OUTSIDE)
        self._page = Page()
        self._grid = TileGrid(lambda name: self._page.tile(int(name)), self.palette)
        self._grid.shows_cursor = False
        self._clock = Lines(1)

    def compose(self) -> ComposeResult:
        """Tiles, and a clock below."""
        yield self._grid
        yield self._clock

    async def on_resize(self, event: Resize) -> None:
        """Begin."""
        await self._grid.fit(Size(event.size.width, ROWS * SIZE.height))
        self._grid.styles.height = ROWS * SIZE.height
        self._grid.show(self._groups())
        self._show_clock()

    def on_key(self, event: Key) -> None:
        """Do what the key says."""
        if event.key == "q":
            self.exit()
            return
        changed = self._page.press(event.key)
        if event.key == "p":
            self._grid.turn_to(self._page.first // PAGE)
        else:
            self._grid.update_tiles([str(index) for index in changed], self._groups())
        self._show_clock()

    def _groups(self) -> list[GroupOfTiles]:
        return [GroupOfTiles("", [str(index) for index in range(3 * PAGE)], {})]

    def _show_clock(self) -> None:
        text = f"LIVE  {self._page.clock_text()}"
        self._clock.show([row([(text.rjust(COLUMNS * SIZE.width - 1), NORMAL)], COLUMNS * SIZE.width)])


class StaticApp(App[None]):
    """A `Static` for each tile of the page, as somebody would write it who begins with Textual."""

    CSS = f"""
    Screen {{ background: ansi_default; color: ansi_default; }}
    Grid {{ grid-size: {COLUMNS}; grid-rows: {SIZE.height}; height: {ROWS * SIZE.height}; }}
    Grid Static {{ height: {SIZE.height}; }}
    #clock {{ text-align: right; height: 1; }}
    """

    def __init__(self, palette: Palette) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self._palette, self._page = palette, Page()
        self._tiles = [Static(self._text(index)) for index in self._page.shown]
        self._clock = Static(self._page.clock_text(), id="clock")

    def compose(self) -> ComposeResult:
        """Tiles, and a clock below."""
        yield Grid(*self._tiles)
        yield self._clock

    def on_key(self, event: Key) -> None:
        """Do what the key says."""
        if event.key == "q":
            self.exit()
            return
        for index in self._page.press(event.key):
            self._tiles[index - self._page.first].update(self._text(index))
        if event.key == "c":
            self._clock.update(self._page.clock_text())

    def _text(self, index: int) -> Text:
        rows = _drawn(self._page.tile(index), self._palette)
        return Text("\n").join(Text.assemble(*((one.text, one.style or "") for one in strip)) for strip in rows)


class CursesProgram:
    """The floor: curses knows what is on the glass, and writes what differs."""

    def __init__(self, screen: "curses.window", palette: Palette) -> None:
        curses.start_color()
        curses.use_default_colors()
        curses.curs_set(0)
        self._screen, self._palette, self._page = screen, palette, Page()
        self._pairs: dict[tuple[int, int], int] = {}

    def run(self) -> None:
        """Draw until somebody presses `q`."""
        self._draw(list(self._page.shown))
        while (key := chr(self._screen.getch())) != "q":
            self._draw(self._page.press(key))

    def _draw(self, changed: list[int]) -> None:
        for index in changed:
            top, left = divmod(index - self._page.first, COLUMNS)
            for y, strip in enumerate(_drawn(self._page.tile(index), self._palette), top * SIZE.height):
                x = left * SIZE.width
                for text, style in self._pieces(strip):
                    self._screen.addstr(y, x, text, style)
                    x += len(text)
        clock = self._page.clock_text()
        self._screen.addstr(ROWS * SIZE.height, COLUMNS * SIZE.width - len(clock) - 1, clock)
        self._screen.refresh()

    def _pieces(self, strip: Strip) -> Iterator[tuple[str, int]]:
        for text, style, _ in strip:
            yield text, self._attribute(style or NORMAL)

    def _attribute(self, style: Style) -> int:
        colors = (_number(style.color), _number(style.bgcolor))
        if colors not in self._pairs:
            self._pairs[colors] = len(self._pairs) + 1
            curses.init_pair(self._pairs[colors], *colors)
        pair = curses.color_pair(self._pairs[colors])
        for is_so, attribute in (
            (style.bold, curses.A_BOLD),
            (style.dim, curses.A_DIM),
            (style.reverse, curses.A_REVERSE),
        ):
            pair |= attribute if is_so else 0
        return pair


def _number(color: Color | None) -> int:
    if color is None or color.is_default:
        return -1
    return (color.downgrade(ColorSystem.EIGHT_BIT).number or 0) % curses.COLORS


def main() -> None:
    config = Config()
    abilities = find_abilities(os.environ, "utf-8", is_terminal=True)

    def grid() -> None:
        run_on_glass(lambda _: GridApp(config), abilities, mouse=False)

    def static() -> None:
        os.environ["TEXTUAL_COLOR_SYSTEM"] = abilities.color_system
        StaticApp(GridApp(config).palette).run(mouse=False)

    def with_curses() -> None:
        palette = GridApp(config).palette
        curses.wrapper(lambda screen: CursesProgram(screen, palette).run())

    programs: dict[str, Callable[[], None]] = {"grid": grid, "static": static, "curses": with_curses}
    programs[sys.argv[1]]()


if __name__ == "__main__":
    main()
