"""`ringwall simulate`: a RingCentral in a box."""

import asyncio
import json
import signal
from typing import Any

import click

from tui.simulator.box import Box
from tui.simulator.options import Options

DEFAULTS = Options()
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@click.command()
@click.option("--host", default=DEFAULTS.host, show_default=True, help="Address to serve on.")
@click.option("--port", default=DEFAULTS.port, show_default=True, help="0 takes any free port.")
@click.option("--extensions", default=DEFAULTS.extensions, show_default=True, help="People in the account.")
@click.option("--seed", default=DEFAULTS.seed, show_default=True, help="The same seed: the same account and traffic.")
@click.option("--calls-per-minute", default=DEFAULTS.calls_per_minute, show_default=True, help="0: quiet.")
@click.option("--speed", default=DEFAULTS.speed, show_default=True, help="How fast calls live and people act.")
@click.option("--token-ttl", default=DEFAULTS.token_ttl, show_default=True, help="Life of an access token.")
@click.option("--subscription-ttl", default=DEFAULTS.subscription_ttl, show_default=True, help="Of a subscription.")
@click.option("--rate-window", default=DEFAULTS.rate_window, show_default=True, help="Window of the rate limits.")
@click.option("--rate-penalty", default=DEFAULTS.rate_penalty, show_default=True, help="Penalty for exceeding one.")
@click.option("--rate-limits/--no-rate-limits", default=DEFAULTS.rate_limits, help="Count requests, or do not.")
@click.option("--ws-idle", default=DEFAULTS.ws_idle, show_default=True, help="Silence that cuts a WebSocket.")
@click.option("--ws-absolute", default=DEFAULTS.ws_absolute, show_default=True, help="Age that cuts a WebSocket.")
@click.option("--ws-recovery", default=DEFAULTS.ws_recovery, show_default=True, help="How long one can be recovered.")
@click.option("--max-filters", default=DEFAULTS.max_filters, show_default=True, help="Of a subscription; 0: no limit.")
@click.option("--pubnub/--no-pubnub", default=DEFAULTS.pubnub, help="Grant PubNub, or not, as today's platform.")
@click.option("--allow-plain/--force-encryption", default=DEFAULTS.allow_plain, help="Grant presence in plain text.")
@click.option("--max-sessions", default=DEFAULTS.max_sessions, show_default=True, help="Of one user and app.")
@click.option("--call-log-lag", default=DEFAULTS.call_log_lag, show_default=True, help="Until a call is in the log.")
@click.option("--pubnub-idle", default=DEFAULTS.pubnub_idle, show_default=True, help="Longest wait of a long poll.")
def command(**options: Any) -> None:
    """A RingCentral in a box, for demos, tests and load.

    Prints one line of JSON with all that a client needs to log in, and serves until it is stopped. All times are
    seconds; the defaults are the real platform's.
    """
    ended_by = asyncio.run(_serve(Options(**options)))
    raise SystemExit(128 + ended_by)


async def _serve(options: Options) -> int:
    """Serve until a signal comes; gives its number."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Queue[int] = asyncio.Queue()
    for number in SIGNALS:
        loop.add_signal_handler(number, ended.put_nowait, number)
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
