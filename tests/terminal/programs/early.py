"""Ringwall on a machine whose clock says 1970 until it is told the time by SIGUSR1."""

import signal
import time

_real = time.time
_behind = _real() - 40.0


def _machine_time() -> float:
    return _real() - _behind


def _set(*_: object) -> None:
    global _behind
    _behind = 0.0


# Before anything is imported that keeps the function.
time.time = _machine_time
signal.signal(signal.SIGUSR1, _set)

if __name__ == "__main__":
    from tui.cli import main

    main()
