"""The list of extensions, read from a box."""

from pathlib import Path

import pytest

from tests.box import running_box
from tests.ringcentral.parts import parts
from tui.errors import RingwallError
from tui.ringcentral.directory import PER_PAGE, Directory


async def test_every_page_is_read_in_as_few_calls_as_there_are(tmp_path: Path) -> None:
    async with running_box(extensions=2 * PER_PAGE) as box, parts(box, tmp_path) as at:
        directory = Directory(at.session)
        await directory.read()
        assert directory.complete
        assert directory.total == len({extension.id for extension in directory.extensions}) > 2 * PER_PAGE
        asked = [one["path"] for one in await box.requests() if "/extension?" in one["path"]]
        assert len(asked) == 3


async def test_what_was_read_before_a_page_failed_is_there_and_the_fault_is_told(tmp_path: Path) -> None:
    async with running_box(extensions=PER_PAGE) as box, parts(box, tmp_path) as at:
        directory = Directory(at.session)
        await box.post("/simulator/faults", {"fault": "http_403", "match": "page=2"})
        with pytest.raises(RingwallError, match="lacks a permission") as told:
            await directory.read()
        assert not directory.complete
        assert len(directory.extensions) == PER_PAGE
        assert directory.problem == str(told.value)


async def test_reading_again_keeps_the_old_list_until_the_new_one_is_whole(tmp_path: Path) -> None:
    async with running_box(extensions=PER_PAGE) as box, parts(box, tmp_path) as at:
        directory = Directory(at.session)
        await directory.read()
        whole = len(directory.extensions)
        await box.post("/simulator/faults", {"fault": "delete_extension", "extension": "101"})
        await box.post("/simulator/faults", {"fault": "http_403", "match": "page=2", "count": 1})
        with pytest.raises(RingwallError):
            await directory.read()
        assert len(directory.extensions) == whole
        assert directory.complete
        await directory.read()
        assert len(directory.extensions) == whole - 1
        assert directory.problem == ""


async def test_what_has_not_changed_is_not_kept_twice_when_it_is_read_again(tmp_path: Path) -> None:
    async with running_box(extensions=20) as box, parts(box, tmp_path) as at:
        directory = Directory(at.session)
        await directory.read()
        before = {extension.id: extension for extension in directory.extensions}
        await box.post("/simulator/faults", {"fault": "delete_extension", "extension": "101"})
        await directory.read()
        assert len(directory.extensions) == len(before) - 1
        assert all(extension is before[extension.id] for extension in directory.extensions)
