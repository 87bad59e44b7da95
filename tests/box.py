"""A RingCentral in a box for tests: in this process and loop, behind real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tui.simulator.box import Box
from tui.simulator.options import Options

Json = dict[str, Any]


class RunningBox:
    """A box that serves, and what a test wants of it."""

    def __init__(self, box: Box, http: httpx.AsyncClient) -> None:
        self.box = box
        self._http = http
        self.credentials: dict[str, str] = box.credentials
        self.server: str = box.server
        self.pubnub_origin: str = box.pubnub_origin

    async def post(self, door: str, wish: Json) -> Json:
        """Ask a door, such as `/simulator/calls`; it has to say yes."""
        return dict(await self._ask("POST", door, wish))

    async def get(self, door: str) -> Any:
        """Look through a door."""
        return await self._ask("GET", door)

    async def delete(self, door: str) -> Any:
        """Clear what lies behind a door, such as `/simulator/faults`."""
        return await self._ask("DELETE", door)

    async def call(self, to: str, **plan: Any) -> Json:
        """Let a call happen; `from_` is `from`."""
        plan = {"from": plan.pop("from_", "+4930123456"), "to": to} | plan
        return await self.post("/simulator/calls", plan)

    async def presence(self, extension: str, **changes: Any) -> Json:
        """Do what a person can do to their presence, in the platform's own field names."""
        return await self.post("/simulator/presence", {"extension": extension} | changes)

    async def truth(self) -> dict[str, Json]:
        """What REST would show the administrator now, by extension id."""
        return dict(await self.get("/simulator/truth"))

    async def requests(self) -> list[Json]:
        """What was asked of the box, oldest first."""
        return list(await self.get("/simulator/requests"))

    async def _ask(self, method: str, door: str, wish: Json | None = None) -> Any:
        response = await self._http.request(method, f"{self.server}{door}", json=wish)
        assert response.is_success, f"{method} {door}: {response.status_code} {response.text}"
        return response.json()


@asynccontextmanager
async def running_box(**options: Any) -> AsyncIterator[RunningBox]:
    """A box with these options; quiet and with forty people unless they say otherwise."""
    box = Box(Options(**{"extensions": 40, "calls_per_minute": 0} | options))
    await box.start()
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            yield RunningBox(box, http)
    finally:
        await box.stop()
