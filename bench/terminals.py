"""Programs in a pty, timed by what they write."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import ioctl


class Terminal:
    """A program that runs in a pty of a size, from now on.

    Attributes:
        began: When it was started, by the monotonic clock.
        written: Bytes that it has written, as far as they were read.
    """

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], columns: int = 200, rows: int = 50
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
        self.written = 0
        self._seen = b""

    def until(self, *wanted: bytes, seconds: float = 30.0) -> float:
        """Read until one of these is written; gives when that was, by the monotonic clock.

        Raises:
            TimeoutError: It was not.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if found := next((one for one in wanted if one in self._seen), None):
                self._seen = self._seen.rpartition(found)[2]
                return time.monotonic()
            self._read(left)
        raise TimeoutError(f"{wanted!r} was not written within {seconds} seconds")

    def drain(self, seconds: float) -> int:
        """Read for so long; gives how many bytes were written."""
        before, end = self.written, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        self._seen = b""
        return self.written - before

    def settle(self, quiet: float = 0.3, most: float = 10.0) -> bytes:
        """Read until nothing is written for a while; gives what was."""
        end, read = time.monotonic() + most, b""
        while time.monotonic() < end:
            got = self._read(quiet)
            if not got:
                break
            read += got
        self._seen = b""
        return read

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._ours, keys)

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
        os.close(self._ours)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._ours], [], [], seconds)[0]:
            return b""
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # the program has ended
            time.sleep(min(seconds, 0.05))
            return b""
        self.written += len(read)
        self._seen = (self._seen + read)[-400_000:]
        return read


PYTHON = sys.executable
