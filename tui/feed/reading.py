"""Reading presences into the Board, call by call, so that events which overtake an answer are applied on top of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from tui.clock import Clock
from tui.presence.board import Board, By, Change
from tui.ringcentral import snapshot
from tui.ringcentral.limits import DEFAULT_LIMITS, Group

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Calls that are under way at the same time."""
SHARE = 0.5
"""The part of a rate limit that reconciliation may use."""


class Reader(Protocol):
    """Reads one step of a plan; `snapshot.PresenceReader` is the real one."""

    async def read(self, step: snapshot.Step, *, background: bool = False) -> snapshot.Reading:
        """One call of a plan; raises RingwallError."""


class Reading:
    """Reads extensions into a board.

    Args:
        board: What is read into.
        reader: Makes the calls.
        account_size: How many extensions the account has, as far as is known: for the cheapest plan.
        clock: Server time.
        pause: Seconds between two reads of what is in doubt, so that several doubts make one read.

    Attributes:
        refused: The extensions that the platform would not let us read, with its words.
    """

    def __init__(
        self,
        board: Board,
        reader: Reader,
        account_size: Callable[[], int | None],
        clock: Clock,
        pause: float = 2.0,
    ) -> None:
        self.pause = pause
        self.refused: dict[str, str] = {}
        self._board = board
        self._reader = reader
        self._account_size = account_size
        self._clock = clock

    @property
    def least_period(self) -> float:
        """Seconds between two reads of everything that keep within our share of the rate limit."""
        steps = snapshot.plan(self._board.ids, self._account_size())
        group = Group.HEAVY if any(step.page for step in steps) else Group.LIGHT
        return 60.0 * len(steps) / (SHARE * DEFAULT_LIMITS[group])

    async def read(self, ids: Sequence[str], *, by: By, background: bool) -> AsyncIterator[list[Change]]:
        """Read these extensions; gives the changes of each call as it is answered.

        Raises:
            RingwallError: A call failed; what the others brought is kept.
        """
        steps = snapshot.plan(ids, self._account_size())
        missing = set(ids)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(step: snapshot.Step) -> list[Change]:
            async with turns:
                return await self._read_step(step, missing, by=by, background=background)

        tasks = [asyncio.create_task(one(step)) for step in steps]
        try:
            # Each is let go once it is told: the changes of ten thousand are 2 MB, and the last call may wait a minute.
            while tasks:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                done = next(task for task in tasks if task.done())
                tasks.remove(done)
                yield done.result()
            if missing and any(step.page for step in steps):
                for step in snapshot.plan(sorted(missing), None):
                    yield await self._read_step(step, missing, by=by, background=background)
            # What is asked for and not answered is asked for again by the next read of everything, not at once.
            self.refused |= dict.fromkeys(missing, "RingCentral gave no presence of it")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_step(self, step: snapshot.Step, missing: set[str], *, by: By, background: bool) -> list[Change]:
        reading = self._board.begin_read(self._clock.now())
        try:
            answer = await self._reader.read(step, background=background)
        except BaseException:
            self._board.fail_read(reading)
            raise
        for extension_id in answer.presences:
            self.refused.pop(extension_id, None)
        self.refused |= answer.refused
        missing.difference_update(answer.presences, answer.refused)
        ghosts = self._board.counts.ghosts
        changes = self._board.end_read(reading, answer.presences, answer.received, by, answer.sent)
        if ghosts := self._board.counts.ghosts - ghosts:
            calls, them = ("one call", "it") if ghosts == 1 else (f"{ghosts} calls", "them")
            log.info("%s removed: no end was told, and a read (%s) no longer lists %s", calls, by, them)
        return changes
