"""A long day in a few minutes: the whole wall in a pty, traffic as fast as it goes, and a fault each 10,000 events.

    python -m bench.soak --events 1000000
    python -m bench.soak --minutes 10          as many as fit into ten minutes

Starts a box and a wall of its own. Says at each tenth how much memory, how many file descriptors, threads and tasks the
wall has; at each fault whether its loss stands among the gaps of `health.json`; and at the end whether what stands on
the glass is what the box calls the truth. The wall writes `health.json` each second here; all else is as for people.
"""

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bench.glass import Glass
from bench.latency import chosen_environment
from tui.presence.status import LOOKS, status_of
from tui.ringcentral import wire

Json = dict[str, Any]

FAULTS: tuple[tuple[Json, bool], ...] = (
    ({"fault": "refuse", "seconds": 3}, True),
    ({"fault": "drop", "count": 5}, False),
    ({"fault": "expire_subscription"}, True),
    ({"fault": "undecryptable", "count": 1}, True),
    ({"fault": "http_503", "seconds": 3}, True),
    ({"fault": "out_of_order", "seconds": 3}, False),
    ({"fault": "move_subscription"}, True),
    ({"fault": "overflow", "count": 1}, True),
    ({"fault": "expire_token"}, False),
    ({"fault": "hang", "seconds": 5, "match": "/v2/subscribe"}, True),
    ({"fault": "twice", "seconds": 3}, False),
    ({"fault": "undecodable", "count": 1}, True),
    ({"fault": "forget_subscription"}, True),
    ({"fault": "late", "seconds": 3}, False),
    ({"fault": "cut", "count": 3, "match": "/v2/subscribe"}, False),
    ({"fault": "huge", "count": 1}, False),
    ({"fault": "short_calls", "seconds": 3}, False),
    ({"fault": "html", "count": 2, "match": "presence"}, False),
    ({"fault": "down", "seconds": 3}, True),
    ({"fault": "unknown_values", "seconds": 3}, False),
)
"""What is done to the wall, in turns, and whether it knows that it has lost something by it."""
LIVE_WITHIN = 90.0
"""Seconds after a fault in which the link has to be live again."""
EQUAL_WITHIN = 120.0
"""Seconds after the traffic's end in which the glass has to show the truth."""
MORE_MEMORY = 1.05
"""What the memory may grow to between the first tenth and the end."""
COLUMNS, ROWS = 200, 50
SHOWN = 140
"""Tiles that fit on that: as many are watched."""

WALL = """
import asyncio, sys
from tui.commands import health
from tui.cli import main
health.EVERY = 1.0
write = health.HealthFile._write
async def write_with_tasks(self, report):
    self._path.with_name("tasks").write_text(str(len(asyncio.all_tasks())))
    await write(self, report)
health.HealthFile._write = write_with_tasks
sys.argv = ["ringwall"]
main()
"""
"""The wall, which tells of itself each second."""


@dataclass
class Sample:
    """What the wall takes up at one moment."""

    events: int
    seconds: float
    megabytes: float
    descriptors: int
    threads: int
    tasks: int


@dataclass
class Struck:
    """One fault, and what came of it.

    Attributes:
        seconds: Until the link was live and no gap open; None where it never was.
        gaps: The reasons of the gaps that were told meanwhile.
    """

    name: str
    loses: bool
    seconds: float | None
    gaps: list[str]

    @property
    def is_good(self) -> bool:
        """Whether the wall came back, and told of its loss."""
        return self.seconds is not None and (bool(self.gaps) or not self.loses)


