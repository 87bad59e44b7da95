"""The program through one fault after another, and everything that it wrote searched for what nobody may read.

Written is: stdout, stderr, each byte of a terminal, every file in its home but the stored session, and what others see
of a process and its children in /proc.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.searched import CALLER, Searched, ringwall, searched, watch_through
from tests.terminal.tty import program

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="NOT TESTED here: there is no /proc")

FAULTS = """
    hang
    http_401 http_403 http_429 http_500 http_502 html no_keys
    truncated cut refuse expire_token revoke_token lose_session overflow
    move_subscription forget_subscription expire_subscription undecryptable undecodable unknown_values
"""
"""Each line goes through a box and a process of its own, all at once."""


async def through(home: Path, faults: list[str]) -> Searched:
    """A watch through some faults, and all it wrote."""
    async with searched(home) as all_of_it:
        assert await watch_through(all_of_it, faults) == 143
        all_of_it.read_files()
        return all_of_it


async def test_no_fault_makes_it_write_a_secret(tmp_path: Path) -> None:
    lines = [line.split() for line in FAULTS.splitlines() if line.strip()]
    for all_of_it in await asyncio.gather(*(through(tmp_path / faults[0], faults) for faults in lines)):
        assert all_of_it.found() == []
        assert len(all_of_it.secrets) > 3
        # The log is there, and says what happened.
        assert b"/restapi/v1.0/subscription" in all_of_it.log
        assert CALLER[1:].encode() not in all_of_it.log + all_of_it.written["config.toml"]


async def test_nor_does_a_websocket_that_is_taken_up_again(tmp_path: Path) -> None:
    async with searched(tmp_path) as all_of_it:
        all_of_it.uses("websocket")
        assert await watch_through(all_of_it, ["ws_cut"]) == 143
        all_of_it.read_files()
    assert all_of_it.found() == []
    # What opens it works once, and stands in its address.
    assert re.search(rb"access_token=\*\*\*&wsc=\*\*\*", all_of_it.log)
    assert not re.search(rb"(access_token|wsc)=(?!\*\*\*)", all_of_it.log)


async def test_nor_does_a_command_whatever_goes_wrong(tmp_path: Path) -> None:
    async def all_end(place: str, fault: str, *commands: tuple[str, int]) -> None:
        async with searched(tmp_path / place) as all_of_it:
            if fault:
                assert await asyncio.to_thread(ringwall, all_of_it, "once") == 0
                await all_of_it.box.post("/simulator/faults", {"fault": fault, "seconds": 60, "match": "restapi"})
            if fault == "lose_session":
                await all_of_it.box.post("/simulator/faults", {"fault": "refuse_login", "seconds": 60})
            for command, code in commands:
                assert await asyncio.to_thread(ringwall, all_of_it, *command.split()) == code, (command, fault)
            all_of_it.read_files()
        assert all_of_it.found() == []
        assert b"/restapi/oauth/token" in all_of_it.log

    await asyncio.gather(
        all_end("well", "", ("once", 0), ("doctor --json", 0), ("paths", 0)),
        all_end("server", "http_500", ("once", 75), ("doctor", 75)),
        all_end("cut", "truncated", ("once", 69), ("doctor", 69)),
        all_end("refused", "lose_session", ("once", 77), ("doctor", 77)),
    )


async def test_nor_does_the_wall_nor_its_login(tmp_path: Path) -> None:
    developers = {"TEXTUAL_LOG": str(tmp_path / "keys.log")}

    def look_round(all_of_it: Searched) -> None:
        with program(all_of_it.environment | developers, "--log-level", "debug") as tty:
            tty.until_shown("Log in to RingCentral")
            tty.type("\r")
            tty.until_shown("101    Ana Martins")
            tty.type(" \r")
            tty.until_shown("LIVE PubNub")
            all_of_it.look(tty.pid)
            for keys, shown in (("D", "Diagnostics"), ("\x1b", "LIVE PubNub")):
                tty.type(keys)
                tty.until_shown(shown)
            tty.type("q")
            assert tty.exit_code() == 0
            all_of_it.written["the terminal"] = tty.raw

    async with searched(tmp_path) as all_of_it:
        config = tmp_path / "config" / "ringwall" / "config.toml"
        config.write_text(config.read_text().partition("[choice]")[0])
        await asyncio.to_thread(look_round, all_of_it)
        all_of_it.read_files()
    # What is typed is told to no tool of a library, and a login that was found in the environment is not copied.
    assert "keys.log" not in all_of_it.written
    assert "login.json" not in all_of_it.written
    assert all_of_it.found() == []
    assert len(all_of_it.secrets) > 3
    json.loads(all_of_it.written["health.json"])


KINDS = {
    "the app": r"'authorization': 'Basic ([^']+)'",
    "an access token in use": r"'authorization': 'Bearer ([^']+)'",
    "an access token": r'"access_token": ?"([^"]+)"',
    "a refresh token": r'"refresh_token": ?"([^"]+)"',
}
"""How each secret looks in what the careless program tells, beside those of a way to log in and of a transport."""
LOGINS = {
    "jwt": {"the JWT": r"assertion=([^&\s]+)"},
    "password": {"the password": r"password=([^&\s]+)"},
}
TRANSPORTS = {
    "pubnub": {"the key of the messages": r'"encryptionKey": ?"([^"]+)"'},
    "websocket": {
        "what opens a WebSocket": r'"ws_access_token": ?"([^"]+)"',
        "the same in the address": r"/ws\?access_token=([^&\s]+)",
        "what takes it up again": r'"wsc": ?\{"token": ?"([^"]+)"',
    },
}


@pytest.mark.parametrize("end", ["lives", "dies"])
@pytest.mark.parametrize(("way", "transport"), [("jwt", "pubnub"), ("password", "websocket")])
async def test_even_if_everything_were_logged_no_secret_would_be(
    tmp_path: Path, way: str, transport: str, end: str
) -> None:
    raw, home = tmp_path / "raw", tmp_path / "home"
    async with searched(home) as all_of_it:
        all_of_it.uses(transport)
        known = all_of_it.box.credentials
        if way == "password":
            by_password = {"RINGWALL_USERNAME": known["username"], "RINGWALL_PASSWORD": known["password"]}
            all_of_it.environment |= {**by_password, "RINGWALL_JWT": ""}
            all_of_it.secrets["the password"] = known["password"]
        careless = ("-m", "tests.e2e.careless", str(raw), end)
        faults = ["ws_cut" if transport == "websocket" else "move_subscription"] if end == "lives" else []
        assert await watch_through(all_of_it, faults, python=careless) == (143 if end == "lives" else 1)
        all_of_it.read_files()
    told = raw.read_text()
    for kind, pattern in (KINDS | LOGINS[way] | TRANSPORTS[transport]).items():
        secrets = set(re.findall(pattern, told))
        assert secrets, f"{kind} was not there to be taken out"
        all_of_it.secrets |= {f"{kind}, {number}": secret for number, secret in enumerate(secrets)}
    assert all_of_it.found() == []
    if end == "dies":
        said = b"".join(content for name, content in all_of_it.written.items() if name.startswith("stderr"))
        assert b"A fault of Ringwall's own: RuntimeError" in said
        assert b"RuntimeError: " in all_of_it.log


async def test_a_crash_dumps_no_core(tmp_path: Path) -> None:
    async with searched(tmp_path / "home") as all_of_it:
        watch = await asyncio.create_subprocess_exec(
            *("sh", "-c", 'ulimit -S -c unlimited && exec "$0" "$@"', sys.executable, "-m", "tui", "watch", "--json"),
            env=all_of_it.environment,
            stdout=subprocess.PIPE,
        )
        assert watch.stdout is not None
        assert await watch.stdout.readline()
        (limit,) = re.findall(r"Max core file size +(\d+) ", Path(f"/proc/{watch.pid}/limits").read_text())
        watch.kill()
        await watch.wait()
    assert limit == "0"
