"""The tty: whether it can be written to now, and how many colours it has."""

import select
import sys


def is_writable() -> bool:
    """Whether the terminal takes what is written. A stalled link or Ctrl-S makes it stop, and writing would block."""
    stream = sys.__stderr__
    if stream is None:
        return False
    try:
        return bool(select.select([], [stream.fileno()], [], 0)[1])
    except (OSError, ValueError):
        return True
