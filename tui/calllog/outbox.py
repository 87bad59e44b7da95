"""The outbox: every new state of a call or gap, in order, and how far each sink has taken it."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from tui.calllog import schema


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to be sent.

    Attributes:
        subject: The call it is about, or `gap:` and the gap.
        revision: Counts the states of that subject.
        payload: What is sent, as JSON.
    """

    outbox_id: int
    account_id: str
    subject: str
    revision: int
    payload: str

    @property
    def key(self) -> str:
        """What makes a second delivery of it known."""
        return f"{self.account_id}:{self.subject}:{self.revision}"


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a sink is.

    Attributes:
        waiting: Messages that it has not taken.
        oldest_at: Since when the oldest of them waits; None where none does.
        delivered_at: When it last took one; None before.
        problem: Why it takes none now; empty where it does.
        failures: How often in a row it took none.
        dead: Messages that it refused for good.
    """

    name: str
    waiting: int
    oldest_at: float | None
    delivered_at: float | None
    problem: str
    failures: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that a sink refused for good, and in which words."""

    sink: str
    subject: str
    revision: int
    reason: str
    died_at: float
    payload: str


def set_sinks(connection: Connection, names: Collection[str]) -> None:
    """Have these sinks and no others; one that is new begins at the end of the outbox."""
    # Not what lies in the outbox: that may be empty, and its numbers go on all the same.
    end = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").scalar() or 0
    connection.execute(delete(schema.sink).where(schema.sink.c.name.not_in(names)))
    for name in names:
        new = upsert(schema.sink).values(name=name, place=end, failures=0)
        connection.execute(new.on_conflict_do_nothing())
    _prune(connection)


def next_messages(connection: Connection, name: str, most: int) -> list[Message]:
    """What a sink is to be sent next, in order."""
    box = schema.outbox.c
    query = (
        select(box.outbox_id, box.account_id, box.subject, box.revision, box.payload)
        .where(_is_for(name), box.outbox_id > _place(name))
        .order_by(box.outbox_id)
        .limit(most)
    )
    return [Message(*row) for row in connection.execute(query)]


def note_delivered(connection: Connection, name: str, last: Message) -> None:
    """A sink has taken everything up to this."""
    connection.execute(
        update(schema.sink)
        .where(schema.sink.c.name == name)
        .values(place=last.outbox_id, delivered_at=time.time(), problem=None, failures=0)
    )
    _prune(connection)


def note_problem(connection: Connection, name: str, problem: str) -> None:
    """A sink took nothing."""
    sink = schema.sink
    connection.execute(update(sink).where(sink.c.name == name).values(problem=problem, failures=sink.c.failures + 1))


def note_dead(connection: Connection, name: str, message: Message, reason: str) -> None:
    """A sink refused a message for good: it is set aside, and the next ones go on."""
    connection.execute(
        insert(schema.dead_letter).values(
            sink=name,
            account_id=message.account_id,
            subject=message.subject,
            revision=message.revision,
            payload=message.payload,
            reason=reason,
            died_at=time.time(),
        )
    )
    connection.execute(update(schema.sink).where(schema.sink.c.name == name).values(place=message.outbox_id))
    _prune(connection)


def sink_states(connection: Connection) -> list[SinkState]:
    """How each sink is."""
    states = []
    for row in connection.execute(select(schema.sink).order_by(schema.sink.c.name)):
        box, letters = schema.outbox.c, schema.dead_letter.c
        waits = select(func.count(), func.min(box.created_at)).where(_is_for(row.name), box.outbox_id > row.place)
        waiting, oldest_at = connection.execute(waits).one()
        dead = connection.execute(select(func.count()).where(letters.sink == row.name)).scalar_one()
        states.append(SinkState(row.name, waiting, oldest_at, row.delivered_at, row.problem or "", row.failures, dead))
    return states


def dead_letters(connection: Connection, name: str = "") -> list[DeadLetter]:
    """What sinks, or this one, refused for good; oldest first."""
    letters = schema.dead_letter.c
    query = select(
        letters.sink, letters.subject, letters.revision, letters.reason, letters.died_at, letters.payload
    ).order_by(letters.dead_letter_id)
    return [DeadLetter(*row) for row in connection.execute(query.where(letters.sink == name) if name else query)]


def resend(connection: Connection, name: str) -> tuple[int, int]:
    """Put a sink's dead letters into the outbox again, for it alone.

    Gives how many, and how many were dropped because the call has a later state, which the sink is sent anyway: no
    sink is ever sent an older state after a later one.
    """
    letters, sent, dropped = schema.dead_letter.c, 0, 0
    query = select(schema.dead_letter).where(letters.sink == name).order_by(letters.dead_letter_id)
    for letter in connection.execute(query).all():
        if letter.revision < _last_revision(connection, letter):
            dropped += 1
            continue
        connection.execute(
            insert(schema.outbox).values(
                account_id=letter.account_id,
                subject=letter.subject,
                revision=letter.revision,
                payload=letter.payload,
                created_at=time.time(),
                only_sink=name,
            )
        )
        sent += 1
    connection.execute(delete(schema.dead_letter).where(letters.sink == name))
    return sent, dropped


def _last_revision(connection: Connection, letter: Row[*tuple[object, ...]]) -> float:
    """The last revision there is of what a letter is about; of a call that is gone, that it is gone."""
    call, gap = schema.call.c, schema.gap.c
    if letter.subject.startswith("gap:"):
        gap_id = letter.subject.removeprefix("gap:")
        query = select(gap.revision).where(gap.account_id == letter.account_id, gap.gap_id == gap_id)
    else:
        query = select(call.revision).where(call.account_id == letter.account_id, call.call_id == letter.subject)
    found = connection.execute(query).scalar()
    if found is None and '"type":"call_removed"' not in letter.payload:
        return float("inf")
    return found or 0


def _place(name: str) -> ScalarSelect[int]:
    return select(schema.sink.c.place).where(schema.sink.c.name == name).scalar_subquery()


def _is_for(name: str) -> ColumnElement[bool]:
    return or_(schema.outbox.c.only_sink.is_(None), schema.outbox.c.only_sink == name)


def _prune(connection: Connection) -> None:
    """Drop what every sink has taken."""
    least = select(func.min(schema.sink.c.place)).scalar_subquery()
    connection.execute(delete(schema.outbox).where(or_(schema.outbox.c.outbox_id <= least, least.is_(None))))
