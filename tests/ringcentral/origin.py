"""A PubNub origin that answers what a test tells it to, over real sockets: what the real one should never answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

Reply = tuple[int, str]
"""Status and body of an answer."""


class ScriptedOrigin:
    """Answers polls with what `reply` was given, one after the other; tells the time unless `is_down` or `is_silent`.

    Attributes:
        was_asked: Set when the time was asked for.
    """

    def __init__(self) -> None:
        self.is_down = False
        self.is_silent = False
        self.was_asked = asyncio.Event()
        self.address = ""
        self._replies: asyncio.Queue[Reply] = asyncio.Queue()

    def reply(self, *replies: Reply) -> None:
        """The answers to the next polls."""
        for reply in replies:
            self._replies.put_nowait(reply)

    async def poll(self, request: web.Request) -> web.Response:
        if request.query.get("tt", "0") == "0":
            return web.Response(text='{"t":{"t":"17000000000000000","r":1},"m":[]}', content_type="application/json")
        status, body = await self._replies.get()
        return web.Response(status=status, text=body, content_type="application/json")

    async def time(self, request: web.Request) -> web.Response:
        self.was_asked.set()
        if self.is_silent:
            await asyncio.Event().wait()
        return web.Response(status=503 if self.is_down else 200, text="[17000000000000001]")


@asynccontextmanager
async def scripted_origin() -> AsyncIterator[ScriptedOrigin]:
    origin = ScriptedOrigin()
    application = web.Application()
    application.add_routes([web.get("/v2/subscribe/{tail:.*}", origin.poll), web.get("/time/0", origin.time)])
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    origin.address = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield origin
    finally:
        await runner.cleanup()
