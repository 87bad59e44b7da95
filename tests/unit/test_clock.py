"""Server time: what a Date header and an event say of it, and what a wrong local clock cannot do."""

import asyncio
import time
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.clock import SLEW, STEP, Clock, running_time

HOUR = 3600.0
TRUE_START = 1_700_000_000.25
"""What time it is at the platform when a test begins."""


class World:
    """A true time that goes on, a running clock that began somewhere, and a local clock that may be wrong."""

    def __init__(self, local_error: float = 0.0, rate: float = 1.0) -> None:
        self.passed = 0.0
        self.local_error = local_error
        self.platform_error = 0.0
        self.rate = rate
        self.clock = Clock(self.running, self.local)

    def running(self) -> float:
        return 5000.0 + self.passed * self.rate

    def local(self) -> float:
        return TRUE_START + self.passed + self.local_error

    @property
    def true(self) -> float:
        return TRUE_START + self.passed + self.platform_error

    @property
    def error(self) -> float:
        """How far what the clock believes of the platform's time is ahead of that."""
        return self.clock.now() + self.clock.ahead - self.true

    def answer(self, there: float = 0.05, back: float = 0.05, date_error: float = 0.0) -> None:
        """A request and its answer with a Date header in whole seconds."""
        sent = self.running()
        self.passed += there
        date = float(int(self.true + date_error))
        self.passed += back
        self.clock.saw_date(date, sent, self.running())


def test_the_local_clock_is_believed_until_the_platform_is_heard() -> None:
    world = World(local_error=HOUR)
    assert not world.clock.is_set
    assert world.error == pytest.approx(HOUR)


@pytest.mark.parametrize("local_error", [HOUR, -HOUR, 10 * 365 * 24 * HOUR, -10 * 365 * 24 * HOUR, 3.0, 0.0])
def test_one_date_header_sets_the_clock_to_within_a_second_and_the_way(local_error: float) -> None:
    world = World(local_error)
    world.answer(there=0.05, back=0.05)
    assert world.clock.is_set
    assert abs(world.error) <= 1.1
    assert world.clock.local_error == pytest.approx(local_error, abs=1.1)


@pytest.mark.parametrize("local_error", [HOUR, -HOUR])
def test_a_duration_is_true_with_a_local_clock_that_is_an_hour_wrong(local_error: float) -> None:
    world = World(local_error)
    world.answer()
    began = world.clock.now()
    world.passed += 83.0
    assert world.clock.now() - began == pytest.approx(83.0)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
@pytest.mark.parametrize("heard", [True, False])
def test_a_jump_of_the_local_clock_changes_nothing(jump: float, heard: bool) -> None:
    world = World()
    if heard:
        world.answer()
    before = world.clock.now()
    world.local_error += jump
    assert world.clock.now() == before
    assert world.clock.local_error == pytest.approx(world.local() - before)


def test_a_right_local_clock_is_not_moved_by_a_date_header() -> None:
    world = World()
    world.answer()
    assert world.error == 0.0


def test_several_date_headers_narrow_what_one_left_open() -> None:
    world = World(local_error=HOUR)
    for _ in range(40):
        world.answer(there=0.01, back=0.01)
        world.passed += 0.97
    assert abs(world.error) < 0.15


def test_an_event_cannot_have_arrived_before_it_happened() -> None:
    world = World(local_error=-HOUR)
    world.answer()
    behind = -world.error
    assert behind > 0.1
    world.clock.saw_event(world.true)
    assert world.error == pytest.approx(0.0, abs=1e-6)


def test_an_event_that_was_long_on_its_way_says_nothing() -> None:
    world = World(local_error=HOUR)
    world.answer()
    before = world.error
    world.clock.saw_event(world.true - 600.0)
    assert world.error == before


def test_an_event_before_any_date_header_does_not_set_the_clock() -> None:
    world = World(local_error=-HOUR)
    world.clock.saw_event(world.true)
    assert not world.clock.is_set
    assert world.error == pytest.approx(-HOUR)


def test_an_event_from_the_future_is_believed_only_as_far_as_date_headers_allow() -> None:
    world = World()
    world.answer()
    world.clock.saw_event(world.true + HOUR)
    assert world.clock.is_set
    assert abs(world.error) <= 1.1


def test_after_an_event_from_the_future_the_next_date_header_still_counts() -> None:
    world = World(local_error=HOUR)
    world.answer()
    world.clock.saw_event(world.true + HOUR)
    world.passed += 0.5
    assert world.error > 0.5
    world.answer()
    assert abs(world.error) < 0.3


def test_a_day_of_drift_does_not_make_a_date_header_look_wrong() -> None:
    world = World(rate=1 - 9e-5)
    world.answer()
    world.passed += 24 * HOUR
    assert world.error < -7.0
    world.answer()
    assert abs(world.error) <= 1.1


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_one_wrong_date_header_is_not_believed(wrong: float) -> None:
    world = World()
    world.answer()
    before = world.error
    world.answer(date_error=wrong)
    world.answer()
    world.answer(date_error=wrong)
    assert world.error == pytest.approx(before, abs=1e-3)


