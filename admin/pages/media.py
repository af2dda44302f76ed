"""Photos and voices that people sent: whether a desk keeps them, and the address from which one is shown."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from admin.auth import NotFound, Visit, go
from admin.forms import PathId
from admin.pages.plan import desk_of
from admin.policy import DESK, MEDIA, Needs, Shows
from desk.calendar.particulars import keep_media
from desk.media.queries import Kept, kept
from desk.people.rules import Permission

router = APIRouter()

_DeskVisit = Annotated[Visit, Depends(Needs(Permission.PROMISES, about=(DESK,)))]
_MediaVisit = Annotated[
    Visit, Depends(Needs(Permission.DUTY, about=(MEDIA,), shows=(Shows.MESSAGES,), once=True))
]

# Opened by itself it may load, run and send nothing.
_INERT = {"Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes"}
_PART = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")


@router.get("/media/{media_id}")
def show(visit: _MediaVisit, media_id: PathId) -> Response:
    """The photo or voice itself, for the page it stands on."""
    with visit.house.database.reading() as db:
        found = kept(db, visit.house.vault, media_id)
    if found is None:
        raise NotFound
    return _part_of(found, visit.request.headers.get("range", ""))


@router.post("/settings/{code}/media")
def choose(visit: _DeskVisit, code: str, keeps: Annotated[str, Form()] = "") -> Response:
    """The supervisor decides whether the desk keeps photos and voices."""
    if keeps not in ("yes", "no"):
        raise NotFound
    with visit.house.database.transaction() as db:
        keep_media(db, desk_id=desk_of(db, visit, code).id, keeps=keeps == "yes")
    return go("/settings", done="settings")


def _part_of(found: Kept, asked: str) -> Response:
    """All of it, or the one part that a player asks for: Safari plays nothing without (RFC 9110, 14)."""
    size, wanted = len(found.body), _PART.fullmatch(asked)
    if wanted is None:
        return Response(found.body, media_type=found.mime, headers=_INERT)
    first, last = int(wanted[1]), min(int(wanted[2] or size), size - 1)
    if first > last:
        return Response(status_code=416, headers=_INERT | {"Content-Range": f"bytes */{size}"})
    place = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(
        found.body[first : last + 1], status_code=206, media_type=found.mime, headers=_INERT | place
    )
