"""Logging in in a browser: shows the address, and takes what comes back from there.

The platform sends the browser to the redirect URI. Where that leads to this machine a listener takes it by itself;
where the browser is on another one, as it is over SSH, a person pastes the address of the page that cannot be shown
there. Both ways are open at the same time. The rules for an app on this machine are those of RFC 8252.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tui.config import LOOPBACK
from tui.credentials import Credentials, LoginStep, StepState
from tui.logins import for_children
from tui.ringcentral.authorization import Authorization, NoCode
from tui.ringcentral.session import Session

log = logging.getLogger(__name__)

HEARD_WITHIN = 10.0
"""Seconds in which a browser has to say what it wants; some open connections that they do not use."""
_PAGE = (
    "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n"
    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n"
    "Connection: close\r\n\r\n{body}"
)
_BODY = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Ringwall</title><p>{words}</p></html>\n'


def has_browser(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser that is opened here appears before the person who asks for it."""
    if platform == "darwin":
        return not environment.get("SSH_CONNECTION")
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


class Consent:
    """One login in a browser.

    Args:
        credentials: The server and the app.
        redirect_uri: Where the platform sends the browser; the app's settings have to name it.
        environment: The environment variables.
        anew: Whether to ask even where the login of before is still good.
    """

    def __init__(
        self, credentials: Credentials, redirect_uri: str, environment: Mapping[str, str], *, anew: bool = False
    ) -> None:
        self.anew = anew
        self._credentials = credentials
        self._environment = environment
        self._asked = Authorization(redirect_uri)
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._talks: set[asyncio.Task[None]] = set()

    def answer(self, pasted: str) -> None:
        """Take what a person pasted: the address that the browser was sent to, or the code in it."""
        self._answers.put_nowait(pasted)

    async def steps(self, session: Session) -> AsyncGenerator[LoginStep, None]:
        """Ask until the session is logged in; each step with an address waits for an answer.

        Raises:
            LoginRefused: The app is not accepted.
            RingwallError: As `Client.send`.
        """
        async with self._listening() as listens, self._browsing():
            said = "waits for the browser"
            while True:
                address = self._asked.address(self._credentials)
                yield LoginStep("Login", StepState.RUNNING, said, [self._what_then(listens)], address)
                answer = await self._answers.get()
                try:
                    code = self._asked.code_in(answer)
                    # A code works once, and with it its address.
                    asked, self._asked = self._asked, Authorization(self._asked.redirect_uri)
                    yield LoginStep("Login", StepState.RUNNING, "the browser has answered")
                    await session.log_in_by_code(code, asked)
                except NoCode as error:
                    log.info("the answer of the browser: %s", error)
                    said = f"{error}. {error.hint}"
                else:
                    return

    def _what_then(self, listens: bool) -> str:
        then = f"The browser is then sent to {self._asked.redirect_uri}"
        if listens:
            return f"{then}. If nothing happens here, paste the address of that page within a minute."
        return f"{then}, a page that may not be shown. Paste its address here within a minute."

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[bool]:
        """Listen at the redirect URI; whether that is possible."""
        redirect = urlsplit(self._asked.redirect_uri)
        if redirect.scheme != "http" or redirect.hostname not in LOOPBACK:
            yield False
            return
        host = "::1" if redirect.hostname == "::1" else "127.0.0.1"
        try:
            server = await asyncio.start_server(self._talk, host, redirect.port or 80)
        except OSError as error:
            log.info("nothing listens at the redirect URI: %s", error.strerror)
            yield False
            return
        try:
            yield True
        finally:
            server.close()
            for talk in self._talks:
                talk.cancel()
            await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        if talk is not None:
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)
        try:
            async with asyncio.timeout(HEARD_WITHIN):
                method, target, *_ = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split(" ", 2)
                is_answer = method == "GET" and self._asked.is_answer(target)
                writer.write(_page(is_answer=is_answer))
                await writer.drain()
            if is_answer:
                self.answer(target)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            log.info("at the redirect URI: %s", type(error).__name__)
        finally:
            writer.close()

    @asynccontextmanager
    async def _browsing(self) -> AsyncIterator[None]:
        """Open a browser where there is one. It gets nothing of the terminal, neither to write on it nor to read."""
        if not has_browser(self._environment):
            yield
            return
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "webbrowser", self._asked.address(self._credentials)),
            env=for_children(self._environment),
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            start_new_session=True,
        )
        try:
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _page(*, is_answer: bool) -> bytes:
    status, words = ("200 OK", "You can close this window.") if is_answer else ("404 Not Found", "Nothing is here.")
    body = _BODY.format(words=words)
    return _PAGE.format(status=status, length=len(body), body=body).encode()
