"""The rate limits as the client keeps them, against a box that counts as the platform does."""

import asyncio
import itertools
import random
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.box import RunningBox, running_box
from tests.ringcentral.parts import Parts, parts
from tui.clock import Clock
from tui.errors import TryAgain, Unreachable
from tui.ringcentral.client import BACKGROUND_RESERVE, FIRST_ALONE, Client, Request
from tui.ringcentral.limits import DEFAULT_LIMITS, Group
from tui.ringcentral.refusals import refusal

SITES = Request("GET", "/restapi/v1.0/account/~/sites", Group.LIGHT)
PEOPLE = Request("GET", "/restapi/v1.0/account/~/extension", Group.MEDIUM)
LIGHT = DEFAULT_LIMITS[Group.LIGHT]


async def statuses(box: RunningBox, path: str) -> list[int]:
    return [one["status"] for one in await box.requests() if one["path"] == path]


async def another_program(box: RunningBox, at: Parts, calls: int) -> None:
    """Something else that uses the same login and app."""
    tokens = at.tokens.load()
    assert tokens is not None
    headers = {"Authorization": f"Bearer {tokens.access_token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
        for _ in range(calls):
            assert (await http.get(f"{box.server}{SITES.path}")).status_code == 200


async def test_more_calls_than_a_window_holds_wait_for_the_next_and_none_is_refused(tmp_path: Path) -> None:
    async with running_box(rate_window=1) as box, parts(box, tmp_path) as at:
        await at.session.call(SITES)
        await asyncio.gather(*(at.session.call(SITES) for _ in range(2 * LIGHT)))
        assert await statuses(box, SITES.path) == [200] * (2 * LIGHT + 1)


async def test_beside_another_program_none_is_refused_either(tmp_path: Path) -> None:
    async with running_box(rate_window=2) as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await another_program(box, at, LIGHT - 5)
        for _ in range(12):
            await at.session.call(SITES)
        assert set(await statuses(box, SITES.path)) == {200}


async def test_calls_at_once_wait_for_the_first_to_tell_what_another_program_has_used(tmp_path: Path) -> None:
    async with running_box(rate_window=3) as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await another_program(box, at, LIGHT - 2)
        await asyncio.gather(*(at.session.call(SITES) for _ in range(4)))
        assert set(await statuses(box, SITES.path)) == {200}


async def test_a_first_call_that_is_not_answered_keeps_the_others_for_a_while_only(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await box.post("/simulator/faults", {"fault": "hang", "seconds": 60, "match": "extension"})
        hanging = asyncio.create_task(at.session.call(replace(PEOPLE, group=SITES.group)))
        async with asyncio.timeout(FIRST_ALONE + 3):
            await at.session.call(SITES)
        hanging.cancel()


async def test_the_background_leaves_some_calls_to_others(tmp_path: Path) -> None:
    background = Request(SITES.method, SITES.path, SITES.group, reserve=BACKGROUND_RESERVE)
    async with running_box(rate_window=20) as box, parts(box, tmp_path) as at:
        await at.session.call(SITES)
        reads = [asyncio.create_task(at.session.call(background)) for _ in range(LIGHT)]
        for answered in itertools.islice(asyncio.as_completed(reads), LIGHT - 1 - BACKGROUND_RESERVE):
            await answered
        await asyncio.gather(*(at.session.call(SITES) for _ in range(BACKGROUND_RESERVE)))
        waiting = [read for read in reads if not read.done()]
        assert len(waiting) == BACKGROUND_RESERVE + 1
        for read in waiting:
            read.cancel()


async def test_a_429_stops_those_who_wait_already_and_nothing_is_sent_until_it_is_over(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await box.post("/simulator/faults", {"fault": "http_429", "count": 1, "match": "sites", "retry_after": 2})
        told = await asyncio.gather(*(at.session.call(SITES) for _ in range(LIGHT + 5)), return_exceptions=True)
        refused = [error for error in told if isinstance(error, TryAgain)]
        assert len(refused) >= 6
        with pytest.raises(TryAgain, match="asks to wait"):
            await at.session.call(SITES)
        assert len(await statuses(box, SITES.path)) <= LIGHT
        until = max(error.after or 0 for error in refused)
        assert 1.5 < until < 2.2


@pytest.mark.parametrize(("after", "words"), [(None, "to wait"), (0.3, "to wait 1 s"), (59.7, "to wait 60 s")])
def test_how_long_a_429_asks_to_wait_is_told_in_whole_seconds(after: float | None, words: str) -> None:
    assert str(refusal(429, {}, after)) == f"RingCentral asks {words}: too many calls"


async def test_a_429_of_a_group_leaves_the_other_groups_alone(tmp_path: Path) -> None:
    async with running_box(rate_window=30, rate_penalty=30) as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await another_program(box, at, LIGHT)
        with pytest.raises(TryAgain) as refused:
            await at.session.call(SITES)
        assert refused.value.after == pytest.approx(30, rel=0.06)
        await at.session.call(PEOPLE)


async def test_a_429_that_names_no_group_is_of_another_limit_and_stops_all(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await at.session.log_in()
        await box.post("/simulator/faults", {"fault": "http_429_bare", "count": 1})
        for request in (SITES, PEOPLE, SITES):
            with pytest.raises(TryAgain, match="asks to wait") as refused:
                await at.session.call(request)
            assert refused.value.after == pytest.approx(60, rel=0.06)
        asked = [one["path"] for one in await box.requests() if one["path"].startswith("/restapi/v1.0/")]
        assert asked == [SITES.path]


async def test_an_answer_that_sends_us_elsewhere_is_a_fault_and_nothing_is_sent_there() -> None:
    seen: list[httpx.Request] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(307, headers={"Location": "https://elsewhere.example.com/restapi/oauth/token"})

    client = Client("https://platform.example.com", Clock(), random.Random(1), httpx.MockTransport(elsewhere))
    for request, token in (
        (Request("GET", "/restapi/v1.0", Group.LIGHT), "token"),
        (Request("POST", "/restapi/oauth/token", Group.AUTH, form={"assertion": "jwt"}, basic=("app", "secret")), None),
    ):
        with pytest.raises(Unreachable, match="sends us elsewhere"):
            await client.send(request, token)
    await client.close()
    assert {request.url.host for request in seen} == {"platform.example.com"}
