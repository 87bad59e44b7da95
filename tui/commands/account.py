"""An account that somebody has logged in to, composed of the rooms below: what every command but `simulate` needs."""

import asyncio
import logging
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui.clock import Clock
from tui.commands.call_record import Record
from tui.commands.consent import Consent
from tui.commands.health import HealthFile
from tui.commands.last_picture import PictureFile
from tui.config import Config, is_loopback
from tui.credentials import Credentials, LoginStep, StepState
from tui.errors import BrowserNeeded, PermissionMissing, RingwallError, UsageError
from tui.feed import ports
from tui.feed.feed import Feed
from tui.feed.health import Health, Report
from tui.feed.reading import Reading
from tui.logins import out_of_the_log
from tui.paths import Paths
from tui.presence.entry import Entry
from tui.presence.extension import Extension
from tui.presence.views import SavedView
from tui.ringcentral.client import Client
from tui.ringcentral.directory import Directory
from tui.ringcentral.network import trusted
from tui.ringcentral.push import stream
from tui.ringcentral.push.auto import AutoTransport, TransportFile
from tui.ringcentral.push.polling import PollingTransport
from tui.ringcentral.push.pubnub import PubNubTransport
from tui.ringcentral.push.subscription import Subscriptions
from tui.ringcentral.push.transport import Transport
from tui.ringcentral.push.websocket import WebSocketTransport
from tui.ringcentral.session import Person, Session
from tui.ringcentral.snapshot import PresenceReader
from tui.ringcentral.tokens import SubscriptionFile, TokenFile
from tui.saving import save_choice, save_views
from tui.screens.configured import saved_view

if TYPE_CHECKING:
    from tui.calllog.keeping import Recording

log = logging.getLogger(__name__)

READS_TO_A_DIRECTORY = 5
"""Reads of all presences to one of the directory, which changes seldom."""
PROGRESS_EVERY = 0.1
"""Seconds between two lines of progress while the directory is read."""

NOT_RENEWABLE = "it ends within the hour: let the app issue refresh tokens, in its settings"


