"""Logging in in a browser, from the way in of the login screen: against a box, over real sockets."""

import asyncio
import json
import re
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.box import RunningBox, running_box
from tests.chromium import browser, in_a_browser
from tests.e2e.careless import Careless
from tui.commands.consent import has_browser
from tui.commands.invocation import Invocation
from tui.commands.wall import FrontDoor
from tui.credentials import Credentials, LoginStep, StepState
from tui.logs import without_secrets

CLOSE = "You can close this window."


@pytest.fixture
async def box() -> AsyncIterator[RunningBox]:
    async with running_box(rate_limits=False) as running:
        yield running


@pytest.fixture
def port() -> int:
    """One that is free on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Place:
    """A user's folder, with the redirect URI in its configuration."""

    def __init__(self, box: RunningBox, folder: Path, port: int) -> None:
        self.redirect_uri = f"http://localhost:{port}/ringwall"
        self.credentials = Credentials(
            box.server, box.credentials["client_id"], box.credentials["client_secret"], in_browser=True
        )
        self._folder = folder
        (folder / "config.toml").write_text(f'server = "{box.server}"\n[login]\nredirect_uri = "{self.redirect_uri}"\n')

    def tokens(self) -> Path:
        """The file of the one login there is."""
        (path,) = (self._folder / "state").glob("session-*.json")
        return path

    def door(self, **environment: str) -> FrontDoor:
        return FrontDoor(Invocation(str(self._folder / "config.toml"), {}, environment, self._folder / "state"))


@pytest.fixture
def place(box: RunningBox, tmp_path: Path, port: int) -> Place:
    return Place(box, tmp_path, port)


def without_refresh(tokens: Path) -> dict[str, object]:
    return dict(json.loads(tokens.read_text())["tokens"]) | {"refresh_token": None}


class Login:
    """A login that goes on while a test does what the person does."""

    def __init__(self, door: FrontDoor) -> None:
        self.steps: list[LoginStep] = []
        self._door = door
        self._new: asyncio.Queue[LoginStep] = asyncio.Queue()

    async def run(self, credentials: Credentials) -> None:
        async with aclosing(self._door.log_in(credentials, remember=True)) as steps:
            async for step in steps:
                self.steps.append(step)
                self._new.put_nowait(step)

    async def asked(self) -> LoginStep:
        """The next step that waits for a browser."""
        while not (step := await self._new.get()).address:
            assert step.state is not StepState.NO, step
        return step

    @property
    def ended(self) -> list[tuple[str, StepState]]:
        return [(step.name, step.state) for step in self.steps if step.state is not StepState.RUNNING]


WELL = [(name, StepState.OK) for name in ("Server", "Login", "Permissions", "Extensions")]


@asynccontextmanager
async def login(door: FrontDoor, credentials: Credentials) -> AsyncIterator[Login]:
    """A login that has ended when the block does."""
    going_on = Login(door)
    task = asyncio.create_task(going_on.run(credentials))
    try:
        yield going_on
        async with asyncio.timeout(20):
            await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await door.close()


async def pressed(address: str, button: str = "allow") -> str:
    """Where the page sends a browser on which somebody has pressed a button."""
    async with httpx.AsyncClient(trust_env=False) as http:
        response = await http.post(address, data={"decision": button})
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


