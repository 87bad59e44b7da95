"""A box that serves: its socket, its passing time, its start and its end."""

import asyncio
from dataclasses import asdict

from aiohttp import web

from tui.simulator.handlers import Handlers
from tui.simulator.options import Options
from tui.simulator.platform import Platform
from tui.simulator.wssession import GOING_AWAY, End

LARGEST_BODY = 4 * 1024 * 1024

DOWN_AFTER = 0.05
"""How long, in seconds, a box that is told to go down still has to say that it was told."""


class Box:
    """A RingCentral in a box: REST API, PubNub origin, WebSocket gateway and the doors for tests, on one port.

    Attributes:
        platform: What it knows and does.
    """

    def __init__(self, options: Options) -> None:
        self.platform = Platform(options)
        self._options = options
        self._handlers = Handlers(self.platform, self._pass_time)
        self.platform.go_down = self._go_down
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._down: asyncio.Task[None] | None = None
        self._port = options.port

    @property
    def server(self) -> str:
        """The URL of the REST API."""
        return f"http://{self.pubnub_origin}"

    @property
    def pubnub_origin(self) -> str:
        """Host and port of the PubNub origin."""
        host = f"[{self._options.host}]" if ":" in self._options.host else self._options.host
        return f"{host}:{self._port}"

    @property
    def credentials(self) -> dict[str, str]:
        """What a client needs to log in: servers, app, JWT, user name and password."""
        return {"server": self.server, "pubnub_origin": self.pubnub_origin, **asdict(self.platform.credentials)}

    async def start(self) -> None:
        """Serve.

        Raises:
            OSError: The port is taken.
        """
        middlewares = [self._handlers.stamp, self._handlers.spoil]
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=middlewares)
        application.add_routes(self._handlers.routes)
        application.on_shutdown.append(self._let_go)
        # A client that goes away cancels its request: a long poll must not outlive the one who polls.
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        await self._listen()
        self.platform.server = self.server
        self._pass_time()

    async def stop(self) -> None:
        """Stop serving; long polls are answered first."""
        if self._timer:
            self._timer.cancel()
        if self._down:
            self._down.cancel()
        if self._runner:
            await self._runner.cleanup()

    async def _listen(self) -> None:
        assert self._runner is not None  # noqa: S101 - start() made it
        self._site = web.TCPSite(self._runner, self._options.host, self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    def _go_down(self, seconds: float) -> None:
        """Be unreachable for a while, as a platform that is restarted."""
        if self._down and not self._down.done():
            return
        self._down = asyncio.get_running_loop().create_task(self._be_down(seconds))

    async def _be_down(self, seconds: float) -> None:
        if self._site is None or self._runner is None or self._runner.server is None:
            return
        await asyncio.sleep(DOWN_AFTER)
        await self._site.stop()
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(seconds)
        await self._listen()

    def _pass_time(self) -> None:
        """Let the account live up to now, and come back when the next thing is due."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        agenda = self.platform.agenda
        try:
            agenda.run(self.platform.now())
        finally:
            if agenda.next_at is not None:
                wait = max(0.0, agenda.next_at - self.platform.now())
                self._timer = asyncio.get_running_loop().call_later(wait, self._pass_time)

    async def _let_go(self, _: web.Application) -> None:
        self.platform.faults.clear()
        self.platform.origin.close()
        self.platform.gateway.tell_all(End(GOING_AWAY))
