"""The record in its file: what facts make of it, in any order and in pieces; gaps, lives, and who may read it."""

import contextlib
import sqlite3
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.schema import CreateIndex

from tests.calllog.made import BEGAN, RINGING, answered_call, missed_call, of, record_of, then
from tests.calllog.test_rows import lives
from tui.calllog import schema
from tui.calllog.facts import Fact
from tui.calllog.outbox import set_sinks
from tui.calllog.store import RecorderLock, Store, StoreFailed
from tui.calllog.writing import Writing
from tui.errors import RingwallError, TryAgain

ACCOUNT = "37439510"
edited = msgspec.structs.replace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "calls.sqlite"


def learn(store: Store, *facts: Fact, has_sinks: bool = False) -> None:
    with store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=has_sinks).learn(facts)


def table(store: Store, name: str, *without: str) -> list[dict[str, object]]:
    with store.reading() as connection:
        found = connection.execute(select(schema.metadata.tables[name])).mappings().all()
    return sorted(
        ({key: value for key, value in row.items() if key not in without} for row in found),
        key=lambda row: [str(value) for value in row.values()],
    )


def record(store: Store) -> tuple[object, object]:
    """What the record says, without how often it was written."""
    return table(store, "call", "revision", "changed_at", "facts"), table(store, "call_party")


def test_the_file_and_its_journals_can_be_read_by_their_owner_only(path: Path) -> None:
    store = Store(path)
    learn(store, RINGING)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"calls.sqlite": 0o600, "calls.sqlite-wal": 0o600, "calls.sqlite-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_numbered_steps_lead_to_the_tables(path: Path) -> None:
    with Store(path).reading() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == set(schema.metadata.tables)
        for name, wanted in schema.metadata.tables.items():
            columns = {one["name"]: one["nullable"] for one in found.get_columns(name)}
            assert columns == {one.name: bool(one.nullable) for one in wanted.columns}, name
            assert found.get_pk_constraint(name)["constrained_columns"] == [one.name for one in wanted.primary_key]
            query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
            indexes = {sql.replace('"', "") for (sql,) in connection.exec_driver_sql(query, (name,))}
            assert indexes == {
                str(CreateIndex(one).compile(connection)).replace('"', "").strip() for one in wanted.indexes
            }
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == len(schema.STEPS)


def test_every_column_is_told_to_those_who_query_it() -> None:
    told = (Path(__file__).parents[2] / "docs" / "record.md").read_text()
    asked = (schema.call, schema.call_party, schema.gap, schema.extension)
    columns = {one.name for table in asked for one in table.columns}
    assert {name for name in columns if f"`{name}`" not in told} == set()


def test_a_file_of_a_later_ringwall_is_left_alone(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(RingwallError, match="a later Ringwall"):
        Store(path)


def test_people_can_query_it_with_plain_sql(path: Path) -> None:
    learn(Store(path), *answered_call())
    with sqlite3.connect(path) as connection:
        query = "SELECT call_id, result, answered_at, ended_at FROM call"
        assert connection.execute(query).fetchall() == [
            ("s-171", "answered", "2026-09-21T14:13:25.000Z", "2026-09-21T14:14:25.000Z")
        ]


def test_revisions_count_what_anybody_can_see(path: Path) -> None:
    store = Store(path)
    for fact in [*answered_call(), *answered_call(), edited(RINGING, era=5.0)]:
        learn(store, fact)
    assert [row["revision"] for row in table(store, "call")] == [3]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lives(), st.data())
