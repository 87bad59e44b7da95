"""Whether callers are masked: the one switch that tiles, details, titles and snapshots ask."""


class Privacy:
    """A switch, which may be fixed.

    Args:
        masked: Whether callers are masked.
        fixed: Whether nobody can change that.
    """

    def __init__(self, *, masked: bool, fixed: bool = False) -> None:
        self.masked = masked
        self._fixed = fixed

    def turn(self) -> str:
        """Mask callers, or show them; says which in a few words."""
        if self._fixed:
            return "Callers stay masked here" if self.masked else "Callers stay as they are here"
        self.masked = not self.masked
        return "Callers are masked" if self.masked else "Callers are shown"
