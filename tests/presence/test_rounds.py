"""Which page a wall shows that nobody sits before."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presence.rounds import Rounds, Shown, drift, is_dim

TURN, HOLD = 20.0, 60.0
Alarms = Mapping[str, int]


def pages_shown(rounds: Rounds[str], seconds: Sequence[int], pages: int, alarms: Alarms) -> list[int]:
    """The pages that are shown one after the other, while nothing changes."""
    shown: list[int] = []
    for second in seconds:
        page = rounds.page(float(second), pages, alarms)
        if shown[-1:] != [page]:
            shown.append(page)
    return shown


def test_without_alarms_each_page_has_its_turn() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    assert [rounds.page(at, 3, {}) for at in (0.0, 19.9, 20.0, 39.9, 40.0, 60.0)] == [0, 0, 1, 1, 2, 0]


def test_one_page_stays() -> None:
    assert pages_shown(Rounds[str](TURN, HOLD), range(200), 1, {"a": 0}) == [0]


def test_a_new_alarm_is_shown_at_once_and_held_for_a_minute_at_most() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 4, {})
    assert [rounds.page(at, 4, {"a": 2}) for at in (5.0, 64.9, 65.0)] == [2, 2, 0]


def test_a_hold_ends_with_its_alarm() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 4, {})
    assert rounds.page(5.0, 4, {"a": 2}) == 2
    assert rounds.page(9.0, 4, {}) == 0


def test_a_hold_goes_after_its_tile() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    assert rounds.page(0.0, 4, {"a": 2}) == 2
    assert rounds.page(1.0, 4, {"a": 3}) == 3


def test_after_the_hold_pages_with_alarms_alternate_with_the_round() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 4, {})
    assert pages_shown(rounds, range(1, 320), 4, {"a": 3, "b": 3}) == [3, 0, 3, 1, 3, 2, 3, 0, 3, 1, 3, 2, 3, 0]


def test_several_pages_with_alarms_come_by_turns() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    assert pages_shown(rounds, range(320), 6, {"a": 4, "b": 5}) == [4, 0, 5, 1, 4, 2, 5, 3, 4, 5, 4, 0]


def test_alarms_that_are_new_on_one_page_are_held_together() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 3, {"a": 1, "b": 1})
    rounds.page(30.0, 3, {"a": 1, "b": 1, "c": 1})
    assert rounds.page(60.0, 3, {"a": 1, "b": 1, "c": 1}) == 0
    assert rounds.page(61.0, 3, {"a": 1, "b": 1, "c": 1}) == 0


def test_after_a_hold_a_page_of_the_round_has_its_turn_whatever_is_new() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 3, {"a": 1})
    assert rounds.page(60.0, 3, {"a": 1}) == 0
    assert rounds.page(61.0, 3, {"a": 1, "b": 2}) == 0
    assert rounds.page(79.0, 3, {"a": 1, "b": 2}) == 0
    assert rounds.page(80.0, 3, {"a": 1, "b": 2}) == 2


def test_an_alarm_that_comes_back_is_new() -> None:
    rounds: Rounds[str] = Rounds(TURN, HOLD)
    rounds.page(0.0, 3, {"a": 2})
    rounds.page(1.0, 3, {})
    assert rounds.page(21.0, 3, {}) == 1
    assert rounds.page(22.0, 3, {"a": 2}) == 2


EVENTS = st.lists(
    st.tuples(st.floats(0.1, 30.0), st.dictionaries(st.integers(0, 40), st.integers(0, 9), max_size=12)), max_size=60
)


@given(st.integers(1, 10), EVENTS)
def test_a_page_that_there_is_is_shown_whatever_happens(pages: int, events: list[tuple[float, dict[int, int]]]) -> None:
    rounds, at = Rounds[int](TURN, HOLD), 0.0
    for wait, alarms in events:
        at += wait
        known = {one: page % pages for one, page in alarms.items()}
        page = rounds.page(at, pages, known)
        assert 0 <= page < pages
        if rounds.shown is not Shown.ROUND:
            assert page in known.values()


STORM = st.lists(st.dictionaries(st.integers(0, 5), st.integers(0, 5), max_size=4), min_size=1, max_size=20)


@given(st.integers(1, 6), STORM, st.integers(1, 90))
def test_the_round_goes_on_in_any_storm(pages: int, storm: list[dict[int, int]], lasts: int) -> None:
    """Each page is seen once in so many times a hold and three turns as there are pages."""
    rounds: Rounds[tuple[int, int]] = Rounds(TURN, HOLD)
    last_seen = dict.fromkeys(range(pages), 0)
    for at in range(900):
        # Again and again there are alarms that nobody has seen.
        alarms = storm[at // lasts % len(storm)]
        known = {(one, at // lasts): page % pages for one, page in alarms.items()}
        last_seen[rounds.page(float(at), pages, known)] = at
        assert at - min(last_seen.values()) <= pages * (HOLD + 3 * TURN + 4)


@given(st.floats(0, 1e6), st.floats(1, 1000))
def test_the_picture_moves_by_one_cell_at_a_time(at: float, every: float) -> None:
    right, down = drift(at, every)
    then_right, then_down = drift(at + every, every)
    assert {right, down, then_right, then_down} <= {0, 1}
    assert abs(then_right - right) + abs(then_down - down) <= 1


def test_the_picture_is_in_every_corner_in_turn() -> None:
    assert [drift(at, 300.0) for at in (0, 299, 300, 600, 900, 1200)] == [
        (0, 0),
        (0, 0),
        (1, 0),
        (1, 1),
        (0, 1),
        (0, 0),
    ]


@pytest.mark.parametrize(
    ("hours", "clock", "dim"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("12:30-13:00", "12:30", True),
        ("12:30-13:00", "13:00", False),
        ("08:00-08:00", "08:00", False),
        ("", "00:00", False),
    ],
)
def test_hours_of_dimness(hours: str, clock: str, dim: bool) -> None:
    hour, minute = clock.split(":")
    assert is_dim(hours, int(hour) * 60 + int(minute)) is dim
