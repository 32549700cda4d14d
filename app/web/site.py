"""The site: every door, behind the shield."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.web import confirm, health, hooks, inbox, lesson, links, preview, problems, public, sign_up
from app.web.front import Front
from app.web.shield import Shield

STATIC = Path(__file__).parent / "static"
AT_HOME = frozenset({"localhost", "127.0.0.1", "[::1]"})


def build_site(front: Front) -> FastAPI:
    """The ASGI application; inbox and preview are among its doors only where mail is captured."""
    app = FastAPI(
        title=front.brand.name,
        docs_url=None,
        openapi_url="/api/openapi.json",
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.front = front
    for room in (public, sign_up, confirm, links, lesson, health, hooks):
        app.include_router(room.router)
    if front.inbox is not None:
        app.include_router(inbox.router)
        app.include_router(preview.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    problems.install(app)
    https = front.base_url.startswith("https:")
    app.add_middleware(Shield, hosts=_hosts(front), crash=problems.crash, https=https)
    return app


def _hosts(front: Front) -> frozenset[str]:
    base = urlsplit(front.base_url)
    if front.production:
        return frozenset({base.netloc.lower()})
    port = f":{base.port}" if base.port else ""
    return frozenset({base.netloc.lower()} | {host + port for host in AT_HOME})
