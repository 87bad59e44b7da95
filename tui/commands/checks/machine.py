"""What is on this machine: the terminal, the files, and a wall that runs."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage, get_terminal_size

import msgspec

from tui.commands.checks.finding import Finding, State
from tui.commands.health import EVERY
from tui.commands.invocation import Invocation
from tui.commands.paths import files
from tui.commands.processes import is_running
from tui.feed.link import Link
from tui.paths import Paths, shown
from tui.terminal.abilities import Abilities, Colors, find_abilities
from tui.terminal.output import stdout_encoding

GROUP = "This machine"
SMALLEST = (80, 24)
"""Columns and rows that the screens are drawn for."""
ROOM = 1_000_000
"""Bytes that have to be left on the disk: all but the older logs needs less."""
_COLOURS = {
    Colors.NONE: "no colours",
    Colors.SIXTEEN: "16 colours",
    Colors.MANY: "256 colours",
    Colors.TRUE: "all colours",
}


def abilities_of(invocation: Invocation) -> Abilities:
    """What the terminal can show that the command was started in."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return find_abilities(invocation.environment, stdout_encoding(), is_terminal=is_terminal)


def check_machine(invocation: Invocation) -> Iterator[Finding]:
    """The terminal, the files, the wall."""
    yield _terminal(abilities_of(invocation))
    yield from _files(invocation)
    if disk := _disk(invocation.paths.state):
        yield disk
    yield _wall(invocation.paths)


def _terminal(abilities: Abilities) -> Finding:
    if abilities.no_screen:
        return Finding(GROUP, "Terminal", State.SKIPPED, f"{abilities.no_screen}, so there is no wall here")
    columns, rows = get_terminal_size()
    characters = f"{stdout_encoding()}{', only ASCII' if abilities.ascii else ''}"
    text = f"{columns}x{rows}, {_COLOURS[abilities.colors]}, {characters}"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Finding(GROUP, "Terminal", State.WARNING, text, "The screens are drawn for 80x24 and more.")
    return Finding(GROUP, "Terminal", State.OK, text)


def _files(invocation: Invocation) -> Iterator[Finding]:
    """Each file that is there, with its mode: those beside the configuration are for their owner alone."""
    paths = invocation.paths
    found = [path for _, path in files(invocation) if path.exists()]
    looked_at = {path: _file(path, is_private=path != paths.config) for path in found}
    well = [path for path, amiss in looked_at.items() if amiss is None]
    if well:
        yield Finding(GROUP, "Files", State.OK, f"{len(well)} as they should be; `ringwall paths` lists them")
    for path in well:
        text = f"{shown(path)}, its mode is {stat.S_IMODE(path.stat().st_mode):o}"
        yield Finding(GROUP, path.name, State.OK, text, is_detail=True)
    yield from filter(None, looked_at.values())
    if not found:
        yield Finding(GROUP, "Files", State.SKIPPED, "none yet")


def _file(path: Path, *, is_private: bool) -> Finding | None:
    """What is amiss with a file; None where nothing is."""
    name, mode = "Folder" if path.is_dir() else "File", stat.S_IMODE(path.stat().st_mode)
    if not os.access(path, os.R_OK):
        return Finding(GROUP, name, State.NO, f"{shown(path)} cannot be read", "It belongs to another user?", 78)
    if is_private and mode & 0o077:
        right = "700" if path.is_dir() else "600"
        text = f"{shown(path)} can be read by others (its mode is {mode:o})"
        return Finding(GROUP, name, State.NO, text, f"Run   chmod {right} {shown(path)}", 78)
    if mode & 0o022:
        return Finding(GROUP, name, State.WARNING, f"others may write {shown(path)}", f"Run   chmod go-w {shown(path)}")
    if path.is_dir() and not os.access(path, os.W_OK):
        hint = "Make it writable for you, or name another place: XDG_STATE_HOME."
        return Finding(GROUP, name, State.NO, f"{shown(path)} cannot be written", hint, 78)
    return None


def _disk(folder: Path) -> Finding | None:
    """That there is hardly room for what the wall writes; None where there is."""
    try:
        left = disk_usage(folder).free
    except OSError:
        return None
    if left >= ROOM:
        return None
    text = f"{left / 1e6:.1f} MB are left where {shown(folder)} lies"
    return Finding(GROUP, "Disk", State.NO, text, "Make room: a login that cannot be stored cannot be used.", 78)


class _Written(msgspec.Struct):
    """What of `health.json` says how the wall is."""

    pid: int
    link: str
    transport: str | None
    reason: str | None
    chosen: int
    stale: int
    gaps: list[object]


def _wall(paths: Paths) -> Finding:
    try:
        age = time.time() - paths.health.stat().st_mtime
        wall = msgspec.json.decode(paths.health.read_bytes(), type=_Written)
    except FileNotFoundError:
        return Finding(GROUP, "Wall", State.SKIPPED, "none has run yet")
    except (OSError, msgspec.DecodeError):
        return Finding(
            GROUP, "Wall", State.WARNING, f"{shown(paths.health)} cannot be read", "The wall writes it anew."
        )
    if wall.link == Link.CLOSED:
        return Finding(GROUP, "Wall", State.SKIPPED, f"none runs; the last one left {_ago(age)}")
    if age > 3 * EVERY or not is_running(wall.pid):
        return Finding(
            GROUP, "Wall", State.WARNING, f"process {wall.pid} was last heard {_ago(age)}", "It died; start it."
        )
    over = f" over {wall.transport}" if wall.transport else ""
    counts = f"{wall.chosen} chosen, {wall.stale} stale, gaps today: {len(wall.gaps)}"
    text = f"process {wall.pid} is {wall.link}{over}, written {_ago(age)}; {counts}"
    if wall.link == Link.LIVE:
        return Finding(GROUP, "Wall", State.OK, text)
    return Finding(GROUP, "Wall", State.WARNING, text, wall.reason or "")


def _ago(seconds: float) -> str:
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{max(0.0, seconds):.0f} s ago"
