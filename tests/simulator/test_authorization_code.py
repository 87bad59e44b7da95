"""Logging in by authorization code: the page, what it sends back, and what a code is good for."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.chromium import browser, in_a_browser
from tests.simulator.client import Client, connected
from tui.simulator.codes import CODE_TTL, Codes

REDIRECT = "http://127.0.0.1:45678/oauth"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PAGE = "/restapi/oauth/authorize"


def wanted(client: Client, **changes: str | None) -> dict[str, str]:
    """What an app asks the page for; None leaves a part out."""
    asked = {
        "response_type": "code",
        "client_id": client.box.credentials["client_id"],
        "redirect_uri": REDIRECT,
        "state": "a b&<c>",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (asked | changes).items() if value is not None}


def sent_back(response: httpx.Response, to: str = REDIRECT) -> dict[str, str]:
    """What the app is told by the way back."""
    assert response.status_code == 303
    address, _, query = response.headers["Location"].partition("?")
    assert address == to
    return {name: values[0] for name, values in parse_qs(query, strict_parsing=True).items()}


async def allowed(client: Client, decision: str = "allow", **changes: str | None) -> httpx.Response:
    """Press a button of the page."""
    return await client.http.post(PAGE, params=wanted(client, **changes), data={"decision": decision})


async def code(client: Client, **changes: str | None) -> str:
    return sent_back(await allowed(client, "allow", **changes))["code"]


async def redeemed(client: Client, code: str, **changes: str | None) -> httpx.Response:
    form = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER} | changes
    given = {name: value for name, value in form.items() if value is not None}
    return await client.grant(grant_type="authorization_code", **given)


async def test_allowed_is_sent_back_with_a_code_that_opens_a_session() -> None:
    async with connected(log_in=False) as client:
        page = await client.http.get(PAGE, params=wanted(client))
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert "Mia Santos" in page.text
        assert "<script" not in page.text
        told = sent_back(await allowed(client))
        assert told["state"] == "a b&<c>"
        response = await redeemed(client, told["code"])
        assert response.status_code == 200, response.text
        client.token = response.json()
        assert (await client.get("/account/~/extension/~"))["name"] == "Mia Santos"
        again = await client.grant(grant_type="refresh_token", refresh_token=client.token["refresh_token"])
        assert again.json()["session_id"] == client.token["session_id"]


async def test_denied_is_sent_back_with_nothing_but_that() -> None:
    async with connected(log_in=False) as client:
        assert sent_back(await allowed(client, "deny")) == {"error": "access_denied", "state": "a b&<c>"}
        assert sent_back(await allowed(client, "", state=None)) == {"error": "access_denied"}


async def test_a_code_works_once_for_who_can_prove_it() -> None:
    async with connected(log_in=False, rate_limits=False) as client:
        good = await code(client)
        assert (await redeemed(client, good)).status_code == 200
        wrong: list[tuple[str, dict[str, str | None]]] = [
            (good, {}),
            ("made up", {}),
            (await code(client), {"code_verifier": "w" * 43}),
            (await code(client), {"code_verifier": None}),
            (await code(client), {"code_verifier": "é" * 43}),
            (await code(client), {"redirect_uri": "http://127.0.0.1:1/oauth"}),
            (await code(client), {"redirect_uri": None}),
            (await code(client, code_challenge=None, code_challenge_method=None), {}),
            (await code(client, client_id=f"{client.basic[0]}~public"), {}),
        ]
        for one, changes in wrong:
            response = await redeemed(client, one, **changes)
            assert (response.status_code, response.json()["error"]) == (400, "invalid_grant"), changes


async def test_plain_is_a_method_too_and_the_one_where_none_is_named() -> None:
    async with connected(log_in=False, rate_limits=False) as client:
        for method in ("plain", None):
            one = await code(client, code_challenge=VERIFIER, code_challenge_method=method)
            assert (await redeemed(client, one)).status_code == 200
        confidential = await code(client, code_challenge=None, code_challenge_method=None)
        assert (await redeemed(client, confidential, code_verifier=None)).status_code == 200


async def test_a_public_app_needs_no_secret_and_has_to_send_a_challenge() -> None:
    async with connected(log_in=False) as client:
        public = f"{client.box.credentials['client_id']}~public"
        bare = await allowed(client, client_id=public, code_challenge=None, code_challenge_method=None)
        assert sent_back(bare)["error"] == "invalid_request"
        form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        form |= {"client_id": public, "code": await code(client, client_id=public)}
        assert (await client.http.post("/restapi/oauth/token", data=form)).status_code == 200


def test_a_code_lives_for_a_minute() -> None:
    form = {"client_id": "app", "redirect_uri": REDIRECT}
    codes = Codes()
    young, old = codes.give(form, now=0), codes.give(form, now=0)
    assert codes.redeem("app", form | {"code": young}, now=CODE_TTL - 1)
    assert not codes.redeem("app", form | {"code": old}, now=CODE_TTL)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
    ],
)
async def test_what_is_wrong_is_told_to_the_app(changes: dict[str, str | None], error: str) -> None:
    async with connected(log_in=False) as client:
        page = await client.http.get(PAGE, params=wanted(client, **changes))
        assert sent_back(page) == {"error": error, "state": "a b&<c>"}


@pytest.mark.parametrize(
    "redirect",
    [
        "http://127.0.0.1:1/",
        "http://localhost:65535/any?where=1",
        "http://[::1]:8/",
        "https://ringwall.example/callback",
    ],
)
async def test_the_way_back_leads_to_this_machine_or_where_the_app_has_said(redirect: str) -> None:
    async with connected(log_in=False) as client:
        location = (await allowed(client, redirect_uri=redirect)).headers["Location"]
        assert location.startswith(redirect)
        assert "code" in parse_qs(urlsplit(location).query)


@pytest.mark.parametrize(
    "redirect",
    [
        None,
        "http://evil.example/",
        "https://127.0.0.1/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "https://ringwall.example/callback/more",
        "http://[",
        "javascript:alert(1)",
        "http://127.0.0.1/#part",
    ],
)
async def test_nobody_is_sent_elsewhere(redirect: str | None) -> None:
    async with connected(log_in=False) as client:
        for response in (
            await client.http.get(PAGE, params=wanted(client, redirect_uri=redirect)),
            await allowed(client, redirect_uri=redirect),
        ):
            assert response.status_code == 400
            assert "Location" not in response.headers
            assert "redirect URI" in response.text
        stranger = await client.http.get(PAGE, params=wanted(client, client_id="<b>stranger"))
        assert (stranger.status_code, "<b>" in stranger.text) == (400, False)


async def test_a_refused_login_refuses_codes_too() -> None:
    async with connected(log_in=False) as client:
        await client.box.post("/simulator/faults", {"fault": "refuse_login", "count": 1})
        assert (await redeemed(client, await code(client))).json()["error"] == "invalid_grant"
        assert (await redeemed(client, await code(client))).status_code == 200


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, "asyncio.Queue[dict[str, list[str]]]"]]:
    """A loopback listener such as an app has: its address, and what it is told."""
    told: asyncio.Queue[dict[str, list[str]]] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readline()).decode().split()[1]
        if target.startswith("/done"):
            told.put_nowait(parse_qs(urlsplit(target).query))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthere")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/done", told


@in_a_browser
@pytest.mark.parametrize("label", ["Allow", "Deny"])
async def test_a_person_presses_a_button_in_a_real_browser(label: str, tmp_path: Path) -> None:
    async with connected(log_in=False) as client, listening() as (redirect, told), browser(tmp_path) as page:
        query = httpx.QueryParams(wanted(client, redirect_uri=redirect))
        await page.open(f"{client.box.server}{PAGE}?{query}")
        await page.press(label)
        answer = await asyncio.wait_for(told.get(), 30)
        assert answer["state"] == ["a b&<c>"]
        if label == "Deny":
            assert answer["error"] == ["access_denied"]
            return
        response = await redeemed(client, answer["code"][0], redirect_uri=redirect)
        assert response.status_code == 200, response.text
        assert await page.until("document.body?.textContent") == "there"
