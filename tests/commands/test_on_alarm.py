"""`on_alarm`: a real program is started, without our secrets, not too often, and is never waited for."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens.drawn_wall import FARID, PEOPLE
from tui.commands import on_alarm
from tui.commands.on_alarm import AlarmProgram
from tui.presence.alerts import Alert, Level

ALARM = Alert(FARID, Level.ALARM, 250.0)
OTHER = Alert(PEOPLE[0], Level.ALARM, 42.0)
AGE = Alert(replace(FARID, stale=True), Level.ALARM, 90.0)
SECRETS = {
    "RINGWALL_CLIENT_SECRET": "hush-1",
    "RINGWALL_JWT": "hush-2",
    "RINGWALL_PASSWORD": "hush-3",
    "CREDENTIALS_DIRECTORY": "/run/credentials/hush-4",
}
TELLS = "import os,sys; open(sys.argv[1],'a').write(os.environ['RINGWALL_ALARMS']+'\\n--\\n')"


@asynccontextmanager
async def program(
    words: Sequence[str], every: float = 0.0, environment: Mapping[str, str] = {}
) -> AsyncIterator[AlarmProgram]:
    started = AlarmProgram(words, every, {"PATH": os.environ["PATH"], **environment})
    try:
        yield started
    finally:
        await started.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - another process tells us nothing
            await asyncio.sleep(0.02)


def said(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


async def test_it_is_told_which_alarms_are_new_and_never_of_callers(tmp_path: Path) -> None:
    async with program(python(TELLS, str(tmp_path / "said"))) as started:
        started.tell([ALARM, OTHER, AGE])
        await until(lambda: "--" in said(tmp_path / "said"))
    told = "106 Farid Haddad HOLD\n101 Ana Martins RINGING\n106 Farid Haddad UNKNOWN\n--\n"
    assert said(tmp_path / "said") == told


async def test_none_of_our_secrets_are_in_its_environment(tmp_path: Path) -> None:
    code = "import os,sys; open(sys.argv[1],'w').write(repr(dict(os.environ))+'--')"
    async with program(python(code, str(tmp_path / "said")), environment={"HOME": "/home/wall", **SECRETS}) as started:
        started.tell([ALARM])
        await until(lambda: "--" in said(tmp_path / "said"))
    assert "/home/wall" in said(tmp_path / "said")
    for name, secret in SECRETS.items():
        assert name not in said(tmp_path / "said")
        assert secret not in said(tmp_path / "said")


async def test_no_shell_reads_its_arguments(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1],'w').write(sys.argv[2]+'--')"
    words = "$(touch /tmp/never); `id` | * > x"
    async with program(python(code, str(tmp_path / "said"), words)) as started:
        started.tell([ALARM])
        await until(lambda: "--" in said(tmp_path / "said"))
    assert said(tmp_path / "said") == f"{words}--"


async def test_alarms_that_come_too_soon_are_told_together_when_it_is_time(tmp_path: Path) -> None:
    async with program(python(TELLS, str(tmp_path / "said")), every=1.0) as started:
        started.tell([ALARM])
        await until(lambda: "--" in said(tmp_path / "said"))
        at = time.monotonic()
        started.tell([OTHER])
        started.tell([ALARM])
        await until(lambda: said(tmp_path / "said").count("--") == 2)
        assert time.monotonic() - at >= 0.5
    assert said(tmp_path / "said").split("--\n")[1] == "101 Ana Martins RINGING\n106 Farid Haddad HOLD\n"


async def test_the_loop_goes_on_while_it_runs() -> None:
    async with program(["sleep", "20"]) as started:
        at = time.monotonic()
        started.tell([ALARM])
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert time.monotonic() - at < 5


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["/no/such/program"], "cannot be started"),
        ([""], "cannot be started"),
        (["/"], "cannot be started"),
        (["x\x00y"], "cannot be started"),
        (["sh", "-c", "echo it hurts >&2; exit 3"], "ended with 3; it hurts"),
        (["sh", "-c", "kill -9 $$"], "ended with -9"),
        (["echo", "all is well"], "says: all is well"),
    ],
)
async def test_what_becomes_of_it_stands_in_the_log(
    words: list[str], what: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with program(words) as started:
            started.tell([ALARM])
            await until(lambda: what in caplog.text)


async def test_only_the_beginning_of_what_it_says_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with program(["sh", "-c", "yes wallwallwall | head -c 400000; exit 1"]) as started:
            started.tell([ALARM])
            await until(lambda: "ended with 1" in caplog.text)
    assert len(caplog.text) < on_alarm.MOST_SAID + 500


async def test_one_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(on_alarm, "PATIENCE", 0.5)
    async with program(["sh", "-c", f"sleep 60 & echo $! >{tmp_path}/child; echo $$ >{tmp_path}/pid; wait"]) as started:
        started.tell([ALARM])
        await until(lambda: "did not end within" in caplog.text)
        assert not is_alive(int(said(tmp_path / "pid")))
        await until(lambda: not is_alive(int(said(tmp_path / "child"))))


async def test_what_it_leaves_running_is_not_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with program(["sh", "-c", f"sleep 60 & echo $! >{tmp_path}/child; echo done"]) as started:
            at = time.monotonic()
            started.tell([ALARM])
            await until(lambda: "says: done" in caplog.text)
            assert time.monotonic() - at < 10
    child = int(said(tmp_path / "child"))
    assert is_alive(child)
    os.kill(child, 9)


async def test_closing_ends_what_runs_and_starts_nothing_more(tmp_path: Path) -> None:
    async with program(["sh", "-c", f"echo $$ >>{tmp_path}/pid; exec sleep 60"]) as started:
        started.tell([ALARM])
        await until(lambda: said(tmp_path / "pid").endswith("\n"))
        started.tell([OTHER])
        await started.close()
        started.tell([OTHER])
        pid = int(said(tmp_path / "pid"))
        await until(lambda: not Path(f"/proc/{pid}").exists())


async def test_without_a_program_nothing_is_started() -> None:
    async with program([]) as started:
        started.tell([ALARM])
        assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"on_alarm"})
