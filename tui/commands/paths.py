"""`ringwall paths`: every file that Ringwall uses."""

import click

from tui.commands.invocation import Invocation
from tui.paths import shown


@click.command("paths")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Print every file that Ringwall uses, and whether it is there."""
    paths = invocation.paths
    for name, path in {
        "config": paths.config,
        "login": paths.login,
        "sessions": paths.state,
        "log": paths.log,
    }.items():
        click.echo(f"{name:9} {shown(path)}{'' if path.exists() else '   (not there yet)'}")
