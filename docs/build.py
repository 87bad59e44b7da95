"""Builds what stands in the README from the program itself: its tables of keys and states, and the picture of the wall.

    python -m docs.build     (make docs)

A test holds the tables against the README, so that neither changes without the other.
"""

import asyncio
import re
from pathlib import Path

from tests.screens.drawn_wall import PEOPLE
from tests.screens.scripted import OpenDoor, ScriptedFeed, WatchingAccount
from tui.app import RingwallApp
from tui.config import Config
from tui.presence.status import LOOKS, Status
from tui.screens.keys import On, keys_on
from tui.widgets.palette import Palette

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "wall.svg"

MEANINGS = {
    Status.RINGING_IN: "a call comes in",
    Status.RINGING_OUT: "calls somebody, who has not answered yet",
    Status.HOLD: "has a call on hold",
    Status.ON_CALL: "talks",
    Status.PARKED: "has parked a call",
    Status.BUSY: "busy without a call, or in a meeting",
    Status.DND: "takes no calls",
    Status.NO_QUEUE: "takes no calls of queues",
    Status.AVAILABLE: "free",
    Status.OFFLINE: "not logged in to any phone or app",
    Status.UNKNOWN: "not read yet, not watched, or hidden by its user; the tile says which",
    Status.NO_PRESENCE: "a queue, a menu or the like, which has none",
}


def states_table() -> str:
    """The table of states: word, glyphs, meaning."""
    rows = [f"| {look.word} | `{look.glyph}` `{look.ascii}` | {MEANINGS[status]} |" for status, look in LOOKS.items()]
    return "\n".join(["| tile | glyph, ASCII | means |", "|---|---|---|", *rows])


def keys_table() -> str:
    """The table of keys: what each does on the wall, and in the choice."""
    does: dict[str, dict[On, str]] = {}
    for screen in (On.WALL, On.CHOOSE):
        for key in keys_on(screen):
            does.setdefault(key.label, {})[screen] = key.help
    rows = [f"| `{label}` | {told.get(On.WALL, '')} | {told.get(On.CHOOSE, '')} |" for label, told in does.items()]
    return "\n".join(["| key | on the wall | while choosing |", "|---|---|---|", *rows])


TABLES = {"states": states_table, "keys": keys_table}


def built(readme: str) -> str:
    """The README with its tables as they are now, between their marks."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        whole = f"{begin}\n{table()}\n{end}"
        readme = between.sub(lambda _, whole=whole: whole, readme)  # type: ignore[misc]  # bound by default
    return readme


async def picture() -> str:
    """The wall at 80x24 as the app itself exports it, as SVG."""
    app = RingwallApp(OpenDoor(WatchingAccount(ScriptedFeed(PEOPLE))), Config(mask=True), skip_login=True)
    app.palette = Palette()
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.screen.query("TileGrid"):
            await pilot.pause()
        await pilot.press("right", "down")
        await pilot.pause()
        return app.export_screenshot(title="ringwall")


def main() -> None:
    """Write both."""
    README.write_text(built(README.read_text()))
    PICTURE.write_text(asyncio.run(picture()))


if __name__ == "__main__":
    main()
