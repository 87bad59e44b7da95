"""What is wrong with a login, a server, an account or a file is told, with its exit code; nothing saved is lost."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.commands.started import ENDED, ringwall, watching
from tests.terminal.box import BoxProcess, box_process

COMMANDS = [("once", "--extensions", "101"), ("watch", "--json", "--extensions", "101")]


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def refused(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """The exit code and what stderr says; nothing else is said, and no traceback."""
    ended = ringwall(environment, *words)
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


@contextmanager
def web_server(status: int, content: bytes = b"<html><body>It works!</body></html>") -> Iterator[str]:
    """A server that is not RingCentral, and gives the same answer to everything."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("command", COMMANDS, ids=["once", "watch"])
@pytest.mark.parametrize(
    ("name", "value", "said", "hint"),
    [
        ("RINGWALL_CLIENT_SECRET", "wrong", "Client id or secret is wrong, OAU-146", "developer console"),
        ("RINGWALL_CLIENT_ID", "wrong", "Client id or secret is wrong, OAU-146", "developer console"),
        ("RINGWALL_JWT", "garbage", "JWT revoked or expired, OAU-213", "Make a new JWT"),
        ("RINGWALL_JWT", "{}~expired", "JWT revoked or expired, OAU-128", "Make a new JWT"),
        ("RINGWALL_JWT", "", "Nothing to log in with", "ringwall setup"),
        ("RINGWALL_JWT", "{}~no-ReadPresence", "ReadPresence is missing: no presence can be read", "Add it to the app"),
        ("RINGWALL_JWT", "{}~no-ReadAccounts", "ReadAccounts is missing: the list of ext", "Add it to the app"),
    ],
)
def test_a_login_that_is_refused(
    box: BoxProcess, tmp_path: Path, command: tuple[str, ...], name: str, value: str, said: str, hint: str
) -> None:
    environment = box.environment(tmp_path, **{name: value.format(box.about["jwt"])})
    code, told = refused(environment, *command)
    first, second = told.splitlines()
    assert code == 77
    assert first.startswith(f"ringwall: {said}")
    assert hint in second


def test_a_permission_that_was_added_counts_at_the_next_start(box: BoxProcess, tmp_path: Path) -> None:
    without = box.environment(tmp_path, RINGWALL_JWT=f"{box.about['jwt']}~no-ReadPresence")
    assert refused(without, *COMMANDS[0])[0] == 77
    assert ringwall(box.environment(tmp_path), *COMMANDS[0]).returncode == 0


def test_what_is_only_wanted_and_missing_is_named_beside_the_answer(box: BoxProcess, tmp_path: Path) -> None:
    jwt = f"{box.about['jwt']}~no-ReadCallLog~no-ReadMessages~user"
    ended = ringwall(box.environment(tmp_path, RINGWALL_JWT=jwt), "once", "--extensions", "101")
    assert ended.returncode == 0
    assert "101 Ana Martins" in ended.stdout
    assert ended.stderr.splitlines() == [
        "ringwall: ReadCallLog is missing: gaps in the record stay open",
        "ringwall: ReadMessages is missing: new voicemail is not shown",
        "ringwall: no administrator: others' presence may stay hidden",
    ]


def test_watch_names_what_is_missing_too(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path, RINGWALL_JWT=f"{box.about['jwt']}~no-ReadCallLog")
    with watching(environment, *COMMANDS[1]) as watch:
        watch.until(link="live")
        missing = "ringwall: ReadCallLog is missing: gaps in the record stay open\n"
        assert watch.end(signal.SIGTERM) == (143, missing + ENDED)


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("https://no-such-host.invalid", "no such host"),
        ("http://127.0.0.1:9", "the connection is refused"),
    ],
)
def test_a_server_that_is_not_there(box: BoxProcess, tmp_path: Path, server: str, said: str) -> None:
    code, told = refused(box.environment(tmp_path, RINGWALL_SERVER=server), *COMMANDS[0])
    assert code == 69
    assert told.startswith(f"ringwall: No answer from {server}: {said}\n")


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_a_server_that_is_not_ringcentral(box: BoxProcess, tmp_path: Path, status: int) -> None:
    with web_server(status) as server:
        code, told = refused(box.environment(tmp_path, RINGWALL_SERVER=server), *COMMANDS[0])
    assert code == 69
    assert told.splitlines() == [
        f"ringwall: {server} answered, but not as RingCentral does",
        "          Check the server's address, and any proxy between.",
    ]


