"""The platform's official Python SDK against the box: a judge that shares no code with either side.

It lives in an environment of its own, made once beside this one and again when its pins change.
"""

import asyncio
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.box import running_box

PEERS = Path(__file__).parent / "peers"
HOME = Path(sys.prefix) / "peers" / "ringcentral"
PRESENCE = "/restapi/v1.0/account/~/extension/401/presence?detailedTelephonyState=true"


def sdk_python() -> Path:
    """The Python that has the SDK; made if it is not there.

    Skips the test where the package index cannot be reached.
    """
    pins = (PEERS / "ringcentral.txt").read_text()
    stamp, python = HOME / "pins.txt", HOME / "bin" / "python"
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with HOME.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != pins:
            _install(python)
            stamp.write_text(pins)
    return python


def _install(python: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
    command = [str(python), "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "10"]
    # The project's own pins must not be laid upon this environment.
    environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    outcome = subprocess.run(
        [*command, "-r", str(PEERS / "ringcentral.txt")], capture_output=True, text=True, env=environment, check=False
    )
    if outcome.returncode and ("from versions: none" in outcome.stderr or "onnection" in outcome.stderr):
        pytest.skip(f"NOT TESTED against the official SDK: no package index in reach\n{outcome.stderr[-600:]}")
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.timeout(300)
async def test_the_official_sdk_logs_in_lists_and_reads() -> None:
    python = await asyncio.to_thread(sdk_python)
    async with running_box() as box:
        await box.presence("101", dndStatus="DoNotAcceptAnyCalls")
        process = await asyncio.create_subprocess_exec(
            python, PEERS / "ringcentral_sdk.py", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate(json.dumps(box.credentials).encode())
        assert process.returncode == 0
        saw = json.loads(told)
    assert saw["me"] == "Mia Santos"
    assert {"Ana Martins", "ليلى حداد", "Sales menu"} <= set(saw["extensions"])
    assert saw["presence"] == "DoNotAcceptAnyCalls"
    assert saw["refreshed"] is True
    assert saw["logged_in_after_logout"] is False


@pytest.mark.timeout(300)
async def test_the_official_sdk_hears_a_phone_ring_over_websocket() -> None:
    python = await asyncio.to_thread(sdk_python)
    async with running_box(pubnub=False) as box:
        process = await asyncio.create_subprocess_exec(
            python, PEERS / "ringcentral_websocket.py", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"credentials": box.credentials, "event_filters": [PRESENCE]}).encode())
        process.stdin.close()
        try:
            told = json.loads(await process.stdout.readline())
            assert told["connected"][1]["recoveryBufferSize"] == 100
            told = json.loads(await process.stdout.readline())
            assert told["subscribed"][1]["deliveryMode"] == {"transportType": "WebSocket"}
            await box.call("101", ring=900)
            (_, heard) = json.loads(await process.stdout.readline())["heard"]
        finally:
            process.kill()
            await process.wait()
    assert heard["event"].endswith("/extension/401/presence?detailedTelephonyState=true")
    assert heard["body"]["activeCalls"][0]["telephonyStatus"] == "Ringing"
