"""What the record of calls costs: CPU a notification, and the wall's latency while PostgreSQL is down.

    python -m bench recording

The floor is the same Feed, and the same wall, without a record. The Feed's CPU counts all threads of its process: the
recorder's, which writes to SQLite, is one of them. The database is behind a proxy that resets each connection.
"""

import asyncio
import statistics

from bench.decode import EXTENSIONS, RATES, TURNS, feed_cost
from bench.end_to_end import live, run
from bench.figures import Figure
from bench.proxy import proxied
from bench.worlds import folder, stream_world, world

WALL, RATE, SECONDS = 200, 100, 6.0
NO_SLOWER, COSTS = 1.25, 3.0
"""Goals, as multiples of what there is without a record: latency with a database that is down, and CPU."""


def measure() -> list[Figure]:
    """The costs, each beside what there is without a record."""
    return [*(_cost(rate) for rate in RATES), *_latencies()]


def _cost(rate: int) -> Figure:
    with world(EXTENSIONS, rate, "--speed", "40") as box, folder() as home:
        ours, floors = [], []
        for turn in range(TURNS):
            floors.append(asyncio.run(feed_cost(box, home / f"{turn} without")))
            ours.append(asyncio.run(feed_cost(box, home / str(turn), records=True)))
    value, floor = (statistics.median(cost for cost, _ in taken) for taken in (ours, floors))
    what = f"CPU a notification, {statistics.median(events for _, events in ours):.0f}/s"
    return Figure("recording", what, value, "us", "without a record", floor, COSTS)


def _latencies() -> list[Figure]:
    """One wall without a record, one that records and whose database is down; they take turns, each with its box."""
    with stream_world(WALL) as one, stream_world(WALL) as other, folder() as home, proxied("127.0.0.1", 9) as database:
        database.cut()
        address = f"postgresql://nobody@127.0.0.1:{database.port}/none"
        recorded = f'[record]\nenabled = true\npostgres = "{address}"\n'
        walls = [live(one, home / "without", WALL), live(other, home / "with", WALL, recorded)]
        try:
            taken: list[list[float]] = [[], []]
            for _ in range(TURNS):
                for box, wall, found in zip((one, other), walls, taken, strict=True):
                    found += run(box, wall, RATE, SECONDS, box.extensions[:WALL]).taken
        finally:
            for wall in walls:
                wall.end()
        assert database.refused > 0, "the record tried to reach it"
    figures = []
    for name, of in (("median", statistics.median), ("p99", lambda all_: sorted(all_)[int(len(all_) * 0.99)])):
        floor, value = map(of, taken)
        what = f"{RATE}/s, PostgreSQL down: {name}"
        figures.append(Figure("recording", what, value, "ms", "without a record", floor, NO_SLOWER))
    return figures
