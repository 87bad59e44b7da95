"""A real pty with a program in it, and a terminal in memory that reads what the program shows."""

import os
import re
import select
import signal
import struct
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fcntl import ioctl
from typing import Any

import pyte

WITHIN = 30.0
"""Seconds in which something that is waited for has to be there."""
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z]?[up]|\x1b\[[<>=][0-9;]*[a-zA-Z]")
"""Sequences of the kitty protocol, which the terminal in memory would print."""
ANSWERS = {b"\x1b[5n": b"\x1b[0n", b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;2$y"}
"""What terminals of today say to what they are asked: how they are, synchronised output, sizes told in band."""
_QUESTION = re.compile(b"|".join(map(re.escape, ANSWERS)))


class Tty:
    """A program in a pty.

    Attributes:
        raw: Every byte it wrote.
        pid: Its process id.
        settings_before: How the terminal was set before.
        took: Seconds from the last signal, or the loss of the terminal, to the end.
        answers_after: Seconds after which it answers; None where it never does.
    """

    def __init__(self, pid: int, terminal: int, slave: int, columns: int, rows: int) -> None:
        self.raw = b""
        self.pid = pid
        self.answers_after: float | None = None
        self._answers: deque[tuple[float, bytes]] = deque()
        self._answered = 0
        self._terminal = terminal
        self._slave = slave
        self.settings_before = termios.tcgetattr(slave)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._code: int | None = None
        self._asked_at = 0.0
        self.took = 0.0

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        # Not by its `display`, which fails where half of a wide character has been read.
        return ["".join(str(cell[0]) for cell in row).rstrip() for row in self.cells]

    @property
    def cells(self) -> list[list[tuple[Any, ...]]]:
        """The same cell by cell: a character, its colours, bold and the like."""
        buffer = self._screen.buffer
        return [[tuple(buffer[y][x]) for x in range(self._screen.columns)] for y in range(self._screen.lines)]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    def type(self, text: str) -> None:
        """Type something."""
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes, as a terminal does that is set otherwise."""
        os.write(self._terminal, data)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._asked_at = time.monotonic()
        os.kill(self.pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is dragged."""
        self._screen.resize(rows, columns)
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def settings(self) -> list[object]:
        """How the terminal is set now: echo, lines, signals."""
        return termios.tcgetattr(self._slave)

    def set(self, settings: list[Any]) -> None:
        """Set the terminal otherwise, as another program does."""
        termios.tcsetattr(self._slave, termios.TCSANOW, settings)

    def show(self, data: bytes) -> None:
        """Let another program write this."""
        os.write(self._slave, data)

    def stall(self, provoke: str) -> None:
        """Read nothing any more, and type something again and again until the terminal is full."""
        until = time.monotonic() + WITHIN
        while select.select([], [self._slave], [], 0)[1]:
            assert time.monotonic() < until, "the terminal was not filled"
            self.type(provoke)
            time.sleep(0.1)

    def hang_up(self) -> None:
        """The terminal goes away, as when a window is closed or a line breaks."""
        self._asked_at = time.monotonic()
        os.close(self._slave)
        os.close(self._terminal)
        self._slave = self._terminal = -1

    def until_ended(self, within: float) -> int:
        """Wait for its end without reading anything; gives the exit code."""
        until = time.monotonic() + within
        while self._code is None:
            assert time.monotonic() < until, f"it did not end within {within:.0f} s"
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code, self.took = os.waitstatus_to_exitcode(status), time.monotonic() - self._asked_at
            else:
                time.sleep(0.02)
        return self._code

    def read_rest(self) -> None:
        """Read what is still to be read."""
        while self._read(0.1):
            pass

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
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code, self.took = os.waitstatus_to_exitcode(status), time.monotonic() - self._asked_at
        self.read_rest()
        return self._code

    def left_for_the_shell(self) -> bytes:
        """What the program has not read, once every answer has come: a shell would take it for keys."""
        while self._answers:
            self._read(0.05)
        settings, without_lines = termios.tcgetattr(self._slave), termios.tcgetattr(self._slave)
        without_lines[3] &= ~(termios.ICANON | termios.ECHO)
        self.set(without_lines)
        left = os.read(self._slave, 65536) if select.select([self._slave], [], [], 0)[0] else b""
        self.set(settings)
        return left

    def close(self) -> None:
        """End it, however it is."""
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for descriptor in (self._terminal, self._slave):
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, seconds: float) -> bool:
        while self._answers and self._answers[0][0] <= time.monotonic():
            self.send(self._answers.popleft()[1])
        if self._answers:
            seconds = min(seconds, max(0.0, self._answers[0][0] - time.monotonic()))
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            read = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.raw += read
        if self.answers_after is not None:
            for question in _QUESTION.finditer(self.raw, self._answered):
                self._answers.append((time.monotonic() + self.answers_after, ANSWERS[question[0]]))
                self._answered = question.end()
        self._stream.feed(_PRIVATE.sub(b"", read))
        return bool(read)


@contextmanager
def program(
    environment: Mapping[str, str],
    *words: str,
    columns: int = 80,
    rows: int = 24,
    python: Sequence[str] = ("-m", "tui"),
    ignored: Sequence[signal.Signals] = (),
) -> Iterator[Tty]:
    """`ringwall WORDS` in a pty.

    Args:
        environment: Its environment.
        words: Its command line.
        columns: Of the terminal.
        rows: Of the terminal.
        python: What Python runs.
        ignored: Signals that whoever started it ignores, as `nohup` does.
    """
    terminal, slave = os.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    pid = os.fork()
    if pid == 0:
        os.close(terminal)
        os.login_tty(slave)
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        os.execve(sys.executable, [sys.executable, *python, *words], dict(environment))
    tty = Tty(pid, terminal, slave, columns, rows)
    try:
        yield tty
    finally:
        tty.close()
