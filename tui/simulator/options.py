"""What a box can be told at its start; the defaults are the real platform's values."""

from dataclasses import dataclass

MOST_EXTENSIONS = 90_000
"""There are not many more numbers of five digits."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one box; all durations are in seconds.

    Attributes:
        port: 0 takes any free port.
        extensions: How many people the account has; queues, menus, rooms and the like come on top.
        seed: The same seed gives the same account and the same traffic.
        calls_per_minute: New calls a minute; 0 starts a quiet box in which everyone is free.
        speed: How much faster than life calls live and people act; the protocol's clocks do not follow it.
        token_ttl: Life of an access token.
        subscription_ttl: Longest life of a PubNub subscription: asked for 900, the platform shows 899.
        rate_window: Length of the sliding window of the rate limits.
        rate_penalty: How long a rate group stays shut after it was exceeded.
        rate_limits: Whether requests are counted at all.
        ws_idle: Silence after which a WebSocket is cut.
        ws_absolute: Age at which a WebSocket is cut.
        ws_pong: How long a WebSocket's client may take to answer a ping.
        ws_recovery: How long after its end a WebSocket session can be recovered.
        max_filters: Most event filters of one subscription; 0 is no limit, and none is published.
        pubnub: Whether subscriptions over PubNub are granted, as they no longer are to everyone.
        allow_plain: Whether presence may be sent unencrypted to those who ask; the platform forces encryption.
        max_sessions: Most sessions of one user and app; one more pushes the oldest out.
        redirect_uri: Where the app may send people back to, besides any port of this machine.
        call_log_lag: How long after its end a call appears in the call log.
        pubnub_idle: How long a long poll without news is held.
    """

    host: str = "127.0.0.1"
    port: int = 0
    extensions: int = 200
    seed: int = 1
    calls_per_minute: float = 30
    speed: float = 1
    token_ttl: float = 3600
    subscription_ttl: float = 899
    rate_window: float = 60
    rate_penalty: float = 60
    rate_limits: bool = True
    ws_idle: float = 1800
    ws_absolute: float = 86400
    ws_pong: float = 10
    ws_recovery: float = 180
    max_filters: int = 0
    pubnub: bool = True
    allow_plain: bool = False
    max_sessions: int = 5
    redirect_uri: str = "https://ringwall.example/callback"
    call_log_lag: float = 20
    pubnub_idle: float = 280
