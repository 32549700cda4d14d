"""Read a posted form. The only `async` of ours: Starlette hands out a body in no other way."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from app.core.sentence import N_

FIELDS = 50
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def _posted(request: Request) -> dict[str, str]:
    """The fields of a form, each once; 415 for another kind of body, 400 for doubled or too many fields."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise HTTPException(415, N_("This address takes a form; programs use /api/subscribers."))
    form = await request.form(max_files=0, max_fields=FIELDS)
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    if len(fields) != len(dict(fields)):
        raise HTTPException(400, N_("A field was sent twice; please send the form once more."))
    return dict(fields)


Posted = Annotated[dict[str, str], Depends(_posted)]
