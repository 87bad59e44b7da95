"""`on_alarm`: a program of people's own that is started at a new alarm. The wall never waits for it.

It gets no shell and no secrets, a session of its own, and `PATIENCE` seconds; in `RINGWALL_ALARMS` stands a line for
each alarm that is new since it was started last: number, name, state. What it says goes into the log, as far as a log
has room for.
"""

import asyncio
import contextlib
import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.logins import for_children
from tui.presence.status import LOOKS

if TYPE_CHECKING:
    # Only a name here; what it is the name of, the login screen does not wait for.
    from tui.presence.alerts import Alert

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds after which a program that does not end is ended."""
LOOK_EVERY = 0.2
"""Seconds between two looks whether it has ended."""
MOST_SAID = 2000
"""Bytes of what it says that are kept for the log."""
MOST_TOLD = 50
"""Alarms that it is told of at once: an environment has no room for a whole company."""


class AlarmProgram:
    """Starts the program, at most once in a while; alarms that come meanwhile are told together when it is time.

    Args:
        words: The program and its arguments; without any nothing is started.
        every: Seconds between two starts, at least.
        environment: Our environment.
        running: A clock that never jumps, in seconds.
    """

    def __init__(
        self,
        words: Sequence[str],
        every: float,
        environment: Mapping[str, str],
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._words = list(words)
        self._every = every
        self._environment = for_children(environment)
        self._running = running
        self._started_at = float("-inf")
        self._untold: list[str] = []
        self._starting: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def tell(self, alarms: "Sequence[Alert]") -> None:
        """There are new alarms. Returns at once."""
        if not self._words or not alarms or self._is_closed:
            return
        self._untold = [*self._untold, *map(_told, alarms)][-MOST_TOLD:]
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start_when_due(), name="on_alarm")

    async def close(self) -> None:
        """Start nothing any more, and end what runs."""
        self._is_closed = True
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if self._process is not None:
            _end(self._process)

    async def _start_when_due(self) -> None:
        while self._untold:
            await asyncio.sleep(max(0.0, self._started_at + self._every - self._running()))
            self._started_at = self._running()
            told, self._untold = self._untold, []
            await asyncio.to_thread(self._run, {**self._environment, "RINGWALL_ALARMS": "\n".join(told)})

    def _run(self, environment: Mapping[str, str]) -> None:
        """Run it to its end, in a thread: even starting it may take a while, from a slow disk."""
        try:
            with subprocess.Popen(
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                bufsize=0,
            ) as process:
                self._process = process
                if self._is_closed:
                    _end(process)
                said, in_time = _said_until_end(process)
                if not in_time:
                    _end(process)
                code = process.wait()
        except (OSError, ValueError) as error:
            log.warning("on_alarm: %s cannot be started: %s", self._words[0], error)
            return
        words = said.decode("utf-8", "replace").strip()
        if not in_time:
            log.warning("on_alarm: %s did not end within %.0f s and was ended; %s", self._words[0], PATIENCE, words)
        elif code:
            log.warning("on_alarm: %s ended with %d; %s", self._words[0], code, words)
        elif words:
            log.info("on_alarm: %s says: %s", self._words[0], words)


def _told(alarm: "Alert") -> str:
    extension = alarm.entry.extension
    return " ".join(part for part in (extension.number, extension.name, LOOKS[alarm.entry.shown_status].word) if part)


def _said_until_end(process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
    """The beginning of what it says, and whether it ended in time. What it leaves running may go on saying things."""
    if process.stdout is None:
        raise ValueError("it has no output")
    output, kept, until = process.stdout.fileno(), b"", time.monotonic() + PATIENCE
    while time.monotonic() < until:
        has_ended = process.poll() is not None
        said = b""
        if select.select([output], [], [], 0 if has_ended else LOOK_EVERY)[0]:
            said = os.read(output, 65536)
            kept = (kept + said)[:MOST_SAID]
        if has_ended:
            return kept, True
        if not said or len(kept) == MOST_SAID:
            # It says nothing more, or too much: then its pipe fills, and it has to wait.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
    return kept, process.poll() is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it has started, unless it has ended by itself."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
