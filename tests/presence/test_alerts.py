"""When a state is a warning, and an alarm: by its seconds, its department, and its age where it is stale."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN
from tui.presence.alerts import NEVER, OFF, USUAL, AlertRules, Level, Thresholds, alerts, level_of, next_level_at
from tui.presence.board import Entry
from tui.presence.status import Status


def entry(status: Status, since: float | None = 0.0) -> Entry:
    return Entry(ANA, status=status, reason=None, since=since)


@pytest.mark.parametrize(
    ("status", "warning", "alarm"),
    [
        (Status.RINGING_IN, 20, 40),
        (Status.RINGING_OUT, 20, 40),
        (Status.HOLD, 60, 180),
        (Status.ON_CALL, 1800, 3600),
    ],
)
def test_the_usual_limits(status: Status, warning: float, alarm: float) -> None:
    one = entry(status)
    assert level_of(one, warning - 0.1) is Level.NONE
    assert level_of(one, warning) is Level.WARNING
    assert level_of(one, alarm - 0.1) is Level.WARNING
    assert level_of(one, alarm) is Level.ALARM


@pytest.mark.parametrize(
    "status", [one for one in Status if one.value not in {"ringing_in", "ringing_out", "hold", "on_call"}]
)
def test_the_others_may_last_for_ever_unless_rules_say_otherwise(status: Status) -> None:
    assert level_of(entry(status), 1e9) is Level.NONE


def test_idle_states_have_limits_where_they_are_set() -> None:
    rules = AlertRules(Thresholds(dnd=(10.0, 0.0), offline=(0.0, 20.0)))
    assert level_of(entry(Status.DND), 1e9, rules) is Level.WARNING
    assert level_of(entry(Status.OFFLINE), 19.0, rules) is Level.NONE
    assert level_of(entry(Status.OFFLINE), 20.0, rules) is Level.ALARM


def test_a_department_has_its_own_by_its_exact_name() -> None:
    rules = AlertRules(Thresholds(), {"Sales": Thresholds(ringing=(1.0, 2.0)), "Supp": Thresholds(ringing=OFF)})
    assert level_of(entry(Status.RINGING_IN), 5.0, rules) is Level.ALARM
    assert level_of(replace(entry(Status.RINGING_IN), extension=BEN), 30.0, rules) is Level.WARNING


def test_of_a_stale_tile_only_the_age_counts() -> None:
    stale = replace(entry(Status.RINGING_IN), stale=True)
    rules = AlertRules(Thresholds(age=(30.0, 90.0)))
    assert level_of(stale, 1000.0, USUAL, 0.0) is Level.NONE
    assert level_of(stale, 1000.0, rules, 970.0) is Level.WARNING
    assert level_of(stale, 1000.0, rules, None) is Level.NONE


def test_the_worst_come_first() -> None:
    one, two, three = entry(Status.ON_CALL), entry(Status.HOLD, 3900.0), entry(Status.RINGING_IN, 3975.0)
    four = entry(Status.HOLD, 3000.0)
    quiet = entry(Status.AVAILABLE)
    found = alerts([three, quiet, two, one, four], 4000.0)
    assert [(alert.entry, alert.level) for alert in found] == [
        (four, Level.ALARM),
        (one, Level.ALARM),
        (three, Level.WARNING),
        (two, Level.WARNING),
    ]
    assert [alert.seconds for alert in found] == [1000.0, 4000.0, 25.0, 100.0]


seconds = st.floats(0, 1e5)
limits = st.tuples(st.just(0.0) | seconds, st.just(0.0) | seconds)


@given(st.sampled_from(Status), st.floats(0, 2e9), limits, seconds)
def test_a_level_changes_at_the_moment_that_was_told_and_not_before(
    status: Status, since: float, limit: tuple[float, float], later: float
) -> None:
    """Whatever seconds are rounded to."""
    rules = AlertRules(Thresholds(limit, limit, limit, limit, limit, limit))
    one = entry(status, since)
    moment, level = next_level_at(one, since, rules, None), level_of(one, since, rules)
    if moment == NEVER:
        assert level_of(one, since + later, rules) is level
        return
    assert moment > since
    assert level_of(one, moment, rules) >= level
    if since + later < moment:
        assert level_of(one, since + later, rules) is level
