"""The token endpoint: who gets in, with what, for how long."""

import httpx
import pytest

from tests.box import Json
from tests.simulator.client import JWT, Client, connected


async def refused(response: httpx.Response) -> tuple[int, str, str]:
    """Status, OAuth error and the platform's code."""
    body = response.json()
    return response.status_code, body["error"], body["errors"][0]["errorCode"]


async def lives(client: Client, token: Json) -> bool:
    """Whether an access token is good."""
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return (await client.ask("GET", "/account/~", headers=headers)).status_code == 200


async def test_a_jwt_opens_a_session_of_the_administrator() -> None:
    async with connected() as client:
        assert client.token["token_type"] == "bearer"
        assert client.token["owner_id"] == "301"
        assert client.token["expires_in"] == 3600
        assert client.token["refresh_token_expires_in"] == 604800
        assert {"ReadAccounts", "ReadPresence", "ReadMessages", "ReadCallLog"} <= set(client.token["scope"].split())
        me = await client.get("/account/~/extension/~")
        assert me["name"] == "Mia Santos"
        assert me["permissions"]["admin"]["enabled"] is True


async def test_a_name_and_password_open_one_too() -> None:
    async with connected(log_in=False) as client:
        known = client.box.credentials
        right = await client.grant(grant_type="password", username=known["username"], password=known["password"])
        assert right.status_code == 200
        wrong = await client.grant(grant_type="password", username=known["username"], password="guess")
        assert await refused(wrong) == (400, "invalid_grant", "OAU-140")


async def test_logins_with_less_can_be_asked_for() -> None:
    async with connected(log_in=False) as client:
        await client.log_in("~user~no-ReadCallLog~no-refresh")
        assert "ReadCallLog" not in client.token["scope"]
        assert "refresh_token" not in client.token
        assert (await client.get("/account/~/extension/~"))["permissions"]["admin"]["enabled"] is False
        assert (await client.ask("GET", "/account/~/presence")).json()["errorCode"] == "CMN-408"
        await client.log_in("~no-ReadPresence")
        answer = await client.ask("GET", "/account/~/extension/401/presence")
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-401")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": JWT, "assertion": "not.a.jwt"}, (400, "invalid_grant", "OAU-213")),
        ({"grant_type": JWT}, (400, "invalid_grant", "OAU-149")),
        ({"grant_type": "refresh_token", "refresh_token": "gone"}, (400, "invalid_grant", "OAU-213")),
        ({"grant_type": "client_credentials"}, (400, "unsupported_grant_type", "OAU-112")),
        ({}, (400, "invalid_request", "OAU-112")),
    ],
)
async def test_what_is_no_grant_is_refused(form: dict[str, str], expected: tuple[int, str, str]) -> None:
    async with connected(log_in=False) as client:
        assert await refused(await client.grant(**form)) == expected


async def test_the_app_has_to_prove_itself() -> None:
    async with connected(log_in=False) as client:
        form = {"grant_type": JWT, "assertion": client.box.credentials["jwt"]}
        nobody = await client.http.post("/restapi/oauth/token", data=form)
        assert await refused(nobody) == (400, "invalid_client", "OAU-123")
        client.basic = (client.basic[0], "wrong")
        assert await refused(await client.grant(**form)) == (401, "invalid_client", "OAU-146")
        client_id = client.box.credentials["client_id"]
        confidential = await client.http.post("/restapi/oauth/token", data=form | {"client_id": client_id})
        assert confidential.status_code == 400, "a confidential app needs its secret"
        public = await client.http.post("/restapi/oauth/token", data=form | {"client_id": f"{client_id}~public"})
        assert public.status_code == 200


async def refresh(client: Client, refresh_token: str) -> httpx.Response:
    return await client.grant(grant_type="refresh_token", refresh_token=refresh_token)


async def test_a_refresh_rotates_and_kills_the_old_access_token() -> None:
    async with connected() as client:
        old = client.token
        client.token = (await refresh(client, old["refresh_token"])).json()
        assert client.token["access_token"] != old["access_token"]
        assert client.token["refresh_token"] != old["refresh_token"]
        assert client.token["session_id"] == old["session_id"]
        headers = {"Authorization": f"Bearer {old['access_token']}"}
        answer = await client.ask("GET", "/account/~", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["errorCode"] == "TokenInvalid"
        assert answer.json()["errors"][0]["errorCode"] == "OAU-213"


async def test_a_refresh_token_is_good_for_its_own_app_only() -> None:
    async with connected() as client:
        form = {"grant_type": "refresh_token", "refresh_token": client.token["refresh_token"]}
        form["client_id"] = client.box.credentials["client_id"] + "~public"
        answer = await client.http.post("/restapi/oauth/token", data=form)
        assert await refused(answer) == (400, "invalid_grant", "OAU-213")


async def test_an_answer_that_was_lost_can_be_asked_for_again_until_it_is_used() -> None:
    async with connected() as client:
        session = next(iter(client.box.box.platform.sessions))
        session.used_at = client.box.box.platform.now() - 60
        old = client.token["refresh_token"]
        first, again = (await refresh(client, old)).json(), (await refresh(client, old)).json()
        assert first["access_token"] == again["access_token"]
        session = next(iter(client.box.box.platform.sessions))
        session.used_at = client.box.box.platform.now() - 11
        assert await refused(await refresh(client, old)) == (400, "invalid_grant", "OAU-213")


async def test_an_access_token_expires() -> None:
    async with connected(token_ttl=1) as client:
        session = next(iter(client.box.box.platform.sessions))
        session.access_until = client.box.box.platform.now()
        answer = await client.ask("GET", "/account/~")
        assert answer.json()["errors"][0]["errorCode"] == "OAU-128"
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_one_session_too_many_pushes_the_oldest_out() -> None:
    async with connected(max_sessions=3, rate_limits=False) as client:
        tokens = [client.token]
        for _ in range(3):
            await client.log_in()
            tokens.append(client.token)
        assert [await lives(client, token) for token in tokens] == [False, True, True, True]


async def test_a_login_from_the_same_endpoint_replaces_its_own_session() -> None:
    async with connected(max_sessions=2, rate_limits=False) as client:
        other = client.token
        await client.log_in(endpoint_id="board-1")
        former = client.token
        await client.log_in(endpoint_id="board-1")
        assert [await lives(client, token) for token in (other, former, client.token)] == [True, False, True]


async def test_revoking_ends_the_whole_session() -> None:
    async with connected() as client:
        answer = await client.http.post(
            "/restapi/oauth/revoke", data={"token": client.token["refresh_token"]}, auth=client.basic
        )
        assert answer.status_code == 200
        assert (await client.ask("GET", "/account/~")).status_code == 401


async def test_revoking_nothing_ends_nobodys_session() -> None:
    async with connected(log_in=False) as client:
        await client.log_in("~no-refresh")
        assert (await client.http.post("/restapi/oauth/revoke", auth=client.basic)).status_code == 200
        assert await lives(client, client.token)


async def test_without_a_token_nothing_is_told_but_the_service_info() -> None:
    async with connected(log_in=False) as client:
        nobody = await client.http.get("/restapi/v1.0/account/~")
        assert (nobody.status_code, nobody.json()["errorCode"]) == (401, "AGW-401")
        info = await client.http.get("/restapi/v1.0")
        assert info.json()["uriString"] == "v1.0"
        assert (await client.http.get("/restapi")).json()["apiVersions"][0]["uriString"] == "v1.0"
        assert "RCRequestId" in info.headers
        assert info.headers["Date"].endswith("GMT")