class Account:
    """One login on one server: its extensions, its choice, its Feed.

    Args:
        config: What the user configured.
        paths: Where files lie.
        credentials: Gives what to log in with, anew at each login.
        tells_health: Whether `health.json` is kept written while the Feed lives.
        keeps_picture: Whether `picture.json` is.
        records: Makes what records the calls that the Feed tells of; None where nothing does.

    Attributes:
        recalled: What was known a moment before a restart; see `Board.remember`.
    """

    def __init__(
        self,
        config: Config,
        paths: Paths,
        credentials: Callable[[], Credentials],
        *,
        tells_health: bool = False,
        keeps_picture: bool = False,
        records: "Callable[[Account, Feed], Recording] | None" = None,
    ) -> None:

        def read() -> Credentials:
            return out_of_the_log(credentials())

        known = read()
        self.clock = Clock()
        self.chance = random.Random()  # noqa: S311 - jitter, no secret
        self.client = Client(known.server, self.clock, self.chance, trust=_trust(config, paths))
        self.tokens = TokenFile(paths, known)
        self.session = Session(self.client, read, self.tokens, config.feed.refused_retry)
        self.directory = Directory(self.session)
        self.chosen: Sequence[str] = config.choice.extensions
        self.feed: Feed | None = None
        self.recalled: Sequence[Entry] = ()
        self.person: Person | None = None
        self.owned = SubscriptionFile(paths, known)
        self.subscriptions = Subscriptions(
            self.session, encryption=config.encryption, message_store=config.message_store
        )
        self._config = config
        self._paths = paths
        self._reading_directory: asyncio.Task[None] | None = None
        self._tells_health = tells_health
        self._health: Health | None = None
        self._earlier: Report | None = None
        self._health_file: HealthFile | None = None
        self._keeps_picture = keeps_picture
        self._records = records
        self._recording: Recording | None = None
        self._not_recorded = ""
        self.record = Record(
            paths.record,
            lambda: "" if self.person is None else self.person.account_id,
            lambda: self.directory.extensions,
            lambda: self._not_recorded if self._recording is None else self._recording.problem,
            lambda: "" if self._recording is None else self._recording.results_problem,
            is_wanted=records is not None,
        )
        self._picture_file: PictureFile | None = None

    @property
    def is_demo(self) -> bool:
        """Whether the server is a simulator: nothing else can be on this machine."""
        return is_loopback(self.session.server)

    def save_choice(self, ids: Sequence[str]) -> None:
        """Save the choice at the end of the config file; see `saving.save_choice`."""
        self.chosen = tuple(ids)
        save_choice(self._paths.config, self.chosen)

    def save_views(self, views: Sequence[SavedView]) -> None:
        """Save the views at the end of the config file; see `saving.save_views`."""
        save_views(self._paths.config, [saved_view(view) for view in views])

    def watch(self, extensions: Sequence[Extension], later: Callable[[Extension], bool] | None = None) -> Feed:
        """The account's one Feed, watching these.

        Args:
            extensions: Whom to watch.
            later: Who is to be watched, too, once the account has them; None for whom the saved choice names.
        """
        if self.feed is None:
            self.feed = self._new_feed()
            self.feed.board.remember(self.recalled)
            every = self._config.feed.reconcile_every
            limits = self.client.limits
            self._health = Health(self.feed, limits, lambda: self.session.expires_at, every, self._earlier)
            if self._tells_health:
                self._health_file = HealthFile(self._paths.health, self.feed, self._health.report)
            if self._keeps_picture:
                self._picture_file = PictureFile(self._paths.picture, self.session.server, self.feed)
            self._record(self.feed)
        self.feed.choose(extensions, later or (lambda extension: extension.id in self.chosen))
        return self.feed

    def _record(self, feed: Feed) -> None:
        """Record the calls, where that is wanted; a wall goes on without, and the log says why."""
        if self._records is None:
            return
        try:
            self._recording = self._records(self, feed)
        except RingwallError as error:
            log.error("calls are not recorded: %s", error)
            self._not_recorded = str(error)
        else:
            self._recording.start_when_possible()

    def go_on_from(self, earlier: "Account") -> None:
        """Take the place of another login, before anything is watched: its gaps of today stay known."""
        self._earlier = earlier.health()

    def health(self) -> Report | None:
        """How the Feed is now; None before there is one."""
        return None if self._health is None else self._health.report()

    async def close(self) -> None:
        """Stop reading and close all connections; the login stays."""
        if self._recording is not None:
            await self._recording.close()
        await self.record.close()
        if self._health_file is not None:
            await self._health_file.close()
        if self._picture_file is not None:
            await self._picture_file.close()
        if self._reading_directory is not None:
            self._reading_directory.cancel()
            await asyncio.gather(self._reading_directory, return_exceptions=True)
        await self.client.close()

    async def log_in(self, consent: Consent | None = None) -> AsyncGenerator[LoginStep, None]:
        """Log in, and tell each step as it begins and as it ends well; what is amiss stands under the step.

        Args:
            consent: Asks a person to log in in a browser, where only that helps.

        Raises:
            BrowserNeeded: Only that helps, and nobody can be asked.
            RingwallError: The step that began last failed.
        """
        yield LoginStep("Server", StepState.RUNNING, self.session.server)
        service = await self.session.service()
        version = f"RingCentral {service.version}".strip()
        yield LoginStep("Server", StepState.OK, f"{version}, answers in {service.seconds * 1000:.0f} ms")
        yield LoginStep("Login", StepState.RUNNING, "")
        if consent is not None and (consent.anew or await self._needs_person()):
            async with aclosing(consent.steps(self.session)) as steps:
                async for step in steps:
                    yield step
        await self.session.log_in()
        lacking = await self._lacking_permissions()
        self.person = person = await self.session.whoami()
        role = "Administrator" if person.is_administrator else "no administrator"
        amiss = [self.tokens.problem] if self.tokens.problem else []
        if self.session.needs_person:
            amiss.append(NOT_RENEWABLE)
        yield LoginStep("Login", StepState.OK, f"{person.name}, extension {person.number}, {role}", amiss)
        if not person.is_administrator:
            lacking.append("no administrator: others' presence may stay hidden")
        yield LoginStep("Permissions", StepState.OK, "ReadAccounts, ReadPresence", lacking)
        async for step in self._directory_steps():
            yield step

    def transports(self, proof_every: float) -> list[Transport]:
        """All transports, in the order in which they are wanted.

        Args:
            proof_every: Seconds between two proofs that the link works.
        """
        config, reader = self._config, PresenceReader(self.session)
        look_every = config.feed.confirm_after / 2
        return [
            PubNubTransport(
                self.subscriptions,
                self.owned,
                self.clock,
                self.chance,
                stream.Waits(config.feed.renew_before, proof_every, look_every),
                config.pubnub_origin,
                secure=not self.is_demo,
                trust=self.client.trust,
            ),
            WebSocketTransport(
                self.session,
                self.clock,
                message_store=config.message_store,
                proof_every=proof_every,
                look_every=look_every,
            ),
            PollingTransport(reader, lambda: self.directory.total, self.client.limits, self.clock, self.chance),
        ]

    async def whole_directory(self) -> None:
        """Wait until every extension has been read.

        Raises:
            RingwallError: They cannot be read.
        """
        if self._reading_directory is not None:
            await self._reading_directory

    async def _needs_person(self) -> bool:
        """Whether only a person in a browser can log in."""
        try:
            await self.session.log_in()
        except BrowserNeeded:
            return True
        return False

    async def _lacking_permissions(self) -> list[str]:
        """What will not work for want of a permission."""
        try:
            missing = self.session.check_permissions()
        except PermissionMissing:
            # The session keeps the permissions that it began with; one that was added counts only in a new one.
            await self.session.log_out()
            raise
        return [f"{scope} is missing: {effect}" for scope, effect in missing.items()]

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
        if self.directory.complete and not any(extension.watchable for extension in self.directory.extensions):
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
        waits, reader = self._config.feed, PresenceReader(self.session)
        directory_every = READS_TO_A_DIRECTORY * waits.reconcile_every
        return Feed(
            self.session,
            self._transport(),
            lambda board: Reading(board, reader, lambda: self.directory.total, self.clock),
            self.clock,
            self.chance,
            ports.Waits(waits.confirm_after, waits.reconcile_every, waits.retry_cap, directory_every),
            self._directory_anew,
        )

    async def _directory_anew(self) -> dict[str, Extension]:
        await self.directory.read()
        return {extension.id: extension for extension in self.directory.extensions}

    def _transport(self) -> Transport:
        """The transport that is configured, or the first that the platform grants."""
        config = self._config
        transports = self.transports(config.feed.proof_every)
        wanted = [one for one in transports if config.transport in {"auto", one.name}]
        return AutoTransport(wanted, TransportFile(self.tokens.transport_path), self.clock)


def _trust(config: Config, paths: Paths) -> ssl.SSLContext:
    return trusted(str(paths.beside_config(config.ca_file))) if config.ca_file else trusted()


def _progress(read: int, total: int | None) -> str:
    return f"{read:,} of {total:,}" if total is not None and read < total else f"{read:,}"
