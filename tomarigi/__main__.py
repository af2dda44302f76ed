"""The commands, thin: each loads what it needs and hands over."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.errors import DeskError, WrongSettings
from tomarigi.memory import load_undisturbed

if TYPE_CHECKING:
    from desk.database import Database
    from desk.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Tomarigi: the LINE front door and the panel of a consultation desk.",
)
key_app = typer.Typer(no_args_is_help=True, help="The master key.")
desk_app = typer.Typer(no_args_is_help=True, help="Desks.")
line_app = typer.Typer(no_args_is_help=True, help="The LINE account.")
account_app = typer.Typer(no_args_is_help=True, help="Accounts of officers and staff.")
app.add_typer(key_app, name="key")
app.add_typer(desk_app, name="desk")
app.add_typer(account_app, name="account")
app.add_typer(line_app, name="line")
audit_app = typer.Typer(no_args_is_help=True, help="The reading log.")
app.add_typer(audit_app, name="audit")


@app.command("all")
def run_all() -> None:
    """Web and worker in one process: the embedded default."""
    load_undisturbed()
    from tomarigi.process import serve_all

    serve_all()


@app.command("web")
def run_web() -> None:
    """Webhook, client pages and panel; on PostgreSQL any number of them."""
    load_undisturbed()
    from tomarigi.process import serve_web

    serve_web()


@app.command("worker")
def run_worker(
    once: Annotated[bool, typer.Option("--once", help="Do everything that is due, then stop.")] = False,
    at: Annotated[
        datetime | None,
        typer.Option(help="The instant to act at, with --once.", formats=["%Y-%m-%dT%H:%M%z"]),
    ] = None,
) -> None:
    """Inbox, outbox and timetable; on PostgreSQL any number of them."""
    if not once:
        load_undisturbed()
    from tomarigi.process import serve_worker, work_once

    if at is not None and not once:
        raise typer.BadParameter("--at goes with --once")
    if once:
        work_once(at)
    else:
        serve_worker()


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; safe to repeat."""
    from desk.settings import load_settings
    from migrations.runner import migrate as run

    run(load_settings().database_url)


@app.command()
def sample() -> None:
    """Put the sample desks with their rules and coming sessions into an empty database."""
    from tomarigi.sample import open_samples

    with _database() as (database, settings):
        open_samples(database, now=settings.clock().now())


@app.command()
def tag() -> None:
    """Read JSON Lines {"id","text"}; write needs and signs found in each, in order."""
    from desk.needs.stream import tag_lines

    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
    told = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    broken = False
    for line, fine in tag_lines(lines):
        print(line, file=told)
        broken = broken or not fine
    raise typer.Exit(1 if broken else 0)


@app.command()
def calendar(
    desk: Annotated[str, typer.Option(help="Short name of the desk, e.g. suwa.")],
    start: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
) -> None:
    """Print the days of a desk as JSON Lines, also beyond the sessions already made."""
    from tomarigi.calendar_lines import calendar_lines

    with _database() as (database, _settings):
        for line in calendar_lines(database, desk_code=desk, start=start.date(), end=end.date()):
            print(line)


@desk_app.command("list")
def list_desks() -> None:
    """Print a JSON line for each desk."""
    import json

    from desk.calendar.queries import list_desks as desks

    with _database() as (database, _settings), database.reading() as db:
        for row in desks(db):
            print(json.dumps({"code": row.code, "name": row.name, "place": row.place}, ensure_ascii=False))


@desk_app.command("add")
def add_desk(
    code: Annotated[str, typer.Option(help="Short name in letters, e.g. chino.")],
    name: Annotated[str, typer.Option(help="The name clients read, e.g. 茅野.")],
    place: Annotated[str, typer.Option(help="Building and room.")],
    opened: Annotated[datetime, typer.Option(help="First day, e.g. 2026-12-01.", formats=["%Y-%m-%d"])],
) -> None:
    """Add a desk with the usual rule: last Friday, not in December, 10:00-12:00, one table."""
    from tomarigi.sample import add_usual_desk

    with _database() as (database, settings):
        now = settings.clock().now()
        add_usual_desk(database, code=code, name=name, place=place, opened_on=opened.date(), now=now)


@account_app.command("add")
def add_account(
    role: Annotated[str, typer.Option(help="officer, staff, supervisor, prefecture or administrator.")],
    name: Annotated[str, typer.Option(help="The name colleagues read.")],
    desk: Annotated[str | None, typer.Option(help="Short name of the desk, e.g. suwa.")] = None,
) -> None:
    """Add an account; prints only its one-time sign-in link."""
    from tomarigi.accounts import add_account as add

    with _database() as (database, settings):
        print(add(database, settings, role=role, name=name, desk_code=desk))


