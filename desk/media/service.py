"""Notes that something is to be fetched, and keeps what came sealed beside its message, or why nothing is kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.clients.queries import sealer
from desk.database import announce, new_id
from desk.media.rules import TRIES, Checked, State, rest
from desk.privacy import Vault
from desk.tables.inbox import media


def await_contents(
    db: Connection, vault: Vault, *, client_id: str, message_id: str, origin: str, now: datetime
) -> None:
    """The photo or voice of this message is to be fetched. `origin`: LINE's id of it."""
    media_id = new_id()
    sealed = sealer(db, vault, client_id).seal_text(origin, f"media.origin:{media_id}")
    row = {"id": media_id, "client_id": client_id, "message_id": message_id, "origin": sealed}
    db.execute(media.insert().values(row | {"due_at": now, "at": now}))


def settle(db: Connection, vault: Vault, *, media_id: str, found: Checked, now: datetime) -> bool:
    """Keeps what was fetched, or that it could not be; False where the person took it back meanwhile."""
    waiting = (media.c.id == media_id) & (media.c.state == "waiting")
    row = db.execute(sa.select(media.c.client_id).where(waiting)).first()
    if row is None:
        return False
    sealed = None
    if found.body is not None:
        sealed = sealer(db, vault, row.client_id).seal(found.body, f"media.body:{media_id}")
    told = {"state": found.state, "mime": found.mime, "body": sealed, "origin": None, "at": now}
    if not db.execute(media.update().where(waiting).values(told)).rowcount:
        return False
    announce(db, "notices")
    return True


def try_later(db: Connection, *, media_id: str, tries: int, now: datetime) -> State:
    """It could not be fetched yet: asked for again later, and given up in the end."""
    waiting = (media.c.id == media_id) & (media.c.state == "waiting")
    tried = tries + 1
    if tried < TRIES:
        later: dict[str, object] = {"tries": tried, "due_at": now + rest(tried)}
        db.execute(media.update().where(waiting).values(later))
        return "waiting"
    db.execute(media.update().where(waiting).values(state="gone", origin=None, tries=tried))
    return "gone"
