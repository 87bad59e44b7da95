"""Rate limits: the arithmetic by itself, and what a client sees of it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.client import JWT, connected
from tui.simulator.limits import PER_WINDOW, Group, RateLimits


def test_the_window_slides() -> None:
    limits = RateLimits(window=60, penalty=60)
    for second in range(10):
        assert limits.spend("app", "301", Group.HEAVY, second).remaining == 9 - second
    assert limits.spend("app", "301", Group.HEAVY, 60.5).retry_after is None, "the first one has left the window"
    assert limits.spend("app", "301", Group.HEAVY, 60.6).retry_after == 60


def test_each_request_in_the_penalty_starts_it_anew() -> None:
    limits = RateLimits(window=10, penalty=60)
    for _ in range(6):
        limits.spend("app", "301", Group.AUTH, 0)
    assert limits.spend("app", "301", Group.AUTH, 59).retry_after == 60
    assert limits.spend("app", "301", Group.AUTH, 100).retry_after == 60
    assert limits.spend("app", "301", Group.AUTH, 160).retry_after is None


def test_when_to_try_again_is_true_also_with_a_penalty_shorter_than_the_window() -> None:
    limits = RateLimits(window=10, penalty=2)
    for second in range(5):
        limits.spend("app", "301", Group.AUTH, second)
    assert limits.spend("app", "301", Group.AUTH, 5).retry_after == 5
    assert limits.spend("app", "301", Group.AUTH, 5.6).headers["Retry-After"] == "5", "whole seconds, and none too few"
    assert limits.spend("app", "301", Group.AUTH, 10).retry_after is None


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=200), st.sampled_from(Group))
def test_no_window_ever_holds_more_than_its_limit(gaps: list[float], group: Group) -> None:
    limits, now, granted = RateLimits(window=60, penalty=60), 0.0, []
    for gap in gaps:
        now += gap
        if limits.spend("app", "301", group, now).retry_after is None:
            granted.append(now)
    assert all(sum(at - 60 < other <= at for other in granted) <= PER_WINDOW[group] for at in granted)


async def test_a_client_sees_what_is_left_and_what_is_too_much() -> None:
    async with connected(rate_penalty=90) as client:
        first = await client.ask("GET", "/account/~/presence")
        assert first.headers["X-Rate-Limit-Group"] == "heavy"
        assert first.headers["X-Rate-Limit-Limit"] == "10"
        assert first.headers["X-Rate-Limit-Remaining"] == "9"
        assert first.headers["X-Rate-Limit-Window"] == "60"
        for _ in range(9):
            last = await client.ask("GET", "/account/~/presence")
        assert last.headers["X-Rate-Limit-Remaining"] == "0"
        over = await client.ask("GET", "/account/~/presence")
        assert (over.status_code, over.json()["errorCode"]) == (429, "CMN-301")
        assert over.headers["Retry-After"] == "90"
        assert (await client.ask("GET", "/account/~")).status_code == 200, "other groups are open"


async def test_logins_are_limited_and_users_apart() -> None:
    async with connected() as client:
        for _ in range(4):
            await client.log_in()
        one_too_many = await client.grant(
            grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion=client.box.credentials["jwt"]
        )
        assert one_too_many.status_code == 429
        await client.log_in("~user")


async def test_a_refused_login_is_told_what_is_left() -> None:
    async with connected(log_in=False) as client:
        expired = await client.grant(grant_type=JWT, assertion=f"{client.box.credentials['jwt']}~expired")
        assert expired.headers["X-Rate-Limit-Remaining"] == "4"
        unknown = await client.grant(grant_type="refresh_token", refresh_token="gone")
        assert unknown.headers["X-Rate-Limit-Group"] == "auth"


async def test_a_refusal_costs_too() -> None:
    async with connected() as client:
        answer = await client.ask("GET", "/account/~/extension/999999")
        assert answer.status_code == 404
        assert answer.headers["X-Rate-Limit-Remaining"] == "49"


async def test_requests_are_remembered_for_tests_of_cost() -> None:
    async with connected() as client:
        await client.get("/account/~/extension", params={"page": 1})
        told = (await client.box.requests())[-1]
        assert (told["method"], told["status"], told["group"]) == ("GET", 200, "medium")
        assert told["path"] == "/restapi/v1.0/account/~/extension?page=1"
