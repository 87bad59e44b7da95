"""What goes wrong while calls are recorded, and when: faults of the box, outages of sinks, deaths of the recorder."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from random import Random

from bench.call_database import Database
from bench.call_judge import Span
from bench.call_recorder import TRANSPORTS, Recorder
from bench.schedules import SILENT, kinds, wish
from bench.worlds import World

Happens = tuple[float, Callable[[], object]]
"""Something, and so many seconds after the beginning."""

FAULT_EVERY = 6.0
"""Seconds between two faults; each lasts for some seconds."""
OUTAGE_EVERY, OUTAGE = 30.0, 10.0
"""Seconds between the beginnings of two outages of a sink, and of each: a third of the time."""
DEAD_FOR = 3.0
"""Seconds without a recorder after it was killed."""
OUTAGES = ("http_500", "http_503", "hang", "refuse", "cut", "http_401")
RECEIVER = "^POST /webhook"
LOST_SINCE, HELD_BACK = 2.0, 8.0
"""Seconds before a fault of which it may hide something, and after its end for which it may keep something back."""
PLATFORM = "^(?!POST /webhook)"
"""What faults of the platform strike that strike everything; the receiver has its own."""


class Trouble:
    """Lets things go wrong.

    Args:
        world: The box.
        recorder: Who is to notice.
        database: What it keeps a copy in, if anything.
        struck: The extensions that faults of one extension may strike.
        chance: Chooses.

    Attributes:
        played: How many faults of each name.
        silent: When events were lost in silence.
    """

    def __init__(
        self, world: World, recorder: Recorder, database: Database | None, struck: list[str], chance: Random
    ) -> None:  # fmt: skip
        self._world = world
        self._recorder = recorder
        self._database = database
        self._struck = struck
        self._chance = chance
        self._decks = {transport: self._deck(transport) for transport in TRANSPORTS}
        self.played: Counter[str] = Counter()
        self.silent: list[Span] = []

    def kills(self, count: int, length: float) -> Iterator[Happens]:
        """So many deaths of the recorder in so many seconds."""
        for kill in range(1, count + 1):
            at = length * kill / (count + 1)
            yield at, self._recorder.kill
            yield at + DEAD_FOR, self._recorder.start

    def outages(self, length: float) -> Iterator[Happens]:
        """The receiver of webhooks is down for a third of the time; so is the database, at other times."""
        names = cycle(OUTAGES)
        for turn in range(int(length / OUTAGE_EVERY) + 1):
            fault = {"fault": next(names), "match": RECEIVER, "seconds": OUTAGE}
            yield turn * OUTAGE_EVERY + OUTAGE, partial(self._world.patient_door, "POST", "faults", fault)
            if self._database is not None:
                yield turn * OUTAGE_EVERY + 1.5 * OUTAGE, self._database.proxy.cut
                yield turn * OUTAGE_EVERY + 2.5 * OUTAGE, self._database.proxy.mend

    def faults(self, length: float) -> Iterator[Happens]:
        """One fault after the other."""
        for turn in range(int(length / FAULT_EVERY)):
            yield (turn + 0.5) * FAULT_EVERY, self._strike

    def _strike(self) -> None:
        name = next(self._decks[self._recorder.transport])
        fault = wish(self._chance, name, self._chance.choice(self._struck))
        if fault.get("match") == "":
            fault = {**fault, "match": PLATFORM}
        self.played[name] += 1
        if name in SILENT:
            now = time.time()
            self.silent.append((now - LOST_SINCE, now + fault.get("seconds", FAULT_EVERY) + HELD_BACK))
        self._world.patient_door("POST", "faults", dict(fault))

    def _deck(self, transport: str) -> Iterator[str]:
        """All faults that a recorder can meet over a transport, in another order each time."""
        names = [*kinds(transport), "webhook_twice"]
        while True:
            yield from self._chance.sample(names, len(names))
