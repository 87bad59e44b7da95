"""The record of calls, composed: what is kept of them, where, and whom they are sent to."""

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui.commands.invocation import Invocation
from tui.config import is_loopback
from tui.errors import BadConfig
from tui.files import read_private
from tui.logs import register_secret
from tui.settings import RecordConfig

if TYPE_CHECKING:
    from tui.calllog.keeping import Recording
    from tui.calllog.privacy import Numbers
    from tui.calllog.sinks.delivery import Sink
    from tui.commands.account import Account
    from tui.feed.feed import Feed

SECRET = "RINGWALL_WEBHOOK_SECRET"  # noqa: S105 - the name of it


def new_recording(invocation: Invocation, account: "Account", feed: "Feed") -> "Recording":
    """What records the calls that a Feed tells of, as `[record]` says; it has to be started.

    Raises:
        BadConfig: A sink or a key cannot be used.
    """
    # SQLAlchemy takes a third of a second to import: only for those who record.
    from tui.calllog.keeping import Plan, Recording
    from tui.ringcentral.call_log import CallLog

    wishes = invocation.config.record
    plan = Plan(
        invocation.paths.record,
        invocation.paths.record.with_suffix(".lock"),
        numbers_kept(invocation),
        wishes.retention_days,
        wishes.results_every,
        wishes.results_after,
        _sinks(invocation, wishes),
    )
    whose = account.person.account_id if account.person is not None else ""
    return Recording(plan, whose, feed, CallLog(account.session), random.Random())  # noqa: S311 - jitter, no secret


def recorder(invocation: Invocation) -> "Callable[[Account, Feed], Recording] | None":
    """Makes what records the calls beside a wall; None where nobody wants that."""
    if not invocation.config.record.enabled:
        return None
    return lambda account, feed: new_recording(invocation, account, feed)


def numbers_kept(invocation: Invocation) -> "Numbers":
    """How much of a number is kept.

    Raises:
        BadConfig: The key of the hashes cannot be used.
    """
    from tui.calllog.keeping import numbers_of

    return numbers_of(invocation.config.record.numbers, invocation.paths.record.with_suffix(".key"))


def _sinks(invocation: Invocation, wishes: RecordConfig) -> "Callable[[], Sequence[Sink]]":
    """Makes the sinks; what cannot be used is told at once, and not when the first call comes."""
    from tui.calllog.sinks.postgres import PostgresSink
    from tui.calllog.sinks.webhook import WebhookSink

    check_addresses(wishes)
    secret = _webhook_secret(invocation, wishes) if wishes.webhook else b""

    def made() -> "Sequence[Sink]":
        sinks: list[Sink] = []
        if wishes.postgres:
            sinks.append(PostgresSink(wishes.postgres, wishes.postgres_schema))
        if wishes.webhook:
            sinks.append(WebhookSink(wishes.webhook, secret))
        return sinks

    return made


def check_addresses(wishes: RecordConfig) -> None:
    """See to it that no call goes anywhere in the clear, and that no password stands in the configuration.

    Raises:
        BadConfig: One of both would be so.
    """
    try:
        webhook, database = urlsplit(wishes.webhook), urlsplit(wishes.postgres)
    except ValueError:
        raise BadConfig("record.webhook or record.postgres is no address") from None
    if wishes.webhook and (webhook.scheme not in {"https", "http"} or not webhook.hostname):
        raise BadConfig("record.webhook is no address", "It looks like https://crm.example.com/calls")
    if webhook.scheme == "http" and not is_loopback(wishes.webhook):
        raise BadConfig("record.webhook would send calls in the clear", "Write https:// instead of http://")
    if database.password or "password=" in database.query:
        raise BadConfig("record.postgres holds a password", "Put it into ~/.pgpass or PGPASSWORD.")


def _webhook_secret(invocation: Invocation, wishes: RecordConfig) -> bytes:
    secret = invocation.environment.get(SECRET, "").encode()
    if not secret and wishes.webhook_secret_file:
        path = invocation.paths.beside_config(wishes.webhook_secret_file)
        found = read_private(path)
        if found is None:
            raise BadConfig(f"{path} does not exist", "record.webhook_secret_file names it.")
        secret = found.strip()
    register_secret(secret.decode(errors="replace"))
    return secret
