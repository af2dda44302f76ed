"""People who write to staff, and staff who write back: all of them invented."""

from datetime import date, datetime, timedelta

from desk.clients import consents
from desk.clients import service as clients
from desk.clock import at_tokyo
from desk.conversations import service as conversations
from desk.database import new_id
from desk.inbox import service as inbox
from desk.messaging.service import say
from tests.panel.scene import Scene, writes_to_staff

MONDAY = at_tokyo(date(2026, 11, 16), 10)
TODAY = date(2026, 11, 18)
NOW = at_tokyo(TODAY, 9)


def somebody(scene: Scene, sign: str) -> str:
    """A person known by their LINE account alone; `sign` is one hexadecimal digit."""
    with scene.house.database.transaction() as db:
        return clients.arrive(db, scene.house.vault, user_id=f"U{sign * 32}", now=scene.now)


def asks(scene: Scene, client_id: str, at: datetime, text: str = "何時からですか。") -> None:
    """They write to staff."""
    writes_to_staff(scene.at(at), client_id, text)


def sends(scene: Scene, client_id: str, kind: str, *, origin: str | None = None) -> None:
    """They send what is no text, on Monday."""
    vault = scene.house.vault
    with scene.house.database.transaction() as db:
        consent_id = consents.agree(
            db, client_id=client_id, purpose="answers", text_version="t", text="はい", via="line", now=MONDAY
        )
        conversations.keep_message(
            db,
            vault,
            client_id=client_id,
            purpose="staff",
            text="",
            consent_id=consent_id,
            shared=False,
            origin=origin,
            kind=kind,
            now=MONDAY,
        )


def answers(scene: Scene, client_id: str, at: datetime, text: str = "10時からです。") -> None:
    """佐藤 writes to them, which settles what waited."""
    vault, staff = scene.house.vault, scene.accounts["sato"]
    says = [{"kind": "staff_message", "facts": {"text": text}}]
    with scene.house.database.transaction() as db:
        outbound_id = say(db, vault, client_id=client_id, says=says, purpose="staff", now=at)
        assert outbound_id is not None
        conversations.keep_sent(
            db, vault, client_id=client_id, text=text, account_id=staff, outbound_id=outbound_id, now=at
        )
        conversations.answer_messages(db, client_id=client_id, now=at)


def looks_on(scene: Scene, client_id: str, day: date | None) -> None:
    """Staff mean to look at them on that day."""
    with scene.house.database.transaction() as db:
        inbox.look_again_on(db, client_id=client_id, day=day)


def notes(scene: Scene, client_id: str, text: str, *, who: str = "sato", note_id: str = "") -> None:
    """Somebody of staff leaves a word for the others."""
    with scene.house.database.transaction() as db:
        inbox.keep_note(
            db,
            scene.house.vault,
            note_id=note_id or new_id(),
            client_id=client_id,
            account_id=scene.accounts[who],
            text=text,
            now=scene.now,
        )


def types_to(scene: Scene, client_id: str, *, who: str = "sato", after: timedelta = timedelta()) -> None:
    """Somebody of staff types a letter, so long after the scene's moment."""
    with scene.house.database.transaction() as db:
        inbox.note_writing(db, client_id=client_id, account_id=scene.accounts[who], now=scene.now + after)


def stops(scene: Scene, client_id: str, *, who: str = "sato") -> None:
    """They have sent it or thrown it away."""
    with scene.house.database.transaction() as db:
        inbox.stop_writing(db, client_id=client_id, account_id=scene.accounts[who])
