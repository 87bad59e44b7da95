"""Programs in a pty, timed by what they write."""

import os
import pty
import queue
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fcntl import ioctl

from bench.screen import Screen

FRAME = b"\x1b[?2026h"
"""Begins synchronised output."""
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[5n": b"\x1b[0n"}
"""What terminals say when they are asked whether they know synchronised output, and how they are."""
QUESTION = re.compile(b"|".join(map(re.escape, ANSWERS)))


@dataclass(frozen=True)
class Line:
    """What lies between a program and who looks at it.

    Attributes:
        bytes_a_second: What it carries.
        delay: Seconds that each byte takes.
        ahead: Bytes that are read before they are carried, as ssh does.
    """

    bytes_a_second: float = float("inf")
    delay: float = 0.0
    ahead: int = 0


class Terminal:
    """A program that runs in a pty of a size, from now on.

    Attributes:
        began: When it was started, by the monotonic clock.
        written: Bytes that it has written, as far as they were read.
        frames: How many frames they were, each of which a terminal is to show at once.
    """

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        columns: int = 200,
        rows: int = 50,
        line: Line | None = None,
    ) -> None:
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            words,
            env=dict(environment),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self._ours = ours
        self.pid = self._process.pid
        self._line = line or Line()
        self._carried: queue.Queue[tuple[float, bytes]] = queue.Queue()
        self.written = self.frames = 0
        self._screen = Screen(columns, rows)
        self._changed: list[str] = []
        self._reader = threading.Thread(target=self._carry, name="line", daemon=True)
        self._reader.start()

    def until(self, *wanted: str, seconds: float = 30.0) -> float:
        """Read until one of these stands in a row that was written; gives when that was, by the monotonic clock.

        Raises:
            TimeoutError: It was not.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if any(one in row for row in self._changed for one in wanted):
                self._changed.clear()
                return time.monotonic()
            self._changed.clear()
            self._read(left)
        raise TimeoutError(f"{wanted!r} was not written within {seconds} seconds")

    def drain(self, seconds: float) -> int:
        """Read for so long; gives how many bytes were written."""
        before, end = self.written, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        self._changed.clear()
        return self.written - before

    def marks(self, pattern: str, seconds: float) -> dict[str, float]:
        """Read for so long; gives when what the pattern matches was on the screen first, by the machine's clock."""
        end, found, matches = time.monotonic() + seconds, dict[str, float](), re.compile(pattern)
        while (left := end - time.monotonic()) > 0:
            self._read(left)
            at = time.time()
            for row in self._changed:
                for one in matches.findall(row):
                    found.setdefault(one, at)
            self._changed.clear()
        return found

    def settle(self, quiet: float = 0.3, most: float = 10.0, first: float = 0.0) -> bytes:
        """Read until nothing is written for a while; gives what was. The first byte may take longer."""
        end, read = time.monotonic() + most, b""
        while time.monotonic() < end:
            got = self._read(quiet if read else max(quiet, first))
            if not got:
                break
            read += got
        self._changed.clear()
        return read

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._ours, keys)

    def answer(self, keys: bytes, quiet: float = 0.03, within: float = 5.0) -> float:
        """Press keys; gives the seconds to the last byte before the terminal falls quiet, or the most there are."""
        begun = last = time.monotonic()
        self.type(keys)
        if not self._read(within):
            return within
        last = time.monotonic()
        while self._read(quiet):
            last = time.monotonic()
        return last - begun

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the program has used, by the kernel's count of ticks."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Its memory, in MB: what is its own, and its part of what it shares."""
        with open(f"/proc/{self.pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024

    def end(self) -> None:
        """End it."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        self._process.kill()
        self._process.wait()
        # Before its number may be another terminal's, out of which it would read.
        self._reader.join()
        os.close(self._ours)

    def _read(self, seconds: float) -> bytes:
        try:
            due, read = self._carried.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return b""
        time.sleep(max(0.0, due - time.monotonic()))
        self.written += len(read)
        self._changed += self._screen.write(read)
        return read

    def _carry(self) -> None:
        """Take what the program writes, as fast as the line carries it."""
        rate, busy_until, begun = self._line.bytes_a_second, time.monotonic(), b""
        with suppress(OSError):  # the pty of a program that has ended
            while read := os.read(self._ours, int(min(65_536, max(64, rate / 50)))):
                self.frames += read.count(FRAME)
                busy_until = max(busy_until, time.monotonic()) + len(read) / rate
                due = busy_until + self._line.delay
                self._carried.put((due, read))
                *parts, begun = re.split(rb"(?<=[pn])", begun + read)
                for answer in (ANSWERS[asked[0]] for part in parts if (asked := QUESTION.search(part))):
                    threading.Timer(max(0.0, due - time.monotonic()), self._answer, (answer,)).start()
                time.sleep(max(0.0, busy_until - self._line.ahead / rate - time.monotonic()))

    def _answer(self, text: bytes) -> None:
        with suppress(OSError):  # the program has ended
            os.write(self._ours, text)


PYTHON = sys.executable
