"""The recorder: hears what the Feed tells, and has a thread of its own write it down.

Nothing waits for the disk: what is heard goes into a bounded queue. What finds no room there is lost to the record, and
the time of it becomes a gap. While the file cannot be written the same batch is tried again and again.
"""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tui.calllog.facts import Fact, Logged, Numbering, Seen, seen_in, seen_now, untold
from tui.calllog.privacy import Numbers
from tui.calllog.store import Store, StoreFailed
from tui.calllog.writing import Writing
from tui.clock import Clock
from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.presence.board import Board, Change, Entry
from tui.presence.extension import Extension
from tui.presence.status import Reason

log = logging.getLogger(__name__)

WAITING = 20_000
"""What may wait to be written: minutes of a busy account of a thousand extensions."""
BATCH = 500
"""What is written in one transaction, at most."""
GATHERED_FOR = 0.2
"""Seconds in which more may come into a transaction: each costs as much as four events."""
LEARNT_AT_ONCE = 100
"""Facts of the call log that are: each writes a whole call, and the sinks' threads write in between."""
ALIVE_EVERY = 5.0
"""Seconds between two notes that the recorder is alive."""
RETRIES = (0.2, 1.0, 5.0, 15.0)
"""Seconds to wait before a batch that could not be written is tried again; the last one for ever."""
LEAVE_WITHIN = 5.0
"""Seconds that writing the last of it may take."""
OVERFLOW = "more happened than could be written"
UNTOLD = "no event told of it"
HIDDEN = "not watched: the presence is hidden"
FAULT = "a fault of Ringwall's own; the log has the details"


@dataclass(frozen=True, slots=True)
class _Opened:
    """Calls go unseen from a moment on."""

    at: float
    reason: str
    extension_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Closed:
    """Calls are seen again."""

    at: float
    extension_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Missed:
    """Calls went unseen between two moments."""

    since: float
    at: float
    reason: str
    extension_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """All calls there are at a moment; of the unread extensions it is not known."""

    at: float
    listed: tuple[Seen, ...]
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the directory says of extensions."""

    extensions: tuple[Extension, ...]


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Facts of the call log, whose presence was watched, and the gaps that the facts fill."""

    facts: tuple[Fact, ...]
    watched: frozenset[str]
    gap_ids: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class _Alive:
    """Everything until this moment has been heard."""

    at: float


@dataclass(frozen=True, slots=True)
class _Ended:
    """The recorder leaves; `at` is until when it had heard everything."""

    at: float


_Item = Seen | _Missed | _Opened | _Closed | _Settled | _Known | _Learnt | _Alive | _Ended


