"""A day of traffic: the same for the same seed, varied from the first moment, and obeying telephony."""

from collections import Counter

import pytest

from tui.simulator.lines import Line, TelephonyStatus
from tui.simulator.options import Options
from tui.simulator.platform import Platform
from tui.simulator.telephony import PresenceChanged, VoicemailLeft


def played(seed: int, extensions: int = 60, minutes: float = 30, rate: float = 30) -> tuple[Platform, list[object]]:
    """A platform after so many minutes, and all that happened in them."""
    platform = Platform(Options(extensions=extensions, calls_per_minute=rate, seed=seed))
    happened: list[object] = []
    platform.exchange.tell = happened.append
    platform.agenda.run(platform.agenda.now + minutes * 60)
    return platform, happened


def picture(platform: Platform) -> list[tuple[object, ...]]:
    """What everyone is doing."""
    return [
        (line.extension.number, line.presence_status, line.dnd_status, [party.status for party in line.parties])
        for line in platform.exchange.lines.values()
    ]


def test_a_seed_plays_the_same_day_again() -> None:
    first, same, other = (Platform(Options(extensions=60, seed=seed)) for seed in (5, 5, 6))
    assert picture(first) == picture(same)
    assert picture(first) != picture(other)


def test_the_first_picture_is_a_varied_one() -> None:
    for seed in range(1, 6):
        platform = Platform(Options(extensions=60, seed=seed))
        team = [line for line in platform.exchange.lines.values() if line.extension.department.startswith("Sales")]
        team = [line for line in team if line.extension.has_presence]
        assert len(team) == 24
        kinds = Counter(kind for line in team for kind in doing(line))
        expected = {"Ringing", "CallConnected", "OnHold", "ParkedCall", "free", "dnd", "no queue", "meeting", "offline"}
        assert len(expected & set(kinds)) >= 8, kinds
        assert max(platform.agenda.now - party.started for line in team for party in line.parties) > 900


def doing(line: Line) -> list[str]:
    """What someone is doing, in words."""
    words = [party.status.value for party in line.parties]
    words += ["meeting"] if line.meeting else []
    words += ["offline"] if line.user_status == "Offline" else []
    words += {"DoNotAcceptAnyCalls": ["dnd"], "DoNotAcceptDepartmentCalls": ["no queue"]}.get(line.dnd_status, [])
    return words or ["free"]


def test_half_an_hour_has_all_that_telephony_has() -> None:
    platform, happened = played(1)
    calls = platform.exchange.calls
    results = Counter(call.result for call in calls)
    assert set(results) >= {"answered", "missed", "voicemail", "rejected", "parked", "transferred"}
    assert any(call.outbound for call in calls)
    assert any(call.queue and len(call.parties) > 1 for call in calls)
    assert any(len({party.direction for party in call.parties}) == 2 for call in calls), "calls between two of ours"
    assert any(len(line.parties) > 1 for line in (one.line for one in happened if isinstance(one, PresenceChanged)))
    voicemails = Counter(one.extension.number for one in happened if isinstance(one, VoicemailLeft))
    assert voicemails["301"] > 5, "the administrator gets some too"
    assert len(voicemails) > 3


def test_something_changes_every_few_seconds() -> None:
    _, happened = played(1, minutes=10)
    assert 600 < sum(isinstance(one, PresenceChanged) for one in happened) < 3000


def test_nobody_is_rung_who_takes_no_calls() -> None:
    platform = Platform(Options(extensions=60))
    wrong: list[str] = []

    def look(happening: object) -> None:
        if not isinstance(happening, PresenceChanged) or not happening.line.parties:
            return
        newest = happening.line.parties[-1]
        if newest.states == [(platform.agenda.now, TelephonyStatus.RINGING)] and newest.direction == "Inbound":
            line = happening.line
            away = line.dnd_status == "DoNotAcceptAnyCalls" or line.meeting or line.user_status == "Offline"
            if away and newest.call.result is None and line.extension.number != "301":
                wrong.append(line.extension.name)

    platform.exchange.tell = look
    platform.agenda.run(platform.agenda.now + 1800)
    transferred = sum(call.result == "transferred" for call in platform.exchange.calls)
    assert len(wrong) <= transferred, "only a transfer finds someone who has left meanwhile"


def test_traffic_that_is_stopped_comes_to_rest() -> None:
    platform = Platform(Options(extensions=60, calls_per_minute=60))
    assert any(line.parties for line in platform.exchange.lines.values())
    platform.traffic.set_rate(0)
    platform.agenda.run(platform.agenda.now + 6 * 3600)
    assert platform.agenda.next_at is None
    assert not any(line.parties for line in platform.exchange.lines.values())
    assert all(at_rest(line) for line in platform.exchange.lines.values())


@pytest.mark.parametrize("extensions", [1, 2, 5, 26])
def test_the_smallest_companies_work_too(extensions: int) -> None:
    platform, happened = played(1, extensions=extensions, minutes=60)
    assert any(isinstance(one, VoicemailLeft) for one in happened)
    assert len([one for one in platform.account.extensions.values() if one.email]) == extensions


def test_a_quiet_box_is_quiet() -> None:
    platform = Platform(Options(extensions=60, calls_per_minute=0))
    assert platform.agenda.next_at is None
    assert all(at_rest(line) for line in platform.exchange.lines.values())


def at_rest(line: Line) -> bool:
    """Whether someone is free, if set up at all."""
    return line.presence_status == ("Available" if line.extension.status == "Enabled" else "Offline")


def test_speed_shortens_calls_and_not_the_minutes_of_the_rate() -> None:
    lengths, numbers = {}, {}
    for speed in (1, 10):
        platform = Platform(Options(extensions=400, speed=speed, calls_per_minute=60))
        began = platform.agenda.now
        platform.agenda.run(began + 1200)
        ended = [call for call in platform.exchange.calls if call.started > began and call.answered and call.ended]
        numbers[speed] = sum(call.started > began for call in platform.exchange.calls)
        lengths[speed] = sum((call.ended or 0) - call.started for call in ended) / len(ended)
    assert 7 < lengths[1] / lengths[10] < 14
    assert 0.85 < numbers[1] / numbers[10] < 1.15
