"""`ringwall`: the wall."""

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tui.commands.invocation import Invocation
from tui.commands.on_glass import run_on_glass
from tui.config import Config, check_server
from tui.credentials import Credentials, LoginStep, StepState
from tui.errors import RingwallError
from tui.logins import forget, remember
from tui.logs import log_to
from tui.paths import shown
from tui.terminal.abilities import find_abilities
from tui.terminal.guard import Guard
from tui.terminal.output import stdout_encoding

if TYPE_CHECKING:
    from tui.app import RingwallApp
    from tui.commands.account import Account
    from tui.commands.consent import Consent
    from tui.screens.keys import Table


class FrontDoor:
    """Logging in from the login screen, as `tui.screens.ports.Door` wants it."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self.prefilled = self._found = invocation.credentials()
        self.account: Account | None = None
        self._consent: Consent | None = None

    @property
    def remembers_at(self) -> str:
        """The file in which a login is remembered."""
        return shown(self._invocation.paths.login)

    @property
    def secret_file(self) -> str:
        """The file that the JWT is read from at each login; empty where it was typed in or is in the environment."""
        return self._invocation.secret_file if self.prefilled == self._found else ""

    async def log_in(self, credentials: Credentials, *, remember: bool) -> AsyncGenerator[LoginStep, None]:
        """Log in with these, and keep them where that was asked for and they are good."""
        # With HTTP and cryptography they take a quarter of the time of a start: not before the screen is drawn.
        from tui.commands.account import Account
        from tui.commands.consent import Consent
        from tui.commands.recording import recorder

        account, consent, name = None, None, "Server"
        try:
            credentials = replace(credentials, server=check_server(credentials.server))
            config, paths = self._invocation.config, self._invocation.paths
            account = Account(
                config, paths, self._source(credentials), tells_health=True, records=recorder(self._invocation)
            )
            if credentials.in_browser:
                consent = Consent(credentials, config.login.redirect_uri, self._invocation.environment)
                self._consent = consent
            async with aclosing(account.log_in(consent)) as steps:
                async for step in steps:
                    name = step.name
                    yield step
            if self.account is not None:
                account.go_on_from(self.account)
            self.account, self.prefilled = account, credentials
            if refusal := self._keep(credentials, remember):
                yield refusal
        except RingwallError as error:
            yield LoginStep(name, StepState.NO, str(error), [error.hint] if error.hint else [])
        finally:
            if self._consent is consent:
                self._consent = None
            if account is not None and account is not self.account:
                await account.close()

    def answer(self, pasted: str) -> None:
        """Hand on what somebody pasted of the answer that their browser was sent to."""
        if self._consent is not None:
            self._consent.answer(pasted)

    async def close(self) -> None:
        """Close the connections of the login there was."""
        if self.account is not None:
            account, self.account = self.account, None
            await account.close()

    def _keep(self, credentials: Credentials, wanted: bool) -> LoginStep | None:
        """Remember a good login, or no longer; gives what speaks against that.

        One that was found is found again: no secret of the environment, a file or a keyring is copied to another place.
        """
        paths = self._invocation.paths
        try:
            if wanted and credentials != self._found:
                remember(credentials, paths)
            elif not wanted:
                forget(credentials.server, paths)
        except RingwallError as error:
            return LoginStep("Login", StepState.WARNING, f"not remembered: {error}")
        return None

    def _source(self, entered: Credentials) -> "_Source":
        return _Source(self._invocation, entered, self._found)


class _Source:
    """What to log in with: what was typed; where nothing was, the files and the environment as they are by then."""

    def __init__(self, invocation: Invocation, entered: Credentials, found: Credentials) -> None:
        self._invocation = invocation
        self._entered = entered
        self._is_untouched = entered == found

    def __call__(self) -> Credentials:
        return self._invocation.credentials() if self._is_untouched else self._entered


def run_wall(invocation: Invocation, *, straight_in: bool | None = None) -> int:
    """Show the screens until people leave; gives the exit code. Where no screen can be drawn, what `once` prints.

    Args:
        invocation: What the command line said.
        straight_in: Whether the login screen logs in by itself; None where it does if everything for it is there.

    Raises:
        RingwallError: The configuration or a secret file cannot be used; without a screen, all that `once` may raise.
    """
    abilities = find_abilities(
        invocation.environment, stdout_encoding(), is_terminal=sys.stdin.isatty() and sys.stdout.isatty()
    )
    if invocation.kiosk:
        from tui.commands.kiosk import run_kiosk

        return run_kiosk(invocation, abilities)
    if abilities.no_screen:
        from tui.commands.once import print_once

        click.echo(f"ringwall: {abilities.no_screen}, so this is   ringwall once   instead of the wall", err=True)
        print_once(invocation)
        return 0
    config = invocation.config
    if config.wall.filter or config.view or config.choice.view:
        # Who has none need not wait for what reads them.
        from tui.screens.configured import check_filters

        check_filters(config)
    log_to(invocation.paths.log, config.log_level)
    door = FrontDoor(invocation)
    is_ready = door.prefilled.complete and bool(config.choice.extensions)
    skip_login = is_ready if straight_in is None else straight_in

    def make(guard: Guard) -> "RingwallApp":
        from tui.app import RingwallApp
        from tui.commands.outside import outside_of

        return RingwallApp(
            door,
            config,
            skip_login=skip_login,
            abilities=abilities,
            guard=guard,
            table=_table(config),
            outside=outside_of(invocation, config),
        )

    return run_on_glass(make, abilities, mouse=config.mouse)[1]


def _table(config: Config) -> "Table":
    """The keys as people have bound them."""
    from tui.screens.keys import KEYS

    if not config.keys:
        return KEYS
    from tui.screens.rebinding import rebound

    return rebound(config.keys)


@click.command("wall")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Log in, choose extensions, and watch them live."""
    paths = invocation.paths
    if not invocation.kiosk and not paths.config.exists() and not paths.state.exists():
        from tui.commands.glyphs import ask_about_glyphs

        ask_about_glyphs(invocation)
    raise SystemExit(run_wall(invocation))
