"""The frames of the WebSocket: read whatever comes, written as the platform wants them."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ringcentral import wire
from tui.ringcentral.push import frames
from tui.ringcentral.push.frames import Frame, Recovery


def text(meta: dict[str, Any], *body: object) -> str:
    return json.dumps([meta, *body])


def test_a_notification_with_what_the_connection_can_be_taken_up_again_with() -> None:
    meta = {"type": "ServerNotification", "messageId": "7", "status": 200, "wsc": {"token": "t", "sequence": 3}}
    frame = frames.decode(text(meta, {"event": "/presence"}))
    assert frame == Frame("ServerNotification", "7", 200, {}, Recovery("t", 3), {"event": "/presence"})
    assert "'t'" not in repr(frame)


def test_a_frame_without_a_body() -> None:
    assert frames.decode(text({"type": "Heartbeat", "messageId": "7"})) == Frame("Heartbeat", "7")


def test_an_answer_in_several_parts_keeps_its_meta() -> None:
    raw = '[{"type":"ClientRequest","messageId":"9","status":207},--Boundary_1\r\nContent-Type: text/plain\r\n\r\nx]'
    assert frames.decode(raw) == Frame("ClientRequest", "9", 207)


def test_an_answer_may_be_large_and_a_notification_may_not() -> None:
    body = {"eventFilters": ["x" * wire.LARGEST_MESSAGE]}
    assert frames.decode(text({"type": "ClientRequest"}, body)).body == body
    with pytest.raises(wire.Undecodable, match="more than any notification has"):
        frames.decode(text({"type": "ServerNotification"}, body))


@pytest.mark.parametrize(
    "raw", ["", "[]", "{}", "[1]", "[{}]", "[--Boundary", '[{"type":"Heartbeat"', "\x00", b"\xff", "[" * 9999]
)
def test_what_is_no_frame(raw: str | bytes) -> None:
    with pytest.raises(wire.Undecodable):
        frames.decode(raw)


@given(st.text() | st.binary() | st.lists(st.dictionaries(st.text(), st.text() | st.integers())).map(json.dumps))
def test_anything_is_a_frame_or_says_that_it_is_none(raw: str | bytes) -> None:
    with contextlib.suppress(wire.Undecodable):
        assert frames.decode(raw).type


def test_the_highest_number_is_the_newest_but_a_new_connection_begins_anew() -> None:
    first = Recovery("a", 5)
    assert frames.newer(None, Frame("ServerNotification", recovery=first)) == first
    assert frames.newer(first, Frame("ServerNotification")) == first
    assert frames.newer(first, Frame("ServerNotification", recovery=Recovery("b", 4))) == first
    assert frames.newer(first, Frame("ServerNotification", recovery=Recovery("b", 6))) == Recovery("b", 6)
    assert frames.newer(first, Frame("ConnectionDetails", recovery=Recovery("b", 1))) == Recovery("b", 1)


def test_a_call_and_a_heartbeat_as_the_platform_wants_them() -> None:
    body = {"eventFilters": ["/x"]}
    meta = {"type": "ClientRequest", "messageId": "1", "method": "POST", "path": "/p"}
    assert json.loads(frames.request("1", "POST", "/p", body)) == [meta, body]
    assert json.loads(frames.request("1", "POST", "/p")) == [meta]
    assert json.loads(frames.heartbeat("2")) == [{"type": "Heartbeat", "messageId": "2"}]
