"""JSON from the platform to values, and back.

Tolerant on reading: a field that is missing, or of another type than the documents say, is "not said"; an unknown word
is kept as it came. Ids are numbers in REST and strings in events, and strings everywhere inside.

Sources: the platform's API reference (presence, extension, subscription) and its guide to notifications.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from sys import intern

import msgspec

from tui.errors import Unreachable
from tui.presence.extension import Extension
from tui.presence.notification import MessageNews, Notification, PresenceNews
from tui.presence.presence import Call, Presence, active_calls
from tui.presence.status import NO_CALL
from tui.ringcentral.text import clean

LARGEST = 32 * 1024 * 1024
"""Bytes of an answer that are still decoded: a page of 1,000 detailed presences has about 2 MB."""
LARGEST_MESSAGE = 256 * 1024
"""Bytes of a notification that are still decoded: PubNub carries at most 32 KB, a busy presence has 5 KB."""
CALLS_READ = 50
"""Entries of a list of active calls that are looked at; the platform lists 7."""

Json = Mapping[str, object]
_decoder = msgspec.json.Decoder()
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list_decoder = msgspec.json.Decoder(list[msgspec.Raw])


class Undecodable(ValueError):
    """A message that is not what the platform's documents say."""


def decode(body: bytes | str, largest: int = LARGEST) -> object:
    """Any JSON.

    Raises:
        Undecodable: It is none, or too large, or nested too deep.
    """
    if len(body) > largest:
        raise Undecodable(f"{len(body)} bytes are more than any answer has")
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Undecodable(str(error)) from error


def decode_any(body: bytes) -> object:
    """Any JSON; None where it is none."""
    try:
        return decode(body)
    except Undecodable:
        return None


def decode_object(body: bytes, server: str) -> Json:
    """The JSON object of an answer.

    Raises:
        Unreachable: It is none: what answered is not RingCentral, or something between changed the answer.
    """
    try:
        answer = decode(body)
    except Undecodable as error:
        raise not_ringcentral(server) from error
    return mapping(answer)


