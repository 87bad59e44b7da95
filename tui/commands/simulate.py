"""`ringwall simulate`: a RingCentral in a box."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

import click

from tui.simulator.box import Box
from tui.simulator.options import MOST_EXTENSIONS, Options

SIGNALS = (signal.SIGINT, signal.SIGTERM)

HELP = {
    "host": "Address to serve on.",
    "port": "Port to serve on; 0 takes any free one.",
    "extensions": "People in the account.",
    "seed": "The same seed gives the same account and traffic.",
    "calls_per_minute": "New calls a minute; 0 starts a quiet box.",
    "speed": "How much faster than life calls live and people act.",
    "token_ttl": "Life of an access token.",
    "subscription_ttl": "Longest life of a PubNub subscription.",
    "rate_window": "Length of the rate limits' window.",
    "rate_penalty": "How long a rate group that was exceeded stays shut.",
    "rate_limits": "Count requests.",
    "ws_idle": "Silence after which a WebSocket is cut.",
    "ws_absolute": "Age at which a WebSocket is cut.",
    "ws_pong": "How long a WebSocket's client may take to answer a ping.",
    "ws_recovery": "How long a WebSocket session can be recovered.",
    "max_filters": "Most event filters of one subscription; 0 is no limit.",
    "pubnub": "Grant subscriptions over PubNub.",
    "allow_plain": "Grant presence in plain text to those who ask.",
    "max_sessions": "Most sessions of one user and app.",
    "redirect_uri": "Where the app may send people back to, besides this machine.",
    "call_log_lag": "How long after its end a call is in the call log.",
    "pubnub_idle": "How long a long poll without news is held.",
}

WHOLE = {"extensions": click.IntRange(1, MOST_EXTENSIONS), "port": click.IntRange(0, 65_535)}
"""Whole numbers that have limits of their own."""


def _option(field: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The command-line option of one field of `Options`: same name, same type, same default."""
    name = f"--{field.name.replace('_', '-')}"
    if field.type is bool:
        return click.option(f"{name}/{name.replace('--', '--no-')}", default=field.default, help=HELP[field.name])
    kinds: dict[object, click.ParamType[Any, Any]] = {
        str: click.STRING,
        int: WHOLE.get(field.name, click.IntRange(0)),
        float: click.FloatRange(0, min_open=field.name == "speed"),
    }
    return click.option(name, type=kinds[field.type], default=field.default, show_default=True, help=HELP[field.name])


def _options(function: Callable[..., None]) -> Callable[..., None]:
    for field in reversed(fields(Options)):
        function = _option(field)(function)
    return function


@click.command()
@click.option("--until-eof", is_flag=True, hidden=True, help="End with standard input, as whoever holds it does.")
@_options
def command(until_eof: bool, **options: Any) -> None:
    """A RingCentral in a box, for demos, tests and load.

    Prints one line of JSON with all that a client needs to log in, and serves until it is stopped. All times are
    seconds; the defaults are the real platform's.
    """
    ended_by = asyncio.run(_serve(Options(**options), until_eof=until_eof))
    raise SystemExit(128 + ended_by)


async def _serve(options: Options, *, until_eof: bool) -> int:
    """Serve until a signal comes, or standard input ends; gives the signal's number."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Queue[int] = asyncio.Queue()
    for number in SIGNALS:
        loop.add_signal_handler(number, ended.put_nowait, number)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), ended.put_nowait, signal.SIGTERM)
    box = Box(options)
    try:
        await box.start()
    except OSError as problem:
        raise click.ClickException(f"cannot serve on {options.host}:{options.port}: {problem.strerror}") from problem
    click.echo(json.dumps(box.credentials))
    try:
        return await ended.get()
    finally:
        await box.stop()
