"""PostgreSQL: the tables `call`, `call_party` and `gap` of the record, kept the same as here by upserts.

They stand in a schema of their own, which is made where it is missing, and have the extension's number and name beside
its id. A row is replaced only by a state that is not older, so sending anything again changes nothing.
"""

import os
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    TEXT,
    TIMESTAMP,
    URL,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.schema import CreateSchema
from sqlalchemy.types import TypeEngine

from tui.calllog import schema as local
from tui.calllog.outbox import Message
from tui.calllog.sinks.delivery import Refused, SinkDown
from tui.config import LOOPBACK
from tui.errors import BadConfig

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE call (
            account_id text, call_id text, telephony_session_id text, session_id text, is_marked boolean NOT NULL,
            direction text, from_number text, from_name text, from_withheld boolean NOT NULL, to_number text,
            to_name text, queue text, first_seen timestamptz, started_at timestamptz, answered_at timestamptz,
            ended_at timestamptz, is_over boolean NOT NULL, result text, log_result text, reason text, record_id text,
            matched_by text, is_backfilled boolean NOT NULL, revision integer NOT NULL,
            PRIMARY KEY (account_id, call_id))""",
        "CREATE INDEX call_started ON call (started_at)",
        """CREATE TABLE call_party (
            account_id text, call_id text, party_id text, is_marked boolean NOT NULL, extension_id text NOT NULL,
            extension_number text, extension_name text, direction text, state text, started_at timestamptz,
            ringing_at timestamptz, answered_at timestamptz, ended_at timestamptz, is_over boolean NOT NULL,
            result text, log_result text, last_sequence integer, is_backfilled boolean NOT NULL, states jsonb NOT NULL,
            PRIMARY KEY (account_id, call_id, party_id))""",
        "CREATE INDEX call_party_extension ON call_party (extension_id, started_at)",
        """CREATE TABLE gap (
            account_id text, gap_id text, extension_id text, extension_number text, extension_name text,
            started_at timestamptz NOT NULL, ended_at timestamptz, reason text NOT NULL, filled_at timestamptz,
            revision integer NOT NULL,
            PRIMARY KEY (account_id, gap_id))""",
    ),
)
"""What leads from each version of these tables to the next; `ringwall_version` has the number of each that was taken.

