"""What the login screen holds: the fields, what is ticked, where the focus is, and what the login has told. Pure."""

from enum import Enum, auto

from tui.credentials import Credentials, LoginStep, StepState
from tui.widgets.field import Field


class Item(Enum):
    """What can have the focus beside the fields."""

    REMEMBER = auto()
    PASSWORD = auto()
    BROWSER = auto()
    BUTTON = auto()


class Way(Enum):
    """How a person proves who it is."""

    JWT = auto()
    PASSWORD = auto()
    BROWSER = auto()


WAYS = {Item.PASSWORD: Way.PASSWORD, Item.BROWSER: Way.BROWSER}
"""The checkboxes of the ways that take the place of the JWT."""


class Form:
    """A login that somebody fills in.

    Args:
        prefilled: What is known of it already.
        refusal: Why the login that a wall had is refused; empty before there was one.

    Attributes:
        remember: Whether the login is to be remembered.
        way: How to log in.
        busy: Whether a login is going on: nothing can be edited then.
        slow: Whether it takes so long that people want to know how to give it up.
        done: Whether all went well and there is something to be read before people go on.
        is_over_wall: Whether a wall lies beneath, to which people can go back.
        steps: What the login has told, in order of its steps.
        asked: What it waits for while a person is to open an address in a browser; then only the answer can be edited.
        answer: What that person pastes of the answer to the browser. It holds a code, so it is not shown.
    """

    def __init__(self, prefilled: Credentials, refusal: str = "") -> None:
        self._prefilled = prefilled
        self._server = Field("Server", prefilled.server)
        self._client_id = Field("Client id", prefilled.client_id)
        self._client_secret = Field("Client secret", prefilled.client_secret, secret=True)
        self._jwt = Field("JWT", prefilled.jwt, secret=True)
        self._user = Field("User", prefilled.username)
        self._password = Field("Password", prefilled.password, secret=True)
        self._had_way = self.way = _way(prefilled)
        self.remember = True
        self.busy = self.slow = self.done = False
        self.is_over_wall = bool(refusal)
        self.steps = [LoginStep("Login", StepState.NO, refusal)] if refusal else []
        self.asked: LoginStep | None = None
        self.answer = Field("Address", secret=True)
        self._focus = 0
        self.focus(self.missing or (self._proof if refusal else Item.BUTTON))

    @property
    def fields(self) -> list[Field]:
        """The fields that are shown."""
        proofs = {Way.JWT: [self._jwt], Way.PASSWORD: [self._user, self._password], Way.BROWSER: []}
        return [self._server, self._client_id, self._client_secret, *proofs[self.way]]

    @property
    def items(self) -> list[Field | Item]:
        """Everything that can have the focus, from above."""
        return [*self.fields, *Item]

    @property
    def focused(self) -> Field | Item:
        """What has the focus."""
        return self.items[self._focus]

    @property
    def field(self) -> Field | None:
        """The field that has the focus and can be edited."""
        if self.asked is not None:
            return self.answer
        return self.focused if isinstance(self.focused, Field) and not self.busy else None

    def move(self, by: int) -> None:
        """Move the focus down or up; it goes round."""
        self._focus = (self._focus + by) % len(self.items)

    def focus(self, item: Field | Item) -> None:
        """Put the focus there."""
        self._focus = next(place for place, one in enumerate(self.items) if one is item)

    def toggle(self) -> None:
        """Turn the checkbox round that has the focus."""
        item = self.focused
        if item is Item.REMEMBER:
            self.remember = not self.remember
        elif isinstance(item, Item) and item in WAYS:
            self.way = Way.JWT if self.way is WAYS[item] else WAYS[item]
            self.focus(item)

    @property
    def missing(self) -> Field | None:
        """The first field without which there is no login; a public app has no client secret."""
        return next((field for field in self.fields if not field.text and field is not self._client_secret), None)

    @property
    def credentials(self) -> Credentials:
        """What was filled in; exactly what was prefilled where nothing was changed."""
        changed = any(field.touched for field in self.fields)
        if not changed and self.way is self._had_way:
            return self._prefilled
        return Credentials(
            server=_without_blanks(self._server),
            client_id=_without_blanks(self._client_id),
            client_secret=_without_blanks(self._client_secret),
            jwt=_without_blanks(self._jwt) if self.way is Way.JWT else "",
            username=self._user.text.strip() if self.way is Way.PASSWORD else "",
            password=self._password.text if self.way is Way.PASSWORD else "",
            in_browser=self.way is Way.BROWSER,
        )

    def begin(self) -> bool:
        """Begin to log in; where something is missing, say so and go there instead."""
        gap = self.missing
        if gap is not None:
            self.focus(gap)
            self.steps = [LoginStep(gap.label, StepState.NO, "is needed: fill it in, then press Enter")]
            return False
        self.steps = []
        self.busy = True
        return True

    def tell(self, step: LoginStep) -> None:
        """Take what the login says: a step takes the place of the same step as it began; a warning comes beside it."""
        self._ask(step if step.address else None)
        at = next((place for place, known in enumerate(self.steps) if known.name == step.name), None)
        if at is None or step.state is StepState.WARNING:
            self.steps.append(step)
        else:
            self.steps[at] = step

    def end(self) -> bool:
        """The login ended by itself; whether all went well. Then nothing can be edited any more."""
        self._ask(None)
        self.slow = False
        self.busy = all(step.state is not StepState.NO for step in self.steps)
        self.done = self.busy and any(step.more or step.state is StepState.WARNING for step in self.steps)
        return self.busy

    def cancel(self) -> None:
        """The login was given up."""
        self.busy = self.slow = False
        name = self.steps[-1].name if self.steps else "Login"
        self.tell(LoginStep(name, StepState.NO, "cancelled; Enter tries again"))

    def take_answer(self) -> str:
        """What was pasted for the address that was asked; the field is empty then."""
        pasted, self.answer.text, self.answer.cursor = self.answer.text, "", 0
        return pasted

    def _ask(self, step: LoginStep | None) -> None:
        self.take_answer()
        self.asked = step

    @property
    def _proof(self) -> Field | Item:
        """What proves who it is: what is likely to be refused, and to be put in anew."""
        proofs: dict[Way, Field | Item] = {Way.JWT: self._jwt, Way.PASSWORD: self._password, Way.BROWSER: Item.BUTTON}
        return proofs[self.way]


def _way(known: Credentials) -> Way:
    if known.in_browser and not known.jwt:
        return Way.BROWSER
    return Way.PASSWORD if known.username and not known.jwt else Way.JWT


def _without_blanks(field: Field) -> str:
    """A text that has no blanks in it, though a paste may have."""
    return "".join(field.text.split()) if field.touched else field.text
