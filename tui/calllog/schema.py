"""The tables of the record in SQLite, and the numbered steps that lead to them. `docs/record.md` tells them to people.

A step that was released stays as it is for ever; what changes is another step. A test holds the steps against the
tables.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    func,
)

from tui.clock import iso, seconds

metadata = MetaData()


class Moment(TypeDecorator[float]):
    """Seconds since 1970 as ISO 8601 text in UTC with milliseconds, which people can read and databases can sort."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> str | None:
        """Seconds to text."""
        return iso(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> float | None:
        """Text to seconds."""
        return None if value is None else seconds(value)


call = Table(
    "call",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("call_id", String, primary_key=True),
    Column("telephony_session_id", String),
    Column("session_id", String),
    Column("is_marked", Boolean, nullable=False),
    Column("direction", String),
    Column("from_number", String),
    Column("from_name", String),
    Column("from_withheld", Boolean, nullable=False),
    Column("to_number", String),
    Column("to_name", String),
    Column("queue", String),
    Column("first_seen", Moment),
    Column("started_at", Moment),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("is_over", Boolean, nullable=False),
    Column("result", String),
    Column("log_result", String),
    Column("reason", String),
    Column("record_id", String),
    Column("matched_by", String),
    Column("is_backfilled", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("facts", String, nullable=False),
    Index("call_session", "session_id"),
    Index("call_telephony_session", "telephony_session_id"),
    Index("call_record", "record_id"),
)

began = func.coalesce(call.c.started_at, call.c.first_seen, type_=Moment())
"""When a call began, as far as that is known."""
Index("call_began", call.c.account_id, began)

call_party = Table(
    "call_party",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("call_id", String, primary_key=True),
    Column("party_id", String, primary_key=True),
    Column("is_marked", Boolean, nullable=False),
    Column("extension_id", String, nullable=False),
    Column("direction", String),
    Column("state", String),
    Column("started_at", Moment),
    Column("ringing_at", Moment),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("is_over", Boolean, nullable=False),
    Column("result", String),
    Column("log_result", String),
    Column("last_sequence", Integer),
    Column("is_backfilled", Boolean, nullable=False),
    Column("states", String, nullable=False),
    Index("call_party_extension", "extension_id", "started_at"),
)

extension = Table(
    "extension",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("extension_id", String, primary_key=True),
    Column("number", String),
    Column("name", String),
)

gap = Table(
    "gap",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("gap_id", String, primary_key=True),
    Column("extension_id", String),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("reason", String, nullable=False),
    Column("filled_at", Moment),
    Column("revision", Integer, nullable=False),
)

life = Table(
    "life",
    metadata,
    Column("life_id", Integer, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("alive_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", Integer, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("payload", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("only_sink", String),
    sqlite_autoincrement=True,
)

sink = Table(
    "sink",
    metadata,
    Column("name", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("delivered_at", Moment),
    Column("problem", String),
    Column("failures", Integer, nullable=False),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("dead_letter_id", Integer, primary_key=True),
    Column("sink", String, nullable=False),
    Column("account_id", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("payload", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("died_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE "call" (
            account_id VARCHAR NOT NULL, call_id VARCHAR NOT NULL, telephony_session_id VARCHAR, session_id VARCHAR,
            is_marked BOOLEAN NOT NULL, direction VARCHAR, from_number VARCHAR, from_name VARCHAR,
            from_withheld BOOLEAN NOT NULL, to_number VARCHAR, to_name VARCHAR, queue VARCHAR, first_seen VARCHAR,
            started_at VARCHAR, answered_at VARCHAR, ended_at VARCHAR, is_over BOOLEAN NOT NULL, result VARCHAR,
            log_result VARCHAR, reason VARCHAR, record_id VARCHAR, matched_by VARCHAR, is_backfilled BOOLEAN NOT NULL,
            revision INTEGER NOT NULL, changed_at VARCHAR NOT NULL, facts VARCHAR NOT NULL,
            PRIMARY KEY (account_id, call_id))""",
        'CREATE INDEX call_session ON "call" (session_id)',
        'CREATE INDEX call_telephony_session ON "call" (telephony_session_id)',
        'CREATE INDEX call_record ON "call" (record_id)',
        """CREATE TABLE call_party (
            account_id VARCHAR NOT NULL, call_id VARCHAR NOT NULL, party_id VARCHAR NOT NULL,
            is_marked BOOLEAN NOT NULL, extension_id VARCHAR NOT NULL, direction VARCHAR, state VARCHAR,
            started_at VARCHAR, ringing_at VARCHAR, answered_at VARCHAR, ended_at VARCHAR, is_over BOOLEAN NOT NULL,
            result VARCHAR, log_result VARCHAR, last_sequence INTEGER, is_backfilled BOOLEAN NOT NULL,
            states VARCHAR NOT NULL,
            PRIMARY KEY (account_id, call_id, party_id))""",
        "CREATE INDEX call_party_extension ON call_party (extension_id, started_at)",
        """CREATE TABLE extension (
            account_id VARCHAR NOT NULL, extension_id VARCHAR NOT NULL, number VARCHAR, name VARCHAR,
            PRIMARY KEY (account_id, extension_id))""",
        """CREATE TABLE gap (
            account_id VARCHAR NOT NULL, gap_id VARCHAR NOT NULL, extension_id VARCHAR, started_at VARCHAR NOT NULL,
            ended_at VARCHAR, reason VARCHAR NOT NULL, filled_at VARCHAR, revision INTEGER NOT NULL,
            PRIMARY KEY (account_id, gap_id))""",
        """CREATE TABLE life (
            life_id INTEGER NOT NULL PRIMARY KEY, account_id VARCHAR NOT NULL, started_at VARCHAR NOT NULL,
            alive_at VARCHAR NOT NULL, ended_at VARCHAR)""",
        """CREATE TABLE outbox (
            outbox_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, account_id VARCHAR NOT NULL, subject VARCHAR NOT NULL,
            revision INTEGER NOT NULL, payload VARCHAR NOT NULL, created_at VARCHAR NOT NULL, only_sink VARCHAR)""",
        """CREATE TABLE sink (
            name VARCHAR NOT NULL PRIMARY KEY, place INTEGER NOT NULL, delivered_at VARCHAR, problem VARCHAR,
            failures INTEGER NOT NULL)""",
        """CREATE TABLE dead_letter (
            dead_letter_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, sink VARCHAR NOT NULL,
            account_id VARCHAR NOT NULL, subject VARCHAR NOT NULL, revision INTEGER NOT NULL, payload VARCHAR NOT NULL,
            reason VARCHAR NOT NULL, died_at VARCHAR NOT NULL)""",
    ),
    ('CREATE INDEX call_began ON "call" (account_id, coalesce(started_at, first_seen))',),
)
"""What leads from each version of the database to the next; `PRAGMA user_version` says how many were taken."""


def steps_taken(connection: Connection) -> int:
    """How many steps this database has taken."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def bring_up_to_date(connection: Connection) -> None:
    """Take the steps that this database has not taken."""
    taken = steps_taken(connection)
    for number, step in enumerate(STEPS[taken:], taken + 1):
        for statement in step:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")
