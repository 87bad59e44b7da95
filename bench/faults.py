"""Many seeded schedules of overlapping faults, and whether the wall becomes true again by itself after each.

    python -m bench.faults --seeds 500 --jobs 10
    python -m bench.faults --seeds 500 --jobs 10 --transport websocket
    python -m bench.faults --first 17 --seeds 1 -v       replays one, and tells what happened

Each schedule has a box of its own with traffic and a wall over real sockets, the clocks of both short (`bench.walls`),
and three to seven faults within eight seconds (`bench.schedules`). Then faults and traffic end. The wall must be live
with no tile stale and the whole board equal to `GET /simulator/truth` within 10 s of the latest of: the last fault's
end; the end of a penalty that it left (a 429, or the wait after a refused login); the next reconciliation due.

Ten times a second the truth and the board are laid side by side (`walls.Judge`). A tile that shows as confirmed what
is not true may do so for `confirm_after`; for `reconcile_every` where a fault that loses, changes or holds back
messages in silence was at work when it became wrong; for both together where the link broke besides, for what was lost
in silence can then not be read, and dims only when the link's last proof is too old. To each comes one second for what
is under way (an event, a read, a look at the clock), the time for which a rate limit kept reads waiting, and the time
for which the machine was too busy to run this program at all.
"""

import argparse
import asyncio
import contextlib
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from bench.schedules import LENGTH, SILENT, Planned, schedule
from bench.walls import SHORT, Judge, Wall, Wrong, chance_of, running_wall, short_box
from tui.feed.link import Link

WITHIN = 10.0
"""Seconds to truth after the latest of what may hold it up."""
UNDER_WAY = 1.0
"""Seconds allowed for what is under way."""
EVERY = 0.1
"""Seconds between two looks of the judge."""
CALM = 1.0
"""Seconds for which the board must stay right."""


@dataclass
class Result:
    """What came of one schedule.

    Attributes:
        seconds: From the last fault's end to the truth; None where it was not reached.
        allowed: Seconds that it might take.
        longest_broken: The longest time for which a tile was wrong and shown as confirmed.
        longest_silent: The same where messages were lost in silence.
        too_long: Tiles that were so for longer than is allowed.
        problem: What else went wrong; empty where nothing did.
    """

    seed: int
    plan: list[Planned]
    seconds: float | None = None
    allowed: float = 0.0
    longest_broken: float = 0.0
    longest_silent: float = 0.0
    too_long: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether the board became equal to the truth in time."""
        return self.seconds is not None and self.seconds <= self.allowed and not self.problem

    @property
    def is_good(self) -> bool:
        """Whether it did, and showed nothing wrong for too long meanwhile."""
        return self.is_equal and not self.too_long

    def __str__(self) -> str:
        took = "never" if self.seconds is None else f"{self.seconds:.1f} s"
        said = [f"seed {self.seed}: truth after {took} (allowed {self.allowed:.1f} s) {self.problem}"]
        said += [f"    {one}" for one in self.plan]
        return "\n".join(said + [f"    wrong: {one}" for one in self.too_long])


class Run:
    """One schedule, played on one wall."""

    def __init__(self, wall: Wall, result: Result) -> None:
        self._wall = wall
        self._result = result
        self._judge = Judge(wall)
        self._began = wall.feed.clock.now()
        self._broken_at: list[float] = []
        self._kept_waiting: list[float] = []
        self._stalls: list[tuple[float, float]] = []
        self._over = asyncio.Event()

    async def play(self) -> None:
        """Play the faults, watch meanwhile, and wait for the truth."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            try:
                for planned in self._result.plan:
                    await self._wall.feed.clock.sleep_until(self._began + planned.at)
                    await self._wall.ask("POST", "faults", dict(planned.wish))
                await self._wall.feed.clock.sleep_until(self._began + LENGTH)
                await self._wall.ask("DELETE", "faults")
                await self._wall.ask("POST", "traffic", {"calls_per_minute": 0})
                await self._until_true()
            finally:
                self._over.set()
                await watching

    async def _until_true(self) -> None:
        ended = time.monotonic()
        right_since = None
        result = self._result
        while right_since is None or time.monotonic() - right_since < CALM:
            await asyncio.sleep(EVERY / 2)
            passed = time.monotonic() - ended
            if self._penalty > 1.0:
                result.allowed = max(result.allowed, passed + self._penalty + WITHIN)
            stalled = self._stalled(self._began + LENGTH)
            result.allowed = max(result.allowed, SHORT.reconcile_every + WITHIN + stalled)
            if self._wall.running.done():
                result.problem = "the feed ended"
                return
            if self._wall.is_right_and_sure():
                if right_since is None:
                    right_since, result.seconds = time.monotonic(), passed
            elif right_since is not None and (self._judge.look() or not self._is_live):
                right_since = result.seconds = None
            if passed > result.allowed + CALM:
                result.problem = f"{self._wall.feed.link}; wrong: {self._wall.wrong()}"
                return

    def _stalled(self, since: float) -> float:
        return sum(stalled for at, stalled in self._stalls if at >= since)

    @property
    def _is_live(self) -> bool:
        return self._wall.feed.link.link is Link.LIVE

    @property
    def _penalty(self) -> float:
        """Seconds that a penalty still lasts: a 429's, or the wait after a refused login."""
        client, link = self._wall.client, self._wall.feed.link
        ends = [limit.silent_until - client.clock.running() for limit in client.limits.values()]
        if link.retry_at is not None and link.link in {Link.REFUSED, Link.WAITING}:
            ends.append(link.retry_at - client.clock.now())
        return max(0.0, *ends)

    async def _watch(self) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), EVERY)
            now = self._wall.feed.clock.now()
            if (stalled := time.monotonic() - began - EVERY) > EVERY / 2:
                self._stalls.append((now, stalled))
            if not self._is_live:
                self._broken_at.append(now)
            running, limits = self._wall.client.clock.running(), self._wall.client.limits.values()
            if any(limit.delay(running) > 0 for limit in limits):
                self._kept_waiting.append(now)
            for wrong in self._judge.look():
                self._judged(wrong)

    def _judged(self, wrong: Wrong) -> None:
        result = self._result
        limit = SHORT.confirm_after
        began = wrong.since - self._began
        silent = [one for one in result.plan if one.wish["fault"] in SILENT]
        if any(one.at - UNDER_WAY <= began <= self._back_at(one.until) + UNDER_WAY for one in silent):
            was_broken = any(wrong.since <= at for at in self._broken_at)
            limit = SHORT.reconcile_every + (SHORT.confirm_after if was_broken else 0.0)
            result.longest_silent = max(result.longest_silent, wrong.seconds)
        else:
            result.longest_broken = max(result.longest_broken, wrong.seconds)
        kept_waiting = EVERY * sum(wrong.since <= at for at in self._kept_waiting)
        if wrong.seconds > limit + UNDER_WAY + kept_waiting + self._stalled(wrong.since):
            said = f"{wrong.extension_id} from {began:.1f} s for more than {limit:.0f} s"
            if not any(known.startswith(said) for known in result.too_long):
                result.too_long.append(f"{said}: {wrong.shown} instead of {wrong.true}")

    def _back_at(self, until: float) -> float:
        """When the link was back: what is spoilt while it is broken is delivered when it is taken up again."""
        for broken_at in self._broken_at:
            if 0 <= broken_at - self._began - until <= UNDER_WAY:
                until = broken_at - self._began
        return until


