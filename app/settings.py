"""Every setting, once, frozen. Read by `main` and the command line; everyone else receives values."""

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from app.core.brand import Brand, HelpLine
from app.core.rate import Caps, read_caps
from app.core.return_path import read_pattern
from app.core.warm_up import read_warm_up
from app.errors import SettingsError

PREFIX = "KINDLING_"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class WhenUncertain(StrEnum):
    RESEND_ONCE = "resend_once"
    HOLD = "hold"


def _split(text: Any) -> Any:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


def _days(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    days = re.fullmatch(r"([1-9][0-9]{0,4})d", text)
    if days is None:
        raise ValueError("write a number of days, such as 365d")
    return timedelta(days=int(days[1]))


def _caps(text: Any) -> Any:
    return read_caps(text) if isinstance(text, str) else text


def _warm_up(text: Any) -> Any:
    return (None if text == "off" else read_warm_up(text)) if isinstance(text, str) else text


def _pattern(text: str) -> str:
    return read_pattern(text) if text else ""


class Settings(BaseModel):
    """What is in force. Names are the environment's without KINDLING_, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.DEVELOPMENT
    base_url: str = "http://127.0.0.1:8000"
    secret_key: Annotated[tuple[str, ...], BeforeValidator(_split)] = Field(default=(), repr=False)
    database_url: str = Field(default="sqlite:///var/kindling.db", repr=False)
    mail_url: str = Field(default="capture://", repr=False)
    mail_from: str = ""
    mail_reply_to: str = ""
    postal_address: str = ""
    webhook_secret: str = Field(default="", repr=False)
    mail_return_path: Annotated[str, AfterValidator(_pattern)] = ""
    bounce_mailbox: str = Field(default="", repr=False)
    dkim_key: str = Field(default="", repr=False)
    dkim_selector: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    dkim_domain: str = ""
    when_uncertain: WhenUncertain = WhenUncertain.RESEND_ONCE
    challenge: str = "connection"
    proxies: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    expected: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    workers: int = Field(default=1, ge=1, le=64)
    connections: int | None = Field(default=None, ge=1, le=99)
    mail_rate: Annotated[Caps, BeforeValidator(_caps)] = Caps()
    warm_up: Annotated[int | None, BeforeValidator(_warm_up)] = None
    keep: Annotated[timedelta, BeforeValidator(_days)] = timedelta(days=365)
    brand: Path | None = None

    @model_validator(mode="after")
    def _agree(self) -> "Settings":
        for problem in (*_anywhere(self), *(_in_production(self) if self.production else _at_home(self))):
            raise ValueError(problem)
        return self

    @property
    def production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def captures(self) -> bool:
        """Whether the development inbox exists: captured mail, in development only."""
        return not self.production and self.mail_url.startswith("capture:")

    @property
    def sender(self) -> str:
        return self.mail_from or "Kindling <kindling@example.org>"


SECRETS = frozenset(
    {"secret_key", "database_url", "mail_url", "webhook_secret", "bounce_mailbox", "dkim_key"}
)


def read_settings(
    environ: Mapping[str, str] = os.environ, file: Path = Path(".env"), **otherwise: str
) -> Settings:
    """The settings in force, `otherwise` where nothing was given; SettingsError says what is wrong."""
    values = otherwise | {name: value for name, (value, _) in gather(environ, file).items()}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def gather(environ: Mapping[str, str], file: Path) -> dict[str, tuple[str, str]]:
    """Each setting that was given, with its value and where it came from."""
    from_file = {k: v for k, v in dotenv_values(file, interpolate=False).items() if v is not None}
    given: dict[str, tuple[str, str]] = {}
    for origin, source in ((str(file), from_file), ("environment", environ)):
        for name, value in source.items():
            if name == "DATABASE_URL":
                given.setdefault("database_url", (value, f"{origin}, DATABASE_URL"))
            if name.startswith(PREFIX) and value:
                given.update(_one(name, value, origin))
    return given


def _one(name: str, value: str, origin: str) -> dict[str, tuple[str, str]]:
    key = name.removeprefix(PREFIX).lower()
    if key in Settings.model_fields:
        return {key: (value, origin)}
    secret = key.removesuffix("_file")
    if key.endswith("_file") and secret in Settings.model_fields:
        return {secret: (_read(name, Path(value)), f"{origin}, the file of {name}")}
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0)
    raise SettingsError(f"{name} is not a setting of Kindling; did you mean {near[0]}?")


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name} names a file that cannot be read: {error.strerror}.") from None


def read_brand(settings: Settings) -> Brand:
    """The operator's own face from brand.yaml; SettingsError when it cannot be read as one."""
    path = settings.brand or Path("var/brand.yaml")
    if settings.brand is None and not path.exists():
        return Brand(postal_address=settings.postal_address)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        lines = tuple(HelpLine(**line) for line in data.pop("help_lines", ()))
        brand = Brand(**{"postal_address": settings.postal_address, **data}, help_lines=lines)
    except (OSError, yaml.YAMLError, TypeError, AttributeError) as error:
        raise SettingsError(f"{path} cannot be used as a brand: {error}.") from None
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", brand.accent):
        raise SettingsError(f"{path}: accent must be a colour such as #a8452c.")
    return brand


def _anywhere(one: Settings) -> list[str]:
    problems = []
    url = urlsplit(one.base_url)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query or url.username:
        problems.append(
            "KINDLING_BASE_URL must be like https://letters.example.org, with nothing after the host."
        )
    if one.workers > 1 and one.database_url.startswith("sqlite"):
        problems.append("KINDLING_WORKERS above 1 needs PostgreSQL: SQLite serves one worker.")
    if one.mail_from and not _mailbox(one.mail_from):
        problems.append("KINDLING_MAIL_FROM must be like Anna at Harbour <hello@example.org>, on one line.")
    if one.webhook_secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,}", one.webhook_secret):
        problems.append(
            "KINDLING_WEBHOOK_SECRET must be 16 or more letters, digits, - or _; try: openssl rand -hex 24"
        )
    if bool(one.dkim_key) != bool(one.dkim_selector) or (one.dkim_domain and not one.dkim_key):
        problems.append("KINDLING_DKIM_KEY and KINDLING_DKIM_SELECTOR go together; set both or neither.")
    if one.bounce_mailbox and not one.mail_return_path:
        problems.append("KINDLING_BOUNCE_MAILBOX needs KINDLING_MAIL_RETURN_PATH, which tells bounces apart.")
    for proxy in (*one.proxies, *(e for e in one.expected if e[:1].isdigit() or ":" in e)):
        if not _network(proxy):
            problems.append(f"“{proxy}” is not an address or a network such as 203.0.113.0/24.")
    return problems


