"""Answers with a page on paper."""

from collections.abc import Callable

from starlette.responses import Response

from admin.auth import Visit
from admin.printing import PARTS, CannotPrint, missing_parts


def paper(visit: Visit, make: Callable[[], bytes], name: str) -> Response:
    """The PDF, or a page that says what this machine lacks and how to get it."""
    missing = missing_parts()
    if missing:
        return visit.page("no_paper.html", status=503, missing=[PARTS[part] for part in missing])
    try:
        content = make()
    except CannotPrint:
        return visit.page("no_paper.html", status=503, missing=[])
    shown = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=shown)
