"""`ringwall` with a fault in it: the first word says which, the others are the command line."""

import asyncio
import os
import sys
import time
from pathlib import Path

from textual.message import Message

from tui.cli import main
from tui.driver import Keyboard
from tui.feed.feed import Feed
from tui.ringcentral.push.socket import Socket
from tui.screens.live import LiveScreen
from tui.screens.wall import WallScreen


def _raise_in_a_key(self: WallScreen) -> None:
    password = "marked-secret"
    raise ValueError(f"a fault with {len(password)} secret characters")


def _block_the_loop(self: WallScreen) -> None:
    os.write(1, b"\x1b_stuck\x1b\\")
    time.sleep(600)


async def _wait_for_ever(self: WallScreen) -> None:
    os.write(1, b"\x1b_stuck\x1b\\")
    await asyncio.sleep(600)


async def _die(self: Feed) -> None:
    await asyncio.sleep(1)
    raise KeyError("in the feed")


async def _die_hearing(self: Socket) -> None:
    raise BufferError("in a socket")


async def _die_among_events(self: WallScreen) -> None:
    raise LookupError("in a worker")


def _die_reading(self: Keyboard, data: bytes) -> list[Message]:
    raise ArithmeticError("in a thread")


def _measure(path: Path) -> None:
    """From the key on, write the longest time in which the event loop did nothing into a file."""

    async def measure() -> None:
        last, longest = time.monotonic(), 0.0
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            if now - last > longest:
                longest = now - last
                path.write_text(f"{longest:.3f}")
            last = now

    def begin(self: LiveScreen) -> None:
        self.run_worker(measure(), name="gaps")

    LiveScreen.action_reread = begin  # type: ignore[method-assign]


FAULTS = {
    "key": lambda: setattr(WallScreen, "action_reread", _raise_in_a_key),
    "blocked": lambda: setattr(WallScreen, "action_reread", _block_the_loop),
    "waiting": lambda: setattr(WallScreen, "action_reread", _wait_for_ever),
    "feed": lambda: setattr(Feed, "_tick", _die),
    "hearing": lambda: setattr(Socket, "_hear", _die_hearing),
    "worker": lambda: setattr(WallScreen, "_take_events", _die_among_events),
    "reading": lambda: setattr(Keyboard, "read", _die_reading),
    "gaps": lambda: _measure(Path(sys.argv.pop(1))),
}

FAULTS[sys.argv.pop(1)]()
main()
