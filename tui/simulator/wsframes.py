"""What a client says in a frame, and what it is answered. Pure: no socket, and time is the platform's."""

import json
import time
import uuid
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tui.simulator import api
from tui.simulator.answers import Answer, Asked, Query, Refusal
from tui.simulator.clock import utc
from tui.simulator.faults.active import Fault
from tui.simulator.faults.answers import INSTEAD, SPOILT
from tui.simulator.platform import Platform
from tui.simulator.wssession import Json, WsSession, error, frame


def answered(platform: Platform, by: WsSession, text: str) -> str | None:
    """The frame that answers a frame; None if there is no answer to it.

    A frame that cannot be read, or is of a kind that clients do not send, is answered by an Error of the code of bad
    requests; the documents have no other.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return error("WSG-400", "The frame is not JSON")
    if not isinstance(said, list) or not said or not isinstance(said[0], dict):
        return error("WSG-400", "A frame has to be an array of meta and body")
    meta: Json = said[0]
    body = said[1] if len(said) > 1 else None
    match meta.get("type"):
        case "Heartbeat":
            return _heartbeat(platform, meta)
        case "ClientRequest" if isinstance(meta.get("path"), str):
            return _request(platform, by, meta, body)
    return error("WSG-400", f"Unknown message type or no path: {str(meta.get('type'))[:40]}")


def _heartbeat(platform: Platform, meta: Json) -> str | None:
    if platform.faults.take("GET /ws", "ws_no_pong"):
        return None
    return frame({"type": "Heartbeat", "messageId": meta.get("messageId"), "status": 200})


def _request(platform: Platform, by: WsSession, meta: Json, body: object) -> str | None:
    """Any call of the REST API; it is counted, refused and struck by faults as over HTTP."""
    method, url = str(meta.get("method", "GET")).upper(), urlsplit(str(meta["path"]))
    query = {**parse_qs(url.query), **_query(meta.get("query"))}
    headers = meta.get("headers")
    asked = Asked(
        method,
        url.path,
        query,
        {str(name).title(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {},
        b"" if body is None else json.dumps(body).encode(),
        by.session,
        websocket=by,
    )
    record: Json = {
        "method": method,
        "path": str(meta["path"]),
        "group": api.group_of(method, url.path) or None,
        "at": utc(time.time()),
    }
    answer = _struck(platform, asked)
    platform.requests.append(record | {"status": answer.status if answer else None})
    if answer is None:
        return None
    told: Json = {"RCRequestId": str(uuid.uuid4()), **answer.headers}
    carried = platform.subscriptions.get(by.subscription_id)
    if carried and api.is_about_subscriptions(url.path) and answer.status < 300:
        told["WSG-SubscriptionId"] = carried.id
    reply: Json = {"type": "ClientRequest", "messageId": meta.get("messageId"), "status": answer.status}
    reply |= {"headers": told, "wsc": by.wsc()}
    return frame(reply, answer.content or None)


def _struck(platform: Platform, asked: Asked) -> Answer | None:
    """The answer to a request, or what a fault makes of it; None if it hangs."""
    if asked.path.startswith("/restapi/oauth/"):
        return Refusal(404, "CMN-120", "Invalid URI").answer
    fault = platform.faults.take(f"{asked.method} {asked.path}", "hang", *INSTEAD, *SPOILT)
    match fault:
        case None:
            return api.dispatch(platform, asked)
        case Fault(name="hang"):
            return None
        case Fault(name=name) if name in INSTEAD:
            return INSTEAD[name][1](fault)
    return SPOILT[fault.name][1](api.dispatch(platform, asked))


def _query(told: object) -> Query:
    """The query of a frame, whose values may be one or several, and text or not."""
    if not isinstance(told, Mapping):
        return {}
    return {str(name): [_text(value) for value in (values if isinstance(values, list) else [values])]
            for name, values in told.items()}  # fmt: skip


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
