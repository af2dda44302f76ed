"""そら has come, left a number, and is to be followed up."""

from collections.abc import Sequence
from datetime import date

from httpx2 import Response
from starlette.testclient import TestClient

from admin.following import CONSENT_VERSION, CONSENT_WORDS, PURPOSE
from desk.booking.outcomes import record_outcome
from desk.booking.queries import bookings_of_client
from desk.clients.consents import agree
from desk.clients.service import set_phone
from desk.clock import at_tokyo
from desk.follow_up import service
from desk.follow_up.queries import FollowUpRow, plan_of
from desk.follow_up.rules import Step
from tests.panel.scene import SESSION_DAY, Scene, sora_books

PHONE = "09000004444"
#: A Friday afternoon, after the visit.
AFTERWARDS = at_tokyo(SESSION_DAY, 15)
IN_A_WEEK = date(2026, 12, 4)


def sora_came(scene: Scene) -> str:
    """He books, comes, and leaves his number. Returns the client's id."""
    client_id = sora_books(scene)
    vault, database = scene.house.vault, scene.house.database
    with database.transaction() as db:
        set_phone(db, vault, client_id=client_id, phone=PHONE, note="夕方", now=scene.now)
        (visit,) = bookings_of_client(db, vault, client_id)
        record_outcome(
            db,
            vault,
            booking_id=visit.id,
            outcome="attended",
            promise=None,
            handed_on=False,
            by=scene.accounts["kobayashi"],
            now=AFTERWARDS,
        )
    return client_id


def begin(staff: TestClient, client_id: str, steps: Sequence[str], agreed: str = "yes") -> Response:
    """Staff press フォローを始める."""
    data = {"step": list(steps), "agreed": agreed}
    return staff.post(f"/admin/clients/{client_id}/plan", data=data)


def add(staff: TestClient, client_id: str, way: str, day: date) -> Response:
    """Staff add one step."""
    data = {"way": way, "day": day.isoformat()}
    return staff.post(f"/admin/clients/{client_id}/plan/steps", data=data)


def plan(scene: Scene, client_id: str) -> tuple[FollowUpRow, ...]:
    """Every step, by its day."""
    with scene.house.database.reading() as db:
        return plan_of(db, scene.house.vault, client_id)


def called_on(scene: Scene, client_id: str, *days: date) -> list[FollowUpRow]:
    """A plan with one message after half a year and a call on each of these days; the calls."""
    vault, now = scene.house.vault, scene.now
    who = {"client_id": client_id, "desk_id": scene.desk_id}
    yes = {"purpose": PURPOSE, "text_version": CONSENT_VERSION, "text": CONSENT_WORDS, "via": "panel"}
    with scene.house.database.transaction() as db:
        agree(db, client_id=client_id, **yes, now=now)
        service.start_plan(db, vault, **who, steps=[Step(180, "message")], since=SESSION_DAY, now=now)
        for day in days:
            service.add_step(db, vault, **who, way="telephone", due_on=day, now=now)
    return [row for row in plan(scene, client_id) if row.way == "telephone"]
