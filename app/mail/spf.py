"""SPF records (RFC 7208), as far as an operator can get them wrong."""

import re

from app.mail.dns import Dns

MOST = 10
"""A receiver gives up after so many look-ups (§4.6.4)."""

_TERM = re.compile(r"[+?~-]?(a|mx|ptr|exists|include|redirect)(?:[:=]([^/]*))?(?:/.*)?")
_ANYBODY = re.compile(r"\+?all")


def spf_of(domain: str, dns: Dns) -> list[str]:
    """Its SPF records; there may be only one."""
    return [text for text in dns.texts(domain) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]


def fault_of(record: str, dns: Dns) -> str:
    """What is wrong with a record, empty for nothing."""
    if any(_ANYBODY.fullmatch(term) for term in record.lower().split()):
        return "it lets everybody send for you; end it with ~all"
    try:
        spent = look_ups(record, dns)
    except ValueError as fault:
        return str(fault)
    return f"receivers give up after {MOST} look-ups; take something out" if spent > MOST else ""


def look_ups(record: str, dns: Dns, spent: int = 0) -> int:
    """How many a receiver needs, counted up to MOST + 1. ValueError for an include of nothing."""
    for found in map(_TERM.fullmatch, record.lower().split()[1:]):
        if found is None:
            continue
        spent += 1
        if spent > MOST:
            break
        name, target = found.groups()
        if name in ("include", "redirect") and "%" not in (target or ""):
            spent = look_ups(_included(target or "", dns), dns, spent)
    return spent


def _included(domain: str, dns: Dns) -> str:
    records = spf_of(domain, dns) if domain else []
    if len(records) != 1:
        raise ValueError(f"it includes {domain or 'nothing'}, which has {len(records) or 'no'} SPF records")
    return records[0]
