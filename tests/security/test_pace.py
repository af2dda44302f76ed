"""How fast one caller may look."""

from limits import parse
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from desk.pace import Pace
from tests.security.conftest import NEIGHBOUR, OUTSIDE


def test_somebody_who_looks_too_fast_waits_and_may_still_send() -> None:
    app = Pace(PlainTextResponse("page"), refusal=PlainTextResponse("slowly", 429), looks=parse("3/minute"))
    fast = TestClient(app, client=(OUTSIDE, 50_000))
    assert [fast.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert fast.post("/").status_code == 200
    assert TestClient(app, client=(NEIGHBOUR, 50_000)).get("/").status_code == 200
