"""Faults that are going on: for how long, how often, and on what."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(eq=False)
class Fault:
    """One fault that was asked for.

    Attributes:
        until: When it ends, in seconds since 1970; None for one that has no time.
        left: How often it still strikes; None for one that strikes every time.
        match: Found in what it may strike: `METHOD /path?query` of a request, or the event's URI of a delivery.
        wish: All that was asked, with the fault's own settings.
        held: Events that it keeps back for the moment.
        over: Set when it ends.
        undo: What takes back a change, where there is one to take back.
    """

    name: str
    until: float | None = None
    left: int | None = None
    match: re.Pattern[str] = re.compile("")
    wish: dict[str, object] = field(default_factory=dict)
    held: list[dict[str, object]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    undo: Callable[[], None] | None = None

    def number(self, name: str, default: float) -> float:
        """One of its own settings that is a number."""
        value = self.wish.get(name, default)
        return float(value) if isinstance(value, int | float) else default

    def text(self, name: str, default: str = "") -> str:
        """One of its own settings that is a text."""
        return str(self.wish.get(name, default))


class ActiveFaults:
    """All faults that are going on, in the order in which they were asked for.

    One that has struck as often as it was told is kept until it is cleared: a connection may still hang on it.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Begin one."""
        self._faults.append(fault)

    def going_on(self) -> list[Fault]:
        """Those that have not ended; the others are taken back."""
        now = self._now()
        for fault in [one for one in self._faults if one.until is not None and one.until <= now]:
            self.end(fault)
        return [fault for fault in self._faults if fault.left != 0]

    def take(self, subject: str, *names: str) -> Fault | None:
        """The first fault of these names that strikes the subject; it is counted as having struck."""
        return next(self._striking(subject, names), None)

    def take_all(self, subject: str, *names: str) -> list[Fault]:
        """All faults of these names that strike the subject, counted as having struck."""
        return list(self._striking(subject, names))

    async def until_over(self, fault: Fault) -> None:
        """Wait until a fault ends, by its time or by being cleared."""
        left = None if fault.until is None else max(0.0, fault.until - self._now())
        with suppress(TimeoutError):
            await asyncio.wait_for(fault.over.wait(), left)

    def end(self, fault: Fault) -> None:
        """End one, and take back what it changed."""
        if fault not in self._faults:
            return
        self._faults.remove(fault)
        fault.over.set()
        if fault.undo:
            fault.undo()

    def _striking(self, subject: str, names: tuple[str, ...]) -> Iterator[Fault]:
        if not self._faults:
            return
        for fault in self.going_on():
            if fault.name in names and fault.match.search(subject):
                fault.left = None if fault.left is None else fault.left - 1
                yield fault

    def clear(self) -> None:
        """End all."""
        for fault in list(self._faults):
            self.end(fault)
