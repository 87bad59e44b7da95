"""Presence by REST: one extension, up to thirty at once, or pages of the whole account."""

import json
import uuid

from tui.simulator import shapes
from tui.simulator.account import Extension
from tui.simulator.answers import Answer, Asked, Refusal, paged
from tui.simulator.directory import extension_of
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json

LARGEST_BATCH = 30
MULTIPART_JSON = "application/vnd.ringcentral.multipart+json"


def presence(platform: Platform, asked: Asked) -> Answer:
    """`GET …/extension/{extension}/presence`: one id, or several with commas (answered by 207).

    Raises:
        Refusal: No such extension, one that this login may not see, or too many at once.
    """
    ids = asked.names["extension"].split(",")
    if len(ids) == 1:
        return Answer(body=_record(platform, asked, extension_of(platform, asked, ids[0])))
    if len(ids) > LARGEST_BATCH:
        raise Refusal(400, "InvalidMultipartRequest", f"Batch request is limited to {LARGEST_BATCH} entries")
    parts = [(extension_id, _part(platform, asked, extension_id)) for extension_id in ids]
    if MULTIPART_JSON in asked.headers.get("Accept", ""):
        body = [{"resourceId": extension_id, "status": part.status, "body": part.body} for extension_id, part in parts]
        return Answer(207, body, content_type=MULTIPART_JSON)
    return _multipart(platform, asked, parts)


def account_presence(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/presence`: pages of all extensions that have a number."""
    shown = [extension for extension in platform.account.extensions.values() if extension.number]
    return Answer(
        body=paged(asked, platform.server, shown, lambda extension: _record(platform, asked, extension)),
    )


def _record(platform: Platform, asked: Asked, extension: Extension) -> Json:
    session = asked.session
    if not (session.owner.administrator or extension is session.owner):
        raise Refusal(403, "CMN-408", "[ReadPresenceStatus] permission required")
    return shapes.record(
        platform.exchange.lines[extension.id],
        platform.clock,
        platform.server,
        platform.account.id,
        detailed=asked.flag("detailedTelephonyState"),
        sip=asked.flag("sipData"),
    )


def _part(platform: Platform, asked: Asked, extension_id: str) -> Answer:
    try:
        return Answer(body=_record(platform, asked, extension_of(platform, asked, extension_id)))
    except Refusal as refusal:
        return refusal.answer


def _multipart(platform: Platform, asked: Asked, parts: list[tuple[str, Answer]]) -> Answer:
    """The answers as `multipart/mixed`: first a part that says how each request went, then each body."""
    boundary = f"Boundary_{uuid.uuid4().hex}"
    base = f"{platform.server}/restapi/v1.0/account/{platform.account.id}/extension"
    statuses = [
        {
            "href": f"{base}/{extension_id}/presence",
            "status": part.status,
            "responseDescription": "OK" if part.status == 200 else "Error",
        }
        for extension_id, part in parts
    ]
    bodies = [json.dumps({"response": statuses}).encode(), *(part.content for _, part in parts)]
    head = f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
    content = b"".join(head + body + b"\r\n" for body in bodies) + f"--{boundary}--\r\n".encode()
    return Answer(207, content, content_type=f"multipart/mixed; boundary={boundary}")
