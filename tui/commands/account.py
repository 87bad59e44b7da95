"""An account that somebody has logged in to, composed of the rooms below: what every command but `simulate` needs."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import urlsplit

from tui.clock import Clock
from tui.config import LOOPBACK, Config, save_choice
from tui.credentials import Credentials, LoginStep, StepState
from tui.errors import RingwallError, UsageError
from tui.feed import feed as feeds
from tui.feed.feed import Feed
from tui.feed.reading import Reading
from tui.logs import log_to, register_secret
from tui.paths import Paths
from tui.presence.extension import Extension, number_key
from tui.ringcentral.client import Client
from tui.ringcentral.directory import Directory
from tui.ringcentral.push import pubnub
from tui.ringcentral.push.pubnub import PubNubTransport
from tui.ringcentral.push.subscription import Subscriptions
from tui.ringcentral.session import Session
from tui.ringcentral.snapshot import PresenceReader
from tui.ringcentral.tokens import SubscriptionFile, TokenFile

PROGRESS_EVERY = 0.1
"""Seconds between two lines of progress while the directory is read."""


class Account:
    """One login on one server: its extensions, its choice, its Feed.

    Args:
        config: What the user configured.
        paths: Where files lie.
        credentials: Gives what to log in with, anew at each login.
    """

    def __init__(self, config: Config, paths: Paths, credentials: Callable[[], Credentials]) -> None:
        known = credentials()
        for secret in (known.client_secret, known.jwt, known.password):
            register_secret(secret)
        self.clock = Clock()
        self.chance = random.Random()  # noqa: S311 - jitter, no secret
        self.client = Client(known.server, self.clock, self.chance)
        self.session = Session(self.client, credentials, TokenFile(paths, known))
        self.directory = Directory(self.session)
        self.chosen: Sequence[str] = config.choice.extensions
        self.feed: Feed | None = None
        self.owned = SubscriptionFile(paths, known)
        self.subscriptions = Subscriptions(
            self.session, encryption=config.encryption, message_store=config.message_store
        )
        self._config = config
        self._paths = paths
        self._reading_directory: asyncio.Task[None] | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the server is a simulator: nothing else can be on this machine."""
        return (urlsplit(self.session.server).hostname or "") in LOOPBACK

    def save_choice(self, ids: Sequence[str]) -> None:
        """Save the choice at the end of the config file; see `config.save_choice`."""
        self.chosen = tuple(ids)
        save_choice(self._paths.config, self.chosen)

    def watch(self, extensions: Sequence[Extension]) -> Feed:
        """The account's one Feed, watching these."""
        if self.feed is None:
            self.feed = self._new_feed()
        self.feed.choose(extensions)
        return self.feed

    async def close(self) -> None:
        """Stop reading and close all connections; the login stays."""
        if self._reading_directory is not None:
            self._reading_directory.cancel()
            await asyncio.gather(self._reading_directory, return_exceptions=True)
        await self.client.close()

    async def log_in(self) -> AsyncIterator[LoginStep]:
        """Log in, and tell each step as it begins and ends; one that is NO is the last."""
        yield LoginStep("Server", StepState.RUNNING, self.session.server)
        name = "Server"
        try:
            service = await self.session.service()
            version = f"RingCentral {service.version}".strip()
            yield LoginStep("Server", StepState.OK, f"{version}, answers in {service.seconds * 1000:.0f} ms")
            name = "Login"
            yield LoginStep("Login", StepState.RUNNING, "")
            await self.session.log_in()
            person = await self.session.whoami()
            role = "Administrator" if person.is_administrator else "no administrator"
            yield LoginStep("Login", StepState.OK, f"{person.name}, extension {person.number}, {role}")
            name = "Permissions"
            missing = self.session.check_permissions()
            more = [f"{scope} is missing: {effect}" for scope, effect in missing.items()]
            if not person.is_administrator:
                more.append("no administrator: others' presence may stay hidden")
            granted = "ReadAccounts, ReadPresence"
            yield LoginStep("Permissions", StepState.OK, granted, more)
            name = "Extensions"
            async for step in self._directory_steps():
                yield step
        except RingwallError as error:
            yield LoginStep(name, StepState.NO, str(error), [error.hint] if error.hint else [])

    async def _directory_steps(self) -> AsyncIterator[LoginStep]:
        """Read the directory, and go on as soon as enough of it is there to be used."""
        self._reading_directory = reading = asyncio.create_task(self.directory.read(), name="directory")
        said = ""
        while not self._is_usable:
            if reading.done():
                reading.result()
            text = _progress(len(self.directory.extensions), self.directory.total)
            if text != said:
                said = text
                yield LoginStep("Extensions", StepState.RUNNING, text)
            await asyncio.wait((reading,), timeout=PROGRESS_EVERY)
        if not any(extension.watchable for extension in self.directory.extensions):
            raise UsageError(
                "The account has no extension that can be watched", "Log in to another one, or add users to it."
            )
        progress = _progress(len(self.directory.extensions), self.directory.total)
        yield LoginStep("Extensions", StepState.OK, progress)

    @property
    def _is_usable(self) -> bool:
        """Whether the directory is complete, or its first pages hold all that is chosen."""
        if self.directory.complete:
            return True
        known = {extension.id for extension in self.directory.extensions}
        return bool(known) and known.issuperset(self.chosen)

    def _new_feed(self) -> Feed:
        config = self._config
        waits = pubnub.Waits(renew_before=config.feed.renew_before, proof_every=config.feed.proof_every)
        transport = PubNubTransport(
            self.subscriptions,
            self.owned,
            self.clock,
            self.chance,
            waits,
            config.pubnub_origin,
            secure=not self.is_demo,
        )
        reader = PresenceReader(self.session)
        return Feed(
            self.session.log_in,
            transport,
            lambda board: Reading(board, reader, lambda: self.directory.total, self.clock),
            self.clock,
            self.chance,
            feeds.Waits(config.feed.confirm_after, config.feed.reconcile_every, config.feed.retry_cap),
        )


