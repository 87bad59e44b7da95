"""What all tests of this room rely on: clocks on the glass show UTC."""

import time
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.screens.running import Wall, running_wall


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
async def wall() -> AsyncIterator[Wall]:
    async with running_wall() as wall:
        yield wall
