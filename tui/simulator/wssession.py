"""A client of the WebSocket gateway, and what can be said to it: frames, pings, and the end.

A session outlives its sockets. Source: the platform's guide to WebSocket notifications.
"""

import base64
import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tui.simulator.sessions import Session

Json = dict[str, object]

BUFFER = 100
"""Frames that are kept for one who comes back."""

NORMAL = 1000
GOING_AWAY = 1001
POLICY = 1008
"""Close codes of RFC 6455, 7.4. Which one the platform uses for what is not documented."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a socket.

    Attributes:
        code: Said in a close frame; None cuts the connection without one.
        half: A frame that is begun before and does not get further than its middle.
    """

    code: int | None = None
    half: str = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping of the gateway's own."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping, with what stood in it."""

    content: bytes


Said = str | Ping | Pong | End
"""All that can go out through a socket: a text frame, or one of the others."""

Put = Callable[[Said], None]


@dataclass(eq=False)
class WsSession:
    """What the gateway remembers of one client, through all its sockets.

    Attributes:
        subscription_id: What it carries, or carried last.
        put: Hands something to the present socket; None while there is none.
        left_at: When the last socket was lost.
    """

    session: Session
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    subscription_id: str = ""
    sequence: int = 0
    buffer: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=BUFFER))
    put: Put | None = None
    left_at: float = 0.0

    def wsc(self, sequence: int | None = None) -> Json:
        """How far this session has come, or had come, as its frames tell it."""
        reached = self.sequence if sequence is None else sequence
        token = base64.urlsafe_b64encode(f"{self.id}.{reached}".encode()).rstrip(b"=").decode()
        return {"token": token, "sequence": reached}


def frame(meta: Json, body: object = None) -> str:
    """A frame: a JSON array of meta and body, or of meta alone. Bytes stand in it as they are, even if no JSON."""
    parts = [json.dumps(meta, ensure_ascii=False)]
    if isinstance(body, bytes):
        parts.append(body.decode("utf-8", "replace"))
    elif body is not None:
        parts.append(json.dumps(body, ensure_ascii=False))
    return f"[{','.join(parts)}]"


def error(code: str, message: str) -> str:
    """The frame that says what is wrong."""
    meta: Json = {"type": "Error", "messageId": str(uuid.uuid4()), "status": 400, "headers": {}}
    return frame(meta, {"errorCode": code, "message": message})
