"""The account's call log by REST, page by page.

Source: the platform's API reference of the call log. Every page counts in the Heavy group, and a call appears 15 to 30
seconds after its end.
"""

from collections.abc import AsyncIterator

from tui.clock import iso
from tui.ringcentral import wire
from tui.ringcentral.client import BACKGROUND_RESERVE, Request
from tui.ringcentral.limits import Group
from tui.ringcentral.records import Record, read_record
from tui.ringcentral.session import Session

PER_PAGE = 1000
"""The most that the platform gives in one page (API reference of the call log)."""
MOST_PAGES = 500
"""A server that never says "last page" does not keep us for ever."""


class CallLog:
    """Reads the call log of one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def pages(self, since: float, until: float) -> AsyncIterator[list[Record]]:
        """The calls that began in this time, newest first, a page at a time.

        Args:
            since: In server time.
            until: In server time.

        Raises:
            PermissionMissing: The app lacks ReadCallLog, or the user may not see the company's call log.
            RingwallError: A page could not be read.
        """
        ahead = self._session.clock.ahead
        for page in range(1, MOST_PAGES + 1):
            request = Request(
                "GET",
                "/restapi/v1.0/account/~/call-log",
                Group.HEAVY,
                {
                    "view": "Detailed",
                    "dateFrom": iso(since + ahead) or "",
                    "dateTo": iso(until + ahead) or "",
                    "page": str(page),
                    "perPage": str(PER_PAGE),
                },
                reserve=BACKGROUND_RESERVE,
            )
            body = wire.decode_object((await self._session.call(request)).body, self._session.server)
            if not isinstance(body.get("records"), list):
                raise wire.not_ringcentral(self._session.server)
            items = wire.items(body["records"])
            yield [record for item in items if (record := read_record(item, ahead))]
            if not items or not wire.mapping(wire.mapping(body.get("navigation")).get("nextPage")):
                return
