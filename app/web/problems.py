"""Errors → status and page. The only place, with the doors, that knows HTTP's numbers."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.compose.words import say
from app.core.sentence import N_
from app.errors import GoneError, InputError, LinkError, TransitionError
from app.store.database import Unavailable
from app.web.front import Front
from app.web.render import Page, language_of, show

log = structlog.get_logger()

_SENTENCES = {
    400: N_("Something in this request was not as it should be; please go back and try once more."),
    404: N_("There is nothing at this address. It may have been shortened or changed on its way to you."),
    405: N_("This address does not take that."),
    413: N_("That was more than we can take at once."),
    415: N_("This address does not take that kind of data."),
    429: N_("Very many people are signing up from your network. Please try again in an hour."),
    503: N_("We cannot reach our memory right now. Nothing was changed; please try again in a minute."),
}
_SENTENCE = N_("This did not work.")


_HEADINGS = {
    404: N_("There is nothing here"),
    410: N_("This has ended"),
    413: N_("That was too much"),
    415: N_("Not this way"),
    422: N_("Please look again"),
    429: N_("One moment, please"),
    503: N_("One moment, please"),
}
_HEADING = N_("This did not work")


def install(app: FastAPI) -> None:
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(InputError, _input)
    app.add_exception_handler(LinkError, _link)
    app.add_exception_handler(GoneError, _gone)
    app.add_exception_handler(TransitionError, _transition)
    app.add_exception_handler(Unavailable, _unavailable)


def problem(request: Request, status: int, sentence: str, heading: str = "", offer: str = "") -> Response:
    """A page for people, `{"detail": …}` for programs; what is said here is as in the catalogue."""
    front: Front = request.app.state.front
    language = language_of(front, request)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": say(sentence, language)}, status)
    context = {
        "status": status,
        "heading": say(heading or _HEADINGS.get(status, _HEADING), language),
        "sentence": say(sentence, language),
        "offer": say(offer, language) if offer else None,
    }
    return show(front, request, Page("problem", context, status))


def crash(request: Request, error: Exception) -> Response:
    """Nobody foresaw this: the operator gets the trace, the visitor a sentence."""
    log.error("unexpected", exc_info=error)
    sentence = N_("Something went wrong on our side; please try again later.")
    return problem(request, 500, sentence, N_("Our mistake"))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    sentence = said or _SENTENCES.get(error.status_code, _SENTENCE)
    answer = problem(request, error.status_code, sentence)
    answer.headers.update(error.headers or {})
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    """A JSON body of another shape: one sentence per field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    language = language_of(request.app.state.front, request)
    fields = {str(one["loc"][-1]): say(_shape(one["type"]), language) for one in error.errors()}
    return JSONResponse({"errors": fields}, 422)


def _input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)  # noqa: S101
    if request.url.path.startswith("/api/"):
        return JSONResponse({"errors": error.fields}, 422)
    return problem(request, 422, str(error))


def _link(request: Request, _: Exception) -> Response:
    sentence = N_(
        "Some mail programs cut long links in two. Please open the link from the mail once more, or copy "
        "all of it. If that does not help, sign up again with your address and we send a fresh one."
    )
    return problem(request, 404, sentence, N_("This link did not arrive whole"), N_("Sign up again"))


def _gone(request: Request, _: Exception) -> Response:
    return show(request.app.state.front, request, Page("ended", {}, 410))


def _transition(request: Request, error: Exception) -> Response:
    return problem(request, 409, str(error), N_("This has changed meanwhile"))


def _unavailable(request: Request, _: Exception) -> Response:
    log.warning("database unavailable")
    return problem(request, 503, _SENTENCES[503])


def _shape(kind: str) -> str:
    return {
        "missing": N_("This field is needed."),
        "extra_forbidden": N_("There is no field of this name."),
        "json_invalid": N_("This is not valid JSON."),
    }.get(kind, N_("Please send this as text."))
