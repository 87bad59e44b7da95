"""Many walls on one machine: twenty operators of one SSH host, each with a login of their own, against one box.

    python -m bench many

All watch the same two hundred people, and see the same two events a second. What each costs stands beside what one wall
alone costs: less means that they share what they can.
"""

import time
from pathlib import Path

from bench.figures import Figure
from bench.terminals import PYTHON, Terminal
from bench.worlds import World, folder, stream_world

WALLS, EXTENSIONS, RATE, SECONDS = 20, 200, 2.0, 10.0


def measure() -> list[Figure]:
    """Memory and CPU of each wall, beside a wall alone."""
    with stream_world(EXTENSIONS) as box, folder() as home:
        walls: list[Terminal] = []
        try:
            alone = _cost(box, walls, home, 1)
            each = _cost(box, walls, home, WALLS)
        finally:
            for wall in walls:
                wall.end()
    names = ((f"memory of each of {WALLS}", "MB"), (f"CPU of each of {WALLS}", "% of a core"))
    return [
        Figure("many", what, value, unit, "one alone", floor)
        for (what, unit), value, floor in zip(names, each, alone, strict=True)
    ]


def _cost(box: World, walls: list[Terminal], home: Path, count: int) -> tuple[float, float]:
    """Memory and CPU of each, once there are so many."""
    for number in range(len(walls), count):
        wall = Terminal([PYTHON, "-m", "tui"], box.user(home / str(number), EXTENSIONS))
        walls.append(wall)
        wall.until("LIVE", seconds=60)
    for wall in walls:
        wall.settle(quiet=0.5, most=2)
    cpu, begun = sum(wall.cpu for wall in walls), time.monotonic()
    ended = box.stream(RATE, SECONDS, box.extensions[:EXTENSIONS])
    ended()
    spent = (sum(wall.cpu for wall in walls) - cpu) / (time.monotonic() - begun)
    return sum(wall.memory for wall in walls) / count, spent / count * 100
