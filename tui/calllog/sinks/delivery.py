"""Delivering: each sink is sent the outbox in order by a thread of its own, at its own pace.

At least once, and by the message's key effectively once: the place in the outbox moves only after the sink has taken a
message. A sink that is down is tried again with growing waits, for ever; what it refuses for good is set aside as a
dead letter, and the next goes on. Order is kept: nothing is sent before what was written before it.
"""

import logging
import random
import threading
from collections.abc import Sequence
from typing import Protocol

from tui.calllog import outbox
from tui.calllog.outbox import Message
from tui.calllog.store import Store, StoreFailed
from tui.cells import printable

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
"""Seconds between two tries, at first and at most; between them they double."""
LOOK_EVERY = 30.0
"""Seconds after which the outbox is looked at even if nobody said that something is there: `resend` does not."""
LEAVE_WITHIN = 3.0
"""Seconds that the message that is under way when we leave may take."""
LONGEST_WORDS = 300
"""Characters of what a sink says that are kept."""
AT_ONCE = 25
"""Messages after which the place is kept, at the latest: what a crash can have sent twice."""


class SinkDown(Exception):
    """The sink takes nothing now.

    Attributes:
        after: Seconds after which it asks to be tried again; None where it does not say.
    """

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Refused(Exception):
    """The sink will never take this message."""


class Sink(Protocol):
    """Where messages are sent.

    Attributes:
        name: What people call it.
        batch: How many messages it takes at once.
    """

    name: str
    batch: int

    def take(self, messages: Sequence[Message]) -> None:
        """Send messages, in order; all of them are taken when it returns.

        Raises:
            SinkDown: It takes nothing now.
            Refused: It will never take one of these.
        """

    def close(self) -> None:
        """Close its connections."""


class Delivery:
    """Delivers to one sink.

    Args:
        store: Has the outbox.
        sink: Who is sent it.
        chance: Gives the jitter of waits.
        first_wait: Seconds before a sink that is down is tried again.
    """

    def __init__(self, store: Store, sink: Sink, chance: random.Random, first_wait: float = FIRST_WAIT) -> None:
        self._store = store
        self._sink = sink
        self._chance = chance
        self._first_wait = first_wait
        self._failures = 0
        self._wake = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"sink {sink.name}", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._wake.set()

    def close(self) -> None:
        """Stop; what is not delivered waits for the next start. Blocks for seconds at most."""
        self._leaving.set()
        self._wake.set()
        self._thread.join(LEAVE_WITHIN)

    def _keep(self) -> None:
        while not self._leaving.is_set():
            self._wake.clear()
            try:
                if self._deliver():
                    continue
                wait = LOOK_EVERY
            except SinkDown as down:
                wait = self._note_down(down)
            except StoreFailed as error:
                log.warning("sink %s: %s", self._sink.name, error)
                wait = self._next_wait()
            except Exception:
                log.exception("sink %s: a fault of ours", self._sink.name)
                wait = self._note_down(SinkDown("a fault of Ringwall's own; the log has the details"))
            if self._failures:
                # New messages do not help a sink that is down.
                self._leaving.wait(wait)
            else:
                self._wake.wait(wait)
        self._sink.close()

    def _deliver(self) -> bool:
        """Deliver some; False where nothing is waiting."""
        name = self._sink.name
        with self._store.reading() as connection:
            waiting = outbox.next_messages(connection, name, max(AT_ONCE, self._sink.batch))
        taken: Message | None = None
        try:
            for start in range(0, len(waiting), self._sink.batch):
                messages = waiting[start : start + self._sink.batch]
                for some in self._taken(messages):
                    taken = some
                if self._leaving.is_set():
                    break
        finally:
            if taken is not None:
                self._note_taken(taken)
        return bool(waiting)

    def _taken(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Send these; gives the last that was taken. What is refused among several is found by sending each alone."""
        try:
            self._sink.take(messages)
        except Refused as refused:
            if len(messages) > 1:
                return [last for one in messages for last in self._taken([one])]
            self._set_aside(messages[0], str(refused))
        return messages[-1:]

    def _set_aside(self, message: Message, reason: str) -> None:
        reason = _said(reason)
        log.error("sink %s refuses %s for good: %s", self._sink.name, message.key, reason)
        with self._store.writing() as connection:
            outbox.note_dead(connection, self._sink.name, message, reason)

    def _note_taken(self, last: Message) -> None:
        if self._failures:
            log.info("sink %s takes messages again", self._sink.name)
        self._failures = 0
        with self._store.writing() as connection:
            outbox.note_delivered(connection, self._sink.name, last)

    def _note_down(self, down: SinkDown) -> float:
        if not self._failures:
            log.warning("sink %s: %s", self._sink.name, down)
        wait = self._next_wait()
        try:
            with self._store.writing() as connection:
                outbox.note_problem(connection, self._sink.name, _said(str(down)))
        except StoreFailed as error:
            log.warning("sink %s: %s", self._sink.name, error)
        return wait if down.after is None else max(down.after, self._first_wait)

    def _next_wait(self) -> float:
        self._failures += 1
        wait = min(LONGEST_WAIT, self._first_wait * 2.0 ** min(self._failures - 1, 20))
        return wait * self._chance.uniform(0.7, 1.0)


def _said(words: str) -> str:
    """What a sink said, as it may stand on a terminal."""
    return printable(words)[:LONGEST_WORDS]
