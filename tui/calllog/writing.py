"""Writing the record: what is learnt becomes rows, and every new state of a row goes into the outbox of the sinks."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from tui.calllog import schema
from tui.calllog.belonging import marked_key
from tui.calllog.deriving import rows
from tui.calllog.facts import Fact, Seen
from tui.calllog.parties import is_lost, unlisted
from tui.calllog.payload import GapRow, Json, call_json, gap_json, removal_json
from tui.calllog.reading import extensions, gap_of
from tui.calllog.rows import CallRow, PartyRow
from tui.clock import iso
from tui.presence.extension import Extension

_facts = msgspec.json.Decoder(list[Fact])
Named = TypeVar("Named", PartyRow, GapRow)
LOST = "only the call log knew that it was answered"
CHUNK = 500
"""Values in one list of a query; SQLite takes some thousands."""


# Statements that each event needs are made once: to make them costs more than what they do.


def _putting(table: Table) -> Insert:
    """Stores a row, in place of one with the same key."""
    new = upsert(table)
    return new.on_conflict_do_update(list(table.primary_key.columns), set_=dict(new.excluded.items()))


_PUT = {table.name: _putting(table) for table in (schema.call, schema.gap, schema.extension)}
_call = schema.call.c
_any_of: BindParameter[Sequence[str]] = bindparam("names", expanding=True)
_RELATED = select(_call.call_id, _call.facts, _call.revision).where(
    # An expression no index knows: else one leads to all calls of the account, and each name is sought among them.
    literal_column('+"call".account_id') == bindparam("account_id"),
    or_(
        and_(_call.account_id == bindparam("account_id"), _call.call_id.in_(_any_of)),
        _call.telephony_session_id.in_(_any_of),
        _call.session_id.in_(_any_of),
        _call.record_id.in_(_any_of),
    ),
)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of a call: what its row was made of, and its revision."""

    facts: tuple[Fact, ...]
    revision: int


