"""Run by the official SDK's own Python: subscribes over WebSocket and tells as JSON, line by line, what it hears."""

import asyncio
import json
import sys
from typing import Any

from ringcentral import SDK  # type: ignore[import-not-found]  # is in an environment of its own
from ringcentral.websocket.events import WebSocketEvents  # type: ignore[import-not-found]


def tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def listen(credentials: dict[str, str], event_filters: list[str]) -> None:
    """Tell of the connection, the subscription and each notification, until this process is ended."""
    sdk = SDK(credentials["client_id"], credentials["client_secret"], credentials["server"])
    sdk.platform().login(jwt=credentials["jwt"])
    client = sdk.create_web_socket_client()

    def connected(_: Any) -> None:
        tell(connected=json.loads(client.get_connection_info()["connection_details"]))

    def subscribed(subscription: Any) -> None:
        tell(subscribed=subscription.get_subscription_info())

    client.on(WebSocketEvents.connectionCreated, connected)
    client.on(WebSocketEvents.subscriptionCreated, subscribed)
    client.on(WebSocketEvents.receiveSubscriptionNotification, lambda frame: tell(heard=frame))
    await asyncio.gather(client.create_new_connection(), client.create_subscription(event_filters))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    asyncio.run(listen(asked["credentials"], asked["event_filters"]))
