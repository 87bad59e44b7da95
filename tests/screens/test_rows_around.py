"""The rows around the tiles: every text of the first and third one, and any of them in any width."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from tests.screens.drawn_wall import COUNTS, LIVE, NOW, PEOPLE
from tui.feed.link import Link, LinkState
from tui.presence.alerts import AlertRules, Thresholds, alerts
from tui.presence.status import Status
from tui.screens.keys import KEYS
from tui.screens.picture import Picture, Start
from tui.screens.prompting import COMMAND, FIND, Prompting
from tui.widgets import chrome, header
from tui.widgets.header import Header
from tui.widgets.palette import Palette
from tui.widgets.themes import GREY

LOST = LinkState(Link.WAITING, NOW, "pubnub", "no answer from PubNub", NOW - 260.0, NOW + 12.0)
REFUSED = LinkState(Link.REFUSED, NOW, "pubnub", "JWT revoked or expired, OAU-213", NOW - 260.0, NOW + 290.0)
ANY_TEXT = st.text(max_size=60)
MOMENTS = st.none() | st.floats(NOW - 1e6, NOW + 1e6)
LINKS = st.builds(
    LinkState,
    st.sampled_from(Link),
    st.just(NOW),
    st.sampled_from(["", "pubnub", "websocket", "polling"]),
    ANY_TEXT,
    MOMENTS,
    MOMENTS,
    MOMENTS,
)


def first_row(link: LinkState, columns: int = 80, *, is_demo: bool = False, machine_time: float | None = None) -> str:
    made = Header("Sales", 24, 31, "sort number", link, is_demo, machine_time=machine_time)
    return header.status_row(made, NOW, columns).text


def third_row(link: LinkState, columns: int = 80, secret_file: str = "") -> str:
    untold = header.untold_reason(Header("Sales", 24, 31, "sort number", link, is_demo=False), NOW, columns)
    return header.picture_row(link, NOW, columns, untold=untold, secret_file=secret_file).text.rstrip()


def test_a_lost_link_says_since_when_why_and_what_comes_next() -> None:
    bar = " LINK LOST since 14:27:47   no answer from PubNub   next try in 12s"
    assert first_row(LOST) == f"{bar:71}14:32:07 "


def test_while_it_is_tried_the_bar_says_so() -> None:
    trying = replace(LOST, link=Link.AUTHORISING, retry_at=None)
    assert first_row(trying).startswith(" LINK LOST since 14:27:47   no answer from PubNub   trying now")


def test_a_narrow_bar_keeps_the_next_try_and_leaves_the_reason_to_the_third_row() -> None:
    assert first_row(LOST, 65) == f"{' LINK LOST since 14:27:47   next try in 12s':56}14:32:07 "
    assert third_row(LOST, 65).startswith(" The picture is of 14:27   no answer from PubNub")


def test_a_reason_that_no_row_has_room_for_is_cut() -> None:
    bar = " LINK LOST since 14:27:47   xxxxxxxxxxxxxxxxxxxxxx.   next try in 12s  14:32:07 "
    assert first_row(replace(LOST, reason="x" * 100)) == bar


def test_a_refused_login_says_why_and_the_third_row_what_to_do() -> None:
    bar = " LOGIN REFUSED since 14:27:47   JWT revoked or expired, OAU-213"
    assert first_row(REFUSED) == f"{bar:71}14:32:07 "
    assert third_row(REFUSED) == " The picture is of 14:27. Press Enter to log in; all else stays as it is"
    wanted = " The picture is of 14:27. Replace /etc/ringwall/jwt; next try in 4m50s"
    assert third_row(REFUSED, secret_file="/etc/ringwall/jwt") == wanted


@pytest.mark.parametrize(
    ("reason", "columns", "row"),
    [
        ("no answer from PubNub", 80, "The picture is of 14:27. Press r to try now"),
        (
            "this login is used by too many walls",
            80,
            "The picture is of 14:27   this login is used by too many walls   r: try now",
        ),
        ("this login is used by too many walls", 40, "this login is used by too many walls"),
        (
            f"the disk is full: ~/state/{'x' * 60} cannot be written",
            80,
            "The picture is of 14:27   the disk is full   Press r to try now",
        ),
        (
            f"No answer from https://{'x' * 25}: no such host",
            80,
            f"No answer from https://{'x' * 25}: no such host   r: try now",
        ),
        (f"No answer from https://{'x' * 25}: no such host", 40, "no such host   Press r to try now"),
        ("x" * 100, 80, "The picture is of 14:27. Press r to try now"),
    ],
)
def test_a_reason_that_the_bar_has_no_room_for_stands_in_the_third_row(reason: str, columns: int, row: str) -> None:
    assert third_row(replace(LOST, reason=reason), columns) == f" {row}"


def test_a_narrow_third_row_still_says_what_to_do() -> None:
    assert third_row(REFUSED, 40) == " The picture is of 14:27. Enter: log in"
    assert third_row(replace(LOST, reason=""), 40) == " The picture is of 14:27. r: try now"
    assert third_row(REFUSED, 30) == " Press Enter to log in"


def test_a_clock_that_is_wrong_comes_before_all_else() -> None:
    bar = " CLOCK WRONG   this machine says 1970-01-01; waiting for network time"
    assert first_row(LOST, machine_time=41.0) == f"{bar:71}14:32:07 "
    assert first_row(LOST, machine_time=NOW).startswith(" LINK LOST")
    # A kiosk of 80 columns has 79 to write in.
    assert "1970-01-01; waiting for the time  " in first_row(LOST, 79, machine_time=41.0)
    assert "this machine says 1970-01-01  " in first_row(LOST, 60, machine_time=41.0)


@pytest.mark.parametrize(("age", "shown"), [(2.0, "LIVE PubNub"), (9.9, "LIVE PubNub"), (10.0, "LIVE PubNub 0:10")])
def test_the_age_of_the_link_is_told_from_ten_seconds_on(age: float, shown: str) -> None:
    assert first_row(replace(LIVE, proof_at=NOW - age)).rstrip().endswith(f"{shown}  14:32:07")


@pytest.mark.parametrize(
    ("transport", "wide", "narrow"),
    [
        ("pubnub", "LIVE PubNub", "LIVE"),
        ("websocket", "LIVE WebSocket", "LIVE"),
        ("polling", "LIVE polling", "POLLING"),
    ],
)
def test_polling_is_labelled_however_narrow_the_terminal_is(transport: str, wide: str, narrow: str) -> None:
    link = replace(LIVE, transport=transport)
    assert first_row(link).endswith(f"  {wide}  14:32:07 ")
    for is_demo in (False, True):
        assert f" {narrow}  14:32:07 " in first_row(link, 40, is_demo=is_demo)


def test_a_short_doubt_is_no_lost_link() -> None:
    doubt = replace(LOST, link=Link.DOUBTFUL, lost_since=NOW - 2.0)
    assert "CHECKING" in first_row(doubt)
    assert first_row(replace(doubt, lost_since=NOW - 4.0)).startswith(" LINK LOST")


def test_a_wall_of_the_box_says_so_in_a_bar_too() -> None:
    assert first_row(REFUSED, is_demo=True).endswith("DEMO  14:32:07 ")


def assert_fits(strip: Strip, columns: int) -> None:
    assert strip.cell_length == columns
    assert sum(segment.cell_length for segment in strip) == columns


@given(LINKS, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.integers(20, 300))
def test_the_first_and_the_third_row_are_as_wide_as_the_terminal(
    link: LinkState, view: str, order: str, file: str, columns: int
) -> None:
    made = Header(view, 1234, 12345, order, link, is_demo=True, messages="voicemail 99")
    assert_fits(header.status_row(made, NOW, columns), columns)
    assert_fits(header.picture_row(link, NOW, columns, secret_file=file), columns)


def test_who_wants_attention_by_age_is_not_said_to_be_what_it_was() -> None:
    stale = replace(PEOPLE[0], stale=True, confirmed_at=NOW - 90.0)
    aged = alerts([stale], NOW, AlertRules(Thresholds(age=(30.0, 60.0))))
    assert chrome.attention_row(aged, [stale], NOW, 80, quiet=GREY).text.startswith(" !! 101 Ana Martins UNKNOWN 1:30 ")


@given(st.integers(20, 300), st.integers(0, len(PEOPLE)))
def test_the_other_rows_are_as_wide_as_the_terminal(columns: int, some: int) -> None:
    people = PEOPLE[:some]
    assert_fits(chrome.attention_row(alerts(people, NOW), people, NOW, columns, quiet=GREY), columns)
    assert_fits(chrome.counts_row(COUNTS | {Status.AVAILABLE: 4321}, Palette(), columns), columns)
    for strip in chrome.selected_rows(people[-1] if people else None, None, NOW, columns, mask=False):
        assert_fits(strip, columns)


@given(st.sampled_from([FIND, COMMAND]), ANY_TEXT, st.integers(20, 300))
def test_the_line_that_is_typed_is_as_wide_as_the_terminal_and_leaves_its_last_cell(
    lead: str, text: str, columns: int
) -> None:
    prompting = Prompting(Picture(Start()), KEYS)
    prompting.open(lead)
    prompting.insert(text)
    strip = prompting.row(columns)
    assert_fits(strip, columns)
    assert strip.text[-1] == " "
