"""`health.json`: what monitoring reads, whoever writes it, and what becomes of it."""

import asyncio
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.feed.test_feed import CLOCK, Scene, scene
from tui import __version__
from tui.commands.health import EVERY, HealthFile
from tui.feed.health import Health, Report
from tui.feed.link import Link
from tui.ringcentral.limits import default_limits
from tui.ringcentral.push import transport as push


@asynccontextmanager
async def kept(path: Path) -> AsyncIterator[Scene]:
    """A feed whose health is kept written."""
    async with scene() as at:
        health = Health(at.feed, default_limits(), lambda: CLOCK.now() + 3600, 180.0)
        file = HealthFile(path, at.feed, health.report)
        try:
            yield at
        finally:
            await at.feed.close()
            await file.close()


def written(path: Path) -> dict[str, Any]:
    """What the file says; nothing where it is no health."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


async def until_it(path: Path, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until that holds for what the file says."""
    async with asyncio.timeout(10):
        while not holds(found := written(path)):  # noqa: ASYNC110 - a file tells nobody that it was written
            await asyncio.sleep(0.01)
    return found


async def until(path: Path, **what: object) -> dict[str, Any]:
    """Wait until the file says this."""
    return await until_it(path, lambda found: what.items() <= found.items())


async def test_it_tells_all_that_monitoring_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "state" / "health.json"
    async with kept(path):
        found = await until(path, link="live")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["health.json"]
    assert (found["pid"], found["version"]) == (os.getpid(), __version__)
    assert (found["transport"], found["reason"], found["gaps"]) == ("pubnub", None, [])
    assert found["at"].endswith("Z")
    assert found["proof_at"].endswith("Z")
    assert found["session_expires_at"].endswith("Z")
    assert (found["chosen"], found["stale"], found["renewals"]) == (2, 0, 0)
    assert found["events"]["undecodable"] == 0
    assert found["calls_left"] == {"light": 50, "medium": 40, "heavy": 10, "auth": 5}
    assert (found["reconcile_every"], found["reconcile_reason"]) == (180.0, None)


async def test_a_change_of_the_link_is_written_at_once(tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    async with kept(path) as at:
        await until(path, link="live")
        at.transport.say(push.Gap(CLOCK.now(), "no answer from PubNub"))
        found = await until(path, link="doubtful", reason="no answer from PubNub")
        assert [(gap["to"], gap["healed_by"]) for gap in found["gaps"]] == [(None, None)]
        at.transport.say(push.ProofOfLife(CLOCK.now()))
        await until(path, link="live")
    (gap,) = written(path)["gaps"]
    assert (gap["reason"], gap["healed_by"]) == ("no answer from PubNub", "snapshot")


async def test_it_is_written_again_and_again_though_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.commands.health.EVERY", 0.01)
    path = tmp_path / "health.json"
    async with kept(path):
        before = await until(path, link="live")
        await until_it(path, lambda found: found["at"] != before["at"])


async def test_after_leaving_it_says_closed(tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    async with kept(path):
        await until(path, link="live")
    assert written(path)["link"] == "closed"


async def test_a_feed_that_does_not_end_in_time_is_closed_all_the_same(tmp_path: Path) -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        path = tmp_path / "health.json"
        await HealthFile(path, at.feed, Health(at.feed, default_limits(), lambda: None, 180.0).report).close()
        assert written(path)["link"] == "closed"


async def test_a_fault_in_it_is_logged_and_the_next_report_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "health.json"
    async with scene() as at:
        health, faults = Health(at.feed, default_limits(), lambda: None, 180.0), [KeyError("once")]

        def report() -> Report:
            if faults:
                raise faults.pop()
            return health.report()

        file = HealthFile(path, at.feed, report)
        await at.until_link(Link.LIVE)
        await until(path, link="live")
        await at.feed.close()
        await file.close()
    assert "health.json is not written: a fault of ours" in caplog.text
    assert written(path)["link"] == "closed"


@pytest.fixture
def other() -> Any:
    """Another process that lives."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


async def test_what_another_living_wall_writes_is_left_alone_until_that_leaves(
    tmp_path: Path, other: "subprocess.Popen[bytes]", caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "health.json"
    its = json.dumps({"pid": other.pid, "link": "live"})
    path.write_text(its)
    async with kept(path) as at:
        await at.until_link(Link.LIVE)
    assert path.read_text() == its
    assert caplog.messages.count(f"health.json is not written: the wall of process {other.pid} does") == 1
    path.write_text(json.dumps({"pid": other.pid, "link": "closed"}))
    async with kept(path):
        await until(path, pid=os.getpid())


async def test_a_wall_that_died_leaves_its_file_to_the_next_one(
    tmp_path: Path, other: "subprocess.Popen[bytes]"
) -> None:
    path = tmp_path / "health.json"
    path.write_text(json.dumps({"pid": other.pid, "link": "live"}))
    os.utime(path, (0, path.stat().st_mtime - 4 * EVERY))
    async with kept(path):
        await until(path, pid=os.getpid())
    other.kill()
    other.wait()
    path.write_text(json.dumps({"pid": other.pid, "link": "live"}))
    async with kept(path):
        await until(path, pid=os.getpid())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "me"}'])
async def test_a_file_that_is_no_health_is_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "health.json"
    path.write_text(content)
    async with kept(path):
        await until(path, link="live")


async def test_a_folder_that_takes_nothing_is_logged_once_and_the_feed_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    with caplog.at_level(logging.WARNING):
        async with kept(tmp_path / "state" / "health.json") as at:
            await at.until_link(Link.LIVE)
            at.transport.say(push.Closed("the subscription has ended"))
            await at.until(lambda: at.links().count("live") == 2)
    said = [message for message in caplog.messages if "health.json" in message]
    assert len(said) == 1
    assert "cannot be made" in said[0]
