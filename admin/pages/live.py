"""The stream an open page listens to."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import StreamingResponse

from admin.auth import Visit
from admin.live import Live
from admin.policy import Needs
from desk.people.rules import Permission

router = APIRouter()

# A browser comes back to it by itself, all night long.
_PageVisit = Annotated[Visit, Depends(Needs(Permission.OWN_ACCOUNT, awake=False))]


@router.get("/live")
async def listen(visit: _PageVisit) -> StreamingResponse:
    """Says that there is news, never what: the page asks for that itself."""
    live: Live = visit.request.app.state.live
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(live.stream(), media_type="text/event-stream", headers=headers)
