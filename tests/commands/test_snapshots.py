"""Where the pictures of the wall go."""

import time
from pathlib import Path

import pytest

from tests.screens.drawn_wall import NOW
from tui.commands.snapshots import save_snapshot
from tui.errors import RingwallError


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def test_picture_and_text_lie_side_by_side_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    assert save_snapshot(folder, "<svg/>", "FREE\n", NOW) == f"{folder}/wall-2026-11-23-143207.svg, .txt"
    assert (folder / "wall-2026-11-23-143207.svg").read_text() == "<svg/>"
    assert (folder / "wall-2026-11-23-143207.txt").read_text() == "FREE\n"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_second_one_in_the_same_second_replaces_none(tmp_path: Path) -> None:
    save_snapshot(tmp_path, "1", "one", NOW)
    assert save_snapshot(tmp_path, "2", "two", NOW).endswith("wall-2026-11-23-143207-2.svg, .txt")
    assert (tmp_path / "wall-2026-11-23-143207.txt").read_text() == "one"


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RingwallError, match="cannot be made"):
        save_snapshot(tmp_path / "file" / "snapshots", "1", "one", NOW)
