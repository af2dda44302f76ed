"""What makes the reading log append-only: the database itself refuses to change an entry, or to take one out.

Only entries that the newest one says are let go may be taken out (`desk/audit/service.py: forget_months`), and only
those that are over a year older than it. Whoever owns the database can take these triggers away, or date such an entry
ahead: then the chain shows it, or a head kept elsewhere (`tomarigi audit verify`).
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.tables.audit import audit_entry

_LET_GO = """SELECT 1 FROM audit_entry AS newest
    WHERE newest.number = (SELECT max(number) FROM audit_entry)
    AND newest.act = 'let_go' AND newest.kind = 'reading_log' AND OLD.number <= CAST(newest.subject_id AS BIGINT)
    AND {is_old}"""
# The fewest days the log is kept (`desk/retention/rules.py`).
_OLD_ON_SQLITE = "julianday(OLD.at) <= julianday(newest.at) - 366"
_OLD_ON_POSTGRES = "OLD.at <= newest.at - interval '366 days'"

# REPLACE on SQLite takes a row out without asking the trigger for that: a number is given once.
_SQLITE = (
    """CREATE TRIGGER IF NOT EXISTS audit_entry_unchanged BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the reading log is never changed'); END""",
    # So that one of an older version gives way.
    "DROP TRIGGER IF EXISTS audit_entry_kept",
    f"""CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    WHEN NOT EXISTS ({_LET_GO.format(is_old=_OLD_ON_SQLITE)})
    BEGIN SELECT RAISE(ABORT, 'the reading log is never shortened'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_entry_once BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'an entry of the reading log is never replaced'); END""",
)
_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS ({_LET_GO.format(is_old=_OLD_ON_POSTGRES)}) THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION 'the reading log is never changed and never shortened';
    END $$""",
    """CREATE OR REPLACE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()""",
    """CREATE OR REPLACE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()""",
)


def protect(db: Connection) -> None:
    """Puts the triggers there; safe to repeat. Done with the table itself, and again after every migration."""
    for statement in _SQLITE if db.dialect.name == "sqlite" else _POSTGRES:
        db.exec_driver_sql(statement)


@sa.event.listens_for(audit_entry, "after_create")
def _with_the_table(_table: sa.Table, db: Connection, **_options: object) -> None:
    protect(db)
