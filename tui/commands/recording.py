"""The record of calls, composed: what is kept of them, where, and whom they are sent to."""

import logging
import random
import ssl
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui.commands.invocation import Invocation
from tui.config import is_loopback
from tui.errors import BadConfig
from tui.logins import secret_of_file
from tui.logs import register_secret
from tui.ringcentral.network import trusted
from tui.settings import RecordConfig
from tui.stores import keyring_secret, systemd_secret

if TYPE_CHECKING:
    from tui.calllog.keeping import Recording
    from tui.calllog.privacy import Numbers
    from tui.calllog.sinks.delivery import Sink
    from tui.commands.account import Account
    from tui.feed.feed import Feed

log = logging.getLogger(__name__)


def new_recording(
    invocation: Invocation, account: "Account", feed: "Feed", tell: "Callable[[str], None]" = lambda _: None
) -> "Recording":
    """What records the calls that a Feed tells of, as `[record]` says; it has to be started.

    Args:
        invocation: What the command line said.
        account: Whose calls.
        feed: Tells of them.
        tell: Told in words, in a thread, when they cannot be written, and when they can again.

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
        _sinks(invocation, account.client.trust),
    )
    if wishes.webhook and not webhook_secret(invocation):
        log.warning("what the webhook is sent is not signed: there is no secret for it")
    whose = account.person.account_id if account.person is not None else ""
    return Recording(
        plan,
        whose,
        feed,
        CallLog(account.session),
        lambda: account.directory.extensions,
        random.Random(),  # noqa: S311 - jitter, no secret
        tell,
    )


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


def check_sinks(invocation: Invocation) -> None:
    """See to it that what the record is to be sent to could be used, as far as that is known without asking it.

    Raises:
        BadConfig: It could not.
    """
    wishes = invocation.config.record
    if wishes.postgres or wishes.webhook:
        for sink in _sinks(invocation, trusted())():
            sink.close()


def _sinks(invocation: Invocation, trust: ssl.SSLContext) -> "Callable[[], Sequence[Sink]]":
    """Makes the sinks; what cannot be used is told at once, and not when the first call comes."""
    from tui.calllog.sinks.postgres import PostgresSink
    from tui.calllog.sinks.webhook import WebhookSink

    config, paths = invocation.config, invocation.paths
    wishes = config.record
    check_addresses(wishes)
    # Who knows the address of a webhook may often post there.
    register_secret(wishes.webhook)
    password = postgres_password(invocation) if wishes.postgres else ""
    secret = webhook_secret(invocation) if wishes.webhook else ""
    ca_file = str(paths.beside_config(config.ca_file)) if config.ca_file else ""

    def made() -> "Sequence[Sink]":
        sinks: list[Sink] = []
        if wishes.postgres:
            sinks.append(PostgresSink(wishes.postgres, wishes.postgres_schema, password, ca_file))
        if wishes.webhook:
            sinks.append(WebhookSink(wishes.webhook, secret.encode(), trust))
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
    if webhook.password is not None:
        raise BadConfig("record.webhook holds a password", "The receiver can check the signature instead.")
    if database.password or "password=" in database.query:
        raise BadConfig("record.postgres holds a password", "Put it into record.postgres_password_file, or ~/.pgpass.")


def webhook_secret(invocation: Invocation) -> str:
    """What the posts are signed with; empty where there is nothing.

    Raises:
        BadConfig: One of the places that it may stand in cannot be read.
    """
    file = invocation.config.record.webhook_secret_file
    return _secret(invocation, "RINGWALL_WEBHOOK_SECRET", "webhook_secret", file)


def postgres_password(invocation: Invocation) -> str:
    """The password of the database; empty where only libpq may know one.

    Raises:
        BadConfig: One of the places that it may stand in cannot be read.
    """
    return _secret(invocation, "PGPASSWORD", "postgres_password", invocation.config.record.postgres_password_file)


def _secret(invocation: Invocation, variable: str, key: str, file: str) -> str:
    """Of the environment, the file, systemd or the keyring: the first that has it."""
    config, name = invocation.config, f"ringwall-{key.replace('_', '-')}"
    found = (
        invocation.environment.get(variable, "")
        or secret_of_file(f"record.{key}_file", file, invocation.paths)
        or systemd_secret(name, invocation.environment)
        or (keyring_secret(name, config.server) if config.login.keyring else "")
    )
    # Blanks may belong to it; the line's end is the editor's.
    found = found.rstrip("\r\n")
    register_secret(found)
    return found
