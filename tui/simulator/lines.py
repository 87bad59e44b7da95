"""Calls, the parts that extensions have in them, and the presence that comes of it.

A *call* is one telephony session; a *party* is one extension's part in it, and is what `activeCalls` lists; a *line* is
an extension's presence, with the parties that are on it now.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from tui.simulator.account import Extension

SHOWN_CALLS = 7
"""An extension's presence lists the latest seven of its calls (API description)."""


class TelephonyStatus(StrEnum):
    """The states of a call, most pressing first: an extension shows the first that any of its calls has."""

    RINGING = "Ringing"
    CONNECTED = "CallConnected"
    ON_HOLD = "OnHold"
    PARKED = "ParkedCall"
    NO_CALL = "NoCall"


@dataclass(slots=True, eq=False)
class Call:
    """One telephony session.

    Attributes:
        number: Counts the calls of this exchange; all ids are made of it.
        outbound: Whether one of ours called someone outside.
        queue: The call queue that it came through.
        result: What really came of it: answered, missed, voicemail, rejected, transferred or parked; None while it
            lives.
    """

    number: int
    from_number: str
    from_name: str
    to_number: str
    to_name: str
    started: float
    outbound: bool = False
    queue: Extension | None = None
    answered: float | None = None
    ended: float | None = None
    result: str | None = None
    parties: list["Party"] = field(default_factory=list)

    @property
    def session_id(self) -> str:
        """The older kind of id: a decimal number."""
        return str(35_023_810_000 + self.number)

    @property
    def telephony_session_id(self) -> str:
        """The newer kind of id, with which party ids begin."""
        return f"s-a0d17{self.number:09x}"


@dataclass(slots=True, eq=False)
class Party:
    """One extension's part in a call.

    Attributes:
        index: 1 is the caller, who may be outside; those called follow.
        states: Since when it had which status, in order; the last one is the present one.
        set_aside: It is on hold because its extension took up another call.
    """

    call: Call
    index: int
    extension_id: str
    direction: str
    to_number: str
    to_name: str
    states: list[tuple[float, TelephonyStatus]]
    set_aside: bool = False
    answered: float | None = None
    ended: float | None = None
    result: str | None = None

    @property
    def id(self) -> str:
        """The party's id, made of the session's and its place in it."""
        return f"p-{self.call.telephony_session_id[2:]}-{self.index}"

    @property
    def status(self) -> TelephonyStatus:
        """Its status now."""
        return self.states[-1][1]

    @property
    def started(self) -> float:
        """When it began, by ringing."""
        return self.states[0][0]


@dataclass(slots=True, eq=False)
class Line:
    """The presence of one extension.

    Attributes:
        sequence: Rises with every change; the platform's events carry it, its REST answers do not.
        accept_queue_calls: None on accounts with the older call handling, where `dnd_status` says it.
        parties: Its living calls, oldest first.
    """

    extension: Extension
    user_status: str = "Available"
    dnd_status: str = "TakeAllCalls"
    meeting: bool = False
    message: str = ""
    accept_queue_calls: bool | None = None
    sequence: int = 0
    parties: list[Party] = field(default_factory=list)

    @property
    def telephony_status(self) -> TelephonyStatus:
        """The most pressing status of its calls."""
        statuses = {party.status for party in self.parties}
        return next((status for status in TelephonyStatus if status in statuses), TelephonyStatus.NO_CALL)

    @property
    def presence_status(self) -> str:
        """What others see at a glance: who set themselves offline stays so, whatever they do.

        The platform's documents do not say what "do not disturb" alone does to it. Here nothing: it is a status of its
        own (`dndStatus`), beside the one that a person chooses.
        """
        if self.user_status == "Offline":
            return "Offline"
        if self.meeting:
            return "Busy"
        talking = any(party.status is not TelephonyStatus.PARKED for party in self.parties)
        return "Busy" if talking else self.user_status

    @property
    def takes_calls(self) -> bool:
        """Whether its phone would ring for a direct call."""
        return (
            self.extension.has_presence
            and self.extension.status == "Enabled"
            and self.user_status != "Offline"
            and self.dnd_status not in ("DoNotAcceptAnyCalls", "TakeDepartmentCallsOnly")
            and not self.meeting
        )

    @property
    def takes_queue_calls(self) -> bool:
        """Whether a call queue would ring it: a queue rings only those who are on no call."""
        return (
            self.extension.status == "Enabled"
            and self.user_status != "Offline"
            and self.dnd_status not in ("DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls")
            and self.accept_queue_calls is not False
            and not self.meeting
            and not self.parties
        )