async def opened(address: str) -> httpx.Response:
    """What a browser on this machine is shown."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(address)


async def test_the_listener_takes_what_the_browser_is_sent_to(place: Place) -> None:
    door = place.door()
    async with login(door, place.credentials) as going_on:
        step = await going_on.asked()
        assert f"sent to {place.redirect_uri}. If nothing happens here, paste" in step.more[0]
        page = await opened(await pressed(step.address))
        assert (page.status_code, CLOSE in page.text) == (200, True)
        assert page.headers["Cache-Control"] == "no-store"
    assert going_on.ended == WELL


async def test_even_if_everything_were_logged_neither_the_code_nor_its_proof_would_be(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = Careless(tmp_path / "raw")

    async def send(client: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        return await careless.send(client, request, **more)

    monkeypatch.setattr(httpx.AsyncClient, "send", send)
    async with login(place.door(), place.credentials) as going_on:
        await opened(await pressed((await going_on.asked()).address))
    told = "\n".join(careless.told)
    secrets = re.findall(r"[?&](?:code|code_verifier)=([^&\s]+)", told)
    # The code in the answer of the platform, in the browser's and in ours; and what proves that it is ours.
    assert len(secrets) == 4
    assert not any(secret in without_secrets(told) for secret in secrets)


async def test_what_was_logged_in_once_goes_on_without_a_browser(box: RunningBox, place: Place) -> None:
    async with login(place.door(), place.credentials) as going_on:
        await opened(await pressed((await going_on.asked()).address))
    door = place.door()
    assert door.prefilled == place.credentials
    assert door.prefilled.complete
    async with login(door, door.prefilled) as again:
        pass
    assert again.ended == WELL
    grants = [one for one in await box.requests() if one["path"] == "/restapi/oauth/token"]
    assert len(grants) == 1


async def test_a_pasted_address_is_as_good_and_so_is_the_code_alone(place: Place, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        for part in (slice(None), slice(1, 2)):
            door = place.door()
            async with login(door, place.credentials) as going_on:
                step = await going_on.asked()
                assert "Paste its address here within a minute" in step.more[0]
                sent_to = await pressed(step.address)
                door.answer(sent_to if part == slice(None) else httpx.URL(sent_to).params["code"])
            assert going_on.ended == WELL
            place.tokens().unlink()


async def test_a_public_app_has_no_secret(place: Place) -> None:
    public = replace(place.credentials, client_id=f"{place.credentials.client_id}~public", client_secret="")
    async with login(place.door(), public) as going_on:
        await opened(await pressed((await going_on.asked()).address))
    assert going_on.ended == WELL


async def test_what_is_not_ours_is_shown_nothing_and_the_login_waits_on(place: Place) -> None:
    async with login(place.door(), place.credentials) as going_on:
        step = await going_on.asked()
        sent_to = await pressed(step.address)
        wrong = [
            sent_to.replace("state=", "state=x"),
            sent_to.replace("/ringwall", "/other"),
            f"{place.redirect_uri}?code=made-up-code",
            place.redirect_uri.replace("/ringwall", "/favicon.ico"),
        ]
        for address in wrong:
            page = await opened(address)
            assert (page.status_code, CLOSE in page.text) == (404, False), address
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.head(sent_to)).status_code == 404
        await opened(sent_to)
    assert going_on.ended == WELL
    assert len([step for step in going_on.steps if step.address]) == 1


async def test_a_browser_that_only_opens_a_connection_keeps_nobody_waiting(place: Place, port: int) -> None:
    async with login(place.door(), place.credentials) as going_on:
        step = await going_on.asked()
        _, silent = await asyncio.open_connection("127.0.0.1", port)
        _, garbled = await asyncio.open_connection("127.0.0.1", port)
        garbled.write(b"\xff\r\n\r\n")
        await opened(await pressed(step.address))
        for writer in (silent, garbled):
            writer.close()
    assert going_on.ended == WELL


async def test_each_error_is_worded_and_asked_again(box: RunningBox, place: Place) -> None:
    door = place.door()
    async with login(door, place.credentials) as going_on:
        first = await going_on.asked()
        page = await opened(await pressed(first.address, "deny"))
        assert CLOSE in page.text
        denied = await going_on.asked()
        door.answer(place.redirect_uri)
        without_code = await going_on.asked()
        door.answer((await pressed(first.address)).replace("state=", "state=x"))
        of_another = await going_on.asked()
        # Up to here no code was used, so the page that is open in the browser stays good.
        assert {step.address for step in (denied, without_code, of_another)} == {first.address}
        await box.post("/simulator/faults", {"fault": "refuse_login", "count": 1})
        await opened(await pressed(first.address))
        too_old = await going_on.asked()
        assert too_old.address != first.address
        assert [step.text for step in (first, denied, without_code, of_another, too_old)] == [
            "waits for the browser",
            "The app was not allowed in the browser. Open the address again and allow it.",
            "There is no code in that. Copy the whole address that the browser was sent to.",
            "That is the answer to another login. Open the address above, not one of before.",
            "The code was too old or used already. It is good for a minute, once."
            " Open the address above, which is a new one.",
        ]
        await opened(await pressed(too_old.address))
    assert going_on.ended == WELL


async def test_an_app_that_is_refused_is_not_asked_for_another_code(place: Place) -> None:
    async with login(place.door(), replace(place.credentials, client_secret="wrong")) as going_on:
        await opened(await pressed((await going_on.asked()).address))
    assert going_on.ended == [("Server", StepState.OK), ("Login", StepState.NO)]
    assert "Client id or secret is wrong" in going_on.steps[-1].text


async def test_that_an_app_gives_no_refresh_tokens_is_told(place: Place) -> None:
    async with login(place.door(), place.credentials) as going_on:
        await opened(await pressed((await going_on.asked()).address))
    tokens = place.tokens()
    tokens.write_text(json.dumps(json.loads(tokens.read_text()) | {"tokens": without_refresh(tokens)}))
    async with login(place.door(), place.credentials) as again:
        pass
    (step,) = [step for step in again.steps if (step.name, step.state) == ("Login", StepState.OK)]
    assert step.more == ["it ends within the hour: let the app issue refresh tokens, in its settings"]


async def test_a_login_that_is_given_up_listens_no_longer(place: Place, port: int) -> None:
    door = place.door()
    async with aclosing(door.log_in(place.credentials, remember=True)) as steps:
        async for step in steps:
            if step.address:
                break
    with socket.create_server(("127.0.0.1", port)):
        door.answer("nobody waits for this")


async def test_where_a_browser_is_at_hand_it_opens_by_itself_and_gets_no_secrets(place: Place, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, urllib.request\n"
        f"open({str(tmp_path / 'environment')!r}, 'w').write(repr(dict(os.environ)))\n"
        "urllib.request.urlopen(urllib.request.Request(sys.argv[1], data=b'decision=allow')).read()\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    secrets = dict.fromkeys(("RINGWALL_CLIENT_SECRET", "RINGWALL_JWT", "RINGWALL_PASSWORD"), "marked-secret")
    door = place.door(DISPLAY=":0", BROWSER=f"{program} %s", no_proxy="*", **secrets)
    async with login(door, place.credentials) as going_on:
        await going_on.asked()
    assert going_on.ended == WELL
    given = (tmp_path / "environment").read_text()
    assert ("DISPLAY" in given, "marked-secret" in given) == (True, False)


@pytest.mark.parametrize(
    ("environment", "platform", "at_hand"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "darwin", False),
    ],
)
def test_whether_a_browser_is_at_hand(environment: dict[str, str], platform: str, at_hand: bool) -> None:
    assert has_browser(environment, platform) is at_hand


@in_a_browser
async def test_a_person_logs_in_in_a_real_browser(place: Place, tmp_path: Path) -> None:
    async with browser(tmp_path / "chromium") as page, login(place.door(), place.credentials) as going_on:
        await page.open((await going_on.asked()).address)
        await page.press("Deny")
        await page.until(f"document.body?.textContent === '{CLOSE}\\n'")
        await page.open((await going_on.asked()).address)
        await page.press("Allow")
        await page.until(f"document.body?.textContent === '{CLOSE}\\n'")
    assert going_on.ended == WELL
