"""Ten thousand calls, faults of every kind, three `kill -9`, sinks that are often down: is the record what was true?

    RINGWALL_TEST_POSTGRES=postgresql://user@host/database python -m bench.calls
    python -m bench.calls --calls 200 --rate 10 --no-faults --kills 0

A box in a process of its own, and `ringwall watch --record` of half of its people in another. Calls of every kind come
in; faults strike one after the other, each for some seconds; the recorder is killed and started again, over PubNub and
over WebSockets by turns; and for a third of the time the receiver of webhooks fails, hangs or cuts connections, and for
another third the database. At the end the record has to hold each call of the chosen extensions once, as the box's
`GET /simulator/calls` has it; the receiver each state once by its key; and the database the same rows. See
`bench.call_judge`, `bench.call_posts` and `bench.call_database`.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from bench import call_database, call_judge, call_posts
from bench.call_database import Database, database, kept_here
from bench.call_judge import Verdict
from bench.call_plans import Wish, plans
from bench.call_posts import Posts
from bench.call_recorder import Recorder
from bench.call_trouble import Happens, Trouble
from bench.worlds import World, folder, world
from tui.calllog import outbox, reading
from tui.calllog.reading import Wanted

SOONER = 2.0
"""Seconds by which the box's call log is better than that."""
PEOPLE, ADMINISTRATOR = 40, "301"
FIRST = 30
"""Differences that are printed."""
QUEUES = ("700", "703")
SECRET = "a secret of the bench"
BOX = (
    "--rate-limits", "--rate-window", "6", "--rate-penalty", "2", "--token-ttl", "60", "--subscription-ttl", "40",
    "--pubnub-idle", "10",
)  # fmt: skip
"""A platform whose tokens, subscriptions and penalties take seconds."""
SETTINGS = """
[feed]
confirm_after = 6.0
reconcile_every = 10.0
proof_every = 2.0
retry_cap = 4.0
refused_retry = 1.0
[record]
results_every = 10.0
results_after = {lag}
"""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether the recorder lives, and at last whether the record is whole."""
BEGINS_WITHIN, CALLS_END_WITHIN = 30.0, 60.0


@dataclass(frozen=True)
class Wishes:
    """What is to happen.

    Attributes:
        calls: How many.
        rate: How many begin in a second.
        faults: Whether something goes wrong.
        kills: How often the recorder is killed.
        lag: Seconds after its end in which a call comes to stand in the call log, as the recorder has it.
        settle: Seconds that the record may take to be whole after all of that.
        postgres: A database that may be filled; empty for none.
    """

    calls: int = 10_000
    rate: float = 12.0
    faults: bool = True
    kills: int = 3
    seed: int = 1
    lag: float = 30.0
    settle: float = 240.0
    postgres: str = ""


@dataclass
class Run:
    """One run: what happens, and what came of it.

    Attributes:
        made: How many calls of each kind; `impossible` are those for which somebody was lacking.
        waiting_for: What the record lacked at last to be whole; empty where nothing.
    """

    world: World
    wishes: Wishes
    recorder: Recorder
    database: Database | None
    trouble: Trouble
    posts: Posts = field(default_factory=lambda: Posts(SECRET.encode()))
    made: Counter[str] = field(default_factory=Counter)
    waiting_for: str = ""

    def play(self, numbers: list[str]) -> None:
        """Let everything happen, and wait until the record is whole.

        Args:
            numbers: The extensions that take part in calls.
        """
        self.recorder.start()
        self._until(self._has_begun, BEGINS_WITHIN)
        began = time.monotonic()
        for at, happen in sorted(self._happenings(numbers), key=lambda one: one[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))
            happen()
        self.world.patient_door("DELETE", "faults")
        if self.database is not None:
            self.database.proxy.mend()
        self._until(self._are_calls_over, CALLS_END_WITHIN)
        self._until(self._is_whole, self.wishes.settle)

    def verdict(self, chosen: frozenset[str]) -> Verdict:
        """Lay the record beside the truth, and beside what the sinks were sent."""
        self.posts.take(self.world.patient_door("GET", "webhooks"))
        with self.recorder.record() as store, store.reading() as connection:
            kept, gaps = list(reading.calls(connection, Wanted())), reading.gaps(connection)
            dead = outbox.dead_letters(connection)
            here = kept_here(connection, kept[0].account_id) if kept else {}
        truth = self.world.patient_door("GET", "calls")
        verdict = call_judge.judged(truth, chosen, [one.call for one in kept], gaps, self.trouble.silent)
        self.posts.judge(verdict, here)
        if self.database is not None:
            self.database.judge(verdict, here)
        for letter in dead:
            verdict.differs("dead letter", None, f"{letter.subject} {letter.reason}")
        if self.waiting_for:
            verdict.differs("not whole in time", None, self.waiting_for)
        return verdict

    # What happens when

    def _happenings(self, numbers: list[str]) -> Iterator[Happens]:
        wishes = self.wishes
        length = wishes.calls / wishes.rate
        chance = random.Random(f"calls {wishes.seed}")
        for place, (kind, plan) in enumerate(plans(chance, numbers, QUEUES, wishes.calls)):
            yield place / wishes.rate, partial(self._call, kind, plan)
        for turn in range(round(length / LOOK_EVERY)):
            yield turn * LOOK_EVERY, self.recorder.tend
        yield from self.trouble.kills(wishes.kills, length)
        if wishes.faults:
            yield from self.trouble.outages(length)
            yield from self.trouble.faults(length)

    def _call(self, kind: str, plan: Wish) -> None:
        """Let a call happen, unless somebody who was to take part has been deleted."""
        try:
            self.world.patient_door("POST", "calls", plan)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.BAD_REQUEST:
                raise
            kind = "impossible"
        self.made[kind] += 1

    # Looking

    def _has_begun(self) -> bool:
        with self.recorder.record() as store, store.reading() as connection:
            return bool(reading.extensions(connection))

    def _are_calls_over(self) -> bool:
        return all(call["ended_at"] for call in self.world.patient_door("GET", "calls"))

    def _is_whole(self) -> bool:
        """Whether every call is over and has its result, every gap is filled, and the sinks have all of it."""
        with self.recorder.record() as store, store.reading() as connection:
            kept, gaps = list(reading.calls(connection, Wanted())), reading.gaps(connection)
            sinks = outbox.sink_states(connection)
        lacking = {
            "calls that are not over": sum(not one.call.is_over for one in kept),
            "calls without a result": sum(not (one.call.matched_by or one.call.is_backfilled) for one in kept),
            "gaps that are not filled": sum(gap.filled_at is None for gap in gaps),
            **{f"messages for {sink.name}": sink.waiting for sink in sinks},
        }
        self.waiting_for = ", ".join(f"{count} {what}" for what, count in lacking.items() if count)
        return not self.waiting_for

    def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.recorder.tend()
            if holds():
                return
            time.sleep(LOOK_EVERY)


def run(wishes: Wishes, home: Path) -> tuple[Run, Verdict]:
    """Play it all, in a home of its own, and judge it."""
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        box = stack.enter_context(world(PEOPLE, 0, *BOX, "--call-log-lag", str(wishes.lag - SOONER)))
        copy = stack.enter_context(database(wishes.postgres)) if wishes.postgres else None
        truth = box.door("GET", "truth")
        known = {one: truth[one]["extension"]["extensionNumber"] for one in box.extensions}
        people = {one: number for one, number in known.items() if number and one != ADMINISTRATOR}
        numbers, chosen = list(people.values()), list(people)[::2]
        settings = SETTINGS.format(lag=wishes.lag) + f'webhook = "{box.credentials["server"]}/webhook"\n'
        secrets = {"RINGWALL_WEBHOOK_SECRET": SECRET}
        if copy is not None:
            settings += f'postgres = "{copy.address}"\npostgres_schema = "{copy.schema}"\n'
            secrets["PGPASSWORD"] = copy.password
        recorder = Recorder(box, chosen, home, settings, secrets)
        chance = random.Random(f"trouble {wishes.seed}")
        played = Run(box, wishes, recorder, copy, Trouble(box, recorder, copy, numbers[::2], chance))
        try:
            played.play(numbers)
        finally:
            recorder.leave()
        return played, played.verdict(frozenset(chosen))


def table(played: Run, verdict: Verdict) -> str:
    """What came of it, in lines: first what there was, then how often something is not as it was."""
    kinds = [*call_judge.KINDS, *call_posts.KINDS, "dead letter", "not whole in time"]
    if played.database is not None:
        kinds += call_database.KINDS
    faults = played.trouble.played
    rows = [(name, count) for name, count in verdict.counts.items() if name not in kinds]
    rows += [
        ("calls that could not be made", played.made["impossible"]),
        ("lives of the recorder", played.recorder.lives),
        ("  that it had ended by itself", played.recorder.left),
        ("faults of the platform", faults.total()),
        ("  of so many kinds", len(faults)),
        *((name, verdict.counts[name]) for name in kinds),
    ]
    lines = [f"{name:32}{count:>9,}" for name, count in rows]
    return "\n".join(lines if played.database else [*lines, "PostgreSQL was NOT tried: no --postgres"])


def main() -> int:
    """Play it, print the table and the first differences; 1 where there is one."""
    ask = argparse.ArgumentParser(description="Many calls, and whether the record is what was true.")
    usual = Wishes(postgres=os.environ.get("RINGWALL_TEST_POSTGRES", ""))
    ask.add_argument("--calls", type=int, default=usual.calls)
    ask.add_argument("--rate", type=float, default=usual.rate, help="calls that begin in a second")
    ask.add_argument("--no-faults", dest="faults", action="store_false")
    ask.add_argument("--kills", type=int, default=usual.kills)
    ask.add_argument("--seed", type=int, default=usual.seed)
    ask.add_argument("--lag", type=float, default=usual.lag, help="seconds that the call log takes")
    ask.add_argument("--settle", type=float, default=usual.settle, help="seconds for the record to be whole at last")
    ask.add_argument("--postgres", default=usual.postgres, help="a database that may be filled")
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
