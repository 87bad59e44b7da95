"""Builds what stands in the README from the program itself: its tables of keys and states, and the picture of the wall.

    python -m docs.build     (make docs)

A test holds the tables against the README, so that neither changes without the other.
"""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.screens.drawn_wall import PEOPLE
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.presence.filter import LANGUAGE
from tui.presence.status import LOOKS
from tui.screens.keys import KEYS, Key, On
from tui.screens.live import AROUND
from tui.settings import WallConfig
from tui.widgets.geometry import SIZES, Layout, room_for_tiles
from tui.widgets.grid import TileGrid
from tui.widgets.palette import Palette
from tui.widgets.themes import THEMES

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "wall.svg"


def states_table() -> str:
    """The table of states: word, glyphs, meaning."""
    rows = [f"| {look.word} | `{look.glyph}` `{look.ascii}` | {look.means} |" for look in LOOKS.values()]
    return "\n".join(["| tile | glyph, ASCII | means |", "|---|---|---|", *rows])


def keys_table() -> str:
    """The table of keys and commands: what each does on the wall, in the choice, and among the calls."""
    rows: dict[str, dict[On, Key]] = {}
    for key in KEYS:
        rows.setdefault(key.label or key.command, {}).update((screen, key) for screen in key.on)
    told = []
    for row in rows.values():
        there = [row.get(screen) for screen in (On.WALL, On.CHOOSE, On.CALLS)]
        if one := next(filter(None, there), None):
            cells = (_code(one.label), _code(one.command), *(key.help if key else "" for key in there))
            told.append(f"| {' | '.join(cells)} |")
    return "\n".join(
        ["| key | command | on the wall | while choosing | among the calls |", "|---|---|---|---|---|", *told]
    )


def _code(words: str) -> str:
    return f"`{words}`" if words else ""


def filters_table() -> str:
    """The table of the filter language: an example of each thing it can say."""
    rows = [f"| `{example.replace('|', chr(92) + '|')}` | {meaning} |" for example, meaning in LANGUAGE.items()]
    return "\n".join(["| filter | shows whom |", "|---|---|", *rows])


def themes_table() -> str:
    """The table of themes."""
    rows = [f"| `{name}` | {theme.about} |" for name, theme in THEMES.items()]
    return "\n".join(["| theme | what it is for |", "|---|---|", *rows])


def densities_table() -> str:
    """The table of densities: how large a tile is, and how many stand on two usual screens."""
    rows = []
    for density, size in SIZES.items():
        layouts = (Layout(wide, room_for_tiles(high - AROUND, density), density, (MANY,)) for wide, high in SCREENS)
        counts = " | ".join(str(len(layout.tiles_on(0))) for layout in layouts)
        rows.append(f"| `{density}` | {size.width}x{size.height} | {counts} |")
    columns = " | ".join(f"on {wide}x{high}" for wide, high in SCREENS)
    return "\n".join([f"| size | a tile in cells | {columns} |", "|---|---|---|---|---|", *rows])


MANY = 10_000
"""More tiles than any page has."""
SCREENS = ((80, 24), (200, 50), (300, 80))
"""The terminals that the README tells the numbers of tiles of."""
TABLES = {
    "states": states_table,
    "keys": keys_table,
    "filters": filters_table,
    "themes": themes_table,
    "densities": densities_table,
}


def built(readme: str) -> str:
    """The README with its tables as they are now, between their marks."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        whole = f"{begin}\n{table()}\n{end}"
        readme = between.sub(lambda _, whole=whole: whole, readme)  # type: ignore[misc]  # bound by default
    return readme


@dataclass(frozen=True)
class Shot:
    """A picture of the wall: how large it is, how it looks, and what is pressed before."""

    size: tuple[int, int]
    keys: tuple[str, ...]
    wall: WallConfig = field(default_factory=WallConfig)


PICTURES = {
    "wall.svg": Shot((80, 24), ("right", "down")),
    "large.svg": Shot((120, 37), (), WallConfig(density="large", sort="attention")),
    "groups.svg": Shot((100, 24), (), WallConfig(density="compact", group="state")),
}
"""The pictures in README and docs, by their file."""


async def picture(shot: Shot) -> str:
    """The wall as the app itself exports it, as SVG; callers are masked."""
    config = Config(mask=True, wall=shot.wall)
    app = RingwallApp(OpenDoor(WatchingAccount(ScriptedFeed(PEOPLE))), config, skip_login=True)
    app.palette = Palette()
    async with app.run_test(size=shot.size) as pilot:
        while not any(grid.on_page for grid in app.screen.query(TileGrid)):
            await pilot.pause()
        await pilot.press(*shot.keys)
        await pilot.pause()
        return app.export_screenshot(title="ringwall")


def main() -> None:
    """Write all of it."""
    README.write_text(built(README.read_text()))
    for name, shot in PICTURES.items():
        (ROOT / "docs" / name).write_text(asyncio.run(picture(shot)))


if __name__ == "__main__":
    main()
