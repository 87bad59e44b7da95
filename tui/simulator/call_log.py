"""The call log by REST: pages of it, and keeping in step with it by tokens.

Sources: the platform's API description of 2026-08, its guide on call-log synchronisation, and its list of error codes
of that endpoint (CLG-101, CLG-104). A token says when it was given and for what; the platform's is opaque, and so is
this one to whoever does not read this file.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tui.simulator.answers import LARGEST_PAGE, Answer, Asked, Refusal, invalid, paged
from tui.simulator.platform import Platform
from tui.simulator.records import Logged, logged, record, session_ids, was_missed
from tui.simulator.shapes import Json

DAY = 86_400.0
MOST_SYNCED = 250
"""Records of one synchronisation (platform's guide)."""
OLDEST_SYNC = 30 * DAY
EXPIRED = "Parameter [syncToken] is invalid [Sync token expired, call log was reset]"


def call_log(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/call-log`: newest first, the last 24 hours unless asked otherwise.

    Raises:
        Refusal: No administrator (CMN-408), or a parameter with a value that is none (CMN-101).
    """
    _administrators_only(asked)
    until = _moment(platform, asked, "dateTo", platform.now())
    since = _moment(platform, asked, "dateFrom", until - DAY)
    found = [
        entry
        for entry in _entries(platform)
        if since <= entry.call.started <= until and _matches(platform, asked, entry)
    ]
    if asked.one("perPage") == "max":
        asked = replace(asked, query={**asked.query, "perPage": [str(LARGEST_PAGE)]})
    return Answer(body=paged(asked, platform.server, found, lambda entry: _record(platform, asked, entry)))


def call_log_sync(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/call-log-sync`: a full synchronisation, or what changed since a token.

    Raises:
        Refusal: No administrator (CMN-408), a wrong parameter (CMN-101), a token that is none or was reset (CLG-101),
            or one since which more changed than one answer may hold (CLG-104).
    """
    _administrators_only(asked)
    kind = asked.one("syncType", "FSync")
    if kind not in ("FSync", "ISync"):
        raise invalid("syncType")
    entries = _full(platform, asked) if kind == "FSync" else _changed(platform, asked)
    only_missed = asked.one("statusGroup") == "Missed" if kind == "FSync" else _token(platform, asked)[1]
    token = base64.urlsafe_b64encode(json.dumps([platform.now(), only_missed]).encode()).decode().rstrip("=")
    told = platform.clock.iso(platform.now())
    body: Json = {
        "uri": f"{platform.server}{asked.path}",
        "records": [_record(platform, asked, entry) for entry in entries],
        "syncInfo": {"syncType": kind, "syncToken": token, "syncTime": told},
    }
    return Answer(body=body)


def _full(platform: Platform, asked: Asked) -> list[Logged]:
    count = asked.number("recordCount", MOST_SYNCED)
    if count > MOST_SYNCED:
        raise invalid("recordCount")
    since = _moment(platform, asked, "dateFrom", platform.now() - DAY)
    if since < platform.now() - OLDEST_SYNC:
        raise invalid("dateFrom")
    only_missed = asked.one("statusGroup") == "Missed"
    found = [entry for entry in _entries(platform) if entry.call.started >= since and _is_of(entry, only_missed)]
    return found[:count]


def _changed(platform: Platform, asked: Asked) -> list[Logged]:
    since, only_missed = _token(platform, asked)
    found = [entry for entry in _entries(platform) if entry.changed_at > since and _is_of(entry, only_missed)]
    if len(found) > MOST_SYNCED:
        raise Refusal(400, "CLG-104", EXPIRED)
    return found


def _token(platform: Platform, asked: Asked) -> tuple[float, bool]:
    """When a token was given, and whether it is about missed calls only."""
    text = asked.one("syncToken")
    try:
        since, only_missed = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        given = float(since), bool(only_missed)
    except (ValueError, TypeError, binascii.Error):
        raise Refusal(400, "CLG-101", EXPIRED) from None
    if platform.faults.take(f"{asked.method} {asked.path}", "reset_call_log"):
        raise Refusal(400, "CLG-101", EXPIRED)
    return given


def _is_of(entry: Logged, only_missed: bool) -> bool:
    return not only_missed or (entry.over and was_missed(entry.call))


def _entries(platform: Platform) -> Iterator[Logged]:
    """All that the log has, newest first."""
    now, lag = platform.now(), platform.options.call_log_lag
    for call in reversed(platform.exchange.calls):
        if entry := logged(call, now, lag):
            yield entry


def _matches(platform: Platform, asked: Asked, entry: Logged) -> bool:
    call = entry.call
    session_id, telephony_session_id = session_ids(call)
    kinds, directions = asked.query.get("type", ()), asked.query.get("direction", ())
    number, phone = asked.one("extensionNumber"), asked.one("phoneNumber")
    extensions = [platform.exchange.lines[party.extension_id].extension.number for party in call.parties]
    extensions += [call.queue.number] if call.queue else []
    return (
        (not kinds or "Voice" in kinds)
        and (not directions or ("Outbound" if call.outbound else "Inbound") in directions)
        and (not number or number in extensions)
        and (not phone or phone.lstrip("+") in (call.from_number.lstrip("+"), call.to_number.lstrip("+")))
        and asked.one("sessionId", session_id) == session_id
        and asked.one("telephonySessionId", telephony_session_id) == telephony_session_id
    )


def _record(platform: Platform, asked: Asked, entry: Logged) -> Json:
    detailed = asked.one("view", "Simple") == "Detailed"
    return record(entry, platform.account, platform.clock, platform.server, detailed=detailed)


def _moment(platform: Platform, asked: Asked, name: str, default: float) -> float:
    """A moment on the box's own line of time; the platform's clock may be shifted against it."""
    text = asked.one(name)
    if not text:
        return default
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name) from None
    if moment.tzinfo is None:
        raise invalid(name)
    return moment.timestamp() - platform.clock.shift


def _administrators_only(asked: Asked) -> None:
    if not asked.session.owner.administrator:
        message = "In order to call this API endpoint, user needs to have [FullCompanyCallLog] permission"
        raise Refusal(403, "CMN-408", message)
