"""`ringwall paths`: every file that Ringwall uses."""

from collections.abc import Iterator
from pathlib import Path

import click

from tui.commands.invocation import Invocation
from tui.errors import BadConfig
from tui.paths import shown


def files(invocation: Invocation) -> Iterator[tuple[str, Path]]:
    """Each file with what it is for; secret files that the configuration names too, where it can be read."""
    paths = invocation.paths
    yield "config", paths.config
    try:
        login, record = invocation.config.login, invocation.config.record
    except BadConfig:
        pass
    else:
        of_login = (login.client_secret_file, login.jwt_file, login.password_file)
        for name in (*of_login, record.webhook_secret_file, record.postgres_password_file):
            if name:
                yield "secret", paths.beside_config(name)
    yield "login", paths.login
    yield "log", paths.log
    yield "health", paths.health
    yield "record", paths.record
    yield "state", paths.state
    if paths.state.is_dir():
        for path in sorted(paths.state.iterdir()):
            if path not in {paths.login, paths.log, paths.health, paths.record}:
                yield "", path


@click.command("paths")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Print every file that Ringwall uses, and whether it is there."""
    for name, path in files(invocation):
        click.echo(f"{name:8}{shown(path)}{'' if path.exists() else '   (not there)'}")
