"""What a hundred, a thousand and ten thousand extensions cost: to begin, in memory, in calls of the API, and for a key.

    python -m bench scale

The platform grants ten reads of a thousand presences in a minute, and the wall keeps to that whatever the box grants:
with more than ten thousand in the account it waits for the next minute with the last ones before it calls itself live.

Box, sockets, and the wall in a pty of 200x50. A key's time goes from its pressing to the last byte
before the terminal falls quiet: all of the frame has to be read.
"""

import statistics
from collections.abc import Sequence

from bench.figures import Figure
from bench.start import BARE
from bench.terminals import PYTHON, Terminal
from bench.worlds import World, folder, world

SIZES = (100, 1_000, 10_000)
KEYS = {
    "filter typing": (b"/", (b"a", b"n", b"a", b" ", b"m"), b"\x1b"),
    "sort": (b"", (b"s",) * 5, b""),
    "group": (b"", (b"o",) * 4, b""),
    "page": (b"", (b"\x1b[6~",) * 5, b"\x1b[H"),
}
"""What is pressed before, the keys that are timed, and what is pressed afterwards."""
KEY, MEMORY = 33.0, 2.0
"""Goals: milliseconds, and times the memory of a bare Textual app."""
STILL = 5.5
"""Seconds after a key in which the order of the tiles holds still."""


def measure() -> list[Figure]:
    """All of it, for each size."""
    figures: list[Figure] = []
    for size in SIZES:
        with world(size) as box, folder() as home:
            environment = box.user(home, size)
            bare = Terminal([PYTHON, "-c", BARE], environment)
            bare.until("READY")
            terminal = Terminal([PYTHON, "-m", "tui"], environment)
            try:
                figures += _of(size, box, terminal, bare)
            finally:
                terminal.end()
                bare.end()
    return figures


def _of(size: int, box: World, terminal: Terminal, bare: Terminal) -> list[Figure]:
    is_largest = size == max(SIZES)

    def figure(what: str, value: float, unit: str, goal: float | None = None) -> Figure:
        return Figure("scale", f"{size:,}: {what}", value, unit, goal=goal if is_largest else None)

    first = terminal.until("JWT", "sort", seconds=60) - terminal.began
    live = terminal.until("LIVE", seconds=120) - terminal.began
    calls = len([one for one in box.door("GET", "requests") if one["path"].startswith("/restapi")])
    terminal.settle(quiet=1.0)
    goal = MEMORY if is_largest else None
    memory = Figure("scale", f"{size:,}: memory", terminal.memory, "MB", "bare Textual app", bare.memory, goal)
    taken = {what: _keys(terminal, *pressed) for what, pressed in KEYS.items()}
    return [
        figure("first frame", first * 1000, "ms"),
        figure("live", live * 1000, "ms"),
        figure("calls of the API to live", calls, ""),
        memory,
        *(figure(f"key to glass, {what}", value, "ms", KEY) for what, value in taken.items()),
    ]


def _keys(terminal: Terminal, before: bytes, keys: Sequence[bytes], after: bytes) -> float:
    """Milliseconds from a key to its frame: the median of some."""
    taken = []
    if before:
        terminal.type(before)
        terminal.settle()
    for key in keys:
        taken.append(terminal.answer(key) * 1000)
        terminal.settle()
    if after:
        terminal.type(after)
        terminal.settle()
    return statistics.median(taken)
