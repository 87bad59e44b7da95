"""Holds the link: logs in, subscribes, listens, and does so again and again; what arrives goes to the Board."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace

from tui.errors import LoginRefused, PermissionMissing, RingwallError, TryAgain
from tui.feed.link import Link, Subscription
from tui.feed.machine import Input, delays
from tui.feed.ports import Login, Waits
from tui.feed.standing import Standing, first_of
from tui.presence.notification import MessageNews, Notification
from tui.ringcentral.push import transport as push
from tui.ringcentral.push.transport import Transport


class Connection:
    """The link of one feed.

    Args:
        standing: What is to be kept true, and what the loops of the feed share.
        login: The login that the link stands on.
        transport: How the platform pushes.
        chance: Gives the jitter of every wait.
        waits: How long to wait for what.

    Attributes:
        subscription: The subscription that the link stands on; None while there is none.
        chosen_anew: Set to let the living subscription follow the board.
        insists: Whether a person wants a refused login to be tried all the same.
    """

    def __init__(
        self, standing: Standing, login: Login, transport: Transport, chance: random.Random, waits: Waits
    ) -> None:
        self.subscription: Subscription | None = None
        self.chosen_anew = asyncio.Event()
        self.insists = False
        self._standing = standing
        self._board = standing.board
        self._clock = standing.clock
        self._login = login
        self._transport = transport
        self._chance = chance
        self._waits = waits
        self._opened = asyncio.Event()
        self._told_of: set[str] = set()

    async def keep(self) -> None:
        """Hold the link for good."""
        standing, waits = self._standing, self._fresh_delays()
        while True:
            after = 0.0
            try:
                reason, happened = await self._connect_once(), Input.LOST
            except RingwallError as error:
                reason, happened = str(error), Input.REFUSED if needs_person(error) else Input.LOST
                after = (error.after or 0.0) if isinstance(error, TryAgain | LoginRefused) else 0.0
            if standing.was_live:
                waits = self._fresh_delays()
                standing.was_live = False
            standing.out_of_step(standing.proof_or(self._clock.now()), reason)
            retry_at = self._clock.now() + max(after, next(waits))
            standing.move(happened, reason=reason, retry_at=retry_at)
            # A refused login is tried again as soon as there is another one.
            others = [self._login.changed()] if standing.link.link is Link.REFUSED else []
            await standing.wait(retry_at, standing.wake, *others)
            standing.move(Input.RETRIED)

    def _fresh_delays(self) -> Iterator[float]:
        return delays(self._chance, cap=self._waits.retry_cap)

    async def _connect_once(self) -> str:
        """Log in, subscribe and listen until the link is lost; gives the reason."""
        insist, self.insists = self.insists, False
        await self._login.log_in(insist=insist)
        self._standing.move(Input.AUTHORISED)
        while not self._board.ids:
            await self.chosen_anew.wait()
            self.chosen_anew.clear()
        return await first_of(self._listen(), self._follow_choice(), self._interruption())

    async def _listen(self) -> str:
        self._opened.clear()
        self.chosen_anew.clear()
        ids = self._board.ids
        self._told_of = set(ids)
        try:
            async with aclosing(self._transport.open(ids)) as stream:
                async for event in stream:
                    if isinstance(event, push.Closed):
                        return event.reason
                    self._take(event)
        finally:
            self.subscription = None
        return "the stream ended"

    async def _interruption(self) -> str:
        self._standing.interrupted.clear()
        await self._standing.interrupted.wait()
        return self._standing.doubt_reason

    async def _follow_choice(self) -> str:
        """Let the living subscription follow the choice, for as long as it lives."""
        await self._opened.wait()
        while True:
            await self.chosen_anew.wait()
            self.chosen_anew.clear()
            if ids := self._board.ids:
                await self._transport.replace(ids)
                # Who was read before the platform told of them may have changed in between.
                self._board.doubt(self._clock.now(), only=set(ids) - self._told_of)
                self._told_of = set(ids)
                self._standing.read_now.set()

    # What arrives

    def _take(self, event: push.Event) -> None:
        match event:
            case push.Delivered(notification, received):
                self._deliver(notification, received)
            case push.ProofOfLife(at):
                self._prove(at)
            case push.Gap(since, reason, undecodable):
                self._board.counts.undecodable += undecodable
                self._standing.doubt(since, reason)
            case push.Renewed(expires_at) if self.subscription is not None:
                self.subscription = replace(
                    self.subscription, expires_at=expires_at, renewals=self.subscription.renewals + 1
                )
            case push.Refused(extensions):
                self._standing.untold = extensions
                self._standing.refuse()
                if words := event.missing_permission(self._board.ids):
                    raise PermissionMissing(words)
            case push.Opened(transport, subscription_id, expires_at, pushes):
                self.subscription = Subscription(subscription_id, expires_at)
                self._standing.pushes = pushes
                self._open(transport)

    def _open(self, transport: str) -> None:
        standing = self._standing
        self._opened.set()
        self._board.forget_sequences()
        standing.in_doubt_at = self._clock.now()
        self._board.doubt(standing.in_doubt_at)
        standing.move(Input.OPENED, transport=transport)
        self._prove(self._clock.now())
        standing.read_now.set()
        standing.wake.set()

    def _deliver(self, notification: Notification, received: float) -> None:
        standing = self._standing
        if isinstance(notification, MessageNews):
            standing.tell(notification)
            return
        standing.losses.clear(notification)
        change = self._board.apply(notification, received)
        if change is not None:
            standing.tell(change)
        entry = self._board.get(notification.extension_id)
        if entry is not None and entry.needs_reading and standing.link.link is Link.LIVE:
            standing.read_now.set()
        standing.link = replace(standing.link, proof_at=received)

    def _prove(self, at: float) -> None:
        standing = self._standing
        standing.link = replace(standing.link, proof_at=at)
        standing.stands = True
        # Also before all is read: a large account's last page may have to wait a minute, and the others are in step.
        self._board.prove(at)
        if standing.link.link is Link.DOUBTFUL:
            standing.read_now.set()


def needs_person(error: RingwallError) -> bool:
    """Whether the login is refused; a permission that is missing may come back any minute."""
    return isinstance(error, LoginRefused) and not isinstance(error, PermissionMissing)