def _in_production(one: Settings) -> list[str]:
    problems = []
    url = urlsplit(one.base_url)
    if url.scheme != "https" or url.hostname in LOOPBACK:
        problems.append("KINDLING_BASE_URL must begin with https:// and name your public host in production.")
    if not one.secret_key or any(len(key.encode()) < 32 for key in one.secret_key):
        problems.append("KINDLING_SECRET_KEY must hold at least 32 bytes; try: openssl rand -hex 32")
    if any(url.strip().startswith(("capture:", "memory:")) for url in one.mail_url.split(",")):
        problems.append(
            "KINDLING_MAIL_URL still captures mail; name your provider, as smtp://user:pass@host:587."
        )
    for name in ("mail_from", "mail_reply_to", "postal_address"):
        if not getattr(one, name):
            problems.append(f"{PREFIX}{name.upper()} is required in production: every letter shows it.")
    return problems


def _at_home(one: Settings) -> list[str]:
    problems = []
    mails = [urlsplit(url.strip()) for url in one.mail_url.split(",")]
    if not all(mail.scheme in ("capture", "memory") or mail.hostname in LOOPBACK for mail in mails):
        problems.append(
            "In development no mail leaves this machine; set KINDLING_MODE=production to use this provider."
        )
    if one.bounce_mailbox and _host(one.bounce_mailbox) not in LOOPBACK:
        problems.append("In development nobody else's bounces are read: leave KINDLING_BOUNCE_MAILBOX out.")
    return problems


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # its words may hold the password
        return None


def _mailbox(text: str) -> bool:
    return "\n" not in text and "\r" not in text and "@" in parseaddr(text)[1]


def _network(text: str) -> bool:
    try:
        return bool(ip_network(text, strict=False)) or bool(ip_address(text))
    except ValueError:
        return False


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    name = "".join(f"{PREFIX}{str(part).upper()}: " for part in first["loc"][:1])
    return f"{name}{said}"
