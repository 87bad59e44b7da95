"""The words of the command line, and how everything ends.

The first one picks a file of `tui.commands`, which is imported only then; nothing heavy is imported here, so `--help`
costs little more than click. Errors end here as one or two lines on stderr and an exit code; what a person cannot use
(the traceback) goes into the log.
"""

import contextlib
import errno
import importlib
import logging
import os
import signal
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from types import FrameType
from typing import TextIO

import click

from tui import __version__
from tui.errors import RingwallError
from tui.vocabulary import DENSITIES, LOG_LEVELS, THEMES

COMMANDS = {
    "wall": "the wall (what `ringwall` alone does)",
    "setup": "the first login, step by step",
    "watch": "print every change as a line",
    "once": "print how things are now, and leave",
    "log": "the record of calls, its gaps, and whom it is sent to",
    "doctor": "look at everything the wall needs, and say what to do",
    "demo": "try it: a RingCentral in a box and the wall, ready to log in",
    "simulate": "a RingCentral in a box, for demos, tests and load",
    "paths": "print every file that Ringwall uses",
}
"""Name of each command and its line in `ringwall --help`; each is a file of `tui.commands` with a `command`."""
OWN_KEYS = {
    "log_level": ["log_level"],
    "ascii_": ["ascii"],
    "mouse": ["mouse"],
    "mask": ["mask"],
    "theme": ["theme"],
    "density": ["wall.density"],
    "view": ["wall.view", "kiosk.view"],
}
"""The keys of the configuration that a word before the command sets."""

NO_OUTPUT = (errno.EIO, errno.ENOSPC, errno.EDQUOT)
"""What stdout says where it leads to a terminal that is gone, or a file on a full disk; other files have names."""
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What ends a command beside SIGINT, which is Python's own affair; the wall and `watch` take these themselves."""


class _Signalled(SystemExit):
    """Ended by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.reason = f"ended by {signal.Signals(number).name}"


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """A signal ends what runs from within: all that is half done is left as by an error, a hidden prompt among it."""

    def end(number: int, _: FrameType | None) -> None:
        # One is enough: a second one, as of a terminal that closes, would end what is being cleaned up.
        for one in taken:
            signal.signal(one, lambda *_: None)
        raise _Signalled(number)

    # As by `nohup`: what was ignored when we were started is not to count.
    taken = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _command(name: str) -> click.Command:
    command: click.Command = importlib.import_module(f"tui.commands.{name}").command
    return command


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for, and listed without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read our lines has gone.
            raise SystemExit(128 + signal.SIGPIPE) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ringwall", message="%(prog)s %(version)s")
@click.option("--config", metavar="FILE", help="The configuration to use.")
@click.option("--log-level", type=click.Choice(LOG_LEVELS), help="How much goes into the log.")
@click.option("--ascii", "ascii_", is_flag=True, help="Only ASCII characters.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("--mouse", is_flag=True, help="Take the mouse.")
@click.option("--mask", is_flag=True, help="Mask callers from the start.")
@click.option("--view", metavar="NAME", help="The view to start with.")
@click.option("--density", type=click.Choice(DENSITIES), help="How large the tiles are.")
@click.option("--theme", type=click.Choice(THEMES), help="The colours of the tiles.")
@click.option("--kiosk", is_flag=True, help="A wall that nobody sits before: it never ends by itself, no key quits it.")
@click.pass_context
def _ringwall(
    ctx: click.Context, /, config: str | None, no_color: bool, kiosk: bool, **words: str | bool | None
) -> None:
    """A live wallboard for RingCentral in the terminal. Without a command: the wall."""
    # Not above: `--version` and `--help` need neither the configuration nor what reads it.
    from tui.commands.invocation import Invocation

    overrides: dict[str, object] = {key: said for word, said in words.items() if said for key in OWN_KEYS[word]}
    if no_color or os.environ.get("NO_COLOR"):
        overrides["color"] = False
    ctx.obj = Invocation(config, overrides, kiosk=kiosk)
    if ctx.invoked_subcommand is None:
        ctx.invoke(_command("wall"))


def run(words: list[str]) -> int:
    """Run these words; gives the exit code and writes no traceback."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal cannot write is no reason to say nothing of it.
        sys.stdout.reconfigure(errors="replace")
    try:
        return _run(words)
    finally:
        for stream in (sys.stdout, sys.stderr):
            _give_up(stream)


def _give_up(stream: TextIO) -> None:
    """What cannot be written by now never will be. Python would try it again, complain, and end with its own code."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(words: list[str]) -> int:
    try:
        with _signals_raise():
            _ringwall.main(words, prog_name="ringwall", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return 128 + signal.SIGINT
    except _Signalled as ended:
        if logging.getLogger().hasHandlers():
            logging.getLogger(__name__).info("%s", ended.reason)
        return _said(ended.reason, "", 128 + ended.number)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except Exception as error:
        return _ended_by(_cause(error))
    return 0


def _cause(error: Exception) -> Exception:
    """The one error that tasks which run together have ended with."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _ended_by(error: Exception) -> int:
    if isinstance(error, RingwallError):
        return _said(str(error), error.hint, error.exit_code)
    if isinstance(error, click.ClickException):
        with contextlib.suppress(OSError):
            error.show()
        return error.exit_code
    if isinstance(error, OSError) and error.errno in NO_OUTPUT and error.filename is None:
        return _not_written(error)
    return _fault(error)


def _not_written(error: OSError) -> int:
    """Nothing that we print arrives; where a file cannot be written the error is another one."""
    from tui.files import fault

    if logging.getLogger().hasHandlers():
        logging.getLogger(__name__).warning("what is printed cannot be written: %s", error)
    if error.errno == errno.EIO:
        return _said("the terminal is gone", "", 128 + signal.SIGHUP)
    problem = fault(error, "what is printed cannot be written")
    return _said(str(problem), "", problem.exit_code)


def _fault(error: Exception) -> int:
    from tui.logs import log_file, log_to
    from tui.paths import find_paths, shown

    if log_file() is None:
        log_to(find_paths(os.environ).log, "info")
    logging.getLogger(__name__).error("a fault of ours", exc_info=error)
    file = log_file()
    hint = f"{shown(file)} tells more." if file else "No log can be written that would tell more."
    return _said(f"A fault of Ringwall's own: {type(error).__name__}", hint, 1)


def _said(message: str, hint: str, code: int) -> int:
    # The terminal may be gone.
    with contextlib.suppress(OSError):
        click.echo(f"ringwall: {message}", err=True)
        if hint:
            click.echo(f"          {hint}", err=True)
    return code
