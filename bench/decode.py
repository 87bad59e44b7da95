"""What a notification costs: CPU through PubNub's client, decryption, decoding and the Board.

    python -m bench decode

The floor is PubNub's bare client with AES and `json.loads` in its listener, in the same process, on the same box, with
the same traffic. Both listen in turns, some seconds each; the medians count.
"""

import asyncio
import base64
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import httpx
from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad
from pubnub.callbacks import SubscribeCallback
from pubnub.pubnub_asyncio import AsyncioSubscriptionManager, PubNubAsyncio

from bench.figures import Figure
from bench.worlds import World, folder, world
from tui.commands.account import Account
from tui.commands.invocation import Invocation
from tui.commands.recording import new_recording
from tui.feed.link import Link
from tui.presence.board import Board
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.ringcentral import wire
from tui.ringcentral.push.cipher import decrypt
from tui.ringcentral.push.longpoll import _configuration

EXTENSIONS = 200
RATES = (300, 9000)
"""Calls a minute of a box that lives forty times as fast: few notifications come one by one, many in batches."""
SECONDS, TURNS = 4.0, 3
JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def measure() -> list[Figure]:
    """The cost of a notification, in microseconds of CPU: with the client around it, and without."""
    return [*(figure for rate in RATES for figure in _at(rate)), _without_client()]


def _at(rate: int) -> list[Figure]:
    with world(EXTENSIONS, rate, "--speed", "40") as box, folder() as home:
        ours, floors = [], []
        for turn in range(TURNS):
            floors.append(asyncio.run(_bare(box)))
            ours.append(asyncio.run(feed_cost(box, home / str(turn))))
    value, floor = (statistics.median(cost for cost, _ in taken) for taken in (ours, floors))
    what = f"CPU a notification, {statistics.median(events for _, events in ours):.0f}/s"
    return [Figure("decode", what, value, "us", "bare client, AES, json.loads", floor, 2.0)]


async def _measured(count: Callable[[], int]) -> tuple[float, float]:
    """Microseconds of CPU for each of what is counted, over some seconds; and how many came in a second."""
    events, cpu = count(), time.process_time()
    await asyncio.sleep(SECONDS)
    came = count() - events
    return (time.process_time() - cpu) / max(1, came) * 1e6, came / SECONDS


class _Decoding(SubscribeCallback):  # type: ignore[misc, no-any-unimported]  # pubnub has no types
    """The least that can be done with a message."""

    def __init__(self, key: str) -> None:
        self._key = base64.b64decode(key)
        self.key = key
        self.texts: list[str] = []

    @property
    def events(self) -> int:
        """How many came."""
        return len(self.texts)

    def status(self, pubnub: object, status: object) -> None:
        """Nothing."""

    def presence(self, pubnub: object, presence: object) -> None:
        """Nothing."""

    def message(self, pubnub: object, message: object) -> None:
        text = getattr(message, "message", "")
        self.decoded(text)
        self.texts.append(text)

    def decoded(self, text: str) -> object:
        """What a message says."""
        cipher = AES.new(self._key, AES.MODE_ECB)
        return json.loads(unpad(cipher.decrypt(base64.b64decode(text)), AES.block_size))


class _Stoppable(Protocol):
    async def stop(self) -> None:
        """Listen no more."""


async def _bare(box: World) -> tuple[float, float]:
    client, listener = await _listening(box)
    taken = await _measured(lambda: listener.events)
    await client.stop()
    return taken


def _without_client() -> Figure:
    """The same messages again, from their text to the Board, and to what `json.loads` gives."""
    with world(EXTENSIONS, RATES[-1], "--speed", "40") as box:
        listener = asyncio.run(_collected(box))
        board, extensions = Board(), [Extension(one) for one in box.extensions]
    board.choose(extensions, 0.0)

    def ours() -> None:
        for text in listener.texts:
            news = wire.notification(wire.decode(decrypt(text, listener.key), wire.LARGEST_MESSAGE))
            assert isinstance(news, PresenceNews)
            board.apply(news, news.at or 0.0)

    def bare() -> None:
        for text in listener.texts:
            listener.decoded(text)

    value, floor = (_cpu(run) / listener.events * 1e6 for run in (ours, bare))
    return Figure("decode", "text to Board, no client", value, "us", "AES, json.loads", floor)


def _cpu(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


async def _collected(box: World) -> _Decoding:
    client, listener = await _listening(box)
    await _until(lambda: listener.events > 3000)
    await client.stop()
    return listener


async def _listening(box: World) -> tuple["_Stoppable", _Decoding]:
    known = box.credentials
    async with httpx.AsyncClient(base_url=known["server"], trust_env=False) as http:
        form = {"grant_type": JWT, "assertion": known["jwt"]}
        app = (known["client_id"], known["client_secret"])
        token = (await http.post("/restapi/oauth/token", data=form, auth=app)).json()["access_token"]
        filters = [
            f"/restapi/v1.0/account/~/extension/{one}/presence?detailedTelephonyState=true" for one in box.extensions
        ]
        wish = {"eventFilters": filters, "deliveryMode": {"transportType": "PubNub", "encryption": True}}
        headers = {"Authorization": f"Bearer {token}"}
        mode = (await http.post("/restapi/v1.0/subscription", json=wish, headers=headers)).json()["deliveryMode"]
    client = PubNubAsyncio(
        _configuration(known["pubnub_origin"], mode["subscriberKey"], secure=False),
        subscription_manager=AsyncioSubscriptionManager,
    )
    listener = _Decoding(mode["encryptionKey"])
    client.add_listener(listener)
    client.subscribe().channels([mode["address"]]).execute()
    await _until(lambda: listener.events > 0)
    return client, listener


async def feed_cost(box: World, home: Path, *, records: bool = False) -> tuple[float, float]:
    """Microseconds of CPU for each notification of a Feed that may record, and how many came in a second."""
    environment = box.user(home, EXTENSIONS)
    invocation = Invocation(environment=environment, state=home / "state")
    account = Account(invocation.config, invocation.paths, invocation.credentials)
    async for _ in account.log_in():
        pass
    chosen = set(invocation.config.choice.extensions)
    await _until(lambda: account.directory.complete)
    feed = account.watch([one for one in account.directory.extensions if one.id in chosen])
    recording = new_recording(invocation, account, feed) if records else None
    if recording is not None:
        recording.start()
    running = asyncio.create_task(feed.run())
    await _until(lambda: feed.link.link is Link.LIVE and feed.board.counts.events > 0)
    taken = await _measured(lambda: feed.board.counts.events)
    await feed.close()
    await asyncio.gather(running)
    if recording is not None:
        await recording.close()
    await account.close()
    return taken


async def _until(holds: Callable[[], bool], wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await wait(0.02)
