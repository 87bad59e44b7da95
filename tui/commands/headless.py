"""What the commands without screens share: the login, and which extensions are meant."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

import click

from tui.commands.account import Account
from tui.commands.invocation import Invocation
from tui.errors import UsageError
from tui.logs import log_to
from tui.presence.extension import Extension, number_key


@contextlib.asynccontextmanager
async def logged_in(invocation: Invocation) -> AsyncIterator[Account]:
    """An account with its whole directory; what is amiss but no fault goes to stderr.

    Raises:
        RingwallError: Any step of the login that fails.
    """
    log_to(invocation.paths.log, invocation.config.log_level)
    account = Account(invocation.config, invocation.paths, invocation.credentials)
    try:
        async for step in account.log_in():
            for amiss in step.more:
                click.echo(f"ringwall: {amiss}", err=True)
        await account.whole_directory()
        yield account
    finally:
        await account.close()


def pick(extensions: Sequence[Extension], wanted: str, chosen: Sequence[str]) -> list[Extension]:
    """The extensions that a command is to watch.

    Args:
        extensions: All of the account.
        wanted: Numbers or ids with commas between, `all` for all that can be watched, or empty for the saved choice.
        chosen: The saved choice, ids.

    Raises:
        UsageError: One that was asked for does not exist, or nothing is left of the choice.
    """
    if wanted.strip().lower() == "all":
        return sorted((extension for extension in extensions if extension.watchable), key=number_key)
    by_name = {extension.id: extension for extension in extensions}
    if words := [word.strip() for word in wanted.split(",") if word.strip()]:
        by_name |= {extension.number: extension for extension in extensions if extension.number}
        if unknown := [word for word in words if word not in by_name]:
            raise UsageError(f"No such extension: {', '.join(unknown)}", "Give numbers or ids, with commas between.")
        return list(dict.fromkeys(by_name[word] for word in words))
    if not chosen:
        raise UsageError(
            "No extensions are chosen", "Give --extensions 101,102 or --extensions all, or choose in the wall."
        )
    found = [by_name[one] for one in chosen if one in by_name]
    if not found:
        raise UsageError(
            "The account has none of the chosen extensions", "Choose anew in the wall, or give --extensions."
        )
    return found


def picks_later(wanted: str, chosen: Sequence[str]) -> Callable[[Extension], bool]:
    """Which extensions `pick` would give besides, once the account has them."""
    if wanted.strip().lower() == "all":
        return lambda extension: extension.watchable
    return lambda extension: not wanted.strip(" ,") and extension.id in chosen