def test_two_wrong_date_headers_that_contradict_each_other_are_not_believed() -> None:
    world = World()
    world.answer()
    world.answer(date_error=HOUR)
    world.answer(date_error=-HOUR)
    assert abs(world.error) <= 1.1


@pytest.mark.parametrize("step", [HOUR, -HOUR, 5.0, -5.0])
def test_a_platform_whose_clock_was_set_is_followed_from_the_second_answer_on(step: float) -> None:
    world = World()
    world.answer()
    world.platform_error = step
    world.answer()
    world.answer()
    assert abs(world.error) <= 1.1


def test_a_running_clock_that_drifts_is_set_right_again_and_again() -> None:
    world = World(rate=1 - 9e-5)
    for _ in range(24 * 6):
        world.answer()
        world.passed += 600.0
    assert abs(world.error) <= 1.3


def test_the_running_clock_is_handed_through_and_does_not_move_with_the_offset() -> None:
    world = World(local_error=HOUR)
    before = world.clock.running()
    world.answer(there=0.0, back=0.0)
    assert world.clock.running() == before == world.running()


def test_the_real_running_clock_goes_forward_and_the_real_clock_tells_the_local_time() -> None:
    before = running_time()
    assert running_time() >= before
    assert Clock().now() == pytest.approx(time.time(), abs=1.0)


def test_a_date_header_of_the_platform_s_form_is_a_time_in_whole_seconds() -> None:
    date = parsedate_to_datetime("Mon, 23 Nov 2026 14:32:07 GMT").timestamp()
    clock = Clock(lambda: 0.0, lambda: 0.0)
    clock.saw_date(date, 0.0, 0.0)
    assert date <= clock.now() <= date + 1


async def test_a_wait_for_a_moment_that_has_passed_is_none() -> None:
    world = World()
    await world.clock.sleep_until(world.clock.now() - 10)
    assert world.passed == 0.0


async def test_a_wait_ends_at_its_moment() -> None:
    clock = Clock()
    moment = clock.now() + 0.02
    await clock.sleep_until(moment)
    assert moment <= clock.now() < moment + STEP


async def test_setting_the_clock_back_during_a_wait_does_not_lengthen_it() -> None:
    clock = Clock(wall=lambda: HOUR)
    async with asyncio.timeout(2.0), asyncio.TaskGroup() as group:
        group.create_task(clock.sleep_until(clock.now() + 0.05))
        await asyncio.sleep(0)
        clock.saw_date(0.0, clock.running(), clock.running())
    assert clock.now() < HOUR / 2


@given(
    local_error=st.floats(-1e8, 1e8),
    ways=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3), st.floats(0, 30)), min_size=1, max_size=12),
    delays=st.lists(st.floats(0, 60), max_size=6),
)
def test_whatever_was_heard_the_error_is_less_than_a_second_and_the_quickest_way(
    local_error: float, ways: list[tuple[float, float, float]], delays: list[float]
) -> None:
    world, quickest = World(local_error), float("inf")
    for there, back, pause in ways:
        world.answer(there, back)
        world.passed += pause
        for delay in delays:
            world.clock.saw_event(world.true - delay)
        quickest = min(quickest, there + back)
        assert abs(world.error) <= 1.0 + quickest + 0.1


@given(
    st.floats(-HOUR, HOUR), st.lists(st.tuples(st.floats(0, 120), st.floats(-HOUR, HOUR) | st.just(0.0)), max_size=12)
)
def test_once_set_our_line_of_time_never_jumps_whatever_the_platform_says(
    local_error: float, steps: list[tuple[float, float]]
) -> None:
    world = World(local_error)
    world.answer()
    for pause, platform_jump in steps:
        world.platform_error += platform_jump
        before, began = world.clock.now(), world.passed
        world.passed += pause
        world.answer(there=0.0, back=0.0)
        world.answer(there=0.0, back=0.0)
        passed = world.passed - began
        # Seconds since 1970 in a float are exact to less than a microsecond.
        assert abs(world.clock.now() - before - passed) <= passed * SLEW * 1.01 + 1e-5


def test_a_timestamp_of_a_platform_whose_clock_was_set_lies_where_it_belongs_on_our_line() -> None:
    world = World()
    world.answer()
    world.platform_error += HOUR
    world.answer()
    world.answer()
    event = world.true
    assert event - world.clock.ahead == pytest.approx(world.clock.now(), abs=1.2)


def test_our_line_drifts_towards_the_platform_so_that_months_add_up_to_nothing() -> None:
    world = World(rate=1 + 20e-6)
    world.answer()
    for _ in range(24 * 30):
        world.passed += HOUR
        world.answer()
    assert abs(world.clock.now() - world.true) < 2.0
