"""The exchange and the lives of calls, without sockets or waiting."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.simulator import filters, shapes
from tui.simulator.lines import SHOWN_CALLS
from tui.simulator.lives import Plan, place
from tui.simulator.options import Options
from tui.simulator.platform import Platform
from tui.simulator.telephony import VoicemailLeft

ACCOUNT = "/restapi/v1.0/account/~/presence?detailedTelephonyState=true"
STAFF = ("101", "102", "103", "104")


@dataclass
class Listened:
    """A quiet platform, and all events that a subscriber to everything gets."""

    platform: Platform = field(default_factory=lambda: Platform(Options(extensions=30, calls_per_minute=0)))
    bodies: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        platform = self.platform
        wanted = filters.parse(ACCOUNT, platform.account.id, "301")
        assert wanted is not None
        subscription = platform.subscriptions.create("app", "301", platform.now())
        subscription.want([wanted], [])
        subscription.live_until(platform.now(), 1e9)
        platform.notifier.deliver = lambda _, event: self.bodies.append(event["body"])

    def place(self, **plan: Any) -> None:
        _, life = place(self.platform.exchange, Plan(**plan))
        self.platform.agenda.begin(life)

    def pass_seconds(self, seconds: float) -> None:
        self.platform.agenda.run(self.platform.agenda.now + seconds)

    def heard(self, extension_id: str) -> list[str]:
        """The telephony statuses of one extension, in order."""
        return [str(body["telephonyStatus"]) for body in self.bodies if body["extensionId"] == extension_id]

    def result(self) -> str | None:
        return self.platform.exchange.calls[-1].result


def test_what_happens_beside_the_agenda_happens_now() -> None:
    box = Listened()
    box.platform.agenda.now -= 60
    box.place(to="101", from_="+4930123456", ring=900)
    before = box.platform.now()
    box.platform.exchange.hang_up(box.platform.account.extensions["401"])
    (party,) = box.platform.exchange.calls[-1].parties
    assert party.ended is not None
    assert before <= party.ended <= box.platform.now()


def test_an_answered_call_with_a_hold() -> None:
    box = Listened()
    box.place(to="101", from_="+4930123456", ring=5, talk=60, hold=((20, 10),))
    box.pass_seconds(100)
    assert box.heard("401") == ["Ringing", "CallConnected", "OnHold", "CallConnected", "NoCall"]
    party = box.platform.exchange.calls[-1].parties[0]
    waits = [round(after - before) for (before, _), (after, _) in zip(party.states, party.states[1:], strict=False)]
    assert waits == [5, 20, 10, 30]
    assert box.result() == "answered"


def test_calls_that_nobody_answers() -> None:
    for end in ("missed", "voicemail", "rejected"):
        box = Listened()
        box.place(to="101", from_="+4930123456", ring=5, end=end)
        box.pass_seconds(100)
        assert box.heard("401") == ["Ringing", "NoCall"]
        assert box.result() == end


def test_a_voicemail_is_left_after_the_call_ended() -> None:
    told: list[object] = []
    box = Listened()
    box.platform.exchange.tell = told.append
    box.place(to="101", from_="+4930123456", ring=5, end="voicemail")
    box.pass_seconds(100)
    assert isinstance(told[-1], VoicemailLeft)
    assert told[-1].extension.number == "101"


def test_a_queue_rings_several_and_one_answers() -> None:
    box = Listened()
    box.place(to="700", from_="+4930123456", ring=5, talk=10)
    rung = {body["extensionId"] for body in box.bodies}
    assert len(rung) == 5
    box.pass_seconds(6)
    states = {extension_id: box.heard(extension_id)[-1] for extension_id in rung}
    assert sorted(states.values()) == ["CallConnected"] + ["NoCall"] * 4
    call = box.platform.exchange.calls[-1]
    assert sorted(party.result or "" for party in call.parties) == [""] + ["answered_elsewhere"] * 4
    assert box.bodies[0]["activeCalls"][0]["queueCall"] is True
    assert box.bodies[0]["activeCalls"][0]["callInfo"]["primary"] == {"type": "QueueName", "value": "Sales"}


def test_a_queue_call_goes_to_the_agent_who_is_meant_and_spares_those_who_take_none() -> None:
    box = Listened()
    exchange = box.platform.exchange
    exchange.set_presence(exchange.lines["402"], dnd_status="DoNotAcceptDepartmentCalls")
    for _ in range(12):
        box.place(to="103", from_="+4930123456", queue="Sales", ring=5, talk=10)
        box.pass_seconds(30)
    answered = {party.extension_id for call in exchange.calls for party in call.parties if party.result == "answered"}
    rung = {party.extension_id for call in exchange.calls for party in call.parties}
    assert answered == {"403"}
    assert "402" not in rung
    assert len(rung) > 5, "the queue takes turns"


def test_a_call_between_two_of_ours_is_on_both_lines() -> None:
    box = Listened()
    box.place(to="102", from_="401", ring=5, talk=10)
    box.pass_seconds(6)
    calls = {body["extensionId"]: body["activeCalls"][0] for body in box.bodies}
    assert calls["401"]["direction"] == "Outbound"
    assert calls["402"]["direction"] == "Inbound"
    assert calls["401"]["telephonySessionId"] == calls["402"]["telephonySessionId"]
    assert calls["401"]["partyId"] != calls["402"]["partyId"]
    assert (calls["402"]["from"], calls["402"]["fromName"]) == ("101", "Ana Martins"), "by number, not by id"
    box.pass_seconds(60)
    assert box.heard("401") == box.heard("402") == ["Ringing", "CallConnected", "NoCall"]


def test_a_call_to_someone_outside() -> None:
    box = Listened()
    box.place(to="+33155501234", from_="101", ring=5, talk=10)
    box.pass_seconds(60)
    assert box.heard("401") == ["Ringing", "CallConnected", "NoCall"]
    assert box.bodies[0]["activeCalls"][0]["direction"] == "Outbound"


def test_a_transfer_moves_the_call_to_another_line() -> None:
    box = Listened()
    box.place(to="101", from_="+4930123456", ring=5, talk=10, end="transferred:102")
    box.pass_seconds(100)
    assert box.heard("401") == box.heard("402") == ["Ringing", "CallConnected", "NoCall"]
    first, second = box.platform.exchange.calls[-1].parties
    assert first.ended == second.started
    assert (first.result, second.result) == ("transferred", "transferred")


def test_a_parked_call_waits_on_its_line() -> None:
    box = Listened()
    box.place(to="101", from_="+4930123456", ring=5, talk=10, end="parked", park=20)
    box.pass_seconds(30)
    assert box.heard("401") == ["Ringing", "CallConnected", "ParkedCall"]
    assert box.bodies[-1]["presenceStatus"] == "Available", "whose call is parked can take another"
    box.pass_seconds(10)
    assert box.heard("401")[-1] == "NoCall"


def test_a_second_call_sets_the_first_aside_and_gives_it_back() -> None:
    box = Listened()
    box.place(to="101", from_="+4930123456", ring=5, talk=60)
    box.pass_seconds(10)
    box.place(to="101", from_="+33155501234", ring=5, talk=10)
    assert box.bodies[-1]["telephonyStatus"] == "Ringing"
    assert box.bodies[-1]["totalActiveCalls"] == 2
    box.pass_seconds(6)
    assert [call["telephonyStatus"] for call in box.bodies[-1]["activeCalls"]] == ["OnHold", "CallConnected"]
    box.pass_seconds(14)
    assert [call["telephonyStatus"] for call in box.bodies[-1]["activeCalls"]] == ["CallConnected"]


def test_of_many_calls_the_latest_seven_are_listed_and_all_are_counted() -> None:
    box = Listened()
    for number in range(9):
        box.place(to="101", from_=f"+493012345{number}", ring=5 + 60 * number, end="missed")
    assert [call["from"][-1] for call in box.bodies[-1]["activeCalls"]] == list("2345678")
    assert box.bodies[-1]["totalActiveCalls"] == 9
    box.pass_seconds(10)
    listed = box.bodies[-1]["activeCalls"]
    assert [call["from"][-1] for call in listed] == list("3456780"), "the one that ended is listed once more"
    assert [call["telephonyStatus"] for call in listed] == ["Ringing"] * 6 + ["NoCall"]
    assert box.bodies[-1]["totalActiveCalls"] == 8


def test_presence_follows_the_person_and_the_calls() -> None:
    exchange = Listened().platform.exchange
    line = exchange.lines["401"]
    assert line.presence_status == "Available"
    exchange.set_presence(line, dnd_status="DoNotAcceptAnyCalls")
    assert line.presence_status == "Available", "what somebody takes is beside how they are"
    exchange.set_presence(line, dnd_status="TakeAllCalls", meeting=True)
    assert line.presence_status == "Busy"
    exchange.set_presence(line, meeting=False, user_status="Offline")
    assert line.presence_status == "Offline"
    exchange.ring(exchange.dial("+4930123456", "", line.extension), line)
    assert line.presence_status == "Offline", "invisible is invisible, on a call too"


plans = st.fixed_dictionaries(
    {
        "to": st.sampled_from((*STAFF, "700")),
        "from_": st.sampled_from((*STAFF, "+4930123456")),
        "ring": st.integers(0, 20),
        "talk": st.integers(0, 90),
        "hold": st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=2).map(tuple),
        "end": st.sampled_from(("answered", "missed", "voicemail", "rejected", "parked", "transferred:104")),
    }
)
presences = st.fixed_dictionaries(
    {
        "user_status": st.sampled_from(("Available", "Busy", "Offline")),
        "dnd_status": st.sampled_from(("TakeAllCalls", "DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls")),
        "meeting": st.booleans(),
    }
)
steps = st.one_of(
    st.tuples(st.just("call"), plans),
    st.tuples(st.just("presence"), st.tuples(st.sampled_from(STAFF), presences)),
    st.tuples(st.just("wait"), st.floats(0, 30)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=25))
def test_whatever_happens_events_add_up_to_the_truth(schedule: list[tuple[str, Any]]) -> None:
    box = Listened()
    exchange = box.platform.exchange
    for kind, what in schedule:
        if kind == "call":
            box.place(**what)
        elif kind == "presence":
            number, changes = what
            exchange.set_presence(exchange.lines[str(int(number) + 300)], **changes)
        else:
            box.pass_seconds(what)
        _check_events(box)
    box.pass_seconds(3600)
    _check_events(box)
    assert not any(line.parties for line in exchange.lines.values()), "every call has an end"
    assert all(call.result is not None for call in exchange.calls)
    _check_ends(box.bodies)


def _check_events(box: Listened) -> None:
    latest: dict[str, Any] = {}
    for body in box.bodies:
        before = latest.get(body["extensionId"], {})
        assert body["sequence"] > before.get("sequence", 0), "sequences rise"
        assert len(body["activeCalls"]) <= SHOWN_CALLS
        latest[body["extensionId"]] = body
    for extension_id, body in latest.items():
        line = box.platform.exchange.lines[extension_id]
        truth: Any = shapes.record(line, box.platform.clock, "", "1")
        for name in ("telephonyStatus", "presenceStatus", "userStatus", "dndStatus", "meetingStatus"):
            assert body[name] == truth[name]
        living = [call for call in body["activeCalls"] if call["telephonyStatus"] != "NoCall"]
        assert body["totalActiveCalls"] == len(line.parties)
        if len(line.parties) < SHOWN_CALLS:
            assert living == truth["activeCalls"]
        speaking = [call for call in living if call["telephonyStatus"] == "CallConnected"]
        assert len(speaking) <= 1, "a phone speaks on one call"


def _check_ends(bodies: list[Any]) -> None:
    begun, ended = set(), []
    for body in bodies:
        for call in body["activeCalls"]:
            key = (body["extensionId"], call["partyId"])
            begun.add(key)
            assert key not in ended, "nothing comes after the end"
            assert ("terminationType" in call) == (call["telephonyStatus"] == "NoCall")
        ended += [
            (body["extensionId"], call["partyId"])
            for call in body["activeCalls"]
            if call.get("terminationType") == "final"
        ]
    assert sorted(begun) == sorted(ended), "every call that was seen ended once"
