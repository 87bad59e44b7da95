"""Whether callers are masked: the one switch that tiles, details, titles and snapshots ask."""

from collections.abc import Iterator
from contextlib import contextmanager


class Privacy:
    """A switch, which may be fixed.

    Args:
        masked: Whether callers are masked.
        fixed: Whether nobody can change that.
    """

    def __init__(self, *, masked: bool, fixed: bool = False) -> None:
        self.masked = masked
        self._fixed = fixed

    @contextmanager
    def being(self, *, masked: bool) -> Iterator[None]:
        """For a moment mask callers, or not; where it is fixed they stay masked all the same."""
        before, self.masked = self.masked, masked or (self._fixed and self.masked)
        try:
            yield
        finally:
            self.masked = before

    def turn(self) -> str:
        """Mask callers, or show them; says which in a few words."""
        if self._fixed:
            return "Callers stay masked here" if self.masked else "Callers stay as they are here"
        self.masked = not self.masked
        return "Callers are masked" if self.masked else "Callers are shown"
