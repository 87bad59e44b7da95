"""How the board stands to the platform: the state of the link, what may have been missed, and what wakes whom.

The loops of the Feed share it, and it is the only place where the link moves.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import TypeVar

from tui.clock import Clock
from tui.feed.link import Gap, Link, LinkState
from tui.feed.losses import Losses
from tui.feed.machine import Input, moved
from tui.feed.ports import Listeners
from tui.presence.board import Board

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Standing:
    """The state that the loops share.

    Args:
        board: What is kept true.
        clock: Server time.
        unread: The extensions that cannot be read, with the platform's words; whoever reads keeps it true.

    Attributes:
        link: The link now.
        listeners: Who is told of everything.
        losses: What was lost in silence.
        untold: The extensions that the platform does not tell of, with its words.
        pushes: Whether events are told when they happen: then what a read finds first was lost.
        stands: Whether the link works, as far as is known; in doubt it may, and reading makes sense then.
        was_live: Whether it was live since it was last opened.
        in_doubt_at: When everything last came into doubt: what was read since is in step.
        reconciled_at: When everything was last read, whatever for.
        read_now: Wakes the reading: something is in doubt.
        wake: Ends a wait before its time.
        interrupted: The link is to be opened anew.
    """

    def __init__(self, board: Board, clock: Clock, unread: Mapping[str, str]) -> None:
        self.board = board
        self.clock = clock
        self.link = LinkState(Link.AUTHORISING, clock.now())
        self.listeners = Listeners()
        self.tell = self.listeners.tell
        self.losses = Losses()
        self.untold: Mapping[str, str] = {}
        self._unread = unread
        self.pushes = True
        self.stands = False
        self.was_live = False
        self.in_doubt_at = self.reconciled_at = clock.now()
        self.read_now = asyncio.Event()
        self.wake = asyncio.Event()
        self.interrupted = asyncio.Event()
        self.doubt_reason = ""
        self._doubted_since: float | None = None

    def move(self, happened: Input, *, reason: str = "", retry_at: float | None = None, transport: str = "") -> bool:
        """Make a move of the machine and tell of it; False where the table has none, or nothing new is to be told."""
        new = moved(self.link, happened, self.clock.now(), reason=reason, retry_at=retry_at, transport=transport)
        if new is None:
            return False
        self.link = new
        log.info("link: %s %s", new.link, new.reason)
        self.tell(new)
        return True

    def proof_or(self, otherwise: float) -> float:
        """When the link was last proven alive; else what is given."""
        return otherwise if self.link.proof_at is None else self.link.proof_at

    def doubt(self, since: float, reason: str, *, stands: bool = False) -> None:
        """Something may have been missed since then; `stands` tells whether the link works all the same."""
        self.stands = stands
        self.out_of_step(since, reason)
        self.in_doubt_at = self.clock.now()
        self.board.doubt(self.in_doubt_at, since)
        self.move(Input.DOUBTED, reason=reason)
        if stands:
            self.read_now.set()

    def out_of_step(self, since: float, reason: str) -> None:
        """From then on the board may differ from the platform; the earliest is remembered until it is in step again."""
        if self._doubted_since is None or since < self._doubted_since:
            self._doubted_since, self.doubt_reason = since, reason

    def interrupt(self, reason: str) -> None:
        """Have the link opened anew."""
        log.info("the link is opened anew: %s", reason)
        self.out_of_step(self.proof_or(self.clock.now()), reason)
        self.interrupted.set()

    def refuse(self) -> None:
        """Show which extensions are not told of or cannot be read by now, and that all others can."""
        self.tell(*self.board.refuse({**self._unread, **self.untold}, self.clock.now()))
        if self.board.doubtful and self.link.link is Link.LIVE:
            self.read_now.set()

    def note_synced(self) -> None:
        """After a read: where all was read since it came into doubt and the link stands, the board is in step again.

        What single events have put in doubt meanwhile is read in its turn, and keeps nothing else waiting.
        """
        if not self.stands or self.board.unread_since(self.in_doubt_at):
            return
        now = self.clock.now()
        if self.move(Input.SYNCED):
            self.was_live = True
            self.reconciled_at = max(self.reconciled_at, self.in_doubt_at)
            self.board.prove(self.proof_or(now))
        if self._doubted_since is not None:
            self.tell(Gap(self._doubted_since, now, self.doubt_reason, "snapshot"))
            self._doubted_since = None

    async def wait(self, until: float, wake: asyncio.Event, *others: Coroutine[object, object, object]) -> None:
        """Wait for a moment of server time, or until woken, or until one of the others has ended."""
        wake.clear()
        await first_of(self.clock.sleep_until(until), wake.wait(), *others)


async def first_of(*ways: Coroutine[object, object, Result]) -> Result:
    """What the first of these to end gives or raises; the others are cancelled, and over by then."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        ended = sorted(done, key=lambda task: task.exception() is None)
        return ended[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
