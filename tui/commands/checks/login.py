"""Who is logged in, and what they may do."""

from collections.abc import AsyncIterator

from tui.commands.account import NOT_RENEWABLE, Account
from tui.commands.checks.finding import Finding, State, failed
from tui.errors import PermissionMissing, RingwallError
from tui.ringcentral.session import NEEDED

GROUP = "Login"


async def check_login(account: Account) -> AsyncIterator[Finding]:
    """The login, by the stored session where there is one; who it is; and the app's permissions.

    A login that was refused is left alone for as long as a wall would leave it alone.
    """
    session = account.session
    try:
        is_stored = account.tokens.load() is not None
        await session.log_in()
        person = await session.whoami()
    except RingwallError as error:
        yield failed(GROUP, "Login", error)
        return
    text = f"{person.name}, extension {person.number}, by {'the stored' if is_stored else 'a new'} session"
    if amiss := account.tokens.problem or (NOT_RENEWABLE if session.needs_person else ""):
        yield Finding(GROUP, "Login", State.WARNING, text, amiss)
    else:
        yield Finding(GROUP, "Login", State.OK, text)
    if person.is_administrator:
        yield Finding(GROUP, "Administrator", State.OK, "yes")
    else:
        hint = "Others' presence may stay hidden: log in as an administrator."
        yield Finding(GROUP, "Administrator", State.WARNING, "no", hint)
    try:
        lacking = session.check_permissions()
    except PermissionMissing as error:
        yield failed(GROUP, "Permissions", error)
        return
    yield Finding(GROUP, "Permissions", State.OK, ", ".join(NEEDED))
    for scope, effect in lacking.items():
        hint = "Add it to the app in the developer console, then log in anew."
        yield Finding(GROUP, "", State.WARNING, f"{scope} is missing: {effect}", hint)
