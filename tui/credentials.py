"""What a person logs in with, and what the login tells on its way. Values only, and none of them is ever logged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_SERVER = "https://platform.ringcentral.com"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A server and what it asks for: a client, and a JWT or a user and password.

    Attributes:
        client_secret: Empty for a public app, which has none.
        jwt: Empty where user name and password are used (legacy servers).
    """

    server: str = DEFAULT_SERVER
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    jwt: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether there is enough to try."""
        return bool(self.server and self.client_id and (self.jwt or (self.username and self.password)))


class StepState(StrEnum):
    """How far one step of the login has come."""

    RUNNING = "..."
    OK = "ok"
    WARNING = "!"
    NO = "no"


@dataclass(frozen=True, slots=True)
class LoginStep:
    """One line of what the login does and finds.

    Attributes:
        name: Server, Login, Permissions or Extensions.
        text: What was found; where the state is NO, also what to do.
        more: Further lines under it, such as permissions that are missing.
    """

    name: str
    state: StepState
    text: str
    more: Sequence[str] = ()
