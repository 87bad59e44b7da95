"""PostgreSQL: the tables `call`, `call_party` and `gap` of the record, kept the same as here by upserts.

They stand in a schema of their own, which is made where it is missing. A row is replaced only by a state that is not
older, so sending anything again changes nothing.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    TIMESTAMP,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    create_engine,
    delete,
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
from tui.errors import BadConfig

VERSION = 1
"""Of these tables; a later Ringwall may have changed them."""
CONNECT_WITHIN = 8
STATEMENT_WITHIN = 20
"""Seconds."""
_NOT_SENT = {"facts", "changed_at"}

Json = dict[str, object]


def _tables(schema: str) -> tuple[MetaData, dict[str, Table]]:
    metadata = MetaData(schema=schema)
    tables = {
        table.name: Table(
            table.name,
            metadata,
            *(
                Column(one.name, _type(one), primary_key=one.primary_key, nullable=one.nullable)
                for one in table.columns
                if one.name not in _NOT_SENT
            ),
        )
        for table in (local.call, local.call_party, local.gap)
    }
    tables["version"] = Table("ringwall_version", metadata, Column("version", Integer, primary_key=True))
    return metadata, tables


def _type(column: Column[object]) -> TypeEngine[object] | TIMESTAMP | JSONB:
    if isinstance(column.type, local.Moment):
        return TIMESTAMP(timezone=True)
    return JSONB() if column.name == "states" else column.type


class PostgresSink:
    """Upserts into one database.

    Args:
        url: `postgresql://user@host/database`; what it leaves open, libpq's own variables and password file say.
        schema: Where the tables stand.

    Raises:
        BadConfig: The address is none, or the driver is not installed.
    """

    batch = 200
    name = "postgres"

    def __init__(self, url: str, schema: str) -> None:
        try:
            parsed = make_url(url).set(drivername="postgresql+psycopg")
            self._engine = create_engine(
                parsed,
                pool_size=1,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": CONNECT_WITHIN,
                    "options": f"-c statement_timeout={STATEMENT_WITHIN}s",
                    "application_name": "ringwall",
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
        self._metadata, self._tables = _tables(schema)
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
            raise SinkDown(_words(error)) from error
        self._is_ready = True

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def _prepare(self, connection: Connection) -> None:
        # Not CREATE … IF NOT EXISTS: that needs the right to create, even where there is nothing to do.
        if not inspect(connection).has_schema(self._schema):
            connection.execute(CreateSchema(self._schema))
        self._metadata.create_all(connection)
        version = self._tables["version"]
        found = connection.execute(select(version.c.version)).scalar()
        if found is None:
            connection.execute(insert(version).values(version=VERSION))
        elif found > VERSION:
            raise SinkDown("a later Ringwall has changed the tables there")

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


def _words(error: DBAPIError) -> str:
    """The first line of what the database says: what follows may hold the row."""
    said = str(error.orig).strip().splitlines()
    return said[0] if said else type(error.orig).__name__
