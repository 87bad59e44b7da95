"""From the platform to the glass: how long a change takes, and what many of them cost.

    python -m bench end_to_end

A box in a process of its own, PubNub over sockets, and the wall in a pty of 200x50, where 140 tiles are seen. Events
happen to all extensions by turns; the time of each that is seen goes from its publishing to its bytes. One that was
overtaken before a frame came is not seen. To compare accounts of two sizes, the same hundred visible extensions change.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure
from bench.terminals import PYTHON, Terminal
from bench.worlds import World, folder, stream_world

EXTENSIONS = 1_000
RATES = (10, 100, 1_000)
SECONDS, COMPARED_FOR, LATE = 10.0, 15.0, 1.0
FEW, MANY = 100, 9_900
"""The account has some more, queues and the like; of more than ten thousand the last would be read a minute later."""
MEDIAN, P99, HALF_A_CORE, AS_MANY = 40.0, 150.0, 50.0, 1.2
"""Goals: milliseconds, milliseconds, percent of a core, and times the cost of few extensions."""


@dataclass(frozen=True)
class Run:
    """What came of a stream of events.

    Attributes:
        calls: How many of the events were calls, which can be told from each other on the glass.
        taken: Milliseconds of each that was seen, the shortest first.
        cpu: Seconds of CPU.
        full: Answers of PubNub that held a whole queue.
    """

    events: int
    calls: int
    taken: list[float]
    cpu: float
    written: int
    frames: int
    full: int


def measure() -> list[Figure]:
    """Latency, CPU, bytes and frames at each rate; and CPU by the size of the account."""
    figures = []
    with stream_world(EXTENSIONS) as box, folder() as home:
        terminal = live(box, home, EXTENSIONS)
        try:
            for rate in RATES:
                figures += _figures(rate, run(box, terminal, rate, SECONDS, box.extensions[:EXTENSIONS]))
        finally:
            terminal.end()
    with stream_world(FEW) as few, stream_world(MANY) as many, folder() as home:
        walls = [(box, live(box, home / str(size), size)) for box, size in ((few, FEW), (many, MANY))]
        try:
            runs = [run(box, terminal, 100, COMPARED_FOR, box.extensions[:FEW]) for box, terminal in walls]
        finally:
            for _, terminal in walls:
                terminal.end()
    costs = [one.cpu / one.events * 1000 for one in runs]
    what = f"an event at {MANY:,}, the same hundred seen"
    return [*figures, Figure("end_to_end", what, costs[1], "ms CPU", f"at {FEW}", costs[0], AS_MANY)]


def live(box: World, home: Path, chosen: int, settings: str = "") -> Terminal:
    """A wall in a pty, once it is live; see `World.user`."""
    terminal = Terminal([PYTHON, "-m", "tui"], box.user(home, chosen, settings))
    terminal.until("LIVE", seconds=120)
    terminal.settle(quiet=0.5)
    return terminal


def run(box: World, terminal: Terminal, rate: float, seconds: float, ids: Sequence[str]) -> Run:
    """What comes of so many events a second that happen to these."""
    cpu, written, frames = terminal.cpu, terminal.written, terminal.frames
    ended = box.stream(rate, seconds, ids)
    seen = terminal.marks(r"\+4930\d{7}", seconds + LATE)
    sent = ended()
    taken = sorted((at - sent["at"][mark]) * 1000 for mark, at in seen.items() if mark in sent["at"])
    return Run(
        sent["events"],
        len(sent["at"]),
        taken,
        terminal.cpu - cpu,
        terminal.written - written,
        terminal.frames - frames,
        sent["full"],
    )


def _figures(rate: int, of: Run) -> list[Figure]:
    def figure(what: str, value: float, unit: str, goal: float | None = None) -> Figure:
        return Figure("end_to_end", f"{rate}/s: {what}", value, unit, goal=goal)

    is_usual = rate == 100
    return [
        figure("median", statistics.median(of.taken), "ms", MEDIAN if is_usual else None),
        figure("p99", of.taken[int(len(of.taken) * 0.99)], "ms", P99 if is_usual else None),
        figure("calls seen", len(of.taken), f"of {of.calls}"),
        figure("CPU of a core", of.cpu / SECONDS * 100, "%", HALF_A_CORE if rate == max(RATES) else None),
        figure("bytes", of.written / SECONDS, "B/s"),
        figure("frames", of.frames / SECONDS, "/s"),
        figure("full answers of PubNub", of.full, ""),
    ]
