"""Sees to it that the process ends: by signals, with its terminal, and also when its event loop is stuck.

The guard is a thread beside the loop. Signals are taken by Python's own handlers, which run while the loop waits for
something; asyncio's would not. A lost terminal is looked for, because a SIGHUP may be ignored or go to another process.
A thread that dies ends the process, too: without keys, or without what writes on the terminal, there is no wall.
Whatever ends the process, the loop is asked first; if it has not left within `GRACE`, the guard puts the terminal back
and ends the process itself.
"""

import asyncio
import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Self

from tui.terminal.found import Found, say_last

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
GRACE = 3.0
"""Seconds for leaving: two for the subscription, and the screen."""
LOOK_EVERY = 0.5
"""Seconds between two looks at the clock; a lost terminal is noticed at once."""
LOG_WITHIN = 0.5
"""Seconds that the log may take at the end; the disk may be what everything waits for."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the process ends.

    Attributes:
        code: Its exit code.
        reason: In words; empty where somebody asked for it with a key.
    """

    code: int
    reason: str = ""


class Guard:
    """Guards the process from `with` on; after it only until an end that began is complete.

    Args:
        found: The terminal as it was found.
    """

    def __init__(self, found: Found) -> None:
        self.ending: Ending | None = None
        self._found = found
        self._leave: Callable[[Ending], None] | None = None
        self._deadline = float("inf")
        self._terminal_is_ours = True
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="guard", daemon=True)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        threading.excepthook = self._on_dead_thread
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        threading.excepthook = threading.__excepthook__
        if self.ending is None:
            self._is_over.set()
        else:
            # Python waits for threads of libraries before it ends, and those may wait for a name server.
            self._deadline = time.monotonic() + GRACE

    def tell(self, leave: Callable[[Ending], None]) -> None:
        """From now on the running loop is asked to leave when the process has to end.

        Args:
            leave: Called in the loop, once.
        """
        loop = asyncio.get_running_loop()

        def ask(ending: Ending) -> None:
            # A loop that is closed has left.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(leave, ending)

        self._leave = ask
        if self.ending is not None:
            ask(self.ending)

    def end(self, code: int, reason: str = "") -> None:
        """The process ends, within `GRACE`; what came first counts."""
        if self.ending is not None:
            return
        self.ending = Ending(code, reason)
        self._deadline = time.monotonic() + GRACE
        if self._leave is not None:
            self._leave(self.ending)

    def terminal_is_back(self) -> None:
        """The terminal is as it was found; whoever ends the process leaves it alone."""
        self._terminal_is_ours = False

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self.end(128 + number, f"ended by {signal.Signals(number).name}")

    def _on_dead_thread(self, died: threading.ExceptHookArgs) -> None:
        name = died.thread.name if died.thread is not None else "?"
        log.error("the thread %s has died", name, exc_info=died.exc_value)
        self.end(1, f"A fault of Ringwall's own: {died.exc_type.__name__}; the log tells more")

    def _watch(self) -> None:
        lost = select.poll()
        for descriptor in self._found.descriptors:
            lost.register(descriptor, 0)
        while time.monotonic() < self._deadline and not self._is_over.is_set():
            if self.ending is not None:
                self._is_over.wait(min(LOOK_EVERY, max(0.0, self._deadline - time.monotonic())))
            elif lost.poll(LOOK_EVERY * 1000):
                self.end(128 + signal.SIGHUP, "the terminal is gone")
        if self.ending is not None and not self._is_over.is_set():
            self._end_now(self.ending)

    def _end_now(self, ending: Ending) -> None:
        if self._terminal_is_ours:
            self._found.put_back()
            say_last(ending.reason or "leaving took too long")
        words = (f"{ending.reason or 'left'}; the program did not end by itself and was ended",)
        telling = threading.Thread(target=log.error, args=words, daemon=True)
        telling.start()
        telling.join(LOG_WITHIN)
        os._exit(ending.code)