class Recorder:
    """Records the calls of one account.

    Args:
        store: Where they are kept.
        account_id: Whose they are.
        board: What the Feed keeps true, which it tells of.
        clock: Server time.
        numbers: How much of a number is kept.
        directory: Gives all extensions of the account: others than the watched ones are in calls, too.
        has_sinks: Whether somebody is sent what is recorded.
        written: Called in the recorder's thread after each batch that is on the disk.
        tell: Told there in words when nothing can be written, and when it can again.
        waiting: What may wait to be written.

    Attributes:
        problem: Why nothing can be written now; empty where it can.
        lost: What found no room in the queue since the start.
    """

    def __init__(
        self,
        store: Store,
        account_id: str,
        board: Board,
        clock: Clock,
        numbers: Numbers,
        directory: Callable[[], Iterable[Extension]] = tuple,
        *,
        has_sinks: bool = False,
        written: Callable[[], None] = lambda: None,
        tell: Callable[[str], None] = lambda _: None,
        waiting: int = WAITING,
    ) -> None:
        self.problem = ""
        self.lost = 0
        self._store = store
        self._account_id = account_id
        self._board = board
        self._clock = clock
        self._numbers = numbers
        self._directory = directory
        self._has_sinks = has_sinks
        self._written = written
        self._tell = tell
        self._queue: queue.Queue[_Item] = queue.Queue(waiting)
        self._numbering = Numbering(clock.now())
        self._is_live = False
        self._is_settled = False
        self._lost_since: float | None = None
        self._last_heard = clock.now()
        self._unwatched: set[str] = set()
        self._leaving = threading.Event()
        self._life = 0
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write; the time since the last recorder is a gap.

        Raises:
            StoreFailed: The store cannot be written.
        """
        with self._store.writing() as connection:
            self._life = self._writing(connection).begin_life(self._clock.now())
        self._thread.start()

    async def keep_alive(self) -> None:
        """Note again and again that everything so far was heard, until cancelled."""
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            self.note_alive()

    def note_alive(self) -> None:
        """Everything until now was heard, if the link stands."""
        if self._is_live:
            self._last_heard = self._clock.now()
            self._put(_Alive(self._last_heard))

    def hear(self, event: FeedEvent) -> None:
        """What the Feed tells; to be given to its `subscribe`."""
        match event:
            case Change():
                for fact in seen_in(event, self._numbering):
                    self._put(self._numbers.seen(fact))
                if self._is_live and (span := untold(event)):
                    self._put(_Missed(*span, UNTOLD, event.id))
                self._note_unwatched(event.id, event.new, event.at)
                if event.new is not None and (event.old is None or event.old.extension != event.new.extension):
                    self._put(_Known((event.new.extension,)))
            case Gap():
                self._put(_Missed(event.start, event.end, event.reason))
            case LinkState():
                self._hear_link(event)
            case _:
                pass

    def learn(self, facts: Collection[Fact], gap_ids: Collection[str] = ()) -> None:
        """Write down facts of the call log, with numbers as they are kept; they fill these gaps."""
        others = {leg.extension_id for fact in facts if isinstance(fact, Logged) for leg in fact.legs}
        if of_them := tuple(one for one in self._directory() if one.id in others):
            self._put(_Known(of_them))
        now, known = self._clock.now(), tuple(facts)
        watched = frozenset(entry.id for entry in self._board if entry.extension.has_presence)
        for start in range(0, len(known), LEARNT_AT_ONCE):
            self._put(_Learnt(known[start : start + LEARNT_AT_ONCE], watched, (), now))
        if gap_ids:
            self._put(_Learnt((), watched, tuple(gap_ids), now))

    def close(self) -> None:
        """Write what is waiting, and stop; blocks for seconds at most."""
        self.note_alive()
        with contextlib.suppress(queue.Full):
            self._queue.put(_Ended(self._last_heard), timeout=LEAVE_WITHIN)
        self._leaving.set()
        self._thread.join(LEAVE_WITHIN)
        if self._thread.is_alive():
            self._say("what was heard last could not be written any more; it is a gap")

    # In the loop: only puts into the queue

    def _hear_link(self, state: LinkState) -> None:
        if state.link is Link.LIVE:
            self._last_heard = state.at
            if not self._is_settled:
                self._is_settled = True
                self._settle(state.at)
            self._put(_Closed(state.at))
        elif self._is_live and state.link is not Link.CLOSED:
            since = state.at if state.lost_since is None else state.lost_since
            self._put(_Opened(since, state.reason or "the link was lost"))
        self._is_live = state.link is Link.LIVE

    def _settle(self, at: float) -> None:
        unread = frozenset(entry.id for entry in self._board if entry.presence is None and entry.extension.has_presence)
        listed = tuple(map(self._numbers.seen, seen_now(self._board, at, self._numbering)))
        self._put(_Known(tuple(entry.extension for entry in self._board)))
        self._put(_Settled(at, listed, unread))
        for entry in self._board:
            self._note_unwatched(entry.id, entry, at)

    def _note_unwatched(self, extension_id: str, entry: Entry | None, at: float) -> None:
        """Calls of an extension go unseen while it is not watched; of one without presence there never are any."""
        reason = _why_unwatched(entry)
        if reason and extension_id not in self._unwatched:
            self._unwatched.add(extension_id)
            self._put(_Opened(at, reason, extension_id))
        elif not reason and extension_id in self._unwatched:
            self._unwatched.discard(extension_id)
            self._put(_Closed(at, extension_id))

    def _put(self, item: _Item) -> None:
        """Into the queue; where it was full, first the gap of that, and how everything is by now."""
        now = self._clock.now()
        try:
            if self._lost_since is not None:
                self._queue.put_nowait(_Missed(self._lost_since, now, OVERFLOW))
                self._lost_since = None
                self._is_settled = False
            self._queue.put_nowait(item)
        except queue.Full:
            self.lost += 1
            if self._lost_since is None:
                self._lost_since = now
                log.error("the record: %s", OVERFLOW)
            return
        if not self._is_settled and self._is_live:
            self._is_settled = True
            self._settle(now)

    # In the thread

    def _write(self) -> None:
        while True:
            batch = [self._queue.get()]
            self._leaving.wait(GATHERED_FOR)
            with contextlib.suppress(queue.Empty):
                while len(batch) < BATCH and not isinstance(batch[-1], _Learnt):
                    batch.append(self._queue.get_nowait())
            if not self._write_surely(batch) or isinstance(batch[-1], _Ended):
                return

    def _write_surely(self, batch: Sequence[_Item]) -> bool:
        """Write a batch; False where we leave before that. What cannot be taken in by a fault of ours is a gap."""
        try:
            return self._write_in_time(batch)
        except Exception:
            if len(batch) > 1:
                return all(self._write_surely([item]) for item in batch)
            item = batch[0]
            log.exception("the record: %s could not be taken in", type(item).__name__)
            self._say(FAULT)
            at = self._clock.now() if isinstance(item, _Known) else item.at
            return isinstance(item, _Missed) or self._write_surely([_Missed(at, at, FAULT)])

    def _write_in_time(self, batch: Sequence[_Item]) -> bool:
        """Write a batch, however long it takes; False where we leave before that."""
        for attempt in range(1_000_000_000):
            try:
                with self._store.writing() as connection:
                    self._take_in(self._writing(connection), batch)
            except StoreFailed as error:
                self._say(str(error))
                if self._leaving.wait(RETRIES[min(attempt, len(RETRIES) - 1)]) and attempt > 0:
                    return False
            else:
                self._say("")
                self._written()
                return True
        return False

    def _say(self, problem: str) -> None:
        """Keep why nothing can be written, and tell when that begins and ends."""
        if bool(problem) != bool(self.problem):
            words = f"the record: {problem or 'calls are written again'}"
            log.log(logging.ERROR if problem else logging.INFO, words)
            self._tell(words)
        self.problem = problem

    def _writing(self, connection: Connection) -> Writing:
        return Writing(connection, self._account_id, has_sinks=self._has_sinks)

    def _take_in(self, writing: Writing, batch: Iterable[_Item]) -> None:
        facts: list[Fact] = []
        for item in batch:
            match item:
                case Seen():
                    facts.append(item)
                case _Missed():
                    writing.add_gap(item.since, item.at, item.reason, item.extension_id)
                case _Opened():
                    writing.open_gap(item.at, item.reason, item.extension_id)
                case _Closed():
                    writing.close_gap(item.at, item.extension_id)
                case _Settled():
                    writing.learn(facts)
                    facts = []
                    writing.settle(item.listed, item.unread, item.at)
                case _Known():
                    writing.know(item.extensions)
                case _Alive():
                    writing.note_alive(self._life, item.at)
                case _Ended():
                    writing.end_life(self._life, item.at)
                case _Learnt():
                    writing.learn(facts)
                    facts = []
                    writing.learn_of_the_log(item.facts, item.watched, item.at)
                    for gap_id in item.gap_ids:
                        writing.fill_gap(gap_id, item.at)
        writing.learn(facts)


def _why_unwatched(entry: Entry | None) -> str:
    if entry is None or not entry.extension.has_presence:
        return ""
    if entry.refused is not None:
        return f"not watched: {entry.refused}"
    return HIDDEN if entry.reason is Reason.HIDDEN else ""
