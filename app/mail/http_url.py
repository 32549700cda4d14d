"""The URL of an HTTP provider: its example is its grammar, as `scheme://KEY@?signing=SECRET`.

`endpoint=https://host/path` may stand in any of them: requests go there instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx

from app.errors import MailerError


@dataclass(frozen=True)
class Account:
    """`endpoint` is empty if the URL names none, and has no slash at its end.

    `host` and `password` are there if the example has them; `options` are those of the example's that are
    given.
    """

    key: str = field(repr=False)
    password: str = field(default="", repr=False)
    host: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    endpoint: str = ""


def account_of(parts: SplitResult, example: str) -> Account:
    """MailerError, without secrets, if the URL is not written as the example."""
    shape, query = urlsplit(example), dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint = query.pop("endpoint", None)
    found = Account(unquote(parts.username or ""), unquote(parts.password or ""), _host(parts), query)
    known = {name for name, _ in parse_qsl(shape.query)}
    words = (found.key, *([found.password] if shape.password else []), *query.values())
    fits = (
        parts.path + parts.fragment in ("", "/")
        and bool(found.password) == bool(shape.password)
        and bool(found.host) == bool(shape.hostname)
        and not parts.netloc.rpartition("@")[2].count(":")
        and (parts.password is None) == (shape.password is None)
        and query.keys() <= known
    )
    if not fits or not all(re.fullmatch("[!-~]+", word) for word in words):
        raise MailerError(
            f"Write KINDLING_MAIL_URL as {example}, "
            "with /, ?, #, @, :, +, & and % in keys and secrets as %2F, %3F, %23, %40, %3A, %2B, %26 and %25."
        )
    return found if endpoint is None else replace(found, endpoint=_endpoint(endpoint))


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "") if re.fullmatch("[a-z0-9.-]*", parts.hostname or "") else ""


def _endpoint(url: str) -> str:
    """https, or http to this machine."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL()
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.host))
    whole = parts.host and (parts.port is None or 0 < parts.port < 65_536)
    if not safe or not whole or parts.userinfo or parts.query or parts.fragment:
        raise MailerError(
            "Write endpoint= in KINDLING_MAIL_URL as https://host/path; "
            "http://127.0.0.1:port is for this machine only."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
