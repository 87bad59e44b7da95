"""How durations, callers' numbers and the order of numbers are written for people."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presence.extension import Extension, number_key
from tui.presence.words import masked, timer

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5.0, "0:00"),
        (-0.4, "0:00"),
        (0, "0:00"),
        (9.99, "0:09"),
        (61, "1:01"),
        (9 * MINUTE + 59.9, "9:59"),
        (10 * MINUTE, "10m"),
        (HOUR - 1, "59m"),
        (HOUR, "1h00"),
        (HOUR + 5 * MINUTE, "1h05"),
        (DAY - 1, "23h59"),
        (DAY, "1d00"),
        (3 * DAY + 4 * HOUR, "3d04"),
        (100 * DAY - 1, "99d23"),
        (120 * DAY + 5 * HOUR, "120d"),
    ],
)
def test_a_duration_as_a_tile_shows_it(seconds: float, text: str) -> None:
    assert timer(seconds) == text


def least_seconds(text: str) -> int:
    """The shortest duration that is written so."""
    if match := re.fullmatch(r"(\d+):(\d\d)", text):
        return int(match[1]) * MINUTE + int(match[2])
    match = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(\d\d)?", text)
    assert match, text
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    rest_is_hours = match[1] is not None
    return days * DAY + hours * HOUR + minutes * MINUTE + rest * (HOUR if rest_is_hours else MINUTE)


@given(st.floats(min_value=0, max_value=5000 * DAY))
def test_a_timer_fits_into_five_cells_and_never_shows_more_than_has_passed(seconds: float) -> None:
    text = timer(seconds)
    step = SECOND if seconds < 10 * MINUTE else MINUTE if seconds < DAY else HOUR if seconds < 100 * DAY else DAY
    assert len(text) <= 5
    assert least_seconds(text) <= seconds < least_seconds(text) + step


@given(st.floats(0, 200 * DAY), st.floats(0, 200 * DAY))
def test_a_longer_time_is_never_written_as_a_shorter_one(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert least_seconds(timer(shorter)) <= least_seconds(timer(longer))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+4930123454821", "+49..4821"),
        ("4930123454821", "..4821"),
        ("03012345", "..2345"),
        ("123456", "..3456"),
        ("12345", "12345"),
        ("101", "101"),
        ("", ""),
        ("+1234567", "..4567"),
    ],
)
def test_a_caller_s_number_is_masked_and_an_extension_s_is_not(number: str, text: str) -> None:
    assert masked(number) == text


@given(st.from_regex(r"\+?[0-9]{6,15}", fullmatch=True))
def test_a_masked_number_lacks_at_least_two_of_its_digits(number: str) -> None:
    assert sum(map(str.isdigit, masked(number))) <= sum(map(str.isdigit, number)) - 2
    assert masked(masked(number)) == masked(number)


def test_numbers_are_in_order_of_length_and_then_of_digits_and_none_comes_last() -> None:
    numbers = ["", "1001", "101", "99", "100", "20000"]
    ordered = sorted((Extension(f"id-{number}", number) for number in numbers), key=number_key)
    assert [extension.number for extension in ordered] == ["99", "100", "101", "1001", "20000", ""]


def test_equal_numbers_are_in_order_of_their_ids() -> None:
    assert number_key(Extension("1", "101")) < number_key(Extension("2", "101"))
