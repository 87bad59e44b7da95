"""What the platform tells by push, as values."""

from dataclasses import dataclass

from tui.presence.presence import Presence


@dataclass(frozen=True, slots=True)
class PresenceNews:
    """A presence event of one extension, whole or in part.

    Attributes:
        sequence: The platform's number for the order of events of one extension; None where it gave none. Lower
            means older; gaps mean nothing (platform documentation and its official widget).
        at: The event's own timestamp, in server time; None where it could not be read.
        uuid: The event's identity, by which a second delivery is known; may be empty.
    """

    extension_id: str
    presence: Presence
    sequence: int | None = None
    at: float | None = None
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class MessageNews:
    """New voicemail, text messages and faxes in an extension's message store.

    Attributes:
        at: The event's own timestamp, in server time; None where it could not be read.
    """

    extension_id: str
    voicemail: int = 0
    sms: int = 0
    fax: int = 0
    at: float | None = None
    uuid: str = ""


Notification = PresenceNews | MessageNews
