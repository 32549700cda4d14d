"""What stands before every door: the host, the size of a body, the headers of an answer, the access line."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

log = structlog.get_logger()

BODY_LIMIT = 64 * 1024
HOOKS, HOOK_LIMIT = "/hooks/", 2 * 1024 * 1024
HEALTH = frozenset({"/healthz", "/readyz"})

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Crash = Callable[[Request, Exception], Response]


class TooLarge(Exception):
    """A body grew past the limit while it was read."""


class Shield:
    """One ASGI layer; `hosts` are the names this installation answers to, `crash` the page of last resort."""

    def __init__(self, app: App, hosts: frozenset[str], crash: Crash, *, https: bool) -> None:
        self.app = app
        self.hosts = hosts
        self.crash = crash
        self.headers = PAGE_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        began, status = time.monotonic(), [0]
        try:
            await self.app(scope, _limited(receive, _limit(scope)), self._dressed(send, status))
        except TooLarge:
            status[0] = 413
            await _too_large(scope)(scope, receive, send)
        except Exception as error:
            if status[0]:
                raise
            await self.crash(Request(scope), error)(scope, receive, self._dressed(send, status))
        finally:
            _access_line(scope, status[0], time.monotonic() - began)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if scope["path"] not in HEALTH and host not in self.hosts:
            return PlainTextResponse("This server does not answer to that name.", 400)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _limit(scope):
            return _too_large(scope)
        return None

    def _dressed(self, send: Send, status: list[int]) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return dressed


def _limit(scope: Scope) -> int:
    """How many octets a body may have: what providers tell comes in bundles."""
    return HOOK_LIMIT if scope["path"].startswith(HOOKS) else BODY_LIMIT


def _too_large(scope: Scope) -> PlainTextResponse:
    return PlainTextResponse(f"This is more than {_limit(scope) // 1024} KiB; please send less.", 413)


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge
        return message

    return limited


def _access_line(scope: Scope, status: int, seconds: float) -> None:
    """The pattern of the door, never its path: paths carry links, and links are keys."""
    route = scope.get("route")
    door = getattr(route, "path", "-")
    log.info("request", method=scope["method"], door=door, status=status, ms=round(1000 * seconds, 1))
