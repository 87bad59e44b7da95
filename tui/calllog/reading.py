"""Reading the record: for the command line, the screens, and whoever looks for what is missing in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, exists, func, select

from tui.calllog import schema
from tui.calllog.payload import GapRow
from tui.calllog.rows import UNTAKEN, CallRow, PartyRow, StateSeen
from tui.clock import seconds

_states = msgspec.json.Decoder(list[tuple[str, str, bool]])
AT_ONCE = 500
"""Calls that are read in one go."""

AnyRow: TypeAlias = Row[*tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls are wanted.

    Attributes:
        since, until: When they began, in seconds since 1970; the end is not included.
        extensions: Ids of extensions, of which one has to be a party; None for any.
        missed: Only inbound calls that nobody took.
        newest_first: Else the oldest.
        most: How many at most.
    """

    since: float | None = None
    until: float | None = None
    extensions: frozenset[str] | None = None
    missed: bool = False
    newest_first: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A call as it is kept."""

    account_id: str
    revision: int
    call: CallRow


@dataclass(frozen=True, slots=True)
class Count:
    """The calls of one extension.

    Attributes:
        answered: Those that it took, or that were taken of those it made.
        missed: Inbound calls to it that nobody took.
    """

    calls: int = 0
    answered: int = 0
    missed: int = 0


def calls(connection: Connection, wanted: Wanted) -> Iterator[Kept]:
    """The calls that are wanted, with their parties, in order of time."""
    call, began = schema.call.c, _began()
    order = began.desc() if wanted.newest_first else began
    query = select(schema.call, began.label("began")).where(*_conditions(wanted)).order_by(order, call.call_id)
    found = connection.execute(query.limit(wanted.most))
    while rows := found.fetchmany(AT_ONCE):
        parties = _parties(connection, rows)
        for row in rows:
            yield Kept(row.account_id, row.revision, _call(row, parties.get((row.account_id, row.call_id), [])))


def counts(connection: Connection, since: float) -> dict[str, Count]:
    """The calls of each extension since then, by its id."""
    found: dict[str, Count] = {}
    for kept in calls(connection, Wanted(since=since)):
        for extension_id in {party.extension_id for party in kept.call.parties}:
            mine = [party for party in kept.call.parties if party.extension_id == extension_id]
            before = found.get(extension_id, Count())
            is_missed = is_untaken(kept.call) and any(party.direction == "Inbound" for party in mine)
            found[extension_id] = Count(
                before.calls + 1,
                before.answered + any(party.result == "answered" for party in mine),
                before.missed + is_missed,
            )
    return found


def is_untaken(call: CallRow) -> bool:
    """Whether somebody called and nobody took it."""
    return call.direction == "Inbound" and call.result in UNTAKEN


def gaps(connection: Connection, account_id: str | None = None, *, unfilled: bool = False) -> list[GapRow]:
    """The gaps, oldest first."""
    gap = schema.gap.c
    conditions = [gap.account_id == account_id] if account_id is not None else []
    conditions += [gap.filled_at.is_(None)] if unfilled else []
    query = _with_names(schema.gap).where(*conditions).order_by(gap.started_at)
    return [
        replace(gap_of(row), extension_number=row.number or "", extension_name=row.name or "")
        for row in connection.execute(query)
    ]


def gap_of(row: AnyRow) -> GapRow:
    """A stored gap, without the name of its extension."""
    return GapRow(row.gap_id, row.started_at, row.reason, row.extension_id, row.ended_at, row.filled_at, row.revision)


def extensions(connection: Connection, ids: Collection[str] | None = None) -> dict[str, tuple[str, str]]:
    """Number and name of these extensions, or of all whose calls were recorded, by id."""
    query = select(schema.extension)
    if ids is not None:
        query = query.where(schema.extension.c.extension_id.in_(ids))
    return {row.extension_id: (row.number or "", row.name or "") for row in connection.execute(query)}


def _with_names(table: Table) -> Select[*tuple[object, ...]]:
    """The rows of a table with number and name of their extension."""
    known = schema.extension.c
    same = and_(known.account_id == table.c.account_id, known.extension_id == table.c.extension_id)
    return select(table, known.number, known.name).outerjoin_from(table, schema.extension, same)


def begun(connection: Connection, account_id: str, since: float, until: float) -> list[Kept]:
    """The calls of an account that began in this time."""
    return [kept for kept in calls(connection, Wanted(since, until)) if kept.account_id == account_id]


def oldest_awaiting(connection: Connection, account_id: str, since: float, until: float) -> float | None:
    """When the oldest call began that ended in this time, or was last heard of then, and has no final result."""
    call = schema.call.c
    ended = func.coalesce(call.ended_at, call.changed_at, type_=schema.Moment())
    query = select(func.min(_began(), type_=schema.Moment())).where(
        call.account_id == account_id,
        call.matched_by.is_(None),
        call.is_over,
        ~call.is_backfilled,
        ended >= since,
        ended < until,
    )
    return connection.execute(query).scalar()


def _began() -> ColumnElement[float]:
    return func.coalesce(schema.call.c.started_at, schema.call.c.first_seen, type_=schema.Moment())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    call, party = schema.call.c, schema.call_party.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(_began() >= wanted.since)
    if wanted.until is not None:
        conditions.append(_began() < wanted.until)
    if wanted.extensions is not None:
        ours = and_(party.account_id == call.account_id, party.call_id == call.call_id)
        conditions.append(exists().where(ours, party.extension_id.in_(wanted.extensions)))
    if wanted.missed:
        conditions += [call.direction == "Inbound", call.result.in_(UNTAKEN)]
    return conditions


def _parties(connection: Connection, calls: Collection[AnyRow]) -> dict[tuple[str, str], list[PartyRow]]:
    party = schema.call_party.c
    found: dict[tuple[str, str], list[PartyRow]] = {}
    ids: Sequence[str] = [str(call.call_id) for call in calls]
    query = _with_names(schema.call_party).where(party.call_id.in_(ids))
    for row in connection.execute(query.order_by(party.started_at, party.party_id)):
        found.setdefault((row.account_id, row.call_id), []).append(_party(row))
    return found


def _call(row: AnyRow, parties: list[PartyRow]) -> CallRow:
    return CallRow(
        call_id=row.call_id,
        parties=tuple(parties),
        facts=(),
        telephony_session_id=row.telephony_session_id or "",
        session_id=row.session_id or "",
        direction=row.direction or "",
        from_number=row.from_number or "",
        from_name=row.from_name or "",
        from_withheld=row.from_withheld,
        to_number=row.to_number or "",
        to_name=row.to_name or "",
        queue=row.queue or "",
        first_seen=row.first_seen,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        is_over=row.is_over,
        result=row.result,
        log_result=row.log_result or "",
        reason=row.reason or "",
        record_id=row.record_id or "",
        matched_by=row.matched_by,
        is_marked=row.is_marked,
        is_backfilled=row.is_backfilled,
    )


def _party(row: AnyRow) -> PartyRow:
    return PartyRow(
        party_id=row.party_id,
        extension_id=row.extension_id,
        direction=row.direction or "",
        state=row.state or "",
        states=tuple(StateSeen(state, seconds(at), is_told) for state, at, is_told in _states.decode(row.states)),
        started_at=row.started_at,
        ringing_at=row.ringing_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        is_over=row.is_over,
        result=row.result,
        log_result=row.log_result or "",
        last_sequence=row.last_sequence,
        is_marked=row.is_marked,
        is_backfilled=row.is_backfilled,
        extension_number=row.number or "",
        extension_name=row.name or "",
    )
