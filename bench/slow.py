"""Slow links: a wall whose terminal is behind 64 kbit/s, behind a delay of 300 ms, and behind both.

    python -m bench slow

A hundred events a second happen to a hundred visible tiles. The lag of a change goes from its publishing to its bytes
at the far end; if frames were queued and not skipped, it would grow for as long as the events last. Before a slow line
there is room that no program sees: the kernel holds 20 KB of a pty's output, and ssh reads ahead what it can, here half
a megabyte. Keys are pressed meanwhile: `:`, and characters that are seen in the last row.
"""

import statistics
import time

from bench.figures import Figure
from bench.terminals import PYTHON, Line, Terminal
from bench.worlds import World, folder, stream_world

EXTENSIONS, RATE, SECONDS = 100, 100, 15.0
LINES = {
    "fast": Line(),
    "64 kbit/s": Line(8_000),
    "64 kbit/s by ssh": Line(8_000, ahead=500_000),
    "300 ms": Line(delay=0.3),
    "64 kbit/s by ssh, 300 ms": Line(8_000, 0.3, 500_000),
}
GROWN, ANSWER = 1.5, 100.0
"""Goals: the lag in the last third by that in the middle one; milliseconds of a key beyond the line's delay."""
SHORT = 250.0
"""Milliseconds beyond the delay: lags that are shorter differ by chance."""
TYPED, UNTIMED = "kzqjxvwqj", 3
"""No word of the glass begins so."""


def measure() -> list[Figure]:
    """Lags and answers on both lines, and on a fast one beside them."""
    figures = []
    for name, line in LINES.items():
        with stream_world(EXTENSIONS) as box, folder() as home:
            terminal = Terminal([PYTHON, "-m", "tui"], box.user(home, EXTENSIONS), line=line)
            try:
                terminal.until("LIVE", seconds=60)
                terminal.settle(quiet=0.7)
                figures += _of(name, line, box, terminal)
            finally:
                terminal.end()
    return figures


def _of(name: str, line: Line, box: World, terminal: Terminal) -> list[Figure]:
    ended = box.stream(RATE, SECONDS, box.extensions[:EXTENSIONS])
    begun, frames = time.time(), terminal.frames
    seen = terminal.marks(r"\+4930\d{7}", SECONDS / 3)
    answers = _answers(terminal)
    seen = terminal.marks(r"\+4930\d{7}", SECONDS + 1 - (time.time() - begun)) | seen
    published = ended()["at"]
    lags = [at - published[one] for one, at in sorted(seen.items(), key=lambda pair: pair[1]) if one in published]
    third = len(lags) // 3
    middle, last = (statistics.median(part) * 1000 for part in (lags[third:-third], lags[-third:]))
    return [
        Figure(
            "slow",
            f"{name}: lag at the end",
            last,
            "ms",
            "in the middle, or chance",
            max(middle, line.delay * 1000 + SHORT),
            GROWN,
        ),
        Figure("slow", f"{name}: a key, beyond the delay", answers - line.delay * 1000, "ms", goal=ANSWER),
        Figure("slow", f"{name}: frames", (terminal.frames - frames) / SECONDS, "/s"),
    ]


def _answers(terminal: Terminal) -> float:
    """The median of the milliseconds until what is typed is seen."""
    terminal.type(f":{TYPED[:UNTIMED]}".encode())
    terminal.until(TYPED[:UNTIMED])
    taken = []
    for count in range(UNTIMED + 1, len(TYPED) + 1):
        terminal.drain(0.5)
        begun = time.monotonic()
        terminal.type(TYPED[count - 1 : count].encode())
        taken.append((terminal.until(TYPED[:count]) - begun) * 1000)
    terminal.type(b"\x1b")
    return statistics.median(taken)