def test_a_server_without_https(box: BoxProcess, tmp_path: Path) -> None:
    with web_server(200) as server:
        secure = server.replace("http://", "https://")
        code, told = refused(box.environment(tmp_path, RINGWALL_SERVER=secure), *COMMANDS[0])
    assert code == 69
    assert "it does not speak https" in told


def test_an_account_without_anybody_to_watch(tmp_path: Path) -> None:
    with box_process("--extensions", "1") as box:
        for one in box.ask("GET", "/simulator/truth"):
            box.ask("POST", "/simulator/faults", {"fault": "disable_extension", "extension": one, "seconds": 60})
        code, told = refused(box.environment(tmp_path), "once", "--extensions", "all")
    assert code == 2
    assert "The account has no extension that can be watched" in told
    assert "Log in to another one" in told


@pytest.mark.parametrize("content", [b"server = [", b"colour = true", b"\xff\xfe"])
def test_a_corrupt_configuration_is_named_and_left_as_it_is(box: BoxProcess, tmp_path: Path, content: bytes) -> None:
    config = tmp_path / "config" / "ringwall" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_bytes(content)
    code, told = refused(box.environment(tmp_path), *COMMANDS[0])
    assert code == 78
    assert told.startswith(f"ringwall: {config}")
    assert config.read_bytes() == content


def test_a_corrupt_token_file_is_told_moved_aside_and_not_in_the_way(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path)
    assert ringwall(environment, *COMMANDS[0]).returncode == 0
    (tokens,) = (tmp_path / "state" / "ringwall").glob("session-*.json")
    tokens.write_bytes(b"{broken")
    ended = ringwall(environment, *COMMANDS[0])
    assert (ended.returncode, ended.stdout != "") == (0, True)
    assert ended.stderr == f"ringwall: {tokens} cannot be used and was moved to {tokens.name}.bad; logging in anew\n"
    assert tokens.with_name(f"{tokens.name}.bad").read_bytes() == b"{broken"
    assert ringwall(environment, *COMMANDS[0]).stderr == ""


def test_a_corrupt_remembered_login_is_told_and_moved_aside(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path, RINGWALL_JWT="")
    login = tmp_path / "state" / "ringwall" / "login.json"
    login.parent.mkdir(parents=True, exist_ok=True)
    login.write_bytes(b"broken")
    login.chmod(0o600)
    code, told = refused(environment, *COMMANDS[0])
    assert code == 78
    assert "moved to login.json.bad" in told
    assert "ringwall setup" in told
    assert login.with_name("login.json.bad").read_bytes() == b"broken"


def test_a_secret_that_others_can_read_is_refused(box: BoxProcess, tmp_path: Path) -> None:
    config, secret = tmp_path / "own.toml", tmp_path / "jwt"
    config.write_text('[login]\njwt_file = "jwt"\n')
    secret.write_text(box.about["jwt"])
    secret.chmod(0o644)
    environment = box.environment(tmp_path, RINGWALL_JWT="")
    code, told = refused(environment, "--config", str(config), *COMMANDS[0])
    assert (code, "others can read it" in told, f"chmod 600 {secret}" in told) == (78, True, True)
    secret.chmod(0o600)
    assert ringwall(environment, "--config", str(config), *COMMANDS[0]).returncode == 0


def test_a_place_that_cannot_be_written_is_named_with_what_to_do(box: BoxProcess, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, told = refused(box.environment(tmp_path, XDG_STATE_HOME=str(tmp_path / "file")), *COMMANDS[0])
    assert code == 1
    assert "~/file/ringwall cannot be made" in told
    assert "XDG_STATE_HOME" in told
