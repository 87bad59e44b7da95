"""Push over WebSocket: one subscription to a connection, which lives as long as it.

Proof of life (every `proof_every` seconds): a pong on the same socket; now and then the subscription is looked at
through it. A connection that is lost ends the stream, and the next one takes it up again if it comes soon enough: then
the platform keeps the subscription and sends what it would have told meanwhile. It keeps only 100 events and drops
older ones without a word, so all is read again as well.

Source: the platform's guide to notifications over WebSocket. A second subscription on a connection takes the place of
the first: so the filters are changed, for by HTTP they cannot be. The access token may change; another login ends what
could be taken up again, which the platform then says.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence

from tui.clock import Clock
from tui.errors import RingwallError
from tui.ringcentral import wire
from tui.ringcentral.client import Request
from tui.ringcentral.limits import Group
from tui.ringcentral.push import frames
from tui.ringcentral.push.frames import Frame, Recovery
from tui.ringcentral.push.socket import Come, Ended, NotGreeted, Pong, Socket, Unreadable, connected, words_of
from tui.ringcentral.push.subscription import PATH, event_filters, refused_extensions
from tui.ringcentral.push.transport import Closed, Delivered, Event, Gap, Opened, ProofOfLife, Refused
from tui.ringcentral.session import Session

log = logging.getLogger(__name__)

LOOKS_TO_A_NEW_ONE = 5
"""Looks at a subscription in which extensions are refused to one subscription anew, for people change their minds."""
LEAVE_WITHIN = 2.0
"""Seconds that deleting the subscription may take."""


class WebSocketTransport:
    """The transport over WebSocket.

    Args:
        session: Who asks.
        clock: Server time.
        message_store: Whether new messages of the own extension are told of too.
        proof_every: Seconds between two proofs that the link works.
        look_every: Seconds between two looks at the subscription.
    """

    name = "websocket"

    def __init__(
        self,
        session: Session,
        clock: Clock,
        *,
        message_store: bool = False,
        proof_every: float = 20.0,
        look_every: float = 30.0,
    ) -> None:
        self._session = session
        self._clock = clock
        self._message_store = message_store
        self._proof_every = proof_every
        self._look_every = look_every
        self._socket: Socket | None = None
        self._subscription = ""
        self._watched: list[str] = []
        self._refused: dict[str, str] = {}
        self._recovery: Recovery | None = None
        self._recoverable_until = float("-inf")
        self._seen_at = float("-inf")
        self._lost_unseen: float | None = None

    async def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """Connect, subscribe, and tell what comes until the connection ends; see `Transport.open`."""
        socket = await self._connected()
        self._socket = socket
        is_lost = False
        looking: asyncio.Task[None] | None = None
        try:
            if socket.recovered and sorted(self._watched) == sorted(extension_ids):
                log.info("the connection was taken up again")
            else:
                await self._subscribe(socket, extension_ids)
            yield Opened(self.name, self._subscription)
            lost_unseen, self._lost_unseen = self._lost_unseen, None
            if lost_unseen is not None and not socket.recovered:
                # The platform may have ended the subscription before the connection was lost.
                yield Gap(lost_unseen, "the connection could not be taken up again")
            opened_at = proven_at = looked_at = self._seen_at = self._clock.now()
            yield ProofOfLife(proven_at)
            looks = 0
            while True:
                if self._clock.now() - looked_at >= self._look_every:
                    looked_at, looks = self._clock.now(), looks + 1
                    anew = bool(self._refused) and looks % LOOKS_TO_A_NEW_ONE == 0
                    if looking is None or looking.done():
                        looking = asyncio.create_task(self._look(socket, anew=anew), name="look")
                for event in self._events(await socket.came.get(), proven_at):
                    if isinstance(event, ProofOfLife):
                        proven_at = event.at
                    is_lost = isinstance(event, Closed)
                    if is_lost:
                        # What is sent again may be what the connection died of: then it is not taken up once more.
                        is_hopeless = socket.recovered and proven_at == opened_at
                        self._recovery = None if is_hopeless else socket.recovery
                        self._recoverable_until = proven_at + socket.recoverable
                        self._lost_unseen = self._seen_at
                    yield event
                if is_lost:
                    return
        finally:
            self._socket = None
            if looking is not None:
                looking.cancel()
            if not is_lost:
                await self._unsubscribe(socket)
            await socket.close()

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """Tell of exactly these extensions from now on; see `Transport.replace`."""
        if self._socket is not None:
            await self._subscribe(self._socket, extension_ids)

    async def _connected(self) -> Socket:
        """A connection, which takes the one before up again where it was lost not long ago."""
        recovery = self._recovery if self._clock.now() < self._recoverable_until else None
        try:
            socket = await connected(self._session, recovery, self._proof_every)
        except NotGreeted:
            # It may be what we came back with that the platform does not understand: then it never will.
            self._recovery = None
            raise
        self._recovery = None
        return socket

    async def _subscribe(self, socket: Socket, extension_ids: Sequence[str]) -> None:
        self._watched = list(extension_ids)
        try:
            answer = await socket.call(self._wanted())
            self._subscription = wire.identity(wire.decode_object(answer.body, self._session.server).get("id"))
            if not self._subscription:
                raise wire.not_ringcentral(self._session.server)
        except RingwallError:
            self._watched = []
            raise

    def _wanted(self) -> Request:
        filters = event_filters(self._watched, message_store=self._message_store)
        body = {"eventFilters": filters, "deliveryMode": {"transportType": "WebSocket"}}
        return Request("POST", PATH, Group.MEDIUM, body=body)

    def _this(self, method: str, group: Group) -> Request:
        return Request(method, f"{PATH}/{self._subscription}", group)

    async def _look(self, socket: Socket, *, anew: bool) -> None:
        """Ask whether the subscription lives, or for another one; the answer comes among the frames."""
        try:
            await socket.call(self._wanted() if anew else self._this("GET", Group.LIGHT))
        except RingwallError as error:
            log.info("what became of the subscription is not known: %s", error)

    async def _unsubscribe(self, socket: Socket) -> None:
        with contextlib.suppress(RingwallError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN):
                await socket.call(self._this("DELETE", Group.MEDIUM))

    def _events(self, come: Come, proven_at: float) -> list[Event]:
        """What something that came says to the Feed."""
        match come:
            case Exception():
                raise come
            case Pong():
                return [ProofOfLife(self._clock.now())]
            case Unreadable(reason):
                return [Gap(proven_at, reason), ProofOfLife(self._clock.now())]
            case Ended(reason):
                return [Closed(reason)]
            case Frame(type=frames.ERROR):
                return [Closed(words_of(come) or "RingCentral's WebSocket has an error")]
            case Frame(type=frames.NOTIFICATION, body=body):
                return self._delivered(body, proven_at)
            case Frame(type=frames.REQUEST, status=404):
                # Since it was last seen alive, nothing that the socket has proven was true of it.
                return [Gap(self._seen_at, "the subscription has ended"), Closed("the subscription has ended")]
            case Frame(type=frames.REQUEST, body=body) if "eventFilters" in wire.mapping(body):
                self._seen_at = self._clock.now()
                self._subscription = wire.identity(wire.mapping(body).get("id"))
                self._refused = refused_extensions(wire.mapping(body), self._watched)
                return [Refused(self._refused)]
        return []

    def _delivered(self, body: object, proven_at: float) -> list[Event]:
        now = self._clock.now()
        try:
            notification = wire.notification(body, self._clock.ahead)
        except wire.Undecodable as error:
            return [Gap(proven_at, str(error), undecodable=True), ProofOfLife(now)]
        if notification is None:
            return []
        if notification.at is not None:
            self._clock.saw_event(notification.at + self._clock.ahead)
        return [Delivered(notification, now)]
