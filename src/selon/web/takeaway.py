"""What is taken away from the page: articles in any of the forms of `selon export`."""

import re

from starlette.responses import Response

from selon import ask as questions
from selon.export import FORMATS, Linked
from selon.model import InputError
from selon.web.ask import Ask

_MOST = 500
"""Articles that are taken away at once; more are for the command line."""


def export(ask: Ask) -> Response:
    """The file for `article`, `story` or `outlet` of the address. Raises InputError."""
    name = ask.asked("format")
    if name not in FORMATS:
        raise InputError(
            "input",
            f"format={name} is none to export to; the choices are {', '.join(FORMATS)}",
            "no_format",
            value=name,
            choices=", ".join(FORMATS),
        )
    with ask.library() as library:
        if story := ask.asked("story"):
            ids, called = questions.story(library, story).articles, story
        elif outlet := ask.asked("outlet"):
            ids, called = tuple(entry.id for entry in library.listed(outlet=outlet, limit=_MOST + 1)), outlet
        else:
            ids, called = (ask.asked("article"),), ask.asked("article")
        if len(ids) > _MOST:
            raise InputError(
                "input",
                f"{called} has more than {_MOST} articles; selon export takes them all",
                "too_many",
                name=called,
                n=_MOST,
            )
        readings = [library.applied(id).reading for id in ids]
        linked = Linked(*questions.stated(library, ids))
    if not readings:
        raise InputError("unknown", f"there is no article of {called!r} in the library", "no_outlet", name=called)
    form = FORMATS[name]
    safe = re.sub(r"[^\w.-]+", "-", called, flags=re.ASCII).strip("-.")[:60] or "selon"
    named = f'attachment; filename="{safe}{form.suffix}"'
    # Whole, so that what goes wrong is told on a page and not in half a file.
    return Response(b"".join(form.pieces(readings, linked)), 200, {"content-disposition": named}, form.media)
