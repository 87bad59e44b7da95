"""The webhook against a real receiver that fails as receivers do."""

import hashlib
import hmac
import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.calllog.made import RINGING, answered_call, then
from tests.calllog.receiver import Receiver, receiving
from tui.calllog import outbox
from tui.calllog.facts import Fact
from tui.calllog.sinks.delivery import Delivery
from tui.calllog.sinks.webhook import PATIENCE, WebhookSink, signature
from tui.calllog.store import Store
from tui.calllog.writing import Writing
from tui.ringcentral.network import trusted

ACCOUNT, SECRET = "37439510", b"shared with the CRM"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "calls.sqlite")
    with store.writing() as connection:
        outbox.set_sinks(connection, ["webhook"])
    yield store
    store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@contextmanager
def delivering(store: Store, url: str, trust: ssl.SSLContext | None = None) -> Iterator[Delivery]:
    delivery = Delivery(store, WebhookSink(url, SECRET, trust, lambda: 1_790_000_000.5), random.Random(1), 0.01)
    delivery.start()
    try:
        yield delivery
    finally:
        delivery.close()


def learn(store: Store, *facts: Fact) -> None:
    for fact in facts:
        with store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=True).learn([fact])


def state(store: Store) -> outbox.SinkState:
    with store.reading() as connection:
        (state,) = outbox.sink_states(connection)
    return state


