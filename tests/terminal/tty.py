"""A real pty with a program in it, and a terminal in memory that reads what the program shows."""

import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fcntl import ioctl

import pyte

WITHIN = 30.0
"""Seconds in which something that is waited for has to be there."""
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z]?[up]|\x1b\[[<>=][0-9;]*[a-zA-Z]")
"""Sequences of the kitty protocol, which the terminal in memory would print."""


class Tty:
    """A program in a pty.

    Attributes:
        raw: Every byte it wrote.
    """

    def __init__(self, pid: int, terminal: int, columns: int, rows: int) -> None:
        self.raw = b""
        self._pid = pid
        self._terminal = terminal
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._code: int | None = None

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._terminal, text.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self._pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is dragged."""
        self._screen.resize(rows, columns)
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Read until the condition holds."""
        until = time.monotonic() + WITHIN
        while not condition():
            left = until - time.monotonic()
            assert left > 0, f"{what} did not come within {WITHIN:.0f} s. The screen:\n{self.text}"
            self._read(left)

    def until_shown(self, text: str) -> None:
        """Read until a text stands on the screen."""
        self.until(lambda: text in self.text, repr(text))

    def exit_code(self) -> int:
        """Read to the end, and give the code that the program ended with; negative for a signal that killed it."""
        until = time.monotonic() + WITHIN
        while self._code is None:
            assert time.monotonic() < until, f"it did not end. The screen:\n{self.text}"
            self._read(0.05)
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        while self._read(0.05):
            pass
        return self._code

    def close(self) -> None:
        """End it, however it is."""
        if self._code is None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            read = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.raw += read
        self._stream.feed(_PRIVATE.sub(b"", read))
        return bool(read)


@contextmanager
def program(environment: Mapping[str, str], *words: str, columns: int = 80, rows: int = 24) -> Iterator[Tty]:
    """`ringwall WORDS` in a pty."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "tui", *words], dict(environment))
    tty = Tty(pid, terminal, columns, rows)
    tty.resize(columns, rows)
    try:
        yield tty
    finally:
        tty.close()
