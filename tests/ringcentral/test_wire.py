"""JSON of the platform, whole, partial and hostile, as values."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presence.notification import MessageNews, PresenceNews
from tui.presence.presence import Presence
from tui.ringcentral import wire
from tui.ringcentral.text import LONGEST, clean

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
KEYS = (
    "id extensionNumber name type status contact site hidden activeCalls telephonyStatus startTime callInfo "
    "totalActiveCalls sequence extensionId message allowSeeMyPresence event body uuid timestamp changes"
)
hostile_objects = st.dictionaries(st.sampled_from(KEYS.split()), json_values, max_size=12)


def event(body: dict[str, object], name: str = "/restapi/v1.0/account/1/extension/401/presence") -> dict[str, object]:
    return {"uuid": "u1", "event": name, "timestamp": "2026-11-23T14:31:43.000Z", "body": body}


def test_ids_are_strings_whether_they_came_as_numbers_or_as_strings() -> None:
    for value in (401, "401"):
        found = wire.extension({"id": value, "extensionNumber": value})
        assert found is not None
        assert (found.id, found.number) == ("401", "401")


def test_an_extension_without_an_id_is_none() -> None:
    assert wire.extension({"name": "Ana"}) is None
    assert wire.extension({"id": True}) is None


def test_a_name_falls_back_to_the_contact() -> None:
    found = wire.extension({"id": 1, "contact": {"firstName": "Ana", "lastName": "Martins", "department": "Sales"}})
    assert found is not None
    assert (found.name, found.department, found.status) == ("Ana Martins", "Sales", "Enabled")


def test_what_an_event_leaves_out_is_not_said() -> None:
    assert wire.presence({}) == Presence()
    assert wire.presence({"message": ""}).message == ""


def test_both_forms_of_time_are_read() -> None:
    for text in ("2026-11-23T14:31:43.000Z", "2026-11-23T14:31:43.000+0000", "2026-11-23T15:31:43+01:00"):
        assert wire.moment(text) == 1795444303.0
    assert wire.moment("yesterday") is None


def test_a_presence_event_belongs_to_the_extension_that_its_body_names() -> None:
    news = wire.notification(event({"extensionId": "402", "sequence": 7, "telephonyStatus": "NoCall"}))
    assert isinstance(news, PresenceNews)
    assert (news.extension_id, news.sequence, news.uuid) == ("402", 7, "u1")
    huge = wire.notification(event({"extensionId": "402", "sequence": 2**63, "telephonyStatus": "NoCall"}))
    assert isinstance(huge, PresenceNews)
    assert huge.sequence is None


def test_without_one_in_the_body_the_uri_names_it() -> None:
    news = wire.notification(event({"telephonyStatus": "NoCall"}))
    assert isinstance(news, PresenceNews)
    assert news.extension_id == "401"


def test_intermediate_ends_and_ended_calls_are_no_active_calls() -> None:
    calls = [
        {"id": "1", "sessionId": "1", "telephonyStatus": "NoCall", "terminationType": "final"},
        {"id": "2", "sessionId": "2", "telephonyStatus": "NoCall", "terminationType": "intermediate"},
        {"id": "3", "sessionId": "3", "telephonyStatus": "Ringing", "direction": "Inbound"},
    ]
    found = wire.presence({"activeCalls": calls}).calls
    assert found is not None
    assert [call.id for call in found] == ["3"]


@pytest.mark.parametrize(
    ("info", "queue"),
    [
        ({"callInfo": {"primary": {"type": "QueueName", "value": "Sales"}}}, "Sales"),
        (
            {
                "callInfo": {
                    "primary": {"type": "PhoneNumber", "value": "+1"},
                    "additional": {"type": "QueueExtension", "value": "700"},
                }
            },
            "700",
        ),
        ({"queueCall": True}, "queue"),
        ({}, ""),
    ],
)
def test_the_queue_of_a_call(info: dict[str, object], queue: str) -> None:
    found = wire.presence({"activeCalls": [{"telephonyStatus": "Ringing", **info}]}).calls
    assert found is not None
    assert found[0].queue == queue


def test_new_messages_in_both_spellings_of_voicemail() -> None:
    name = "/restapi/v1.0/account/1/extension/301/message-store"
    for kind in ("VoiceMail", "Voicemail"):
        body: dict[str, object] = {"extensionId": 301, "changes": [{"type": kind, "newCount": 2}, {"type": "SMS"}]}
        news = wire.notification(event(body, name))
        assert isinstance(news, MessageNews)
        assert (news.extension_id, news.voicemail, news.sms) == ("301", 2, 0)


def test_an_event_that_nobody_asked_for_is_nothing() -> None:
    assert wire.notification(event({"x": 1}, "/restapi/v1.0/account/1/telephony/sessions")) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_undecodable(body: bytes) -> None:
    with pytest.raises(wire.Undecodable):
        wire.decode(body)


def test_a_message_that_is_too_large_is_undecodable() -> None:
    with pytest.raises(wire.Undecodable):
        wire.decode(b'"' + b"x" * wire.LARGEST_MESSAGE + b'"', wire.LARGEST_MESSAGE)


@given(hostile_objects)
def test_no_json_breaks_the_reading_and_all_text_in_it_is_cleaned(value: dict[str, object]) -> None:
    found = wire.presence(value)
    assert found.message is None or found.message == clean(found.message)
    extension = wire.extension(value)
    assert extension is None or extension.name == clean(extension.name)
    try:
        news = wire.notification(value)
    except wire.Undecodable:
        return
    assert news is None or news.extension_id.isprintable()


HOSTILE = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x200D, 0x202E, 0x2066, 0xFEFF, 0xD800, 0xFE0F]))


@given(st.text() | st.text(alphabet=HOSTILE + "a[]\\é한́"))
def test_cleaned_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    cleaned = clean(text)
    assert all(character.isprintable() for character in cleaned)
    assert len(cleaned) <= LONGEST
    assert cleaned == " ".join(cleaned.split())
    assert clean(cleaned) == cleaned


SEQUENCES = (
    "\x1b]52;c;Zm9v\x07",
    "\x1b]0;title\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x9d52;c;Zm9v\x9c",
    "\x90q\x9c",
    "\x1b[2J",
    "\x9b31m",
    "\x1b_G\x1b\\",
    "\x1bc",
    "\r\n",
    "\u202e",
    "\u2066",
    "\u200d",
    "\ufeff",
    "\ud800",
    "\udcff",
    "[red]",
    "[/]",
    "\u0301" * 9,
)
"""OSC, DCS, CSI, APC and RIS in 7 and 8 bits, what turns or joins letters, lone surrogates, markup, towers of marks."""


@given(st.lists(st.sampled_from(SEQUENCES) | st.text(max_size=3), max_size=12).map("".join))
def test_no_sequence_survives_and_what_is_left_can_be_written(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in cleaned)
    kinds = "".join("m" if unicodedata.category(character) == "Mn" else "-" for character in cleaned)
    assert "mmm" not in kinds


def test_text_that_is_only_text_stays_as_it_is() -> None:
    for text in ("Ana Martins", "[bold]Łukasz Żółć[/bold]", "محمد علي", "田中 太郎", "สมชาย", "Zoë 🦊"):
        assert clean(text) == text


def test_escape_sequences_become_plain_text() -> None:
    assert clean("\x1b[31mred\x1b]52;c;Zm9v\x07\r\nnext\u202egnp") == "[31mred]52;c;Zm9v nextgnp"


def test_a_call_that_has_just_ended_is_not_missing_from_the_list_whether_or_not_it_is_counted() -> None:
    ended = {"id": "1", "sessionId": "1", "telephonyStatus": "NoCall", "terminationType": "final"}
    going_on = {"id": "2", "sessionId": "2", "telephonyStatus": "CallConnected"}
    for counted in (1, 2):
        found = wire.presence({"activeCalls": [ended, going_on], "totalActiveCalls": counted})
        assert (found.total_calls, found.is_short) == (1, False)
    assert wire.presence({"telephonyStatus": "Ringing", "activeCalls": [going_on], "totalActiveCalls": 2}).is_short


def test_a_call_that_is_said_to_have_ended_and_has_not_is_one_that_the_list_is_short_of() -> None:
    flash = {"telephonyStatus": "NoCall", "sessionId": "1", "terminationType": "intermediate"}
    body = {"extensionId": "401", "telephonyStatus": "NoCall", "totalActiveCalls": 1, "activeCalls": [flash]}
    news = wire.presence(body)
    assert (news.calls, news.total_calls, news.telephony_status) == ((), 1, None)
    assert news.is_short
