"""The subscription endpoints: subscribe, look, change, renew, leave."""

from tui.simulator import filters
from tui.simulator.answers import Answer, Asked, Refusal, invalid, not_found
from tui.simulator.filters import EventFilter, Kind
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json
from tui.simulator.subscriptions import MOST_SUBSCRIPTIONS, Subscription

Disabled = list[tuple[EventFilter, str, str]]


def create(platform: Platform, asked: Asked) -> Answer:
    """`POST /restapi/v1.0/subscription`.

    A WebSocket carries one subscription, so it is made through the socket itself, and replaces the one before it.
    A platform that grants no PubNub refuses it as a transport that it does not know, which is what its API description
    says since 2025: of the delivery modes PubNub is gone, and SUB-508 is about filters.

    Raises:
        Refusal: Filters that mean nothing, or all refused; a transport that is not granted; too many subscriptions.
    """
    body = asked.json()
    mode = body.get("deliveryMode")
    transport = mode.get("transportType") if isinstance(mode, dict) else None
    if not isinstance(mode, dict) or not _is_granted(platform, asked, transport):
        raise invalid("deliveryMode.transportType")
    granted, disabled = _filters(platform, asked, body)
    client_id, owner_id = asked.session.client_id, asked.session.owner.id
    replaced = asked.websocket.subscription_id if asked.websocket and transport == "WebSocket" else ""
    others = [one for one in platform.subscriptions.of(client_id, owner_id, platform.now()) if one.id != replaced]
    if len(others) >= MOST_SUBSCRIPTIONS:
        raise Refusal(403, "SUB-505", "Subscriptions limit exceeded")
    expires_in = 0.0 if transport == "WebSocket" else _expires_in(platform, body)
    subscription = platform.subscriptions.create(client_id, owner_id, platform.now())
    subscription.want(granted, disabled)
    if asked.websocket and transport == "WebSocket":
        platform.gateway.carry(asked.websocket, subscription)
    else:
        subscription.move(encrypted=_encrypted(platform, granted, mode.get("encryption")))
        subscription.live_until(platform.now(), expires_in)
    return Answer(body=info(platform, subscription))


