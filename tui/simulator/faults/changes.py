"""Faults of what the platform knows: tokens, subscriptions, people, its clock. They strike at once.

Those that can be taken back are, when their time is over or all faults are cleared.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.simulator.account import Extension
from tui.simulator.faults.active import Fault
from tui.simulator.oauth import named

if TYPE_CHECKING:
    from tui.simulator.platform import Platform

Undo = Callable[[], None]


class BadFault(ValueError):
    """A fault that lacks what it needs."""


def _expire_token(platform: "Platform", _: Fault) -> None:
    for session in platform.sessions:
        session.access_until = platform.now()


def _revoke_token(platform: "Platform", _: Fault) -> None:
    for session in platform.sessions:
        session.access_token = ""


def _lose_session(platform: "Platform", _: Fault) -> None:
    platform.sessions.close_all()


def _forget_subscription(platform: "Platform", _: Fault) -> None:
    for subscription in list(platform.subscriptions.living(platform.now())):
        platform.subscriptions.remove(subscription)


def _expire_subscription(platform: "Platform", _: Fault) -> None:
    for subscription in list(platform.subscriptions.living(platform.now())):
        subscription.expires_at = platform.now()


def _move_subscription(platform: "Platform", _: Fault) -> None:
    for subscription in platform.subscriptions.living(platform.now()):
        if not subscription.websocket:
            subscription.move(encrypted=bool(subscription.key))


def _down(platform: "Platform", fault: Fault) -> None:
    platform.go_down(fault.number("seconds", 1))


def _clock(platform: "Platform", fault: Fault) -> Undo:
    platform.clock.shift += (shift := fault.number("shift", 3600))

    def back() -> None:
        platform.clock.shift -= shift

    return back


def _delete_extension(platform: "Platform", fault: Fault) -> Undo:
    extension = _extension(platform, fault)
    platform.exchange.hang_up(extension)
    platform.account.remove(extension)
    platform.exchange.directory_changed(extension, "Delete")

    def back() -> None:
        platform.account.restore(extension)
        platform.exchange.directory_changed(extension, "Create")

    return back


def _disable_extension(platform: "Platform", fault: Fault) -> Undo:
    extension = _extension(platform, fault)
    platform.exchange.hang_up(extension)
    return _changed(platform, extension, "status", "Disabled")


def _rename_extension(platform: "Platform", fault: Fault) -> Undo:
    return _changed(platform, _extension(platform, fault), "name", fault.text("name", "Renamed"))


def _hide(platform: "Platform", fault: Fault) -> Undo:
    line = platform.exchange.lines[_extension(platform, fault).id]
    platform.exchange.set_presence(line, visible=False)
    return lambda: platform.exchange.set_presence(line, visible=True)


def _drop_permission(platform: "Platform", fault: Fault) -> Undo:
    permissions = named(fault.text("permission", "ReadPresence"))
    platform.withdrawn |= permissions
    return lambda: platform.withdrawn.difference_update(permissions)


def _changed(platform: "Platform", extension: Extension, attribute: str, value: str) -> Undo:
    before = getattr(extension, attribute)

    def change(to: str) -> None:
        setattr(extension, attribute, to)
        if extension.id in platform.account.extensions:
            platform.exchange.directory_changed(extension, "Update")

    change(value)
    return lambda: change(before)


def _extension(platform: "Platform", fault: Fault) -> Extension:
    extension = platform.account.find(fault.text("extension"))
    if extension is None:
        raise BadFault(f"{fault.name} needs `extension`, a number or id")
    return extension


CHANGES: dict[str, tuple[str, Callable[["Platform", Fault], Undo | None]]] = {
    "expire_token": ("lets every access token expire", _expire_token),
    "revoke_token": ("revokes every access token; refresh tokens stay good", _revoke_token),
    "lose_session": ("ends every session, refresh tokens too", _lose_session),
    "forget_subscription": ("forgets every subscription, as if it had never been", _forget_subscription),
    "expire_subscription": ("lets every subscription expire", _expire_subscription),
    "move_subscription": (
        "gives every subscription a new channel and key at once, told only when asked",
        _move_subscription,
    ),
    "down": ("closes the port and cuts all connections for `seconds` (1); the doors are shut meanwhile too", _down),
    "clock": ("moves all times that the platform tells by `shift` (3600) seconds", _clock),
    "delete_extension": ("deletes `extension`", _delete_extension),
    "disable_extension": ("disables `extension`", _disable_extension),
    "rename_extension": ("renames `extension` to `name`", _rename_extension),
    "hide": ("lets the person of `extension` hide their presence", _hide),
    "drop_permission": ("takes `permission` (ReadPresence) away from every login", _drop_permission),
}

REFUSALS = {
    "refuse_login": "refuses every login by JWT, code or password: invalid_grant",
    "refuse_client": "refuses the app itself: invalid_client",
    "refuse_refresh": "refuses every refresh token: invalid_grant",
    "no_pubnub": "grants no new subscription over PubNub, as `--no-pubnub`; those that stand go on",
    "move_on_renewal": "gives a subscription a new channel and key when it is renewed, and tells them in the answer",
}
"""Faults that the endpoints themselves ask for."""