def eventually(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if is_so():
            return
        pause.wait(0.005)
    pytest.fail("it did not come about")


def revisions(receiver: Receiver) -> list[int]:
    return [msgspec.json.decode(one.body)["revision"] for one in receiver.received]


def test_each_state_of_a_call_is_posted_once_in_order_and_signed(store: Store, receiver: Receiver) -> None:
    learn(store, *answered_call())
    with delivering(store, receiver.url):
        received = receiver.until(3)
        eventually(lambda: state(store).waiting == 0)
    assert [one.headers["idempotency-key"] for one in received] == [f"{ACCOUNT}:s-171:{n}" for n in (1, 2, 3)]
    last = received[-1]
    call = msgspec.json.decode(last.body)
    assert (call["type"], call["result"], call["from_number"]) == ("call", "answered", "+4930123456")
    assert [party["party_id"] for party in call["parties"]] == ["p-171-2"]
    assert last.headers["ringwall-timestamp"] == "1790000000"
    signed = hmac.new(SECRET, b"1790000000." + last.body, hashlib.sha256).hexdigest()
    assert last.headers["ringwall-signature"] == f"sha256={signed}"
    assert last.headers["content-type"] == "application/json"


def test_an_id_that_no_header_can_hold_holds_up_nothing(store: Store, receiver: Receiver) -> None:
    learn(store, msgspec.structs.replace(RINGING, telephony_session_id="s-ü\n1"))
    with delivering(store, receiver.url):
        (received,) = receiver.until(1)
    assert received.headers["idempotency-key"] == f"{ACCOUNT}:s-%C3%BC%0A1:1"


@pytest.mark.parametrize("answer", [503, 429, 401, 404, 302, 500])
def test_what_is_not_taken_now_is_sent_again_before_what_follows(store: Store, receiver: Receiver, answer: int) -> None:
    receiver.answers = [200, answer, answer]
    learn(store, *answered_call())
    with delivering(store, receiver.url):
        receiver.until(5)
        eventually(lambda: state(store).waiting == 0)
    assert revisions(receiver) == [1, 2, 2, 2, 3]
    assert (state(store).problem, state(store).dead) == ("", 0)


def test_a_second_answer_to_one_message_is_none_to_the_next(store: Store, receiver: Receiver) -> None:
    receiver.answers_twice, receiver.answers = True, [200, 500, 200]
    learn(store, *answered_call())
    with delivering(store, receiver.url):
        eventually(lambda: not state(store).waiting)
    assert [msgspec.json.decode(one.body)["revision"] for one in receiver.received] == [1, 2, 2, 3]


def test_a_receiver_that_is_away_is_waited_for(store: Store) -> None:
    learn(store, *answered_call())
    with delivering(store, "http://127.0.0.1:9/calls"):
        eventually(lambda: state(store).failures >= 3)
    assert state(store).problem == "no answer from 127.0.0.1: the connection is refused"
    assert state(store).waiting == 3
    with receiving() as receiver, delivering(store, receiver.url):
        receiver.until(3)
        eventually(lambda: state(store).waiting == 0)


def test_only_a_receiver_whose_certificate_is_trusted_is_sent_anything(store: Store, certificate: Path) -> None:
    learn(store, RINGING)
    with receiving(certificate) as receiver:
        with delivering(store, receiver.url):
            eventually(lambda: state(store).failures >= 2)
        assert state(store).problem == "no answer from 127.0.0.1: the certificate is not valid"
        with delivering(store, receiver.url, trusted(str(certificate))):
            receiver.until(1)
            eventually(lambda: state(store).waiting == 0)
    assert revisions(receiver) == [1]


def test_calls_go_nowhere_that_a_receiver_sends_us_to(store: Store, receiver: Receiver) -> None:
    learn(store, RINGING)
    with receiving() as elsewhere:
        receiver.answers, receiver.headers = [307] * 99, {"location": elsewhere.url}
        with delivering(store, receiver.url):
            eventually(lambda: state(store).failures >= 2)
        assert elsewhere.received == []
    assert state(store).problem == "127.0.0.1 answers 307 Temporary Redirect"


def test_what_is_plain_never_goes_by_a_proxy(store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    learn(store, RINGING)
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/calls"))
        with delivering(store, receiver.url):
            receiver.until(1)
    assert proxy.received == []


def test_of_an_answer_without_end_only_the_head_counts(store: Store, receiver: Receiver) -> None:
    receiver.body_of = 10**12
    learn(store, *answered_call())
    with delivering(store, receiver.url):
        receiver.until(3)
        eventually(lambda: state(store).waiting == 0)
    assert revisions(receiver) == [1, 2, 3]


def test_how_long_a_receiver_asks_to_wait_is_kept_to(store: Store, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [429], {"retry-after": "3600"}
    learn(store, RINGING)
    with delivering(store, receiver.url):
        receiver.until(1)
        eventually(lambda: state(store).failures == 1)
        learn(store, then("connected", 5))
    assert revisions(receiver) == [1]


@pytest.mark.parametrize(("answer", "times"), [(422, 1), (500, PATIENCE)])
def test_what_is_refused_for_good_is_set_aside_and_the_next_goes_on(
    store: Store, receiver: Receiver, answer: int, times: int
) -> None:
    receiver.answers = [answer] * times
    learn(store, *answered_call())
    with delivering(store, receiver.url):
        receiver.until(times + 2)
        eventually(lambda: state(store).waiting == 0)
    assert revisions(receiver) == [1] * times + [2, 3]
    assert state(store).dead == 1
    with store.reading() as connection:
        (letter,) = outbox.dead_letters(connection)
    assert (letter.subject, letter.revision) == ("s-171", 1)
    assert str(answer) in letter.reason


def test_a_dead_letter_is_sent_again_to_its_sink_alone(store: Store, receiver: Receiver) -> None:
    receiver.answers = [422]
    learn(store, RINGING)
    with delivering(store, receiver.url) as delivery:
        eventually(lambda: state(store).dead == 1)
        with store.writing() as connection:
            assert outbox.resend(connection, "webhook") == (1, 0)
        delivery.wake()
        first, second = receiver.until(2)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert state(store).dead == 0


def test_an_older_state_is_never_sent_after_a_later_one(store: Store, receiver: Receiver) -> None:
    receiver.answers = [422]
    learn(store, RINGING, then("connected", 5))
    with delivering(store, receiver.url):
        receiver.until(2)
        eventually(lambda: state(store).waiting == 0)
    with store.writing() as connection:
        assert outbox.resend(connection, "webhook") == (0, 1)
    assert revisions(receiver) == [1, 2]


def test_what_a_sink_has_taken_is_not_sent_by_the_next_process(store: Store, receiver: Receiver) -> None:
    learn(store, RINGING)
    with delivering(store, receiver.url):
        receiver.until(1)
        eventually(lambda: state(store).waiting == 0)
    learn(store, then("connected", 5))
    with delivering(store, receiver.url):
        receiver.until(2)
        eventually(lambda: state(store).waiting == 0)
    assert revisions(receiver) == [1, 2]


def test_a_new_sink_begins_with_what_happens_from_then_on(store: Store) -> None:
    learn(store, RINGING)
    with store.writing() as connection:
        outbox.set_sinks(connection, ["webhook", "other"])
        states = {one.name: one.waiting for one in outbox.sink_states(connection)}
        assert states == {"webhook": 1, "other": 0}
        outbox.set_sinks(connection, ["other"])
        assert outbox.next_messages(connection, "other", 9) == []
    learn(store, then("connected", 5))
    with store.reading() as connection:
        assert [one.revision for one in outbox.next_messages(connection, "other", 9)] == [2]


def test_a_receiver_can_check_by_what_is_documented_that_it_came_from_us(store: Store, receiver: Receiver) -> None:
    learn(store, RINGING)
    with store.reading() as connection:
        messages = outbox.next_messages(connection, "webhook", 9)
    sink = WebhookSink(receiver.url, SECRET)
    sink.take(messages)
    sink.close()
    page = Path(__file__).parents[2] / "docs" / "record.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    documented: dict[str, Any] = {}
    exec(code, documented)
    is_from_ringwall = documented["is_from_ringwall"]
    (one,) = receiver.received
    headers = {name.title(): value for name, value in one.headers.items()}
    assert is_from_ringwall(headers, one.body, SECRET)
    assert not is_from_ringwall(headers, one.body + b" ", SECRET)
    assert not is_from_ringwall(headers, one.body, b"another secret")
    assert not is_from_ringwall({}, one.body, SECRET)
    long_ago = "1700000000"
    replayed = {"Ringwall-Timestamp": long_ago, "Ringwall-Signature": f"sha256={signature(SECRET, long_ago, one.body)}"}
    assert not is_from_ringwall(replayed, one.body, SECRET)
