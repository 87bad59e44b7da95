"""A transport that plays a script: the fake beside the port, for tests and pictures of everything above it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from tui.errors import RingwallError
from tui.ringcentral.push.transport import Closed, Event, Opened


class ScriptedTransport:
    """Opens at once, then tells what `say` is given.

    Attributes:
        asked: The extensions of each `open` and `replace`, in order.
        refusals: Errors that the next calls of `open` and `replace` raise, one each.
        closings: How many streams have ended.
        is_opening: Set by the first `open`.
        gate: Where there is one, opening and replacing wait until it is set.
    """

    def __init__(self, name: str = "pubnub") -> None:
        self.name = name
        self.asked: list[tuple[str, ...]] = []
        self.refusals: list[RingwallError] = []
        self.closings = 0
        self.gate: asyncio.Event | None = None
        self.is_opening = asyncio.Event()
        self._is_open = False
        self._script: asyncio.Queue[Event] = asyncio.Queue()

    def say(self, *events: Event) -> None:
        """The next things that the stream tells."""
        for event in events:
            self._script.put_nowait(event)

    async def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """See `Transport.open`."""
        self._ask(extension_ids)
        self.is_opening.set()
        if self.gate is not None:
            await self.gate.wait()
        self._is_open = True
        try:
            yield Opened(self.name)
            while True:
                event = await self._script.get()
                yield event
                if isinstance(event, Closed):
                    return
        finally:
            self._is_open = False
            self.closings += 1

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """See `Transport.replace`; where nothing is open there is nothing to replace."""
        if self._is_open:
            self._ask(extension_ids)
            if self.gate is not None:
                await self.gate.wait()

    def _ask(self, extension_ids: Sequence[str]) -> None:
        self.asked.append(tuple(extension_ids))
        if self.refusals:
            raise self.refusals.pop(0)