@line_app.command("setup")
def set_up_line() -> None:
    """Tell LINE our address, let it try, put up the rich menus; a second run changes nothing."""
    from desk.settings import load_settings
    from tomarigi.line_setup import set_up

    troubles = set_up(load_settings(), print)
    for line in troubles:
        print(line, file=sys.stderr)
    raise typer.Exit(1 if troubles else 0)


@audit_app.command("verify")
def verify_audit(
    head: Annotated[str | None, typer.Option(help="A head told earlier, NUMBER:HASH.")] = None,
) -> None:
    """Read the whole reading log; name the first entry that was changed or is missing."""
    from tomarigi.audit import verify

    with _database() as (database, _settings):
        lines, holds = verify(database, known=head)
    for line in lines:
        print(line)
    raise typer.Exit(0 if holds else 1)


@key_app.command("new")
def new_key(file: Path) -> None:
    """Make a master key; keep a copy in a safe place, without it nothing can be read."""
    from desk.key_file import new_key_file

    with _never_overwritten(file):
        new_key_file(file)


@key_app.command("rotate")
def rotate_keys() -> None:
    """Change the master key and everybody's own, while the desk is open; run again, it goes on where it was ended."""
    from tomarigi.keys import rotate

    with _database() as (database, settings):
        settings.vault()
        assert settings.master_key_file is not None
        rotate(database, settings.master_key_file, settings.clock(), print)


@key_app.command("backup")
def new_backup_key(file: Path) -> None:
    """Make a key pair for backups, on another machine: FILE gets the private half; prints the setting."""
    from desk.backup.envelope import new_key_pair

    with _never_overwritten(file):
        print(f"BACKUP_PUBLIC_KEY={new_key_pair(file)}")


@app.command()
def backup(file: Path) -> None:
    """Write everything the desk keeps to FILE, sealed for the holder of the backup key; all may go on running."""
    from tomarigi.backup import make_backup

    with _database() as (database, settings):
        print(make_backup(database, settings, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    identity: Annotated[
        Path, typer.Option(help="The private half of the backup key.", exists=True, dir_okay=False)
    ],
    erasures_lost: Annotated[
        bool, typer.Option("--erasures-lost", help="There is no erasure file any more: the erased come back.")
    ] = False,
) -> None:
    """Put a backup into an empty database (after `migrate`), erase again who was erased since, check the invariants."""
    from tomarigi.backup import restore_backup

    with _database() as (database, settings):
        print(restore_backup(database, settings, file, identity, erasures_lost=erasures_lost))
        failed = _tell_invariants(database, settings)
    raise typer.Exit(1 if failed else 0)


@app.command()
def doctor() -> None:
    """Say what is misconfigured, one line each, with the mend."""
    from tomarigi.doctor import findings
    from tomarigi.line_setup import REDELIVERY

    found = findings()
    for line in found:
        print(line)
    # Nobody can ask LINE about it: a reminder, and no finding.
    print(REDELIVERY, file=sys.stderr)
    raise typer.Exit(1 if found else 0)


@app.command()
def invariants() -> None:
    """Check what must always hold in the database; one line each."""
    with _database() as (database, settings):
        failed = _tell_invariants(database, settings)
    raise typer.Exit(1 if failed else 0)


def _tell_invariants(database: "Database", settings: "Settings") -> bool:
    """Prints a line for each; says whether any failed."""
    from desk.invariants import check_invariants

    with database.reading() as db:
        found = check_invariants(db, now=settings.clock().now())
    for each in found:
        print(f"{each.name} {'ok' if not each.offenders else f'FAILED {each.offenders}'} {each.sentence}")
    return any(each.offenders for each in found)


@contextmanager
def _never_overwritten(file: Path) -> Iterator[None]:
    """Says kindly that the file of a key is there already."""
    try:
        yield
    except FileExistsError:
        raise DeskError(f"{file} exists; a key is never overwritten") from None


@contextmanager
def _database() -> Iterator[tuple["Database", "Settings"]]:
    """The configured database and the settings."""
    from desk.database import Database
    from desk.settings import load_settings

    settings = load_settings()
    database = Database(settings.database_url)
    try:
        yield database, settings
    finally:
        database.close()


def main() -> None:
    """Runs a command. Errors are one clear line each on standard error: 2 for misuse, 1 for all else."""
    try:
        code = app(standalone_mode=False)
    except WrongSettings as fault:
        for line in fault.faults:
            print(line, file=sys.stderr)
        code = 2
    except DeskError as fault:
        print(fault, file=sys.stderr)
        code = 1
    except Exception as fault:
        code = _told(fault)
    sys.exit(code)


def _told(fault: Exception) -> int:
    """One line for anything else: usage errors of the command line, and a database that cannot be reached."""
    if hasattr(fault, "format_message"):
        print(fault.format_message(), file=sys.stderr)
        return int(getattr(fault, "exit_code", 2))
    print(f"{type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else ''}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
