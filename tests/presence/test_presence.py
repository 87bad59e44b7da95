"""Partial events, lists of calls that are short or hold ended ones, and what makes a call one call."""

from dataclasses import fields, replace

import pytest

from tests.presence.made import busy, call, free, talking
from tui.presence.presence import Call, Presence, active_calls, merged, names_unlisted_call
from tui.presence.status import Reason, Status, status_of

A, B, C = (call("CallConnected", session) for session in ("s-a", "s-b", "s-c"))


@pytest.mark.parametrize(
    "said",
    [
        Presence(presence_status="Offline"),
        Presence(user_status="Busy"),
        Presence(dnd_status="DoNotAcceptAnyCalls"),
        Presence(meeting_status="Connected"),
        Presence(message="back at two"),
        Presence(message=""),
        Presence(allow_see=True),
        Presence(accept_queue_calls=False),
    ],
)
def test_a_field_that_is_said_changes_and_all_others_stay(said: Presence) -> None:
    known = replace(talking(), message="at lunch", allow_see=None, accept_queue_calls=True)
    result = merged(known, said)
    for field in fields(Presence):
        value = getattr(said, field.name)
        assert getattr(result, field.name) == (getattr(known, field.name) if value is None else value)
    assert result != known


def test_news_that_say_nothing_change_nothing() -> None:
    assert merged(talking(), Presence()) == talking()


@pytest.mark.parametrize("calls", [None, ()])
@pytest.mark.parametrize("total", [None, 0, 1])
def test_no_call_without_calls_ends_all_calls_whatever_it_counts(calls: tuple[Call, ...] | None, total: int) -> None:
    result = merged(busy(A, B), Presence("NoCall", calls=calls, total_calls=total))
    assert (result.calls, result.total_calls) == ((), 0)


def test_no_call_never_counts_as_short() -> None:
    assert not Presence("NoCall", calls=(), total_calls=1).is_short


def test_a_whole_list_replaces_the_old_one() -> None:
    assert merged(busy(A, B), busy(C)) == busy(C)


def test_an_empty_list_ends_the_calls_it_does_not_name() -> None:
    assert merged(busy(A), Presence(calls=())).calls == ()


def test_a_list_without_a_count_is_its_own_count() -> None:
    assert merged(busy(A, B), Presence(calls=(C,))).total_calls == 1


def test_a_telephony_status_without_a_list_keeps_the_calls() -> None:
    assert merged(busy(A), Presence("OnHold")).calls == (A,)


@pytest.mark.parametrize(
    ("listed", "total", "is_short"),
    [(0, 0, False), (0, 1, True), (1, 1, False), (1, 2, True), (6, 9, True), (7, 9, False), (1, None, False)],
)
def test_a_list_is_short_when_it_holds_fewer_than_it_counts_and_fewer_than_seven(
    listed: int, total: int | None, is_short: bool
) -> None:
    calls = tuple(call("CallConnected", f"s-{place}") for place in range(listed))
    assert Presence("CallConnected", calls=calls, total_calls=total).is_short is is_short


def test_presence_without_a_list_is_not_short() -> None:
    assert not Presence("CallConnected", total_calls=3).is_short


def test_a_short_list_ends_no_call_and_what_it_lists_counts() -> None:
    held = call("OnHold", "s-b")
    result = merged(busy(A, B), Presence("OnHold", calls=(held,), total_calls=2))
    assert result.calls == (A, held)


def test_a_new_call_in_a_short_list_is_added() -> None:
    rings = call("Ringing", "s-new")
    result = merged(busy(A, B), Presence("Ringing", calls=(rings,), total_calls=3))
    assert result.calls == (A, B, rings)
    assert result.total_calls == 3


def test_a_short_list_is_all_that_is_known_where_nothing_was() -> None:
    assert merged(free(), Presence("CallConnected", calls=(A,), total_calls=2)).calls == (A,)


def test_calls_that_have_ended_are_left_out() -> None:
    assert active_calls([A, call("NoCall", "s-b", termination="final")]) == (A,)
    assert active_calls([A, call("NoCall", "s-a", termination="final")]) == ()


def test_an_intermediate_end_says_nothing() -> None:
    assert active_calls([A, call("NoCall", "s-a", termination="intermediate")]) == (A,)
    assert active_calls([call("NoCall", "s-a", termination="intermediate")]) == ()


def test_a_call_listed_twice_counts_once_with_its_later_entry_in_its_first_place() -> None:
    held = call("OnHold", "s-a")
    assert active_calls([A, B, held]) == (held, B)


def test_a_call_to_oneself_is_two_calls() -> None:
    out, back = call("Ringing", "s-1", direction="Outbound"), call("Ringing", "s-1", direction="Inbound")
    assert active_calls([out, back]) == (out, back)
    assert out.key != back.key


def test_parties_of_one_session_are_calls_of_their_own() -> None:
    one, other = call(party_id="p-1"), call(party_id="p-2")
    assert active_calls([one, other]) == (one, other)


def test_a_call_is_known_by_the_best_id_it_has() -> None:
    assert Call("Ringing", "Inbound", session_id="7", id="9").key == ("7", "Inbound")
    assert Call("Ringing", "Inbound", id="9").key == ("9", "Inbound")


def test_the_other_party_is_who_called_or_who_is_called() -> None:
    inbound = call(from_number="101", from_name="Ana", to_number="102", to_name="Ben")
    outbound = replace(inbound, direction="Outbound")
    assert (inbound.other_number, inbound.other_name) == ("101", "Ana")
    assert (outbound.other_number, outbound.other_name) == ("102", "Ben")


@pytest.mark.parametrize(
    ("known", "said", "unlisted"),
    [
        (busy(A), Presence("Ringing"), True),
        (free(), Presence("CallConnected"), True),
        (Presence(), Presence("CallConnected"), True),
        (busy(A), Presence("CallConnected"), False),
        (busy(A), Presence("NoCall"), False),
        (busy(A), Presence(dnd_status="TakeAllCalls"), False),
        (busy(A), busy(call("Ringing", "s-b")), False),
    ],
)
def test_a_status_that_no_known_call_has_names_a_call_that_is_not_listed(
    known: Presence, said: Presence, unlisted: bool
) -> None:
    assert names_unlisted_call(known, said) is unlisted


def test_of_who_hides_the_calls_are_forgotten() -> None:
    known = Presence("Ringing", "Busy", calls=(Call("Ringing", "Inbound", session_id="1"),), total_calls=1)
    hidden = merged(known, Presence(presence_status="Offline", allow_see=False))
    assert hidden == Presence(presence_status="Offline", allow_see=False)
    assert status_of(hidden) == (Status.UNKNOWN, Reason.HIDDEN)
