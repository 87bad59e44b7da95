"""The words that a configuration, a saved view and the command line choose from.

Here because the configuration and the command line lie below what the words mean; a test holds them the same as the
tables of `tui.presence.view`, `tui.widgets.geometry` and `tui.widgets.themes`.
"""

SORTS = ("number", "name", "state", "attention", "longest", "changed", "config")
GROUPS = ("none", "department", "site", "queue", "state")
DENSITIES = ("compact", "normal", "large")
THEMES = ("safe", "classic", "high-contrast", "light", "ansi", "mono")
LOG_LEVELS = ("debug", "info", "warning", "error")
TRANSPORTS = ("auto", "pubnub", "websocket", "polling")
NUMBERS = ("full", "last4", "hash")
