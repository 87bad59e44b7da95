"""The pubnub library's traps: answers of which it dies without a word must neither kill the poll nor pass unseen."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.ringcentral.origin import ScriptedOrigin, scripted_origin
from tui.clock import Clock
from tui.ringcentral.network import trusted
from tui.ringcentral.push.longpoll import APART, LongPoll

CHANNEL = "123_abc"


def message(payload: object, **changes: object) -> dict[str, object]:
    whole = {"a": "1", "f": 0, "p": {"t": "17000000000000002", "r": 1}, "k": "sub-c-1", "c": CHANNEL, "d": payload}
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def answer(*messages: object, token: object = "17000000000000003") -> str:
    return json.dumps({"t": {"t": token, "r": 1}, "m": list(messages)})


class Heard:
    """What the poll has told."""

    def __init__(self) -> None:
        self.messages: list[object] = []
        self.troubles: list[tuple[str, bool]] = []
        self.something = asyncio.Event()
        self.fails = False

    def hear_message(self, payload: object, received: float) -> None:
        self.messages.append(payload)
        self.something.set()
        if self.fails:
            raise RuntimeError("a listener that raises")

    def hear_trouble(self, reason: str, *, lasting: bool) -> None:
        self.troubles.append((reason, lasting))
        self.something.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.something.clear()
                await self.something.wait()


@asynccontextmanager
async def listening(origin: ScriptedOrigin) -> AsyncIterator[tuple[LongPoll, Heard]]:
    heard = Heard()
    poll = LongPoll(origin.address, "sub-c-1", CHANNEL, heard, Clock(), secure=False)
    poll.start()
    try:
        async with asyncio.timeout(10):
            await poll.connected.wait()
        yield poll, heard
    finally:
        await poll.stop()


async def test_messages_are_told_in_their_order() -> None:
    async with scripted_origin() as origin, listening(origin) as (poll, heard):
        origin.reply((200, answer(message("one"), message("two"))), (200, answer(message("three"))))
        await heard.until(lambda: len(heard.messages) == 3)
        assert heard.messages == ["one", "two", "three"]
        assert heard.troubles == []
        assert poll.stands


async def test_polls_that_are_answered_at_once_keep_apart() -> None:
    async with scripted_origin() as origin, listening(origin) as (_, heard):
        begun, polls = asyncio.get_running_loop().time(), 10
        origin.reply(*((200, answer(message(number))) for number in range(polls)))
        await heard.until(lambda: len(heard.messages) == polls)
        assert asyncio.get_running_loop().time() - begun >= (polls - 2) * APART


@pytest.mark.parametrize(
    "reply",
    [
        (200, '{"m":[]}'),
        (200, '{"t":{"t":"17","r":1},"m":{}}'[:20]),
        (200, "<html>captive portal</html>"),
        (200, '{"t":{"t":"x","r":1},"m":[]}'),
        (200, "[]"),
        (403, '{"message":"Forbidden","status":403}'),
        (500, "Internal error"),
    ],
)
async def test_an_answer_that_is_none_is_told_and_the_poll_goes_on(reply: tuple[int, str]) -> None:
    async with scripted_origin() as origin, listening(origin) as (poll, heard):
        origin.reply(reply)
        await heard.until(lambda: bool(heard.troubles))
        assert heard.troubles[0][1]
        assert not poll.stands
        origin.reply((200, answer(message("after"))))
        await heard.until(lambda: bool(heard.messages))
        assert heard.messages == ["after"]
        assert poll.stands


@pytest.mark.parametrize(
    "broken",
    [
        message("x", f=None),
        message("x", p=None),
        message("x", c="another_channel"),
        message("x", c=f"{CHANNEL}-pnpres"),
        message({"type": "?"}, e=2),
        message("x", e=4),
        "no message",
    ],
)
async def test_a_message_of_which_the_library_dies_is_taken_out_and_told(broken: object) -> None:
    async with scripted_origin() as origin, listening(origin) as (_, heard):
        origin.reply((200, answer(broken, message("good"))), (200, answer(message("next"))))
        await heard.until(lambda: len(heard.messages) == 2)
        assert heard.messages == ["good", "next"]
        assert heard.troubles == [("PubNub sent a message that cannot be read", False)]


async def test_a_full_queue_is_told_for_it_may_have_lost_something() -> None:
    async with scripted_origin() as origin, listening(origin) as (_, heard):
        origin.reply((200, answer(*[message(number) for number in range(100)])))
        await heard.until(lambda: len(heard.messages) == 100)
        assert heard.troubles == [("PubNub's queue was full", False)]


async def test_a_listener_that_raises_ends_nothing() -> None:
    async with scripted_origin() as origin, listening(origin) as (_, heard):
        heard.fails = True
        origin.reply((200, answer(message("one"))), (200, answer(message("two"))))
        await heard.until(lambda: len(heard.messages) == 2)


async def test_whether_the_origin_answers_is_asked_for_the_time() -> None:
    async with scripted_origin() as origin, listening(origin) as (poll, _):
        assert await poll.origin_answers()
        origin.is_down = True
        assert not await poll.origin_answers()


async def test_who_waits_for_the_origin_can_be_cancelled() -> None:
    async with scripted_origin() as origin, listening(origin) as (poll, _):
        origin.is_silent = True
        asking = asyncio.create_task(poll.origin_answers())
        await origin.was_asked.wait()
        asking.cancel()
        await asyncio.wait((asking,), timeout=5)
        assert asking.cancelled()


async def test_the_certificates_are_read_once_however_often_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def counted(*words: Any, **more: Any) -> ssl.SSLContext:
        read.append(create(*words, **more))
        return read[-1]

    monkeypatch.setattr("ssl.create_default_context", counted)
    trusted.cache_clear()
    async with scripted_origin() as origin:
        for _ in range(3):
            async with listening(origin):
                pass
    assert len(read) == 1


async def test_stopping_leaves_no_task_behind() -> None:
    async with scripted_origin() as origin:
        before = asyncio.all_tasks()
        async with listening(origin):
            assert asyncio.all_tasks() > before
        await until_no_task_is_left(before)


async def test_a_poll_that_is_stopped_while_the_library_waits_to_try_again_asks_for_nothing_more() -> None:
    async with scripted_origin() as origin:
        before = asyncio.all_tasks()
        async with listening(origin) as (_, heard):
            origin.is_silent = True
            origin.reply((500, "Internal error"))
            await heard.until(lambda: bool(heard.troubles))
            await origin.was_asked.wait()
        await until_no_task_is_left(before)


async def until_no_task_is_left(before: set["asyncio.Task[object]"]) -> None:
    async with asyncio.timeout(5):
        while True:
            left = asyncio.all_tasks() - before - {asyncio.current_task()}
            if not any("aiohttp" not in repr(task) for task in left):
                return
            await asyncio.wait(left, timeout=0.1)