async def run_seed(seed: int, transport: str = "pubnub") -> Result:
    """Play the schedule of a seed on a transport."""
    chance = chance_of(seed)
    plan = schedule(chance, [str(number) for number in range(101, 124)], transport)
    result = Result(seed, plan)
    try:
        async with running_wall(short_box(seed=seed), seed=seed, transport=transport) as wall:
            await Run(wall, result).play()
    except* Exception as errors:
        result.problem = f"{result.problem} {errors.exceptions!r}"
    return result


async def run_seeds(seeds: Sequence[int], jobs: int, transport: str = "pubnub") -> list[Result]:
    """Play the schedules of some seeds, so many at a time."""
    turns = asyncio.Semaphore(jobs)

    async def one(place: int, seed: int) -> Result:
        async with turns:
            if place < jobs:
                await asyncio.sleep(place * 0.7)  # their busiest moments apart
            result = await run_seed(seed, transport)
            if not result.is_good:
                print(result, flush=True)
            return result

    return list(await asyncio.gather(*(one(place, seed) for place, seed in enumerate(seeds))))


def table(results: Sequence[Result]) -> str:
    """What came of all schedules, in a few lines."""
    times = [result.seconds for result in results if result.seconds is not None]
    rows = {
        "seeds": len(results),
        "equal": sum(result.is_equal for result in results),
        "late": sum(not result.is_equal for result in results),
        "wrong for too long": sum(bool(result.too_long) for result in results),
        "median time to truth": f"{sorted(times)[len(times) // 2]:.1f} s" if times else "-",
        "worst time to truth": f"{max(times):.1f} s" if times else "-",
        "longest wrong-and-confirmed": f"{max((one.longest_broken for one in results), default=0):.1f} s",
        "  after a silent loss": f"{max((one.longest_silent for one in results), default=0):.1f} s",
    }
    return "\n".join(f"{name:28}{value:>8}" for name, value in rows.items())


def _share(seeds: Sequence[int], jobs: int, transport: str) -> list[Result]:
    logging.getLogger().addHandler(logging.NullHandler())
    return asyncio.run(run_seeds(seeds, jobs, transport))


def main() -> int:
    """Play them, print the table; 1 where a schedule failed."""
    parser = argparse.ArgumentParser(description="Overlapping faults, and whether the wall becomes true again.")
    parser.add_argument("--seeds", type=int, default=20, help="how many schedules")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=6, help="how many at a time")
    parser.add_argument("--transport", default="pubnub", choices=("pubnub", "websocket", "polling"))
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what happened")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    if options.verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stdout)
        logging.getLogger("httpx").setLevel(logging.WARNING)
        results = asyncio.run(run_seeds(seeds, options.jobs, options.transport))
        print(*results, sep="\n")
    else:
        processes = min(os.cpu_count() or 1, options.jobs, options.seeds)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
            each = max(1, options.jobs // processes)
            share = partial(_share, jobs=each, transport=options.transport)
            shares = pool.map(share, [seeds[start::processes] for start in range(processes)])
            results = [result for share in shares for result in share]
    print(table(results))
    return 0 if all(result.is_good for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
