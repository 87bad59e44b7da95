"""The token file: kept for one login alone, shared under a lock, never lost; and whose a subscription is."""

import asyncio
import base64
import json
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tui.credentials import Credentials
from tui.errors import BadConfig, RingwallError, TryAgain
from tui.paths import Paths
from tui.ringcentral.tokens import SubscriptionFile, TokenFile, Tokens

USER = Credentials("https://platform.example.com", "client", "secret", username="ana", password="pass")
TOKENS = Tokens(
    access_token="access-marked",
    refresh_token="refresh-marked",
    expires_at=1_700_003_600.0,
    lifetime=3600.0,
    refresh_expires_at=None,
    scope="ReadAccounts ReadPresence",
    owner_id="301",
    session_id="s-1",
)


def jwt(person: object, nonce: str = "") -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": person, "jti": nonce}).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{claims}.signature{nonce}"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config.toml", False, tmp_path / "state")


def files(paths: Paths) -> list[Path]:
    return sorted(path for path in paths.state.iterdir() if path.suffix != ".lock")


def test_what_is_saved_is_there_for_the_next_process_and_for_its_owner_alone(paths: Paths) -> None:
    assert TokenFile(paths, USER).load() is None
    TokenFile(paths, USER).save(TOKENS)
    assert TokenFile(paths, USER).load() == TOKENS
    (path,) = files(paths)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.state.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "other",
    [
        replace(USER, server="https://elsewhere.example.com"),
        replace(USER, server="http://platform.example.com"),
        replace(USER, client_id="another"),
        replace(USER, username="ben"),
        replace(USER, jwt=jwt("301")),
        replace(USER, jwt="no JWT at all"),
    ],
)
def test_another_server_app_or_person_never_sees_it(paths: Paths, other: Credentials) -> None:
    TokenFile(paths, USER).save(TOKENS)
    assert TokenFile(paths, other).load() is None


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        (jwt("301", "first"), jwt("301", "second"), True),
        (jwt(301), jwt("301"), True),
        (jwt("301"), jwt("302"), False),
        ("not.a.jwt", "not.a.jwt", True),
        ("not.a.jwt", "not.b.jwt", False),
        ("", "a.b", False),
    ],
)
def test_a_new_jwt_of_the_same_person_keeps_the_session(paths: Paths, one: str, another: str, same: bool) -> None:
    TokenFile(paths, replace(USER, jwt=one)).save(TOKENS)
    assert (TokenFile(paths, replace(USER, jwt=another)).load() == TOKENS) is same


def test_a_slash_or_capitals_make_no_other_server(paths: Paths) -> None:
    TokenFile(paths, USER).save(TOKENS)
    assert TokenFile(paths, replace(USER, server="https://Platform.example.com/", client_secret="new")).load() == TOKENS


def test_the_endpoint_stays_the_same_when_the_tokens_go(paths: Paths) -> None:
    tokens = TokenFile(paths, USER)
    endpoint = tokens.endpoint_id
    tokens.save(TOKENS)
    tokens.clear()
    assert tokens.load() is None
    assert TokenFile(paths, USER).endpoint_id == endpoint


def test_clearing_what_is_not_there_writes_nothing(paths: Paths) -> None:
    TokenFile(paths, USER).clear()
    assert not paths.state.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"endpoint_id": 1}', b"\xff\xfe", b'{"tokens": {}}'])
