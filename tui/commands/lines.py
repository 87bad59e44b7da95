"""The lines that `watch` and `once` print: JSON for programs, a sentence for people and screen readers.

The JSON is a promise to scripts: times are ISO 8601 in UTC with milliseconds, ids are strings, and what is not known is
null, never left out.
"""

from datetime import UTC, datetime

import msgspec

from tui.clock import iso
from tui.feed.link import FeedEvent, Gap, LinkState
from tui.presence.board import Board, Change, Entry
from tui.presence.notification import MessageNews
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS
from tui.presence.words import masked, timer

Json = dict[str, object]


def entry_json(entry: Entry, board: Board, *, at: float, by: str) -> Json:
    """One extension, whole."""
    extension, presence = entry.extension, entry.presence or Presence()
    return {
        "type": "extension",
        "at": iso(at),
        "extension_id": extension.id,
        "number": extension.number or None,
        "name": extension.name or None,
        "department": extension.department or None,
        "site": extension.site or None,
        "status": entry.status.value,
        "reason": entry.reason.value if entry.reason else None,
        "stale": entry.stale,
        "since": iso(entry.since),
        "since_is_seen": entry.since_is_seen,
        "telephony_status": presence.telephony_status,
        "presence_status": presence.presence_status,
        "user_status": presence.user_status,
        "dnd_status": presence.dnd_status,
        "meeting_status": presence.meeting_status,
        "message": presence.message or None,
        "total_calls": presence.total_calls,
        "calls": None if presence.calls is None else [_call_json(call) for call in presence.calls],
        "confirmed_at": iso(board.last_confirmed(entry)),
        "by": by,
    }


def _call_json(call: Call) -> Json:
    return {
        "direction": call.direction or None,
        "telephony_status": call.telephony_status,
        "from": call.from_number or None,
        "from_name": call.from_name or None,
        "to": call.to_number or None,
        "to_name": call.to_name or None,
        "queue": call.queue or None,
        "session_id": call.session_id or None,
        "telephony_session_id": call.telephony_session_id or None,
        "party_id": call.party_id or None,
        "started_at": iso(call.started_at),
    }


def event_json(event: FeedEvent, board: Board, now: float) -> Json | None:
    """One event of the feed; None for one that makes no line, such as an extension that is watched no more."""
    match event:
        case Change():
            return None if event.new is None else entry_json(event.new, board, at=event.at, by=event.by.value)
        case LinkState():
            return {
                "type": "link",
                "at": iso(event.at),
                "link": event.link.value,
                "transport": event.transport or None,
                "reason": event.reason or None,
                "retry_at": iso(event.retry_at),
            }
        case Gap():
            return {
                "type": "gap",
                "at": iso(now),
                "from": iso(event.start),
                "to": iso(event.end),
                "reason": event.reason,
                "healed_by": event.healed_by,
            }
        case MessageNews():
            return {
                "type": "messages",
                "at": iso(event.at if event.at is not None else now),
                "extension_id": event.extension_id,
                "voicemail": event.voicemail,
                "sms": event.sms,
                "fax": event.fax,
            }


def dump(line: Json) -> str:
    """A line of JSON, without its line end."""
    return msgspec.json.encode(line).decode()


def entry_sentence(entry: Entry, at: float, *, mask: bool) -> str:
    """One extension as people read it: `14:32:07  101 Ana Martins  RINGING 0:24  +4930123456 Sales`."""
    extension = entry.extension
    since = "" if entry.since is None else f" {'~' if entry.since_is_seen else ''}{timer(at - entry.since)}"
    words = f"{LOOKS[entry.status].word}{since}"
    if entry.reason:
        words += f" ({entry.reason.value.replace('_', ' ')})"
    if entry.stale:
        words += " (not confirmed)"
    parts = [_clock_time(at), f"{extension.number} {extension.name}".strip(), words, _detail(entry, mask=mask)]
    return "  ".join(part for part in parts if part)


def event_sentence(event: FeedEvent, now: float, *, mask: bool) -> str | None:
    """One event of the feed as people read it; None for one that makes no line."""
    match event:
        case Change():
            return None if event.new is None else entry_sentence(event.new, event.at, mask=mask)
        case LinkState():
            said = [_clock_time(event.at), f"link {event.link.value}", event.transport, event.reason]
            return "  ".join(part for part in said if part)
        case Gap():
            span = f"{_clock_time(event.start)} to {_clock_time(event.end)}"
            return f"{_clock_time(now)}  gap from {span}  {event.reason}, healed by {event.healed_by}"
        case MessageNews():
            news = {"voicemail": event.voicemail, "sms": event.sms, "fax": event.fax}
            return f"{_clock_time(now)}  new messages  {', '.join(f'{kind} {count}' for kind, count in news.items())}"


def _detail(entry: Entry, *, mask: bool) -> str:
    presence = entry.presence or Presence()
    if not presence.calls:
        return presence.message or ""
    call = presence.calls[0]
    number = masked(call.other_number) if mask else call.other_number
    return " ".join(part for part in (number, "" if mask else call.other_name, call.queue) if part)


def _clock_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%H:%M:%S")
