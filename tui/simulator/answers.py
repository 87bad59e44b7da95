"""Questions and answers of the REST API, whatever carries them: HTTP, or a frame of a WebSocket."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from tui.simulator.sessions import Session
from tui.simulator.wssession import WsSession

PAGE_SIZE = 100
LARGEST_PAGE = 1000
"""Paging of the platform: 100 records unless asked, and never more than 1000."""

Query = Mapping[str, list[str]]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """One authenticated request.

    Attributes:
        names: What the pattern of the path named: ids, with `~` still in it.
        websocket: The WebSocket session that it came through; None for one that came by HTTP.
    """

    method: str
    path: str
    query: Query
    headers: Mapping[str, str]
    body: bytes
    session: Session
    names: Mapping[str, str] = field(default_factory=dict)
    websocket: WsSession | None = None

    def one(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return self.query.get(name, [default])[-1]

    def flag(self, name: str) -> bool:
        """Whether a query parameter says true."""
        return self.one(name).lower() == "true"

    def number(self, name: str, default: int) -> int:
        """A query parameter that counts from 1.

        Raises:
            Refusal: It is no such number (CMN-101).
        """
        text = self.one(name, str(default))
        if not text.isdecimal() or int(text) < 1:
            raise invalid(name)
        return int(text)

    def json(self) -> dict[str, object]:
        """The body, which has to be a JSON object; empty is an empty one.

        Raises:
            Refusal: It is not (CMN-103).
        """
        try:
            body = parsed(self.body or b"{}")
        except ValueError as problem:
            raise Refusal(400, "CMN-103", "JSON can't be parsed") from problem
        if not isinstance(body, dict):
            raise Refusal(400, "CMN-104", "Cannot parse request")
        return body


def parsed(text: bytes) -> object:
    """What JSON says.

    Raises:
        ValueError: It is none. Python would also take NaN and infinite numbers, which no clock can be set by.
    """

    def number(digits: str) -> float:
        if not math.isfinite(value := float(digits)):
            raise ValueError(f"{digits} is no number")
        return value

    return json.loads(text, parse_float=number, parse_constant=number)


@dataclass(slots=True)
class Answer:
    """What goes back; `body` is JSON unless it is bytes."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


class Refusal(Exception):
    """A request that the platform refuses, with its documented code.

    Attributes:
        error: The OAuth error; the token endpoint's answers have it instead of a code at the top.
        gateway: The code at the top where the gateway in front of the platform gives its own.
        details: Further pairs of code and message, one for each thing refused.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        error: str = "",
        gateway: str = "",
        details: list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.error = error
        self.gateway = gateway
        self.details = details or [(code, message)]
        self.headers = headers or {}

    @property
    def answer(self) -> Answer:
        """The refusal as the platform words it."""
        errors = [{"errorCode": code, "message": message} for code, message in self.details]
        top = (
            {"error": self.error, "error_description": self.message}
            if self.error
            else {"errorCode": self.gateway or self.code, "message": self.message}
        )
        return Answer(self.status, top | {"errors": errors}, dict(self.headers))


def invalid(parameter: str) -> Refusal:
    """A parameter with a value that is none."""
    return Refusal(400, "CMN-101", f"Parameter [{parameter}] value is invalid")


def not_found(parameter: str) -> Refusal:
    """A thing that is not there, or is not for this login to know of."""
    return Refusal(404, "CMN-102", f"Resource for parameter [{parameter}] is not found")


def paged(
    asked: Asked, server: str, items: Sequence[Item], write: Callable[[Item], dict[str, object]]
) -> dict[str, object]:
    """One page of a list, with `paging` and `navigation`; only its own items are written."""
    page, per_page = asked.number("page", 1), min(asked.number("perPage", PAGE_SIZE), LARGEST_PAGE)
    pages = max(1, -(-len(items) // per_page))
    start = (page - 1) * per_page
    chosen = items[start : start + per_page]

    def uri(number: int) -> dict[str, str]:
        query = {**asked.query, "page": [str(number)], "perPage": [str(per_page)]}
        return {"uri": f"{server}{asked.path}?{urlencode(query, doseq=True)}"}

    navigation = {"firstPage": uri(1), "lastPage": uri(pages)}
    if page < pages:
        navigation["nextPage"] = uri(page + 1)
    if page > 1:
        navigation["previousPage"] = uri(page - 1)
    paging = {"perPage": per_page, "totalPages": pages, "totalElements": len(items)}
    if chosen:
        # An empty page has no number either (API description).
        paging |= {"page": page, "pageStart": start, "pageEnd": start + len(chosen) - 1}
    return {**uri(page), "records": [write(item) for item in chosen], "navigation": navigation, "paging": paging}
