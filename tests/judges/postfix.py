"""Postfix as an instance of our own: all that it has in one folder, at two ports of loopback.

At the first port it takes our mail, at the second it is the server of our readers; whatever that one does not
take bounces to where our mail said it would.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READERS, BOUNCES = "readers.example", "bounces.harbour.example"
NOBODY = 65534
PATIENCE = 30

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mail.harbour.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_connection_cache_on_demand = no
notify_classes =
recipient_delimiter = +
maximal_queue_lifetime = 0
bounce_queue_lifetime = 0
alias_maps =
alias_database =
virtual_mailbox_domains = {readers}, {bounces}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = hash:{folder}/boxes
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
transport_maps = inline:{{ {{ {readers} = smtp:[127.0.0.1]:{theirs} }} }}
"""
"""What cannot be delivered at once is given up at once; no test waits for five days."""

MASTER = """
{ours} inet n - n - - smtpd
  -o smtpd_reject_unlisted_recipient=no
{theirs} inet n - n - - smtpd
  -o myhostname=mx.{readers}
  -o smtpd_recipient_restrictions=check_recipient_access,hash:{folder}/refusals,permit_mynetworks
  -o content_filter=virtual:
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """`port` takes our mail; `readers` live at READERS."""

    program: str
    folder: Path
    port: int

    @property
    def boxes(self) -> Path:
        """A maildir for each name."""
        return self.folder / "mail"

    def knows(self, *readers: str, refusals: Mapping[str, str] | None = None) -> None:
        """From now on these have a mailbox, and those get a reply of their own; nobody else exists."""
        boxes = {f"{one}@{READERS}": f"{one}/" for one in readers} | {f"bounce@{BOUNCES}": "bounce/"}
        self._table("boxes", boxes)
        self._table("refusals", {f"{one}@{READERS}": reply for one, reply in (refusals or {}).items()})
        if answers(self.port):
            self.say("reload")
            self.wait()

    def mails(self, name: str, count: int) -> list[bytes]:
        """Of a mailbox, oldest first, as soon as there are so many."""
        until = time.monotonic() + PATIENCE
        while len(found := list((self.boxes / name).glob("[nc][eu][wr]/*"))) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{name} has {len(found)} mails:\n{self.log()}")
            time.sleep(0.05)
        return [file.read_bytes() for file in sorted(found, key=os.path.getmtime)]

    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE
        while not answers(self.port):
            if time.monotonic() > until:
                raise AssertionError(f"Postfix did not start:\n{self.log()}")
            time.sleep(0.05)

    def say(self, word: str) -> None:
        """`start`, `reload` or `stop`; to this instance and no other."""
        command = [self.program, "-c", str(self.folder / "conf"), word]
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        if done.returncode:
            raise AssertionError(f"postfix {word}: {(self.folder / 'said').read_text()}{self.log()}")

    def _table(self, name: str, lines: Mapping[str, str]) -> None:
        """Whoever has read it before in the same second does not notice that it changed."""
        (self.folder / name).write_text("".join(f"{key} {value}\n" for key, value in lines.items()))
        postmap = Path(self.program).with_name("postmap")
        subprocess.run([postmap, "-c", self.folder / "conf", f"hash:{self.folder / name}"], check=True)


@contextmanager
def running_postfix(program: str, folder: Path) -> Iterator[Postfix]:
    """`folder` must be open for Postfix's own user all the way up; needs root."""
    ours, theirs = free_port(), free_port()
    words = {
        "folder": folder,
        "readers": READERS,
        "bounces": BOUNCES,
        "nobody": NOBODY,
        "ours": ours,
        "theirs": theirs,
    }
    for name in ("conf", "queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", NOBODY, NOBODY)
    (folder / "conf" / "main.cf").write_text(MAIN.format(**words))
    (folder / "conf" / "master.cf").write_text(MASTER.format(**words))
    postfix = Postfix(program, folder, ours)
    postfix.knows()
    postfix.say("start")
    try:
        postfix.wait()
        yield postfix
    finally:
        postfix.say("stop")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
