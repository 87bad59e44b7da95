"""One WebSocket of the platform's: opened with a token that works once; frames come in, calls and heartbeats go out.

Source: the platform's guide to notifications over WebSocket. Nothing is sent before `ConnectionDetails` has come; a
silent connection is cut after its idle time, and every connection after a day.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from tui.errors import TryAgain, Unreachable
from tui.ringcentral import wire
from tui.ringcentral.client import Answer, Request
from tui.ringcentral.limits import Group
from tui.ringcentral.network import unusable_proxy
from tui.ringcentral.push import frames
from tui.ringcentral.push.frames import Frame, Recovery
from tui.ringcentral.session import Session

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger(__name__)

CUT = "RingCentral's WebSocket was cut"
TOKEN = "/restapi/oauth/wstoken"  # noqa: S105 - a path, not a secret
LEFT_TO_THE_LOGIN = 2
"""Calls of the five a minute that connections share with the login and leave to it: a renewal, and a login anew."""
OPEN_WITHIN = 15.0
"""Seconds for the connection and its first frame."""
ANSWER_WITHIN = 15.0
"""Seconds for the answer to a call."""
PONG_WITHIN = 10.0
"""Seconds for a pong, as the platform itself allows (its guide)."""
CLOSE_WITHIN = 1.0
"""Seconds that a polite end may take."""
IDLE = 1800.0
"""Seconds after which a silent connection is cut, where the platform does not say."""
RECOVERABLE = 180.0
"""Seconds after its loss in which a connection can be taken up again, where the platform does not say."""
QUEUE = 1000
"""Frames that wait to be taken, at most; then the platform has to wait, so none is lost."""


class NotGreeted(Unreachable):
    """The platform says something else than hello to a new connection."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A frame that cannot be read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pong:
    """The other side is there."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection has ended; the last thing that comes."""

    reason: str


Come = Frame | Unreadable | Pong | Ended | Exception
"""What may come; an exception is a fault of ours, for whoever takes it to raise."""


