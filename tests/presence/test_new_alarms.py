"""Each alarm is told once."""

from dataclasses import replace

from tests.screens.drawn_wall import FARID, NOW
from tui.presence.alerts import Alert, Level, alerts
from tui.presence.new_alarms import NewAlarms


def alarm(level: Level = Level.ALARM, since: float = NOW - 250) -> Alert:
    return Alert(replace(FARID, since=since), level, NOW - since)


def test_an_alarm_is_told_once() -> None:
    new = NewAlarms()
    assert new.take([alarm()]) == [alarm()]
    assert new.take([alarm()]) == []


def test_a_warning_is_told_when_it_becomes_an_alarm() -> None:
    new = NewAlarms()
    assert new.take([alarm(Level.WARNING)]) == []
    assert new.take([alarm()]) == [alarm()]


def test_one_that_has_ended_is_new_when_it_comes_back() -> None:
    new = NewAlarms()
    new.take([alarm()])
    assert new.take([]) == []
    assert new.take([alarm()]) == [alarm()]


def test_the_next_call_of_the_same_extension_is_another_alarm() -> None:
    new = NewAlarms()
    new.take([alarm()])
    assert new.take([alarm(since=NOW - 200)]) == [alarm(since=NOW - 200)]


def test_what_wants_attention_by_the_usual_rules_is_understood() -> None:
    assert [alert.entry.id for alert in NewAlarms().take(alerts([FARID], NOW))] == [FARID.id]
