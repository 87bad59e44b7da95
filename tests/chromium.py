"""A real headless browser, driven as little as the tests need: one page is opened, read and clicked in."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

CHROMIUM = shutil.which("chromium")
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED in a real browser: there is no chromium here")
"""A test that needs one."""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip


class Page:
    """The one page of a headless browser, by its DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0

    async def _do(self, method: str, **params: Any) -> Any:
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json(timeout=30)
            if answer.get("id") == self._last:
                return answer.get("result", {})

    async def open(self, address: str) -> None:
        await self._do("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """What an expression says in the page; None while there is nothing."""
        answer = await self._do("Runtime.evaluate", expression=expression)
        return answer.get("result", {}).get("value")

    async def until(self, expression: str) -> Any:
        """Wait until an expression says something."""
        while not (value := await self.value(expression)):
            pass
        return value

    async def press(self, label: str) -> None:
        """Click where a button is, as a person does."""
        find = f"[...document.querySelectorAll('button')].find(one => one.textContent === {json.dumps(label)})"
        place = f"JSON.stringify({find}?.getBoundingClientRect())"
        box = json.loads(await self.until(f"document.readyState === 'complete' && {place}"))
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "button": "left", "clickCount": 1}
        for what in ("mousePressed", "mouseReleased"):
            await self._do("Input.dispatchMouseEvent", type=what, **at)


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """A browser that shows an empty page and keeps what it keeps in a folder; it ends with the block."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank", stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        while b"DevTools listening" not in (line := await process.stderr.readline()):
            assert line, "chromium ended before it was ready"
        port = urlsplit(line.decode().rpartition(" ")[2]).port
        async with aiohttp.ClientSession() as http:
            targets = await (await http.get(f"http://127.0.0.1:{port}/json/list")).json()
            address = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
            async with http.ws_connect(address) as socket:
                yield Page(socket)
    finally:
        process.terminate()
        await process.communicate()
