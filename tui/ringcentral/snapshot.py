"""Presence by REST, by the cheapest plan: single reads, bulk reads of up to 30 ids, or pages of the whole account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from tui.presence.presence import Presence
from tui.ringcentral import wire
from tui.ringcentral.client import BACKGROUND_RESERVE, Request
from tui.ringcentral.limits import Group
from tui.ringcentral.refusals import NotFound
from tui.ringcentral.session import Session

BULK = 30
"""Ids in one bulk read, at most (API reference: more is InvalidMultipartRequest)."""
PER_PAGE = 1000
"""Presences in one page of the account, at most (API reference)."""
BULK_JSON = "application/vnd.ringcentral.multipart+json"
"""Asks for the bulk answer as one JSON array instead of multipart/mixed."""
ACCOUNT = "/restapi/v1.0/account/~"
DETAILED = {"detailedTelephonyState": "true"}


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a plan: some ids, or a page of the account."""

    ids: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one step brought.

    Attributes:
        presences: The presence of each extension that was asked for and given.
        refused: Why the platform gave no presence of an extension, by its id.
        sent: When the request went out, in server time.
        received: When the answer came, in server time.
    """

    presences: dict[str, Presence]
    refused: dict[str, str] = field(default_factory=dict)
    sent: float = 0.0
    received: float = 0.0


def plans(ids: Sequence[str], account_size: int | None) -> list[list[Step]]:
    """The ways to read these extensions: some at a time, and the whole account.

    Args:
        ids: The extensions to read.
        account_size: How many extensions the account has; None where that is not known.
    """
    bulk = [Step(ids=tuple(ids[start : start + BULK])) for start in range(0, len(ids), BULK)]
    pages = [Step(page=page) for page in range(1, ceil((account_size or 0) / PER_PAGE) + 1)]
    return [bulk, pages] if pages else [bulk]


def plan(ids: Sequence[str], account_size: int | None) -> list[Step]:
    """The calls that read these extensions, as few as possible; see `plans`.

    Pages are scarce (10 calls a minute, against 50), so they must save something to be chosen.
    """
    return min(plans(ids, account_size), key=len)


class PresenceReader:
    """Reads presences over a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def read(self, step: Step, *, background: bool = False) -> Reading:
        """One call of a plan.

        Args:
            step: What to read.
            background: Whether the call leaves a reserve of the rate limit to others.

        Raises:
            RingwallError: As `Session.call` does.
        """
        request = _request(step, BACKGROUND_RESERVE if background else 0)
        try:
            answer = await self._session.call(request)
        except NotFound as error:
            if len(step.ids) != 1:
                raise
            return Reading({}, {step.ids[0]: str(error)})
        presences, refused = _decoded(step, answer.body, self._session.server, self._session.clock.ahead)
        return Reading(presences, refused, answer.sent, answer.received)


def _request(step: Step, reserve: int) -> Request:
    if step.page:
        params = DETAILED | {"page": str(step.page), "perPage": str(PER_PAGE)}
        return Request("GET", f"{ACCOUNT}/presence", Group.HEAVY, params, reserve=reserve)
    path = f"{ACCOUNT}/extension/{','.join(step.ids)}/presence"
    accept = BULK_JSON if len(step.ids) > 1 else "application/json"
    return Request("GET", path, Group.LIGHT, DETAILED, accept=accept, reserve=reserve)


def _decoded(step: Step, body: bytes, server: str, ahead: float) -> tuple[dict[str, Presence], dict[str, str]]:
    if len(step.ids) == 1:
        presence = wire.presence(wire.decode_object(body, server), ahead)
        if presence == Presence():
            raise wire.not_ringcentral(server)
        return {step.ids[0]: presence}, {}
    if step.page:
        _, records = wire.page(body, server)
        return {owner: wire.presence(record, ahead) for record in records if (owner := wire.presence_owner(record))}, {}
    presences: dict[str, Presence] = {}
    refused: dict[str, str] = {}
    for extension_id, status, part in _bulk_parts(body, server):
        if status == 200:
            presences[extension_id] = wire.presence(part, ahead)
        else:
            refused[extension_id] = wire.text(part.get("message")) or f"HTTP {status}"
    return presences, refused


def _bulk_parts(body: bytes, server: str) -> Iterator[tuple[str, int, wire.Json]]:
    try:
        parts = wire.decode(body)
    except wire.Undecodable as error:
        raise wire.not_ringcentral(server) from error
    if not isinstance(parts, list):
        raise wire.not_ringcentral(server)
    for part in wire.items(parts):
        content = wire.mapping(part.get("body"))
        extension_id = wire.identity(part.get("resourceId")) or wire.presence_owner(content)
        if extension_id:
            yield extension_id, wire.whole(part.get("status")) or 200, content