@dataclass
class Soak:
    """The wall, the box, and what was seen of them."""

    glass: Glass
    http: httpx.Client
    state: Path
    began: float = field(default_factory=time.monotonic)
    samples: list[Sample] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)

    def ask(self, door: str, wish: Json) -> None:
        """Use a door of the box; one that is down is asked again."""
        while True:
            try:
                response = self.http.post(f"/simulator/{door}", json=wish)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            assert response.is_success, f"{door} {wish}: {response.text}"
            return

    def until_live(self) -> None:
        """Wait for the wall to be up."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError):
                if self.health()["link"] == "live":
                    return
            time.sleep(0.2)
        raise SystemExit("the wall did not come up:\n" + "\n".join(self.glass.lines()))

    def health(self) -> Json:
        """What `health.json` says."""
        found: Json = json.loads((self.state / "health.json").read_text())
        return found

    @property
    def events(self) -> int:
        """Events that the wall has taken in."""
        return int(self.health()["events"]["events"])

    def sample(self) -> None:
        """Look at what the wall takes up."""
        process = Path(f"/proc/{self.glass.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        self.samples.append(
            Sample(
                self.events,
                time.monotonic() - self.began,
                int(status["VmRSS"].split()[0]) / 1024,
                len(os.listdir(process / "fd")),
                int(status["Threads"]),
                int((self.state / "tasks").read_text()),
            )
        )

    def strike(self, wish: Json, *, loses: bool) -> None:
        """Let something go wrong, and wait until the wall has come back from it."""
        at = time.monotonic()
        before = time.time()
        self.ask("faults", wish)
        time.sleep(float(wish.get("seconds", 1)) + 2.0)
        seconds, gaps = None, list[str]()
        while seconds is None and time.monotonic() - at < LIVE_WITHIN:
            time.sleep(0.5)
            health = self.health()
            gaps = [gap["reason"] for gap in health["gaps"] if gap["to"] and _moment(gap["to"]) >= before]
            is_open = any(gap["to"] is None for gap in health["gaps"])
            if health["link"] == "live" and not is_open and (gaps or not loses):
                seconds = time.monotonic() - at
        self.struck.append(Struck(str(wish["fault"]), loses, seconds, gaps))

    def wrong(self) -> list[str]:
        """Tiles that do not show what is true, and how many were looked at in vain."""
        shown = self.glass.tiles()
        truth: dict[str, Json] = self.http.get("/simulator/truth").json()
        wrong = [] if len(shown) == SHOWN else [f"{len(shown)} of {SHOWN} tiles can be read"]
        for record in truth.values():
            number = record.get("extension", {}).get("extensionNumber")
            if number in shown:
                word = LOOKS[status_of(wire.presence(record))[0]].word
                if not shown[number].startswith(word):
                    wrong.append(f"{number} shows {shown[number]!r} and is {word}")
        return wrong


def _moment(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


@contextmanager
def soaking(arguments: argparse.Namespace) -> Iterator[Soak]:
    """A wall that is live over a box with traffic."""
    options = ["--extensions", "200", "--calls-per-minute", "0", "--speed", str(arguments.speed), "--no-rate-limits"]
    words = [sys.executable, "-m", "tui", "simulate", *options]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as box,
    ):
        assert box.stdout is not None
        about = json.loads(box.stdout.readline())
        try:
            with httpx.Client(base_url=about["server"], trust_env=False) as http:
                soak = Soak(_wall(about, _watched(http), Path(home)), http, Path(home) / "state" / "ringwall")
                try:
                    soak.until_live()
                    yield soak
                finally:
                    print(f"the wall left with {soak.glass.leave()}")
        finally:
            box.terminate()


def _watched(http: httpx.Client) -> list[str]:
    truth: dict[str, Json] = http.get("/simulator/truth").json()
    # Who is not set up or switched off is offline for the platform; the wall says of them what the directory does.
    in_use = (one for one, record in truth.items() if record.get("userStatus", "Offline") != "Offline")
    return list(itertools.islice(in_use, SHOWN))


def _wall(box: dict[str, str], ids: list[str], home: Path) -> Glass:
    return Glass([sys.executable, "-c", WALL], chosen_environment(box, ids, home), COLUMNS, ROWS)


def run(soak: Soak, arguments: argparse.Namespace) -> None:
    """Traffic and faults until there were enough events, or the time is over; a sample at each tenth of that."""
    soak.ask("traffic", {"calls_per_minute": arguments.calls_per_minute})
    faults = itertools.cycle(FAULTS)
    next_fault, tenths = arguments.every, 0
    while True:
        events = soak.events
        done = max(events / arguments.events, (time.monotonic() - soak.began) / (arguments.minutes * 60))
        if done * 10 >= tenths + 1:
            soak.sample()
            tenths = int(done * 10)
            print(soak.samples[-1], flush=True)
        if done >= 1:
            return
        if events >= next_fault:
            wish, loses = next(faults)
            soak.strike(wish, loses=loses)
            next_fault += arguments.every
            print(soak.struck[-1], flush=True)
        time.sleep(0.5)


def settle(soak: Soak, chance: random.Random) -> list[str]:
    """End the traffic with calls that stand, and compare; gives what is wrong on the glass at last."""
    soak.ask("traffic", {"calls_per_minute": 0})
    for number in range(101, 131):
        hold = [[1, 90_000]] if chance.random() < 0.3 else []
        soak.ask("calls", {"to": str(number), "from": "+4930123456", "ring": 60, "talk": 100_000, "hold": hold})
    until = time.monotonic() + EQUAL_WITHIN
    while (wrong := soak.wrong()) and time.monotonic() < until:
        print(len(wrong), wrong[:8], flush=True)
    return wrong


def table(soak: Soak, wrong: list[str]) -> str:
    """What was measured, as a table for people."""
    first, last = soak.samples[0], soak.samples[-1]
    counts = soak.health()["events"]
    lines = ["| events | minutes | memory, MB | descriptors | threads | tasks |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {one.events:,} | {one.seconds / 60:.1f} | {one.megabytes:.1f} "
        f"| {one.descriptors} | {one.threads} | {one.tasks} |"
        for one in soak.samples
    ]
    lines += ["", "| fault | times | back to live, worst | told as a gap |", "|---|---|---|---|"]
    for name in dict.fromkeys(one.name for one in soak.struck):
        same = [one for one in soak.struck if one.name == name]
        longest = max(one.seconds or float("inf") for one in same)
        told = f"{sum(bool(one.gaps) for one in same)} of {len(same)}" if same[0].loses else "nothing to tell"
        lines.append(f"| {name} | {len(same)} | {longest:.1f} s | {told} |")
    grown = last.megabytes / first.megabytes - 1
    lines += [
        "",
        f"memory from the first tenth to the end: {grown:+.1%}",
        f"events {counts['events']:,}: {counts['duplicates']:,} duplicates, {counts['late']:,} late, "
        f"{counts['undecodable']:,} undecodable",
        f"written to the terminal: {soak.glass.written / 1e6:.0f} MB",
        f"wrong on the glass at the end: {'; '.join(wrong) or 'nothing'}",
        f"losses not among the gaps: {', '.join(one.name for one in soak.struck if not one.is_good) or 'none'}",
    ]
    return "\n".join(lines)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--events", type=int, default=1_000_000)
    ask.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long, however few they are")
    ask.add_argument("--every", type=int, default=10_000, help="events between two faults")
    ask.add_argument("--calls-per-minute", type=float, default=3000)
    ask.add_argument("--speed", type=float, default=60.0)
    arguments = ask.parse_args()
    with soaking(arguments) as soak:
        run(soak, arguments)
        wrong = settle(soak, random.Random(1))
        print(table(soak, wrong))
    first, last = soak.samples[0], soak.samples[-1]
    held = last.megabytes <= MORE_MEMORY * first.megabytes and last.descriptors <= first.descriptors
    raise SystemExit(0 if held and not wrong and all(one.is_good for one in soak.struck) else 1)


if __name__ == "__main__":
    main()
