"""The frames of the platform's WebSocket, as values. Pure.

Every text frame is a JSON array, `[meta]` or `[meta, body]`; answers in several parts are no JSON after their meta.
Source: the platform's guide to notifications over WebSocket, and the code of its official SDKs.
"""

import json
from dataclasses import dataclass, field

import msgspec

from tui.ringcentral import wire

DETAILS = "ConnectionDetails"
REQUEST = "ClientRequest"
NOTIFICATION = "ServerNotification"
HEARTBEAT = "Heartbeat"
ERROR = "Error"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a connection can be taken up again with, after it was lost.

    Attributes:
        sequence: A higher one is newer.
    """

    token: str = field(repr=False)
    sequence: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Attributes:
        message_id: Answers carry that of their request; empty where there is none.
        status: The HTTP status of an answer; None where there is none.
        recovery: What came along for taking the connection up again; it may come on any frame.
        body: Any JSON; None where there is none, or where it cannot be read as JSON.
    """

    type: str
    message_id: str = ""
    status: int | None = None
    headers: wire.Json = field(default_factory=dict)
    recovery: Recovery | None = None
    body: object = None


def decode(text: str | bytes) -> Frame:
    """A frame of the platform's.

    Raises:
        Undecodable: It is none.
    """
    meta, body = _parts(text)
    kind = wire.word(meta.get("type"))
    if not kind:
        raise wire.Undecodable("a frame without a type")
    if kind == NOTIFICATION and len(text) > wire.LARGEST_MESSAGE:
        raise wire.Undecodable(f"{len(text):,} characters are more than any notification has")
    wsc = wire.mapping(meta.get("wsc"))
    token, sequence = wire.word(wsc.get("token")), wire.whole(wsc.get("sequence"))
    return Frame(
        type=kind,
        message_id=wire.word(meta.get("messageId")),
        status=wire.whole(meta.get("status")),
        headers=wire.mapping(meta.get("headers")),
        recovery=Recovery(token, sequence or 0) if token else None,
        body=body,
    )


def _parts(text: str | bytes) -> tuple[wire.Json, object]:
    try:
        parts = wire.decode(text)
    except wire.Undecodable:
        return _meta_alone(text), None
    if not isinstance(parts, list) or not parts:
        raise wire.Undecodable("a frame that is no array")
    return wire.mapping(parts[0]), parts[1] if len(parts) > 1 else None


def _meta_alone(text: str | bytes) -> wire.Json:
    """The meta of a frame whose body is no JSON, such as an answer in several parts."""
    if not isinstance(text, str) or not text.startswith("["):
        raise wire.Undecodable("a frame that is no array")
    try:
        meta, _ = json.JSONDecoder().raw_decode(text, 1)
    except (ValueError, RecursionError) as error:
        raise wire.Undecodable(str(error)) from error
    return wire.mapping(meta)


def newer(known: Recovery | None, frame: Frame) -> Recovery | None:
    """The newest of what a connection can be taken up again with.

    That of a new connection is the newest whatever its number; else the highest number is, for frames may overtake
    each other.
    """
    come = frame.recovery
    if come is None:
        return known
    return come if known is None or frame.type == DETAILS or come.sequence >= known.sequence else known


def request(message_id: str, method: str, path: str, body: object = None) -> str:
    """A call of the REST API through the socket."""
    meta = {"type": REQUEST, "messageId": message_id, "method": method, "path": path}
    return _encoded([meta] if body is None else [meta, body])


def heartbeat(message_id: str) -> str:
    """Says that we are there; the platform says the same."""
    return _encoded([{"type": HEARTBEAT, "messageId": message_id}])


def _encoded(parts: list[object]) -> str:
    return msgspec.json.encode(parts).decode()
