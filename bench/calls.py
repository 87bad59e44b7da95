"""Ten thousand calls, faults of every kind, three `kill -9`, a webhook that is often down: is the record what was true?

    python -m bench.calls
    python -m bench.calls --calls 200 --rate 10 --no-faults --kills 0

A box in a process of its own, and `ringwall watch --record` of half of its people in another. Calls of every kind come
in; faults strike one after the other, each for some seconds; the recorder is killed and started again, over PubNub and
over WebSockets by turns; and for a third of the time the receiver of webhooks fails, hangs or cuts connections. At the
end the record has to hold each call of the chosen extensions once, as the box's `GET /simulator/calls` has it, and the
receiver each state once by its key; see `bench.call_judge` and `bench.call_posts`.
"""

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bench import call_judge, call_posts
from bench.call_judge import Span, Verdict
from bench.call_plans import plans
from bench.call_posts import Posts
from bench.latency import chosen_environment
from bench.schedules import SILENT, kinds, wish
from bench.worlds import World, folder, world
from tui.calllog import outbox, reading
from tui.calllog.reading import Wanted
from tui.calllog.store import Store
from tui.simulator.faults.receiving import RECORDS

PEOPLE, ADMINISTRATOR = 40, "301"
FIRST = 30
"""Differences that are printed."""
QUEUES = ("700", "703")
TRANSPORTS = ("pubnub", "websocket")
SECRET = "a secret of the bench"
BOX = (
    "--rate-limits", "--rate-window", "6", "--rate-penalty", "2", "--call-log-lag", "3", "--token-ttl", "60",
    "--subscription-ttl", "40", "--pubnub-idle", "10",
)  # fmt: skip
"""A platform whose tokens, subscriptions, penalties and call log take seconds."""
SETTINGS = """
[feed]
confirm_after = 6.0
reconcile_every = 10.0
proof_every = 2.0
retry_cap = 4.0
refused_retry = 1.0
[record]
results_every = 10.0
webhook = "{server}/webhook"
"""
FAULT_EVERY, OUTAGE_EVERY, TAKE_EVERY, DEAD_FOR = 4.0, 30.0, 2.0, 3.0
"""Seconds: between two faults, between two outages of the receiver, between two looks at it, and without a recorder."""
OUTAGES = ("http_500", "http_503", "hang", "refuse", "cut", "http_401")
RECEIVER = "^POST /webhook"
LOST_SINCE, HELD_BACK = 10.0, 8.0
"""Seconds before a fault of which it may hide something, and after its end for which it may keep something back."""


@dataclass(frozen=True)
class Wishes:
    """What is to happen.

    Attributes:
        calls: How many.
        rate: How many begin in a second.
        faults: Whether something goes wrong.
        kills: How often the recorder is killed.
        settle: Seconds that the record may take to be whole after all of that.
    """

    calls: int = 10_000
    rate: float = 12.0
    faults: bool = True
    kills: int = 3
    seed: int = 1
    settle: float = 240.0


