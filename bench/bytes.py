"""Bytes on the wire: for one tile's change, for many, for a timer's tick, another page and an idle minute.

    python -m bench bytes

In as many colours as terminals have; beside a curses program, which writes the least that a library knows to write, and
a Textual app with a `Static` for each tile. All three are in `bench.drawn`. Textual wraps each
frame in the 16 bytes that make it appear at once.
"""

import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context

from bench.figures import Figure
from bench.terminals import PYTHON, Terminal
from bench.worlds import folder, world

DEPTHS = {
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color", "COLORTERM": ""},
    "16": {"TERM": "xterm", "COLORTERM": ""},
}
"""What the environment says of the colours. What curses writes for `truecolor` is what it writes for 256."""
KEYS = {"one tile": "o", "20 tiles": "m", "a tick": "t", "another page": "p", "the clock": "c"}
GOALS = {("one tile", "256"): 2.0, ("a tick", "256"): 2.5}
TURNS = 3
MINUTE, TILES = 60, 140
"""Seconds, and the tiles that a wall of 200x50 shows."""
OLDER = """
from tui.cli import main
from tui.widgets import tile

lasted = tile.seconds_in_state
tile.seconds_in_state = lambda entry, at: lasted(entry, at) + 660
main()
"""
"""A wall on which everybody has been in their state for eleven minutes more than they have."""
QUIET = {
    "a new wall": ([PYTHON, "-m", "tui"], MINUTE * TILES),
    "timers beyond ten minutes": ([PYTHON, "-c", OLDER], TILES),
}
"""The walls that stay quiet for a minute, and how often a timer ticks in it."""


def measure() -> list[Figure]:
    """Bytes of each, at each depth; the quiet minute passes meanwhile."""
    # In a process of its own: what six walls write is much to read, and would keep this one from its own programs.
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        quiet = beside.submit(_quiet)
        figures = [figure for depth in DEPTHS for figure in _at(depth)]
        written = quiet.result()
    floor = {one.what: one.floor or 0 for one in figures}
    for depth in DEPTHS:
        for kind, (_, ticks) in QUIET.items():
            least = ticks * floor[f"a tick, {depth}"] + MINUTE * floor[f"the clock, {depth}"]
            what = f"a quiet minute, {kind}, {depth}"
            figures.append(Figure("bytes", what, written[kind, depth], "B", f"{ticks} ticks and the clock", least))
    return figures


def _at(depth: str) -> Iterator[Figure]:
    found = {program: _written(program, DEPTHS[depth]) for program in ("grid", "curses", "static")}
    for what in KEYS:
        ours, floor, peer = (found[program][what] for program in found)
        yield Figure("bytes", f"{what}, {depth}", ours, "B", "curses", floor, GOALS.get((what, depth)))
        yield Figure("bytes", f"{what}, {depth}, beside Static", ours, "B", "Static", peer)


def _written(program: str, says: dict[str, str]) -> dict[str, float]:
    """The median of what each key makes a program write."""
    terminal = Terminal([PYTHON, "-m", "bench.drawn", program], {**os.environ, **says})
    try:
        terminal.until("1159")
        terminal.settle()
        written: dict[str, float] = {}
        for what, key in KEYS.items():
            counts = []
            for _ in range(TURNS):
                terminal.type(key.encode())
                counts.append(len(terminal.settle(quiet=0.2, first=2.0)))
            written[what] = statistics.median(counts)
        return written
    finally:
        terminal.end()


def _quiet() -> dict[tuple[str, str], int]:
    """What a new wall of 200 people and an older one write in a minute in which nothing happens, by kind and depth.

    Timers show seconds up to ten minutes, so that in a new wall each tile ticks each second, later once a minute.
    """
    with world(200) as box, folder() as home, ExitStack() as ends:
        walls = {}
        for kind, (words, _) in QUIET.items():
            for depth, says in DEPTHS.items():
                walls[kind, depth] = wall = Terminal(words, {**box.user(home / f"{kind} {depth}", 200), **says})
                ends.callback(wall.end)
        for wall in walls.values():
            wall.until("LIVE")
            wall.settle(quiet=0.5)
        before = {one: wall.written for one, wall in walls.items()}
        with ThreadPoolExecutor(len(walls)) as readers:
            list(readers.map(lambda wall: wall.drain(MINUTE), walls.values()))
        return {one: wall.written - before[one] for one, wall in walls.items()}
