"""The least client that can ask the box: no code of the program's own."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad

from tests.box import Json, RunningBox, running_box

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Client:
    """One login."""

    def __init__(self, box: RunningBox, http: httpx.AsyncClient) -> None:
        self.box = box
        self.http = http
        self.basic = (box.credentials["client_id"], box.credentials["client_secret"])
        self.token: Json = {}

    async def grant(self, **form: str) -> httpx.Response:
        return await self.http.post("/restapi/oauth/token", data=form, auth=self.basic)

    async def log_in(self, suffix: str = "", **form: str) -> None:
        assertion = self.box.credentials["jwt"] + suffix
        response = await self.grant(grant_type=JWT, assertion=assertion, **form)
        assert response.status_code == 200, response.text
        self.token = response.json()

    async def ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token['access_token']}"} | arguments.pop("headers", {})
        return await self.http.request(method, f"/restapi/v1.0{path}", headers=headers, **arguments)

    async def get(self, path: str, **arguments: Any) -> Any:
        response = await self.ask("GET", path, **arguments)
        assert response.is_success, response.text
        return response.json()

    async def subscribe(self, *filters: str, **mode: Any) -> httpx.Response:
        body = {"eventFilters": list(filters), "deliveryMode": {"transportType": "PubNub"} | mode}
        return await self.ask("POST", "/subscription", json=body)


class Ear:
    """Listens on a subscription's channel by plain HTTP, and counts what it cannot read."""

    def __init__(self, client: Client, subscription: Json) -> None:
        self.http = client.http
        self.mode = subscription["deliveryMode"]
        self.timetoken = "0"
        self.unreadable = 0

    async def begin(self) -> "Ear":
        await self._poll()
        return self

    async def next(self, count: int = 1) -> list[Json]:
        """At least so many events, in the order of their arrival."""
        events: list[Json] = []
        while len(events) < count:
            events += await self._poll()
        return events

    async def _poll(self) -> list[Json]:
        path = f"/v2/subscribe/{self.mode['subscriberKey']}/{self.mode['address']}/0"
        response = await self.http.get(path, params={"tt": self.timetoken}, timeout=30)
        answer = response.json()
        self.timetoken = answer["t"]["t"]
        return [event for message in answer["m"] if (event := self._open(message["d"]))]

    def _open(self, message: Any) -> Json | None:
        try:
            return opened(message, self.mode)
        except ValueError:
            self.unreadable += 1
            return None


def opened(message: Any, mode: Json) -> Json:
    """A message decrypted as the platform's SDKs do it."""
    if not mode["encryption"]:
        return dict(message)
    cipher = AES.new(base64.b64decode(mode["encryptionKey"]), AES.MODE_ECB)
    return dict(json.loads(unpad(cipher.decrypt(base64.b64decode(message)), 16)))


@asynccontextmanager
async def connected(log_in: bool = True, **options: Any) -> AsyncIterator[Client]:
    """A box and a client of it, logged in as the administrator unless told otherwise."""
    async with running_box(**options) as box, httpx.AsyncClient(base_url=box.server, trust_env=False) as http:
        client = Client(box, http)
        if log_in:
            await client.log_in()
        yield client