def listed(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/subscription`: those of this user and app."""
    mine = platform.subscriptions.of(asked.session.client_id, asked.session.owner.id, platform.now())
    uri = f"{platform.server}/restapi/v1.0/subscription"
    return Answer(body={"uri": uri, "records": [info(platform, subscription) for subscription in mine]})


def shown(platform: Platform, asked: Asked) -> Answer:
    """`GET /restapi/v1.0/subscription/{id}`."""
    return Answer(body=info(platform, _mine(platform, asked)))


def changed(platform: Platform, asked: Asked) -> Answer:
    """`PUT /restapi/v1.0/subscription/{id}`: replaces the filters as a whole and renews; empty, it only renews.

    One that lives on a WebSocket can be changed through its own socket only; with which code that is refused is not
    documented.
    """
    subscription, body = _mine(platform, asked), asked.json()
    if subscription.websocket is not asked.websocket and subscription.websocket:
        raise invalid("subscriptionId")
    _move_if_told(platform, asked, subscription)
    if "eventFilters" in body:
        granted, disabled = _filters(platform, asked, body)
        subscription.want(granted, disabled)
        on_pubnub = not subscription.websocket
        if on_pubnub and _encrypted(platform, granted, bool(subscription.key)) and not subscription.key:
            subscription.move(encrypted=True)
    expires_in = _expires_in(platform, body) if "expiresIn" in body else subscription.expires_in
    _renew(platform, subscription, expires_in)
    return Answer(body=info(platform, subscription))


def renewed(platform: Platform, asked: Asked) -> Answer:
    """`POST /restapi/v1.0/subscription/{id}/renew`: for as long again as it was asked for."""
    subscription = _mine(platform, asked)
    _move_if_told(platform, asked, subscription)
    _check_again(platform, asked, subscription)
    _renew(platform, subscription, subscription.expires_in)
    return Answer(body=info(platform, subscription))


def removed(platform: Platform, asked: Asked) -> Answer:
    """`DELETE /restapi/v1.0/subscription/{id}`."""
    subscription = _mine(platform, asked)
    platform.subscriptions.remove(subscription)
    platform.origin.forget(subscription.address)
    return Answer(204)


def info(platform: Platform, subscription: Subscription) -> Json:
    """A subscription as the platform tells of it."""
    shape: Json = {
        "uri": f"{platform.server}/restapi/v1.0/subscription/{subscription.id}",
        "id": subscription.id,
        "creationTime": platform.clock.iso(subscription.created_at),
        "status": "Active",
        "eventFilters": [wanted.text for wanted in subscription.filters],
        "expirationTime": platform.clock.iso(subscription.expires_at),
        "expiresIn": max(0, round(subscription.expires_at - platform.now())),
        "deliveryMode": _mode(platform, subscription),
    }
    if subscription.disabled:
        shape["disabledFilters"] = [
            {"filter": wanted.text, "reason": code, "message": message}
            for wanted, code, message in subscription.disabled
        ]
    return shape


def _mode(platform: Platform, subscription: Subscription) -> Json:
    """How and where its events are sent."""
    if subscription.websocket:
        return {"transportType": "WebSocket"}
    mode: Json = {"transportType": "PubNub", "encryption": bool(subscription.key)}
    mode |= {"address": subscription.address, "subscriberKey": platform.origin.subscribe_key}
    mode["secretKey"] = f"sec-c-{subscription.id}"
    if subscription.key:
        mode |= {"encryptionAlgorithm": "AES", "encryptionKey": subscription.encryption_key}
    return mode


def _is_granted(platform: Platform, asked: Asked, transport: object) -> bool:
    """Whether a request may ask for a transport."""
    if transport == "PubNub":
        return platform.options.pubnub and not platform.faults.take(f"{asked.method} {asked.path}", "no_pubnub")
    return transport == "WebSocket" and asked.websocket is not None


def _renew(platform: Platform, subscription: Subscription, expires_in: float) -> None:
    """Let it live on; one on a WebSocket lives as long as that does, whatever is asked."""
    if not subscription.websocket:
        subscription.live_until(platform.now(), expires_in)


def _mine(platform: Platform, asked: Asked) -> Subscription:
    """The living subscription that a path names, if it is this user's and app's."""
    found = platform.subscriptions.get(asked.names["subscription"])
    mine = (asked.session.client_id, asked.session.owner.id)
    if found is None or (found.client_id, found.owner_id) != mine:
        raise not_found("subscriptionId")
    if found.expires_at <= platform.now():
        message = f"Subscription with key [{found.id}] and assigned session [{asked.session.id}] was expired"
        raise Refusal(404, "SUB-507", message)
    return found


def _filters(platform: Platform, asked: Asked, body: Json) -> tuple[list[EventFilter], Disabled]:
    """The filters that a body asks for: those granted, and those refused with a reason.

    If none is granted the request is refused as a whole, with the first reason.
    """
    texts = body.get("eventFilters")
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise invalid("eventFilters")
    most = platform.options.max_filters
    if most and len(texts) > most:
        raise Refusal(400, "SUB-508", f"Invalid event filters: [more than {most}]")
    parsed = {text: filters.parse(text, platform.account.id, asked.session.owner.id) for text in texts}
    unknown = [text for text, wanted in parsed.items() if wanted is None]
    if unknown:
        raise Refusal(400, "SUB-508", f"Invalid event filters: [{', '.join(unknown)}]")
    granted, disabled = _sorted_out(platform, asked, [wanted for wanted in parsed.values() if wanted])
    if not granted:
        reasons = [(code, message) for _, code, message in disabled]
        raise Refusal(403, *reasons[0], details=reasons)
    return granted, disabled


def _sorted_out(platform: Platform, asked: Asked, wanted: list[EventFilter]) -> tuple[list[EventFilter], Disabled]:
    """Who may be listened to now, and who not, with the reason."""
    granted: list[EventFilter] = []
    disabled: Disabled = []
    for one in wanted:
        reason = filters.refusal(one, asked.session.owner, platform.scope(asked.session), platform.account)
        if reason is None:
            granted.append(one)
        else:
            disabled.append((one, *reason))
    return granted, disabled


def _check_again(platform: Platform, asked: Asked, subscription: Subscription) -> None:
    """Ask anew which filters are granted, as people hide and show themselves meanwhile."""
    wanted = [*subscription.filters, *(refused for refused, _, _ in subscription.disabled)]
    subscription.want(*_sorted_out(platform, asked, wanted))


def _move_if_told(platform: Platform, asked: Asked, subscription: Subscription) -> None:
    """A renewal may bring another channel and key (API description); it does so when that fault is asked for."""
    if not subscription.websocket and platform.faults.take(f"{asked.method} {asked.path}", "move_on_renewal"):
        subscription.move(encrypted=bool(subscription.key))


def _expires_in(platform: Platform, body: Json) -> float:
    longest = platform.options.subscription_ttl
    asked = body.get("expiresIn", longest)
    if not isinstance(asked, int | float) or asked < 1:
        raise invalid("expiresIn")
    return min(float(asked), longest)


def _encrypted(platform: Platform, granted: list[EventFilter], wish: object) -> bool:
    """Whether messages are encrypted: presence always is, whatever is asked, unless the box was told otherwise.

    What needs no encryption has none unless it is asked for (API description).
    """
    presence = any(wanted.kind in (Kind.PRESENCE, Kind.ACCOUNT_PRESENCE) for wanted in granted)
    return wish is True or (presence and not (platform.options.allow_plain and wish is False))
