"""A socket between a program and a server that can be cut and mended, so that the server itself stays as it is."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 65_536
RESETS = struct.pack("ii", 1, 0)
"""Linger for no second: what is closed so is reset."""


class Proxy:
    """Leads every connection to another address, as long as it is not cut.

    Args:
        host: Where to.
        port: Where to.

    Attributes:
        port: Where it listens, on loopback.
        refused: How many connections it has cut off at once.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.refused = 0
        self._is_cut = False
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def cut(self) -> None:
        """Reset all connections, and each new one, until it is mended."""
        with self._lock:
            self._is_cut = True
            for one in self._open:
                _reset(one)
            self._open.clear()

    def mend(self) -> None:
        """Let connections through again."""
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        # Closing alone wakes nobody who waits for a connection.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    self.refused += 1
                    _reset(ours)
                    continue
                theirs = socket.create_connection(self._target)
                self._open += [ours, theirs]
            for one, other in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


@contextmanager
def proxied(host: str, port: int) -> Iterator[Proxy]:
    """A proxy that is gone afterwards."""
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while read := one.recv(AT_ONCE):
            other.sendall(read)
    for either in (one, other):
        with contextlib.suppress(OSError):
            either.shutdown(socket.SHUT_RDWR)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
        one.shutdown(socket.SHUT_RDWR)
    one.close()
