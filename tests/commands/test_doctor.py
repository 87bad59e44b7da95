"""`ringwall doctor` as people and scripts start it, against a box that is well and one that is not."""

import asyncio
import json
import re
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.box import running_box
from tests.commands.started import Json, ringwall
from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import program

QUESTION = "different signs"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


@pytest.fixture
def faults(box: BoxProcess) -> Iterator[BoxProcess]:
    yield box
    box.ask("DELETE", "/simulator/faults")


def examined(environment: dict[str, str], *words: str) -> tuple[int, dict[str, Json]]:
    """The exit code, and each finding by its name."""
    ended = ringwall(environment, *words, "doctor", "--json")
    assert ended.stderr == ""
    said = json.loads(ended.stdout)
    assert said["exit_code"] == ended.returncode
    for finding in said["findings"]:
        assert list(finding) == ["group", "name", "state", "text", "hint", "exit_code"]
    return ended.returncode, {finding["name"]: finding for finding in said["findings"]}


def states(found: dict[str, Json]) -> dict[str, str]:
    return {name: finding["state"] for name, finding in found.items()}


def test_where_all_is_well_it_says_so_with_a_mark_on_each_line_of_80_columns(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402")
    ended = ringwall(box.environment(tmp_path), "doctor")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[-1] == "All is well."
    assert all(len(line) <= 80 for line in lines)
    assert {line[17:19] for line in lines if line.startswith("  ") and line[2] != " "} == {"ok", " -"}
    groups = [line for line in lines[:-1] if line and not line.startswith(" ")]
    assert groups == ["Configuration", "Network", "Login", "Extensions", "Transports", "Limits", "This machine"]
    assert "  Chosen         ok  2 of 2 can be watched" in lines
    assert QUESTION not in ended.stdout


def test_it_leaves_no_subscription_and_the_next_one_uses_the_stored_session(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401")
    before = box.asked("DELETE", "/restapi/v1.0/subscription/"), box.asked("POST", "/restapi/oauth/token")
    _, first = examined(box.environment(tmp_path))
    _, second = examined(box.environment(tmp_path))
    assert "by a new session" in first["Login"]["text"]
    assert "by the stored session" in second["Login"]["text"]
    assert box.asked("POST", "/restapi/oauth/token") == before[1] + 1
    assert box.asked("DELETE", "/restapi/v1.0/subscription/") >= before[0] + 2
    assert not list((tmp_path / "state").rglob("subscriptions-*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_while_it_tries_a_transport_leaves_no_subscription(
    box: BoxProcess, tmp_path: Path, number: signal.Signals
) -> None:
    path = "/restapi/v1.0/subscription"
    choose(tmp_path, "401")
    made, deleted, heard = box.asked("POST", path), box.asked("DELETE", path), box.asked("GET", "/v2/subscribe")
    with program(box.environment(tmp_path), "doctor") as tty:
        tty.until(lambda: box.asked("GET", "/v2/subscribe") > heard, "a subscription")
        tty.signal(number)
        assert tty.exit_code() == 128 + number
    assert box.asked("POST", path) - made == box.asked("DELETE", path) - deleted


def test_of_each_chosen_extension_it_says_whether_it_can_be_watched_and_why_not(
    faults: BoxProcess, tmp_path: Path
) -> None:
    faults.ask("POST", "/simulator/faults", {"fault": "disable_extension", "extension": "102", "seconds": 60})
    faults.ask("POST", "/simulator/faults", {"fault": "hide", "extension": "103", "seconds": 60})
    queue = next(
        one["extension_id"]
        for one in json.loads(ringwall(faults.environment(tmp_path), "once", "--json", "--extensions", "700").stdout)[
            "extensions"
        ]
    )
    choose(tmp_path, "401", "402", "403", queue, "999999")
    code, found = examined(faults.environment(tmp_path))
    assert code == 0
    assert found["Chosen"]["text"].startswith("1 of 5")
    assert found["101"]["state"] == "ok"
    assert "disabled" in found["102"]["text"]
    assert "hides the presence" in found["103"]["text"]
    assert "a call queue has no presence" in found["700"]["text"]
    assert "no longer there" in found["id 999999"]["text"]
    assert found["PubNub"]["state"] == "ok", "who cannot be watched is not named twice"


@pytest.mark.parametrize(
    ("fault", "code", "name", "said"),
    [
        ({"fault": "refuse_login"}, 77, "Login", "OAU-213"),
        ({"fault": "drop_permission", "permission": "ReadPresence"}, 77, "Permissions", "ReadPresence is missing"),
        ({"fault": "http_503", "match": r"/account/~/extension\?"}, 75, "List", "HTTP 503"),
        ({"fault": "http_429", "match": "/presence", "retry_after": 5}, 75, "Presence", "too many calls"),
        ({"fault": "html", "match": "/restapi/v1.0$"}, 69, "Server", "not as RingCentral"),
    ],
)
def test_what_is_in_the_way_says_no_what_to_do_and_its_exit_code(
    faults: BoxProcess, tmp_path: Path, fault: Json, code: int, name: str, said: str
) -> None:
    choose(tmp_path, "401")
    faults.ask("POST", "/simulator/faults", {"seconds": 60, **fault})
    ended, found = examined(faults.environment(tmp_path))
    assert found[name]["state"] == "no", states(found)
    assert said in found[name]["text"]
    assert (ended, found[name]["exit_code"]) == (code, code)
    assert {"Terminal", "Files", "Wall"} <= set(found)


def test_a_transport_that_is_not_granted_is_no_more_than_a_word_where_another_takes_its_place(tmp_path: Path) -> None:
    choose(tmp_path, "401")
    with box_process("--no-pubnub") as box:
        code, found = examined(box.environment(tmp_path))
        assert (code, found["PubNub"]["state"], found["WebSocket"]["state"]) == (0, "warning", "ok")
        assert "the next one takes its place" in found["PubNub"]["text"]
        config = tmp_path / "config" / "ringwall" / "config.toml"
        config.write_text(f'transport = "pubnub"\n{config.read_text()}')
        code, found = examined(box.environment(tmp_path))
        assert (code, found["PubNub"]["state"], found["WebSocket"]["state"]) == (77, "no", "ok")
        assert 'try "auto"' in found["PubNub"]["text"]


def test_a_websocket_that_a_firewall_keeps_out_matters_only_where_there_is_no_pubnub(
    faults: BoxProcess, tmp_path: Path
) -> None:
    choose(tmp_path, "401")
    for granted, outcome in ((True, (0, "ok", "warning")), (False, (69, "warning", "no"))):
        for fault in ({"fault": "http_403", "match": "GET /ws"}, *([] if granted else [{"fault": "no_pubnub"}])):
            faults.ask("POST", "/simulator/faults", {"seconds": 60, **fault})
        code, found = examined(faults.environment(tmp_path))
        assert (code, found["PubNub"]["state"], found["WebSocket"]["state"]) == outcome
        assert "open in the firewall or proxy" in found["WebSocket"]["hint"]
        assert 'transport = "polling"' in found["WebSocket"]["hint"]


def test_a_transport_that_walls_still_pass_over_is_told_though_it_works_again(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401")
    environment = box.environment(tmp_path)
    examined(environment)
    (session,) = (tmp_path / "state" / "ringwall").glob("session-*.json")
    refused = session.with_name(session.name.replace("session", "transport"))
    refused.write_text(json.dumps({"pubnub": time.time() - 3600, "polling": time.time() - 3600}))
    refused.chmod(0o600)
    code, found = examined(environment)
    assert (code, found["PubNub"]["state"], found["WebSocket"]["state"]) == (0, "warning", "ok")
    assert "deleted again" in found["PubNub"]["text"]
    assert "a wall passes it over for 7 days" in found["PubNub"]["text"]
    assert f"remove   ~/state/ringwall/{refused.name}" in found["PubNub"]["hint"]
    # The last one is asked for whatever is remembered.
    assert found["Polling"]["state"] == "ok"


def test_where_all_who_are_chosen_hide_the_wall_works_and_there_is_something_to_look_at(
    faults: BoxProcess, tmp_path: Path
) -> None:
    choose(tmp_path, "401", "402")
    for extension in ("101", "102"):
        faults.ask("POST", "/simulator/faults", {"fault": "hide", "extension": extension, "seconds": 60})
    code, found = examined(faults.environment(tmp_path))
    assert (code, found["Chosen"]["state"]) == (0, "warning")
    assert found["Chosen"]["text"] == "all who are chosen hide their presence"
    assert all(found[name]["state"] == "warning" for name in ("PubNub", "WebSocket"))
    choose(tmp_path / "other", "999999")
    code, found = examined({**faults.environment(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "other" / "config")})
    assert (code, found["Chosen"]["state"]) == (78, "no")


def test_a_local_clock_that_is_wrong_is_told(tmp_path: Path) -> None:
    with box_process() as box:
        box.ask("POST", "/simulator/faults", {"fault": "clock", "shift": 7200, "seconds": 60})
        code, found = examined(box.environment(tmp_path))
    assert (code, found["Clock"]["state"]) == (0, "warning")
    assert re.search(r"7,\d{3} s behind", found["Clock"]["text"])


async def test_calls_that_others_made_with_this_login_are_told_and_what_is_left(tmp_path: Path) -> None:
    choose(tmp_path, "401")
    async with running_box() as box:
        environment = BoxProcess({**box.credentials, "server": box.server, "pubnub_origin": box.pubnub_origin})
        _, alone = await asyncio.to_thread(examined, environment.environment(tmp_path))
        _, second = await asyncio.to_thread(examined, environment.environment(tmp_path))
    assert "nobody else" in alone["Other users"]["text"]
    assert "not ours: " in second["Other users"]["text"]
    assert re.search(r"light \d+/50", second["Calls left"]["text"])


@pytest.mark.parametrize(
    ("server", "name", "said"),
    [
        ("https://no-such-host.invalid", "DNS", "no such host"),
        ("https://127.0.0.1:{shut}", "TLS", "refuses the connection"),
        ("https://127.0.0.1:{plain}", "TLS", "does not speak https"),
    ],
)
def test_a_server_that_cannot_be_reached_is_69_and_says_what_fails(
    box: BoxProcess, tmp_path: Path, server: str, name: str, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        shut = taken.getsockname()[1]
    plain = box.about["server"].rpartition(":")[2]
    code, found = examined(box.environment(tmp_path, RINGWALL_SERVER=server.format(shut=shut, plain=plain)))
    assert code == 69
    assert (found[name]["state"], said in found[name]["text"]) == ("no", True), found[name]
    assert found[name]["hint"]
    assert "Login" not in found


def test_without_credentials_it_goes_as_far_as_it_can_and_names_setup(box: BoxProcess, tmp_path: Path) -> None:
    code, found = examined(box.environment(tmp_path, RINGWALL_JWT=""))
    assert (code, found["Server"]["state"], found["Login"]["state"]) == (78, "ok", "no")
    assert "ringwall setup" in found["Login"]["hint"]


def test_a_configuration_that_cannot_be_read_is_told_and_the_machine_is_looked_at(
    box: BoxProcess, tmp_path: Path
) -> None:
    choose(tmp_path, "401")
    (tmp_path / "config" / "ringwall" / "config.toml").write_text("ascii = tru")
    code, found = examined(box.environment(tmp_path))
    assert (code, found["Configuration"]["state"]) == (78, "no")
    assert "is not TOML" in found["Configuration"]["text"]
    assert "Terminal" in found
    assert ringwall(box.environment(tmp_path), "doctor").stderr == "", "it was told"


@pytest.mark.parametrize(
    ("setting", "name", "said"),
    [
        ("[wall]\nfilter = 'state:asleep'", "Filters", "wall.filter"),
        ("[[view]]\nname = 'Sales'\nfilter = 'time>x'", "Filters", "the view Sales"),
        ("[keys]\nsort = ['f']", "Keys", "follow"),
        ("[record]\nwebhook = 'http://crm.example.com'", "Record", "in the clear"),
        ("[record]\nwebhook = 'https://crm.example.com'\nwebhook_secret_file = 'none'", "Record", "does not exist"),
    ],
)
def test_what_the_wall_or_the_record_would_refuse_is_told(
    box: BoxProcess, tmp_path: Path, setting: str, name: str, said: str
) -> None:
    choose(tmp_path, "401")
    (tmp_path / "config" / "ringwall" / "config.toml").write_text(setting)
    code, found = examined(box.environment(tmp_path))
    assert (code, found[name]["state"]) == (78, "no")
    assert said in found[name]["text"]
    assert {"Server", "Terminal"} <= set(found)


def test_files_that_others_can_read_are_named_with_what_to_run(box: BoxProcess, tmp_path: Path) -> None:
    environment = box.environment(tmp_path)
    examined(environment)
    (tmp_path / "state" / "ringwall" / "ringwall.log").chmod(0o644)
    code, found = examined(environment)
    # The log is made private again as soon as it is written to.
    assert (code, found["Files"]["state"]) == (0, "ok")
    assert found["ringwall.log"]["text"] == "~/state/ringwall/ringwall.log, its mode is 600"
    (tmp_path / "state" / "ringwall").chmod(0o755)
    code, found = examined(environment)
    assert (code, found["Folder"]["state"]) == (78, "no")
    assert found["Folder"]["hint"] == "Run   chmod 700 ~/state/ringwall"


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({}, "ok", "process 1 is live over pubnub"),
        ({"link": "waiting", "reason": "no network"}, "warning", "is waiting"),
        ({"pid": 2**22}, "warning", "process 4194304 was last heard"),
        ({"link": "closed"}, "skipped", "none runs; the last one left"),
        ({"link": 3}, "warning", "cannot be read"),
    ],
)
def test_how_a_wall_is_that_runs_is_read_from_health_json(
    box: BoxProcess, tmp_path: Path, changes: Json, state: str, said: str
) -> None:
    folder = tmp_path / "state" / "ringwall"
    environment = box.environment(tmp_path)
    wall = {"pid": 1, "link": "live", "transport": "pubnub", "reason": None, "chosen": 3, "stale": 0, "gaps": [{}]}
    (folder / "health.json").write_text(json.dumps(wall | changes))
    (folder / "health.json").chmod(0o600)
    _, found = examined(environment)
    assert (found["Wall"]["state"], said in found["Wall"]["text"]) == (state, True), found["Wall"]


def test_a_name_that_the_terminal_cannot_write_is_told_all_the_same(faults: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401")
    for fault in ({"fault": "rename_extension", "name": "Łukasz"}, {"fault": "hide"}):
        faults.ask("POST", "/simulator/faults", {**fault, "extension": "101", "seconds": 60})
    ended = ringwall(faults.environment(tmp_path, PYTHONIOENCODING="latin-1"), "doctor")
    assert "?ukasz: hides the presence" in ended.stdout
    assert ended.stderr == ""


def test_glyphs_that_look_wrong_are_remembered_and_right_ones_forgotten_again(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401")
    path = tmp_path / "config" / "ringwall" / "config.toml"
    path.write_text("# mine\n")
    for answer, stored in (("\r", False), ("n\r", True), ("n\r", True), ("y\r", False)):
        with program(box.environment(tmp_path), "doctor") as tty:
            tty.until_shown(QUESTION)
            assert "▸|◂|❚|▪|◷|⊘|◦|" in tty.text
            tty.type(answer)
            assert tty.exit_code() == 0
        assert ("ascii = true" in path.read_text()) is stored
        assert path.read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    ("words", "more", "colored"),
    [([], {}, True), (["--no-color"], {}, False), ([], {"NO_COLOR": "1"}, False), ([], {"TERM": "dumb"}, False)],
)
def test_where_there_are_no_colours_none_are_written(
    tmp_path: Path, words: list[str], more: dict[str, str], colored: bool
) -> None:
    away = BoxProcess(dict.fromkeys(("pubnub_origin", "client_id", "client_secret", "jwt"), "") | {"server": NOWHERE})
    with program(away.environment(tmp_path, **more), *words, "--ascii", "doctor") as tty:
        assert tty.exit_code() == 78
        assert (b"\x1b" in tty.raw) is colored


def test_who_asked_for_ascii_is_not_asked(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path), "--ascii", "doctor") as tty:
        assert tty.exit_code() == 0
        assert QUESTION not in tty.text


def for_the_first_time(box: BoxProcess, home: Path) -> dict[str, str]:
    environment = box.environment(home)
    shutil.rmtree(home / "state")
    return environment


def test_the_first_start_asks_once_before_the_screens(box: BoxProcess, tmp_path: Path) -> None:
    with program(for_the_first_time(box, tmp_path)) as tty:
        tty.until_shown(QUESTION)
        tty.type("n\r")
        tty.until_shown("Server         [ http")
        tty.type("\x03")
        assert tty.exit_code() == 0
    assert "ascii = true" in (tmp_path / "config" / "ringwall" / "config.toml").read_text()
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("Log in to RingCentral")
        assert QUESTION.encode() not in tty.raw


@pytest.mark.parametrize(("words", "more"), [(["--ascii"], {}), ([], {"TERM": "linux"})])
def test_the_first_start_asks_nothing_where_only_ascii_is_shown(
    box: BoxProcess, tmp_path: Path, words: list[str], more: dict[str, str]
) -> None:
    with program({**for_the_first_time(box, tmp_path), **more}, *words) as tty:
        tty.until_shown("Log in to RingCentral")
        assert QUESTION.encode() not in tty.raw
