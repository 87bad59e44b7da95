"""Deleting: what is old, and who asks for it."""

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, update

from tests.calllog.made import BEGAN, RINGING, WEBER, answered_call, missed_call, record_of
from tui.calllog import outbox, schema
from tui.calllog.facts import Fact, Seen
from tui.calllog.forgetting import Forgotten, expire, forget
from tui.calllog.privacy import Numbers
from tui.calllog.store import Store
from tui.calllog.writing import Writing

OTHER = "+49301112233"
edited = msgspec.structs.replace


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "calls.sqlite")


def other_call(began: float = BEGAN, number: str = OTHER) -> list[Seen]:
    changes = {"session_id": "172", "telephony_session_id": "s-172", "party_id": "p-172-2", "call_id": "c-172"}
    whole = edited(RINGING, at=began, started_at=began, from_number=number, from_name="Other", **changes)
    return missed_call(whole)


def learn(store: Store, *facts: Fact, numbers: Numbers | None = None, has_sinks: bool = False) -> None:
    with store.writing() as connection:
        kept = [(numbers or Numbers()).seen(fact) if isinstance(fact, Seen) else fact for fact in facts]
        Writing(connection, "1", has_sinks=has_sinks).learn(kept)


def callers(store: Store) -> list[tuple[object, ...]]:
    call = schema.call.c
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(call.call_id, call.from_number, call.from_name))]


def test_calls_that_are_old_and_over_are_deleted(store: Store) -> None:
    learn(store, *other_call(), *answered_call(edited(RINGING, at=BEGAN + 900, started_at=BEGAN + 900)))
    assert expire(store, BEGAN + 500) == 1
    assert [call_id for call_id, _, _ in callers(store)] == ["s-171"]
    assert expire(store, BEGAN + 500) == 0


def test_a_call_that_goes_on_is_not_old(store: Store) -> None:
    learn(store, RINGING)
    assert expire(store, BEGAN + 500) == 0


@pytest.mark.parametrize("written", [WEBER, "+49 30/123456", "49-30-123456"])
def test_a_number_is_removed_with_its_names_however_it_is_written(store: Store, written: str) -> None:
    learn(store, *answered_call(), record_of(), *other_call())
    assert forget(store, written, Numbers()) == Forgotten(1, 0, ())
    assert sorted(callers(store)) == [("s-171", None, None), ("s-172", OTHER, "Other")]


def test_nothing_of_it_is_left_in_the_file(store: Store) -> None:
    learn(store, *answered_call(), record_of())
    assert WEBER.encode() in (store.path.read_bytes() + store.path.with_name("calls.sqlite-wal").read_bytes())
    forget(store, WEBER, Numbers())
    for path in store.path.parent.iterdir():
        assert WEBER.encode() not in path.read_bytes(), path
        assert b"Weber" not in path.read_bytes(), path


def test_what_is_on_its_way_is_cleaned_and_sinks_are_sent_the_call_anew(store: Store) -> None:
    with store.writing() as connection:
        outbox.set_sinks(connection, ["webhook"])
    learn(store, *answered_call(), has_sinks=True)
    assert forget(store, WEBER, Numbers()) == Forgotten(1, 1, ("webhook",))
    with store.reading() as connection:
        sent = outbox.next_messages(connection, "webhook", 9)
    assert [message.revision for message in sent] == [1, 2]
    assert all(WEBER not in message.payload and "Weber" not in message.payload for message in sent)


def test_dead_letters_are_cleaned(store: Store) -> None:
    with store.writing() as connection:
        outbox.set_sinks(connection, ["webhook"])
    learn(store, *answered_call(), has_sinks=True)
    with store.writing() as connection:
        (message,) = outbox.next_messages(connection, "webhook", 9)
        outbox.note_dead(connection, "webhook", message, "no")
    assert forget(store, WEBER, Numbers()).letters == 1
    with store.reading() as connection:
        assert WEBER not in outbox.dead_letters(connection)[0].payload


@pytest.mark.parametrize("mode", ["hash", "last4"])
def test_numbers_that_are_kept_otherwise_are_found_too(store: Store, mode: str) -> None:
    numbers = Numbers(mode, b"key")
    learn(store, *answered_call(), *other_call(), numbers=numbers)
    assert forget(store, WEBER, numbers).calls == 1
    assert [number for _, number, _ in sorted(callers(store))] == [None, numbers.kept(OTHER)]


def test_a_number_that_is_nowhere_changes_nothing(store: Store) -> None:
    learn(store, *answered_call())
    assert forget(store, "+1", Numbers()) == Forgotten(0, 0, ())
    with store.writing() as connection:
        assert connection.execute(update(schema.call).values(revision=schema.call.c.revision)).rowcount == 1
