"""Every fault that the program tells its user about, as a tree; each knows its exit code.

    RingwallError (1)
    |-- UsageError (2)              wrong words on the command line
    |-- Unreachable (69)            a server is out of reach
    |-- TryAgain (75)               it may work later
    |   `-- LoginLost (75)          the session is lost time and again
    |-- LoginRefused (77)           the platform refuses the login
    |   |-- PermissionMissing (77)  logged in, but not allowed
    |   `-- BrowserNeeded (77)      only a person in a browser can log in
    `-- BadConfig (78)              config or a saved file cannot be used

The text of an error is for the person who reads it: what happened and, in `hint`, what to do.
"""


class RingwallError(Exception):
    """A fault that ends a command.

    Attributes:
        hint: What the reader can do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(RingwallError):
    """The command line asks for what does not exist."""

    exit_code = 2


class Unreachable(RingwallError):
    """A server does not answer, or what answers is not RingCentral."""

    exit_code = 69


class TryAgain(RingwallError):
    """It may work later: the platform asks to come back, somebody else is at it, or a disk is full.

    Attributes:
        after: Seconds to wait, where the platform said.
    """

    exit_code = 75

    def __init__(self, message: str, hint: str = "", after: float | None = None) -> None:
        super().__init__(message, hint)
        self.after = after


class LoginLost(TryAgain):
    """The platform has ended the session time and again; the login is left alone for a while."""


class LoginRefused(RingwallError):
    """The platform does not accept the credentials.

    Attributes:
        code: The platform's code, such as `OAU-213` or `invalid_client`; may be empty.
        after: Seconds until the same credentials are tried again, where that was settled.
    """

    exit_code = 77

    def __init__(self, message: str, hint: str = "", code: str = "", after: float | None = None) -> None:
        super().__init__(message, hint)
        self.code = code
        self.after = after


class PermissionMissing(LoginRefused):
    """The login is good, but the app or the user lacks a permission."""


class BrowserNeeded(LoginRefused):
    """There is no session (any more), and only a person in a browser can begin one."""


class BadConfig(RingwallError):
    """The configuration, or a file that Ringwall saved, cannot be used."""

    exit_code = 78
