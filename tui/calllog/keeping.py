"""The record as a whole: the recorder, what sends it on, what fills it from the call log, and what deletes it in time.

One process of a state folder keeps it. Another that would like to waits until that one has left.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui.calllog import outbox
from tui.calllog.backfill import Backfill, CallLogReader
from tui.calllog.forgetting import expire
from tui.calllog.privacy import Numbers
from tui.calllog.recorder import FAULT, Recorder
from tui.calllog.sinks.delivery import Delivery, Sink
from tui.calllog.store import Occupied, RecorderLock, Store
from tui.errors import BadConfig, RingwallError, TryAgain
from tui.feed.feed import Feed
from tui.files import read_private, write_private
from tui.presence.extension import Extension

log = logging.getLogger(__name__)

TRY_AGAIN_AFTER = 15.0
"""Seconds after which a process looks again whether it can be the recorder."""
EXPIRE_EVERY = 3600.0
DAY = 86_400.0


@dataclass(frozen=True)
class Plan:
    """How a record is to be kept.

    Attributes:
        path: The database.
        lock: The lock of its recorder.
        numbers: How much of a number is kept.
        retention_days: Days after which calls are deleted; 0 for never.
        results_every: Seconds between two looks into the call log.
        results_after: Seconds after its end in which a call comes to stand there.
        sinks: Makes what it is sent to, anew for each recorder.
    """

    path: Path
    lock: Path
    numbers: Numbers = field(default_factory=Numbers)
    retention_days: int = 0
    results_every: float = 60.0
    results_after: float = 30.0
    sinks: Callable[[], Sequence[Sink]] = tuple


def numbers_of(mode: str, key_file: Path) -> Numbers:
    """How much of a number is kept; the key of hashes is made where it is missing.

    Raises:
        BadConfig: Others can read the key, or we cannot.
        RingwallError: It cannot be written.
    """
    if mode != "hash":
        return Numbers(mode)
    key = read_private(key_file)
    if key is None:
        key = secrets.token_bytes(32)
        write_private(key_file, key)
    if len(key) < 32:
        raise BadConfig(f"{key_file} is no key", "Without it old hashes fit no new ones; bring back the one there was.")
    return Numbers(mode, key)


class Recording:
    """Keeps the record of what a Feed tells, from `start` until `close`.

    Args:
        plan: How.
        account_id: Whose calls they are.
        feed: Tells of them.
        call_log: The account's.
        directory: Gives all extensions of the account, as far as they are known.
        chance: Gives the jitter of waits.
        tell: Told in words, in a thread, when calls cannot be written, and when they can again.
    """

    def __init__(
        self,
        plan: Plan,
        account_id: str,
        feed: Feed,
        call_log: CallLogReader,
        directory: Callable[[], Sequence[Extension]],
        chance: random.Random,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._plan = plan
        self._account_id = account_id
        self._feed = feed
        self._call_log = call_log
        self._directory = directory
        self._chance = chance
        self._tell = tell
        self._lock = RecorderLock(plan.lock)
        self._store: Store | None = None
        self._recorder: Recorder | None = None
        self._backfill: Backfill | None = None
        self._deliveries: list[Delivery] = []
        self._forget: Callable[[], None] = lambda: None
        self._tasks: list[asyncio.Task[None]] = []
        self._waits_because = ""

    @property
    def problem(self) -> str:
        """Why calls are not recorded now, in words for a person; empty where they are, by whichever process of ours."""
        return self._recorder.problem if self._recorder is not None else self._waits_because

    @property
    def results_problem(self) -> str:
        """Why the call log tells no results now; empty where it does."""
        return "" if self._backfill is None else self._backfill.problem

    def start(self) -> None:
        """Begin to record.

        Raises:
            TryAgain: Another process does, or the file cannot be written now.
            RingwallError: The file cannot be used.
        """
        self._lock.take()
        try:
            self._begin()
        except Exception:
            self._lock.release()
            raise
        self._waits_because = ""
        log.info("calls are recorded in %s", self._plan.path)

    def start_when_possible(self) -> None:
        """Begin to record as soon as that is possible; until then `problem` says why it is not.

        While another process of ours records that is no problem: this one takes over when it leaves.
        """
        self._tasks.append(asyncio.create_task(self._start_at_last(), name="begin to record"))

    async def close(self) -> None:
        """Write what was heard, and stop; what was not sent waits for the next start."""
        self._forget()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._close)

    def _begin(self) -> None:
        plan, feed = self._plan, self._feed
        sinks = plan.sinks()
        store = Store(plan.path)
        with store.writing() as connection:
            outbox.set_sinks(connection, [sink.name for sink in sinks])
        deliveries = [Delivery(store, sink, self._chance) for sink in sinks]

        def written() -> None:
            for delivery in deliveries:
                delivery.wake()

        recorder = Recorder(
            store,
            self._account_id,
            feed.board,
            feed.clock,
            plan.numbers,
            self._directory,
            has_sinks=bool(sinks),
            written=written,
            tell=self._tell,
        )
        recorder.start()
        self._store, self._recorder, self._deliveries = store, recorder, deliveries
        for delivery in deliveries:
            delivery.start()
        self._backfill = Backfill(
            store,
            self._account_id,
            self._call_log,
            lambda: feed.board.ids,
            feed.clock,
            plan.numbers,
            recorder.learn,
            plan.results_every,
            plan.results_after,
        )
        recorder.hear(feed.link)
        self._forget = feed.subscribe(recorder.hear)
        self._tasks.append(asyncio.create_task(recorder.keep_alive(), name="record: alive"))
        self._tasks.append(asyncio.create_task(self._backfill.keep(), name="record: call log"))
        if plan.retention_days:
            self._tasks.append(asyncio.create_task(self._expire(store), name="record: retention"))
        for task in self._tasks:
            task.add_done_callback(_said)

    async def _start_at_last(self) -> None:
        while True:
            try:
                self.start()
            except Occupied:
                self._waits_because = ""
            except TryAgain as error:
                if not self._waits_because:
                    log.warning("calls are not recorded: %s", error)
                self._waits_because = str(error)
            except RingwallError as error:
                log.error("calls are not recorded: %s", error)
                self._waits_because = str(error)
                return
            except Exception:
                log.exception("calls are not recorded: a fault of ours")
                self._waits_because = FAULT
                return
            else:
                return
            await asyncio.sleep(TRY_AGAIN_AFTER)

    async def _expire(self, store: Store) -> None:
        while True:
            before = self._feed.clock.now() - self._plan.retention_days * DAY
            try:
                if deleted := await asyncio.to_thread(expire, store, before):
                    log.info("%d calls older than %d days are deleted", deleted, self._plan.retention_days)
            except TryAgain as error:
                log.warning("old calls are not deleted: %s", error)
            except Exception:
                log.exception("old calls are not deleted: a fault of ours")
            await asyncio.sleep(EXPIRE_EVERY)

    def _close(self) -> None:
        if self._recorder is not None:
            self._recorder.close()
        for delivery in self._deliveries:
            delivery.close()
        if self._store is not None:
            self._store.close()
        self._lock.release()


def _said(task: "asyncio.Task[None]") -> None:
    """Nothing that keeps the record ends in silence."""
    with contextlib.suppress(asyncio.CancelledError):
        if (error := task.exception()) is not None:
            log.error("%s: a fault of ours", task.get_name(), exc_info=error)
