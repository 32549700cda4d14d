"""An SMTP server that keeps a log of every acceptance, refuses a few, and goes silent after accepting some.

`python -m tests.chaos.fire.sink PORT LOG SEED`: each line of the log is a JSON object.
"""

import json
import random
import socketserver
import sys
import threading
import time
from pathlib import Path

REFUSED, DROPPED = 0.03, 0.02
THINKING = 0.02
"""Seconds before each answer to a message, at most."""


class Conversation(socketserver.StreamRequestHandler):
    """One client; pipelined commands are answered in their order."""

    def handle(self) -> None:
        self._say(b"220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say(b"354 go on")
                if not self._take():
                    return
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            elif verb == b"EHLO":
                self._say(b"250-sink\r\n250-PIPELINING\r\n250 SIZE 10485760")
            else:
                if verb == b"RCPT":
                    self.recipient = line.split(b"<")[1].split(b">")[0].decode()
                self._say(b"250 ok")

    def _take(self) -> bool:
        """Read a message and answer; False when the conversation ends here."""
        subject = ""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.startswith(b"Subject: "):
                subject = line[9:].decode().strip()
        luck = self.server.luck()  # type: ignore[attr-defined]
        if luck < REFUSED:
            self._say(b"451 4.3.0 try again")
            return True
        time.sleep(luck * THINKING)
        kept = luck >= REFUSED + DROPPED
        line = {"to": self.recipient, "subject": subject, "answer": "kept" if kept else "dropped"}
        self.server.log(json.dumps(line))  # type: ignore[attr-defined]
        if kept:
            self._say(b"250 2.0.0 taken")
        return kept

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, log: Path, seed: int) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._log = log.open("a", buffering=1)

    def luck(self) -> float:
        with self._lock:
            return self._random.random()

    def log(self, line: str) -> None:
        """Written before the answer is: the log is the truth about what was accepted."""
        with self._lock:
            self._log.write(line + "\n")

    def handle_error(self, *_: object) -> None:
        """Clients are killed on purpose."""


if __name__ == "__main__":
    Sink(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])).serve_forever()
