"""The WebSocket at `/ws`: thin, and all of aiohttp that speaks it."""

import asyncio
import struct
from contextlib import suppress

from aiohttp import WSMsgType, web

from tui.simulator import wsframes
from tui.simulator.platform import Platform
from tui.simulator.wsg import TIMEOUTS
from tui.simulator.wssession import NORMAL, POLICY, End, Ping, Pong, Said, WsSession, error

PINGS = 2
"""A ping goes out when twice the time has passed within which its pong is due; how often is not documented."""

TEXT_FRAME, LENGTH_OF_8 = 0x81, 0x7F
"""The first two bytes of a whole text frame whose length stands in the next eight (RFC 6455, 5.2)."""

CLOSED_WITHIN = 2.0
SENT_WITHIN = 10.0
"""How long, in seconds, a client may take to answer a close frame, and to take what is sent."""


async def serve(platform: Platform, request: web.Request) -> web.StreamResponse:
    """Speak with one client until either has enough.

    Raises:
        Refusal: Its token opens nothing.
    """
    session = platform.gateway.admit(request.query.get("access_token", ""))
    response = web.WebSocketResponse(autoping=False, timeout=CLOSED_WITHIN)
    await response.prepare(request)
    outgoing: asyncio.Queue[Said] = asyncio.Queue()
    joined = platform.gateway.connect(session, request.query.get("wsc"), outgoing.put_nowait)
    socket = _Socket(platform, response, request, outgoing, joined)
    writer = asyncio.create_task(socket.write())
    try:
        await socket.read()
    finally:
        platform.gateway.leave(joined, outgoing.put_nowait)
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
    return response


class _Socket:
    """One socket: what is heard and said on it, and when it has lived long enough."""

    def __init__(
        self,
        platform: Platform,
        response: web.WebSocketResponse,
        request: web.Request,
        outgoing: asyncio.Queue[Said],
        joined: WsSession,
    ) -> None:
        self._platform = platform
        self._response = response
        self._request = request
        self._outgoing = outgoing
        self._joined = joined
        self._opened_at = self._heard_at = platform.now()
        self._ping_at = self._opened_at + PINGS * platform.options.ws_pong
        self._pong_by: float | None = None

    async def read(self) -> None:
        """Answer what comes, until nothing comes any more.

        All that a client says but its pongs keeps the socket from being idle.
        """
        async for message in self._response:
            if message.type is WSMsgType.ERROR:
                return
            if message.type is WSMsgType.PONG:
                self._pong_by = None
                continue
            self._heard_at = self._platform.now()
            if message.type is WSMsgType.PING:
                if not self._platform.faults.take("GET /ws", "ws_no_pong"):
                    self._outgoing.put_nowait(Pong(message.data))
            elif message.type is WSMsgType.TEXT:
                if reply := wsframes.answered(self._platform, self._joined, message.data):
                    self._outgoing.put_nowait(reply)
            else:
                self._outgoing.put_nowait(error("WSG-400", "Binary frames are not understood"))

    async def write(self) -> None:
        """Say what is to be said and watch the time, until the end.

        A client that takes nothing any more is cut off.
        """
        try:
            while await self._say(await self._next()):
                pass
        except (ConnectionError, TimeoutError):
            self._cut()

    async def _next(self) -> Said:
        """What is to be said next; waits for it."""
        while True:
            wait = max(0.0, min(self._deadlines()) - self._platform.now())
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    return await self._outgoing.get()
            if (due := self._due()) is not None:
                return due

    def _deadlines(self) -> tuple[float, ...]:
        options = self._platform.options
        return (
            self._ping_at if self._pong_by is None else self._pong_by,
            self._heard_at + options.ws_idle,
            self._opened_at + options.ws_absolute,
            self._joined.session.ends_at,
        )

    def _due(self) -> Said | None:
        """What the time has come for."""
        now = self._platform.now()
        ping, idle, absolute, session = (at <= now for at in self._deadlines())
        if session:
            return End(POLICY)
        if absolute or idle:
            self._outgoing.put_nowait(End(NORMAL))
            return error(*TIMEOUTS["ws_absolute" if absolute else "ws_idle"])
        if ping:
            return End() if self._pong_by else Ping()
        return None

    async def _say(self, what: Said) -> bool:
        """Say one thing; whether more can be said after it. A socket that was made mute says nothing meanwhile."""
        if mute := self._platform.faults.take("GET /ws", "ws_mute"):
            await self._platform.faults.until_over(mute)
        async with asyncio.timeout(SENT_WITHIN):
            match what:
                case str():
                    await self._response.send_str(what)
                case Ping():
                    now, pong = self._platform.now(), self._platform.options.ws_pong
                    self._pong_by, self._ping_at = now + pong, now + PINGS * pong
                    await self._response.ping()
                case Pong(content):
                    await self._response.pong(content)
                case End(code, half):
                    await self._end(code, half)
                    return False
        return True

    async def _end(self, code: int | None, half: str) -> None:
        if half and self._request.transport is not None:
            content = half.encode()
            header = bytes([TEXT_FRAME, LENGTH_OF_8]) + struct.pack("!Q", len(content))
            self._request.transport.write(header + content[: len(content) // 2])
            self._request.transport.close()
        elif code is None:
            self._cut()
        else:
            await self._response.close(code=code)

    def _cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()
