"""The zone of who sends: what `kindling doctor --dns` says to publish, and the relay's name both ways."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.mail.dns import backwards
from app.mail.records import Identity, look_at
from tests.judges.post import RELAY, RELAY_ADDRESS
from tests.mail.dkim_keys import DOMAIN, both
from tests.mail.scripted_dns import ScriptedDns

BOUNCES = f"bounces.{DOMAIN}"


@contextmanager
def published() -> Iterator[ScriptedDns]:
    there = {(RELAY, "A"): [RELAY_ADDRESS], (backwards(RELAY_ADDRESS).rstrip("."), "PTR"): [f"{RELAY}."]}
    with ScriptedDns(there) as server:
        for _, found in look_at(_sender(), server.dns):
            if found.publish:
                server.publish(found.publish)
        server.zone[BOUNCES, "MX"] = server.zone[DOMAIN, "MX"] = [f"10 {RELAY}."]
        yield server


def _sender() -> Identity:
    signer = both()
    keys = tuple((f"{key.selector}._domainkey.{signer.domain}", key.record) for key in signer.keys)
    return Identity(sender=DOMAIN, bounces=BOUNCES, hosts=(RELAY,), signs=signer.domain, keys=keys)
