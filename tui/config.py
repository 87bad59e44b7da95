"""The configuration: config.toml as one typed model. `config.toml` beside the README documents every key."""

import msgspec


class LoginConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[login]`: who logs in. Secrets stand in files or in the environment, never here."""

    client_id: str = ""
    client_secret_file: str = ""
    jwt_file: str = ""
    username: str = ""
    password_file: str = ""


class FeedConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[feed]`: the waits that keep the wall true, in seconds."""

    confirm_after: float = 60.0
    reconcile_every: float = 180.0
    proof_every: float = 20.0
    renew_before: float = 90.0
    retry_cap: float = 60.0


class WallConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[wall]`: what the wall shows first."""

    sort: str = "number"
    reverse: bool = False
    filter: str = ""


class ChoiceConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[choice]`: the chosen extensions, by id. Ringwall writes this table itself."""

    extensions: tuple[str, ...] = ()


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Everything that config.toml can say."""

    server: str = "https://platform.ringcentral.com"
    pubnub_origin: str = ""
    encryption: bool = True
    message_store: bool = False
    ascii: bool = False
    color: bool = True
    mouse: bool = False
    mask: bool = False
    log_level: str = "warning"
    login: LoginConfig = LoginConfig()
    feed: FeedConfig = FeedConfig()
    wall: WallConfig = WallConfig()
    choice: ChoiceConfig = ChoiceConfig()