class Recorder:
    """`ringwall watch --record` in a process of its own, started anew whenever it was killed.

    Args:
        world: The box.
        ids: The chosen extensions.
        home: Where all that is theirs lies.
    """

    def __init__(self, world: World, ids: list[str], home: Path) -> None:
        self._home = home
        self._world = world
        self._ids = ids
        self._transports = cycle(TRANSPORTS)
        self._process: subprocess.Popen[bytes] | None = None
        self.is_killed = False
        self.transport = ""
        self.path = home / "state" / "ringwall" / "calls.sqlite"

    def start(self) -> None:
        """Begin to record, over the other transport than before."""
        self.is_killed = False
        self.transport = next(self._transports)
        environment = chosen_environment(self._world.credentials, self._ids, self._home, self.transport)
        with open(self._home / "config.toml", "a") as file:
            file.write(SETTINGS.format(server=self._world.credentials["server"]))
        environment |= {"RINGWALL_WEBHOOK_SECRET": SECRET}
        with open(self._home / "stderr", "ab") as errors:
            words = [sys.executable, "-m", "tui", "watch", "--record"]
            self._process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=errors)

    def kill(self) -> None:
        """End it without a word."""
        self.is_killed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def leave(self) -> int:
        """End it as a service is ended; gives its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._process is not None and self._process.poll() is not None


@dataclass
class Run:
    """One run: what happens, and what came of it.

    Attributes:
        made: How many calls of each kind; `impossible` are those for which somebody was lacking.
        played: How many faults of each name.
        silent: When events were lost in silence.
        lives: How often the recorder was started.
        left: How often it had left by itself, for it could not begin.
        waiting_for: What the record lacked at last to be whole; empty where nothing.
    """

    world: World
    wishes: Wishes
    recorder: Recorder
    posts: Posts = field(default_factory=lambda: Posts(SECRET.encode()))
    made: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)
    silent: list[Span] = field(default_factory=list)
    lives: int = 0
    left: int = 0
    waiting_for: str = ""

    def play(self, numbers: list[str], struck: list[str]) -> None:
        """Let everything happen, and wait until the record is whole.

        Args:
            numbers: The extensions that take part in calls.
            struck: Those that faults of one extension may strike.
        """
        chance = random.Random(f"calls {self.wishes.seed}")
        self._start()
        self._until(lambda: self.recorder.path.exists() and self._began(), 30)
        length = self.wishes.calls / self.wishes.rate
        due = sorted([*self._calls(chance, numbers), *self._takes(length), *self._trouble(chance, struck, length)],
                     key=lambda one: one[0])  # fmt: skip
        began = time.monotonic()
        for at, happen in due:
            time.sleep(max(0.0, began + at - time.monotonic()))
            happen()
        self._door("DELETE", "faults")
        self._until(lambda: all(call["ended_at"] for call in self._door("GET", "calls")), 60)
        self._until(self._is_whole, self.wishes.settle)

    def verdict(self, chosen: frozenset[str]) -> Verdict:
        """Lay the record beside the truth."""
        self.posts.take(self._door("DELETE", "webhooks"))
        with self._store() as store, store.reading() as connection:
            kept, gaps = list(reading.calls(connection, Wanted())), reading.gaps(connection)
            dead = outbox.dead_letters(connection)
        truth = self._door("GET", "calls")
        verdict = call_judge.judged(truth, chosen, [one.call for one in kept], gaps, self.silent)
        counts = verdict.counts
        counts["gaps"] = len(gaps)
        counts["  seconds in them"] = round(sum((gap.ended_at or gap.started_at) - gap.started_at for gap in gaps))
        counts["revisions"] = sum(one.revision for one in kept)
        self.posts.judge(verdict, kept)
        for letter in dead:
            verdict.differs("dead letter", None, f"{letter.subject} {letter.reason}")
        if self.waiting_for:
            verdict.differs("not whole in time", None, self.waiting_for)
        return verdict

    # What happens when

    def _calls(self, chance: random.Random, numbers: list[str]) -> "Iterator[tuple[float, Happens]]":
        for place, (kind, plan) in enumerate(plans(chance, numbers, QUEUES, self.wishes.calls)):
            yield place / self.wishes.rate, partial(self._call, kind, plan)

    def _takes(self, length: float) -> "Iterator[tuple[float, Happens]]":
        for turn in range(round(length / TAKE_EVERY)):
            yield turn * TAKE_EVERY, self._look

    def _trouble(self, chance: random.Random, struck: list[str], length: float) -> "Iterator[tuple[float, Happens]]":
        kills = self.wishes.kills
        for kill in range(1, kills + 1):
            yield length * kill / (kills + 1), self.recorder.kill
            yield length * kill / (kills + 1) + DEAD_FOR, self._start
        if not self.wishes.faults:
            return
        for turn in range(int(length / OUTAGE_EVERY) + 1):
            outage = {"fault": OUTAGES[turn % len(OUTAGES)], "match": RECEIVER, "seconds": OUTAGE_EVERY / 3}
            yield (turn + 0.3) * OUTAGE_EVERY, partial(self._door, "POST", "faults", outage)
        decks = {transport: _deck(chance, transport) for transport in TRANSPORTS}
        for turn in range(int(length / FAULT_EVERY)):
            yield (turn + 0.5) * FAULT_EVERY, partial(self._strike, chance, decks, chance.choice(struck))

    def _call(self, kind: str, plan: dict[str, Any]) -> None:
        """Let a call happen, unless somebody who was to take part has been deleted."""
        try:
            self._door("POST", "calls", plan)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.BAD_REQUEST:
                raise
            kind = "impossible"
        self.made[kind] += 1

    def _look(self) -> None:
        self.posts.take(self._door("DELETE", "webhooks"))
        self._tend()

    def _tend(self) -> None:
        """What a service manager does: start again what has ended by itself."""
        if self.recorder.has_ended and not self.recorder.is_killed:
            self.left += 1
            self._start()

    def _start(self) -> None:
        self.lives += 1
        self.recorder.start()

    def _strike(self, chance: random.Random, decks: "dict[str, Iterator[str]]", number: str) -> None:
        name = next(decks[self.recorder.transport])
        fault = wish(chance, name, number)
        self.played[name] += 1
        if name in SILENT:
            now = time.time()
            self.silent.append((now - LOST_SINCE, now + fault.get("seconds", FAULT_EVERY) + HELD_BACK))
        self._door("POST", "faults", dict(fault))

    # Looking

    def _began(self) -> bool:
        with self._store() as store, store.reading() as connection:
            return bool(reading.extensions(connection))

    def _is_whole(self) -> bool:
        """Whether every call is over and has its result, every gap is filled, and the receiver has all of it."""
        self.posts.take(self._door("DELETE", "webhooks"))
        with self._store() as store, store.reading() as connection:
            kept, gaps = list(reading.calls(connection, Wanted())), reading.gaps(connection)
            waiting = sum(state.waiting for state in outbox.sink_states(connection))
        lacking = {
            "calls that are not over": sum(not one.call.is_over for one in kept),
            "calls without a result": sum(not (one.call.matched_by or one.call.is_backfilled) for one in kept),
            "gaps that are not filled": sum(gap.filled_at is None for gap in gaps),
            "messages to be sent": waiting,
        }
        self.waiting_for = ", ".join(f"{count} {what}" for what, count in lacking.items() if count)
        return not self.waiting_for

    def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._tend()
            if holds():
                return
            time.sleep(1.0)

    @contextmanager
    def _store(self) -> Iterator[Store]:
        store = Store(self.recorder.path)
        try:
            yield store
        finally:
            store.close()

    def _door(self, method: str, door: str, wished: dict[str, Any] | None = None) -> Any:
        """Use a door; a box that is down is asked again."""
        while True:
            try:
                return self.world.door(method, door, wished)
            except httpx.TransportError:
                time.sleep(0.1)


Happens = Callable[[], object]


def _deck(chance: random.Random, transport: str) -> Iterator[str]:
    """All faults that a transport can meet, in another order each time."""
    names = [*kinds(transport), *RECORDS]
    while True:
        yield from chance.sample(names, len(names))


def run(wishes: Wishes, home: Path) -> tuple[Run, Verdict]:
    """Play it all, in a home of its own, and judge it."""
    with world(PEOPLE, 0, *BOX) as box:
        truth = box.door("GET", "truth")
        known = {one: truth[one]["extension"]["extensionNumber"] for one in box.extensions}
        people = {one: number for one, number in known.items() if number and one != ADMINISTRATOR}
        numbers, chosen = list(people.values()), list(people)[::2]
        recorder = Recorder(box, chosen, home)
        played = Run(box, wishes, recorder)
        try:
            played.play(numbers, numbers[::2])
        finally:
            recorder.leave()
        return played, played.verdict(frozenset(chosen))


def table(played: Run, verdict: Verdict) -> str:
    """What came of it, in lines."""
    rows: list[tuple[str, object]] = [*verdict.counts.items()]
    kinds = (*call_judge.KINDS, *call_posts.KINDS, "dead letter", "not whole in time")
    rows = [(name, count) for name, count in rows if name not in kinds]
    rows += [("calls that could not be made", played.made["impossible"])]
    rows += [("lives of the recorder", played.lives), ("  that could not begin", played.left)]
    rows += [("faults", sum(played.played.values()))]
    rows += [("  of so many kinds", len(played.played))]
    rows += [(name, verdict.counts[name]) for name in kinds]
    return "\n".join(f"{name:32}{count:>9,}" for name, count in rows)


def main() -> int:
    """Play it, print the table and the first differences; 1 where there is one."""
    ask = argparse.ArgumentParser(description="Many calls, and whether the record is what was true.")
    usual = Wishes()
    ask.add_argument("--calls", type=int, default=usual.calls)
    ask.add_argument("--rate", type=float, default=usual.rate, help="calls that begin in a second")
    ask.add_argument("--no-faults", dest="faults", action="store_false")
    ask.add_argument("--kills", type=int, default=usual.kills)
    ask.add_argument("--seed", type=int, default=usual.seed)
    ask.add_argument("--settle", type=float, default=usual.settle, help="seconds for the record to be whole at last")
    ask.add_argument("--keep", type=Path, help="leave the record and the log here")
    words = vars(ask.parse_args())
    kept = words.pop("keep")
    with folder() as home:
        played, verdict = run(Wishes(**words), kept or home)
    print(table(played, verdict))
    print(*verdict.differences[:FIRST], sep="\n")
    return 1 if verdict.differences else 0


if __name__ == "__main__":
    sys.exit(main())
