"""Accounts from the command line: the first ones, before anybody can sign in to the panel."""

from desk.calendar.queries import desk_by_code
from desk.database import Database
from desk.errors import DeskError
from desk.people import service as people
from desk.people.rules import ROLES
from desk.settings import Settings


def add_account(
    database: Database, settings: Settings, *, role: str, name: str, desk_code: str | None
) -> str:
    """Adds the account and returns its one-time sign-in link, good for a day."""
    if role not in ROLES:
        raise DeskError(f"there is no role {role}; choose one of: {', '.join(ROLES)}")
    now = settings.clock().real()
    with database.transaction() as db:
        desk = desk_by_code(db, desk_code) if desk_code else None
        if desk_code and desk is None:
            raise DeskError(f"there is no desk {desk_code}; see: tomarigi desk list")
        _account_id, token = people.add_account(
            db,
            settings.vault(),
            role=role,
            desk_id=desk.id if desk else None,
            name=name,
            now=now,
        )
    base = settings.public_base_url or f"http://localhost:{settings.port}"
    return f"{base.rstrip('/')}/admin/start/{token}"
