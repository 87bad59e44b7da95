"""A box that lets as many events happen in a second as it is told to, and tells when each of them went out.

    python -m bench.stream 1000

Its first line is what a client needs to log in. Each line that it reads is a `Wish`; it answers with one line of what
came of it. Events are, by turns, that somebody is called and that the caller gives up. The caller's number is the mark
of the first kind: it is seen on the glass.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass

from tui.simulator.box import Box
from tui.simulator.lines import Call
from tui.simulator.options import Options
from tui.simulator.pubnub import QUEUE, Json, Origin

LOOKS_EVERY = 0.002
"""Seconds between two looks at what is due by now."""


@dataclass(frozen=True)
class Wish:
    """What is to happen.

    Attributes:
        rate: Events in a second.
        seconds: For how long.
        ids: The extensions that they happen to, by turns.
    """

    rate: float
    seconds: float
    ids: list[str]


@dataclass(frozen=True)
class Sent:
    """What has happened.

    Attributes:
        events: How many events.
        at: When each mark was published, by the machine's clock.
        full: How many answers to a poll held a whole queue, so that something may have been lost.
    """

    events: int
    at: dict[str, float]
    full: int


def mark(number: int) -> str:
    """The number of a caller."""
    return f"+4930{number:07}"


class Counting(Origin):
    """A PubNub that counts how often it has answered with a whole queue."""

    full = 0

    async def subscribe(self, names: list[str], since: int, now: float) -> Json:
        """What is new; see `Origin`."""
        answer = await super().subscribe(names, since, now)
        messages = answer["m"]
        assert isinstance(messages, list)
        self.full += len(messages) >= QUEUE
        return answer


class Stream:
    """A box, and events in it."""

    def __init__(self, extensions: int) -> None:
        options = Options(extensions=extensions, calls_per_minute=0, rate_limits=False)
        self.box = Box(options)
        self._origin = Counting(self.box.platform.origin.subscribe_key, options.pubnub_idle)
        self.box.platform.origin = self._origin
        self._marks = 0
        self._calls: dict[str, Call] = {}

    async def let_happen(self, wish: Wish) -> Sent:
        """Let events happen, as evenly as can be."""
        at, full, begun, events = dict[str, float](), self._origin.full, time.monotonic(), 0
        most = round(wish.rate * wish.seconds)
        while events < most:
            self.box.platform.agenda.run(self.box.platform.now())
            due = min(most, int((time.monotonic() - begun) * wish.rate) + 1)
            for event in range(events, due):
                self._happen(wish.ids[event % len(wish.ids)], at)
            events = due
            await asyncio.sleep(LOOKS_EVERY)
        return Sent(events, at, self._origin.full - full)

    def _happen(self, extension_id: str, at: dict[str, float]) -> None:
        exchange = self.box.platform.exchange
        if call := self._calls.pop(extension_id, None):
            exchange.end(call, "missed")
            return
        line = exchange.lines[extension_id]
        self._marks += 1
        call = exchange.dial(mark(self._marks), "", line.extension, line.extension.number)
        at[mark(self._marks)] = time.time()
        exchange.ring(call, line)
        self._calls[extension_id] = call


async def serve(extensions: int) -> None:
    """Serve, and do what is asked, until standard input ends."""
    stream = Stream(extensions)
    await stream.box.start()
    print(json.dumps(stream.box.credentials), flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            sent = await stream.let_happen(Wish(**json.loads(line)))
            print(json.dumps(asdict(sent)), flush=True)
    finally:
        await stream.box.stop()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
