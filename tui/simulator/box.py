"""A box that serves: its sockets, its passing time, its start and its end."""

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from email.utils import formatdate

from aiohttp import web

from tui.simulator import api
from tui.simulator.clock import utc
from tui.simulator.doors import DOORS, BadRequest
from tui.simulator.options import LOOPBACK, Options
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json

KEPT_REQUESTS = 10_000
LARGEST_BODY = 4 * 1024 * 1024


class Box:
    """A RingCentral in a box: REST API, PubNub origin and the doors for tests, on one port.

    Attributes:
        platform: What it knows and does.
        requests: What was asked of it, oldest first, bounded.
    """

    def __init__(self, options: Options) -> None:
        self.platform = Platform(options)
        self.requests: deque[Json] = deque(maxlen=KEPT_REQUESTS)
        self._options = options
        self._runner: web.AppRunner | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._port = 0

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
        return {
            "server": self.server,
            "pubnub_origin": self.pubnub_origin,
            **asdict(self.platform.credentials),
        }

    async def start(self) -> None:
        """Serve.

        Raises:
            OSError: The port is taken.
        """
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._stamped])
        application.add_routes(
            [
                web.get("/v2/subscribe/{key}/{channels}/0", self._subscribe),
                web.get("/v2/presence/sub-key/{key}/channel/{channels}/{what:heartbeat|leave}", self._pubnub_presence),
                web.get("/time/0", self._pubnub_time),
                web.route("*", "/simulator/{door}", self._door),
                web.route("*", "/{path:.*}", self._api),
            ]
        )
        application.on_shutdown.append(self._let_go)
        # A client that goes away cancels its request: a long poll must not outlive the one who polls.
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._options.host, self._options.port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.platform.server = self.server
        self._pass_time()

    async def stop(self) -> None:
        """Stop serving; long polls are answered first."""
        if self._timer:
            self._timer.cancel()
        if self._runner:
            await self._runner.cleanup()

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
        self.platform.origin.close()

    @web.middleware
    async def _stamped(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Every answer of the platform has a date and an id, and every request is remembered."""
        if request.path.startswith("/simulator/"):
            return await handler(request)
        record: Json = {
            "method": request.method,
            "path": request.path_qs,
            "status": None,
            "group": api.group_of(request.method, request.path) or None,
            "at": utc(time.time()),
        }
        self.requests.append(record)
        response = await handler(request)
        record["status"] = response.status
        response.headers["Date"] = formatdate(self.platform.clock.told(self.platform.now()), usegmt=True)
        response.headers["RCRequestId"] = str(uuid.uuid4())
        return response

    async def _api(self, request: web.Request) -> web.Response:
        query = {name: request.query.getall(name) for name in request.query}
        body = await request.read()
        answer = api.ask(self.platform, request.method, request.path, query, request.headers, body)
        headers = answer.headers | {"Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.content, headers=headers)

    async def _door(self, request: web.Request) -> web.Response:
        if request.remote not in LOOPBACK:
            return web.json_response({"error": "the doors open on loopback only"}, status=403)
        door = DOORS.get((request.method, request.match_info["door"]))
        if request.match_info["door"] == "requests":
            return web.json_response(list(self.requests))
        if door is None:
            known = sorted(f"{method} /simulator/{name}" for method, name in DOORS)
            return web.json_response({"error": "no such door", "doors": known}, status=404)
        try:
            wish = await request.json() if request.can_read_body else {}
            if not isinstance(wish, dict):
                raise BadRequest("the body has to be a JSON object")
            self._pass_time()
            answer = door(self.platform, wish)
        except ValueError as problem:
            return web.json_response({"error": str(problem)}, status=400)
        self._pass_time()
        return web.json_response(answer)

    async def _subscribe(self, request: web.Request) -> web.Response:
        origin = self.platform.origin
        since = request.query.get("tt", "0")
        if request.match_info["key"] != origin.subscribe_key or not since.isdecimal():
            refusal = {"message": "Invalid Subscribe Key", "error": True, "service": "Access Manager", "status": 400}
            return web.json_response(refusal, status=400)
        channels = request.match_info["channels"].split(",")
        return web.json_response(await origin.subscribe(channels, int(since), self.platform.now()))

    async def _pubnub_presence(self, request: web.Request) -> web.Response:
        told = {"status": 200, "message": "OK", "service": "Presence"}
        return web.json_response(told | ({"action": "leave"} if request.match_info["what"] == "leave" else {}))

    async def _pubnub_time(self, _: web.Request) -> web.Response:
        return web.json_response([self.platform.origin.timetoken(self.platform.now())])
