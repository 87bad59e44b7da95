"""The door: the first word on the command line picks a file of `tui.commands`, which is imported only then.

Nothing heavy is imported here, so `--version` and `--help` cost little more than Python's own start.
"""

import importlib

import click

from tui import __version__

COMMANDS = {
    "demo": "try it: a RingCentral in a box and the wall, ready to log in",
    "simulate": "a RingCentral in a box, for demos, tests and load",
}
"""Name of each command and its line in `ringwall --help`; each is a file of `tui.commands` with a `command`."""


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for, and listed without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"tui.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, invoke_without_command=False)
@click.version_option(__version__, prog_name="ringwall", message="%(prog)s %(version)s")
def main() -> None:
    """A live wallboard for RingCentral in the terminal."""
