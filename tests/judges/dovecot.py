"""Dovecot as a process of our own: one mailbox that is there already, by IMAP on a port of loopback."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.judges.postfix import NOBODY, answers, free_port

PASSWORD = "not/so:secret@all"
PATIENCE = 30

CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{mail}/%n
first_valid_uid = {nobody}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={folder}/home/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
}}
"""


@contextmanager
def running_dovecot(program: str, folder: Path, mail: Path) -> Iterator[int]:
    """The port at which whoever knows PASSWORD reads the maildirs in `mail` by their names; needs root."""
    port = free_port()
    conf = folder / "dovecot.conf"
    conf.write_text(CONF.format(folder=folder, mail=mail, port=port, nobody=NOBODY, password=PASSWORD))
    with subprocess.Popen([program, "-F", "-c", str(conf)], stdin=subprocess.DEVNULL) as process:
        try:
            _wait(port, process, folder)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not answers(port):
        if time.monotonic() > until or process.poll() is not None:
            raise AssertionError(f"Dovecot did not start:\n{(folder / 'dovecot.log').read_text()}")
        time.sleep(0.05)
