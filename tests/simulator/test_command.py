"""`ringwall simulate` as a process."""

import json
import signal
import subprocess
import sys
import urllib.request
from dataclasses import fields

import click
from click.testing import CliRunner

from tui.commands.simulate import command
from tui.simulator.options import Options


def test_it_prints_one_line_and_serves_until_it_is_stopped() -> None:
    arguments = [sys.executable, "-m", "tui", "simulate", "--extensions", "20", "--calls-per-minute", "0"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert list(told) == [
            *("server", "pubnub_origin", "client_id", "client_secret", "jwt", "username", "password"),
        ]
        with urllib.request.urlopen(f"{told['server']}/restapi/v1.0") as answer:
            assert json.load(answer)["uriString"] == "v1.0"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 128 + signal.SIGTERM
        assert process.stdout.read() == ""


def test_every_option_can_be_given_on_the_command_line() -> None:
    shown = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    assert {option.name: option.default for option in shown} == {
        option.name: option.default for option in fields(Options)
    }


def test_values_that_are_none_are_refused() -> None:
    for wrong in (
        ["--speed", "0"],
        ["--extensions", "0"],
        ["--extensions", "99999"],
        ["--port", "80000"],
        ["--token-ttl", "-1"],
        ["--rate-window", "soon"],
    ):
        assert CliRunner().invoke(command, wrong).exit_code == 2
    speed = next(parameter for parameter in command.params if parameter.name == "speed")
    assert speed.type.convert("0.5", speed, None) == 0.5


def test_a_port_that_is_taken_is_said() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "simulate", "--extensions", "5"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["server"].rpartition(":")[2]
        outcome = CliRunner().invoke(command, ["--port", port, "--extensions", "5"])
        process.terminate()
    assert outcome.exit_code == 1
    assert f"cannot serve on 127.0.0.1:{port}" in outcome.output
