"""Logging in and staying so, against a box over real sockets."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.box import RunningBox, running_box
from tests.ringcentral.parts import parts
from tui.errors import LoginRefused, PermissionMissing, Unreachable
from tui.ringcentral.client import Client, Request
from tui.ringcentral.limits import Group

ME = Request("GET", "/restapi/v1.0/account/~/extension/~", Group.LIGHT)


async def grants(box: RunningBox) -> list[str]:
    """What was asked of the token endpoint."""
    return [one["path"] for one in await box.requests() if one["path"].startswith("/restapi/oauth/token")]


async def test_a_jwt_logs_in_as_its_person(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        person = await at.session.whoami()
        assert person.is_administrator
        assert person.name
        assert {"ReadAccounts", "ReadPresence"} <= at.session.scopes
        assert at.session.check_permissions() == {}


async def test_user_and_password_log_in_where_the_server_still_has_that(tmp_path: Path) -> None:
    async with running_box() as box:
        names = {"jwt": "", "username": box.credentials["username"], "password": box.credentials["password"]}
        async with parts(box, tmp_path, **names) as at:
            assert (await at.session.whoami()).is_administrator


async def test_the_next_start_uses_the_session_there_is(tmp_path: Path) -> None:
    async with running_box() as box:
        for _ in range(2):
            async with parts(box, tmp_path) as at:
                await at.session.whoami()
        assert len(await grants(box)) == 1


async def test_an_expired_token_is_renewed_before_it_is_used(tmp_path: Path) -> None:
    async with running_box(token_ttl=2) as box, parts(box, tmp_path) as at:
        await at.session.whoami()
        await at.clock.sleep_until(at.clock.now() + 2.1)
        await at.session.whoami()
        assert len(await grants(box)) == 2
        statuses = [one["status"] for one in await box.requests()]
        assert 401 not in statuses


async def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.whoami()
        tokens = at.tokens.load()
        assert tokens is not None
        async with httpx.AsyncClient(trust_env=False) as http:
            revoked = await http.post(
                f"{box.server}/restapi/oauth/revoke",
                data={"token": tokens.access_token},
                auth=(at.credentials.client_id, at.credentials.client_secret),
            )
            assert revoked.is_success
        assert (await at.session.call(ME)).status == 200
        again = at.tokens.load()
        assert again is not None
        assert again.access_token != tokens.access_token


async def test_many_calls_at_once_renew_once(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await asyncio.gather(*(at.session.call(ME) for _ in range(8)))
        assert len(await grants(box)) == 1


async def test_two_processes_of_one_login_share_one_session(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as one, parts(box, tmp_path) as other:
        await asyncio.gather(one.session.call(ME), other.session.call(ME))
        assert len(await grants(box)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_secret": "wrong"}, "Client id or secret is wrong"),
        ({"client_id": "wrong"}, "Client id or secret is wrong"),
        ({"jwt": "wrong"}, "JWT revoked or expired, OAU-213"),
        ({"jwt": "", "username": "nobody", "password": "wrong"}, "User or password is wrong"),
    ],
)
async def test_credentials_that_are_wrong_are_named(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    async with running_box() as box, parts(box, tmp_path, **changes) as at:
        with pytest.raises(LoginRefused, match=words) as refused:
            await at.session.log_in()
        assert refused.value.hint
        assert at.tokens.load() is None


async def test_nothing_to_log_in_with_is_said_so(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path, jwt="") as at:
        with pytest.raises(LoginRefused, match="Nothing to log in with"):
            await at.session.log_in()


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        nowhere = Client("http://127.0.0.1:1", at.clock, at.chance)
        with pytest.raises(Unreachable, match="connection is refused"):
            await nowhere.send(Request("GET", "/restapi/v1.0", Group.LIGHT))
        await nowhere.close()


async def test_a_permission_that_is_needed_and_missing_is_named_with_its_effect(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        at.use(jwt=f"{at.credentials.jwt}~no-ReadPresence")
        await at.session.log_in()
        with pytest.raises(PermissionMissing, match="ReadPresence is missing: no presence can be read"):
            at.session.check_permissions()


async def test_a_permission_that_is_only_wanted_is_named_and_no_fault(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        at.use(jwt=f"{at.credentials.jwt}~no-ReadCallLog")
        await at.session.log_in()
        assert at.session.check_permissions() == {"ReadCallLog": "gaps in the record stay open"}


async def test_a_login_that_is_no_administrators_is_known_as_such(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        at.use(jwt=f"{at.credentials.jwt}~user")
        assert not (await at.session.whoami()).is_administrator


async def test_an_app_without_refresh_tokens_logs_in_by_its_jwt_again(tmp_path: Path) -> None:
    async with running_box(token_ttl=2) as box, parts(box, tmp_path) as at:
        at.use(jwt=f"{at.credentials.jwt}~no-refresh")
        await at.session.whoami()
        await at.clock.sleep_until(at.clock.now() + 2.1)
        assert (await at.session.whoami()).is_administrator
        assert len(await grants(box)) == 2


async def test_a_public_app_has_no_secret(tmp_path: Path) -> None:
    async with running_box() as box:
        public = f"{box.credentials['client_id']}~public"
        async with parts(box, tmp_path, client_id=public, client_secret="") as at:
            assert (await at.session.whoami()).is_administrator


async def test_logging_out_ends_the_session_and_forgets_its_tokens(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await at.session.log_out()
        assert at.tokens.load() is None
        assert "/restapi/oauth/revoke" in [one["path"] for one in await box.requests()]
