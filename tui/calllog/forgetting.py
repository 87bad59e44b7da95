"""Deleting from the record: what is older than it is to be kept, and people who ask for it."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, or_, select, update

from tui.calllog import outbox, schema
from tui.calllog.facts import Fact
from tui.calllog.privacy import Numbers, digits
from tui.calllog.store import Store
from tui.calllog.writing import Writing

AT_ONCE = 500
"""Calls that are deleted in one transaction, so that the recorder never waits for long."""
_facts = msgspec.json.Decoder(list[Fact])


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed.

    Attributes:
        calls: Calls in which the number and its names were.
        letters: Messages on their way, or refused, in which it was.
        sinks: Who is sent the calls anew without them.
    """

    calls: int
    letters: int
    sinks: tuple[str, ...]


def expire(store: Store, before: float) -> int:
    """Delete the calls and gaps that began before a moment, and were over by then; gives how many calls."""
    call, party, gap = schema.call, schema.call_party, schema.gap
    old = select(call.c.account_id, call.c.call_id).where(schema.began < before, call.c.is_over).limit(AT_ONCE)
    deleted = 0
    while True:
        with store.writing() as connection:
            found = connection.execute(old).all()
            for account_id, call_id in found:
                for table in (party, call):
                    connection.execute(
                        delete(table).where(table.c.account_id == account_id, table.c.call_id == call_id)
                    )
            if not found:
                connection.execute(delete(gap).where(gap.c.ended_at < before))
                connection.execute(delete(schema.dead_letter).where(schema.dead_letter.c.died_at < before))
                return deleted
        deleted += len(found)


def forget(store: Store, number: str, numbers: Numbers) -> Forgotten:
    """Remove a number, and the names it came with, from everything that is kept here.

    The calls stay, without it; sinks are sent them anew.

    Args:
        store: The record.
        number: In any way of writing.
        numbers: How numbers are kept by now; those that were kept in full before are found too.
    """
    kept = numbers.kept(number) or number
    with store.writing() as connection:
        states = outbox.sink_states(connection)
        letters = 0
        for table, key in ((schema.outbox, "outbox_id"), (schema.dead_letter, "dead_letter_id")):
            for row in connection.execute(select(table.c[key], table.c.payload)).all():
                payload = msgspec.json.decode(row.payload, type=dict[str, object])
                if _clean_payload(payload, number, kept):
                    letters += 1
                    text = msgspec.json.encode(payload).decode()
                    connection.execute(update(table).where(table.c[key] == row[0]).values(payload=text))
        calls = 0
        named = or_(schema.call.c.from_number.is_not(None), schema.call.c.to_number.is_not(None))
        query = select(schema.call.c.account_id, schema.call.c.call_id, schema.call.c.facts).where(named)
        for account_id, call_id, text in connection.execute(query).all():
            facts = _facts.decode(text)
            without = [_without(fact, number, kept) for fact in facts]
            if without != facts:
                calls += 1
                Writing(connection, account_id, has_sinks=bool(states)).rewrite(call_id, without)
    store.empty_journal()
    return Forgotten(calls, letters, tuple(state.name for state in states))


def _is_it(found: str, number: str, kept: str) -> bool:
    if not found or found.startswith(("..", "hash:")):
        return found == kept
    return digits(found) == digits(number)


def _without(fact: Fact, number: str, kept: str) -> Fact:
    changes: dict[str, str] = {}
    if _is_it(fact.from_number, number, kept):
        changes |= {"from_number": "", "from_name": ""}
    if _is_it(fact.to_number, number, kept):
        changes |= {"to_number": "", "to_name": ""}
    return msgspec.structs.replace(fact, **changes) if changes else fact


def _clean_payload(payload: dict[str, object], number: str, kept: str) -> bool:
    is_cleaned = False
    for side in ("from", "to"):
        found = payload.get(f"{side}_number")
        if isinstance(found, str) and _is_it(found, number, kept):
            payload[f"{side}_number"] = payload[f"{side}_name"] = None
            is_cleaned = True
    return is_cleaned
