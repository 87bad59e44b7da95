"""The box's edge to HTTP: thin, and all of aiohttp that answers requests."""

import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.utils import formatdate

from aiohttp import web

from tui.simulator import api, websocket
from tui.simulator.answers import Answer, Refusal, parsed
from tui.simulator.clock import utc
from tui.simulator.doors import DOORS, BadRequest
from tui.simulator.faults.active import Fault
from tui.simulator.faults.answers import INSTEAD, SPOILT
from tui.simulator.options import LOOPBACK
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Handlers:
    """Answers what is asked of a box.

    Args:
        platform: Knows and does everything.
        pass_time: Lets the account live up to now; called before and after a door is used.
    """

    def __init__(self, platform: Platform, pass_time: Callable[[], None]) -> None:
        self._platform = platform
        self._pass_time = pass_time

    @property
    def routes(self) -> list[web.RouteDef]:
        """Where each of them is found."""
        return [
            web.get("/v2/subscribe/{key}/{channels}/0", self._subscribe),
            web.get("/v2/presence/sub-key/{key}/channel/{channels}/{what:heartbeat|leave}", self._pubnub_presence),
            web.get("/time/0", self._pubnub_time),
            web.get("/ws", self._websocket),
            web.post("/webhook", self._webhook),
            web.route("*", "/simulator/{door}", self._door),
            web.route("*", "/{path:.*}", self._api),
        ]

    @web.middleware
    async def stamp(self, request: web.Request, handler: Handler) -> web.StreamResponse:
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
        self._platform.requests.append(record)
        response = await handler(request)
        record["status"] = response.status
        response.headers["Date"] = formatdate(self._platform.clock.told(self._platform.now()), usegmt=True)
        response.headers["RCRequestId"] = str(uuid.uuid4())
        return response

    @web.middleware
    async def spoil(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let the faults of connections and answers strike; the doors are spared."""
        if request.path.startswith("/simulator/"):
            return await handler(request)
        subject = f"{request.method} {request.path_qs}"
        faults = self._platform.faults
        fault = faults.take(subject, "refuse", "hang", "cut", *INSTEAD, *SPOILT)
        match fault:
            case None:
                return await handler(request)
            case Fault(name="refuse"):
                return _cut_off(request)
            case Fault(name="hang"):
                await faults.until_over(fault)
                return _cut_off(request)
            case Fault(name=name) if name in INSTEAD:
                return _response(INSTEAD[name][1](fault))
        response = await handler(request)
        if not isinstance(response, web.Response):
            return response
        if fault.name == "cut":
            return await _half(request, response)
        return _response(SPOILT[fault.name][1](_answer(response)))

    async def _api(self, request: web.Request) -> web.Response:
        query = {name: request.query.getall(name) for name in request.query}
        body = await request.read()
        return _response(api.ask(self._platform, request.method, request.path, query, request.headers, body))

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        try:
            return await websocket.serve(self._platform, request)
        except Refusal as refusal:
            return _response(refusal.answer)

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        twice = self._platform.faults.take("POST /webhook", "webhook_twice") is not None
        return await self._platform.receiver.receive(request, twice=twice)

    async def _door(self, request: web.Request) -> web.Response:
        if request.remote not in LOOPBACK:
            return web.json_response({"error": "the doors open on loopback only"}, status=403)
        door = DOORS.get((request.method, request.match_info["door"]))
        if door is None:
            known = sorted(f"{method} /simulator/{name}" for method, name in DOORS)
            return web.json_response({"error": "no such door", "doors": known}, status=404)
        try:
            wish = parsed(await request.read() or b"{}")
            if not isinstance(wish, dict):
                raise BadRequest("the body has to be a JSON object")
            self._pass_time()
            answer = door(self._platform, wish)
        except ValueError as problem:
            return web.json_response({"error": str(problem)}, status=400)
        self._pass_time()
        return web.json_response(answer)

    async def _subscribe(self, request: web.Request) -> web.Response:
        origin = self._platform.origin
        since = request.query.get("tt", "0")
        if request.match_info["key"] != origin.subscribe_key or not since.isdecimal():
            refusal = {"message": "Invalid Subscribe Key", "error": True, "service": "Access Manager", "status": 400}
            return web.json_response(refusal, status=400)
        channels = request.match_info["channels"].split(",")
        return web.json_response(await origin.subscribe(channels, int(since), self._platform.now()))

    async def _pubnub_presence(self, request: web.Request) -> web.Response:
        told = {"status": 200, "message": "OK", "service": "Presence"}
        return web.json_response(told | ({"action": "leave"} if request.match_info["what"] == "leave" else {}))

    async def _pubnub_time(self, _: web.Request) -> web.Response:
        return web.json_response([self._platform.origin.timetoken(self._platform.now())])


def _response(answer: Answer) -> web.Response:
    headers = answer.headers | {"Content-Type": answer.content_type}
    return web.Response(status=answer.status, body=answer.content, headers=headers)


def _answer(response: web.Response) -> Answer:
    body = response.body if isinstance(response.body, bytes) else b""
    return Answer(response.status, body, {}, response.content_type)


def _cut_off(request: web.Request) -> web.Response:
    """Reset the connection; what is given back goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def _half(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Send half of an answer that promised to be whole, and cut the connection."""
    content = response.body if isinstance(response.body, bytes) else b""
    half = web.StreamResponse(status=response.status, headers=response.headers)
    half.content_length = max(2, len(content))
    with suppress(ConnectionResetError):  # whoever asked has gone first
        await half.prepare(request)
        await half.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
