"""What the DNS must say about who sends our mail, and the records to publish where it does not."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from typing import NamedTuple

from app.errors import MailerError
from app.mail.dns import Dns, backwards
from app.mail.spf import MOST, fault_of, look_ups, spf_of


class Standing(StrEnum):
    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    ELSEWHERE = "elsewhere"  # only somebody else can say


class Found(NamedTuple):
    """How a record stands, what that means, and the line for the zone that mends it."""

    standing: Standing
    finding: str
    publish: str = ""


@dataclass(frozen=True)
class Identity:
    """Who sends; domains are A-labels. `bounces` is empty when nothing goes out by SMTP.

    `hosts` are the mail servers as far as they have a public name, `providers` who else sends; `keys` are the
    names of our DKIM records with what they say, `signs` is the domain that they sign for.
    """

    sender: str
    bounces: str = ""
    hosts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    signs: str = ""
    keys: tuple[tuple[str, str], ...] = ()


Look = Callable[[Dns], Found]


def look_at(one: Identity, dns: Dns) -> Iterator[tuple[str, Found]]:
    """Each record by its topic; a question without an answer ends no other. Nothing is sent to anybody."""
    for topic, look in _looks(one):
        try:
            yield topic, look(dns)
        except MailerError as fault:
            yield topic, Found(Standing.UNANSWERED, f"{fault} Try again.")


def _looks(one: Identity) -> Iterator[tuple[str, Look]]:
    if one.bounces:
        yield f"SPF of {one.bounces}", partial(_spf, one)
    for name, content in one.keys:
        yield f"DKIM at {name}", partial(_dkim, name, content)
    if one.bounces and not one.keys:
        yield f"DKIM of {one.sender}", _signed_elsewhere
    for name in one.providers:
        yield f"SPF and DKIM by {name}", partial(_provided, name)
    yield f"DMARC of {one.sender}", partial(_dmarc, one)
    for domain in dict.fromkeys(filter(None, (one.bounces, one.sender))):
        yield f"MX of {domain}", partial(_mx, domain)
    for host in one.hosts:
        yield f"PTR of {host}", partial(_ptr, host)


def _spf(one: Identity, dns: Dns) -> Found:
    records = spf_of(one.bounces, dns)
    if not records:
        who = f"a:{one.hosts[0]}" if one.hosts else "mx"
        said = "nobody can tell who may send for it; a provider that passes your mail on names a record too"
        return Found(Standing.MISSING, said, _txt(one.bounces, f"v=spf1 {who} ~all"))
    if len(records) > 1:
        return Found(Standing.WRONG, f"{len(records)} records, of which receivers use none; make them one")
    if fault := fault_of(records[0], dns):
        return Found(Standing.WRONG, fault)
    alike = one.bounces.split(".")[-2:] == one.sender.split(".")[-2:]
    apart = "" if alike else f"; it is not of {one.sender}, so that DMARC hangs on DKIM alone"
    return Found(Standing.OK, f"{look_ups(records[0], dns)} of {MOST} look-ups{apart}")


def _dkim(name: str, content: str, dns: Dns) -> Found:
    publish = _txt(name, content)
    records = dns.texts(name)
    if not records:
        return Found(Standing.MISSING, "receivers cannot check our signature", publish)
    if len(records) > 1 or _tags(records[0]).get("p") != _tags(content)["p"]:
        return Found(Standing.WRONG, "another key than the one we sign with; publish this one alone", publish)
    return Found(Standing.OK, "the key we sign with")


def _signed_elsewhere(_: Dns) -> Found:
    said = "we sign nothing; if your mail server does not either, set KINDLING_DKIM_KEY (openssl genrsa 2048)"
    return Found(Standing.ELSEWHERE, said)


def _provided(name: str, _: Dns) -> Found:
    return Found(Standing.ELSEWHERE, f"{name} signs and bounces by records that its own pages name")


def _dmarc(one: Identity, dns: Dns) -> Found:
    """The domain's own, or else the nearest above it."""
    labels = one.sender.split(".")
    for domain in (".".join(labels[first:]) for first in range(max(1, len(labels) - 1))):
        records = [text for text in dns.texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
        if records:
            return _policy(one, domain, records)
    publish = _txt(f"_dmarc.{one.sender}", f"v=DMARC1; p=none; rua=mailto:postmaster@{one.sender}")
    return Found(Standing.MISSING, "large mailbox providers ask for it; reports come to the address", publish)


def _policy(one: Identity, domain: str, records: list[str]) -> Found:
    tags = _tags(records[0])
    policy = tags.get("p", "") if domain == one.sender else tags.get("sp", tags.get("p", ""))
    if len(records) > 1:
        return Found(Standing.WRONG, f"{len(records)} records, of which receivers use none; make them one")
    if policy.lower() not in ("none", "quarantine", "reject"):
        return Found(Standing.WRONG, "p= must be none, quarantine or reject")
    if tags.get("adkim", "").lower() == "s" and one.keys and one.signs != one.sender:
        return Found(Standing.WRONG, f"adkim=s, but we sign for {one.signs}; leave adkim out")
    later = (
        "; go on to p=quarantine when the reports show no mail but yours" if policy.lower() == "none" else ""
    )
    return Found(Standing.OK, f"p={policy}{later}")


def _mx(domain: str, dns: Dns) -> Found:
    hosts = dns.exchanges(domain)
    if not hosts and dns.addresses(domain):
        return Found(Standing.OK, "no MX; its own address takes its mail")
    if not hosts:
        return Found(
            Standing.MISSING,
            "no mail can come back to it; name its server",
            f"{domain}. MX 10 mail.{domain}.",
        )
    if lost := [host or "nobody" for host in hosts if not host or not dns.addresses(host)]:
        return Found(Standing.WRONG, f"its mail goes to {lost[0]}, where nothing can be delivered")
    return Found(Standing.OK, ", ".join(hosts))


def _ptr(host: str, dns: Dns) -> Found:
    """Each public address leads to a name, and that back to the address (Gmail's rule for every sender)."""
    addresses = dns.addresses(host)
    if not addresses:
        return Found(Standing.WRONG, f"{host} has no address")
    public = [one for one in addresses if ip_address(one).is_global]
    for address in public:
        if not any(address in dns.addresses(name) for name in dns.hosts(address)):
            said = f"{address} leads to no name that leads back; whoever gave you the address can publish it"
            return Found(Standing.WRONG, said, f"{backwards(address)} PTR {host}.")
    if not public:
        return Found(Standing.ELSEWHERE, "in a private network; what counts is who sends outward from there")
    return Found(Standing.OK, f"{', '.join(public)} and back")


def _tags(record: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in re.sub(r"\s", "", record).split(";"))
    return {name.lower(): value for name, _, value in pairs}


def _txt(name: str, content: str) -> str:
    """As it stands in a zone: a string holds at most 255 octets."""
    return f"{name}. TXT " + " ".join(f'"{piece}"' for piece in re.findall(".{1,255}", content))
