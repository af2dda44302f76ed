"""What is misconfigured before the desk goes live, one line each, with the mend."""

from collections.abc import Iterator
from datetime import date, timedelta

from admin.printing import PARTS, missing_parts
from desk.calendar.queries import list_desks, promises, upcoming_sessions
from desk.calendar.rules import PROMISE_KEYS
from desk.clients.queries import organisation_id
from desk.clock import local_date
from desk.database import Connection, Database
from desk.erasures import not_written
from desk.errors import WrongSettings
from desk.keys.queries import check_opens
from desk.notices import post
from desk.people.queries import accounts
from desk.privacy import Vault
from desk.schema import schema_is_current
from desk.settings import Settings, check_to_serve, load_settings
from desk.urgent.numbers import load_numbers, stale
from tomarigi.line_doctor import check_line

# The worker writes down who was erased every minute.
_WRITTEN_WITHIN = timedelta(minutes=10)


def findings() -> list[str]:
    """All that is wrong; an empty list means ready."""
    try:
        settings = load_settings()
    except WrongSettings as fault:
        return fault.faults
    found = [*_settings(settings), *check_mail_server(settings)]
    found += check_line(settings, real=settings.clock().real())
    database = Database(settings.database_url)
    try:
        with database.reading() as db:
            found += _database(db, settings)
    except Exception as fault:
        found.append(
            f"DATABASE_URL: the database cannot be read ({type(fault).__name__}); start it, or mend the address"
        )
    finally:
        database.close()
    return found


def check_mail_server(settings: Settings) -> Iterator[str]:
    """Whether mails can be sent at all, where a server is set; sends nothing."""
    if not settings.smtp_url.startswith(("smtp://", "smtps://")):
        return
    try:
        post.try_server(settings.smtp_url)
    except (OSError, ValueError, post.OpenPassword) as fault:
        why = type(fault).__name__
        yield f"SMTP_URL: the mail server does not let us in ({why}); mend the address, or take SMTP_URL out"


def _settings(settings: Settings) -> list[str]:
    found = []
    # With a stand-in for LINE there is nothing worth a backup.
    if settings.uses_line_itself and not settings.backup_public_key:
        found.append("BACKUP_PUBLIC_KEY: not set; make a pair with `tomarigi key backup FILE`, elsewhere")
    try:
        check_to_serve(settings)
    except WrongSettings as fault:
        found.extend(fault.faults)
    return found


def _database(db: Connection, settings: Settings) -> list[str]:
    today = local_date(settings.clock().now())
    if not schema_is_current(db):
        return ["schema: not the newest; run `tomarigi migrate`"]
    try:
        check_opens(db, settings.vault())
    except WrongSettings as fault:
        return fault.faults
    return [
        *_desks(db, today),
        *check_accounts(db, settings.vault()),
        *_erasures(db, settings),
        *_numbers(today),
        *_paper(),
    ]


def _desks(db: Connection, today: date) -> Iterator[str]:
    desks = list_desks(db)
    if not desks:
        yield "desks: there is none; add one with `tomarigi desk add`"
    for desk in desks:
        given = promises(db, desk.id)
        for key in PROMISE_KEYS:
            if key not in given:
                yield f"desk {desk.code}: the promise {key} is not approved; write it in the panel under 設定"
        if not desk.reading_hours:
            yield f"desk {desk.code}: no hours at which staff read; set them in the panel under 設定"
        if not upcoming_sessions(db, desk_id=desk.id, since=today):
            yield f"desk {desk.code}: no session ahead; start the worker, or add a date in the panel"


def check_accounts(db: Connection, vault: Vault) -> Iterator[str]:
    """Whether somebody can sit at the table, and somebody can answer; who was stopped does neither."""
    if not list_desks(db):
        return
    known = accounts(db, vault, organisation_id=organisation_id(db))
    roles = {row.role for row in known if not row.disabled}
    for role in ("officer", "staff"):
        if role not in roles:
            yield f"accounts: nobody is {role}; add one with `tomarigi account add --role {role} --name NAME`"


def _erasures(db: Connection, settings: Settings) -> Iterator[str]:
    if waiting := not_written(db, before=settings.clock().now() - _WRITTEN_WITHIN):
        yield f"ERASURE_FILE: {waiting} erasures are not in {settings.erasure_file}; let the worker write there"


def _numbers(today: date) -> Iterator[str]:
    for row in stale(load_numbers(), today):
        yield f"urgent number {row.name}: last checked {row.checked_on}; call it, then write today's date in numbers.csv"


def _paper() -> Iterator[str]:
    for part in missing_parts():
        yield f"paper: no PDF can be made without the {PARTS[part]}"
