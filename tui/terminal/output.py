"""Writing to a terminal that may stop reading: a stalled link, Ctrl-S in a multiplexer, the lid of a laptop."""

import codecs
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

from tui.cells import width
from tui.terminal.pace import AHEAD, QUESTION, Pace

MOST = 256 * 1024
"""Bytes that wait at most: a few frames of the largest screen."""
PIECE = 1024
"""Bytes of one write: small, so that a slow line takes them at once."""
LOOK_EVERY = 0.25
"""Seconds after which a writer that waits for its terminal looks whether it is still wanted."""
_UNKNOWN = "tui.unknown"


def is_writable() -> bool:
    """Whether the terminal has taken all that was written, and takes more. What cannot be told counts as yes."""
    if any(output.is_owing or not output.room() for output in _opened):
        return False
    stream = sys.__stdout__
    if stream is None:
        return False
    try:
        return _takes_more(stream.fileno())
    except ValueError:
        return True


def _takes_more(descriptor: int) -> bool:
    try:
        return bool(select.select([], [descriptor], [], 0)[1])
    except (OSError, ValueError):
        return True


def stdout_encoding() -> str:
    """In which text is written to the terminal, as Python found it in the locale."""
    return sys.__stdout__.encoding if sys.__stdout__ is not None else "ascii"


def never_waiting(descriptor: int) -> int:
    """Another descriptor of the same terminal that never blocks.

    It is opened anew, because a flag set on the one we were given would be set for the shell that waits for us too.
    Where that is not allowed (a tty of another user, a container) it is a copy, and may block for a moment.
    """
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return os.dup(descriptor)


class Output:
    """Takes text for the terminal and never waits; a thread of its own writes it.

    While the terminal reads nothing, no more than `MOST` bytes wait. What does not fit is left out, always whole
    writes, so that no sequence is torn; once the terminal has read what waited, `missed` is called: paint all anew.

    Args:
        descriptor: The terminal.
        encoding: What it reads; characters that it lacks become a `?` of the same width.
        missed: Called from the thread.

    Attributes:
        is_owing: Whether a part of the picture has not been written yet, because there was no room for it.
    """

    def __init__(self, descriptor: int, encoding: str, missed: Callable[[], None]) -> None:
        self._descriptor = never_waiting(descriptor)
        self._encoding = encoding
        self._missed = missed
        self.is_owing = False
        self._pace = Pace()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._is_behind = False
        self._is_closed = False
        self._is_lost = False
        self._changed = threading.Condition()
        _opened.add(self)
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Write this as soon as the terminal takes it, or leave it out."""
        data = text.encode(self._encoding, _UNKNOWN)
        with self._changed:
            if self._is_behind or self._is_lost or self._is_closed:
                return
            if self._waiting and self._size + len(data) > MOST:
                self._is_behind = True
                return
            self._waiting.append(data)
            self._size += len(data)
            self._changed.notify_all()

    def room(self, ahead: float = AHEAD) -> float:
        """How many bytes of the picture may be written now; see `Pace`. None while something is still being written."""
        if self._waiting or not (self._is_lost or _takes_more(self._descriptor)):
            return 0.0
        with self._changed:
            return self._pace.room(time.monotonic(), ahead)

    def paint(self, text: str) -> None:
        """Write a part of the picture."""
        with self._changed:
            before, behind = self._pace.questions(len(text), time.monotonic())
            self.write(f"{QUESTION if before else ''}{text}{QUESTION if behind else ''}")

    def answered(self) -> None:
        """The terminal has answered a question."""
        with self._changed:
            self._pace.answered(time.monotonic())
            self._changed.notify_all()

    def hear_out(self) -> None:
        """Ask once more, and wait for all answers: whoever has the terminal next would take them for keys."""
        with self._changed:
            now = time.monotonic()
            within = self._pace.patience(now)
            if self._pace.last_question(now):
                self.write(QUESTION)
            self._changed.wait_for(lambda: not self._pace.is_waiting or self._is_lost, within)

    def close(self, within: float) -> bool:
        """Take nothing more, and give what waits so many seconds; whether the terminal has read all."""
        _opened.discard(self)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            has_read = self._changed.wait_for(lambda: not self._waiting or self._is_lost, within)
            complete = has_read and not self._is_behind and not self._is_lost
            self._waiting.clear()
        self._thread.join(2 * LOOK_EVERY)
        return complete

    def _run(self) -> None:
        try:
            while (data := self._next()) is not None:
                self._put(data)
                self._done(len(data))
        except OSError:
            # The terminal is gone; whoever guards it notices too.
            with self._changed:
                self._is_lost = True
                self._waiting.clear()
                self._changed.notify_all()
        finally:
            os.close(self._descriptor)

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return self._waiting[0] if self._waiting else None

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        ready = select.poll()
        ready.register(self._descriptor, select.POLLOUT)
        while rest:
            if not ready.poll(LOOK_EVERY * 1000):
                if self._is_closed and not self._waiting:
                    return
                continue
            try:
                rest = rest[os.write(self._descriptor, rest[:PIECE]) :]
            except BlockingIOError:
                continue

    def _done(self, size: int) -> None:
        with self._changed:
            if self._waiting:
                self._waiting.popleft()
                self._size -= size
            caught_up = self._is_behind and not self._waiting and not self._is_closed
            if caught_up:
                self._is_behind = False
            self._changed.notify_all()
        if caught_up:
            self._missed()


_opened: set[Output] = set()
"""What the process writes to its terminal by; one at most, but for tests."""


def _as_question_marks(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "?" * width(error.object[error.start : error.end]), error.end


codecs.register_error(_UNKNOWN, _as_question_marks)
