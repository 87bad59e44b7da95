"""A record in two places: the rows in SQLite beside those that the sink put into PostgreSQL."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, create_engine, make_url

from bench.call_judge import Verdict
from bench.proxy import Proxy, proxied
from tui.calllog import reading
from tui.calllog.payload import call_json, gap_json
from tui.calllog.reading import Wanted
from tui.clock import iso

Json = dict[str, Any]

KINDS = ("PostgreSQL lacks a row", "PostgreSQL has one more", "PostgreSQL has another row")


@dataclass(frozen=True)
class Database:
    """A schema of its own in a database, and a way to it that can be cut.

    Attributes:
        address: Leads through the proxy; without the password, which is `password`.
    """

    connection: Connection
    schema: str
    proxy: Proxy
    address: str
    password: str

    def judge(self, verdict: Verdict, here: dict[str, Json]) -> None:
        """Lay its rows beside those of the record."""
        there = kept_there(self.connection, self.schema)
        verdict.counts["rows in PostgreSQL"] = len(there)
        for name in here.keys() - there.keys():
            verdict.differs(KINDS[0], None, name)
        for name in there.keys() - here.keys():
            verdict.differs(KINDS[1], None, name)
        for name in here.keys() & there.keys():
            if here[name] != there[name]:
                verdict.differs(KINDS[2], None, f"{name}: {there[name]} and not {here[name]}")


@contextmanager
def database(url: str) -> Iterator[Database]:
    """One that is gone afterwards.

    Args:
        url: Of a database that may be filled.
    """
    there = make_url(url).set(drivername="postgresql+psycopg")
    schema = f"ringwall_{uuid.uuid4().hex[:12]}"
    engine = create_engine(there, isolation_level="AUTOCOMMIT")
    with proxied(there.host or "127.0.0.1", there.port or 5432) as proxy, engine.connect() as connection:
        detour = there.set(drivername="postgresql", host="127.0.0.1", port=proxy.port, password=None)
        try:
            yield Database(connection, schema, proxy, detour.render_as_string(), there.password or "")
        finally:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    engine.dispose()


def kept_here(connection: Connection, account_id: str) -> dict[str, Json]:
    """The calls of an account with their parties, and its gaps, by what messages about them are called, in SQLite."""
    wanted = Wanted(account_id=account_id)
    calls = [call_json(one.account_id, one.call, one.revision) for one in reading.calls(connection, wanted)]
    gaps = [gap_json(account_id, gap) for gap in reading.gaps(connection, account_id)]
    return {_subject(row): plain(row) for row in [*calls, *gaps]}


def kept_there(connection: Connection, schema: str) -> dict[str, Json]:
    """The same in PostgreSQL."""

    def rows(table: str, kind: str) -> Iterator[Json]:
        for row in connection.exec_driver_sql(f"SELECT * FROM {schema}.{table}").mappings():
            said = {name: iso(one.timestamp()) if isinstance(one, datetime) else one for name, one in row.items()}
            yield {"type": kind, **said}

    parties: dict[str, list[Json]] = defaultdict(list)
    for party in rows("call_party", "party"):
        del party["type"], party["account_id"]
        parties[party.pop("call_id")].append(party)
    calls = [{**call, "parties": parties.pop(call["call_id"], [])} for call in rows("call", "call")]
    assert not parties, "every party is of a call"
    return {_subject(row): plain(row) for row in [*calls, *rows("gap", "gap")]}


def _subject(row: Json) -> str:
    return f"gap:{row['gap_id']}" if row["type"] == "gap" else str(row["call_id"])


def plain(row: Json) -> Json:
    """A row whose parties stand in an order of their own: those of one millisecond have none.

    Without the names beside them, which stay at a sink as it was told them: a fault renames some for a while.
    """
    if "parties" not in row:
        return row
    parties = [{what: one for what, one in party.items() if what != "extension_name"} for party in row["parties"]]
    return {**row, "parties": sorted(parties, key=lambda party: party["party_id"])}
