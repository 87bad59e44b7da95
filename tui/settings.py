"""The keys of config.toml as one typed model, a struct for each table. What they mean, config.toml tells people."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tui.credentials import DEFAULT_SERVER
from tui.vocabulary import DENSITIES, GROUPS, LOG_LEVELS, NUMBERS, SORTS, THEMES, TRANSPORTS

DEFAULT_REDIRECT_URI = "http://localhost:8910/ringwall"

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Limit = Annotated[float, Meta(ge=0, le=86_400)]
Limits = tuple[Limit, Limit]
"""Seconds until the warning and until the alarm; 0 is never."""


def _one_of(words: tuple[str, ...]) -> Meta:
    return Meta(pattern=f"^({'|'.join(words)})$")


SortWord = Annotated[str, _one_of(SORTS)]
GroupWord = Annotated[str, _one_of(GROUPS)]
DensityWord = Annotated[str, _one_of(DENSITIES)]
ThemeWord = Annotated[str, _one_of(THEMES)]


class LoginConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[login]`: who logs in. Secrets stand elsewhere, never here; see `logins.find_credentials`."""

    client_id: str = ""
    client_secret_file: str = ""
    jwt_file: str = ""
    keyring: bool = False
    redirect_uri: str = DEFAULT_REDIRECT_URI
    username: str = ""
    password_file: str = ""


class FeedConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[feed]`: the waits that keep the wall true, in seconds."""

    confirm_after: Seconds = 60.0
    reconcile_every: Seconds = 180.0
    proof_every: Seconds = 9.0
    renew_before: Seconds = 90.0
    retry_cap: Seconds = 60.0
    refused_retry: Seconds = 60.0


class WallConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[wall]`: what the wall shows first."""

    sort: SortWord = "number"
    reverse: bool = False
    filter: str = ""
    group: GroupWord = "none"
    density: DensityWord = "normal"
    view: str = ""


class ViewConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[[view]]`: a view by its name. What is left out stays as it is when the view is chosen."""

    name: Annotated[str, Meta(min_length=1)]
    filter: str = ""
    department: str = ""
    free_only: bool = False
    sort: SortWord | UnsetType = UNSET
    reverse: bool | UnsetType = UNSET
    group: GroupWord | UnsetType = UNSET
    density: DensityWord | UnsetType = UNSET
    theme: ThemeWord | UnsetType = UNSET
    pins: tuple[str, ...] | UnsetType = UNSET


class DepartmentAlerts(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[alerts.department."NAME"]`: how long states may last there. What is left out is as everywhere."""

    ringing: Limits | UnsetType = UNSET
    hold: Limits | UnsetType = UNSET
    talk: Limits | UnsetType = UNSET
    dnd: Limits | UnsetType = UNSET
    offline: Limits | UnsetType = UNSET
    age: Limits | UnsetType = UNSET


class AlertsConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[alerts]`: how long states may last, and what an alarm does."""

    ringing: Limits = (20.0, 40.0)
    hold: Limits = (60.0, 180.0)
    talk: Limits = (1800.0, 3600.0)
    dnd: Limits = (0.0, 0.0)
    offline: Limits = (0.0, 0.0)
    age: Limits = (0.0, 0.0)
    bell: bool = False
    on_alarm: tuple[str, ...] = ()
    on_alarm_every: Seconds = 60.0
    department: Mapping[str, DepartmentAlerts] = {}


class KioskConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[kiosk]`: the wall that nobody sits before."""

    page_every: Seconds = 20.0
    alarm_holds: Seconds = 60.0
    drift_every: Seconds = 300.0
    dim: str = ""
    view: str = ""


KeysConfig = Mapping[str, tuple[str, ...] | Mapping[str, tuple[str, ...]]]
"""`[keys]`: the keys of an action by its name, on every screen; or, by the name of a screen, those of its actions."""


class RecordConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[record]`: whether calls are recorded, what is kept of people's numbers, and where the record is sent."""

    enabled: bool = False
    numbers: Annotated[str, _one_of(NUMBERS)] = "full"
    retention_days: Annotated[int, Meta(ge=0, le=36_500)] = 0
    results_every: Annotated[float, Meta(ge=10, le=86_400)] = 60.0
    results_after: Annotated[float, Meta(ge=1, le=3600)] = 30.0
    postgres: str = ""
    postgres_schema: Annotated[str, Meta(min_length=1)] = "ringwall"
    postgres_password_file: str = ""
    webhook: str = ""
    webhook_secret_file: str = ""


class ChoiceConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[choice]`: what Ringwall writes itself: the chosen ids, whether the glyphs came out wrong, and saved views."""

    extensions: tuple[str, ...] = ()
    ascii: bool = False
    view: tuple[ViewConfig, ...] = ()


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Everything that config.toml can say."""

    server: str = DEFAULT_SERVER
    pubnub_origin: str = ""
    ca_file: str = ""
    transport: Annotated[str, _one_of(TRANSPORTS)] = "auto"
    encryption: bool = True
    message_store: bool = False
    ascii: bool = False
    color: bool = True
    theme: ThemeWord = "safe"
    ambiguous_width: Annotated[int, Meta(ge=1, le=2)] = 1
    mouse: bool = False
    mask: bool = False
    log_level: Annotated[str, _one_of(LOG_LEVELS)] = "info"
    login: LoginConfig = LoginConfig()
    feed: FeedConfig = FeedConfig()
    wall: WallConfig = WallConfig()
    view: tuple[ViewConfig, ...] = ()
    alerts: AlertsConfig = AlertsConfig()
    kiosk: KioskConfig = KioskConfig()
    keys: KeysConfig = {}
    record: RecordConfig = RecordConfig()
    choice: ChoiceConfig = ChoiceConfig()