class Writing:
    """Writes what was learnt about one account, within one transaction.

    Args:
        connection: The transaction.
        account_id: Whose calls.
        has_sinks: Whether somebody is to be sent what changes.
    """

    def __init__(self, connection: Connection, account_id: str, *, has_sinks: bool) -> None:
        self._connection = connection
        self._account_id = account_id
        self._has_sinks = has_sinks

    # Calls

    def learn(self, facts: Sequence[Fact]) -> list[CallRow]:
        """Take facts in, in any order and however often; gives the calls that anybody can see a difference in."""
        if not facts:
            return []
        stored = self._related(facts)
        known = [fact for call in stored.values() for fact in call.facts]
        changed = []
        new = {call.call_id: call for call in rows([*known, *facts])}
        old = {call.call_id: call for call in rows(known)}
        for call_id, call in new.items():
            before = stored.get(call_id)
            if before is None or set(before.facts) != set(call.facts):
                is_new = before is None or replace(call, facts=()) != replace(old[call_id], facts=())
                changed += [call] if is_new else []
                self._put(call, (before.revision if before else 0) + is_new, is_new=is_new)
        for call_id in stored.keys() - new.keys():
            self._remove(call_id, stored[call_id].revision + 1, _heir(stored[call_id], new.values()))
        return changed

    def learn_of_the_log(self, facts: Sequence[Fact], watched: Collection[str], at: float) -> None:
        """Take in what the call log said; what it shows to be lost of watched extensions is a gap, filled by that."""
        for call in self.learn(facts):
            for party in call.parties:
                if party.extension_id in watched and is_lost(party):
                    self._add_lost(party, at)

    def settle(self, listed: Sequence[Seen], unread: Collection[str], at: float) -> None:
        """All calls there are now are these: those that were not over and are not among them have ended unseen."""
        query = select(schema.call.c.facts).where(
            schema.call.c.account_id == self._account_id, schema.call.c.is_over.is_(False)
        )
        known = [fact for (text,) in self._connection.execute(query) for fact in _facts.decode(text)]
        self.learn([*listed, *unlisted(rows(known), listed, unread, at)])

    def rewrite(self, call_id: str, facts: Sequence[Fact]) -> None:
        """Have a call stand on other facts than before, or be gone where there are none."""
        (revision,) = self._connection.execute(
            select(schema.call.c.revision).where(*self._is(schema.call, call_id))
        ).one()
        made = rows(facts)
        if [call.call_id for call in made] == [call_id]:
            self._put(made[0], revision + 1, is_new=True)
        else:
            self._remove(call_id, revision + 1, None)

    def _related(self, facts: Iterable[Fact]) -> dict[str, _Stored]:
        """The stored calls that these facts may belong to, and those that those may be one with."""
        stored: dict[str, _Stored] = {}
        asked: set[str] = set()
        names = {name for fact in facts for name in _names(fact)}
        while new := sorted(names - asked):
            asked |= names
            for start in range(0, len(new), CHUNK):
                for row in self._named(new[start : start + CHUNK]):
                    stored[row.call_id] = _Stored(tuple(_facts.decode(row.facts)), row.revision)
            names = {name for call in stored.values() for fact in call.facts for name in _names(fact)}
        return stored

    def _named(self, names: Sequence[str]) -> Sequence[Row[str, str, int]]:
        return self._connection.execute(_RELATED, {"account_id": self._account_id, "names": names}).all()

    def _put(self, call: CallRow, revision: int, *, is_new: bool) -> None:
        """Store a call; `is_new` tells whether anybody can see a difference."""
        values = _call_values(call) | {"account_id": self._account_id, "revision": revision, "changed_at": time.time()}
        if not is_new:
            values.pop("changed_at")
            self._connection.execute(update(schema.call).where(*self._is(schema.call, call.call_id)).values(values))
            return
        self._connection.execute(_PUT["call"], values)
        self._connection.execute(delete(schema.call_party).where(*self._is(schema.call_party, call.call_id)))
        if call.parties:
            ours = {"account_id": self._account_id, "call_id": call.call_id}
            self._connection.execute(insert(schema.call_party), [_party_values(one) | ours for one in call.parties])
        if self._has_sinks:
            self._send(call.call_id, revision, call_json(self._account_id, self._with_names(call), revision))

    def _remove(self, call_id: str, revision: int, merged_into: str | None) -> None:
        for table in (schema.call, schema.call_party):
            self._connection.execute(delete(table).where(*self._is(table, call_id)))
        if self._has_sinks:
            self._send(call_id, revision, removal_json(self._account_id, call_id, revision, merged_into))

    def _with_names(self, call: CallRow) -> CallRow:
        known = extensions(self._connection, {party.extension_id for party in call.parties})
        return replace(call, parties=tuple(_with_name(party, known) for party in call.parties))

    def _is(self, table: Table, call_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.account_id == self._account_id, table.c.call_id == call_id

    def know(self, extensions: Iterable[Extension]) -> None:
        """Numbers and names of extensions, for those who read the record."""
        for one in extensions:
            ours = {"account_id": self._account_id, "extension_id": one.id}
            self._connection.execute(
                _PUT["extension"], {**ours, "number": one.number or None, "name": one.name or None}
            )

    # Gaps

    def open_gap(self, started_at: float, reason: str, extension_id: str | None = None) -> None:
        """From then on calls go unseen; where they already do, since the earlier of both moments."""
        if (gap := self._open_gap(extension_id)) is None:
            self._put_gap(_new_gap(started_at, None, reason, extension_id))
        elif started_at < gap.started_at:
            self._put_gap(replace(gap, started_at=started_at))

    def close_gap(self, ended_at: float, extension_id: str | None = None) -> None:
        """From then on calls are seen again."""
        if (gap := self._open_gap(extension_id)) is not None:
            self._put_gap(replace(gap, ended_at=max(ended_at, gap.started_at)))

    def add_gap(self, started_at: float, ended_at: float, reason: str, extension_id: str | None = None) -> None:
        """Calls went unseen between these moments; a gap that is known to overlap them grows."""
        found = self._gaps_in(started_at, ended_at, extension_id)
        if any(gap.started_at <= started_at and (gap.ended_at is None or gap.ended_at >= ended_at) for gap in found):
            return
        gap = next((one for one in found if one.extension_id == extension_id), None)
        if gap is None:
            self._put_gap(_new_gap(started_at, ended_at, reason, extension_id))
            return
        end = None if gap.ended_at is None else max(gap.ended_at, ended_at)
        self._put_gap(replace(gap, started_at=min(gap.started_at, started_at), ended_at=end, filled_at=None))

    def _gaps_in(self, started_at: float, ended_at: float, extension_id: str | None) -> list[GapRow]:
        """The gaps of all and of an extension that overlap a time, the latest first."""
        gaps = schema.gap.c
        overlapping = select(schema.gap).where(
            gaps.account_id == self._account_id,
            or_(gaps.extension_id.is_(None), gaps.extension_id == extension_id),
            gaps.started_at <= ended_at,
            or_(gaps.ended_at.is_(None), gaps.ended_at >= started_at),
        )
        return [gap_of(row) for row in self._connection.execute(overlapping.order_by(gaps.started_at.desc()))]

    def _add_lost(self, party: PartyRow, at: float) -> None:
        """A part in a call that was lost, unless a gap explains it."""
        start, end = party.started_at, party.ended_at
        if start is not None and end is not None and not self._gaps_in(start, end, party.extension_id):
            self._put_gap(replace(_new_gap(start, end, LOST, party.extension_id), filled_at=at))

    def fill_gap(self, gap_id: str, at: float) -> None:
        """The call log has told all that it has of this gap."""
        gaps = schema.gap.c
        query = select(schema.gap).where(gaps.account_id == self._account_id, gaps.gap_id == gap_id)
        if (found := self._connection.execute(query).first()) is not None:
            self._put_gap(replace(gap_of(found), filled_at=at))

    def _open_gap(self, extension_id: str | None) -> GapRow | None:
        gaps = schema.gap.c
        whose = gaps.extension_id.is_(None) if extension_id is None else gaps.extension_id == extension_id
        query = select(schema.gap).where(gaps.account_id == self._account_id, gaps.ended_at.is_(None), whose)
        found = self._connection.execute(query).first()
        return None if found is None else gap_of(found)

    def _put_gap(self, gap: GapRow) -> None:
        gap = replace(gap, revision=gap.revision + 1)
        values = {
            "account_id": self._account_id,
            "gap_id": gap.gap_id,
            "extension_id": gap.extension_id,
            "started_at": gap.started_at,
            "ended_at": gap.ended_at,
            "reason": gap.reason,
            "filled_at": gap.filled_at,
            "revision": gap.revision,
        }
        self._connection.execute(_PUT["gap"], values)
        if self._has_sinks:
            gap = _with_name(gap, extensions(self._connection, {gap.extension_id or ""}))
            self._send(f"gap:{gap.gap_id}", gap.revision, gap_json(self._account_id, gap))

    # Lives of recorders

    def begin_life(self, at: float) -> int:
        """A recorder begins; the time since the last one ended or was last alive is a gap. Gives the life's id."""
        lives = schema.life.c
        query = select(schema.life).where(lives.account_id == self._account_id).order_by(lives.life_id.desc())
        last = self._connection.execute(query).first()
        if last is not None:
            reason = "the recorder was killed" if last.ended_at is None else "nothing was recorded"
            self.open_gap(last.alive_at if last.ended_at is None else last.ended_at, reason)
        # Whether an extension still goes unwatched this recorder will say, if it is chosen at all.
        gaps = schema.gap.c
        single = gaps.account_id == self._account_id, gaps.ended_at.is_(None), gaps.extension_id.is_not(None)
        for (extension_id,) in self._connection.execute(select(gaps.extension_id).where(*single)).all():
            self.close_gap(at, extension_id)
        begun = insert(schema.life).values(account_id=self._account_id, started_at=at, alive_at=at)
        return int(self._connection.execute(begun.returning(lives.life_id)).scalar_one())

    def note_alive(self, life_id: int, at: float) -> None:
        """All that happened until then has been written."""
        self._connection.execute(update(schema.life).where(schema.life.c.life_id == life_id).values(alive_at=at))

    def end_life(self, life_id: int, at: float) -> None:
        """The recorder leaves, having written all until then."""
        ended = update(schema.life).where(schema.life.c.life_id == life_id)
        self._connection.execute(ended.values(alive_at=at, ended_at=at))

    # The outbox

    def _send(self, subject: str, revision: int, payload: Json) -> None:
        values = {
            "account_id": self._account_id,
            "subject": subject,
            "revision": revision,
            "payload": msgspec.json.encode(payload).decode(),
            "created_at": time.time(),
        }
        self._connection.execute(insert(schema.outbox).values(values))


def _names(fact: Fact) -> list[str]:
    """The ids by which a stored call may be the one that this fact is of."""
    more = [marked_key(fact)] if isinstance(fact, Seen) else [fact.record_id, fact.belongs_to]
    return [name for name in (fact.telephony_session_id, fact.session_id, *more) if name]


def _with_name(row: Named, known: Mapping[str, tuple[str, str]]) -> Named:
    number, name = known.get(row.extension_id or "", ("", ""))
    return replace(row, extension_number=number, extension_name=name)


def _new_gap(started_at: float, ended_at: float | None, reason: str, extension_id: str | None) -> GapRow:
    gap_id = f"{iso(started_at)}/{extension_id or 'all'}"
    return GapRow(gap_id, started_at, reason, extension_id, ended_at, revision=0)


def _heir(gone: _Stored, calls: Iterable[CallRow]) -> str | None:
    """The call that has what a call that is gone was made of."""
    facts = set(gone.facts)
    return next((call.call_id for call in calls if not facts.isdisjoint(call.facts)), None)


def _call_values(call: CallRow) -> dict[str, object]:
    return {
        "call_id": call.call_id,
        "telephony_session_id": call.telephony_session_id or None,
        "session_id": call.session_id or None,
        "is_marked": call.is_marked,
        "direction": call.direction or None,
        "from_number": call.from_number or None,
        "from_name": call.from_name or None,
        "from_withheld": call.from_withheld,
        "to_number": call.to_number or None,
        "to_name": call.to_name or None,
        "queue": call.queue or None,
        "first_seen": call.first_seen,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "is_over": call.is_over,
        "result": call.result,
        "log_result": call.log_result or None,
        "reason": call.reason or None,
        "record_id": call.record_id or None,
        "matched_by": call.matched_by,
        "is_backfilled": call.is_backfilled,
        "facts": msgspec.json.encode(call.facts).decode(),
    }


def _party_values(party: PartyRow) -> dict[str, object]:
    states = [[one.state, iso(one.at), one.is_told] for one in party.states]
    return {
        "party_id": party.party_id,
        "is_marked": party.is_marked,
        "extension_id": party.extension_id,
        "direction": party.direction or None,
        "state": party.state or None,
        "started_at": party.started_at,
        "ringing_at": party.ringing_at,
        "answered_at": party.answered_at,
        "ended_at": party.ended_at,
        "is_over": party.is_over,
        "result": party.result,
        "log_result": party.log_result or None,
        "last_sequence": party.last_sequence,
        "is_backfilled": party.is_backfilled,
        "states": msgspec.json.encode(states).decode(),
    }
