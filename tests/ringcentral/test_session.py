"""Logging in and staying so, against a box over real sockets."""

import asyncio
import contextlib
from pathlib import Path

import httpx
import pytest

from tests.box import RunningBox, running_box
from tests.ringcentral.parts import Parts, parts
from tui.errors import BrowserNeeded, LoginRefused, PermissionMissing, TryAgain, Unreachable
from tui.ringcentral.authorization import Authorization
from tui.ringcentral.client import Client, Request
from tui.ringcentral.limits import Group

ME = Request("GET", "/restapi/v1.0/account/~/extension/~", Group.LIGHT)


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ringcentral.session.LOOK_EVERY", 0.05)


async def fault(box: RunningBox, name: str, **wish: object) -> None:
    await box.post("/simulator/faults", {"fault": name} | wish)


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
        async with parts(box, tmp_path, names) as at:
            assert (await at.session.whoami()).is_administrator


async def revoke(box: RunningBox, at: Parts) -> None:
    """End the session on the platform."""
    tokens = at.tokens.load()
    assert tokens is not None
    async with httpx.AsyncClient(trust_env=False) as http:
        revoked = await http.post(
            f"{box.server}/restapi/oauth/revoke",
            data={"token": tokens.access_token},
            auth=(at.credentials.client_id, at.credentials.client_secret),
        )
        assert revoked.is_success


async def log_in_by_code(box: RunningBox, at: Parts) -> None:
    asked = Authorization("http://localhost:8910/ringwall")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(asked.address(at.credentials), data={"decision": "allow"})
    await at.session.log_in_by_code(asked.code_in(answer.headers["Location"]), asked)


async def test_a_login_by_code_is_stored_and_renewed_like_any_other(tmp_path: Path) -> None:
    in_browser = {"jwt": "", "in_browser": True}
    async with running_box(token_ttl=2) as box:
        async with parts(box, tmp_path, in_browser) as at:
            with pytest.raises(BrowserNeeded):
                await at.session.log_in()
            await log_in_by_code(box, at)
            assert (await at.session.whoami()).is_administrator
            assert not at.session.needs_person
        async with parts(box, tmp_path, in_browser) as next_start:
            await next_start.clock.sleep_until(next_start.clock.now() + 2.1)
            await next_start.session.whoami()
        assert len(await grants(box)) == 2


async def test_a_login_by_code_that_is_over_asks_for_the_browser_and_for_nothing_else(
    tmp_path: Path, quick_looks: None
) -> None:
    async with running_box() as box, parts(box, tmp_path, {"jwt": "", "in_browser": True}) as at:
        await log_in_by_code(box, at)
        await revoke(box, at)
        with pytest.raises(BrowserNeeded, match="Log in in the browser again"):
            await at.session.call(ME)
        asked = len(await box.requests())
        for _ in range(3):
            with pytest.raises(BrowserNeeded):
                await at.session.log_in()
        assert len(await box.requests()) == asked
        async with parts(box, tmp_path, {"jwt": "", "in_browser": True}) as another:
            noticing = asyncio.create_task(at.session.changed())
            await log_in_by_code(box, another)
            await noticing
        assert (await at.session.call(ME)).status == 200


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
        await revoke(box, at)
        assert (await at.session.call(ME)).status == 200
        again = at.tokens.load()
        assert again is not None
        assert again.access_token != tokens.access_token


