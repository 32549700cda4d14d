"""The DNS, asked about mail."""

from typing import Any

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, Resolver
from dns.reversename import from_address

from app.errors import MailerError

PATIENCE = 5.0
"""Seconds for one question, however many servers are asked."""


class Dns:
    """Names come back in lower case without a final dot. MailerError when no answer came."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver

    def texts(self, name: str) -> list[str]:
        return [b"".join(one.strings).decode("utf-8", "replace") for one in self._ask(name, "TXT")]

    def exchanges(self, domain: str) -> list[str]:
        """Who takes its mail, most preferred first; an empty name says that nobody does (RFC 7505)."""
        found = sorted((one.preference, _plain(one.exchange)) for one in self._ask(domain, "MX"))
        return [host for _, host in found]

    def addresses(self, host: str) -> list[str]:
        return [one.address for kind in ("A", "AAAA") for one in self._ask(host, kind)]

    def hosts(self, address: str) -> list[str]:
        """Whose address it is, going backwards."""
        return [_plain(one.target) for one in self._ask(backwards(address), "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            resolver = self._resolver = self._resolver or Resolver()
            answer = resolver.resolve(
                f"{name.rstrip('.')}.", kind, raise_on_no_answer=False, lifetime=PATIENCE
            )
        except NXDOMAIN:
            return []
        except DNSException as fault:
            raise MailerError(f"The DNS gave no answer about {name} ({type(fault).__name__}).") from None
        return list(answer.rrset or [])


def backwards(address: str) -> str:
    """The name under which the DNS says whose address it is."""
    return str(from_address(address))


def _plain(name: Any) -> str:
    return str(name).rstrip(".").lower()
