"""An extension of the account, as the directory lists it."""

from dataclasses import dataclass, field

NO_PRESENCE_TYPES = {
    "Department": "a call queue",
    "Announcement": "an announcement",
    "Voicemail": "a voicemail box",
    "Fax": "a fax extension",
    "FaxUser": "a fax extension",
    "PagingOnly": "a paging group",
    "SharedLines": "a shared line group",
    "SharedLinesGroup": "a shared line group",
    "IvrMenu": "an IVR menu",
    "ApplicationExtension": "an application",
    "ParkLocation": "a park location",
    "Site": "a site",
    "DelegatedLinesGroup": "a delegated line group",
    "GroupCallPickup": "a call pickup group",
    "ProxyAdmin": "a proxy administrator",
    "RoomConnector": "a room connector",
    "Bot": "a bot",
    "TieLine": "a tie line",
}
"""Types whose presence the platform always gives as Offline, or not at all, and what to call one.

Source: the platform's documentation of account presence names the first dozen; the others are no people or rooms.
"""

TYPE_WORDS = {
    "User": "User",
    "Department": "Call queue",
    "Voicemail": "Voicemail",
    "IvrMenu": "IVR menu",
    "PagingOnly": "Paging",
    "FaxUser": "Fax",
    "SharedLinesGroup": "Shared lines",
    "SharedLines": "Shared lines",
    "ApplicationExtension": "Application",
    "ParkLocation": "Park location",
    "DigitalUser": "Digital user",
    "VirtualUser": "Virtual user",
    "FlexibleUser": "Flexible user",
    "Announcement": "Announcement",
    "DelegatedLinesGroup": "Delegated lines",
    "GroupCallPickup": "Call pickup",
    "ProxyAdmin": "Proxy admin",
    "RoomConnector": "Room connector",
    "TieLine": "Tie line",
}
"""What people read instead of the platform's type names; a type that is missing here is shown as it came."""

_STATUS_WORDS = {
    "NotActivated": "not activated",
    "Unassigned": "unassigned",
    "Disabled": "disabled",
    "Frozen": "frozen",
}


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension of the account: a person, a queue, a room.

    Attributes:
        id: The platform's id, a string of digits.
        number: The short number people dial; empty where none is assigned.
        name: The display name, cleaned of everything but text.
        type: The platform's type, such as `User` or `Department`.
        status: The platform's status of the extension itself: `Enabled`, `Disabled`, …
        department: The department of its contact card; may be empty.
        site: The name of its site; empty in accounts without sites.
        hidden: Whether the account's directory hides it.
    """

    id: str
    number: str = ""
    name: str = ""
    type: str = "User"
    status: str = "Enabled"
    department: str = ""
    site: str = ""
    hidden: bool = False
    _search_text: str = field(default="", init=False, repr=False, compare=False)

    @property
    def search_text(self) -> str:
        """What a word of a filter is looked for in, a line each, with case folded.

        Made once, for somebody who types has thousands looked through with every key; and not before, for where nobody
        does it would be 1.1 MB of ten thousand extensions.
        """
        if not self._search_text:
            text = "\n".join((self.number, self.name, self.department, self.site)).casefold()
            object.__setattr__(self, "_search_text", text)
        return self._search_text

    @property
    def has_presence(self) -> bool:
        """Whether extensions of this type have a presence of their own."""
        return self.type not in NO_PRESENCE_TYPES

    @property
    def watchable(self) -> bool:
        """Whether it can be put on the wall: it has a presence and is in use."""
        return self.has_presence and self.status == "Enabled"

    @property
    def type_word(self) -> str:
        """The type in people's words, with the status where it is not in use: `User, disabled`."""
        word = TYPE_WORDS.get(self.type, self.type)
        return word if self.status == "Enabled" else f"{word}, {self.status_word}"

    @property
    def status_word(self) -> str:
        """The extension's own status in people's words."""
        return _STATUS_WORDS.get(self.status, self.status.lower())

    @property
    def why_not_watchable(self) -> str:
        """One sentence for a person who wanted to choose it; empty where it can be chosen."""
        if not self.has_presence:
            what = NO_PRESENCE_TYPES[self.type]
            hint = "; choose its members" if self.type == "Department" else ""
            return f"{what} has no presence{hint}"
        if self.status != "Enabled":
            return f"it is {self.status_word}, so it has no presence to watch"
        return ""


def number_key(extension: Extension) -> tuple[int, str, str]:
    """The order by number: 99 before 101, extensions without a number last.

    Short numbers come first, so that plans of 3 and 4 digits do not mix.
    """
    return (len(extension.number) or 99, extension.number, extension.id)
