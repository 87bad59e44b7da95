"""The terminal as it was found, and how to get back to it without its help."""

import contextlib
import os
import sys
import termios
from typing import Any

from tui.terminal.output import never_waiting

TITLE_BACK = b"\x1b[23;2t"
"""The title that was kept by CSI 22 ; 2 t; without one it says nothing."""
MODES_BACK = (
    b"\x18"  # ends a sequence that was torn
    b"\x1b[?2026l"  # no synchronised frame
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # no mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no reports of focus and size, no bracketed paste
    b"\x1b[<u"  # the keys of kitty; before the ordinary screen, which has a stack of its own
    b"\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"  # wraps lines, no colours, the ordinary screen, the cursor
)
"""Undoes every mode that Textual sets."""
BACK = MODES_BACK + TITLE_BACK


def put_screen_back(descriptor: int) -> None:
    """Leave the alternate screen and every mode now, also where the terminal does not read.

    What waits in the kernel is thrown away first: it would fill the room that these bytes need.
    """
    with contextlib.suppress(OSError, termios.error):
        termios.tcflush(descriptor, termios.TCOFLUSH)
    _write_now(descriptor, BACK)


class Found:
    """The terminal as it was when this was made.

    Args:
        reads: The descriptor of its keys.
        shows: The descriptor of its screen.
    """

    def __init__(self, reads: int = 0, shows: int = 1) -> None:
        self.descriptors = (reads, shows)
        self._settings: list[Any] | None = None
        with contextlib.suppress(termios.error):
            self._settings = termios.tcgetattr(reads)

    def put_back(self) -> None:
        """Make it so again, without waiting for it."""
        reads, shows = self.descriptors
        put_screen_back(shows)
        if self._settings is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(reads, termios.TCSANOW, self._settings)


def say_last(line: str) -> None:
    """A line on stderr for whoever comes to look; it does not wait for a terminal that does not read."""
    if sys.__stderr__ is not None:
        _write_now(sys.__stderr__.fileno(), f"ringwall: {line}\n".encode("ascii", "replace"))


def _write_now(descriptor: int, data: bytes) -> None:
    with contextlib.suppress(OSError):
        if os.isatty(descriptor):
            own = never_waiting(descriptor)
            try:
                os.write(own, data)
            finally:
                os.close(own)
        else:
            os.write(descriptor, data)
