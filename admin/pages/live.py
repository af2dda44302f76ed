"""The stream an open page listens to."""

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from admin.live import Live
from admin.policy import OwnVisit

router = APIRouter()


@router.get("/live")
async def listen(visit: OwnVisit) -> StreamingResponse:
    """Says that there is news, never what: the page asks for that itself."""
    live: Live = visit.request.app.state.live
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(live.stream(), media_type="text/event-stream", headers=headers)
