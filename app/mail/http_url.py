"""The URL of an HTTP provider: `scheme://KEY@?signing=SECRET&endpoint=https://host/path`."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote

import httpx

from app.errors import MailerError


@dataclass(frozen=True)
class Account:
    """`signing` is the secret that webhooks are signed with; `endpoint` has no slash at its end."""

    key: str = field(repr=False)
    signing: str = field(repr=False)
    endpoint: str


def account_of(parts: SplitResult, home: str) -> Account:
    """`home` is the endpoint of a URL that names none. MailerError, without secrets, if it cannot be used."""
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    signing, endpoint = query.pop("signing", ""), query.pop("endpoint", home)
    key = unquote(parts.username or "")
    bare = parts.netloc.endswith("@") and parts.password is None and parts.path + parts.fragment in ("", "/")
    if query or not bare or not re.fullmatch("[!-~]+", key) or not re.fullmatch("[!-~]*", signing):
        raise MailerError(
            f"Write KINDLING_MAIL_URL as {parts.scheme}://KEY@?signing=SECRET, "
            "with /, ?, #, @, :, +, & and % in key and secret as %2F, %3F, %23, %40, %3A, %2B, %26 and %25."
        )
    return Account(key, signing, _endpoint(endpoint))


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