async def test_a_renewed_token_that_is_refused_as_well_leads_to_a_new_login(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.call(ME)
        before = at.tokens.load()
        await fault(box, "http_401", count=2, match="extension/~")
        assert (await at.session.call(ME)).status == 200
        assert len(await grants(box)) == 3
        after = at.tokens.load()
        assert before is not None
        assert after is not None
        assert before.session_id != after.session_id


async def test_a_new_login_that_is_refused_as_well_is_the_end_and_nothing_more_is_asked_for(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.call(ME)
        await fault(box, "http_401", count=3, match="extension/~")
        with pytest.raises(LoginRefused, match="refuses a new login as well") as refused:
            await at.session.call(ME)
        assert refused.value.after == pytest.approx(60, rel=0.06)
        for _ in range(3):
            with pytest.raises(LoginRefused):
                await at.session.call(ME)
        assert len(await grants(box)) == 3


async def test_a_refused_refresh_token_leads_to_a_new_login(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await fault(box, "expire_token")
        await fault(box, "refuse_refresh", count=1)
        assert (await at.session.whoami()).is_administrator
        assert len(await grants(box)) == 3


class Watched(httpx.AsyncHTTPTransport):
    """The network, and whether each access token lay in the file when it was used."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.used: dict[str, bool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            (path,) = self._folder.glob("state/session-*.json")
            self.used.setdefault(token, token in path.read_text())
        return await super().handle_async_request(request)


async def test_a_pair_is_stored_before_it_is_used(tmp_path: Path) -> None:
    network = Watched(tmp_path)
    async with running_box() as box, parts(box, tmp_path, transport=network) as at:
        for _ in range(3):
            await at.session.call(ME)
            await fault(box, "expire_token")
        assert list(network.used.values()) == [True, True, True]


@pytest.mark.parametrize("how", ["cut", "html", "truncated", "no_keys"])
async def test_a_pair_that_never_arrived_leaves_a_login_that_can_be_used(tmp_path: Path, how: str) -> None:
    async with running_box() as box:
        async with parts(box, tmp_path) as at:
            await at.session.log_in()
            before = at.tokens.load()
            await fault(box, "expire_token")
            await fault(box, how, count=1, match="oauth/token")
            with pytest.raises(Unreachable):
                await at.session.call(ME)
        async with parts(box, tmp_path) as at:
            await at.session.call(ME)
            after = at.tokens.load()
        assert before is not None
        assert after is not None
        assert (before.session_id, before.access_token) != (after.session_id, after.access_token)
        assert before.session_id == after.session_id


async def test_a_token_is_used_on_while_it_is_good_and_cannot_be_renewed(tmp_path: Path) -> None:
    async with running_box(token_ttl=3) as box, parts(box, tmp_path) as at:
        await at.session.call(ME)
        tokens = at.tokens.load()
        assert tokens is not None
        await at.clock.sleep_until(tokens.expires_at - 0.5)
        await fault(box, "http_503", match="oauth/token")
        for _ in range(3):
            await at.session.call(ME)
        assert len(await grants(box)) == 2
        await at.clock.sleep_until(tokens.expires_at + 0.1)
        with pytest.raises(TryAgain):
            await at.session.call(ME)
        await box.delete("/simulator/faults")
        await at.session.call(ME)


async def test_a_token_that_was_refused_and_cannot_be_renewed_yet_is_not_tried_again(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as one, parts(box, tmp_path) as other:
        await one.session.call(ME)
        await fault(box, "revoke_token")
        await fault(box, "http_503", match="oauth/token")
        for at in (one, other, one, other):
            with pytest.raises(TryAgain):
                await at.session.call(ME)
        refused = [one for one in await box.requests() if one["status"] == 401]
        assert len(refused) == 1
        await box.delete("/simulator/faults")
        for at in (one, other):
            await at.session.call(ME)
        assert len(list(box.box.platform.sessions)) == 1


async def test_a_refused_login_is_left_alone_by_every_loop_of_every_process(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as one, parts(box, tmp_path) as other:
        for at in (one, other):
            await at.session.call(ME)
        await fault(box, "lose_session")
        await fault(box, "refuse_login")
        told = await asyncio.gather(
            *(at.session.call(ME) for at in (one, other) for _ in range(4)),
            *(at.session.log_in() for at in (one, other)),
            return_exceptions=True,
        )
        refused = [error for error in told if isinstance(error, LoginRefused)]
        assert len(refused) >= 8
        assert {str(error) for error in refused} == {"JWT revoked or expired, OAU-213"}
        assert all(error.after == pytest.approx(60, rel=0.06) for error in refused)
        assert len(await grants(box)) == 3, "the first login, one refresh and one new login"


async def test_a_person_may_have_a_refused_login_tried_before_its_wait_is_over(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await fault(box, "refuse_login", count=1)
        for _ in range(2):
            with pytest.raises(LoginRefused):
                await at.session.log_in()
        await at.session.log_in(insist=True)
        assert len(await grants(box)) == 2


async def test_a_refused_login_is_tried_again_when_the_wait_is_over(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path, minute=0.2) as at:
        await fault(box, "refuse_login", count=2)
        for minutes in (1, 5):
            with pytest.raises(LoginRefused) as refused:
                await at.session.log_in()
            assert refused.value.after == pytest.approx(minutes * 0.2, rel=0.06, abs=0.1)
            await at.clock.sleep_until(at.clock.now() + (refused.value.after or 0))
        await at.session.log_in()


async def test_a_new_secret_is_noticed_and_tried_at_once(tmp_path: Path, quick_looks: None) -> None:
    async with running_box() as box, parts(box, tmp_path, {"client_secret": "wrong"}) as at:
        with pytest.raises(LoginRefused, match="Client id or secret is wrong"):
            await at.session.log_in()
        noticed = asyncio.create_task(at.session.changed())
        with pytest.raises(LoginRefused):
            await at.session.log_in()
        assert not noticed.done()
        at.use(client_secret=box.credentials["client_secret"])
        async with asyncio.timeout(5):
            await noticed
        await at.session.log_in()
        assert len(await grants(box)) == 2


async def test_tokens_that_another_process_got_are_noticed_and_used(tmp_path: Path, quick_looks: None) -> None:
    async with running_box() as box, parts(box, tmp_path) as at, parts(box, tmp_path) as other:
        await fault(box, "refuse_login", count=1)
        with pytest.raises(LoginRefused):
            await at.session.log_in()
        noticed = asyncio.create_task(at.session.changed())
        await other.session.log_in()
        async with asyncio.timeout(5):
            await noticed
        await at.session.call(ME)
        assert len(await grants(box)) == 2


async def test_a_session_that_is_lost_time_and_again_is_left_alone(tmp_path: Path) -> None:
    async with running_box(rate_window=1) as box, parts(box, tmp_path, minute=0.2) as at:
        await at.session.call(ME)
        await fault(box, "lose_session")
        await at.session.call(ME)
        assert len(await grants(box)) == 3, "a session that is lost once is replaced"
        for minutes in (5, 10):
            await fault(box, "lose_session")
            asked = len(await grants(box))
            with pytest.raises(TryAgain, match="this login is used by too many walls") as crowded:
                await at.session.call(ME)
            assert crowded.value.after == pytest.approx(minutes * 0.2, rel=0.06, abs=0.1)
            with pytest.raises(TryAgain, match="too many walls"):
                await at.session.log_in()
            assert len(await grants(box)) == asked + 1, "the refresh that told of the loss"
            assert at.session.trouble == "this login is used by too many walls"
            await at.clock.sleep_until(at.clock.now() + (crowded.value.after or 0))
            await at.session.call(ME)
            assert at.session.trouble == ""


async def test_a_lost_session_of_an_app_without_refresh_tokens_is_known_by_its_refused_token(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        at.use(jwt=f"{at.credentials.jwt}~no-refresh")
        await at.session.call(ME)
        await fault(box, "lose_session")
        await at.session.call(ME)
        await fault(box, "lose_session")
        with pytest.raises(TryAgain, match="too many walls"):
            await at.session.call(ME)


async def test_more_machines_than_the_platform_has_sessions_for_come_to_rest(tmp_path: Path) -> None:
    async with running_box(max_sessions=2, rate_limits=False) as box, contextlib.AsyncExitStack() as stack:
        walls = [await stack.enter_async_context(parts(box, tmp_path / str(number))) for number in range(3)]
        told = []
        for _ in range(4):
            for at in walls:
                try:
                    await at.session.call(ME)
                except TryAgain as error:
                    told.append(str(error))
        assert "this login is used by too many walls" in told
        asked = len(await grants(box))
        for _ in range(3):
            for at in walls:
                with contextlib.suppress(TryAgain):
                    await at.session.call(ME)
        assert len(await grants(box)) == asked


@pytest.mark.parametrize(("how", "seconds"), [("http_429", 7), ("http_429_bare", 60)])
async def test_after_a_429_the_token_endpoint_is_not_asked_again(tmp_path: Path, how: str, seconds: float) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await fault(box, how, match="oauth/token", retry_after=7)
        for _ in range(3):
            with pytest.raises(TryAgain, match="asks to wait") as refused:
                await at.session.log_in()
            assert refused.value.after == pytest.approx(seconds, rel=0.06)
        assert len(await grants(box)) == 1


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
    async with running_box() as box, parts(box, tmp_path, changes) as at:
        with pytest.raises(LoginRefused, match=words) as refused:
            await at.session.log_in()
        assert refused.value.hint
        assert at.tokens.load() is None


async def test_nothing_to_log_in_with_is_said_so(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path, {"jwt": ""}) as at:
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
        async with parts(box, tmp_path, {"client_id": public, "client_secret": ""}) as at:
            assert (await at.session.whoami()).is_administrator


async def test_logging_out_ends_the_session_and_forgets_its_tokens(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await at.session.log_out()
        assert at.tokens.load() is None
        assert "/restapi/oauth/revoke" in [one["path"] for one in await box.requests()]
