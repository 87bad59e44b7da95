"""`picture.json`: what a kiosk knew before it was started again, whatever has become of the file."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feed.test_feed import scene
from tests.screens.drawn_wall import NOW, PEOPLE, person, talking
from tui.commands import last_picture
from tui.commands.last_picture import LastPicture, PictureFile, load_picture, save_picture
from tui.feed.link import Link
from tui.presence.presence import Call, Presence
from tui.presence.status import Status

SERVER = "https://ringcentral.example"
IDS = [entry.id for entry in PEOPLE]
PICTURE = LastPicture(SERVER, NOW, tuple(PEOPLE))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "picture.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "picture.json"
    save_picture(path, PICTURE)
    return path.read_bytes()


def found(path: Path, content: bytes) -> LastPicture | None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return load_picture(path)


def test_what_was_shown_is_there_again_as_old(path: Path) -> None:
    save_picture(path, PICTURE)
    picture = load_picture(path)
    assert picture is not None
    assert picture.at == NOW
    assert [entry.id for entry in picture.entries] == IDS
    for old, entry in zip(PEOPLE, picture.entries, strict=True):
        assert (entry.extension, entry.status, entry.since) == (old.extension, old.status, old.since)
        assert (entry.confirmed_at, entry.shown_status) == (old.confirmed_at, Status.UNKNOWN)


def test_callers_are_not_in_it(path: Path) -> None:
    call = Call(
        "CallConnected",
        "Inbound",
        "+4930123454821",
        "Anna Weber",
        "+4930123450000",
        "The board",
        "Sales",
        session_id="4711",
        telephony_session_id="s-0815",
        party_id="p-1",
        id="08154711",
    )
    entry = person("101", "Ana", Presence("CallConnected", "Busy", calls=(call,), total_calls=1), 10)
    answered = ((call.key, NOW - 5, False),)
    save_picture(path, LastPicture(SERVER, NOW, (replace(entry, answered=answered),)))
    text = path.read_text()
    for secret in ("3012345", "Weber", "board", "4711", "0815", "p-1"):
        assert secret not in text
    picture = load_picture(path)
    assert picture is not None
    calls = (picture.entries[0].presence or Presence()).calls or ()
    assert [(one.from_number, one.queue) for one in calls] == [("+49..4821", "Sales")]
    assert path.stat().st_mode & 0o077 == 0


def test_only_who_is_chosen_comes_back_in_the_order_of_the_choice(path: Path) -> None:
    save_picture(path, PICTURE)
    whole = load_picture(path)
    picture = whole and whole.of(SERVER, ["4103", "999", "4101"])
    assert picture is not None
    assert [entry.id for entry in picture.entries] == ["4103", "4101"]


def test_the_picture_of_another_server_is_none_of_ours(path: Path) -> None:
    save_picture(path, PICTURE)
    picture = load_picture(path)
    assert picture is not None
    assert picture.of("https://other.example", IDS) is None


def test_a_file_that_others_can_read_is_not_believed(path: Path) -> None:
    save_picture(path, PICTURE)
    path.chmod(0o644)
    assert load_picture(path) is None


def test_no_file_is_no_picture(path: Path) -> None:
    assert load_picture(path) is None


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b'{"server": 1}', b"\xff\xfe", b"\x00" * 4096])
def test_what_is_no_picture_is_as_good_as_none(path: Path, content: bytes) -> None:
    assert found(path, content) is None


@given(st.data())
@settings(max_examples=60)
def test_a_torn_file_is_as_good_as_none(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "torn" / "picture.json"
    end = data.draw(st.integers(0, len(whole) - 1))
    assert found(path, whole[:end]) is None
    assert found(path, whole[:end] + b"\x00" * (len(whole) - end)) is None


@pytest.mark.parametrize("moment", ["-1", "1e300", "99999999999"])
def test_moments_that_no_clock_can_show_are_left_out(path: Path, moment: str) -> None:
    entry = replace(PEOPLE[0], since=12345.5)
    content = msgspec.json.encode(LastPicture(SERVER, NOW, (entry, PEOPLE[1])))
    picture = found(path, content.replace(b"12345.5", moment.encode()))
    assert picture is not None
    assert [one.id for one in picture.entries] == [PEOPLE[1].id]
    assert found(path, msgspec.json.encode(LastPicture(SERVER, 2e300, ()))) is None


def test_the_numbers_in_it_are_masked_once(path: Path) -> None:
    save_picture(path, LastPicture(SERVER, NOW, (person("101", "Ana", talking("+4930123454821"), 1),)))
    first = path.read_bytes()
    again = load_picture(path)
    assert again is not None
    assert b"+49..4821" in first
    assert b"+49..4821" in msgspec.json.encode(again)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_picture, "EVERY", 0.01)


@pytest.mark.usefixtures("quick")
async def test_it_is_written_while_the_link_is_live_and_only_then(path: Path) -> None:
    async with scene() as at:
        file = PictureFile(path, SERVER, at.feed)
        assert not path.exists()
        await at.until_link(Link.LIVE)
        async with asyncio.timeout(10):
            while (picture := load_picture(path)) is None:  # noqa: ASYNC110 - a file tells nobody that it was written
                await asyncio.sleep(0.01)
        assert [entry.status for entry in picture.entries] == [Status.AVAILABLE, Status.AVAILABLE]
        await file.close()
        await at.feed.close()


@pytest.mark.usefixtures("quick")
async def test_a_disk_that_takes_nothing_is_told_once_and_tried_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file where the folder should be")
    async with scene() as at:
        file = PictureFile(path, SERVER, at.feed)
        with caplog.at_level(logging.WARNING):
            await at.until_link(Link.LIVE)
            async with asyncio.timeout(10):
                while "the picture is not kept" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
                    await asyncio.sleep(0.05)
                path.parent.unlink()
                while not path.exists():  # noqa: ASYNC110 - a file tells nobody that it was written
                    await asyncio.sleep(0.01)
        await file.close()
        await at.feed.close()
    assert caplog.text.count("the picture is not kept") == 1
