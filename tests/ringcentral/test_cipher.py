"""Decryption against a vector made with another library, and against everything that is no message."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ringcentral.push.cipher import decrypt
from tui.ringcentral.wire import Undecodable

KEY = base64.b64encode(bytes(range(16))).decode()
# printf '{"ok":true}' | openssl enc -aes-128-ecb -K 000102030405060708090a0b0c0d0e0f -base64
VECTOR = "fjaTdQDeaIJIec6xfEYcPA=="


def test_a_message_encrypted_by_openssl() -> None:
    assert decrypt(VECTOR, KEY) == b'{"ok":true}'


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 15).decode()])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(Undecodable):
        decrypt(VECTOR, key)


def test_another_key_does_not_fit() -> None:
    with pytest.raises(Undecodable):
        decrypt(VECTOR, base64.b64encode(b"x" * 16).decode())


@given(st.text(max_size=200))
def test_any_text_is_decrypted_or_refused_but_never_breaks(text: str) -> None:
    try:
        decrypt(text, KEY)
    except Undecodable:
        return
    assert text