class Socket:
    """An open connection.

    Args:
        session: Whose it is.
        connection: The library's.
        details: Its first frame.
        proof_every: Seconds between two questions whether the other side is there.

    Attributes:
        recovered: Whether the platform took the connection before up again, with its subscription.
        recovery: What this one can be taken up again with; None where it cannot.
        recoverable: Seconds after its loss in which it can.
        came: What has come, in order.
    """

    def __init__(self, session: Session, connection: "ClientConnection", details: Frame, proof_every: float) -> None:
        body = wire.mapping(details.body)
        self.recovered = body.get("recoveryState") == "Successful"
        self.recovery = frames.newer(None, details)
        self.recoverable = float(wire.whole(body.get("recoveryTimeout")) or RECOVERABLE)
        self.came: asyncio.Queue[Come] = asyncio.Queue(QUEUE)
        self._session = session
        self._connection = connection
        self._proof_every = proof_every
        self._idle = float(wire.whole(body.get("idleTimeout")) or IDLE)
        self._sent_at = asyncio.get_running_loop().time()
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._fault: Exception | None = None
        self._work = [asyncio.create_task(self._told(work)) for work in (self._hear, self._prove)]

    async def call(self, request: Request) -> Answer:
        """A call of the REST API through the socket; its answer comes among the frames too.

        Raises:
            TryAgain: The connection ended, or no answer came.
            RingwallError: As `Session.carried`.
        """
        return await self._session.carried(request, lambda: self._carry(request))

    async def _carry(self, request: Request) -> Answer:
        if self._fault is not None:
            raise self._fault
        message_id = str(uuid.uuid4())
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[message_id] = answer
        try:
            await self._send(frames.request(message_id, request.method, request.path, request.body))
            async with asyncio.timeout(ANSWER_WITHIN):
                frame = await answer
        except TimeoutError as error:
            raise TryAgain("RingCentral's WebSocket does not answer") from error
        finally:
            self._answers.pop(message_id, None)
        headers = {name.lower(): wire.identity(value) for name, value in frame.headers.items()}
        return Answer(frame.status or 500, msgspec.json.encode(frame.body), headers=headers)

    async def close(self) -> None:
        """End the connection."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSE_WITHIN):
                await self._connection.close()

    async def _told(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this work; a fault in it comes like all else, so that nobody listens to a socket that hears nothing."""
        try:
            await work()
        except Exception as error:
            self._fault = error
            self._disappoint(error)
            await self.came.put(error)

    async def _hear(self) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            while True:
                try:
                    frame = frames.decode(await self._connection.recv())
                except wire.Undecodable as error:
                    await self.came.put(Unreadable(str(error)))
                    continue
                self.recovery = frames.newer(self.recovery, frame)
                waiting = self._answers.get(frame.message_id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
                await self.came.put(frame)
        except ConnectionClosed:
            await self._end(CUT)

    async def _prove(self) -> None:
        """Ask again and again whether the other side is there, and keep the connection from being silent."""
        from websockets.exceptions import ConnectionClosed

        loop = asyncio.get_running_loop()
        try:
            while True:
                await asyncio.sleep(min(self._proof_every, self._idle / 3))
                async with asyncio.timeout(PONG_WITHIN):
                    await (await self._connection.ping())
                await self.came.put(Pong())
                if loop.time() - self._sent_at >= self._idle / 3:
                    # Whether a ping counts against the idle time is not documented; a heartbeat does.
                    await self._send(frames.heartbeat(str(uuid.uuid4())))
        except TimeoutError:
            await self._end("RingCentral's WebSocket does not answer")
        except (ConnectionClosed, TryAgain):
            await self._end(CUT)

    async def _end(self, reason: str) -> None:
        self._disappoint(TryAgain(reason))
        await self.came.put(Ended(reason))

    def _disappoint(self, error: Exception) -> None:
        """No answer comes any more."""
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(error)

    async def _send(self, text: str) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise TryAgain(CUT) from error
        self._sent_at = asyncio.get_running_loop().time()


async def connected(session: Session, recovery: Recovery | None, proof_every: float) -> Socket:
    """A socket of a session's.

    Args:
        session: Who asks.
        recovery: What the connection before can be taken up again with; None for a new one.
        proof_every: See `Socket`.

    Raises:
        NotGreeted: The platform does not go on with it.
        Unreachable: It cannot be connected, or is no RingCentral.
        BadConfig: A proxy of the environment cannot be used.
        RingwallError: As `Session.call`.
    """
    # websockets takes 100 ms to import: not before it is needed.
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    answer = await session.call(Request("POST", TOKEN, Group.AUTH, reserve=LEFT_TO_THE_LOGIN))
    fields = wire.decode_object(answer.body, session.server)
    address = _address(wire.word(fields.get("uri")), wire.word(fields.get("ws_access_token")), recovery, session.server)
    try:
        async with asyncio.timeout(OPEN_WITHIN):
            # A frame that is larger than any notification is left unread, and does not end the connection.
            connection = await connect(
                address,
                ping_interval=None,
                max_size=wire.LARGEST,
                close_timeout=CLOSE_WITHIN,
                ssl=session.trust if address.startswith("wss:") else None,
            )
            try:
                details = frames.decode(await connection.recv())
                if details.type != frames.DETAILS:
                    raise NotGreeted(f"RingCentral's WebSocket did not open: {words_of(details) or details.type}")
            except BaseException:
                await connection.close()
                raise
    except ImportError as error:
        raise unusable_proxy() from error
    except wire.Undecodable as error:
        raise wire.not_ringcentral(session.server) from error
    except (OSError, WebSocketException, TimeoutError) as error:
        log.warning("the WebSocket cannot be opened: %s", type(error).__name__)
        hint = (
            f'Is {urlsplit(address).netloc} open in the firewall or proxy? Without it there is   transport = "polling"'
        )
        raise Unreachable("no answer from RingCentral's WebSocket", hint) from error
    return Socket(session, connection, details, proof_every)


def _address(uri: str, token: str, recovery: Recovery | None, server: str) -> str:
    """The address to connect to, with everything in its query that the platform wants there."""
    parts = urlsplit(uri)
    schemes = {"wss"} if urlsplit(server).scheme == "https" else {"wss", "ws"}
    if not token or not parts.hostname or parts.scheme not in schemes:
        raise wire.not_ringcentral(server)
    query = {**dict(parse_qsl(parts.query)), "access_token": token, **({"wsc": recovery.token} if recovery else {})}
    return parts._replace(query=urlencode(query)).geturl()


def words_of(frame: Frame) -> str:
    """What an error frame says, cleaned; empty where it says nothing."""
    body = wire.mapping(frame.body)
    code, message = wire.text(body.get("errorCode")), wire.text(body.get("message"))
    return f"{message} ({code})" if message and code else message or code
