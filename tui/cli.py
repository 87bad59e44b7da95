"""The door: what Ringwall does with its words is in `tui.commands.words`, and all but one need that."""

import os
import resource
import sys

from tui import __version__


def main() -> None:
    """Run the command line, and end with the exit code that `RingwallError` documents."""
    # The dump of a crash would hold the secrets, and lie about for anybody who repairs the machine.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    _open_what_is_closed()
    sys.exit(run(sys.argv[1:]))


def _open_what_is_closed() -> None:
    """Lead to nowhere what we and whom we start were started without: the next file that is opened took its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(nowhere, True)
            setattr(sys, name, os.fdopen(nowhere, mode))


def run(words: list[str]) -> int:
    """Run these words; gives the exit code and writes no traceback."""
    if words == ["--version"] and sys.__stdout__ is not None:
        # By itself: click takes twice as long to import as Python to start.
        sys.stdout.write(f"ringwall {__version__}\n")
        return 0
    from tui.commands import words as command_line

    return command_line.run(words)
