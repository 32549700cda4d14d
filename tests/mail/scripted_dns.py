"""A small DNS server on this machine, and the one who asks it."""

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.resolver import Resolver

from app.mail.dns import Dns


@dataclass
class ScriptedDns:
    """`zone` maps (name, kind) to records as a zone file has them; `ill` names get SERVFAIL."""

    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    ill: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def dns(self) -> Dns:
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return Dns(resolver)

    def publish(self, line: str) -> None:
        """A line as `kindling doctor --dns` prints it."""
        name, kind, content = line.split(" ", 2)
        self.zone.setdefault((name.rstrip("."), kind), []).append(content)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                octets, peer = self._socket.recvfrom(4096)
                if not octets:
                    return
                self._socket.sendto(self._answer(octets), peer)

    def _answer(self, octets: bytes) -> bytes:
        query = dns.message.from_wire(octets)
        answer = dns.message.make_response(query, recursion_available=True)
        [question] = query.question
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        records = self.zone.get((name, kind), [])
        if name in self.ill:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif not any(known == name for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