def page(body: bytes, server: str) -> tuple[Json, Iterator[Json]]:
    """A page of a list: its other fields, and its records one by one as they are asked for.

    A thousand at once are four megabytes of small objects, between which what is kept of them would lie scattered.

    Raises:
        Unreachable: It is none: what answered is not RingCentral, or something between changed the answer. The records
            may raise it too.
    """
    try:
        if len(body) > LARGEST:
            raise Undecodable(f"{len(body)} bytes are more than any answer has")
        parts = _fields_decoder.decode(body)
        records = _list_decoder.decode(parts.pop("records"))
        fields = {name: decode(bytes(part)) for name, part in parts.items()}
    except (KeyError, Undecodable, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise not_ringcentral(server) from error
    return fields, (decode_object(bytes(record), server) for record in records)


def not_ringcentral(server: str) -> Unreachable:
    """The error for an answer that RingCentral would not give."""
    return Unreachable(
        f"{server} answered, but not as RingCentral does", "Check the server's address, and any proxy between."
    )


def mapping(value: object) -> Json:
    """An object's fields; none of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Json]:
    """The objects of a list; none of anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def word(value: object) -> str:
    """A text that only we read (an id, a token, a word of the platform), as it came; empty for anything else."""
    return value if isinstance(value, str) else ""


def text(value: object) -> str:
    """A text for people, cleaned; empty for anything else."""
    return clean(value) if isinstance(value, str) else ""


def common(value: object) -> str:
    """A text that many extensions have, such as their department, kept once for all of them."""
    return intern(clean(value)) if isinstance(value, str) else ""


def identity(value: object) -> str:
    """An id as a string, whether it came as a number or as a string; empty for anything else."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, int) else text(value)


def whole(value: object) -> int | None:
    """A whole number, no larger than 64 bits hold; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def flag(value: object) -> bool | None:
    """True or false; None for anything else."""
    return value if isinstance(value, bool) else None


def moment(value: object) -> float | None:
    """A time in seconds since 1970; None for what is none. `Z` and `+0000` both occur; without either it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def extension(record: Json) -> Extension | None:
    """An extension of the directory; None where it has no id."""
    extension_id = identity(record.get("id"))
    if not extension_id:
        return None
    contact = mapping(record.get("contact"))
    full_name = f"{text(contact.get('firstName'))} {text(contact.get('lastName'))}".strip()
    return Extension(
        id=extension_id,
        number=identity(record.get("extensionNumber")),
        name=text(record.get("name")) or full_name,
        type=common(record.get("type")) or "Unknown",
        status=common(record.get("status")) or "Enabled",
        department=common(contact.get("department")),
        site=common(mapping(record.get("site")).get("name")),
        hidden=flag(record.get("hidden")) is True,
    )


def presence(body: Json, ahead: float = 0.0) -> Presence:
    """A presence, from REST or from an event; what it does not say is None.

    Args:
        body: The platform's object.
        ahead: Seconds by which the platform's timestamps are ahead of our line of time (`Clock.ahead`).
    """
    listed = body.get("activeCalls")
    calls = (
        active_calls([_call(item, ahead) for item in items(listed)[:CALLS_READ]]) if isinstance(listed, list) else None
    )
    total = whole(body.get("totalActiveCalls"))
    flashes = sum(item.get("terminationType") == "intermediate" for item in items(listed))
    telephony_status = _status(body, "telephonyStatus")
    if flashes and calls is not None:
        # These have not ended, and are not listed as what they are: the list is short of them.
        total = len(calls) + flashes
        telephony_status = None if telephony_status == NO_CALL else telephony_status
    elif total is not None and calls is not None and isinstance(listed, list) and len(listed) >= total:
        # Whether the platform counts a call that has just ended is not documented: nothing is missing from this list.
        total = len(calls)
    return Presence(
        telephony_status=telephony_status,
        presence_status=_status(body, "presenceStatus"),
        user_status=_status(body, "userStatus"),
        dnd_status=_status(body, "dndStatus"),
        meeting_status=_status(body, "meetingStatus"),
        message=text(body.get("message")) if "message" in body else None,
        allow_see=flag(body.get("allowSeeMyPresence")),
        accept_queue_calls=flag(body.get("acceptCallQueueCalls")),
        calls=calls,
        total_calls=total,
    )


def presence_owner(record: Json) -> str:
    """The extension id of a presence that REST gave; empty where it has none."""
    return identity(mapping(record.get("extension")).get("id"))


def notification(event: object, ahead: float = 0.0) -> Notification | None:
    """What an event tells, or None for an event that this program did not ask for.

    A presence event belongs to the extension that its body names: the URI of an account-wide event may name another.

    Args:
        event: The decoded message.
        ahead: Seconds by which the platform's timestamps are ahead of our line of time (`Clock.ahead`).

    Raises:
        Undecodable: It is no event at all.
    """
    fields = mapping(event)
    name, body = word(fields.get("event")), mapping(fields.get("body"))
    if not name or not body:
        raise Undecodable("a notification without event or body")
    at, uuid = _ours(moment(fields.get("timestamp")), ahead), word(fields.get("uuid"))
    if "/message-store" in name:
        return _message_news(body, at, uuid)
    if "/presence" not in name:
        return None
    owner = identity(body.get("extensionId")) or _extension_in(name)
    if not owner:
        raise Undecodable("a presence event without an extension")
    return PresenceNews(owner, presence(body, ahead), whole(body.get("sequence")), at, uuid)


def _ours(moment: float | None, ahead: float) -> float | None:
    return None if moment is None else moment - ahead


def _status(body: Json, name: str) -> str | None:
    return common(body.get(name)) or None


def _call(item: Json, ahead: float) -> Call:
    return Call(
        telephony_status=common(item.get("telephonyStatus")) or "Unknown",
        direction=common(item.get("direction")),
        from_number=text(item.get("from")),
        from_name=text(item.get("fromName")),
        to_number=text(item.get("to")),
        to_name=text(item.get("toName")),
        queue=_queue(item),
        session_id=identity(item.get("sessionId")),
        telephony_session_id=identity(item.get("telephonySessionId")),
        party_id=identity(item.get("partyId")),
        id=identity(item.get("id")),
        started_at=_ours(moment(item.get("startTime")), ahead),
        termination=text(item.get("terminationType")),
    )


def _queue(item: Json) -> str:
    """The queue a call came through: its name, else its number, else just that it was one."""
    info = mapping(item.get("callInfo"))
    lines = [mapping(info.get("primary")), mapping(info.get("additional"))]
    for kind in ("QueueName", "QueueExtension"):
        for line in lines:
            if line.get("type") == kind and text(line.get("value")):
                return text(line.get("value"))
    return "queue" if flag(item.get("queueCall")) else ""


_EXTENSION_IN_URI = re.compile(r"/extension/(\d+)/")


def _extension_in(uri: str) -> str:
    match = _EXTENSION_IN_URI.search(uri)
    return match[1] if match else ""


_ACCOUNT_IN_URI = re.compile(r"/account/(\d+)/")


def account_in(record: Json) -> str:
    """The id of the account that the URI of an object names; empty where it names none."""
    match = _ACCOUNT_IN_URI.search(word(record.get("uri")))
    return match[1] if match else ""


def _message_news(body: Json, at: float | None, uuid: str) -> MessageNews:
    new = {"voicemail": 0, "sms": 0, "fax": 0}
    for change in items(body.get("changes")):
        kind = text(change.get("type")).lower()
        if kind in new:
            new[kind] += max(0, whole(change.get("newCount")) or 0)
    return MessageNews(identity(body.get("extensionId")), **new, at=at, uuid=uuid)
