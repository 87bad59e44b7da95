"""Which state a presence has: the table of states, its precedence, and what is not known."""

from dataclasses import replace
from itertools import combinations

import pytest

from tests.presence.made import busy, call, free
from tui.presence.presence import Call, Presence
from tui.presence.status import LOOKS, PRECEDENCE, Reason, Status, status_of, unknown_value

RINGING_IN = call("Ringing", "s-in")
RINGING_OUT = call("Ringing", "s-out", direction="Outbound")
HOLD = call("OnHold", "s-hold")
TALKING = call("CallConnected", "s-talk")
PARKED = call("ParkedCall", "s-park")
CALLS_BY_URGENCY = [RINGING_IN, RINGING_OUT, HOLD, TALKING, PARKED]
STATES_OF_CALLS = [Status.RINGING_IN, Status.RINGING_OUT, Status.HOLD, Status.ON_CALL, Status.PARKED]


@pytest.mark.parametrize(("one", "status"), [*zip(CALLS_BY_URGENCY, STATES_OF_CALLS, strict=True)])
def test_one_call_gives_its_state(one: Call, status: Status) -> None:
    assert status_of(busy(one)) == (status, None)


@pytest.mark.parametrize(("urgent", "other"), [*combinations(range(5), 2)])
def test_of_two_calls_the_more_urgent_is_shown_in_either_order(urgent: int, other: int) -> None:
    first, second = CALLS_BY_URGENCY[urgent], CALLS_BY_URGENCY[other]
    assert status_of(busy(first, second))[0] is STATES_OF_CALLS[urgent]
    assert status_of(busy(second, first))[0] is STATES_OF_CALLS[urgent]


def test_a_call_without_direction_counts_as_inbound() -> None:
    assert status_of(busy(Call("Ringing")))[0] is Status.RINGING_IN


@pytest.mark.parametrize(
    ("telephony_status", "status"),
    [
        ("Ringing", Status.RINGING_IN),
        ("OnHold", Status.HOLD),
        ("CallConnected", Status.ON_CALL),
        ("ParkedCall", Status.PARKED),
    ],
)
@pytest.mark.parametrize("calls", [None, ()])
def test_the_telephony_status_counts_where_no_calls_are_listed(
    telephony_status: str, status: Status, calls: tuple[Call, ...] | None
) -> None:
    assert status_of(Presence(telephony_status, "Busy", calls=calls)) == (status, None)


@pytest.mark.parametrize(
    ("presence", "status"),
    [
        (replace(free(), presence_status="Busy"), Status.BUSY),
        (replace(free(), meeting_status="Connected"), Status.BUSY),
        (free("DoNotAcceptAnyCalls"), Status.DND),
        (free("DoNotAcceptDepartmentCalls"), Status.NO_QUEUE),
        (replace(free(), accept_queue_calls=False), Status.NO_QUEUE),
        (replace(free(), accept_queue_calls=True), Status.AVAILABLE),
        (free(), Status.AVAILABLE),
        (free("TakeDepartmentCallsOnly"), Status.AVAILABLE),
        (free("Unknown"), Status.AVAILABLE),
        (free(None), Status.AVAILABLE),
        (replace(free(), presence_status="Offline"), Status.OFFLINE),
    ],
)
def test_without_a_call_the_person_s_own_choice_is_shown(presence: Presence, status: Status) -> None:
    assert status_of(presence) == (status, None)


@pytest.mark.parametrize(
    ("presence", "status"),
    [
        (replace(free("DoNotAcceptAnyCalls"), presence_status="Busy"), Status.BUSY),
        (replace(free("DoNotAcceptAnyCalls"), meeting_status="Connected"), Status.BUSY),
        (replace(free("DoNotAcceptAnyCalls"), presence_status="Offline"), Status.DND),
        (replace(free("DoNotAcceptAnyCalls"), accept_queue_calls=False), Status.DND),
        (replace(free("DoNotAcceptDepartmentCalls"), presence_status="Busy"), Status.BUSY),
        (replace(free(), meeting_status="Connected", presence_status="Offline"), Status.BUSY),
        (replace(free(), meeting_status="Connected", presence_status="Vanished"), Status.BUSY),
    ],
)
def test_the_order_of_precedence_without_calls(presence: Presence, status: Status) -> None:
    assert status_of(presence)[0] is status


def test_a_call_comes_before_everything_a_person_chose() -> None:
    chosen = replace(busy(PARKED), dnd_status="DoNotAcceptAnyCalls", meeting_status="Connected", allow_see=False)
    assert status_of(chosen) == (Status.PARKED, None)


def test_nothing_known_is_not_read() -> None:
    assert status_of(None) == (Status.UNKNOWN, Reason.NOT_READ)
    assert status_of(Presence()) == (Status.UNKNOWN, Reason.NOT_READ)
    assert status_of(Presence("NoCall", dnd_status="TakeAllCalls")) == (Status.UNKNOWN, Reason.NOT_READ)


def test_somebody_who_hides_is_hidden_and_not_offline() -> None:
    hidden = replace(free(), allow_see=False, presence_status="Offline")
    assert status_of(hidden) == (Status.UNKNOWN, Reason.HIDDEN)
    assert status_of(replace(free(), allow_see=True)) == (Status.AVAILABLE, None)


@pytest.mark.parametrize(
    ("presence", "value"),
    [
        (replace(free(), presence_status="Away"), "Away"),
        (free("TakeFriendsOnly"), "TakeFriendsOnly"),
        (Presence("Teleporting", "Available"), "Teleporting"),
        (busy(call("Whispering")), "Whispering"),
    ],
)
def test_an_unknown_value_is_unknown_and_named_and_never_available(presence: Presence, value: str) -> None:
    assert status_of(presence) == (Status.UNKNOWN, Reason.UNKNOWN_VALUE)
    assert unknown_value(presence) == value


def test_a_call_of_an_unknown_status_does_not_hide_a_known_one() -> None:
    assert status_of(busy(call("Whispering", "s-9"), TALKING)) == (Status.ON_CALL, None)


@pytest.mark.parametrize("presence", [free(), free("DoNotAcceptAnyCalls"), busy(TALKING), Presence()])
def test_where_all_values_are_known_no_value_is_named(presence: Presence) -> None:
    assert unknown_value(presence) == ""


def test_the_order_of_the_states_is_that_of_the_interface() -> None:
    assert [status.value for status in sorted(Status, key=PRECEDENCE.__getitem__)] == [
        *("ringing_in", "ringing_out", "hold", "on_call", "parked", "busy"),
        *("dnd", "no_queue", "available", "offline", "unknown", "no_presence"),
    ]


def test_every_state_has_a_word_and_two_glyphs_of_its_own() -> None:
    assert set(LOOKS) == set(Status)
    for glyphs in ([look.word for look in LOOKS.values()], [look.glyph for look in LOOKS.values()]):
        assert len(set(glyphs)) == len(Status)
    assert len({look.ascii for look in LOOKS.values()}) == len(Status)
    assert all(look.ascii.isascii() and len(look.ascii) == 1 for look in LOOKS.values())
