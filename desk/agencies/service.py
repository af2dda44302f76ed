"""Taking in the agencies file, and noting that somebody has looked at an agency."""

import csv
import io
from dataclasses import asdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from desk.agencies.rules import COLUMNS, Agency, Fault, WrongAgencies, read_agency
from desk.database import new_id, upsert
from desk.tables.notices import agency


def import_csv(db: Connection, *, organisation_id: str, content: bytes) -> int:
    """The file becomes the list of agencies; says how many. Raises WrongAgencies, and then nothing has changed.

    UTF-8, with or without BOM; the first line holds the heads of `rules.COLUMNS`.
    """
    found = _read(content)
    own = agency.c.organisation_id == organisation_id
    known = {(row.name, row.window): row.id for row in db.execute(sa.select(agency).where(own)).all()}
    # One that stays keeps its row: what people agreed to for it points there.
    listed = {(row.name, row.window) for row in found}
    gone = [agency_id for place, agency_id in known.items() if place not in listed]
    db.execute(agency.delete().where(agency.c.id.in_(gone)))
    for row in found:
        agency_id = known.get((row.name, row.window), new_id())
        values = {"id": agency_id, "organisation_id": organisation_id, **asdict(row)}
        upsert(db, agency, values, key=["id"])
    return len(found)


def mark_checked(db: Connection, *, organisation_id: str, agency_id: str, today: date) -> None:
    """Somebody has called or looked: what is written is still true."""
    own = (agency.c.organisation_id == organisation_id) & (agency.c.id == agency_id)
    db.execute(agency.update().where(own).values(checked_on=today))


def _read(content: bytes) -> list[Agency]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise WrongAgencies(
            [Fault(1, "文字が読めません。Excelでは「CSV UTF-8（コンマ区切り）」で保存してください。")]
        ) from fault
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [head for head in COLUMNS if head not in (reader.fieldnames or ())]
    if missing:
        heads = "、".join(missing)
        raise WrongAgencies([Fault(1, f"1行目に列の名前がありません：{heads}")])
    agencies, faults, seen = [], [], set()
    for row in reader:
        read, wrong = read_agency(row, reader.line_num)
        faults.extend(wrong)
        if read is None:
            continue
        if (read.name, read.window) in seen:
            faults.append(Fault(reader.line_num, f"「{read.name}」の同じ窓口が、2回あります。"))
        seen.add((read.name, read.window))
        agencies.append(read)
    if faults:
        raise WrongAgencies(faults)
    return agencies
