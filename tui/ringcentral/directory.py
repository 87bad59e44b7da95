"""The extensions of the account, read page by page."""

import logging

from tui.errors import RingwallError
from tui.presence.extension import Extension
from tui.ringcentral import wire
from tui.ringcentral.client import Request
from tui.ringcentral.limits import Group
from tui.ringcentral.session import Session

log = logging.getLogger(__name__)

PER_PAGE = 1000
"""The most that the platform gives in one page (API reference of the extension list)."""
MOST_PAGES = 200
"""A server that never says "last page" does not keep us for ever."""


class Directory:
    """All extensions of the account.

    While they are read for the first time there are those read so far; while they are read again, those of before.

    Attributes:
        extensions: In the platform's order.
        total: How many there are in all; None until the first page.
        complete: Whether all pages have been read.
        problem: Why reading stopped, in words for a person; empty where it did not.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.extensions: list[Extension] = []
        self.total: int | None = None
        self.complete = False
        self.problem = ""

    async def read(self) -> None:
        """Read every page.

        Raises:
            RingwallError: A page could not be read; `problem` says the same.
        """
        self.problem = ""
        known: dict[str, Extension] = {}
        # Where the directory is read again, the Board keeps what has not changed: so does this, in place of a copy.
        before = {extension.id: extension for extension in self.extensions} if self.complete else {}
        try:
            for page in range(1, MOST_PAGES + 1):
                found, is_last = await self._read_page(page)
                known |= {one.id: earlier if (earlier := before.get(one.id)) == one else one for one in found}
                if not self.complete:
                    self.extensions = list(known.values())
                if is_last or not found:
                    break
        except RingwallError as error:
            self.problem = str(error)
            raise
        except Exception:
            # Screens that go on with the first pages wait for nobody to tell them.
            log.exception("the directory is read no further")
            self.problem = "a fault of Ringwall's own; the log has the details"
            raise
        self.extensions = list(known.values())
        self.total = len(self.extensions)
        self.complete = True
        log.info("directory: %d extensions", self.total)

    async def _read_page(self, page: int) -> tuple[list[Extension], bool]:
        request = Request(
            "GET",
            "/restapi/v1.0/account/~/extension",
            Group.MEDIUM,
            {"page": str(page), "perPage": str(PER_PAGE)},
        )
        body, records = wire.page((await self._session.call(request)).body, self._session.server)
        paging = wire.mapping(body.get("paging"))
        self.total = wire.whole(paging.get("totalElements")) or self.total
        pages = wire.whole(paging.get("totalPages"))
        has_next = bool(wire.mapping(wire.mapping(body.get("navigation")).get("nextPage")))
        is_last = page >= pages if pages is not None else not has_next
        return [extension for record in records if (extension := wire.extension(record))], is_last