def test_a_file_that_cannot_be_used_is_moved_aside_and_told_and_the_login_begins_anew(
    paths: Paths, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    TokenFile(paths, USER).save(TOKENS)
    (path,) = files(paths)
    path.write_bytes(content)
    tokens = TokenFile(paths, USER)
    assert tokens.load() is None
    assert f"{path.name}.bad" in tokens.problem
    assert "was moved to" in caplog.text
    tokens.save(TOKENS)
    assert TokenFile(paths, USER).load() == TOKENS
    assert path.with_name(f"{path.name}.bad").read_bytes() == content


def test_a_file_that_others_can_read_is_refused(paths: Paths) -> None:
    TokenFile(paths, USER).save(TOKENS)
    (path,) = files(paths)
    path.chmod(0o644)
    with pytest.raises(BadConfig, match="others can read it"):
        TokenFile(paths, USER).load()


def test_no_representation_shows_a_token() -> None:
    assert "marked" not in f"{TOKENS!r} {TOKENS} {[TOKENS]}"


async def test_the_lock_lets_one_in_at_a_time(paths: Paths) -> None:
    inside = 0

    async def renew() -> None:
        nonlocal inside
        async with TokenFile(paths, USER).lock():
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(renew())


async def test_who_waits_too_long_for_the_lock_is_told_and_another_login_does_not_wait(paths: Paths) -> None:
    async with TokenFile(paths, USER).lock():
        with pytest.raises(TryAgain, match="does not end"):
            async with TokenFile(paths, USER).lock(within=0.01):
                pass
        async with TokenFile(paths, replace(USER, client_id="another")).lock(within=0.01):
            pass
    async with TokenFile(paths, USER).lock(within=0.01):
        pass


HOLDER = """
import asyncio, sys
from pathlib import Path
from tests.ringcentral.test_tokens import USER
from tui.paths import Paths
from tui.ringcentral.tokens import SubscriptionFile, TokenFile

async def hold():
    paths = Paths(Path("config.toml"), False, Path(sys.argv[1]))
    SubscriptionFile(paths, USER).add("sub-of-another")
    SubscriptionFile(paths, USER).add("second-of-another")
    async with TokenFile(paths, USER).lock():
        print("held", flush=True)
        sys.stdin.read()

asyncio.run(hold())
"""


async def test_the_lock_of_another_process_ends_with_it_and_only_then_its_subscriptions_are_left_over(
    paths: Paths,
) -> None:
    ours = SubscriptionFile(paths, USER)
    ours.add("ours")
    words = [sys.executable, "-c", HOLDER, str(paths.state)]
    holder = await asyncio.create_subprocess_exec(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(TryAgain):
        async with TokenFile(paths, USER).lock(within=0.01):
            pass
    assert ours.leftovers() == []
    holder.kill()
    await holder.wait()
    async with TokenFile(paths, USER).lock(within=0.01):
        pass
    assert ours.leftovers() == ["sub-of-another", "second-of-another"]
    assert SubscriptionFile(paths, replace(USER, server="https://elsewhere.example.com")).leftovers() == []
    ours.remove("sub-of-another")
    assert ours.leftovers() == ["second-of-another"]
    ours.remove("second-of-another")
    ours.remove("ours")
    assert files(paths) == []


def test_two_accounts_of_one_process_do_not_forget_each_others_subscriptions(paths: Paths) -> None:
    first, second = SubscriptionFile(paths, USER), SubscriptionFile(paths, USER)
    first.add("one")
    second.add("two")
    first.remove("one")
    (path,) = files(paths)
    assert json.loads(path.read_bytes()) == ["two"]


def test_a_process_of_another_machine_with_the_same_home_is_not_taken_for_dead(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.node", lambda: "elsewhere")
    monkeypatch.setattr("os.getpid", lambda: 4_194_305)
    SubscriptionFile(paths, USER).add("of the other machine")
    monkeypatch.undo()
    assert SubscriptionFile(paths, USER).leftovers() == []


def test_a_later_process_with_the_same_id_is_not_the_one_that_died(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    SubscriptionFile(paths, USER).add("old")
    (path,) = files(paths)
    name, _, _ = path.stem.rpartition("-")
    path.rename(path.with_name(f"{name}-1.json"))
    assert SubscriptionFile(paths, USER).leftovers() == ["old"]


async def test_a_home_that_takes_nothing_is_a_message_and_stops_no_wall(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    paths = Paths(tmp_path / "config.toml", False, tmp_path / "file" / "state")
    with pytest.raises(RingwallError, match="cannot be"):
        TokenFile(paths, USER).save(TOKENS)
    with pytest.raises(RingwallError, match="cannot be made"):
        async with TokenFile(paths, USER).lock():
            pass
    SubscriptionFile(paths, USER).add("one")
    assert "will not be recognised" in caplog.text


def test_what_a_dead_process_left_half_written_is_moved_aside(paths: Paths) -> None:
    SubscriptionFile(paths, USER).add("old")
    (path,) = files(paths)
    path.write_text("[")
    assert SubscriptionFile(paths, USER).leftovers() == []
    SubscriptionFile(paths, USER).add("new")
    assert sorted(one.suffix for one in files(paths)) == [".bad", ".json"]
