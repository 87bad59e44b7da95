"""The sink against a real PostgreSQL: the one that RINGWALL_TEST_POSTGRES names."""

import os
import random
import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url

from bench.call_database import kept_here, kept_there
from bench.proxy import proxied
from tests.calllog.made import ANA, BEGAN, RINGING, answered_call, of, then
from tests.calllog.test_webhook import eventually
from tui.calllog import outbox
from tui.calllog.facts import Fact, Seen
from tui.calllog.sinks.delivery import Delivery, Refused, SinkDown
from tui.calllog.sinks.postgres import STEPS, PostgresSink, tables
from tui.calllog.store import Store
from tui.calllog.writing import Writing

URL = os.environ.get("RINGWALL_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not URL, reason="RINGWALL_TEST_POSTGRES names no database: PostgreSQL is NOT tested")
ACCOUNT = "37439510"
edited = msgspec.structs.replace


@pytest.fixture
def schema() -> str:
    return f"ringwall_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def database(schema: str) -> Iterator[Connection]:
    engine = create_engine(make_url(URL).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "calls.sqlite")
    with store.writing() as connection:
        outbox.set_sinks(connection, ["postgres"])
    yield store
    store.close()


@pytest.fixture
def sink(schema: str, database: Connection) -> Iterator[PostgresSink]:
    sink = PostgresSink(URL, schema)
    yield sink
    sink.close()


def learn(store: Store, *facts: Fact) -> None:
    for fact in facts:
        with store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=True).learn([fact])


def messages(store: Store) -> list[outbox.Message]:
    with store.reading() as connection:
        return outbox.next_messages(connection, "postgres", 1000)


def rows(database: Connection, schema: str, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.exec_driver_sql(query.replace("$", f"{schema}."))]


