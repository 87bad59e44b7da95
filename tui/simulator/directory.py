"""Who is there: the account, its extensions, sites and call queues."""

from tui.simulator.account import WITHOUT_PRESENCE, Extension, Site
from tui.simulator.answers import Answer, Asked, invalid, not_found, paged
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json

TYPES = WITHOUT_PRESENCE | {"User", "DigitalUser", "VirtualUser", "Limited", "FlexibleUser"}
STATUSES = frozenset(("Enabled", "Disabled", "Frozen", "NotActivated", "Unassigned"))
"""Values that the extension list can be filtered by (API description)."""


def extension_of(platform: Platform, asked: Asked, extension_id: str) -> Extension:
    """The extension that a path names; `~` is the login's own.

    Raises:
        Refusal: There is none (CMN-102).
    """
    if extension_id == "~":
        return asked.session.owner
    extension = platform.account.extensions.get(extension_id)
    if extension is None:
        raise not_found("extensionId")
    return extension


def account(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}`."""
    found = platform.account
    uri = f"{platform.server}/restapi/v1.0/account/{found.id}"
    shape: Json = {"id": int(found.id), "uri": uri, "mainNumber": "+3512135550100", "status": "Confirmed"}
    return Answer(body=shape)


def extensions(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/extension`, filtered by type, status and number."""
    kinds, statuses = set(asked.query.get("type", ())), set(asked.query.get("status", ()))
    numbers = set(asked.query.get("extensionNumber", ()))
    emails = {email.lower() for email in asked.query.get("email", ())}
    if not kinds <= TYPES:
        raise invalid("type")
    if not statuses <= STATUSES:
        raise invalid("status")
    chosen = [
        extension
        for extension in platform.account.extensions.values()
        if (not kinds or extension.type in kinds)
        and (not statuses or extension.status in statuses)
        and (not numbers or extension.number in numbers)
        and (not emails or extension.email in emails)
    ]
    return Answer(body=paged(asked, platform.server, chosen, lambda extension: _extension(platform, extension)))


def extension(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/extension/{extension}`: as in the list, and what it may do."""
    found = extension_of(platform, asked, asked.names["extension"])
    permissions = {"admin": {"enabled": found.administrator}, "internationalCalling": {"enabled": True}}
    return Answer(body=_extension(platform, found) | {"permissions": permissions})


def sites(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/sites`: all of them, for this list has no pages."""
    uri = f"{platform.server}{asked.path}"
    records = [_site(platform, site) | {"extensionNumber": site.number} for site in platform.account.sites]
    return Answer(body={"uri": uri, "records": records})


def queues(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/call-queues`, all or those of one member."""
    member = asked.one("memberExtensionId")
    chosen = [queue for queue in platform.account.queues if not member or member in queue.members]
    return Answer(body=paged(asked, platform.server, chosen, lambda queue: _queue(platform, queue)))


def queue_members(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/call-queues/{queue}/members`."""
    members = [platform.account.extensions[member_id] for member_id in _members(platform, asked)]

    def write(member: Extension) -> Json:
        return {"id": int(member.id), "uri": _uri(platform, member), "extensionNumber": member.number}

    return Answer(body=paged(asked, platform.server, members, write))


def queue_presence(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/account/{account}/call-queues/{queue}/presence`: which members take its calls."""
    records = []
    for member_id in _members(platform, asked):
        line = platform.exchange.lines[member_id]
        accepts = line.accept_queue_calls is not False and line.dnd_status not in (
            "DoNotAcceptAnyCalls",
            "DoNotAcceptDepartmentCalls",
        )
        member = {"id": member_id, "name": line.extension.name, "extensionNumber": line.extension.number}
        records.append({"member": member, "acceptQueueCalls": accepts, "acceptCurrentQueueCalls": accepts})
    return Answer(body={"records": records})


def _members(platform: Platform, asked: Asked) -> list[str]:
    """The ids of a queue's members who exist."""
    return [member for member in _queue_of(platform, asked).members if member in platform.account.extensions]


def _queue_of(platform: Platform, asked: Asked) -> Extension:
    queue = platform.account.extensions.get(asked.names["queue"])
    if queue is None or queue.type != "Department":
        raise not_found("groupId")
    return queue


def _uri(platform: Platform, extension: Extension) -> str:
    return f"{platform.server}/restapi/v1.0/account/{platform.account.id}/extension/{extension.id}"


def _extension(platform: Platform, extension: Extension) -> Json:
    shape: Json = {
        "id": int(extension.id),
        "uri": _uri(platform, extension),
        "name": extension.name,
        "type": extension.type,
        "status": extension.status,
        "hidden": extension.hidden,
    }
    if extension.number:
        shape["extensionNumber"] = extension.number
    if extension.has_presence and extension.number:
        first, _, last = extension.name.partition(" ")
        shape["contact"] = {
            "firstName": first,
            "lastName": last,
            "company": platform.account.name,
            "department": extension.department,
            "email": extension.email,
        }
    if extension.site is not None:
        shape["site"] = _site(platform, extension.site)
    return shape


def _queue(platform: Platform, queue: Extension) -> Json:
    shape: Json = {"id": queue.id, "uri": _uri(platform, queue), "name": queue.name, "extensionNumber": queue.number}
    shape |= {"status": queue.status, "subType": "Unknown"}
    if queue.site is not None:
        shape["site"] = {"id": queue.site.id, "name": queue.site.name}
    return shape


def _site(platform: Platform, site: Site) -> Json:
    uri = f"{platform.server}/restapi/v1.0/account/{platform.account.id}/sites/{site.id}"
    return {"id": site.id, "uri": uri, "name": site.name, "code": site.code}
