"""`ringwall setup`: the first login, step by step."""

import asyncio
import getpass
import sys
from collections.abc import Callable

import click
import msgspec

from tui.commands.account import Account
from tui.commands.invocation import Invocation
from tui.config import check_server
from tui.credentials import DEFAULT_SERVER, Credentials, StepState
from tui.errors import LoginRefused, Unreachable
from tui.logins import cleaned_secret, remember
from tui.logs import log_to
from tui.paths import shown

CONSOLE = "developers.ringcentral.com"
WELCOME = f"""
Ringwall logs in as an app of yours. If you have none yet: sign in at {CONSOLE}, and under
Console, Apps, register one of the type "REST API app" with "JWT auth flow". Tick these permissions:

    Read Accounts      needed: the list of extensions
    Read Presence      needed: who is free, rings, talks
    Read Call Log      wanted: the record of calls
    Read Messages      wanted: new voicemail in the header
    WebSocket Subscriptions, Webhook or PubNub Subscriptions: whatever of these the console offers
"""
LONGEST_LINE = 4095
"""Characters of one line that a terminal in its ordinary mode takes in; what is longer it cuts without a word."""


def _asked(question: str, where: str, default: str = "") -> str:
    click.echo(f"\n{where}", err=True)
    while True:
        if sys.stdin.isatty():
            answer: str = click.prompt(question, default=default or None, err=True)
        else:
            click.echo(f"{question}: ", err=True, nl=False)
            line = sys.stdin.readline()
            if not line:
                raise LoginRefused(f"No answer to: {question}", "Run   ringwall setup   in a terminal.")
            answer = line.strip() or default
        if answer.strip():
            return answer.strip()


def _asked_in_secret(question: str, where: str, *, may_be_empty: bool = False) -> str:
    """A secret, typed or pasted unseen; blanks and line breaks of pasting are taken out."""
    click.echo(f"\n{where}", err=True)
    while True:
        if sys.stdin.isatty():
            answer = getpass.getpass(f"{question} (not shown): ")
            if len(answer) >= LONGEST_LINE:
                raise LoginRefused(
                    "The terminal cut the text: it is too long for one line",
                    "Store it in a file (chmod 600) and name that under [login] in config.toml: jwt_file",
                )
        else:
            click.echo(f"{question}: ", err=True, nl=False)
            line = sys.stdin.readline()
            if not line and not may_be_empty:
                raise LoginRefused(f"No answer to: {question}", "Run   ringwall setup   in a terminal.")
            answer = line
        secret = cleaned_secret(answer)
        if secret or may_be_empty:
            return secret


def ask(prefilled: Credentials) -> Credentials:
    """Ask for everything a login needs, one by one.

    Raises:
        BadConfig: The server's address is none.
        LoginRefused: The input ended.
    """
    click.echo(WELCOME, err=True)
    where = "The server. Leave it as it is unless RingCentral told you another."
    server = _asked("Server", where, prefilled.server or DEFAULT_SERVER).rstrip("/")
    check_server(server)
    return Credentials(
        server=server,
        client_id=_asked("Client id", "Console, Apps, your app, Credentials: Client ID.", prefilled.client_id),
        client_secret=_asked_in_secret(
            "Client secret",
            "The same page: Client Secret. Just Enter for a public app, which has none.",
            may_be_empty=True,
        ),
        jwt=_asked_in_secret(
            "JWT", "Console, your name at the top right, Credentials, Create JWT; for this app. It logs in as you."
        ),
    )


async def try_out(account: Account, say: Callable[[str], None]) -> None:
    """Log in, and say each step.

    Raises:
        RingwallError: A step failed; what to do is in its hint.
    """
    async for step in account.log_in():
        if step.state is StepState.NO:
            kind = Unreachable if step.name == "Server" else LoginRefused
            raise kind(f"{step.name}: {step.text}", "  ".join(step.more))
        if step.state is not StepState.RUNNING:
            say(f"  {step.name:12} {step.state.value:3} {step.text}")
            for line in step.more:
                say(f"  {'':12} !   {line}")


@click.command("setup")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Ask for what a login needs, try it at once, and store it where only you can read it."""
    log_to(invocation.paths.log, invocation.config.log_level)
    credentials = ask(invocation.credentials())

    async def run() -> None:
        config = msgspec.structs.replace(invocation.config, server=credentials.server)
        account = Account(config, invocation.paths, lambda: credentials)
        try:
            await try_out(account, lambda line: click.echo(line, err=True))
        finally:
            await account.close()

    click.echo("", err=True)
    asyncio.run(run())
    remember(credentials, invocation.paths)
    click.echo(f"\nStored in {shown(invocation.paths.login)}, which only you can read.", err=True)
    if credentials.server != invocation.config.server:
        click.echo(f'Write   server = "{credentials.server}"   into {shown(invocation.paths.config)}.', err=True)
    click.echo("Now run   ringwall", err=True)
