"""A wall beside a service that records: whose record it shows, and what it does when the service is gone."""

import signal
from pathlib import Path

from tests.commands.started import watching
from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.tty import program


def test_a_wall_shows_what_a_service_records_and_takes_its_place(tmp_path: Path) -> None:
    choose(tmp_path, "401")
    with (tmp_path / "config" / "ringwall" / "config.toml").open("a") as config:
        config.write("[record]\nenabled = true\n")
    with box_process() as box:
        environment = box.environment(tmp_path)
        with watching(environment, "watch", "--record", "--json", "--extensions", "101") as service:
            service.until(type="link", link="live")
            with program(environment) as tty:
                tty.until_shown("LIVE PubNub")
                assert "NOT RECORDED" not in tty.text
                tty.type("c")
                tty.until_shown("No calls yet.")
                missed(box, "+4930123450001")
                tty.until_shown("+4930123450001")
                assert "NOT RECORDED" not in tty.text
                service.end(signal.SIGKILL)
                tty.until_shown("the recorder was killed")
                missed(box, "+4930123450002")
                tty.until_shown("+4930123450002")
                assert "NOT RECORDED" not in tty.text


def missed(box: BoxProcess, caller: str) -> None:
    box.ask("POST", "/simulator/calls", {"to": "101", "from": caller, "ring": 0.2, "end": "missed"})
