"""The account: sites, extensions of every type, call queues and who serves them; made from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tui.simulator import people

WITHOUT_PRESENCE = frozenset({
    "Department", "Announcement", "Voicemail", "FaxUser", "PagingOnly", "SharedLinesGroup", "DelegatedLinesGroup",
    "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector", "ParkLocation", "Bot", "Site",
    "Room", "TieLine", "Unknown",
})  # fmt: skip
"""Extension types that always say Offline and nothing else (documentation of account presence)."""

DEPARTMENTS = (
    "Support", "Billing", "Logistics", "Engineering", "People & Culture", "Field Service", "Reception",
    "Kundenbetreuung Süd", "経理部", "", "Quality Assurance and Continuous Improvement of Customer Contact",
)  # fmt: skip

PEOPLE_A_QUEUE = 100
"""Beside the named call queues there is one more for so many people."""

ADMINISTRATOR = "301"
"""The administrator's extension id, and number."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the company."""

    id: str
    name: str
    number: str
    code: str


@dataclass(slots=True)
class Extension:
    """One extension, as the account's directory knows it.

    Attributes:
        number: Empty for one that is unassigned.
        site: None where the type belongs to no site.
        members: For a call queue, the ids of the extensions that it rings.
    """

    id: str
    number: str
    name: str
    type: str = "User"
    status: str = "Enabled"
    department: str = ""
    site: Site | None = None
    email: str = ""
    hidden: bool = False
    administrator: bool = False
    hides_presence: bool = False
    members: list[str] = field(default_factory=list)

    @property
    def has_presence(self) -> bool:
        """Whether presence means anything for this type of extension."""
        return self.type not in WITHOUT_PRESENCE


class Account:
    """All extensions of one account.

    Attributes:
        extensions: By id, in the order of the extension list.
    """

    id = "400131"
    name = "Meridian Contact"

    def __init__(self, sites: list[Site], extensions: list[Extension]) -> None:
        self.sites = sites
        self.extensions: dict[str, Extension] = {}
        self._by_word: dict[str, Extension] = {}
        self._keep(extensions)

    @property
    def queues(self) -> list[Extension]:
        """The call queues; the platform calls their type Department."""
        return [extension for extension in self.extensions.values() if extension.type == "Department"]

    def remove(self, extension: Extension) -> None:
        """Delete one."""
        self._keep([other for other in self.extensions.values() if other is not extension])

    def restore(self, extension: Extension) -> None:
        """Bring a deleted one back."""
        self._keep([*self.extensions.values(), extension])

    def _keep(self, extensions: list[Extension]) -> None:
        extensions = sorted(extensions, key=lambda one: (not one.number, int(one.number or one.id)))
        self.extensions = {extension.id: extension for extension in extensions}
        self._by_word = {extension.name: extension for extension in self.queues}
        self._by_word |= {extension.number: extension for extension in extensions if extension.number}

    def find(self, word: str) -> Extension | None:
        """The extension with this number, id or (for a queue) name."""
        return self._by_word.get(word) or self.extensions.get(word)


def seeded(size: int, seed: int) -> Account:
    """An account with `size` people, the same for the same seed."""
    rng = Random(f"account {seed}")
    sites = [
        Site("main-site", "Lisbon", "800", "01"),
        Site("40010", "London", "801", "02"),
        Site("40011", "Berlin", "802", "03"),
        Site("40012", "東京", "803", "04"),
    ]
    extensions = list(_people(size, sites, rng))
    extensions += _others(sites, [person for person in extensions if person.status == "Enabled"])
    return Account(sites, extensions)


def _people(size: int, sites: list[Site], rng: Random) -> Iterator[Extension]:
    numbers = (number for span in (range(101, 700), range(1001, 100_000)) for number in span if number != 301)
    for index in range(size - 1):
        number = next(numbers)
        person = Extension(str(number + 300), str(number), people.name_of(index, rng), site=rng.choice(sites[:3]))
        person.department = _department(index, rng)
        person.email = f"ext{number}@meridian.example"
        if index >= len(people.TEAM):
            _make_unusual(person, index - len(people.TEAM))
            person.site = rng.choice(sites)
        yield person
    yield Extension(
        ADMINISTRATOR,
        ADMINISTRATOR,
        "Mia Santos",
        department="Management",
        site=sites[0],
        email="mia.santos@meridian.example",
        administrator=True,
    )


def _department(index: int, rng: Random) -> str:
    if index < len(people.TEAM):
        return "Sales" if index < 16 else "Sales Support"
    return DEPARTMENTS[-1] if index == len(people.TEAM) else rng.choice(DEPARTMENTS[:-1])


def _make_unusual(person: Extension, index: int) -> None:
    """In every fifty people one of each: those who hide, are switched off, not set up, or of a rarer type."""
    match index % 50:
        case 2 | 12:
            person.hides_presence = True
        case 5:
            person.status = "Disabled"
        case 8:
            person.status = "NotActivated"
        case 11:
            person.hidden = True
        case 14:
            person.type = "Limited"
        case 17:
            person.type = "DigitalUser"
        case 20:
            person.type = "VirtualUser"
        case 23:
            person.type = "FlexibleUser"
        case 26:
            person.status = "Frozen"


def _others(sites: list[Site], staff: list[Extension]) -> Iterator[Extension]:
    """Everything that is no person: each type of extension without presence at least once."""
    team = [person.id for person in staff if person.department.startswith("Sales")]
    support = [person.id for person in staff if person.department in ("Support", "Sales Support")]
    billing = [person.id for person in staff if person.department == "Billing"]

    def other(number: int, name: str, kind: str, members: list[str] | None = None) -> Extension:
        return Extension(str(number + 300), str(number), name, kind, site=sites[0], members=members or [])

    yield other(700, "Sales", "Department", team[:12])
    yield other(701, "Sales after hours", "Voicemail")
    yield other(702, "Sales menu", "IvrMenu")
    yield other(703, "Support", "Department", support[:20])
    yield other(704, "Billing", "Department", billing[:20] or team[:1])
    yield other(705, "Holiday hours", "Announcement")
    yield other(706, "Fax Lisbon", "FaxUser")
    yield other(707, "Warehouse paging", "PagingOnly")
    yield other(708, "Front desk lines", "SharedLinesGroup")
    yield other(709, "CRM connector", "ApplicationExtension")
    yield other(710, "Park 1", "ParkLocation")
    yield other(711, "Board room", "Room")
    yield other(712, "Sales pick-up", "GroupCallPickup")
    yield other(713, "Executive line", "DelegatedLinesGroup")
    yield other(714, "Meridian bot", "Bot")
    yield other(715, "Proxy", "ProxyAdmin")
    yield other(716, "Meeting room link", "RoomConnector")
    yield other(717, "Tie line Berlin", "TieLine")
    yield other(718, "New thing", "Unknown")
    for index, number in enumerate(range(900, min(1000, 900 + len(staff) // PEOPLE_A_QUEUE))):
        members = [person.id for person in staff[index :: len(staff) // PEOPLE_A_QUEUE]]
        yield other(
            number, f"{DEPARTMENTS[index % 3]} {sites[index % len(sites)].name} {number}", "Department", members
        )
    for site in sites:
        yield Extension(str(int(site.number) + 300), site.number, site.name, "Site", site=site)
    for serial in (99001, 99002):
        yield Extension(str(serial), "", "", status="Unassigned", site=sites[0])
