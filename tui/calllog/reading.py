"""Reading the record: for the command line, the screens, and whoever looks for what is missing in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, Table, and_, func, or_, select, tuple_

from tui.calllog import schema
from tui.calllog.finding import lasted, of_kind, until
from tui.calllog.payload import GapRow
from tui.calllog.rows import ANSWERED, CallRow, PartyRow, StateSeen
from tui.calllog.standing import MISSED, Count
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
        account_id: Whose calls; None for any account's.
        call_id: This one only.
        extensions: Ids of extensions, of which one has to be a party; None for any.
        missed: Only inbound calls that nobody took.
        newest_first: Else the oldest.
        most: How many at most.
    """

    since: float | None = None
    until: float | None = None
    account_id: str | None = None
    call_id: str | None = None
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


def calls(connection: Connection, wanted: Wanted, *also: ColumnElement[bool]) -> Iterator[Kept]:
    """The calls that are wanted, with their parties, in order of time.

    Args:
        connection: Within a transaction.
        wanted: Which calls.
        also: What else they have to be; see `finding.condition`.
    """
    call = schema.call.c
    order = schema.began.desc() if wanted.newest_first else schema.began
    # The facts of a call are most of its row, and nobody reads them here.
    columns = [column for column in call if column is not call.facts]
    query = select(*columns).where(*_conditions(wanted), *also).order_by(order, call.call_id)
    found = connection.execute(query.limit(wanted.most))
    while rows := found.fetchmany(AT_ONCE):
        parties = _parties(connection, rows)
        for row in rows:
            yield Kept(row.account_id, row.revision, _call(row, parties.get((row.account_id, row.call_id), [])))


def counts(connection: Connection, since: float, at: float, account_id: str | None = None) -> dict[str, Count]:
    """The calls of each extension that began since then, by its id.

    Args:
        connection: Within a transaction.
        since: Calls that began then or later.
        at: Now: until then calls have lasted that go on.
        account_id: Whose calls; None for any account's.
    """
    call, party = schema.call.c, schema.call_party.c
    talked = lasted(party.answered_at, until(party.ended_at, party.is_over, at))
    is_called = func.max(party.direction == "Inbound")
    each = (
        select(
            party.extension_id,
            is_called.label("inbound"),
            func.max(party.direction == "Outbound").label("outbound"),
            func.max(party.result == ANSWERED).label("answered"),
            and_(of_kind(MISSED), is_called).label("missed"),
            _seconds(talked).label("talked"),
        )
        .join_from(schema.call, schema.call_party, _same_call())
        .where(*_conditions(Wanted(since=since, account_id=account_id)))
        .group_by(call.account_id, call.call_id, party.extension_id)
        .subquery()
    )
    sums = [_number(each.c[name]) for name in ("inbound", "outbound", "answered", "missed")]
    query = select(each.c.extension_id, func.count(), *sums, func.sum(each.c.talked)).group_by(each.c.extension_id)
    return {row[0]: Count(*row[1:]) for row in connection.execute(query)}


def count(connection: Connection, since: float, at: float, account_id: str | None = None) -> Count:
    """The calls of all extensions together that began since then: each once, however many are in it."""
    call = schema.call.c
    talked = lasted(call.answered_at, until(call.ended_at, call.is_over, at))
    query = select(
        func.count(),
        _number(call.direction == "Inbound"),
        _number(call.direction == "Outbound"),
        _number(call.result == ANSWERED),
        _number(of_kind(MISSED)),
        _seconds(talked),
    ).where(*_conditions(Wanted(since=since, account_id=account_id)))
    return Count(*connection.execute(query).one())


def accounts(connection: Connection) -> list[str]:
    """The ids of all accounts whose calls were ever recorded."""
    return list(connection.execute(select(schema.life.c.account_id).distinct()).scalars())


def gaps(
    connection: Connection, account_id: str | None = None, *, unfilled: bool = False, since: float | None = None
) -> list[GapRow]:
    """The gaps, or those that lasted into the time since then; oldest first."""
    gap = schema.gap.c
    conditions = [gap.account_id == account_id] if account_id is not None else []
    conditions += [gap.filled_at.is_(None)] if unfilled else []
    conditions += [or_(gap.ended_at.is_(None), gap.ended_at >= since)] if since is not None else []
    query = _with_names(schema.gap).where(*conditions).order_by(gap.started_at)
    return [
        replace(gap_of(row), extension_number=row.number or "", extension_name=row.name or "")
        for row in connection.execute(query)
    ]


def recorded(connection: Connection, account_id: str) -> tuple[float | None, float | None]:
    """When the first recorder of an account began, and when one was last known to listen; None where there was none."""
    life, moment = schema.life.c, schema.Moment()
    query = select(func.min(life.started_at, type_=moment), func.max(life.alive_at, type_=moment))
    since, until = connection.execute(query.where(life.account_id == account_id)).one()
    return since, until


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
    return list(calls(connection, Wanted(since, until, account_id)))


def oldest_awaiting(connection: Connection, account_id: str, since: float, until: float) -> float | None:
    """When the oldest call began that ended in this time, or was last heard of then, and has no final result."""
    call = schema.call.c
    ended = func.coalesce(call.ended_at, call.changed_at, type_=schema.Moment())
    query = select(func.min(schema.began, type_=schema.Moment())).where(
        call.account_id == account_id,
        call.matched_by.is_(None),
        call.is_over,
        ~call.is_backfilled,
        ended >= since,
        ended < until,
    )
    return connection.execute(query).scalar()


def _number(what: ColumnElement[bool]) -> ColumnElement[int]:
    """How many are so."""
    return func.coalesce(func.sum(what, type_=Integer()), 0)


def _seconds(talked: ColumnElement[float]) -> ColumnElement[float]:
    """The seconds of all together; a time whose end nobody saw counts as none."""
    return func.coalesce(func.sum(func.max(0.0, func.coalesce(talked, 0.0))), 0.0)


def _same_call() -> ColumnElement[bool]:
    call, party = schema.call.c, schema.call_party.c
    return and_(party.account_id == call.account_id, party.call_id == call.call_id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    call, party = schema.call.c, schema.call_party.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(schema.began >= wanted.since)
    if wanted.until is not None:
        conditions.append(schema.began < wanted.until)
    if wanted.account_id is not None:
        conditions.append(call.account_id == wanted.account_id)
    else:
        # All there are, by their names: so an index leads to their calls.
        conditions.append(call.account_id.in_(select(schema.life.c.account_id)))
    if wanted.call_id is not None:
        conditions.append(call.call_id == wanted.call_id)
    if wanted.extensions is not None:
        # Not by `exists`: that would look through all calls of an extension for each call there is.
        theirs = select(party.account_id, party.call_id).where(party.extension_id.in_(wanted.extensions))
        conditions.append(tuple_(call.account_id, call.call_id).in_(theirs))
    if wanted.missed:
        conditions.append(of_kind(MISSED))
    return conditions


def _parties(connection: Connection, calls: Collection[AnyRow]) -> dict[tuple[str, str], list[PartyRow]]:
    party = schema.call_party.c
    found: dict[tuple[str, str], list[PartyRow]] = {}
    ids: Sequence[str] = [str(call.call_id) for call in calls]
    # By the account, too: so the table's key leads to them.
    accounts = {str(call.account_id) for call in calls}
    query = _with_names(schema.call_party).where(party.account_id.in_(accounts), party.call_id.in_(ids))
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
