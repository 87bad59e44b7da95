"""The README says what the program does, in the program's own words."""

import re

from docs.build import PICTURE, README, ROOT, TABLES, built
from tui.commands.words import COMMANDS

TEXT = README.read_text()


def test_its_tables_are_the_programs_own() -> None:
    assert built(TEXT) == TEXT, "run   make docs"
    for name, table in TABLES.items():
        assert table() in TEXT, name


def test_it_names_every_command() -> None:
    named = set(re.findall(r"^\| `ringwall ?(\w*)", TEXT, re.MULTILINE)) | {"wall"}
    assert named - {""} == set(COMMANDS)


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT)
    assert "docs/wall.svg" in links
    for link in links:
        assert (ROOT / link).is_file(), link


def test_its_picture_is_of_a_live_wall() -> None:
    picture = PICTURE.read_text()
    assert "Ana&#160;Martins" in picture
    assert "LIVE&#160;PubNub" in picture
