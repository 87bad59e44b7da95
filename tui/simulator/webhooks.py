"""A receiver of webhooks: what a CRM would be, for whoever sends it the record of calls.

It takes what is posted to `/webhook`, whatever it is, and shows it at the door `webhooks`. It is no part of the
platform: nothing of it is limited, and it needs no login.
"""

import time
from collections import deque

from aiohttp import web

from tui.simulator.clock import utc
from tui.simulator.shapes import Json

KEPT = 100_000
SECOND_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Receiver:
    """What was received, oldest first, bounded."""

    def __init__(self) -> None:
        self.received: deque[Json] = deque(maxlen=KEPT)

    def take(self) -> list[Json]:
        """All that was received, which is forgotten by that."""
        taken = list(self.received)
        self.received.clear()
        return taken

    async def receive(self, request: web.Request, *, twice: bool) -> web.StreamResponse:
        """Take a webhook, and say so, once or (as no receiver should) twice."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        received: Json = {"at": utc(time.time()), "headers": headers, "body": body.decode(errors="replace")}
        self.received.append(received)
        response = web.json_response({})
        if twice and request.transport is not None:
            await response.prepare(request)
            await response.write_eof()
            request.transport.write(SECOND_ANSWER)
        return response
