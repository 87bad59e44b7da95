"""Bytes on the wire: for one tile's change, for many, for a timer's tick, another page and an idle minute.

    python -m bench bytes

In as many colours as terminals have; beside a curses program, which writes the least that a library knows to write, and
a Textual app with a `Static` for each tile. All three are in `bench.drawn`. Textual wraps each
frame in the 16 bytes that make it appear at once.
"""

import os
import statistics

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
MINUTE, TILES = 60, 150
"""Seconds, and the tiles that a wall of 200x50 shows."""


def measure() -> list[Figure]:
    """Bytes of each, at each depth."""
    figures = []
    for depth, says in DEPTHS.items():
        found = {program: _written(program, says) for program in ("grid", "curses", "static")}
        for what in KEYS:
            ours, floor, peer = (found[program][what] for program in found)
            figures.append(Figure("bytes", f"{what}, {depth}", ours, "B", "curses", floor, GOALS.get((what, depth))))
            figures.append(Figure("bytes", f"{what}, {depth}, beside Static", ours, "B", "Static", peer))
    tick = next(one for one in figures if one.what == "a tick, 256")
    return [
        *figures,
        Figure(
            "bytes",
            "a quiet minute of a new wall, 256",
            _quiet(),
            "B",
            "60 ticks of each timer by curses",
            MINUTE * TILES * (tick.floor or 0),
        ),
    ]


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
                counts.append(len(terminal.settle(quiet=0.2)))
            written[what] = statistics.median(counts)
        return written
    finally:
        terminal.end()


def _quiet() -> float:
    """What a live wall of 200 people writes in a minute in which nothing happens.

    Timers show seconds up to ten minutes, so that in a new wall each tile ticks; later on it is the clock alone.
    """
    with world(200) as box, folder() as home:
        terminal = Terminal([PYTHON, "-m", "tui"], {**box.user(home, 200), **DEPTHS["256"]})
        try:
            terminal.until("LIVE")
            terminal.settle(quiet=0.5)
            return terminal.drain(MINUTE)
        finally:
            terminal.end()
