"""`ringwall once`: how the chosen extensions are now, and done. It reads and subscribes to nothing."""

import asyncio

import click

from tui.clock import iso
from tui.commands.account import Account
from tui.commands.headless import logged_in, pick
from tui.commands.invocation import Invocation
from tui.commands.lines import Json, dump, entry_json, entry_sentence
from tui.feed.reading import Reading
from tui.presence.board import Board, By
from tui.ringcentral.snapshot import PresenceReader


async def read_once(account: Account, extensions: str) -> Board:
    """The board of these extensions after one read.

    Raises:
        RingwallError: No such extension, or they cannot be read.
    """
    board = Board()
    board.choose(pick(account.directory.extensions, extensions, account.chosen), account.clock.now())
    reader = PresenceReader(account.session)
    reading = Reading(board, reader, lambda: account.directory.total, account.clock)
    async for _ in reading.read(board.ids, by=By.SNAPSHOT, background=False):
        pass
    board.refuse(reading.refused, account.clock.now())
    return board


def as_json(board: Board, at: float) -> Json:
    """The whole board as one object."""
    found = [entry_json(entry, board, at=at, by="snapshot") for entry in board]
    return {"at": iso(at), "link": None, "extensions": found}


def print_once(invocation: Invocation, *, wants_json: bool = False, extensions: str = "") -> None:
    """Print how these extensions are now.

    Args:
        invocation: What the command line said.
        wants_json: One JSON object instead of a line each.
        extensions: Which; see `pick`.

    Raises:
        RingwallError: The login fails, there is no such extension, or they cannot be read.
    """

    async def run() -> None:
        async with logged_in(invocation) as account:
            board = await read_once(account, extensions)
            now = account.clock.now()
            if wants_json:
                click.echo(dump(as_json(board, now)))
                return
            for entry in board:
                click.echo(entry_sentence(entry, now, mask=invocation.config.mask))

    asyncio.run(run())


@click.command("once")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
@click.option("--extensions", default="", metavar="LIST", help="Numbers or ids with commas, or all.")
@click.pass_obj
def command(invocation: Invocation, wants_json: bool, extensions: str) -> None:
    """Print how the chosen extensions are now, and leave."""
    print_once(invocation, wants_json=wants_json, extensions=extensions)
