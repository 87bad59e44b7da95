"""A pty with a wall in it, drained as fast as it writes, and read by a terminal in memory only when somebody looks."""

import os
import pty
import re
import signal
import struct
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import ioctl

import pyte

KEPT = 2_000_000
"""Bytes of the last output that are kept: a whole screen and more."""
CHROME, TILE_WIDTH, TILE_HEIGHT = 3, 20, 3
"""Rows above the tiles, and a tile's columns and rows."""
PAINTED = 2.0
"""Seconds in which a screen of another size is painted."""
_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[A-Za-z]?[up]|\x1b\[[<>=][0-9;]*[a-zA-Z]")
"""Sequences of the kitty protocol, which the terminal in memory would print."""


class Glass:
    """A program in a pty.

    Attributes:
        pid: Its process id.
        written: Bytes that it has written.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], columns: int, rows: int) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execve(words[0], list(words), dict(environment))
        self.written = 0
        self._columns, self._rows = columns, rows
        self._last = b""
        self._resize(rows)
        threading.Thread(target=self._drain, daemon=True).start()

    def tiles(self) -> dict[str, str]:
        """What stands on each tile in its second row, by number; the screen is painted anew for it."""
        lines = self.lines()
        found = {}
        for top in range(CHROME, len(lines) - TILE_HEIGHT, TILE_HEIGHT):
            for left in range(0, self._columns - TILE_WIDTH + 1, TILE_WIDTH):
                cell = slice(left + 2, left + TILE_WIDTH)
                if number := re.match(r"\d+", lines[top][cell]):
                    found[number[0]] = lines[top + 1][left + 1 : left + 12].strip()
        return found

    def lines(self) -> list[str]:
        """The whole screen, painted anew: another size and back leaves nothing of before."""
        self._resize(self._rows - 6)
        time.sleep(PAINTED)
        self._last = b""
        self._resize(self._rows)
        time.sleep(PAINTED)
        screen = pyte.Screen(self._columns, self._rows)
        pyte.ByteStream(screen).feed(_PRIVATE.sub(b"", self._last))
        # Cell by cell: a wide character is followed by a cell with nothing in it.
        return [
            "".join(row[x].data[:1] or " " for x in range(self._columns))
            for row in (screen.buffer[y] for y in range(self._rows))
        ]

    def leave(self) -> int:
        """End it as a service manager does; gives its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _resize(self, rows: int) -> None:
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, self._columns, 0, 0))

    def _drain(self) -> None:
        with suppress(OSError):  # the pty of a program that has ended
            while read := os.read(self._terminal, 65536):
                self.written += len(read)
                self._last = (self._last + read)[-KEPT:]
