"""`ringwall` as somebody careless would leave it: it logs all that it sends and gets, and dies with it.

The first word is a file to which it writes the same as it is, so that a test knows what was there to be taken out. The
second is `dies` or `lives`; the others are the command line.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import httpx

log = logging.getLogger("tests.careless")

_send = httpx.AsyncClient.send


class Careless:
    """What it tells of everything.

    Args:
        raw: The file for what is told as it is.
    """

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        """Log this, and keep it."""
        self.told.append(text)
        with self._raw.open("a") as file:
            file.write(f"{text}\n")
        log.debug("%s", text)

    async def send(self, client: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        """In place of httpx's own."""
        response = await _send(client, request, **more)
        await response.aread()
        # As it went out, with what the library added to log in.
        request = response.request
        self.tell(f"{request.method} {request.url} {dict(request.headers)} {request.content.decode()}")
        self.tell(f"{response.status_code} {dict(response.headers)} {response.text}")
        return response


def main() -> None:
    """Patch what is told, and run the program."""
    careless, dies = Careless(Path(sys.argv.pop(1))), sys.argv.pop(1) == "dies"

    async def send(client: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        return await careless.send(client, request, **more)

    setattr(httpx.AsyncClient, "send", send)  # noqa: B010 - of other types

    from tui.cli import main as run
    from tui.feed.connecting import Connection
    from tui.ringcentral.push import frames, socket

    decode, address = frames.decode, socket._address

    def telling_decode(text: str | bytes) -> frames.Frame:
        careless.tell(text if isinstance(text, str) else text.decode())
        return decode(text)

    def telling_address(*parts: Any) -> str:
        whole = address(*parts)
        careless.tell(f"GET {whole} HTTP/1.1")
        return whole

    setattr(frames, "decode", telling_decode)  # noqa: B010
    setattr(socket, "_address", telling_address)  # noqa: B010
    if dies:
        take = Connection._take

        def die(self: Connection, event: object) -> None:
            everything = " ".join(careless.told)
            if "encryptionKey" in everything or "wsc" in everything:
                raise RuntimeError(everything)
            take(self, event)  # type: ignore[arg-type]

        setattr(Connection, "_take", die)  # noqa: B010
    run()


if __name__ == "__main__":
    main()
