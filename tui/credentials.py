"""What a person logs in with, and what the login tells on its way. Values only, and none of them is ever logged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

DEFAULT_SERVER = "https://platform.ringcentral.com"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A server and what it asks for: a client, and a JWT, a person in a browser, or a user and password.

    Attributes:
        client_secret: Empty for a public app, which has none.
        jwt: Empty where one of the other ways is used.
        username: For servers that still have password login.
        in_browser: Whether a person logs in in a browser, so that nothing of theirs is stored but the tokens.
    """

    server: str = DEFAULT_SERVER
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    jwt: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    in_browser: bool = False

    @property
    def complete(self) -> bool:
        """Whether there is enough to try."""
        person = self.jwt or self.in_browser or (self.username and self.password)
        return bool(self.server and self.client_id and person)


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
        address: What a person has to open in a browser now; the login waits for the answer to it.
    """

    name: str
    state: StepState
    text: str
    more: Sequence[str] = ()
    address: str = field(default="", repr=False)
