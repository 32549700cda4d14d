"""Errors → status and page. The only place, with the doors, that knows HTTP's numbers."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.errors import GoneError, InputError, LinkError, TransitionError
from app.store.database import Unavailable
from app.web.front import Front
from app.web.render import Page, show

log = structlog.get_logger()

_SENTENCES = {
    400: "Something in this request was not as it should be; please go back and try once more.",
    404: "There is nothing at this address. It may have been shortened or changed on its way to you.",
    405: "This address does not take that.",
    413: "That was more than we can take at once.",
    415: "This address does not take that kind of data.",
    429: "Very many people are signing up from your network. Please try again in an hour.",
    503: "We cannot reach our memory right now. Nothing was changed; please try again in a minute.",
}


_HEADINGS = {
    404: "There is nothing here",
    410: "This has ended",
    413: "That was too much",
    415: "Not this way",
    422: "Please look again",
    429: "One moment, please",
    503: "One moment, please",
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(InputError, _input)
    app.add_exception_handler(LinkError, _link)
    app.add_exception_handler(GoneError, _gone)
    app.add_exception_handler(TransitionError, _transition)
    app.add_exception_handler(Unavailable, _unavailable)


def problem(request: Request, status: int, sentence: str, heading: str = "", offer: str = "") -> Response:
    """A page for people, `{"detail": …}` for programs."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": sentence}, status)
    front: Front = request.app.state.front
    context = {
        "status": status,
        "heading": heading or _HEADINGS.get(status, "This did not work"),
        "sentence": sentence,
        "offer": {"url": "/#start", "label": offer} if offer else None,
    }
    return show(front, request, Page("problem", context, status))


def crash(request: Request, error: Exception) -> Response:
    """Nobody foresaw this: the operator gets the trace, the visitor a sentence."""
    log.error("unexpected", exc_info=error)
    return problem(request, 500, "Something went wrong on our side; please try again later.", "Our mistake")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    sentence = said or _SENTENCES.get(error.status_code, "This did not work.")
    answer = problem(request, error.status_code, sentence)
    answer.headers.update(error.headers or {})
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    """A JSON body of another shape: one sentence per field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    fields = {str(one["loc"][-1]): _shape(one["type"]) for one in error.errors()}
    return JSONResponse({"errors": fields}, 422)


def _input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)  # noqa: S101
    if request.url.path.startswith("/api/"):
        return JSONResponse({"errors": error.fields}, 422)
    return problem(request, 422, str(error))


def _link(request: Request, _: Exception) -> Response:
    sentence = (
        "Some mail programs cut long links in two. Please open the link from the mail once more, or copy "
        "all of it. If that does not help, sign up again with your address and we send a fresh one."
    )
    return problem(request, 404, sentence, "This link did not arrive whole", "Send me a fresh mail")


def _gone(request: Request, _: Exception) -> Response:
    return show(request.app.state.front, request, Page("ended", {}, 410))


def _transition(request: Request, error: Exception) -> Response:
    return problem(request, 409, str(error), "This has changed meanwhile")


def _unavailable(request: Request, _: Exception) -> Response:
    log.warning("database unavailable")
    return problem(request, 503, _SENTENCES[503])


def _shape(kind: str) -> str:
    return {
        "missing": "This field is needed.",
        "extra_forbidden": "There is no field of this name.",
        "json_invalid": "This is not valid JSON.",
    }.get(kind, "Please send this as text.")