def test_facts_in_any_order_twice_and_in_pieces_end_in_the_same_rows(
    tmp_path: Path, facts: list[Fact], data: st.DataObject
) -> None:
    whole, pieces = Store(tmp_path / "whole.sqlite"), Store(tmp_path / "pieces.sqlite")
    for store in (whole, pieces):
        with store.writing() as connection:
            for name in schema.metadata.tables:
                connection.exec_driver_sql(f'DELETE FROM "{name}"')
    learn(whole, *facts)
    again = data.draw(st.permutations(facts + facts[: len(facts) // 2]))
    while again:
        size = data.draw(st.integers(1, 4))
        learn(pieces, *again[:size])
        again = again[size:]
    assert record(pieces) == record(whole)
    whole.close()
    pieces.close()


def test_a_marked_row_goes_when_its_call_is_known(path: Path) -> None:
    store = Store(path)
    with store.writing() as connection:
        set_sinks(connection, ["one"])
    poor = edited(RINGING, telephony_session_id="", party_id="")
    learn(store, poor, has_sinks=True)
    learn(store, then("connected", 5), has_sinks=True)
    assert [row["call_id"] for row in table(store, "call")] == ["s-171"]
    sent = [msgspec.json.decode(str(row["payload"])) for row in table(store, "outbox")]
    removal = next(one for one in sent if one["type"] == "call_removed")
    assert (removal["call_id"], removal["merged_into"]) == ("session:171:401:c-171", "s-171")


def test_calls_that_are_listed_no_more_have_ended_unseen(path: Path) -> None:
    store = Store(path)
    other = edited(of("402", 3), telephony_session_id="s-172", session_id="172")
    hidden = edited(of("403", 4), telephony_session_id="s-173", session_id="173")
    learn(store, RINGING, other, hidden)
    with store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=False).settle([then("connected", 50)], {"403"}, BEGAN + 60)
    states = {str(row["extension_id"]): (row["state"], row["result"]) for row in table(store, "call_party")}
    assert states == {"401": ("connected", "answered"), "402": ("ended", "unknown"), "403": ("ringing", None)}


def test_the_log_matches_a_call_whose_ids_are_others_and_a_second_reading_doubles_nothing(path: Path) -> None:
    store = Store(path)
    alien = record_of(result="Missed", session_id="9", telephony_session_id="s-9", party_id="", belongs_to="s-171")
    learn(store, *missed_call())
    learn(store, alien)
    learn(store, edited(alien, belongs_to="", changed_at=alien.changed_at + 1, reason="again"))
    (call,) = table(store, "call")
    assert (call["result"], call["matched_by"], call["reason"]) == ("missed", "number_and_time", "again")


def test_an_event_costs_no_more_where_there_are_many_calls(tmp_path: Path) -> None:
    def ringing(number: int) -> Fact:
        ids = {"session_id": f"{number}", "telephony_session_id": f"s-{number}", "party_id": f"p-{number}-2"}
        return edited(RINGING, **ids, call_id=f"c-{number}")

    def steps(calls: int) -> int:
        store, counted = Store(tmp_path / f"{calls}.sqlite"), list[int]()
        learn(store, *map(ringing, range(calls)))
        with store.writing() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.set_progress_handler(lambda: counted.append(1), 1)
            Writing(connection, ACCOUNT, has_sinks=False).learn([ringing(calls)])
            driver.set_progress_handler(None, 1)
        store.close()
        return len(counted)

    assert steps(400) < 2 * steps(20)


class TestGaps:
    @pytest.fixture
    def store(self, path: Path) -> Store:
        return Store(path)

    def spans(self, store: Store) -> list[tuple[object, ...]]:
        def after(moment: object) -> object:
            return moment - BEGAN if isinstance(moment, float) else moment

        rows = table(store, "gap")
        return [(row["extension_id"], after(row["started_at"]), after(row["ended_at"]), row["reason"]) for row in rows]

    def test_one_is_open_until_calls_are_seen_again(self, store: Store) -> None:
        with store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.open_gap(BEGAN, "no network")
            writing.open_gap(BEGAN - 5, "still none")
            writing.open_gap(BEGAN + 1, "refused", "402")
            writing.close_gap(BEGAN + 30)
        assert self.spans(store) == [(None, -5, 30, "no network"), ("402", 1, None, "refused")]

    def test_what_overlaps_is_one(self, store: Store) -> None:
        with store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.open_gap(BEGAN, "no network")
            writing.close_gap(BEGAN + 30)
            writing.add_gap(BEGAN - 9, BEGAN + 20, "no answer")
            writing.add_gap(BEGAN + 100, BEGAN + 110, "no answer")
        assert self.spans(store) == [(None, -9, 30, "no network"), (None, 100, 110, "no answer")]

    def test_one_of_an_extension_is_no_other_ones_and_none_where_nobody_was_heard(self, store: Store) -> None:
        with store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.add_gap(BEGAN, BEGAN + 30, "no answer")
            writing.add_gap(BEGAN + 5, BEGAN + 25, "untold", "401")
            writing.add_gap(BEGAN + 29, BEGAN + 33, "untold", "401")
            writing.add_gap(BEGAN + 32, BEGAN + 35, "untold", "401")
            writing.add_gap(BEGAN + 32, BEGAN + 35, "untold", "402")
        assert sorted(self.spans(store), key=str) == [
            ("401", 29, 35, "untold"),
            ("402", 32, 35, "untold"),
            (None, 0, 30, "no answer"),
        ]

    def test_one_that_lasts_is_not_ended_by_one_that_is_known_to_be_over(self, store: Store) -> None:
        with store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.open_gap(BEGAN, "no network")
            writing.add_gap(BEGAN - 5, BEGAN + 10, "more happened than could be written")
        assert self.spans(store) == [(None, -5, None, "no network")]

    @pytest.mark.parametrize(("ends", "reason"), [(False, "the recorder was killed"), (True, "nothing was recorded")])
    def test_the_time_between_two_recorders_is_one(self, store: Store, ends: bool, reason: str) -> None:
        with store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            life = writing.begin_life(BEGAN)
            writing.note_alive(life, BEGAN + 50)
            if ends:
                writing.end_life(life, BEGAN + 60)
        assert self.spans(store) == []
        with store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=False).begin_life(BEGAN + 500)
        assert self.spans(store) == [(None, 60 if ends else 50, None, reason)]


def test_one_recorder_a_state_folder(tmp_path: Path) -> None:
    first, second = RecorderLock(tmp_path / "lock"), RecorderLock(tmp_path / "lock")
    first.take()
    with pytest.raises(TryAgain, match="Another Ringwall"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_what_fails_leaves_nothing_half_written(path: Path) -> None:
    store = Store(path)
    learn(store, RINGING)
    with contextlib.suppress(ZeroDivisionError), store.writing() as connection:
        Writing(connection, ACCOUNT, has_sinks=False).learn(answered_call())
        _ = 1 / 0
    assert [row["state"] for row in table(store, "call_party")] == ["ringing"]


def test_a_file_that_another_program_locks_is_said_to_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.calllog.store.BUSY", 0.05)
    store = Store(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreFailed, match="another program keeps it locked"):
        learn(store, RINGING)
    other.close()
    learn(store, RINGING)
    assert len(table(store, "call")) == 1
