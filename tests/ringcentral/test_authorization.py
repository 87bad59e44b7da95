"""The address that a person opens in a browser, and the code in what comes back."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tui.credentials import Credentials
from tui.ringcentral.authorization import Authorization, NoCode

REDIRECT = "http://localhost:8910/ringwall"
CREDENTIALS = Credentials("https://platform.example.com", "the app")
ASKED = Authorization(REDIRECT, "s-t_a~te", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
CODE = "U0pDMTFQMDFQQVMwMHxBQUJ_code-1.~|=="


def test_the_challenge_is_that_of_the_standards_own_example() -> None:
    assert ASKED.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_address_asks_for_a_code_and_shows_only_the_hash_of_the_verifier() -> None:
    address = urlsplit(ASKED.address(CREDENTIALS))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://platform.example.com/restapi/oauth/authorize"
    )
    assert parse_qs(address.query, strict_parsing=True) == {
        "response_type": ["code"],
        "client_id": ["the app"],
        "redirect_uri": [REDIRECT],
        "state": [ASKED.state],
        "code_challenge": [ASKED.challenge],
        "code_challenge_method": ["S256"],
    }
    assert ASKED.verifier not in address.query


def test_no_two_requests_share_their_secrets_and_none_shows_them() -> None:
    one, other = Authorization(REDIRECT), Authorization(REDIRECT)
    assert len({one.state, other.state, one.verifier, other.verifier}) == 4
    assert 43 <= len(one.verifier) <= 128
    assert one.verifier not in repr(one)
    assert one.state not in repr(one)


@pytest.mark.parametrize(
    "answer",
    [
        f"{REDIRECT}?code={quote(CODE)}&state={ASKED.state}",
        f"{REDIRECT}?state={ASKED.state}&code={quote(CODE)}&expires_in=60#",
        f"localhost:8910/ringwall?code={quote(CODE)}&state={ASKED.state}",
        f"/ringwall?code={quote(CODE)}&state={ASKED.state}",
        f"code={quote(CODE)}&state={ASKED.state}",
        CODE,
        quote(CODE),
    ],
)
@pytest.mark.parametrize("pasted", ["{}", "  {}\r\n", "<broken>"])
def test_the_code_is_found_in_whatever_was_copied_of_the_address(answer: str, pasted: str) -> None:
    broken = "\n ".join((answer[:10], answer[10:]))
    assert ASKED.code_in(broken if pasted == "<broken>" else pasted.format(answer)) == CODE


@pytest.mark.parametrize(
    ("answer", "said", "to_do"),
    [
        (f"{REDIRECT}?error=access_denied&state={ASKED.state}", "not allowed in the browser", "allow it"),
        (f"{REDIRECT}?error=access_denied", "not allowed in the browser", "allow it"),
        (f"{REDIRECT}?error=invalid_scope&state={ASKED.state}", "answered invalid_scope", "settings"),
        (f"{REDIRECT}?error=%1b[2J&state={ASKED.state}", "answered an error", "settings"),
        (f"{REDIRECT}?code={CODE}&state=another", "another login", "not one of before"),
        (f"{REDIRECT}?code={CODE}&state=st%C3%A9", "another login", "not one of before"),
        (f"{REDIRECT}?code={CODE}", "another login", "not one of before"),
        (f"{REDIRECT}?state={ASKED.state}", "no code in that", "whole address"),
        (REDIRECT, "no code in that", "whole address"),
        ("localhost:8910/ringwall", "no address with a code", "whole address"),
        ("", "no address with a code", "whole address"),
        ("what?", "no code in that", "whole address"),
        ("yes", "no address with a code", "whole address"),
        ("é" * 20, "no address with a code", "whole address"),
    ],
)
def test_what_holds_no_code_for_us_is_told_with_what_to_do(answer: str, said: str, to_do: str) -> None:
    with pytest.raises(NoCode, match=said) as caught:
        ASKED.code_in(answer)
    assert to_do in caught.value.hint


def test_a_host_without_port_is_no_code() -> None:
    with pytest.raises(NoCode, match="no address with a code"):
        Authorization("https://ringwall.example/callback").code_in("ringwall.example/callback")


@pytest.mark.parametrize(
    ("target", "is_answer"),
    [
        (f"/ringwall?code=c&state={ASKED.state}", True),
        (f"/ringwall?error=access_denied&state={ASKED.state}", True),
        ("/ringwall?code=c&state=another", False),
        ("/ringwall?code=c", False),
        (f"/other?code=c&state={ASKED.state}", False),
        ("/favicon.ico", False),
        ("", False),
    ],
)
def test_only_what_has_our_state_is_an_answer(target: str, is_answer: bool) -> None:
    assert ASKED.is_answer(target) is is_answer
