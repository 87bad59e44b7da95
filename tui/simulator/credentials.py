"""What opens a box: the credentials of its app and of its administrator."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tui.simulator.account import ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens the box; made of its seed, so that a box started again takes the same."""

    client_id: str
    client_secret: str
    jwt: str
    username: str
    password: str


def credentials(seed: int, account_id: str) -> Credentials:
    """The credentials of a box."""
    rng = Random(f"credentials {seed}")

    def made_up(length: int) -> str:
        return base64.urlsafe_b64encode(rng.randbytes(length)).rstrip(b"=").decode()

    def part(content: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    claims = {
        "aud": "/restapi/oauth/token",
        "sub": ADMINISTRATOR,
        "iss": "simulator",
        "exp": 3_900_000_000,
        "iat": 1_700_000_000,
        "jti": made_up(16),
        "account": account_id,
    }
    signed = f"{part({'kid': made_up(16), 'typ': 'JWT', 'alg': 'HS256'})}.{part(claims)}"
    signature = hmac.new(rng.randbytes(32), signed.encode(), hashlib.sha256).digest()
    return Credentials(
        client_id=made_up(16),
        client_secret=made_up(33),
        jwt=f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}",
        username="mia.santos@meridian.example",
        password=made_up(9),
    )
