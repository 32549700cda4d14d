"""The guard of every way to sign up: form token, honeypot, limits per network and in all. And of hooks."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from sqlalchemy.orm import Session

from app.core.links import KeyRing
from app.store import counters

HASTY = timedelta(seconds=3)
STALE = timedelta(hours=2)
PER_NETWORK = 200
IN_ALL = 2000
UNPROVED = 30


class Pass(StrEnum):
    """OPEN: go on · SILENT: the neutral page and nothing else · AGAIN: the form once more · WAIT: 429."""

    OPEN = "open"
    SILENT = "silent"
    AGAIN = "again"
    WAIT = "wait"


@dataclass(frozen=True)
class Visitor:
    """Who knocks: the network they come from, as far as believed proxies tell."""

    network: str
    expected: bool = False


def visitor(request: Request, proxies: tuple[str, ...], expected: tuple[str, ...], address: str) -> Visitor:
    """An IPv4 address or an IPv6 /64; forwarding headers count only from a believed proxy."""
    peer = request.client.host if request.client else ""
    hops = [peer]
    if _within(peer, proxies):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")] + hops
    while len(hops) > 1 and _within(hops[-1], proxies):
        hops.pop()
    known = _within(hops[-1], expected) or address.rpartition("@")[2].lower() in expected
    return Visitor(_network(hops[-1]), known)


def crowd(session: Session, ring: KeyRing, who: Visitor, now: datetime) -> Pass:
    """Count a sign-up; too many from one network or in all in an hour have to wait."""
    if who.expected:
        return Pass.OPEN
    from_here = counters.count(session, f"sign-up:{_hidden(ring, who.network)}", now)
    in_all = counters.count(session, "sign-up", now)
    return Pass.WAIT if from_here > PER_NETWORK or in_all > IN_ALL else Pass.OPEN


def unproved(session: Session, ring: KeyRing, who: Visitor, now: datetime) -> Pass:
    """Count a hook's call that proved nothing; too many from one network in a minute have to wait."""
    from_here = counters.count(session, f"hook:{_hidden(ring, who.network)}:{now:%M}", now)
    return Pass.WAIT if from_here > UNPROVED else Pass.OPEN


def issue(ring: KeyRing, now: datetime) -> str:
    """A token for one form, `<seconds>.<nonce>.<mac>`."""
    text = f"{int(now.timestamp())}.{secrets.token_hex(8)}"
    return f"{text}.{_mac(ring.keys[0], text)}"


def inspect(session: Session, ring: KeyRing, token: str, honeypot: str, now: datetime) -> Pass:
    """Whether a form was filled in by a person who saw it: once, neither at once nor hours later."""
    text, _, mac = token.rpartition(".")
    if honeypot or not any(hmac.compare_digest(_mac(key, text), mac) for key in ring.keys):
        return Pass.SILENT
    age = now - datetime.fromtimestamp(int(text.partition(".")[0]), UTC)
    if not HASTY <= age <= STALE or counters.count(session, f"form:{text}", now) > 1:
        return Pass.AGAIN
    return Pass.OPEN


def _mac(key: bytes, text: str) -> str:
    return hmac.digest(key, b"form:" + text.encode("utf-8", "replace"), "sha256")[:16].hex()


def _hidden(ring: KeyRing, network: str) -> str:
    """Networks are counted without being written down."""
    return hmac.digest(ring.keys[0], b"network:" + network.encode(), "sha256")[:12].hex()


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    return str(ip_network(f"{ip}/64", strict=False)) if isinstance(ip, IPv6Address) else str(ip)


def _within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in ip_network(one, strict=False) for one in networks if one[:1].isdigit() or ":" in one)
