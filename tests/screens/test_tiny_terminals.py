"""Terminals too small for anything: nothing stands still, whatever screen is shown."""

import pytest

from tests.screens.doors import ScriptedDoor
from tests.screens.running import running_wall
from tui.app import RingwallApp
from tui.config import Config

SIZES = [(1, 1), (2, 3), (8, 4), (20, 6), (39, 11)]


@pytest.mark.parametrize("size", SIZES)
async def test_login(size: tuple[int, int]) -> None:
    app = RingwallApp(ScriptedDoor(), Config())
    async with app.run_test(size=size) as pilot:
        await pilot.press("x", "tab", "space", "ctrl+l")
        assert app.is_running


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "keys", ["j z z o f F y m", "slash a n a", "colon s tab tab", "enter", "question_mark", "D", "e / a"]
)
async def test_wall(size: tuple[int, int], keys: str) -> None:
    async with running_wall(size=size) as wall:
        await wall.press(*keys.split(), "ctrl+l", "j")
        assert wall.app.is_running
