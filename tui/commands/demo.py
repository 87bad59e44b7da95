"""`ringwall demo`: a RingCentral in a box and the wall, ready to log in. Leaves nothing behind."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tui.commands.invocation import Invocation
from tui.commands.processes import is_running
from tui.commands.wall import run_wall
from tui.errors import Unreachable
from tui.logins import for_children
from tui.saving import save_choice

CHOSEN = [str(number) for number in range(401, 425)]
"""The two dozen people of the box who are chosen already: extensions 101 to 124."""
BOX = ("--extensions", "60", "--calls-per-minute", "30")
"""A company small enough to be looked at and busy enough that something happens every few seconds."""
FOLDER = "ringwall-demo-"
"""What the folder of a demo is called, before the id of its process."""


@contextmanager
def running_box() -> Iterator[dict[str, str]]:
    """A box in a process of its own; gives what it prints about itself.

    Raises:
        Unreachable: It did not start.
    """
    words = [sys.executable, "-m", "tui", "simulate", "--until-eof", *BOX]
    # Its own process group: Ctrl-C in the terminal is the wall's affair. Its input ends with us, however we end.
    box = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=for_children(os.environ),
        start_new_session=True,
    )
    try:
        line = box.stdout.readline() if box.stdout else ""
        if not line:
            raise Unreachable("The box did not start", "Try   ringwall simulate   to see why.")
        yield json.loads(line)
    finally:
        box.terminate()
        box.wait()


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for as long as the demo lasts. Those of demos that were killed are removed first."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        if _is_of_the_dead(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-") as folder:
        yield Path(folder)


def _is_of_the_dead(folder: Path) -> bool:
    """Whether it is ours, as far as the system's users go, and its process has ended."""
    pid = folder.name.removeprefix(FOLDER).partition("-")[0]
    try:
        is_ours = folder.lstat().st_uid == os.getuid()
    except OSError:
        return False
    return is_ours and pid.isdecimal() and not is_running(int(pid))


@click.command("demo")
@click.pass_obj
def command(invocation: Invocation) -> None:
    """Try it: log in to a RingCentral in a box, choose, and watch its phones ring."""
    with running_box() as box, own_folder() as folder:
        names = {
            "RINGWALL_SERVER": "server",
            "RINGWALL_PUBNUB_ORIGIN": "pubnub_origin",
            "RINGWALL_CLIENT_ID": "client_id",
            "RINGWALL_CLIENT_SECRET": "client_secret",
            "RINGWALL_JWT": "jwt",
        }
        environment = {**os.environ, **{name: box[key] for name, key in names.items()}}
        overrides = {"record.enabled": True, **invocation.overrides}
        demo = Invocation(str(folder / "config.toml"), overrides, environment, folder, invocation.kiosk)
        save_choice(demo.paths.config, CHOSEN)
        raise SystemExit(run_wall(demo, straight_in=False))