@contextlib.asynccontextmanager
async def logged_in(config: Config, paths: Paths, credentials: Callable[[], Credentials]) -> AsyncIterator[Account]:
    """An account for a command without screens, with its whole directory.

    Raises:
        RingwallError: Any step of the login that fails.
    """
    log_to(paths.log, config.log_level)
    account = Account(config, paths, credentials)
    try:
        await account.session.service()
        await account.session.log_in()
        account.session.check_permissions()
        await account.directory.read()
        yield account
    finally:
        await account.close()


def pick(directory: Directory, wanted: str, chosen: Sequence[str]) -> list[Extension]:
    """The extensions that a command is to watch.

    Args:
        directory: All of the account.
        wanted: Numbers or ids with commas between, `all` for all that can be watched, or empty for the saved choice.
        chosen: The saved choice, ids.

    Raises:
        UsageError: One does not exist, or nothing is left.
    """
    if wanted.strip().lower() == "all":
        found = [extension for extension in directory.extensions if extension.watchable]
        return sorted(found, key=number_key)
    by_name = {extension.id: extension for extension in directory.extensions}
    by_name |= {extension.number: extension for extension in directory.extensions if extension.number}
    words = [word.strip() for word in wanted.split(",") if word.strip()] or list(chosen)
    if not words:
        raise UsageError(
            "No extensions are chosen", "Give --extensions 101,102 or --extensions all, or choose in the wall."
        )
    unknown = [word for word in words if word not in by_name]
    if unknown and wanted:
        raise UsageError(f"No such extension: {', '.join(unknown)}", "Give numbers or ids, with commas between.")
    return [by_name[word] for word in words if word in by_name]


def _progress(read: int, total: int | None) -> str:
    return f"{read:,} of {total:,}" if total is not None and read < total else f"{read:,}"
