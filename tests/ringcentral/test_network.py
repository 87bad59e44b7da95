"""Proxies of the environment that cannot be used are told as what they are."""

import random
from pathlib import Path

import pytest

from tests.box import running_box
from tests.ringcentral.parts import parts
from tui.clock import Clock
from tui.errors import BadConfig
from tui.ringcentral.client import Client
from tui.ringcentral.push.socket import connected

SOCKS = "socks5://127.0.0.1:9"
WORDS = "neither http:// nor https://"


@pytest.mark.parametrize("proxy", [SOCKS, "socks://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_for_everything(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(BadConfig, match=WORDS):
        Client("https://platform.example.com", Clock(), random.Random(1))


async def test_for_a_websocket_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        monkeypatch.setenv("WS_PROXY", SOCKS)
        monkeypatch.setenv("NO_PROXY", "")
        with pytest.raises(BadConfig, match=WORDS):
            await connected(at.session, None, 1.0)
