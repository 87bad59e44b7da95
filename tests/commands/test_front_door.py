"""The way in from the login screen: what it tells, and what it remembers."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.box import RunningBox, running_box
from tui.commands.invocation import Invocation
from tui.commands.wall import FrontDoor
from tui.credentials import Credentials, LoginStep, StepState


@pytest.fixture
async def box() -> AsyncIterator[RunningBox]:
    async with running_box() as running:
        yield running


@pytest.fixture
async def door(box: RunningBox, tmp_path: Path) -> AsyncIterator[FrontDoor]:
    config = tmp_path / "config.toml"
    config.touch()
    opened = FrontDoor(Invocation(str(config), {}, {"RINGWALL_SERVER": box.server}, tmp_path / "state"))
    yield opened
    await opened.close()


def credentials_of(box: RunningBox) -> Credentials:
    known = box.credentials
    return Credentials(box.server, known["client_id"], known["client_secret"], known["jwt"])


async def told(door: FrontDoor, credentials: Credentials, *, remember: bool = True) -> list[LoginStep]:
    """How each step ended."""
    async with aclosing(door.log_in(credentials, remember=remember)) as steps:
        return [step async for step in steps if step.state is not StepState.RUNNING]


def remembered(tmp_path: Path) -> list[str]:
    path = tmp_path / "state" / "login.json"
    return [login["server"] for login in json.loads(path.read_bytes())] if path.exists() else []


async def test_a_good_login_is_told_step_by_step_and_remembered(
    box: RunningBox, door: FrontDoor, tmp_path: Path
) -> None:
    steps = await told(door, replace(credentials_of(box), server=f" {box.server}/ "))
    assert [(step.name, step.state, list(step.more)) for step in steps] == [
        (name, StepState.OK, []) for name in ("Server", "Login", "Permissions", "Extensions")
    ]
    assert steps[1].text == "Mia Santos, extension 301, Administrator"
    assert door.account is not None
    assert remembered(tmp_path) == [box.server]


async def test_secrets_that_are_found_elsewhere_are_not_copied_into_a_file(box: RunningBox, tmp_path: Path) -> None:
    known = credentials_of(box)
    environment = {
        "RINGWALL_SERVER": box.server,
        "RINGWALL_CLIENT_ID": known.client_id,
        "RINGWALL_CLIENT_SECRET": known.client_secret,
        "RINGWALL_JWT": known.jwt,
    }
    door = FrontDoor(Invocation(None, {}, environment, tmp_path / "state"))
    assert (await told(door, door.prefilled))[-1].state is StepState.OK
    await door.close()
    assert remembered(tmp_path) == []


async def test_what_is_not_to_be_remembered_is_forgotten_and_other_servers_logins_stay(
    box: RunningBox, door: FrontDoor, tmp_path: Path
) -> None:
    other = tmp_path / "state" / "login.json"
    await told(door, credentials_of(box))
    await door.close()
    logins = json.loads(other.read_bytes())
    other.write_text(json.dumps([*logins, logins[0] | {"server": "https://platform.example.com"}]))
    await told(door, credentials_of(box), remember=False)
    assert remembered(tmp_path) == ["https://platform.example.com"]


@pytest.mark.parametrize(
    ("changes", "row", "said"),
    [
        ({"server": "platform.ringcentral.com"}, "Server", "is no address of a server"),
        ({"server": "http://platform.ringcentral.com"}, "Server", "would send your secrets in the clear"),
        ({"server": "http://127.0.0.1:9"}, "Server", "the connection is refused"),
        ({"client_secret": "wrong"}, "Login", "Client id or secret is wrong"),
        ({"jwt": "garbage"}, "Login", "JWT revoked or expired"),
        ({"jwt": "{}~no-ReadPresence"}, "Login", "ReadPresence is missing: no presence can be read"),
    ],
)
async def test_the_step_that_fails_says_no_and_what_to_do_and_nothing_is_remembered(
    box: RunningBox, door: FrontDoor, tmp_path: Path, changes: dict[str, Any], row: str, said: str
) -> None:
    wanted = {name: value.format(box.credentials["jwt"]) for name, value in changes.items()}
    *_, last = await told(door, replace(credentials_of(box), **wanted))
    assert (last.name, last.state, said in last.text, len(last.more)) == (row, StepState.NO, True, 1)
    assert door.account is None
    assert remembered(tmp_path) == []


async def test_what_is_amiss_but_no_fault_stands_under_its_step(
    box: RunningBox, door: FrontDoor, tmp_path: Path
) -> None:
    await told(door, credentials_of(box))
    await door.close()
    (tokens,) = (tmp_path / "state").glob("session-*.json")
    tokens.write_text("broken")
    good = credentials_of(box)
    _, login, permissions, _ = await told(door, replace(good, jwt=f"{good.jwt}~no-ReadCallLog~user"))
    assert [f"{tokens} cannot be used and was moved to {tokens.name}.bad; logging in anew"] == login.more
    assert permissions.more == [
        "ReadCallLog is missing: gaps in the record stay open",
        "no administrator: others' presence may stay hidden",
    ]


async def test_a_login_that_cannot_be_remembered_is_good_all_the_same(
    box: RunningBox, door: FrontDoor, tmp_path: Path
) -> None:
    (tmp_path / "state" / "login.json").mkdir(parents=True)
    *_, last = await told(door, credentials_of(box))
    assert (last.state, last.text.startswith("not remembered: ")) == (StepState.WARNING, True)
    assert door.account is not None


async def test_a_login_that_is_given_up_leaves_no_connection_behind(box: RunningBox, door: FrontDoor) -> None:
    async with aclosing(door.log_in(credentials_of(box), remember=True)) as steps:
        async for step in steps:
            if (step.name, step.state) == ("Login", StepState.OK):
                break
    assert door.account is None