def test_calls_and_parties_are_rows_with_real_times(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    learn(store, *answered_call())
    sink.take(messages(store))
    query = "SELECT call_id, result, extract(epoch FROM answered_at), from_number, revision FROM $call"
    assert [(a, b, float(str(c)), d, e) for a, b, c, d, e in rows(database, schema, query)] == [
        ("s-171", "answered", BEGAN + 5, "+4930123456", 3)
    ]
    query = "SELECT party_id, extension_id, result, states -> 1 ->> 'state', last_sequence FROM $call_party"
    assert rows(database, schema, query) == [("p-171-2", "401", "answered", "connected", 67)]


def test_extensions_are_there_with_number_and_name_and_the_gaps_of_one_too(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    with store.writing() as connection:
        writing = Writing(connection, ACCOUNT, has_sinks=True)
        writing.know([ANA])
        writing.open_gap(BEGAN, "not watched", "401")
    learn(store, RINGING, of("999", 3))
    sink.take(messages(store))
    query = "SELECT extension_id, extension_number, extension_name FROM $call_party ORDER BY 1"
    assert rows(database, schema, query) == [("401", "101", "Ana Martins"), ("999", None, None)]
    assert rows(database, schema, "SELECT extension_number, extension_name FROM $gap") == [("101", "Ana Martins")]


def test_the_numbered_steps_lead_to_the_tables(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    sink.take([])
    found = inspect(database)
    for name, wanted in tables(schema).items():
        columns = {one["name"]: (str(one["type"]), one["nullable"]) for one in found.get_columns(name, schema)}
        assert columns == {one.name: (str(one.type), one.nullable) for one in wanted.columns}, name
        key = found.get_pk_constraint(name, schema)["constrained_columns"]
        assert key == [one.name for one in wanted.primary_key], name
    assert rows(database, schema, "SELECT max(version) FROM $ringwall_version") == [(len(STEPS),)]


def test_several_that_begin_at_once_make_the_tables_once(database: Connection, schema: str) -> None:
    sinks = [PostgresSink(URL, schema) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda sink: sink.take([]), sinks)) == [None] * 4
    for sink in sinks:
        sink.close()
    assert rows(database, schema, "SELECT version FROM $ringwall_version") == [(len(STEPS),)]


def test_tables_of_a_later_ringwall_are_left_alone(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    sink.take([])
    database.exec_driver_sql(f"INSERT INTO {schema}.ringwall_version VALUES (99)")
    learn(store, RINGING)
    other = PostgresSink(URL, schema)
    with pytest.raises(SinkDown, match="a later Ringwall"):
        other.take(messages(store))
    other.close()


def test_one_who_may_only_write_the_rows_needs_no_other_right(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    sink.take([])
    role = f"{schema}_writer"
    database.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    try:
        database.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        database.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}")
        learn(store, *answered_call())
        poor = PostgresSink(make_url(URL).set(username=role, password=None).render_as_string(), schema)
        poor.take(messages(store))
        poor.close()
        assert rows(database, schema, "SELECT result FROM $call") == [("answered",)]
    finally:
        database.exec_driver_sql(f"DROP OWNED BY {role}")
        database.exec_driver_sql(f"DROP ROLE {role}")


def test_sending_again_changes_nothing_and_an_older_state_replaces_no_later_one(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    learn(store, *answered_call())
    sent = messages(store)
    sink.take(sent)
    for again in (sent, sent[:1], sent[1:2]):
        sink.take(again)
    assert rows(database, schema, "SELECT revision, is_over FROM $call") == [(3, True)]
    assert rows(database, schema, "SELECT state FROM $call_party") == [("ended",)]


def test_a_call_that_turned_out_to_be_another_goes(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    learn(store, edited(RINGING, telephony_session_id="", party_id=""), then("connected", 5))
    sink.take(messages(store))
    assert rows(database, schema, "SELECT call_id FROM $call") == [("s-171",)]
    assert rows(database, schema, "SELECT call_id FROM $call_party") == [("s-171",)]


def test_gaps_are_rows_too(store: Store, sink: PostgresSink, database: Connection, schema: str) -> None:
    with store.writing() as connection:
        writing = Writing(connection, ACCOUNT, has_sinks=True)
        writing.open_gap(BEGAN, "no network")
        writing.close_gap(BEGAN + 30)
    sink.take(messages(store))
    query = "SELECT reason, extract(epoch FROM ended_at - started_at)::int, filled_at FROM $gap"
    assert rows(database, schema, query) == [("no network", 30, None)]


def test_what_the_database_cannot_hold_is_refused_and_the_rest_goes_on(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    odd = edited(RINGING, from_name="nul \0", telephony_session_id="s-9", session_id="9", party_id="p-9-2")
    learn(store, odd, *answered_call())
    with pytest.raises(Refused, match="NUL"):
        sink.take(messages(store))
    delivery = Delivery(store, sink, random.Random(1), 0.01)
    delivery.start()
    eventually(lambda: not messages(store))
    delivery.close()
    assert rows(database, schema, "SELECT call_id FROM $call") == [("s-171",)]
    with store.reading() as connection:
        assert [letter.subject for letter in outbox.dead_letters(connection)] == ["s-9"]


def test_a_database_that_is_away_is_down_and_not_a_fault(store: Store, schema: str) -> None:
    learn(store, RINGING)
    sink = PostgresSink("postgresql://nobody@127.0.0.1:9/none", schema)
    with pytest.raises(SinkDown, match="refused"):
        sink.take(messages(store))
    sink.close()


def test_one_elsewhere_has_to_prove_who_it_is_unless_the_address_says_otherwise(
    store: Store, database: Connection, schema: str
) -> None:
    learn(store, RINGING)
    here = make_url(URL)
    address = socket.gethostbyname(here.host or "127.0.0.1")
    elsewhere = here.set(host="db.example.com", query={"hostaddr": address})
    sink = PostgresSink(elsewhere.render_as_string(hide_password=False), schema)
    with pytest.raises(SinkDown, match=r"SSL|certificate"):
        sink.take(messages(store))
    sink.close()
    said = elsewhere.update_query_dict({"sslmode": "prefer"}).render_as_string(hide_password=False)
    sink = PostgresSink(said, schema)
    sink.take(messages(store))
    sink.close()
    assert rows(database, schema, "SELECT call_id FROM $call") == [("s-171",)]


def test_one_that_does_not_let_us_is_down_with_its_words(
    store: Store, sink: PostgresSink, database: Connection, schema: str
) -> None:
    learn(store, RINGING)
    sink.take(messages(store))
    database.exec_driver_sql(f"DROP TABLE {schema}.call")
    with pytest.raises(SinkDown, match="does not exist"):
        sink.take(messages(store))
    database.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    sink.take(messages(store))
    assert rows(database, schema, "SELECT call_id FROM $call") == [("s-171",)]


def nth_call(number: int) -> list[Seen]:
    ids = {"session_id": f"{number}", "telephony_session_id": f"s-{number}", "party_id": f"p-{number}-2"}
    return answered_call(edited(RINGING, **ids, call_id=f"c-{number}"))


def test_after_an_outage_the_database_holds_the_same_rows(store: Store, database: Connection, schema: str) -> None:
    address = make_url(URL)
    with proxied(address.host or "127.0.0.1", address.port or 5432) as proxy:
        detour = address.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        sink = PostgresSink(detour, schema)
        delivery = Delivery(store, sink, random.Random(1), 0.02)
        delivery.start()
        for number in range(60):
            if number == 20:
                eventually(lambda: bool(rows(database, schema, "SELECT 1 FROM $call")))
                proxy.cut()
            if number == 50:
                eventually(lambda: proxy.refused > 2)
                proxy.mend()
            learn(store, *nth_call(number))
            with store.writing() as connection:
                writing = Writing(connection, ACCOUNT, has_sinks=True)
                writing.add_gap(BEGAN + 100 * number, BEGAN + 100 * number + 9, "no network")
            delivery.wake()
        eventually(lambda: not messages(store))
        delivery.close()
    with store.reading() as connection:
        expected = kept_here(connection, ACCOUNT)
        assert outbox.dead_letters(connection) == []
    assert len(expected) == 120
    assert kept_there(database, schema) == expected
