"""`ringwall setup`: the first login, step by step."""

import asyncio
import shlex
from contextlib import aclosing, nullcontext

import click
import msgspec

from tui.commands.account import Account
from tui.commands.asking import ask, ask_unseen, is_answered_by_a_person, taking_unseen
from tui.commands.consent import Consent
from tui.commands.invocation import Invocation
from tui.config import check_server
from tui.credentials import Credentials, LoginStep, StepState
from tui.errors import BadConfig, LoginRefused, TryAgain, Unreachable
from tui.logins import remember
from tui.logs import log_to
from tui.paths import shown
from tui.ringcentral.tokens import TokenFile

WELCOME = """
Ringwall logs in as an app of yours. If you have none yet: sign in at
developers.ringcentral.com, and under Console, Apps, register one of the type
"REST API app" with "JWT auth flow". Tick these permissions:

    Read Accounts    needed: the list of extensions
    Read Presence    needed: who is free, rings, talks
    Read Call Log    wanted: the record of calls
    Read Messages    wanted: new voicemail in the header

and whatever the console offers of WebSocket, PubNub and Webhook Subscriptions.

Where your company allows no JWT, take "3-legged OAuth flow authorization code"
instead, let the app issue refresh tokens, and give it this redirect URI:

    {redirect_uri}
"""


def ask_all(known: Credentials) -> Credentials:
    """Ask for everything that a login needs, one by one.

    Args:
        known: What Enter alone keeps.

    Raises:
        BadConfig: A server that was not typed by a person, and is none.
        UsageError: The input ended.
    """
    server = _server(known.server)
    if server != known.server:
        # What was given for one server is never sent to another, not even by a hasty Enter.
        known = Credentials(server=server)
    client_id = ask("Client id", "Console, Apps, your app, Credentials: Client ID.", known.client_id)
    secret = ask_unseen(
        "Client secret",
        "The same page: Client Secret. Just Enter for a public app, which has none.",
        known.client_secret if client_id == known.client_id else "",
        may_be_empty=True,
    )
    if _is_in_browser(known):
        return Credentials(server, client_id, secret, in_browser=True)
    jwt = ask_unseen(
        "JWT",
        "Console, your name at the top right, Credentials, Create JWT, for this app.\nIt logs in as you.",
        known.jwt,
        may_be_broken=True,
    )
    return Credentials(server, client_id, secret, jwt)


def _server(known: str) -> str:
    while True:
        entered = ask("Server", "The server. Leave it as it is unless RingCentral told you another.", known)
        try:
            return check_server(entered)
        except BadConfig as error:
            if not is_answered_by_a_person():
                raise
            _say(f"{error}. {error.hint}")


def _is_in_browser(known: Credentials) -> bool:
    """Whether a person logs in in a browser, for which there has to be one."""
    ways = {"jwt": False, "browser": True}
    answer = "" if is_answered_by_a_person() else "jwt"
    while answer not in ways:
        answer = ask(
            "jwt or browser",
            "How to log in: with a JWT, or in a browser where your company allows no JWT.",
            "browser" if known.in_browser else "jwt",
        ).lower()
    return ways[answer]


async def try_out(invocation: Invocation, credentials: Credentials) -> None:
    """Log in with these and nothing else, and say each step.

    Raises:
        RingwallError: A step failed; what to do is in its hint.
    """
    config = msgspec.structs.replace(invocation.config, server=credentials.server)
    consent = None
    if credentials.in_browser:
        consent = Consent(credentials, config.login.redirect_uri, invocation.environment, anew=True)
    else:
        tokens = TokenFile(invocation.paths, credentials)
        async with tokens.lock():
            # A session of before would hide that a secret is wrong.
            tokens.clear()
    account = Account(config, invocation.paths, lambda: credentials)
    asked, waits = "", False
    try:
        with taking_unseen(consent.answer) if consent else nullcontext():
            async with aclosing(account.log_in(consent)) as steps:
                async for step in steps:
                    if waits:
                        _say("")
                    _say_step(step, is_new=step.address != asked)
                    asked, waits = step.address or asked, bool(step.address)
    finally:
        await account.close()


def _say_step(step: LoginStep, *, is_new: bool) -> None:
    if step.address:
        if is_new:
            _say("\nOpen this address in a browser, on any machine, and allow Ringwall there:\n")
            # On a line of its own and unbroken, so that it can be copied whole.
            _say(f"{step.address}\n")
            _say("\n".join([*step.more, ""]))
        _say(step.text)
        click.echo("Address (not shown): ", err=True, nl=False)
    elif step.state is not StepState.RUNNING:
        _say(f"  {step.name:12} {step.state.value:3} {step.text}")
        for line in step.more:
            _say(f"  {'':12} !   {line}")


def _known(invocation: Invocation) -> Credentials:
    try:
        return invocation.credentials()
    except BadConfig as error:
        # A secret that is not there or cannot be read is no reason not to give another.
        _say(f"\n{error}. {error.hint}")
        return Credentials(server=invocation.config.server)


def _good_ones(invocation: Invocation) -> Credentials:
    """Ask until the login succeeds, or once where no person answers."""
    credentials = _known(invocation)
    while True:
        credentials = ask_all(credentials)
        _say("")
        try:
            asyncio.run(try_out(invocation, credentials))
        except (LoginRefused, Unreachable, TryAgain) as error:
            if not is_answered_by_a_person():
                raise
            _say(f"\n{error}\n{error.hint}\n\nOnce more. Enter keeps what you gave; Ctrl-C leaves.")
        else:
            return credentials


def _say(line: str) -> None:
    click.echo(line, err=True)


@click.command("setup")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Ask for what a login needs, try it at once, and store it where only you can read it."""
    log_to(invocation.paths.log, invocation.config.log_level)
    _say(WELCOME.format(redirect_uri=invocation.config.login.redirect_uri))
    credentials = _good_ones(invocation)
    remember(credentials, invocation.paths)
    _say(f"\nStored in {shown(invocation.paths.login)}, which only you can read.")
    if credentials.server != invocation.config.server:
        _say(f'Write   server = "{credentials.server}"   into {shown(invocation.paths.config)}.')
    elif _secrets(_known(invocation)) != _secrets(credentials):
        _say("The environment, or a file named under [login] in the configuration, says otherwise and goes first.")
    named = f" --config {shlex.quote(invocation.config_file)}" if invocation.config_file else ""
    _say(f"Now run   ringwall{named}")


def _secrets(credentials: Credentials) -> tuple[str, str, str, bool]:
    return credentials.client_id, credentials.client_secret, credentials.jwt, credentials.in_browser
