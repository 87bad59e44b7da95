"""Where the record may be sent."""

import pytest

from tui.commands.recording import check_addresses
from tui.errors import BadConfig
from tui.settings import RecordConfig


@pytest.mark.parametrize(
    ("webhook", "postgres", "words"),
    [
        ("http://crm.example.com/calls", "", "in the clear"),
        ("crm.example.com", "", "no address"),
        ("ftp://crm.example.com", "", "no address"),
        ("https://[crm", "", "no address"),
        ("https://me:secret@crm.example.com/calls", "", "holds a password"),
        ("", "postgresql://me:secret@db.example.com/crm", "holds a password"),
        ("", "postgresql://db.example.com/crm?user=me&password=secret", "holds a password"),
    ],
)
def test_calls_go_nowhere_in_the_clear_and_no_password_stands_in_the_file(
    webhook: str, postgres: str, words: str
) -> None:
    with pytest.raises(BadConfig, match=words) as caught:
        check_addresses(RecordConfig(webhook=webhook, postgres=postgres))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("webhook", ["", "https://crm.example.com/calls?key=1", "http://127.0.0.1:8080/calls"])
def test_other_addresses_are_taken(webhook: str) -> None:
    check_addresses(RecordConfig(webhook=webhook, postgres="postgresql://me@db.example.com/crm"))
