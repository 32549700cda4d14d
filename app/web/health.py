"""Whether the process is up, and whether it can work."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from app.store import installation, schema
from app.store.database import Unavailable
from app.web.front import Given

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "up"}


@router.get("/readyz")
def readyz(front: Given) -> Response:
    """Database and schema decide; the scheduler's last beat and the zone data are told, not judged."""
    try:
        ready = schema.fit(front.database)
        with front.reading() as (session, _):
            row = installation.read(session)
    except Unavailable:
        return JSONResponse({"status": "database unreachable"}, 503)
    told = {
        "status": "ready" if ready else "schema not migrated",
        "beat": row.beat_at.isoformat() if row.beat_at else None,
        "zone_data": row.tzdata,
    }
    return JSONResponse(told, 200 if ready else 503)