A step that was released stays as it is for ever.
"""
CONNECT_WITHIN = 8
STATEMENT_WITHIN = 20
"""Seconds."""
_NOT_SENT = {"facts", "changed_at"}

Json = dict[str, object]


def tables(schema: str) -> dict[str, Table]:
    """The tables there, by name; a test holds them against what the steps lead to."""
    metadata = MetaData(schema=schema)
    return {
        table.name: Table(table.name, metadata, *(new for one in table.columns for new in _columns(one)))
        for table in (local.call, local.call_party, local.gap)
    }


def _columns(column: Column[object]) -> list[Column[Any]]:
    """What becomes of a column of ours there."""
    if column.name in _NOT_SENT:
        return []
    made = [Column(column.name, _type(column), primary_key=column.primary_key, nullable=column.nullable)]
    if column.name == "extension_id":
        made += [Column("extension_number", TEXT()), Column("extension_name", TEXT())]
    return made


def _type(column: Column[object]) -> TypeEngine[Any]:
    if isinstance(column.type, local.Moment):
        return TIMESTAMP(timezone=True)
    if isinstance(column.type, String):
        return JSONB() if column.name == "states" else TEXT()
    return column.type


class PostgresSink:
    """Upserts into one database.

    Args:
        url: `postgresql://user@host/database`; what it leaves open, libpq's own variables and password file say.
        schema: Where the tables stand.
        password: Empty where libpq may know one.
        ca_file: Certificates that are trusted instead of the usual ones; empty for none.

    Raises:
        BadConfig: The address is none, or the driver is not installed.
    """

    batch = 200
    name = "postgres"

    def __init__(self, url: str, schema: str, password: str = "", ca_file: str = "") -> None:
        try:
            parsed = make_url(url).set(drivername="postgresql+psycopg")
            parsed = parsed.set(password=password) if password else parsed
            self._engine = create_engine(
                parsed,
                pool_size=1,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": CONNECT_WITHIN,
                    # A network that has gone silent is noticed, too.
                    "tcp_user_timeout": STATEMENT_WITHIN * 1000,
                    "keepalives_idle": STATEMENT_WITHIN,
                    "options": f"-c statement_timeout={STATEMENT_WITHIN}s",
                    "application_name": "ringwall",
                    **_proof(parsed, ca_file),
                },
            )
        except (ArgumentError, NoSuchModuleError) as error:
            raise BadConfig("record.postgres is no address of a database", "postgresql://user@host/database") from error
        except ImportError as error:
            raise BadConfig(
                "record.postgres is set, but what speaks to PostgreSQL is not installed",
                "Install   ringwall[postgres]   or take record.postgres out.",
            ) from error
        self._schema = schema
        self._tables = tables(schema)
        self._version = Table("ringwall_version", MetaData(schema=schema), Column("version", Integer, primary_key=True))
        self._is_ready = False

    def take(self, messages: Sequence[Message]) -> None:
        """Upsert the last state of whatever these are about, in one transaction.

        Raises:
            SinkDown: The database is out of reach, or does not let us.
            Refused: It cannot hold one of these.
        """
        try:
            with self._engine.begin() as connection:
                if not self._is_ready:
                    self._prepare(connection)
                for message in {message.subject: message for message in messages}.values():
                    self._put(connection, msgspec.json.decode(message.payload, type=dict[str, object]))
        except (DataError, IntegrityError) as error:
            raise Refused(_words(error)) from error
        except DBAPIError as error:
            # Whoever mends it may have begun anew.
            self._is_ready = False
            raise SinkDown(_words(error)) from error
        self._is_ready = True

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def _prepare(self, connection: Connection) -> None:
        """Take the steps that the tables there have not taken."""
        # Several Ringwalls may send to one database, and begin at once.
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"ringwall {self._schema}"))))
        taken = self._steps_taken(connection)
        if taken > len(STEPS):
            raise SinkDown(f"a later Ringwall has changed the tables there: it took step {taken} of {len(STEPS)}")
        if taken < len(STEPS):
            quoted = connection.dialect.identifier_preparer.quote(self._schema)
            connection.execute(select(func.set_config("search_path", quoted, True)))
            for statement in (one for step in STEPS[taken:] for one in step):
                connection.exec_driver_sql(statement)
            connection.execute(insert(self._version).values(version=len(STEPS)))

    def _steps_taken(self, connection: Connection) -> int:
        """How many steps the tables there have taken."""
        # Not CREATE … IF NOT EXISTS: that needs the right to create, even where there is nothing to do.
        found = inspect(connection)
        if not found.has_schema(self._schema):
            connection.execute(CreateSchema(self._schema))
        if not found.has_table(self._version.name, self._schema):
            self._version.create(connection)
        return connection.execute(select(func.max(self._version.c.version))).scalar() or 0

    def _put(self, connection: Connection, said: Json) -> None:
        match said.pop("type"):
            case "call":
                parties = msgspec.convert(said.pop("parties"), list[Json])
                if self._upsert(connection, "call", said):
                    self._replace_parties(connection, said, parties)
            case "call_removed":
                for name in ("call_party", "call"):
                    connection.execute(delete(self._tables[name]).where(*self._of(name, said)))
            case "gap":
                self._upsert(connection, "gap", said)
            case _:
                raise Refused("it is neither a call nor a gap")

    def _upsert(self, connection: Connection, name: str, values: Json) -> bool:
        """Put a row in; False where a later state is there."""
        table = self._tables[name]
        new = upsert(table).values(values)
        done = new.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_=values,
            where=table.c.revision <= new.excluded.revision,
        )
        return connection.execute(done.returning(table.c.revision)).first() is not None

    def _replace_parties(self, connection: Connection, call: Json, parties: list[Json]) -> None:
        connection.execute(delete(self._tables["call_party"]).where(*self._of("call_party", call)))
        ours = {"account_id": call["account_id"], "call_id": call["call_id"]}
        if parties:
            connection.execute(insert(self._tables["call_party"]), [party | ours for party in parties])

    def _of(self, name: str, said: Json) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        table = self._tables[name].c
        return table.account_id == said["account_id"], table.call_id == said["call_id"]


def _proof(url: URL, ca_file: str) -> dict[str, str]:
    """What a database elsewhere has to prove of itself, where nobody said it; libpq would be content without TLS.

    Source: libpq's documentation of `sslmode` and `sslrootcert`; `system` is known from version 16 on.
    """
    host = url.host or "/"
    if host.startswith("/") or host in LOOPBACK or "sslmode" in url.query or "PGSSLMODE" in os.environ:
        return {}
    said = "sslrootcert" in url.query or "PGSSLROOTCERT" in os.environ
    return {"sslmode": "verify-full"} | ({} if said else {"sslrootcert": ca_file or "system"})


def _words(error: DBAPIError) -> str:
    """The first line of what the database says: what follows may hold the row."""
    said = str(error.orig).strip().splitlines()
    return said[0] if said else type(error.orig).__name__
