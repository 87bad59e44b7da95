"""The log as a running program writes it: how much, for whom, in how many parts."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.started import ENDED, watching
from tests.terminal.box import BoxProcess, box_process
from tui.logs import LARGEST


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def logged(box: BoxProcess, home: Path, *words: str) -> tuple[set[str], set[str]]:
    """The levels, and the first part of the names of the loggers, in the log of a watch over PubNub."""
    with watching(box.environment(home), *words, "watch", "--json", "--extensions", "101") as watch:
        watch.until(link="live")
        assert watch.end() == (143, ENDED)
    path = home / "state" / "ringwall" / "ringwall.log"
    lines = [line.split() for line in path.read_text().splitlines() if line[:2] == "20"]
    return {line[2] for line in lines}, {line[4].partition(".")[0] for line in lines}


def test_libraries_are_heard_only_where_somebody_asked_for_everything(box: BoxProcess, tmp_path: Path) -> None:
    levels, names = logged(box, tmp_path / "usual")
    assert (levels, names) == ({"INFO"}, {"tui"})
    levels, names = logged(box, tmp_path / "debug", "--log-level", "debug")
    assert {"DEBUG", "INFO"} <= levels
    assert {"tui", "httpcore", "pubnub"} <= names
    levels, names = logged(box, tmp_path / "error", "--log-level", "error")
    assert (levels, names) == (set(), set())


def test_a_log_that_is_full_goes_on_in_a_new_part_and_each_is_private(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path)
    folder = Path(environment["XDG_STATE_HOME"]) / "ringwall"
    (folder / "ringwall.log").write_text("2026 an older line\n" * (LARGEST // 19))
    logged(box, tmp_path)
    parts = {path.name: path for path in folder.glob("ringwall.log*")}
    assert set(parts) == {"ringwall.log", "ringwall.log.1"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in parts.values()} == {0o600}
    assert "link: live" in parts["ringwall.log"].read_text()
    assert "an older line" in parts["ringwall.log.1"].read_text()
