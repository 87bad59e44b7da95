"""The least client that can speak with the box's WebSocket: no code of the program's own."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.box import Json
from tests.simulator.client import Client

PATIENCE = 20.0


class Socket:
    """One connection, already greeted."""

    def __init__(self, raw: aiohttp.ClientWebSocketResponse) -> None:
        self.raw = raw
        self.details: tuple[Json, Json] = ({}, {})

    async def frame(self) -> tuple[Json, Any]:
        """The next frame: meta and body."""
        message = await self.raw.receive(PATIENCE)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return opened(message.data)

    async def until(self, kind: str) -> tuple[Json, Any]:
        """The next frame of a kind; others are skipped."""
        while True:
            meta, body = await self.frame()
            if meta["type"] == kind:
                return meta, body

    async def event(self) -> Json:
        """The next event."""
        return dict((await self.until("ServerNotification"))[1])

    async def end(self) -> int | None:
        """Wait for the end; the code in the close frame, 1006 if there is none."""
        while (await self.raw.receive(PATIENCE)).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING):
            pass
        return self.raw.close_code

    async def say(self, *parts: Any) -> None:
        await self.raw.send_str(json.dumps(parts))

    async def ask(self, method: str, path: str, body: Any = None, **meta: Any) -> tuple[Json, Any]:
        """A request, and its own answer."""
        message_id = str(uuid.uuid4())
        head = {"type": "ClientRequest", "messageId": message_id, "method": method, "path": f"/restapi/v1.0{path}"}
        await self.say(head | meta, *([] if body is None else [body]))
        while True:
            answer = await self.until("ClientRequest")
            if answer[0]["messageId"] == message_id:
                return answer

    async def subscribe(self, *filters: str, **more: Any) -> Json:
        """Subscribe; it has to be granted."""
        body = {"eventFilters": list(filters), "deliveryMode": {"transportType": "WebSocket"}} | more
        meta, told = await self.ask("POST", "/subscription", body)
        assert meta["status"] == 200, told
        return dict(told)


def opened(text: str) -> tuple[Json, Any]:
    """Meta and body of a frame."""
    meta, *body = json.loads(text)
    return meta, body[0] if body else None


async def ws_token(client: Client) -> Json:
    """What opens a socket; it has to be granted."""
    response = await client.http.post("/restapi/oauth/wstoken", headers=bearer(client))
    assert response.status_code == 200, response.text
    return dict(response.json())


def bearer(client: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.token['access_token']}"}


@asynccontextmanager
async def plugged(client: Client, wsc: str = "", **settings: Any) -> AsyncIterator[Socket]:
    """A socket of this client, greeted; with a `wsc` it asks to go on where that ended."""
    token = await ws_token(client)
    query = {"access_token": token["ws_access_token"]} | ({"wsc": wsc} if wsc else {})
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(token["uri"], params=query, max_msg_size=0, **settings) as raw,
    ):
        socket = Socket(raw)
        socket.details = await socket.frame()
        yield socket
