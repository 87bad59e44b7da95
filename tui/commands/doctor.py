"""`ringwall doctor`: everything that the wall needs, looked at from outside in, and what to do about what is amiss."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from shutil import get_terminal_size

import click

from tui import __version__
from tui.commands.account import Account
from tui.commands.checks.extensions import check_extensions, to_watch
from tui.commands.checks.finding import MARK, NAME, Finding, State, as_json, exit_code, failed, rows
from tui.commands.checks.limits import check_limits
from tui.commands.checks.login import check_login
from tui.commands.checks.machine import abilities_of, check_machine
from tui.commands.checks.network import check_network
from tui.commands.checks.settings import check_settings
from tui.commands.checks.transports import check_transports
from tui.commands.glyphs import ask_about_glyphs
from tui.commands.invocation import Invocation
from tui.commands.lines import dump
from tui.credentials import Credentials
from tui.errors import BadConfig
from tui.logs import log_to
from tui.terminal.abilities import Colors

WIDEST = 100
"""Columns of a row at most: longer ones are hard to read."""
_STYLES = {State.OK: "green", State.WARNING: "yellow", State.NO: "red", State.SKIPPED: None}


async def examined(invocation: Invocation) -> AsyncIterator[Finding]:
    """All findings, as they are made. What stands on something that failed is not looked at."""
    try:
        for finding in check_settings(invocation):
            yield finding
        async for finding in _account(invocation):
            yield finding
    except BadConfig as error:
        yield failed("Configuration", "Configuration", error)
    for finding in check_machine(invocation):
        yield finding


async def _account(invocation: Invocation) -> AsyncIterator[Finding]:
    config, lacking = invocation.config, None
    log_to(invocation.paths.log, config.log_level)
    try:
        credentials = invocation.credentials()
    except BadConfig as error:
        lacking, credentials = error, Credentials(config.server)
    account = Account(config, invocation.paths, invocation.credentials if not lacking else lambda: credentials)
    try:
        is_well = True
        async for finding in check_network(account):
            is_well = is_well and finding.state is not State.NO
            yield finding
        if lacking or not credentials.complete:
            hint = "Run   ringwall setup"
            yield failed("Login", "Login", lacking or BadConfig("there is nothing to log in with", hint))
        elif is_well:
            async for finding in _logged_in(account, invocation):
                yield finding
    finally:
        await account.close()


async def _logged_in(account: Account, invocation: Invocation) -> AsyncIterator[Finding]:
    async for finding in check_login(account):
        yield finding
    if account.session.expires_at is not None:
        amiss = set()
        async for finding in check_extensions(account):
            yield finding
            if finding.state is not State.OK:
                amiss.add(finding.name)
        if account.directory.complete:
            chosen = to_watch(account)
            # Who cannot be watched has been named: no transport is to name them again.
            seen = [one for one in chosen if (one.number or one.name) not in amiss]
            extensions = seen or chosen or [one for one in account.directory.extensions if one.watchable][:1]
            async for finding in check_transports(account, invocation.config, extensions):
                yield finding
    for finding in check_limits(account):
        yield finding


async def _told(invocation: Invocation, *, wants_json: bool) -> list[Finding]:
    """All findings; told to people as they are made, for some take seconds."""
    found: list[Finding] = []
    columns, has_colors = min(get_terminal_size().columns, WIDEST), _has_colors(invocation)
    async for finding in examined(invocation):
        if not wants_json and not finding.is_detail:
            if not found or finding.group != found[-1].group:
                click.echo(f"{'' if not found else chr(10)}{finding.group}")
            for name, mark, text in rows(finding, columns):
                mark = f"{mark:{MARK}}"
                styled = click.style(mark, fg=_STYLES[finding.state]) if has_colors and mark.strip() else mark
                click.echo(f"  {name:{NAME}}{styled}{text}")
        found.append(finding)
    return found


def _has_colors(invocation: Invocation) -> bool:
    abilities = abilities_of(invocation)
    try:
        is_wanted = invocation.config.color
    except BadConfig:
        is_wanted = "color" not in invocation.overrides
    return is_wanted and not abilities.no_screen and abilities.colors is not Colors.NONE


def _summary(found: list[Finding], code: int) -> str:
    bad, doubtful = (sum(one.state is state for one in found) for state in (State.NO, State.WARNING))
    if not bad and not doubtful:
        return "All is well."
    things = f"{doubtful} thing{'' if doubtful == 1 else 's'} to look at"
    return f"{things}; the wall works." if not bad else f"{bad} in the way, {things}; exit code {code}."


@click.command("doctor")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(invocation: Invocation, wants_json: bool) -> None:
    """Look at everything that the wall needs, from outside in, and say what to do. The exit code says the worst."""
    found = asyncio.run(_told(invocation, wants_json=wants_json))
    code = exit_code(found)
    if wants_json:
        click.echo(dump({"version": __version__, "exit_code": code, "findings": [as_json(one) for one in found]}))
    else:
        click.echo(f"\n{_summary(found, code)}")
        with contextlib.suppress(BadConfig):  # which has been told
            ask_about_glyphs(invocation)
    raise SystemExit(code)
